"""Reports on several countries: two to eight side by side, and a whole table in its bands."""

from readiness.report.comparison.league import LeagueTable, table
from readiness.report.comparison.model import SideBySide
from readiness.report.comparison.sides import MOST, side_by_side

__all__ = ["MOST", "LeagueTable", "SideBySide", "side_by_side", "table"]
