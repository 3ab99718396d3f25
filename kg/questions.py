"""What is asked of a table to know whether a check can find anything: yes or no, of many at once.

A check is a relation of its own, which takes longer to compile than to run; most find nothing. What they look
for in plain columns can be asked together, in one scan of each table. Nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from kg.datatypes import Lexical
from kg.forms import Line
from kg.mapping import LogicalSource, TermMap
from kg.parts import are_plain, lined
from kg.plan import Tables, column
from kg.terms import Pieces, plain


@dataclass(frozen=True)
class Over:
    """A table, with the types of its columns."""

    name: str
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Unmet:
    """Is there a record with values in the columns `needed` whose text is not what is demanded?"""

    over: Over
    needed: tuple[str, ...]
    text: Pieces
    demanded: Lexical


@dataclass(frozen=True)
class NoKey:
    """Is there a record without a value in the column, or with one that another has?"""

    over: Over
    column: str


@dataclass(frozen=True)
class Unknown:
    """Is there a line that is in no row of the table `known`, in its column `column`?"""

    over: Over
    line: Line
    known: str
    column: str
    types: tuple[tuple[str, str], ...] = ()


Question: TypeAlias = Unmet | NoKey | Unknown


def unmet(
    source: LogicalSource,
    term_maps: Iterable[TermMap],
    text: Pieces,
    demanded: Lexical,
    tables: Tables,
) -> Unmet | None:
    """Whether a text is not what is demanded, where the term maps make terms; None if they are not plain."""
    given, types = tuple(term_maps), tables.types(source)
    if not are_plain(given, types):
        return None
    needed = dict.fromkeys(reference.name for each in given for reference in each.references)
    line = Line(text, tuple(needed)).renamed(lambda name: column(name, types))
    return Unmet(_over(source, tables), line.needed, line.pieces, demanded)


def no_key(source: LogicalSource, name: str, tables: Tables) -> NoKey | None:
    """Whether a column is no key; None if that is not plain."""
    types = tables.types(source)
    return None if types[name].startswith("array") else NoKey(_over(source, tables), name)


def unknown(source: LogicalSource, made: TermMap, base: str, known: str, tables: Tables) -> Unknown | None:
    """Whether a term map makes a term that is not in the column `term` of the table `known`."""
    types = tables.types(source)
    if not are_plain((made,), types):
        return None
    return Unknown(_over(source, tables), lined((made,), types, base=base), known, "term")


def orphan(
    source: LogicalSource, child: TermMap, other: LogicalSource, parent: TermMap, tables: Tables
) -> Unknown | None:
    """Whether the child of a join refers to a text that no record of its parent has."""
    types, others = tables.types(source), tables.types(other)
    if not (are_plain((child,), types) and are_plain((parent,), others)):
        return None
    (name,) = (reference.name for reference in parent.references)
    line = Line(plain(child.expression), tuple(reference.name for reference in child.references))
    return Unknown(
        _over(source, tables),
        line.renamed(lambda each: column(each, types)),
        tables.name(other),
        column(name, others),
        tuple(others.items()),
    )


def _over(source: LogicalSource, tables: Tables) -> Over:
    return Over(tables.name(source), tuple(tables.types(source).items()))
