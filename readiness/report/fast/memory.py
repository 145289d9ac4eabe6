"""What is kept between documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# So many lines and drawings are kept; a report has about two thousand of its own and shares the rest.
_KEPT = 20_000
_STYLES = 4_000


@dataclass
class Memory:
    """What is kept between documents of one font configuration.

    `by_page` where their styles may depend on the size of the page: styles are kept for none then.
    """

    by_page: bool = False
    computed: dict[Any, Any] = field(default_factory=dict)
    styles: dict[Any, int] = field(default_factory=dict)
    whole: dict[Any, Any] = field(default_factory=dict)
    lines: dict[Any, Any] = field(default_factory=dict)
    drawings: dict[Any, Any] = field(default_factory=dict)
    fonts: dict[Any, Any] = field(default_factory=dict)

    def room(self) -> None:
        """Forget the older half of what is kept once there is too much of it."""
        for kept in (self.whole, self.lines, self.drawings):
            if len(kept) > _KEPT:
                for key in list(kept)[: len(kept) // 2]:
                    del kept[key]
        if len(self.computed) > _STYLES:
            self.computed.clear()
