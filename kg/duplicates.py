"""Which lines may come twice: only these are made unique, and not all of them together.

Two lines are equal only if all their terms are. So lines of different predicates never are, nor those whose
IRIs begin differently (:func:`apart`); and where no two records make the same subject, the records of a table
do not repeat a line. What then remains is put into groups of which each is made unique by itself: that takes
less memory, and less time, than to look through everything. Nothing runs here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kg.forms import Line
from kg.parts import Lines, Pairs, Part, Relation, Scan, Side
from kg.shapes import TEXT
from kg.terms import RESERVED_MARKS, Column, Pieces

Terms = tuple[Pieces, ...]
ONE_TO_ONE = ("text", "escaped", "label", "in an IRI", "in a URI")
"""Preparations that give different texts for different values."""
ENCODED = ("in an IRI", "in a URI")


@dataclass(frozen=True)
class Node:
    """What the records of a table are of: the term in which no two of them may agree."""

    table: str
    types: tuple[tuple[str, str], ...]
    line: Line


@dataclass(frozen=True)
class Once:
    """Parts of which each line counts once, however often and by whichever of them it is made."""

    parts: tuple[Part, ...]


IsKey = Callable[[Node], bool]


def nodes(parts: Iterable[Part]) -> Iterator[Node]:
    """Everything of which it is worth knowing whether it is a key."""
    for part in parts:
        if isinstance(part, Lines):
            yield Node(part.table, part.types, part.subject)
        elif isinstance(part, Pairs):
            yield from map(_node, (part.child, part.parent))


def _node(side: Side) -> Node:
    return Node(side.table, side.types, Line(side.node, side.line.needed))


def settled(parts: Sequence[Part], is_key: IsKey) -> tuple[Part | Once, ...]:
    """The parts such that no line comes twice: as they are, where none can, else in groups that are Once."""
    known = [_known(part, is_key) for part in parts]
    every = [(index, line) for index, part in enumerate(known) for line in range(len(_terms(part)))]
    terms = {key: _terms(known[key[0]])[key[1]] for key in every}
    found: list[Part | Once] = []
    single: dict[int, list[int]] = {}
    for group in _meeting(terms):
        index, line = group[0]
        if len(group) == 1 and _never_twice(known[index], is_key):
            single.setdefault(index, []).append(line)
        else:
            found.append(Once(tuple(_taken(known[at], (number,)) for at, number in group)))
    return (*(_taken(known[index], tuple(lines)) for index, lines in single.items()), *found)


def _known(part: Part, is_key: IsKey) -> Part:
    """A join with what is known of the keys of its sides."""
    if not isinstance(part, Pairs):
        return part
    child, parent = (replace(side, key=is_key(_node(side))) for side in (part.child, part.parent))
    return replace(part, child=child, parent=parent, distinct=not (_one_key(child) and _one_key(parent)))


def _one_key(side: Side) -> bool:
    """Whether what a side makes goes with one combination of keys only."""
    of_node = {piece.name for piece in side.node if isinstance(piece, Column)}
    of_keys = {name for key in side.keys for name in key.needed}
    return side.key or (of_keys <= of_node and one_to_one(side.node, dict(side.types)))


def _never_twice(part: Part, is_key: IsKey) -> bool:
    match part:
        case Lines():
            return is_key(Node(part.table, part.types, part.subject))
        case Pairs():
            return True  # it is made so
        case _:
            return False


def _terms(part: Part) -> tuple[Terms, ...]:
    match part:
        case Lines():
            return tuple(line.terms for line in part.lines)
        case Pairs() | Scan() | Relation():
            return (part.terms,)


def _taken(part: Part, lines: tuple[int, ...]) -> Part:
    """The part with some of its lines only."""
    if isinstance(part, Lines):
        return replace(part, lines=tuple(part.lines[number] for number in sorted(lines)))
    return part


def _meeting(terms: dict[tuple[int, int], Terms]) -> list[list[tuple[int, int]]]:
    """Groups of quads such that those of different groups are never equal."""
    leads = {key: key for key in terms}

    def lead(key: tuple[int, int]) -> tuple[int, int]:
        while leads[key] != key:
            key = leads[key]
        return key

    by_predicate: dict[Pieces, list[tuple[int, int]]] = {}
    for key, quad in terms.items():
        by_predicate.setdefault(quad[1] if _fixed(quad[1]) else (), []).append(key)
    anything = by_predicate.pop((), [])
    for bucket in by_predicate.values():
        for one, other in combinations([*bucket, *anything], 2):
            if not apart(terms[one], terms[other]):
                leads[lead(other)] = lead(one)
    for one, other in combinations(anything, 2):
        if not apart(terms[one], terms[other]):
            leads[lead(other)] = lead(one)
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for key in terms:
        groups.setdefault(lead(key), []).append(key)
    return [*groups.values()]


def _fixed(pieces: Pieces) -> bool:
    return all(isinstance(piece, str) for piece in pieces)


def apart(quad: Terms, other: Terms) -> bool:
    """Whether no quad that one makes is one that the other makes.

    >>> apart((("<e:a/", Column("x")),), (("<e:b/", Column("y")),))
    True
    """
    return len(quad) != len(other) or any(map(_differ, quad, other))


def _differ(term: Pieces, other: Pieces) -> bool:
    """Whether a term can never be the other: by how they begin, or end, or by their delimiters."""
    if _fixed(term) and _fixed(other):
        return term != other
    begin, begins = _first(term), _first(other)
    if not (begin.startswith(begins) or begins.startswith(begin)):
        return True
    end, ends = _first(term[::-1]), _first(other[::-1])
    if not (end.endswith(ends) or ends.endswith(end)):
        return True
    marks = (_marks(term), _marks(other))
    return None not in marks and marks[0] != marks[1]


def _first(pieces: Pieces) -> str:
    return pieces[0] if isinstance(pieces[0], str) else ""


def _marks(term: Pieces) -> str | None:
    """The reserved characters of an IRI, in their order: encoded values add none of them to its own."""
    columns = [piece for piece in term if not isinstance(piece, str)]
    if any(not isinstance(piece, Column) or piece.preparation not in ENCODED for piece in columns):
        return None
    return "".join(
        char for piece in term if isinstance(piece, str) for char in piece if char in RESERVED_MARKS
    )


def one_to_one(term: Pieces, types: dict[str, str]) -> bool:
    """Whether different values make different terms.

    Of several values in an IRI this is so if a character stands between them that values do not have.

    >>> one_to_one((Column("a", "in an IRI"), "-", Column("b", "in an IRI")), {"a": "string", "b": "string"})
    False
    """
    columns = [piece for piece in term if not isinstance(piece, str)]
    for piece in columns:
        if not isinstance(piece, Column) or types.get(piece.name) != TEXT:
            return False
        if piece.preparation not in (ENCODED if len(columns) > 1 else ONE_TO_ONE):
            return False
    between = term[1:-1] if isinstance(term[0], str) else term[:-1]
    parted = [piece for piece in between if isinstance(piece, str) and set(piece) & set(RESERVED_MARKS)]
    return len(columns) < 2 or len(parted) >= len(columns) - 1


def columns_of(line: Line, types: dict[str, str]) -> tuple[str, ...]:
    """The columns of which a quad is a one-to-one picture, so that they may be made unique in its place."""
    if all(one_to_one(term, types) for term in line.terms):
        every = (piece.name for term in line.terms for piece in term if isinstance(piece, Column))
        return tuple(dict.fromkeys(every))
    return ()
