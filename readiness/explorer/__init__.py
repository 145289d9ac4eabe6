"""The explorer: a static web site of an index, that works from a folder or any web server, offline."""

from readiness.explorer.site import Outcome, write

__all__ = ["Outcome", "write"]
