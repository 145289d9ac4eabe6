"""Charts as pure functions to SVG: one scale, one stroke, one dot; a title for who cannot see them.

Lengths are millimetres. Every chart has the country in the accent colour, its first peers' median
as a tick, its second peers' as a ring, its third peers' as a triangle, a range as a whisker; missing
is a hollow, hatched track with a word. Each takes the colours as `palette`, and returns nothing
where there is nothing to draw.
"""

from readiness.report.charts.change import waterfall
from readiness.report.charts.income import expected
from readiness.report.charts.money import prices
from readiness.report.charts.nodes import bars, dots, stack
from readiness.report.charts.ranks import reach, strip
from readiness.report.charts.sides import sides
from readiness.report.charts.world import tilemap

__all__ = ["bars", "dots", "expected", "prices", "reach", "sides", "stack", "strip", "tilemap", "waterfall"]
