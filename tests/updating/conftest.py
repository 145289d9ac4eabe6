"""A copy of the bundled index, and a local server that has its sources in their true formats."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import xlsxwriter

from readiness import resources
from readiness.definitions.load import Definitions, load

WORLD_BANK = "https://api.worldbank.org/v2/country/all/indicator/"
Figures = dict[tuple[str, int], float]


@dataclass
class World:
    """The sources of an index as a server has them: by series, the figures that it will answer with."""

    server: Any
    definitions: Definitions
    figures: dict[str, Figures] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)

    def series(self, name: str) -> Figures:
        """Return the figures that the source of a series has; change them as a source would."""
        return self.figures[name]

    def serve(self) -> None:
        """Put every source up."""
        series = {**self.definitions.series, **self.definitions.validation}
        shared: dict[str, list[tuple[str, Any]]] = {}
        others: dict[str, list[tuple[str, Any]]] = {}
        for name in self.figures:
            block = series[name].update
            said = block.model_dump(by_alias=True)
            if said["from"] == "worldbank":
                self._world_bank(name, said["series"])
            elif said["from"] in ("owid", "url") and said.get("url"):
                shared.setdefault(said["url"], []).append((name, said))
            else:
                others.setdefault(said["from"], []).append((name, said))
        for url, wanted in shared.items():
            self._table(url, wanted)
        for kind, wanted in others.items():
            getattr(self, f"_{kind.replace('-', '_')}")(wanted)

    def _csv(
        self, url: str, header: list[str], rows: Iterable[Iterable[Any]], encoding: str = "utf-8"
    ) -> None:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
        self.server.put(url, self.server.reply(out.getvalue().encode(encoding), kind="text/csv"))

    def _iso2(self, code: str) -> str:
        return self.definitions.countries[code].iso2 or code

    def _data360(self, wanted: list[tuple[str, Any]]) -> None:
        of = {said["series"]: self.figures[name] for name, said in wanted}

        def page(query: Mapping[str, str]) -> Any:
            rows = [{"REF_AREA": code, "TIME_PERIOD": str(year), "OBS_VALUE": repr(value), "SEX": "_T"}
                    for (code, year), value in of[query["INDICATOR"]].items()]  # fmt: skip
            start = int(query["skip"])
            return self.server.json({"count": len(rows), "value": rows[start : start + 1000]})

        self.server.put("https://data360api.worldbank.org/data360/data", page)

    def _github_innovation_graph(self, wanted: list[tuple[str, Any]]) -> None:
        for name, said in wanted:
            url = f"https://raw.githubusercontent.com/github/innovationgraph/main/data/{said['file']}"
            rows = [
                (repr(value), self._iso2(code), year, 4) for (code, year), value in self.figures[name].items()
            ]
            if said["column"] == "weight":
                links = [(code, "ZZ", value, year, quarter) for value, code, year, quarter in rows]
                self._csv(url, ["source", "destination", "weight", "year", "quarter"], links)
            else:
                self._csv(url, [said["column"], "iso2_code", "year", "quarter"], rows)

    def _microsoft_ai_diffusion(self, wanted: list[tuple[str, Any]]) -> None:
        for name, said in wanted:
            figures = self.figures[name]
            years = sorted({year for _, year in figures})
            rows = []
            for code in dict.fromkeys(code for code, _ in figures):
                cells = [f"{figures[code, year]!r}%" if (code, year) in figures else "-" for year in years]
                rows.append([self.definitions.countries[code].name, *cells])
            header = ["Economy", *(f"Q1 {year} AI Diffusion" for year in years)]
            self._csv(said["url"], header, rows, encoding="mac-roman")

    def _openalex(self, wanted: list[tuple[str, Any]]) -> None:
        of = {said["concept"]: (self.figures[name], said["year"]) for name, said in wanted}

        def page(query: Mapping[str, str]) -> Any:
            figures, year = of[query["filter"].split(",")[0].split(":")[1]]
            groups = [{"key": f"https://openalex.org/countries/{self._iso2(code)}", "count": int(value)}
                      for (code, when), value in figures.items() if when == year]  # fmt: skip
            return self.server.json({"meta": {"next_cursor": None}, "group_by": groups})

        self.server.put("https://api.openalex.org/works", page)

    def _peeringdb(self, wanted: list[tuple[str, Any]]) -> None:
        last = {said["aggregate"]: self._last(name) for name, said in wanted}
        exchanges: list[dict[str, Any]] = []
        ports = []
        for code, count in last["count"].items():
            for number in range(int(count)):
                links = int(last["net_count"].get(code, 0)) if number == 0 else 0
                exchanges.append({"id": len(exchanges), "country": self._iso2(code), "status": "ok",
                                  "net_count": links})  # fmt: skip
            ports.append({"ix_id": len(exchanges) - 1, "status": "ok", "operational": True,
                          "speed": int(last["speed"].get(code, 0) * 1000)})  # fmt: skip
        self.server.put("https://www.peeringdb.com/api/ix", self.server.json({"data": exchanges, "meta": {}}))
        self.server.put(
            "https://www.peeringdb.com/api/netixlan", self.server.json({"data": ports, "meta": {}})
        )

    def _last(self, name: str) -> dict[str, float]:
        """Return the figures of a series' last year, by country."""
        last = max(year for _, year in self.figures[name])
        return {code: value for (code, year), value in self.figures[name].items() if year == last}

    def _epoch(self, wanted: list[tuple[str, Any]]) -> None:
        of = {said["aggregate"]: self._last(name) for name, said in wanted if said["aggregate"] != "models"}
        rows = []
        for code, count in of["clusters_in_operation"].items():
            for number in range(int(count)):
                size, power = (of[key].get(code, 0) if number == 0 else 0
                               for key in ("h100e_in_operation", "power_in_operation"))  # fmt: skip
                rows.append(("Existing", "Confirmed", code, "2025-01-01", size, power))
        rows += [("Planned", "Likely", code, "", size, "") for code, size in of["h100e_planned"].items()]
        header = ["Status", "Certainty", "Country", "First Operational Date", "H100 equivalents",
                  "Power Capacity (MW)"]  # fmt: skip
        self._csv("https://epoch.ai/data/gpu_clusters.csv", header, rows)
        models = {said["file"]: self._last(name) for name, said in wanted if said["aggregate"] == "models"}
        for file, figures in models.items():
            lines = [("m", "2025-03-01", code) for code, count in figures.items() for _ in range(int(count))]
            self._csv(
                f"https://epoch.ai/data/{file}",
                ["Model", "Publication date", "Country (of organization)"],
                lines,
            )

    def _top500(self, wanted: list[tuple[str, Any]]) -> None:
        of = {said["value"]: self._last(name) for name, said in wanted}
        places = [code for code, count in of["count"].items() for _ in range(int(count))][:500]
        places += ["USA"] * (500 - len(places))
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Rank", "Country", "Rmax [TFlop/s]"])
            for number, code in enumerate(places):
                first = places.index(code) == number
                sheet.write_row(
                    1 + number, 0, [number + 1, code, of["rmax"].get(code, 0) * 1000 if first else 0]
                )
        url = "https://www.top500.org/lists/top500/2026/06/download/TOP500_202606.xlsx"
        self.server.put(url, self.server.reply(out.getvalue(), kind="application/octet-stream"))

    def _world_bank(self, name: str, code: str) -> None:
        rows = [
            {"indicator": {"id": code, "value": name}, "country": {"id": "", "value": place},
             "countryiso3code": place, "date": str(year), "value": value, "unit": "", "obs_status": "",
             "decimal": 1}
            for (place, year), value in self.figures[name].items()
        ]  # fmt: skip
        rows += [{**rows[0], "countryiso3code": "WLD", "value": 1.5}, {**rows[0], "countryiso3code": "GRL"}]

        def page(query: Mapping[str, str]) -> Any:
            first, last = map(int, query["date"].split(":"))
            found = [row for row in rows if first <= int(row["date"]) <= last]
            size, number = int(query["per_page"]), int(query["page"])
            header = {"page": number, "pages": -(-len(found) // size), "per_page": size, "total": len(found),
                      "sourceid": "2", "lastupdated": "2026-11-20"}  # fmt: skip
            return self.server.json([header, found[(number - 1) * size : number * size]])

        self.server.put(f"{WORLD_BANK}{code}", page)

    def _table(self, url: str, wanted: list[tuple[str, Any]]) -> None:
        owid = wanted[0][1]["from"] == "owid"
        place, year = ("iso_code", "year") if owid else (wanted[0][1]["country"], wanted[0][1].get("year"))
        if wanted[0][1].get("format") == "json":
            records = [
                {"indicatorId": "X", place: code, "year": when, "value": value}
                for (code, when), value in self.figures[wanted[0][0]].items()
            ]
            self.records[urlsplit(url).query] = records
            answers = self.records
            self.server.put(url, lambda query: self.server.json(
                {"hints": [], "records": answers[f"indicator={query['indicator']}"]}
            ))  # fmt: skip
            return
        cells: dict[Any, dict[str, float]] = {}
        for name, said in wanted:
            value = said["column"] if owid else said["value"]
            for (code, when), figure in self.figures[name].items():
                key, columns = ((code, when), value.split(" + ")) if owid else (code, [value])
                row = cells.setdefault(key, {})
                for column in columns:
                    row[column.replace("{year}", str(when))] = figure / len(columns)
        columns = sorted({column for row in cells.values() for column in row})
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["country", place, *(["year"] if owid else []), *columns])
        for key, row in cells.items():
            head = [key[0], *key] if owid else [key, key]
            writer.writerow([*head, *(repr(row[column]) if column in row else "" for column in columns)])
        assert year is None or owid or isinstance(year, int)
        self.server.put(url, self.server.reply(out.getvalue(), kind="text/csv"))


