"""Lets records through whose headers have names that are no text: aiokafka stops at the first of them for good.

Nobody here reads headers. A batch that aiokafka cannot read is read by its own Python code once more, with names that
allow for any bytes; all other batches stay with its compiled code.
"""

import struct
from collections.abc import Iterator
from typing import Any, Final, SupportsIndex, overload

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LENGTH_AT: Final = 8  # of a batch, after the offset it begins with
_BEFORE_LENGTH_COUNTS: Final = 12
_MAGIC_AT: Final = 16
_WITH_HEADERS: Final = 2  # the version of batches from which on records have headers


def allow_any_header_name() -> None:
    """Have every consumer of this process read records whatever their headers are called."""
    fetcher.MemoryRecords = AnyNameRecords


class AnyNameRecords:
    """The batches of a fetch, as aiokafka's `MemoryRecords`."""

    def __init__(self, buffer: bytes) -> None:
        self._buffer = buffer
        self._records = MemoryRecords(buffer)
        self._at = 0

    def size_in_bytes(self) -> int:
        """Return how large all of it is."""
        return len(self._buffer)

    def has_next(self) -> bool:
        """Return whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        """Return the next batch, None after the last."""
        batch = self._records.next_batch()
        if batch is None:
            return None
        begin = self._at
        (length,) = struct.unpack_from(">i", self._buffer, begin + _LENGTH_AT)
        self._at += _BEFORE_LENGTH_COUNTS + length
        if self._buffer[begin + _MAGIC_AT] < _WITH_HEADERS:
            return batch
        return _AnyNameBatch(batch, memoryview(self._buffer)[begin : self._at])


class _AnyNameBatch:
    """A batch as aiokafka has it, but for its records."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except (CorruptRecordException, UnicodeDecodeError):
            for number, record in enumerate(_slowly(self._raw)):
                if number >= read:
                    yield record


def _slowly(raw: memoryview) -> Iterator[Any]:
    """Yield the records of a batch by aiokafka's Python code."""
    batch = _DefaultRecordBatchPy(raw)
    batch._maybe_uncompress()  # noqa: SLF001  which puts what is read next into the buffer
    batch._buffer = _AnyNames(batch._buffer)  # noqa: SLF001
    yield from batch


class _AnyNames(bytearray):
    """Bytes whose parts, decoded, leave out what is no text."""

    @overload
    def __getitem__(self, which: SupportsIndex) -> int: ...

    @overload
    def __getitem__(self, which: slice) -> bytearray: ...

    def __getitem__(self, which: SupportsIndex | slice) -> int | bytearray:
        found = super().__getitem__(which)
        return found if isinstance(found, int) else _AnyName(found)


class _AnyName(bytearray):
    """Bytes that are decoded whatever they are."""

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        """Return the text, with a mark for what is none."""
        return bytes(self).decode(encoding, errors)
