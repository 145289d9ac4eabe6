"""`readiness scores`: columns, order, precision and every format."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile

import openpyxl
import pytest

HEAD = ["country", "name", "status", "rank", "score", "coverage", "rank_low", "rank_high"]
PILLARS = ["energy", "compute", "cloud", "skills", "adoption_barriers"]


@pytest.fixture(scope="module")
def scores(bundled):
    return bundled.scores()


def table(text: str) -> tuple[list[str], list[dict[str, str]]]:
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    return next(csv.reader(io.StringIO(text))), rows


def same(text: str, value: float | None) -> bool:
    """Whether a cell of CSV is this number bit for bit, empty for None."""
    return text == "" if value is None else float(text).hex() == float(value).hex()


def range_of(scores, code: str) -> tuple[str, str]:
    """Return the cells of a range: of the draws' 5 and 95%, empty where there is none."""
    drawn, row = scores.robustness, scores.position(code)
    if drawn is None or math.isnan(drawn.rank_low[row]):
        return "", ""
    return f"{drawn.rank_low[row]:.0f}", f"{drawn.rank_high[row]:.0f}"


def test_columns_and_order(done, scores):
    text = done("scores", "--format", "csv")
    columns, rows = table(text)
    assert columns == HEAD + PILLARS
    assert len(rows) == len(scores.countries) == 197
    assert "\r" not in text and not text.startswith("\ufeff") and text.endswith("\n")
    many = int(scores.ranked.sum())
    assert [row["status"] for row in rows] == ["ranked"] * many + ["unranked"] * (197 - many)
    ranked = [(int(row["rank"]), row["country"]) for row in rows[:many]]
    assert ranked == sorted(ranked)
    assert [row["country"] for row in rows[many:]] == sorted(row["country"] for row in rows[many:])
    assert {row["rank"] for row in rows[many:]} == {""}
    assert all(row["score"] for row in rows if row["country"] in ("TWN", "MCO"))


@pytest.mark.parametrize("level", ["index", "pillar", "subpillar", "indicator", "all", "0", "1", "2"])
@pytest.mark.parametrize("framework", ["pillars", "layers", "scale"])
def test_csv_is_the_engine_bit_for_bit(done, bundled, level, framework):
    scores = bundled.scores(framework)
    columns, rows = table(done("scores", "--format", "csv", "--level", level, "--framework", framework))
    depth = {"pillar": "1", "subpillar": "2", "index": "0"}.get(level, level)
    names = scores.matrix.indicators
    walk = list(scores.framework.tree.walk())[1:]
    expected = [
        part.id for at, part in walk
        if level == "all" or (level == "indicator" and part.id in names) or depth == str(at)
    ]  # fmt: skip
    assert columns == HEAD + expected
    for row in rows:
        code = row["country"]
        assert row["name"] == bundled.countries[code].name
        assert row["rank"] == ("" if scores.rank(code) is None else f"{int(scores.rank(code))}")
        assert same(row["score"], scores.score(code))
        assert same(row["coverage"], float(scores.coverage[scores.position(code), 0]))
        assert (row["rank_low"], row["rank_high"]) == range_of(scores, code)
        assert all(same(row[part], scores.score(code, part)) for part in expected)


def test_values_are_the_figures_in_the_source_s_unit(done, scores):
    columns, rows = table(done("scores", "--values", "--format", "csv"))
    assert columns == HEAD + list(scores.matrix.indicators)
    for row in rows:
        figures = scores.matrix.values[scores.position(row["country"])]
        for name, figure in zip(scores.matrix.indicators, figures, strict=True):
            assert same(row[name], None if math.isnan(figure) else figure)


@pytest.mark.parametrize("stage", ["selected", "denominated", "imputed", "treated", "normalised"])
def test_a_stage_has_years_and_status(done, scores, stage):
    columns, rows = table(done("scores", "--stage", stage, "--format", "csv"))
    names = scores.matrix.indicators
    assert columns == HEAD + [f"{name}{end}" for name in names for end in ("", ":year", ":status")]
    made = scores.stages[stage]
    for row in rows:
        position = scores.position(row["country"])
        for column, name in enumerate(names):
            value = made.values[position, column]
            assert same(row[name], None if math.isnan(value) else value)
            assert row[f"{name}:year"] == (str(made.years[position, column] or ""))
    assert {row[f"{name}:status"] for row in rows for name in names} <= {
        "missing", "figure", "zero_census", "zero_partial", "imputed"
    }  # fmt: skip