def figures_of(definitions: Definitions, name: str) -> Figures:
    """Return the figures of a series by country and year."""
    block = definitions.blocks[name]
    return {
        (block.countries[row], int(block.years[column])): float(block.values[row, column])
        for row, column in zip(*np.nonzero(np.isfinite(block.values)), strict=True)
    }


@pytest.fixture
def bundled_copy(tmp_path: Path) -> Path:
    """A copy of the bundled index to write into."""
    return Path(shutil.copytree(resources.bundled("indicators"), tmp_path / "indicators",
                                ignore=shutil.ignore_patterns(".*")))  # fmt: skip


@pytest.fixture
def world(server: Any) -> Callable[[Path], World]:
    """Serve the sources of an index folder, which at first say just what its files say."""

    def made(folder: Path) -> World:
        definitions = load(folder)
        fetched = [
            name for name, item in {**definitions.series, **definitions.validation}.items()
            if item.update is not None and item.update.from_ != "manual"
        ]  # fmt: skip
        return World(server, definitions, {name: figures_of(definitions, name) for name in fetched})

    return made


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capfd: Any) -> Callable[..., Ran]:
    """Run a command in this process."""
    from readiness.cli.main import main

    def run(*arguments: Any) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(item) for item in arguments])
        out, err = capfd.readouterr()
        return Ran(int(stopped.value.code or 0), out, err)

    return run


