"""RDF terms spelled as N-Quads, as Ibis expressions over the columns of a table.

Callers leave out the records in which a referenced cell is NULL: from those no term, and no quad, is made
(RML-Core, "Generating RDF terms"). CONCAT_WS would pass over the NULL. Nothing is executed here.

A term map becomes pieces, fixed texts and prepared columns, that are joined once by a flat CONCAT_WS: a chain
of `||` would copy the text once for each piece. Encoding, escaping and labelling work character by character,
so that fixed texts are prepared here and columns in the database, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from itertools import groupby
from typing import TypeAlias, TypeVar

import ibis
import ibis.expr.types as ir

from kg.mapping import XSD, Constant, Expression, Reference, Template, TermMap, TermType

# RFC 3987, section 2.2: iunreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" / ucschar
UCSCHAR = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 0xE))
    + r"\x{E1000}-\x{EFFFD}"
)
RESERVED = rf"[^A-Za-z0-9._~{UCSCHAR}-]"
# N-Quads 1.1, STRING_LITERAL_QUOTE: these four must be escaped, everything else stands for itself.
ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
ESCAPED = r'[\\"\n\r]'
# RFC 3986, section 3.1
SCHEME = r"^[A-Za-z][A-Za-z0-9+.-]*:"
NOT_IN_LABEL = r"[^A-Za-z0-9]"

Cell = Callable[[str], ir.StringValue]
"""Gives the column that a reference names."""
Piece: TypeAlias = "str | ir.StringValue"
Text = TypeVar("Text", str, ir.StringValue)


@ibis.udf.scalar.builtin(name="hex")  # type: ignore[untyped-decorator]
def _hex(text: str) -> str:
    """The UTF-8 bytes of a text as upper-case hexadecimal digits, two for each."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


def term(term_map: TermMap, cell: Cell, *, base: str = "") -> ir.StringValue:
    """The term that `term_map` makes, as it stands in an N-Quads file; relative IRIs get `base` in front."""
    return _flat(SPELLINGS[term_map.term_type](term_map, cell, base))


def text(expression: Expression, cell: Cell) -> ir.StringValue:
    """The text of an expression as it is: what join conditions compare."""
    return _flat(_filled(expression, cell))


def encoded(column: ir.StringValue) -> ir.StringValue:
    """The IRI-safe form: all but RFC 3987's iunreserved as %XX of its UTF-8 bytes. Chinese stays readable."""
    return _replaced(column, RESERVED, lambda char: _hex(char).re_replace("(..)", r"%\1"))


def escaped(column: ir.StringValue) -> ir.StringValue:
    """The text with the four escapes that a quoted string of N-Quads needs."""
    return ibis.ifelse(column.re_search(ESCAPED), _escape(column), column)


def label(column: ir.StringValue) -> ir.StringValue:
    """A legal blank node label, another one for each text: letters and digits stay, the rest is _ and hex."""
    return _replaced(column, NOT_IN_LABEL, lambda char: _flat(["_", _hex(char)]))


def _spelled_iri(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    return ["<", *_iri(term_map.expression, cell, base), ">"]


def _spelled_blank_node(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    return ["_:b", *_filled(term_map.expression, cell, label, _label)]


def _spelled_literal(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    quoted: list[Piece] = ['"', *_filled(term_map.expression, cell, escaped, _escape), '"']
    if term_map.language is not None:
        # RDF 1.1 Concepts, section 3.3: the value space of language tags is in lower case.
        return [*quoted, "@", *_filled(term_map.language, cell, lambda tag: tag.lower(), str.lower)]
    if term_map.datatype is not None and term_map.datatype != Constant(XSD + "string"):
        return [*quoted, "^^<", *_iri(term_map.datatype, cell, base), ">"]
    return quoted


SPELLINGS: dict[TermType, Callable[[TermMap, Cell, str], list[Piece]]] = {
    TermType.IRI: _spelled_iri,
    TermType.BLANK_NODE: _spelled_blank_node,
    TermType.LITERAL: _spelled_literal,
}


def _iri(expression: Expression, cell: Cell, base: str) -> list[Piece]:
    """An IRI (RML-Core, "IRI-safe" and "Generating IRIs"): relative ones after `base`, dot segments kept.

    Values in a template are encoded, so one that begins with a value is always relative.
    """
    if isinstance(expression, Reference):
        column = cell(expression.name)
        return [ibis.ifelse(column.re_search(SCHEME), column, _flat([base, column])) if base else column]
    pieces = _filled(expression, cell, encoded)
    absolute = isinstance(pieces[0], str) and re.match(SCHEME, pieces[0])
    return pieces if absolute else [base, *pieces]


def _filled(
    expression: Expression,
    cell: Cell,
    column: Callable[[ir.StringValue], ir.StringValue] = lambda value: value,
    fixed: Callable[[str], str] = lambda value: value,
) -> list[Piece]:
    """The pieces of an expression: columns prepared by `column`, the mapping's own text by `fixed`."""
    match expression:
        case Constant(value):
            return [fixed(value)]
        case Reference(name):
            return [column(cell(name))]
        case Template(parts):
            return [fixed(part) if isinstance(part, str) else column(cell(part.name)) for part in parts]


def _flat(pieces: list[Piece]) -> ir.StringValue:
    """The pieces as one text; neighbouring fixed texts are one piece."""
    merged: list[ir.StringValue] = []
    for fixed, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        several = list(group)
        merged += [ibis.literal("".join(map(str, several)))] if fixed else several
    return merged[0] if len(merged) == 1 else ibis.literal("").join(merged)


def _replaced(
    column: ir.StringValue, pattern: str, replacement: Callable[[ir.StringValue], ir.StringValue]
) -> ir.StringValue:
    """Each character that matches `pattern` replaced; texts without any are passed on untouched."""
    each = column.split("").map(lambda char: ibis.ifelse(char.re_search(pattern), replacement(char), char))
    return ibis.ifelse(column.re_search(pattern), each.join(""), column)


def _escape(value: Text) -> Text:
    return reduce(lambda so_far, pair: so_far.replace(*pair), ESCAPES, value)


def _label(value: str) -> str:
    return re.sub(NOT_IN_LABEL, lambda match: "_" + match[0].encode().hex().upper(), value)
