"""`readiness verify`: equal, different, not ours; tampered and hostile files."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pikepdf
import pytest

from readiness import verifying


@pytest.fixture(scope="module")
def report(tmp_path_factory, bundled):
    return bundled.report("KEN", tmp_path_factory.mktemp("report") / "KEN.pdf", framework="pillars")


def changed(path, folder, edit):
    """Return a copy of a PDF whose attachments went through `edit(name, bytes)`."""
    target = folder / "changed.pdf"
    with pikepdf.open(path) as document:
        for name, spec in list(document.attachments.items()):
            data = edit(name, spec.get_file().read_bytes())
            del document.attachments[name]
            if data is not None:
                document.attachments[name] = pikepdf.AttachedFileSpec(document, data, filename=name)
        document.save(target)
    return target


def repacked(content, name, edit):
    """Return a zip with one file edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, edit(data.decode()).encode() if entry == name else data)
    return out.getvalue()


def test_a_report_follows_from_its_attachments(run, report):
    result = run("verify", report)
    assert result.code == 0 and "every number follows" in result.out
    assert "no" not in [line.split()[-1] for line in result.out.splitlines() if line.startswith("score")]
    found = json.loads(run("verify", report, "--format", "json").out)
    assert found["outcome"] == "equal" and all(check["same"] for check in found["checks"])


def test_a_changed_figure_is_found(run, report, tmp_path):
    def edit(name, content):
        if not name.endswith("index.zip"):
            return content
        return repacked(content, "energy/electricity_access.yaml",
                        lambda text: re.sub(r"(\n  KEN,.*),[\d.]+\n", r"\1,99\n", text))  # fmt: skip

    result = run("verify", changed(report, tmp_path, edit))
    assert result.code == 1 and "different: score, score of energy" in " ".join(result.out.split())


@pytest.mark.parametrize(("key", "value", "words"), [
    ("score", 99.0, "score"), ("rank", 1, "rank"), ("rank_low", 1, "rank_low"),
    ("status", "unranked", "status"), ("headline", "Kenya ranks first.", "headline"),
    ("coverage", 0.5, "coverage"),
])  # fmt: skip
def test_what_the_report_says_of_itself_is_compared(run, report, tmp_path, key, value, words):
    def edit(name, content):
        if name != "report.json":
            return content
        return json.dumps({**json.loads(content), key: value}).encode()

    result = run("verify", changed(report, tmp_path, edit))
    assert result.code == 1 and words in result.out.split(":", 2)[2].partition("\n")[0]


def test_a_changed_league_table_is_found(run, report, tmp_path):
    def edit(name, content):
        if name != "league-table.csv":
            return content
        return content.replace(b"\nKEN,", b"\nKEX,", 1)

    assert run("verify", changed(report, tmp_path, edit)).code == 1


@pytest.mark.parametrize("name", ["report.json", "league-table.csv", "KEN-index.zip"])
def test_without_an_attachment_it_is_not_ours(run, report, tmp_path, name):
    result = run("verify", changed(report, tmp_path, lambda own, data: None if own == name else data))
    assert result.code == 2 and result.out == "" and "Name a PDF" in result.err


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no pdf", b"\0" * 1000])
def test_other_files_are_not_ours(run, tmp_path, content):
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    result = run("verify", path)
    assert result.code == 2 and "not a PDF that can be read" in result.err


def test_another_pdf_and_no_file_are_not_ours(run, tmp_path):
    path = tmp_path / "empty.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(path)
    assert "no summary attached" in run("verify", path).err
    assert run("verify", tmp_path / "none.pdf").code == 2
    assert run("verify", tmp_path).code == 2


def test_a_cut_report_is_not_ours(run, report, tmp_path):
    path = tmp_path / "cut.pdf"
    content = report.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(content[: int(len(content) * share)])
        assert run("verify", path).code in (1, 2)


def test_bombs_are_refused(run, report, tmp_path, monkeypatch):
    monkeypatch.setattr(verifying, "MAX_FILE", 100_000)
    big = changed(report, tmp_path, lambda name, data: b"0" * 5_000_000 if name == "report.json" else data)
    assert "too large" in run("verify", big).err

    def bomb(name, content):
        if not name.endswith("index.zip"):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("energy/x.yaml", b"0" * 3_000_000)
        return out.getvalue()

    monkeypatch.setattr(verifying, "MAX_FILE", 20_000_000)
    monkeypatch.setattr(verifying, "MAX_INDEX", 1_000_000)
    result = run("verify", changed(report, tmp_path, bomb))
    assert result.code == 1 and "too large" in result.out


def test_a_path_that_leaves_the_zip_is_not_followed(run, report, tmp_path):
    def edit(name, content):
        if not name.endswith("index.zip"):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("../../../tmp/evil.yaml", "id: evil\n")
            archive.writestr("frameworks/pillars.yaml", "id: pillars\n")
        return out.getvalue()

    result = run("verify", changed(report, tmp_path, edit))
    assert result.code == 1 and "cannot be scored again" in result.out
