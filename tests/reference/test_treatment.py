"""Treatment kernels against the reference's tables, at 1e-9.

What ours does on purpose otherwise than COINr:

- `log: gii` is the formula of the Global Innovation Index; COINr's `log_GII` returns its
  input and says it was treated (`test_log_gii`).
- `log_CT_plus` of a skewness of exactly 0 is mirrored there, and not here: no table has it.
- What winsorising would make constant takes the logarithm here: no table has it.
"""

from __future__ import annotations

import numpy as np
import pytest

from readiness.definitions.columns import BoxCox, LogTreatment, NoTreatment, Winsorise, WinsoriseThenLog
from readiness.engine.treat import kurtosis, passes, skewness, treat, treated_cells, winsorise


def both(**parameters):
    return WinsoriseThenLog(method="winsorise-then-log", **{"log": "ct", **parameters})


def box_cox(power, **parameters):
    return BoxCox(**{"method": "box-cox", "lambda": power, **parameters})


TABLES = {
    "06_treated": both(),
    "treatment/default_winmax1_log_CT": both(max_points=1),
    "treatment/winmax1_combine": both(max_points=1, combine=True),
    "treatment/winmax1_log_CT_orig": both(max_points=1, log="ct-orig"),
    "treatment/winmax1_log_CT_plus": both(max_points=1, log="ct-plus"),
    "treatment/thresholds_1_2": both(skewness=1, kurtosis=2),
    "treatment/winmaxNULL_unlimited": both(max_points=51),
    "treatment/elem_log_CT": LogTreatment(method="log", log="ct"),
    "treatment/elem_log_CT_orig": LogTreatment(method="log", log="ct-orig"),
    "treatment/elem_log_CT_plus": LogTreatment(method="log"),
    "treatment/elem_boxcox_0": box_cox(0.0),
    "treatment/elem_boxcox_0.5": box_cox(0.5),
    "treatment/elem_boxcox_2": box_cox(2.0),
}


@pytest.fixture(scope="module")
def screened(tables):
    return tables.columns("05_screened.csv")


@pytest.mark.parametrize("name", TABLES)
def test_treatment(screened, tables, equal, name):
    theirs = tables.columns(f"{name}.csv")
    assert set(theirs) == set(screened)
    for indicator, x in screened.items():
        equal(treat(x, TABLES[name]), theirs[indicator], indicator)


def test_all_at_once(screened, tables, equal):
    """Every indicator as a row of one array gives what it gives alone, to the last bit."""
    rows = np.stack(list(screened.values()))
    for method in TABLES.values():
        alone = np.stack([treat(x, method) for x in screened.values()])
        np.testing.assert_array_equal(treat(rows, method), alone)
        np.testing.assert_array_equal(treat(np.stack([rows, rows[::-1]]), method)[1], alone[::-1])


def test_treatment_of_its_own(screened, tables, equal):
    """`indiv_specs`: one indicator untouched, one with two points, one with a log in the first place."""
    own = {
        "LPI": NoTreatment(),
        "Bord": both(max_points=2),
        "Gas": LogTreatment(method="log", log="ct", only_outliers=True),
    }
    for indicator, theirs in tables.columns("treatment/indiv_specs.csv").items():
        equal(treat(screened[indicator], own.get(indicator, both())), theirs, indicator)


def test_box_cox_of_what_winsorising_leaves(screened, tables, equal):
    """`winmax1_boxcox0.5`: our winsorise, then our Box-Cox of what still fails."""
    one = Winsorise(method="winsorise", max_points=1)
    powers = 0
    for indicator, theirs in tables.columns("treatment/winmax1_boxcox0.5.csv").items():
        x = screened[indicator]
        capped = winsorise(x, one)
        fine = bool(passes(capped, one))
        powers += not fine
        equal(capped if fine else treat(x, box_cox(0.5)), theirs, indicator)
    assert powers > 5


