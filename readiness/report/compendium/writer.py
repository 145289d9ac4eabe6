"""A PDF written object by object: of what was written only the places are remembered.

Objects without a stream are packed by the hundred into object streams (ISO 32000-1, 7.5.7) and found
through a cross-reference stream (7.5.8), so the file is as small as one that was written at once.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from typing import BinaryIO

_PACKED = 200
_FREE, _PLAIN, _INSIDE = 0, 1, 2


class Writer:
    """A PDF on its way into a file.

    Numbers of objects count from 1; `new` gives one before its object is there, so that objects may
    name each other. Of equal streams that name no other object one is kept.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._at = file, 0
        self._hash = hashlib.sha256()
        self._kinds, self._places, self._orders = array("B", [0]), array("Q", [0]), array("H", [65535])
        self._waiting: list[tuple[int, bytes]] = []
        self._streams: dict[bytes, int] = {}
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def new(self) -> int:
        """Return the number of an object that is still to come."""
        self._kinds.append(_FREE)
        self._places.append(0)
        self._orders.append(0)
        return len(self._kinds) - 1

    def put(self, number: int, text: bytes) -> int:
        """Write an object that has no stream; return its number."""
        self._waiting.append((number, text))
        if len(self._waiting) == _PACKED:
            self._pack()
        return number

    def put_stream(self, number: int, entries: bytes, data: bytes) -> int:
        """Write a stream; `entries` are those of its dictionary but for the length."""
        self._found(number, _PLAIN, self._at, 0)
        self._write(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, len(data)))
        self._write(data)
        self._write(b"\nendstream\nendobj\n")
        return number

    def shared(self, entries: bytes, data: bytes) -> int:
        """Return the number of a stream that names no other object; of equal ones the first is written."""
        key = hashlib.sha256(b"%d %s%s" % (len(entries), entries, data)).digest()
        if key not in self._streams:
            self._streams[key] = self.put_stream(self.new(), entries, data)
        return self._streams[key]

    def finish(self, root: int, info: int) -> None:
        """Write what finds the objects; nothing comes after it."""
        self._pack()
        number = self.new()
        self._found(number, _PLAIN, self._at, 0)
        table = bytearray()
        for kind, place, order in zip(self._kinds, self._places, self._orders, strict=True):
            table += bytes([kind]) + place.to_bytes(5, "big") + order.to_bytes(2, "big")
        start, name = self._at, self._hash.hexdigest()[:32].encode()
        self.put_stream(
            number,
            b"/Type /XRef /Size %d /W [ 1 5 2 ] /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] "
            b"/Filter /FlateDecode" % (number + 1, root, info, name, name),
            zlib.compress(table),
        )
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _pack(self) -> None:
        """Write the objects that wait as one object stream."""
        if not self._waiting:
            return
        number, heads, at = self.new(), [], 0
        for order, (one, text) in enumerate(self._waiting):
            heads.append(b"%d %d" % (one, at))
            at += len(text) + 1
            self._found(one, _INSIDE, number, order)
        head = b" ".join(heads) + b"\n"
        body = b"\n".join(text for _, text in self._waiting)
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(self._waiting), len(head))
        self._waiting = []
        self.put_stream(number, entries, zlib.compress(head + body))

    def _found(self, number: int, kind: int, place: int, order: int) -> None:
        self._kinds[number], self._places[number], self._orders[number] = kind, place, order

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._at += len(data)
