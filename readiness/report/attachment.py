"""A file that travels inside a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file of a PDF: `name` as readers save it, what it is in words, its bytes and media type."""

    name: str
    content: bytes
    description: str
    media_type: str