def test_some_countries_in_any_spelling_keep_their_rank(done, scores):
    _, rows = table(done("scores", "gh", "rwanda", "KEN", "kenya", "--format", "csv"))
    assert sorted(row["country"] for row in rows) == ["GHA", "KEN", "RWA"]
    assert {row["country"]: int(row["rank"]) for row in rows} == {
        code: scores.rank(code) for code in ("GHA", "KEN", "RWA")
    }


def test_a_group_filters_and_ranks_last(done, bundled, scores):
    columns, rows = table(done("scores", "--group", "income=low INCOME", "--format", "csv"))
    assert columns == [*HEAD, *PILLARS, "group_rank"]
    assert {row["country"] for row in rows} == set(bundled.countries.in_group("income=Low income"))
    places = {row["country"]: row["group_rank"] for row in rows}
    ranks = {code: scores.rank(code) for code in places}
    for code, place in places.items():
        if ranks[code] is None:
            assert place == ""
        else:
            assert int(place) == 1 + sum(rank is not None and rank < ranks[code] for rank in ranks.values())
    _, whole = table(done("scores", "--format", "csv"))
    assert all(int(row["rank"]) == ranks[row["country"]] for row in rows if row["rank"])
    assert {row["country"]: row["rank"] for row in whole if row["country"] in places} == {
        row["country"]: row["rank"] for row in rows
    }