URL = {
    "energy/access.yaml": "https://a.org/access.csv",
    "energy/losses.yaml": "https://b.org/losses.csv",
    "skills/schooling.yaml": "https://a.org/schooling.csv",
}


@dataclass
class Small:
    """The small index with sources, and the server that has them."""

    folder: Path
    server: Any

    def read(self) -> dict[str, bytes]:
        """Return every file of the index."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*.yaml"))
        }

    def says(self, name: str, rows: str, **more: Any) -> None:
        """Let a source answer with these lines of CSV."""
        self.server.put(URL[name], self.server.reply(f"iso3,year,value\n{rows}", **more))

    def same(self, name: str) -> None:
        """Let a source answer with what the file says."""
        lines = (self.folder / name).read_text().split("figures: |\n")[1].splitlines()
        years = lines[0].split(",")[1:]
        cells = [line.strip().split(",") for line in lines[1:]]
        rows = [
            f"{row[0]},{year},{value}" for row in cells for year, value in zip(years, row[1:], strict=False)
        ]
        self.says(name, "\n".join(rows) + "\n")


@pytest.fixture
def small(make_index: Callable[..., Path], server: Any, index_files: Mapping[str, str]) -> Small:
    """The small index whose first three series have a source that says just what their files say."""
    block = "update: {{from: url, url: {url}, country: iso3, year: year, value: value}}\nfigures: |"
    files = {
        name: index_files[name].replace("figures: |", block.format(url=url)) for name, url in URL.items()
    }
    made = Small(make_index(files), server)
    for name in URL:
        made.same(name)
    return made