def test_winsorising_alone(screened, tables, equal):
    """Where one point is enough, `winsorise` is what COINr treats with; else its result still fails."""
    method = Winsorise(method="winsorise", max_points=1)
    theirs = tables.columns("treatment/winmax1_log_CT_plus.csv")
    for row in tables.rows("treatment/winmax1_log_CT_plus_details.csv"):
        ours = treat(screened[row["iCode"]], method)
        if "FALSE" not in row["check_SkewKurt1.Pass"]:
            equal(ours, theirs[row["iCode"]], row["iCode"])
        else:
            equal(skewness(ours), float(row["check_SkewKurt1.Skew"]), row["iCode"])


def test_winsorising_by_force(screened, tables, equal):
    """`elem_winsorise_force3` caps what passes too: with thresholds nothing passes, which no file may say."""
    force = Winsorise.model_construct(method="winsorise", max_points=3, skewness=-1.0, kurtosis=-np.inf)
    for indicator, theirs in tables.columns("treatment/elem_winsorise_force3.csv").items():
        equal(winsorise(screened[indicator], force), theirs, indicator)


def test_log_gii(screened, tables, equal):
    """COINr: nothing changed, and called treated. Ours: ln((max - 1)(x - min) / range + 1)."""
    method = both(max_points=1, log="gii")
    theirs = tables.columns("treatment/winmax1_log_GII.csv")
    differ = []
    for row in tables.rows("treatment/winmax1_log_GII_details.csv"):
        indicator, x = row["iCode"], screened[row["iCode"]]
        if row["check_SkewKurt1.Pass"] != "FALSE":
            equal(treat(x, method), theirs[indicator], indicator)
            continue
        np.testing.assert_array_equal(theirs[indicator], x)
        differ.append(indicator)
        # No indicator that fails here is skewed to the left.
        assert skewness(x) > 0
        if np.nanmax(x) > 1:
            low, high = np.nanmin(x), np.nanmax(x)
            equal(treat(x, method), np.log((high - 1) * (x - low) / (high - low) + 1), indicator)
    assert len(differ) > 5


DETAILS = {
    "06_treated_details": both(),
    "treatment/default_winmax1_log_CT_details": both(max_points=1),
    "treatment/winmax1_combine_details": both(max_points=1, combine=True),
    "treatment/winmax1_log_CT_orig_details": both(max_points=1, log="ct-orig"),
    "treatment/winmax1_log_CT_plus_details": both(max_points=1, log="ct-plus"),
    "treatment/thresholds_1_2_details": both(skewness=1, kurtosis=2),
    "treatment/winmaxNULL_unlimited_details": both(max_points=51),
}


@pytest.mark.parametrize("name", DETAILS)
def test_decisions(screened, tables, equal, name):
    """Skewness and kurtosis before, between and after, and the number of points winsorised."""
    method = DETAILS[name]
    for row in tables.rows(f"{name}.csv"):
        x = screened[row["iCode"]]
        capped, treated = winsorise(x, method), treat(x, method)
        for step, values in enumerate((x, capped, treated)):
            stage = f"check_SkewKurt{step}"
            if row.get(f"{stage}.Pass", "NA") == "NA":
                continue
            assert bool(passes(values, method)) == (row[f"{stage}.Pass"] == "TRUE"), (row["iCode"], step)
            ours = np.array([skewness(values), kurtosis(values)])
            theirs = np.array([float(row[f"{stage}.{key}"]) for key in ("Skew", "Kurt")])
            equal(ours, theirs, row["iCode"])
        if row["winsorise.nwin"] != "NA":
            assert (capped != x).sum() == int(row["winsorise.nwin"]), row["iCode"]


def test_treated_cells(screened, tables):
    """The log of treated cells is COINr's `Treated_Points`."""
    words = {"winhi": "winsorised high", "winlo": "winsorised low", "log_CT": "log"}
    rows = sorted(tables.rows("06_treated_points.csv"), key=lambda row: row["uCode"])
    found = 0
    for indicator, x in screened.items():
        cells = treated_cells(x, both())
        theirs = {place: words[row[indicator]] for place, row in enumerate(rows) if row[indicator]}
        assert {cell.position: cell.how for cell in cells} == theirs, indicator
        after = treat(x, both())
        assert all((cell.before, cell.after) == (x[cell.position], after[cell.position]) for cell in cells)
        found += len(cells)
    assert found > 10
