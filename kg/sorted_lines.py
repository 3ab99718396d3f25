"""A sorted file of lines, such as the graph of a build: looked up by bisection, written with few changes.

Nothing is read but what is looked at, so that a file may be larger than memory.
"""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

CHUNK = 1 << 22  # bytes that are copied at once


@dataclass(frozen=True)
class SortedLines:
    """The content of a sorted file, each line once. Lines are given and returned without their ends."""

    content: mmap.mmap | bytes

    def at(self, prefix: bytes) -> int:
        """Where the first line stands that is not before `prefix`.

        >>> lines = SortedLines(b"a\\nb 1\\nb 2\\nc\\n")
        >>> lines.at(b"b"), b"b 2" in lines, b"b" in lines, list(lines.starting(b"b "))
        (2, True, False, [b'b 1', b'b 2'])
        """
        low, high = 0, len(self.content)  # both at starts of lines
        while low < high:
            middle = self.content.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._end(middle)
            if self.content[middle:end] < prefix:
                low = end + 1
            else:
                high = middle
        return low

    def __contains__(self, line: bytes) -> bool:
        at = self.at(line)
        return at < len(self.content) and self.content[at : self._end(at)] == line

    def starting(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that begin with `prefix`."""
        at = self.at(prefix)
        while at < len(self.content) and self.content[at : at + len(prefix)] == prefix:
            end = self._end(at)
            yield self.content[at:end]
            at = end + 1

    def _end(self, at: int) -> int:
        end = self.content.find(b"\n", at)
        return len(self.content) if end < 0 else end

    def changed(self, removed: Iterable[bytes], added: Iterable[bytes], out: Path) -> tuple[str, str]:
        """Write the lines to `out` without those removed, all there before, and with those added, none there.

        The SHA-256 of the lines as they were, and of those that are written.
        """
        edits = sorted([*((line, True) for line in removed), *((line, False) for line in added)])
        spans: list[tuple[int, int, bytes]] = []  # of the old content, and what comes after it
        start = 0
        for line, gone in edits:
            at = self.at(line)
            spans.append((start, at, b"" if gone else line + b"\n"))
            start = at + len(line) + 1 if gone else at
        spans.append((start, len(self.content), b""))
        with ThreadPoolExecutor(1) as beside, out.open("wb") as file:
            hashes = beside.submit(self._hashes, spans)
            for begin, end, after in spans:
                for chunk in self._chunks(begin, end):
                    file.write(chunk)
                file.write(after)
            return hashes.result()

    def _hashes(self, spans: list[tuple[int, int, bytes]]) -> tuple[str, str]:
        """Of the old content and the new: both begin alike, and that is hashed once."""
        begin, end, after = spans[0]
        new = hashlib.sha256()
        for chunk in self._chunks(begin, end):
            new.update(chunk)
        old = new.copy()
        if len(spans) == 1:
            return old.hexdigest(), new.hexdigest()
        new.update(after)
        for chunk in self._chunks(end, len(self.content)):
            old.update(chunk)
        for begin, end, after in spans[1:]:
            for chunk in self._chunks(begin, end):
                new.update(chunk)
            new.update(after)
        return old.hexdigest(), new.hexdigest()

    def _chunks(self, begin: int, end: int) -> Iterator[bytes]:
        for at in range(begin, end, CHUNK):
            yield self.content[at : min(at + CHUNK, end)]


@dataclass(frozen=True)
class ChangedLines:
    """Lines as they are going to be: those `before`, some removed and others added, and those `beside` them.

    >>> was = SortedLines(b"a\\nb 1\\nb 2\\n")
    >>> list(ChangedLines(was, {b"b 1"}, {b"b 3"}, {b"c"}).starting(b"b"))
    [b'b 2', b'b 3']
    """

    before: SortedLines
    removed: set[bytes]
    added: set[bytes]
    beside: set[bytes] = field(default_factory=set)

    @cached_property
    def _new(self) -> list[bytes]:
        return sorted(self.added | self.beside)

    def starting(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that begin with `prefix`."""
        yield from (line for line in self.before.starting(prefix) if line not in self.removed)
        for line in islice(self._new, bisect_left(self._new, prefix), None):
            if not line.startswith(prefix):
                return
            yield line


@contextmanager
def opened(path: Path) -> Iterator[SortedLines]:
    """The lines of a sorted file."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield SortedLines(b"")
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield SortedLines(content)
