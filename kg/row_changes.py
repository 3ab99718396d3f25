"""Which rows of a large table are new, and which are gone: two states of a CSV file compared as bytes.

Comparing runs of bytes, and looking at lines only where they differ, takes a tenth of reading the tables. It
compares records where each record is one line: where there are no quotes, or as many records as lines, and
neither a carriage return nor a blank line. Then a line that both files have makes the same record in both,
since a reader is inside of no cell at its start. Order does not count: what has moved has not changed.
"""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Buffer: TypeAlias = "mmap.mmap | bytes"
CHUNK = 1 << 20  # bytes that are compared at once
WINDOW = 64  # lines in which the files are first looked through for one that they share


@dataclass(frozen=True)
class RowChanges:
    """The header that both files have, and the lines, without their ends, that only one of them has.

    A line is there as many times as one file has it more often than the other.
    """

    header: bytes
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]

    def write(self, lines: Iterable[bytes], out: Path) -> Path:
        """Write some of the lines as a table under the header; `out`."""
        out.write_bytes(b"\n".join([self.header, *lines, b""]))
        return out


def containing(table: Path, texts: Iterable[bytes], *, most: int) -> list[bytes] | None:
    """The lines of a table after its header that contain one of the texts, each once; None for too many.

    >>> import tempfile
    >>> table = Path(tempfile.mkdtemp(), "t.csv")
    >>> _ = table.write_text("id,name\\n1,one\\n2,two\\n12,twelve")
    >>> containing(table, [b"2"], most=9)
    [b'2,two', b'12,twelve']
    """
    found: dict[int, bytes] = {}
    with _opened(table) as content:
        start = content.find(b"\n") + 1
        for text in texts:
            for at in _places(content, text, start):
                begin = content.rfind(b"\n", 0, at) + 1
                end = content.find(b"\n", at)
                found[begin] = content[begin : len(content) if end < 0 else end]
                if len(found) > most:
                    return None
    return [found[at] for at in sorted(found)]


def _places(content: Buffer, text: bytes, start: int) -> Iterator[int]:
    """Where a text begins."""
    for begin in range(start, len(content), CHUNK):
        piece = content[begin : begin + CHUNK + len(text) - 1]
        at = piece.find(text)
        while at >= 0:
            yield begin + at
            at = piece.find(text, at + 1)


def between(old: Path, new: Path, records: Callable[[Path], int], *, most: int) -> RowChanges | None:
    """What differs between two states of a table; None where that cannot be told by lines.

    So it is with more than `most` changes, other headers, and records of several lines. `records` counts the
    records of a table; it is asked only where there are quotes.

    >>> import tempfile
    >>> old, new = (Path(tempfile.mkdtemp(), "t.csv") for _ in range(2))
    >>> _ = old.write_text("id\\na\\nb\\nc\\n"), new.write_text("id\\nb\\nc\\nd\\n")
    >>> between(old, new, lambda table: 3, most=9)
    RowChanges(header=b'id', removed=(b'a',), added=(b'd',))
    """
    with _opened(old) as before, _opened(new) as after:
        start = before.find(b"\n") + 1
        header = before[:start]
        if not start or after[:start] != header or not _by_lines(before):
            return None
        found = _differences(before, after, start, most)
        if found is None or any(not line or b"\r" in line for line in found[1]):
            return None
        if _has(before, b'"') and records(old) != _lines(before) - 1:
            return None
        # A new cell may go on to lines that both files have.
        if any(b'"' in line for line in found[1]) and records(new) != _lines(after) - 1:
            return None
    removed, added = map(Counter, found)
    gone, come = (removed - added).elements(), (added - removed).elements()
    return RowChanges(header.rstrip(b"\n"), tuple(gone), tuple(come))


@contextmanager
def _opened(path: Path) -> Iterator[Buffer]:
    """The bytes of a file, of which the system reads what is looked at."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def _by_lines(content: Buffer) -> bool:
    """Whether lines end in LF and none is blank."""
    return not _has(content, b"\r") and not _has(content, b"\n\n") and content[:1] != b"\n"


def _has(content: Buffer, what: bytes) -> bool:
    """Whether a text is there: piece by piece, as bytes are searched faster than a mapped file is."""
    return any(what in content[at : at + CHUNK + len(what) - 1] for at in range(0, len(content), CHUNK))


def _lines(content: Buffer) -> int:
    count = sum(content[at : at + CHUNK].count(b"\n") for at in range(0, len(content), CHUNK))
    return count + (content[-1:] != b"\n")


def _differences(old: Buffer, new: Buffer, start: int, most: int) -> tuple[list[bytes], list[bytes]] | None:
    """Lines after `start` that are only in one of the files, or stand in another order; None for too many."""
    removed: list[bytes] = []
    added: list[bytes] = []
    i = j = start
    while True:
        same = _shared(old, new, i, j)
        i, j = i + same, j + same
        if i == len(old) and j == len(new):
            return removed, added
        (gone, i), (come, j) = _until_shared(old, new, i, j, most)
        removed += gone
        added += come
        if len(removed) + len(added) > most:
            return None


def _shared(old: Buffer, new: Buffer, i: int, j: int) -> int:
    """How many bytes, of whole lines, are the same from `i` in one file and from `j` in the other."""
    length, same = min(len(old) - i, len(new) - j), 0
    while same < length:
        step = min(CHUNK, length - same)
        one, other = old[i + same : i + same + step], new[j + same : j + same + step]
        if one != other:
            low, high = 0, step  # the first byte that differs is there
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle)
            same += low
            break
        same += step
    if i + same == len(old) and j + same == len(new):
        return same
    return max(old.rfind(b"\n", i, i + same) + 1 - i, 0)


def _until_shared(
    old: Buffer, new: Buffer, i: int, j: int, most: int
) -> tuple[tuple[list[bytes], int], tuple[list[bytes], int]]:
    """The lines of each file up to the first that they share, and where what follows that begins."""
    window = WINDOW
    while True:
        gone, come = _next(old, i, window), _next(new, j, window)
        first: dict[bytes, int] = {}
        for number, line in enumerate(gone):
            first.setdefault(line, number)
        for number, line in enumerate(come):
            if line in first:  # past it: at the end of a file it may have no end of its own
                return _cut(old, gone, first[line], i), _cut(new, come, number, j)
        if (len(gone) < window and len(come) < window) or window > most:
            return (gone, len(old)), (come, len(new))
        window *= 8


def _next(content: Buffer, at: int, count: int) -> list[bytes]:
    """The next lines from `at` on, without their ends, at most `count`."""
    found: list[bytes] = []
    while at < len(content) and len(found) < count:
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        found.append(content[at:end])
        at = end + 1
    return found


def _cut(content: Buffer, lines: list[bytes], count: int, at: int) -> tuple[list[bytes], int]:
    after = at + sum(len(line) + 1 for line in lines[: count + 1])
    return lines[:count], min(after, len(content))