@pytest.mark.parametrize("group", ["asean", "ASEAN", "asean=true"])
def test_a_group_in_any_case(done, group):
    _, rows = table(done("scores", "--group", group, "--format", "csv"))
    assert len(rows) == 11
    assert [row["group_rank"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]


def test_top(done):
    _, rows = table(done("scores", "--top", "3", "--format", "csv"))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    _, rows = table(done("scores", "--top", "500", "--format", "csv"))
    assert len(rows) == 197


def test_an_earlier_year(done, bundled):
    _, rows = table(done("scores", "--year", "2023", "--format", "csv"))
    scores = bundled.scores(year=2023)
    assert all(same(row["score"], scores.score(row["country"])) for row in rows)
    _, rows = table(done("scores", "--year", "2023", "--stage", "selected", "--format", "csv"))
    years = {int(value) for row in rows for name, value in row.items() if name.endswith(":year") and value}
    assert max(years) == 2023
    _, rows = table(done("scores", "--year", "1950", "--format", "csv"))
    assert {(row["status"], row["rank"], row["score"], row["coverage"]) for row in rows} == {
        ("unranked", "", "", "0.0")
    }


def test_bom_is_for_csv_alone(done):
    assert done("scores", "--bom", "--format", "csv") == "\ufeff" + done("scores", "--format", "csv")
    assert done("scores", "--bom", "--format", "json").startswith("{")


def test_json(done, scores):
    document = json.loads(done("scores", "--format", "json"))
    assert {key: document[key] for key in ("framework", "name", "edition", "year", "fingerprint")} == {
        "framework": "pillars", "name": scores.framework.name, "edition": scores.framework.edition,
        "year": scores.framework.year, "fingerprint": scores.fingerprint,
    }  # fmt: skip
    rows = document["countries"]
    assert list(rows[0]) == HEAD + PILLARS
    for row in rows:
        assert type(row["rank"]) is (int if row["status"] == "ranked" else type(None))
        assert row["score"] == scores.score(row["country"])
        assert all(row[pillar] == scores.score(row["country"], pillar) for pillar in PILLARS)
    groups = json.loads(done("scores", "--format", "json", "--group", "eu"))["countries"]
    assert all(type(row["group_rank"]) is int for row in groups)


def test_a_table_of_shared_ranks(done, make_index):
    ties = {"frameworks/main.yaml": ("tree:\n", "methods: {ranking: {ties: average, decimals: 0}}\ntree:\n")}
    folder = make_index(edit=ties)
    document = json.loads(done("scores", "--indicators", folder, "--format", "json"))
    assert all(isinstance(row["rank"], int) or row["rank"] % 1 == 0.5 for row in document["countries"])


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_a_file_has_the_same_bytes_twice(run, tmp_path, ending):
    first, second = tmp_path / f"a.{ending}", tmp_path / "sub" / f"b.{ending}"
    for path in (first, second):
        ran = run("scores", "--level", "all", "-o", path)
        assert (ran.code, ran.out, ran.err) == (0, "", f"{path}\n")
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_files_and_folders(run, done, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    expected = done("scores", "--format", "csv")
    for output, written in (
        ("a.csv", "a.csv"), ("A.CSV", "A.CSV"), ("new", "new/scores.csv"), ("deep/er", "deep/er/scores.csv"),
        ("edition-2026.1", "edition-2026.1/scores.csv"),
    ):  # fmt: skip
        ran = run("scores", "-o", output)
        assert (ran.code, ran.out, ran.err) == (0, "", f"{written}\n")
        assert (tmp_path / written).read_bytes() == expected.encode()
    (tmp_path / "folder.csv").mkdir()
    assert run("scores", "--format", "json", "-o", "folder.csv").err == "folder.csv/scores.json\n"
    run("scores", "--format", "csv", "-o", "notes.txt")
    assert (tmp_path / "notes.txt").read_bytes() == expected.encode()
    run("scores", "-o", "table.txt", "--top", "2")
    assert (
        (tmp_path / "table.txt").read_text(encoding="utf-8").startswith("Country AI Readiness Index, edition")
    )


def test_a_workbook(run, tmp_path, scores):
    path = tmp_path / "scores.xlsx"
    run("scores", "--level", "all", "-o", path)
    book = openpyxl.load_workbook(path)
    levels = ["pillars", "sub-pillars", "indicators"]
    assert book.sheetnames == ["readme", "scores", *levels, "figures", "sources"]
    for name, level in zip(levels, ("pillar", "subpillar", "indicator"), strict=True):
        heading, first, *_ = book[name].iter_rows(values_only=True)
        assert list(heading) == HEAD + [part.id for part in scores.parts(level)]
        assert first[8:] == tuple(pytest.approx(scores.score("FIN", part)) for part in heading[8:])
        # A bar behind every score, from one end of the scale to the other.
        bars = {str(at.sqref): at.rules[0] for at in book[name].conditional_formatting}
        assert len(bars) == len(heading) - 8 + 1
        assert {(rule.dataBar.cfvo[0].val, rule.dataBar.cfvo[1].val) for rule in bars.values()} == {
            (0.0, 100.0)
        }
    figures = book["figures"].iter_rows(values_only=True)
    columns = next(figures)
    finland = dict(zip(columns, next(figures), strict=True))
    stage = scores.stages["selected"]
    at = scores.position("FIN"), scores.matrix.indicators.index("electricity_generation")
    assert finland["electricity_generation"] == pytest.approx(stage.values[at])
    assert finland["electricity_generation:year"] == stage.years[at]
    assert finland["electricity_generation:status"] == "figure"
    readme = dict(book["readme"].iter_rows(values_only=True))
    assert readme["Index"] == scores.framework.name and readme["Fingerprint"] == scores.fingerprint
    sheet = book["scores"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == sheet.dimensions
    heading, *rows = sheet.iter_rows(values_only=True)
    parts = [part.id for part in scores.parts("all")]
    assert list(heading) == HEAD + parts
    assert len(rows) == 197
    for row in rows:
        code, _, status, rank = row[:4]
        assert row[6:8] == (scores.interval(code) or (None, None))
        assert type(rank) is (int if status == "ranked" else type(None))
        for part, cell in zip(parts, row[8:], strict=True):
            value = scores.score(code, part)
            assert cell == (None if value is None else pytest.approx(value, rel=1e-15))
    assert "10,000 draws" in readme["Ranges"] and "no confidence interval" in readme["Ranges"]
    assert sheet["G2"].number_format == sheet["H2"].number_format == "0"
    assert sheet["D2"].number_format == "0" and sheet["F2"].number_format == "0%"
    assert book["sources"].max_row == 1 + len(scores.matrix.indicators)


def test_a_workbook_holds_text_as_text(run, make_index, tmp_path):
    edit = {"countries.yaml": ("name: Kenya", 'name: "=1+1"')}
    path = tmp_path / "own.xlsx"
    assert run("scores", "--indicators", make_index(edit=edit), "-o", path).code == 0
    cells = {cell.value: cell for row in openpyxl.load_workbook(path)["scores"] for cell in row}
    assert cells["=1+1"].data_type == "s"
    with zipfile.ZipFile(path) as archive:
        sheets = b"".join(
            archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")
        )
    assert b"<f>" not in sheets and b"<hyperlink" not in sheets


def test_a_workbook_goes_into_a_pipe_but_not_onto_a_screen(shell, terminal, tmp_path):
    assert shell("readiness scores --format xlsx > piped.xlsx").code == 0
    assert openpyxl.load_workbook(tmp_path / "piped.xlsx").sheetnames[1] == "scores"
    ran = terminal("scores", "--format", "xlsx")
    assert ran.code == 2 and ran.out == ""
    assert ran.err == "a workbook cannot go to the terminal. Name a file with -o scores.xlsx.\n"


def test_formulas_stay_text_in_csv_and_json(done, make_index):
    folder = make_index(edit={"countries.yaml": ("name: Kenya", 'name: "=cmd, \\"quoted\\""')})
    _, rows = table(done("scores", "--indicators", folder, "--format", "csv"))
    assert '=cmd, "quoted"' in {row["name"] for row in rows}
    document = json.loads(done("scores", "--indicators", folder, "--format", "json"))
    assert '=cmd, "quoted"' in {row["name"] for row in document["countries"]}


@pytest.mark.parametrize("options", [("--values",), ("--stage", "selected"), ("--stage", "normalised")])
def test_figures_of_a_few_countries_go_down_the_page(terminal, scores, bundled, options):
    ran = terminal("scores", "KEN", "TWN", *options)
    lines = ran.out.split("\n")
    assert ran.code == 0 and max(map(len, lines)) <= 80
    low, high = scores.interval("KEN")
    place = f"rank {scores.rank('KEN')} (range {low}\N{EN DASH}{high})"
    (head,) = [" ".join(lines[n : n + 2]) for n, line in enumerate(lines) if line.startswith("Kenya, ")]
    assert place in head and any(line.startswith("Taiwan, ") and "unranked" in line for line in lines)
    assert sum(line.split()[:1] == ["Indicator"] for line in lines) == 2
    for name in scores.matrix.indicators:
        assert sum(line.startswith(f"{bundled.indicators[name].name} ") for line in lines) == 2
    assert ("Year" in ran.out) == ("--stage" in options)


@pytest.mark.parametrize("options", [(), ("--level", "indicator"), ("--group", "asean")])
def test_the_terminal_has_the_range_after_the_rank(done, scores, options):
    lines = done("scores", "KEN", "TWN", *options, "--format", "table").split("\n")
    heading = next(number for number, line in enumerate(lines) if line.split()[:2] == ["Rank", "Range"])
    kenya = next(line.split() for line in lines if "Kenya" in line)
    low, high = scores.interval("KEN")
    assert kenya[:3] == [str(scores.rank("KEN")), f"{low}\N{EN DASH}{high}", "Kenya"]
    assert next(line.split() for line in lines if "Taiwan" in line)[:2] == ["\N{EN DASH}"] * 2
    assert lines[heading + 1].startswith("----")


def test_without_uncertainty_no_range_and_a_word_on_it(done, run, make_index, tmp_path):
    folder = make_index()
    text = done("scores", "--indicators", folder, "--format", "table")
    assert "Range" not in text and "no uncertainty: block" in text
    assert "the ranks stand without ranges." in " ".join(text.split())
    _, rows = table(done("scores", "--indicators", folder, "--format", "csv"))
    assert {(row["rank_low"], row["rank_high"]) for row in rows} == {("", "")}
    document = json.loads(done("scores", "--indicators", folder, "--format", "json"))
    assert {row["rank_low"] for row in document["countries"]} == {None}
    run("scores", "--indicators", folder, "-o", tmp_path / "x.xlsx")
    readme = dict(openpyxl.load_workbook(tmp_path / "x.xlsx")["readme"].iter_rows(values_only=True))
    assert readme["Ranges"].startswith("the framework has no uncertainty: block")


def test_a_scale_without_ends(run, done, make_index, tmp_path):
    edit = {"frameworks/main.yaml": ("tree:\n", "methods: {normalisation: {method: z-score}}\ntree:\n")}
    folder = make_index(edit=edit)
    assert run("scores", "--indicators", folder, "-o", tmp_path / "x.xlsx").code == 0
    readme = dict(openpyxl.load_workbook(tmp_path / "x.xlsx")["readme"].iter_rows(values_only=True))
    assert readme["Scores"].startswith("on a scale without fixed ends")


def test_a_zip_of_a_folder_gives_the_same(done, make_index, tmp_path):
    folder = make_index()
    path = tmp_path / "index.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*.yaml"):
            archive.write(file, file.relative_to(folder.parent))
    arguments = ("scores", "--format", "json", "--indicators")
    assert done(*arguments, path) == done(*arguments, folder)


def test_a_group_outside_the_framework(refused, make_index):
    only = {"frameworks/main.yaml": ("tree:\n", "countries: [KEN, NOR]\ntree:\n")}
    folder = make_index(edit=only)
    said = refused("scores", "--group", "g20", "--indicators", folder)
    assert said == "this framework has no country of the group 'g20'"
    assert "Brazil (BRA) is not in this framework" in refused("scores", "bra", "--indicators", folder)


def test_a_terminal_gets_a_table_of_its_width(terminal, scores):
    ran = terminal("scores", "--group", "african_union")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.split("\n")
    assert max(map(len, lines)) <= 80
    ranked = int(scores.ranked.sum())
    assert lines[0] == f"Country AI Readiness Index, edition 2026.1: {ranked} of 197 countries ranked"
    assert "– missing, or too few figures for a rank" in lines
    assert "Adoption barriers: fewer is higher" in lines
    assert "Range: 5th to 95th percentile of the rank over 10,000 draws of the method and" in lines
    wide = terminal("scores", "--level", "subpillar", "--top", "3", columns=160)
    assert 80 < max(map(len, wide.out.split("\n"))) <= 160


@pytest.mark.parametrize(
    "arguments",
    [["scores", "--level", "all", "--group", "un_region=Americas"], ["scores", "--values"],
     ["scores", "--stage", "normalised", "--top", "3"], ["compare", "VCT", "STP", "CAF", "TTO", "--values"],
     ["compare", "--group", "asean", "--level", "all"], ["indicators"], ["indicators", "--licences"],
     ["countries"], ["countries", "--groups"], ["check"]],
    ids=" ".join,
)  # fmt: skip
def test_no_table_is_wider_than_the_terminal(run, monkeypatch, arguments):
    monkeypatch.setattr("readiness.cli.common.screen", lambda: 80)
    form = () if arguments == ["check"] else ("--format", "table")
    ran = run(*arguments, *form)
    assert ran.code == 0
    assert [line for line in ran.out.split("\n") if len(line) > 80] == []


def test_by_group(done, refused, bundled):
    rows = list(
        csv.DictReader(io.StringIO(done("scores", "--by", "income", "--average", "mean", "--format", "csv")))
    )
    scores = bundled.scores()
    for row in rows[:-1]:
        found = [scores.score(code) for code in bundled.countries.in_group(f"income={row['group']}")]
        known = [value for value in found if value is not None]
        assert float(row["score"]) == pytest.approx(sum(known) / len(known))
    assert rows[-1]["group"] == "all"
    assert "Median" not in done("scores", "--by", "region", "--format", "md")
    assert "unknown group 'regoin'. Did you mean 'region'" in refused("scores", "--by", "regoin")
    assert "unknown average 'medain'. Did you mean 'median'" in refused(
        "scores", "--by", "eu", "--average", "medain"
    )
    assert "--average belongs to --by" in refused("scores", "--average", "mean")
    assert "shows groups of countries" in refused("scores", "KEN", "--by", "region")
