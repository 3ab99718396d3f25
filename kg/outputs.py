"""Lines into a file by DuckDB: what it is asked before, and how, so that little of it is done twice.

A few megabytes are put together and sorted. Of more, each table is read once into memory, or on the disk; it
is then asked which subjects are keys, after which :mod:`kg.duplicates` says what has to be made unique. All
lines of a record are written as one text where no order is asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from kg import dialects, duplicates
from kg.dialects import quoted
from kg.duplicates import Node, Once
from kg.forms import Line
from kg.grammar import identifier
from kg.mapping import ROW
from kg.parts import Lines, Pairs, Part, Side
from kg.shapes import TEXT
from kg.terms import CHANGED, Column

# One column without quotes: the lines as they are. The delimiter is never written.
AS_IT_IS = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
LINES = "lines"
FEW = 1_000_000  # bytes of tables that are no work
TOGETHER = 30  # queries in one: DuckDB takes long to plan more
WORTH = 3  # lines for which their records are made unique first
Item = TypeVar("Item")
Do = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Writer:
    """Writes lines by statements that `do` runs; `plain` are the views of CSV, with the size of each file;
    of the `clean` ones no text needs an escape.

    Above `limit` bytes a file is read again each time, instead of being kept as a table.
    """

    do: Do
    plain: Map[str, int]
    clean: Sequence[str]
    large: bool
    limit: int
    apart: bool = False
    """Whether what takes much memory is done one after the other."""
    step: Callable[[str], None] = lambda step: None
    """Is told what is being done."""

    def write(self, given: Sequence[Part], out: Path, *, ordered: bool) -> int:
        """Write the lines of all parts to `out`, each once, `ordered` or as they are made; their number."""
        if not self.large:
            return self._together(given, out, distinct=True)
        self.step("reading the tables")
        kept = self._kept(given)
        self.step("looking for keys")
        facts = Facts(self.do, {_cells(table) for table in self.clean})
        facts.ask(kept)
        known = [self._unique(part, facts) for part in kept]
        settled = [facts.plain(each) for each in duplicates.settled(known, facts.is_key)]
        return self._sorted(settled, out) if ordered else self._as_made(settled, out, facts)

    def _together(self, settled: Sequence[Part | Once], out: Path, *, distinct: bool) -> int:
        """Sorted by way of a table: DuckDB takes long to plan very many queries as one."""
        self.step("sorting the lines")
        self.do(f"CREATE OR REPLACE TEMP TABLE {LINES} (line VARCHAR)")
        for part in settled:
            self.do(f"INSERT INTO {LINES} {query(part)}")
        once = "DISTINCT " * distinct
        count = self._copy(f"SELECT {once}line FROM {LINES} ORDER BY line", out)
        self.do(f"DROP TABLE {LINES}")
        return count

    def _sorted(self, settled: Sequence[Part | Once], out: Path) -> int:
        if len(settled) > TOGETHER:
            return self._together(settled, out, distinct=False)
        self.step("sorting the lines")
        return self._copy(f"SELECT line FROM ({_union(map(query, settled))}) ORDER BY line", out)

    def _as_made(self, settled: Sequence[Part | Once], out: Path, facts: Facts) -> int:
        rows = [part for part in settled if isinstance(part, Lines) and not _demanding(part)]
        others = [part for part in settled if part not in rows]
        numbered = any(uses_row(part) for part in parts_of(settled))
        self.do(f"SET preserve_insertion_order = {str(numbered).lower()}")
        written = [
            *(
                [dialects.of_rows(part, facts.always(part)) for part in some]
                for some in _batches(rows, TOGETHER)
            ),
            *([query(part) for part in some] for some in _batches(others, 1 if self.apart else TOGETHER)),
        ] or [[]]
        files = [out.with_name(f"{out.name}.{number}") if number else out for number in range(len(written))]
        try:
            counts: list[int] = []
            for each, file in zip(written, files, strict=True):
                self.step(f"writing lines: {len(counts) + 1} of {len(written)} parts")
                counts.append(self._copy(_union(each), file))
            for more in files[1:]:
                with more.open("rb") as source, out.open("ab") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
        finally:
            for more in files[1:]:
                more.unlink(missing_ok=True)
        self.do("RESET preserve_insertion_order")
        of_rows = -(-len(rows) // TOGETHER)  # whose texts are of several lines
        return sum(facts.lines(part) for part in rows) + sum(counts[of_rows:])

    def _copy(self, query: str, out: Path) -> int:
        return int(self.do(f"COPY ({query}) TO {quoted(out)} ({AS_IT_IS})")[0][0])

    def _kept(self, given: Sequence[Part]) -> list[Part]:
        """The parts over tables of what they need, each filled by one scan, in place of views of CSV."""
        used: dict[str, dict[str, None]] = {}
        for table, name in (pair for part in given for pair in _used(part)):
            if self.plain.get(table, self.limit) < self.limit:
                used.setdefault(table, {})[name] = None
        for table, names in used.items():
            numbered = ROW in names
            self.do(f"SET preserve_insertion_order = {str(numbered).lower()}")
            columns = ", ".join(map(identifier, names)) or "1"
            self.do(f"CREATE OR REPLACE TEMP TABLE {_cells(table)} AS SELECT {columns} FROM {table}")
        self.do("RESET preserve_insertion_order")
        return [_over(part, lambda table: _cells(table) if table in used else table) for part in given]

    def _unique(self, part: Part, facts: Facts) -> Part:
        """Lines whose records come twice over a table of them in which they do not, if it makes a key."""
        if not isinstance(part, Lines) or len(part.lines) < WORTH:
            return part
        node = Node(part.table, part.types, part.subject)
        names = dict.fromkeys(name for _, name in _used(part))
        if facts.is_key(node) or ROW in names or not names:
            return part
        every = ", ".join(map(identifier, names))
        subject = dialects.expression(part.subject, dict(part.types))
        ((nodes, rows),) = self.do(
            f"SELECT count(DISTINCT hash({subject})), count(DISTINCT hash({every})) FROM {part.table} "
            f"WHERE {subject} IS NOT NULL"
        )
        if nodes != rows:
            return part
        table = f"unique_{len(facts.keys)}"
        self.do(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT {every} FROM {part.table} "
            f"WHERE {subject} IS NOT NULL"
        )
        made = replace(part, table=table)
        facts.ask([made])
        return made


@dataclass(frozen=True)
class Facts:
    """What is so of the tables: which nodes are keys, how many records have values, which texts change."""

    do: Do
    clean: Container[str] = ()
    """Tables of which no text needs an escape."""
    keys: dict[Node, bool] = field(default_factory=dict)
    counts: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    """Of a table, how many records have values in all of some columns."""
    changed: dict[tuple[str, Column], bool] = field(default_factory=dict)
    """Of a column, whether what is to be done with its texts changes any."""

    def ask(self, given: Sequence[Part]) -> None:
        """Look at each table once, for all that has to be known of it."""
        asked: dict[str, list[tuple[dict[Any, Any], object, str]]] = {}
        for node in duplicates.nodes(given):
            made = _identity(node)
            distinct = f"count({made}) = count(DISTINCT {made})"
            asked.setdefault(node.table, []).append((self.keys, node, distinct))
        for part in given:
            if isinstance(part, Lines):
                for needed in {(), *(_needed(part, line.needed) for line in (part.subject, *part.lines))}:
                    there = dialects.there(needed, dict(part.types))
                    filtered = f"FILTER (WHERE {' AND '.join(there)})" if needed else ""
                    counted = self.counts, (part.table, needed), f"count(*) {filtered}"
                    asked.setdefault(part.table, []).append(counted)
        for table, column in (each for part in given for each in _changing(part)):
            pattern = quoted(CHANGED[column.preparation])
            changes = f"coalesce(bool_or(regexp_matches({identifier(column.name)}, {pattern})), false)"
            known = table in self.clean and column.preparation == "escaped"
            told = self.changed, (table, column), "false" if known else changes
            asked.setdefault(table, []).append(told)
        for table, questions in asked.items():
            (answers,) = self.do(f"SELECT {', '.join(question for _, _, question in questions)} FROM {table}")
            for (found, of, _), answer in zip(questions, answers, strict=True):
                found[of] = answer

    def is_key(self, node: Node) -> bool:
        """Whether no two records make the same node."""
        return self.keys[node]

    def plain(self, part: Part | Once) -> Part | Once:
        """The part without what it would do to texts in vain."""
        match part:
            case Once():
                return Once(tuple(self.plain(each) for each in part.parts))  # type: ignore[misc]
            case Lines():
                plain = self._unchanged(part.table, _prepared((part.subject, *part.lines), part.types))
                lines = tuple(line.plain(plain) for line in part.lines)
                return replace(part, subject=part.subject.plain(plain), lines=lines)
            case Pairs():
                return replace(part, child=self._side(part.child), parent=self._side(part.parent))
            case _:
                return part

    def _side(self, side: Side) -> Side:
        plain = self._unchanged(side.table, _prepared((side.line,), side.types))
        return replace(side, line=side.line.plain(plain))

    def _unchanged(self, table: str, prepared: Iterable[Column]) -> set[Column]:
        return {column for column in prepared if not self.changed[table, column]}

    def always(self, part: Lines) -> frozenset[tuple[str, ...]]:
        """The combinations of columns that have values in each record which has a subject."""
        of_subject = self._count(part, part.subject.needed)
        return frozenset(line.needed for line in part.lines if self._count(part, line.needed) == of_subject)

    def lines(self, part: Lines) -> int:
        """How many lines are made."""
        return sum(self._count(part, line.needed) for line in part.lines)

    def _count(self, part: Lines, needed: tuple[str, ...]) -> int:
        return self.counts[part.table, _needed(part, needed)]


def _identity(node: Node) -> str:
    """A number for each record that has the node: different for different nodes, or else they are no key."""
    types = dict(node.types)
    columns = [identifier(piece.name) for piece in node.line.pieces if isinstance(piece, Column)]
    if not columns or not duplicates.one_to_one(node.line.pieces, types):
        return f"hash({dialects.expression(node.line, types)})"
    there = " AND ".join(dialects.there(node.line.needed, types))
    return f"CASE WHEN {there} THEN hash({', '.join(columns)}) END"


def _changing(part: Part) -> Iterator[tuple[str, Column]]:
    """Each table with each of its columns that lines and joins prepare."""
    if isinstance(part, Lines):
        yield from ((part.table, each) for each in _prepared((part.subject, *part.lines), part.types))
    if isinstance(part, Pairs):
        for side in (part.child, part.parent):
            yield from ((side.table, each) for each in _prepared((side.line,), side.types))


def _prepared(lines: Iterable[Line], types: Iterable[tuple[str, str]]) -> Iterator[Column]:
    """The columns that are prepared, texts all, each once."""
    texts = {name for name, kind in types if kind == TEXT}
    for piece in dict.fromkeys(piece for line in lines for piece in line.pieces):
        if isinstance(piece, Column) and piece.preparation in CHANGED and piece.name in texts:
            yield piece


def query(part: Part | Once) -> str:
    """The lines of a part, one in a row; those of Once without duplicates."""
    if not isinstance(part, Once):
        return dialects.compiled(part)
    if len(part.parts) == 1 and isinstance(lines := part.parts[0], Lines) and len(lines.lines) == 1:
        types = dict(lines.types)
        if columns := duplicates.columns_of(lines.lines[0], types):
            there = " AND ".join(dialects.there(columns, types))
            every = ", ".join(map(identifier, columns))
            records = f"(SELECT DISTINCT {every} FROM {lines.table} WHERE {there})"
            return dialects.compiled(replace(lines, table=records))
    return f"SELECT DISTINCT line FROM ({_union(map(query, part.parts))})"


def _union(queries: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(f"SELECT line FROM ({each})" for each in queries) or "SELECT '' LIMIT 0"


def parts_of(settled: Iterable[Part | Once]) -> Iterator[Part]:
    """The parts, those of groups too."""
    for each in settled:
        yield from each.parts if isinstance(each, Once) else (each,)


def uses_row(part: Part) -> bool:
    """Whether the number of a record stands in a line, so that the order in which they are read counts."""
    every = (line.terms for line in part.lines) if isinstance(part, Lines) else (part.terms,)
    return any(piece == Column(ROW) for quad in every for term in quad for piece in term)


def _needed(part: Lines, needed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*part.subject.needed, *needed}))


def _used(part: Part) -> Iterator[tuple[str, str]]:
    """Each table with each column that lines and joins take from it."""
    if isinstance(part, Lines):
        lines = [part.subject, *part.lines]
        yield from ((part.table, name) for line in lines for name in _columns(line) if name != part.name)
        yield from ((part.table, name) for line in lines for name in line.needed)
    if isinstance(part, Pairs):
        for side in (part.child, part.parent):
            yield from ((side.table, name) for line in (side.line, *side.keys) for name in _columns(line))


def _columns(line: Any) -> Iterator[str]:
    def inside(pieces: Any) -> Iterator[str]:
        for piece in pieces:
            if isinstance(piece, Column):
                yield piece.name
            elif not isinstance(piece, str):
                for texts in piece.texts:
                    yield from inside(texts)

    for pieces in (line.pieces, *(made for made, _ in line.demands)):
        yield from inside(pieces)


def _over(part: Part, named: Callable[[str], str]) -> Part:
    """Lines and joins over tables of other names."""
    if isinstance(part, Lines):
        return replace(part, table=named(part.table))
    if isinstance(part, Pairs):

        def moved(side: Side) -> Side:
            return replace(side, table=named(side.table))

        return replace(part, child=moved(part.child), parent=moved(part.parent))
    return part


def _demanding(part: Lines) -> bool:
    """Whether values are left out for what they look like, so that nothing tells how many lines there are."""
    return any(line.demands for line in (part.subject, *part.lines))


def _batches(given: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for at in range(0, len(given), size):
        yield given[at : at + size]


def _cells(table: str) -> str:
    return table.replace("source", "cells")
