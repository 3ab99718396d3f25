"""What is done with values, compiled once for each form: texts are then put together without a compiler.

Compiling an expression takes a thousand times as long as running it on a row, and mappings repeat themselves.
So a :class:`Line`, a text made of pieces (:mod:`kg.terms`), is spelled piece by piece; only what is done with
a value, a :class:`Form`, is an expression of Ibis. What is too involved for that is compiled whole, with its
names and texts numbered (:class:`Numbers`); :func:`filled` puts these into the SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg import demands, terms
from kg.datatypes import IRI, LANGUAGE, LEXICAL, RELATIVE_IRI, Lexical
from kg.lazily import ibis
from kg.shapes import TEXT as TEXT_TYPE
from kg.shapes import VALUE
from kg.terms import Column, Made, Pieces

if TYPE_CHECKING:
    import ibis.expr.types as ir

# All texts of a mapping are numbered, so nothing in the SQL of a form is anybody's but ours. Neighbouring
# texts become one literal, with several numbers in it.
NAME, TEXT = "column ", "\ufdd3"
LINE = "line"
SLOT = re.compile(f"[\"`]{NAME}([0-9]+)[\"`]|'((?:{TEXT}[0-9]+)+)'")


@dataclass(frozen=True)
class Line:
    """A text of pieces; none where one of the columns `needed` has no value, or a demand is not met.

    `terms` are the pieces of the terms that the text is made of, where it is a quad: subject, predicate,
    object and, if there is one, graph.

    >>> Line(("<e:", Column("id", "in an IRI"), ">"), ("id",)).renamed(str.upper).needed
    ('ID',)
    """

    pieces: Pieces
    needed: tuple[str, ...] = ()
    demands: tuple[tuple[Pieces, Lexical], ...] = ()
    terms: tuple[Pieces, ...] = ()

    def renamed(self, called: Callable[[str], str]) -> Line:
        """The line over columns of other names."""
        return self.over(called, lambda text: text)

    def plain(self, plain: Container[Column]) -> Line:
        """The line with these columns unprepared, as they need it nowhere."""
        return self._each(lambda column: Column(column.name) if column in plain else column)

    def over(self, called: Callable[[str], str], written: Callable[[str], str]) -> Line:
        """The line over columns as they are `called`, with fixed texts as they are `written`."""

        made = self._each(lambda column: Column(called(column.name), column.preparation), written)
        return replace(made, needed=tuple(map(called, self.needed)))

    def _each(
        self, column: Callable[[Column], Column], written: Callable[[str], str] = lambda text: text
    ) -> Line:
        def of(pieces: Pieces) -> Pieces:
            return tuple(map(one, pieces))

        def one(piece: terms.Piece) -> terms.Piece:
            match piece:
                case str():
                    return written(piece)
                case Column():
                    return column(piece)
                case Made(maker, texts):
                    return Made(maker, tuple(map(of, texts)))

        demanded = tuple((of(text), lexical) for text, lexical in self.demands)
        return Line(of(self.pieces), self.needed, demanded, tuple(map(of, self.terms)))


@dataclass(frozen=True)
class Form:
    """What is done with values of these types, in the words of the tables of :mod:`kg.terms`.

    `what` is "prepared", "made" or "unmet", `name` the preparation, the maker or the lexical space.

    >>> Form("prepared", "text", ("string",)).relation.columns
    ('line',)
    """

    what: str
    name: str | Lexical
    types: tuple[str, ...]

    @property
    def relation(self) -> ir.Table:
        """A relation with the result as its only column, over a table of the numbered columns."""
        table = ibis.table({f"{NAME}{number}": kind for number, kind in enumerate(self.types)}, name="form")
        made = DOINGS[self.what](self.name)(*(table[name] for name in table.columns))
        return table.select(**{LINE: made})


DOINGS: dict[str, Callable[..., Callable[..., ir.Value]]] = {
    "prepared": terms.PREPARATIONS.__getitem__,
    "made": terms.MAKERS.__getitem__,
    "unmet": lambda lexical: lambda text: demands.unmet(text, lexical),
}
"""How each thing that is done becomes an expression."""


def usual() -> Iterator[Form]:
    """The forms that most runs need: all that is done with texts, and with values that have datatypes."""
    for name in terms.PREPARATIONS:
        kinds = (VALUE,) if name == "natural datatype" else (TEXT_TYPE, VALUE)
        yield from (Form("prepared", name, (kind,)) for kind in kinds)
    yield Form("prepared", "text", ("int64",))
    yield Form("made", "datatype", (TEXT_TYPE,))
    yield Form("made", "absolute", (TEXT_TYPE, TEXT_TYPE))
    for lexical in dict.fromkeys((*LEXICAL.values(), IRI, RELATIVE_IRI, LANGUAGE)):
        yield Form("unmet", lexical, (TEXT_TYPE,))


class Numbers:
    """Gives names and texts their numbers, the same the same one; `given` are both in their order."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}

    def name(self, name: str, table: str = "") -> str:
        """The slot of a name: that of a column of a table, or of a table."""
        return self._names.setdefault((table, name), f"{NAME}{len(self._names)}")

    def text(self, text: str) -> str:
        """The slot of a text."""
        return self._texts.setdefault(text, f"{TEXT}{len(self._texts)}")

    @property
    def given(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names and the texts in the order of their numbers."""
        return tuple(name for _, name in self._names), tuple(self._texts)


def filled(sql: str, names: Iterable[str], texts: Iterable[str], *, literal: Callable[[str], str]) -> str:
    """SQL with names, spelled already, and texts, spelled by `literal`, in the places of their numbers.

    >>> filled('UPPER("column 0")', ["name"], [], literal=repr)
    'UPPER(name)'
    """
    spelled, given = [*names], [*texts]

    def there(slot: re.Match[str]) -> str:
        if slot[1]:
            return spelled[int(slot[1])]
        return literal("".join(given[int(number)] for number in slot[2].split(TEXT)[1:]))

    return SLOT.sub(there, sql)
