"""Which cells the treatment of outliers changed, and how."""

from __future__ import annotations

from readiness.engine.compute import columns_of, transformed_column
from readiness.engine.treat import treated_cells
from readiness.scores import Scores, Table


def treated(scores: Scores) -> Table:
    """Return one row a treated cell: `indicator,country,name,how,before,after`.

    `before` and `after` are the value after the denominator and the transform, in tree order
    and then of country. A log or a power changes every figure of its indicator. Empty where
    nothing is treated, as under goalposts.
    """
    rows = []
    columns = columns_of(scores.stages["imputed"].values)
    for column, reference in zip(columns, scores.references, strict=True):
        if reference.treatment is None or reference.on_goalposts:
            continue
        x = transformed_column(column, reference, scores.countries)
        rows += [
            (reference.id, scores.countries[cell.position], scores.matrix.names[cell.position],
             cell.how, cell.before, cell.after)
            for cell in treated_cells(x, reference.treatment)
        ]  # fmt: skip
    return Table(("indicator", "country", "name", "how", "before", "after"), tuple(rows))
