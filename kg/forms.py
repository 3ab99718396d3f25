"""Lines compiled once for each form: rules that differ only in names and fixed texts are compiled together.

Compiling an expression takes a thousand times as long as running it on a row, and mappings repeat themselves.
So a :class:`Line`, a text made of pieces (:mod:`kg.terms`), is taken apart into a form, in which names and
texts are numbered, and these names and texts; :func:`filled` puts them into the SQL of the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from operator import and_

import ibis
import ibis.expr.types as ir

from kg import demands, terms
from kg.arguments import balanced
from kg.datatypes import Lexical
from kg.terms import Column, Made, Pieces

# All texts of a mapping are numbered, so nothing in the SQL of a form is anybody's but ours. Neighbouring
# texts become one literal, with several numbers in it.
NAME, TEXT = "column ", "\ufdd3"
LINE = "line"
SLOT = re.compile(f"\"{NAME}([0-9]+)\"|'((?:{TEXT}[0-9]+)+)'")


@dataclass(frozen=True)
class Line:
    """A text of pieces; none where one of the columns `needed` has no value, or a demand is not met."""

    pieces: Pieces
    needed: tuple[str, ...] = ()
    demands: tuple[tuple[Pieces, Lexical], ...] = ()

    def renamed(self, called: Callable[[str], str]) -> Line:
        """The line over columns of other names."""
        return self.over(called, lambda text: text)

    def over(self, called: Callable[[str], str], written: Callable[[str], str]) -> Line:
        """The line over columns as they are `called`, with fixed texts as they are `written`."""

        def of(pieces: Pieces) -> Pieces:
            return tuple(map(one, pieces))

        def one(piece: terms.Piece) -> terms.Piece:
            match piece:
                case str():
                    return written(piece)
                case Column(name, preparation):
                    return Column(called(name), preparation)
                case Made(maker, texts):
                    return Made(maker, tuple(map(of, texts)))

        demanded = tuple((of(text), lexical) for text, lexical in self.demands)
        return Line(of(self.pieces), tuple(map(called, self.needed)), demanded)


@dataclass(frozen=True)
class Form:
    """A line whose names and texts are numbered, with the types of its columns in their order."""

    line: Line
    types: tuple[str, ...]

    @property
    def relation(self) -> ir.Table:
        """A relation with the line as its only column, over a table of the numbered columns."""
        columns = {f"{NAME}{number}": kind for number, kind in enumerate(self.types)}
        table = ibis.table(columns, name="form")
        return table.select(**{LINE: expression(self.line, table.__getitem__)})


def expression(line: Line, cell: terms.Cell) -> ir.StringValue:
    """The line as an expression over columns: NULL where there is none."""
    made = terms.realised(line.pieces, cell)
    conditions = [terms.lexical(cell(name)).notnull() for name in line.needed]
    conditions += [~demands.unmet(terms.realised(text, cell), lexical) for text, lexical in line.demands]
    return ibis.ifelse(balanced(and_, conditions), made, ibis.null("string")) if conditions else made


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


def of(line: Line, types: Map[str, str]) -> tuple[Form, tuple[str, ...], tuple[str, ...]]:
    """The form of a line, its names and its texts in the order of their numbers.

    >>> form, names, texts = of(Line(("<http://e/", Column("id"), ">"), ("id",)), {"id": "string"})
    >>> names, texts, form == of(Line(("<http://f/", Column("no"), ">"), ("no",)), {"no": "string"})[0]
    (('id',), ('<http://e/', '>'), True)
    """
    numbers = Numbers()
    form = replace(line, pieces=terms.merged(line.pieces)).over(numbers.name, numbers.text)
    names, texts = numbers.given
    return Form(form, tuple(types[name] for name in names)), names, texts


def filled(
    sql: str,
    names: Iterable[str],
    texts: Iterable[str],
    *,
    identifier: Callable[[str], str],
    literal: Callable[[str], str],
) -> str:
    """The SQL of a form with names and texts in their places, spelled by `identifier` and `literal`."""
    spelled, given = [*map(identifier, names)], [*texts]

    def there(slot: re.Match[str]) -> str:
        if slot[1]:
            return spelled[int(slot[1])]
        return literal("".join(given[int(number)] for number in slot[2].split(TEXT)[1:]))

    return SLOT.sub(there, sql)
