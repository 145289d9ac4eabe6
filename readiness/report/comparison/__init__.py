"""Reports on several countries: two to eight side by side, and a whole table in its bands."""

from readiness.report.comparison.league import LeagueTable, table
from readiness.report.comparison.model import SideBySide
from readiness.report.comparison.sides import LARGE, MOST, collected, side_by_side

__all__ = ["LARGE", "MOST", "LeagueTable", "SideBySide", "collected", "side_by_side", "table"]
