"""Many reports in one PDF: contents, one outline, one structure for screen readers."""

from readiness.report.compendium.document import Entry, write

__all__ = ["Entry", "write"]
