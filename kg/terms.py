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
from dataclasses import dataclass
from functools import partial, reduce
from itertools import groupby
from typing import TypeAlias, TypeVar
from urllib.parse import quote

import ibis
import ibis.expr.types as ir

from kg.mapping import (
    IRIS,
    ROW,
    XSD,
    Call,
    Constant,
    Expression,
    Fresh,
    Reference,
    Template,
    TermMap,
    TermType,
)

# RFC 3987, section 2.2: iunreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" / ucschar
UCSCHAR = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 0xE))
    + r"\x{E1000}-\x{EFFFD}"
)
RESERVED = rf"[^A-Za-z0-9._~{UCSCHAR}-]"
RESERVED_IN_URI = "[^A-Za-z0-9._~-]"
NOT_ASCII = r"[^\x00-\x7F]"
# What an IRI that nothing makes safe must not hold, lest it end the line: N-Quads 1.1, IRIREF and UCHAR.
BREAKING = r'[\x00-\x1F<>"\\]'
# N-Quads 1.1, STRING_LITERAL_QUOTE: these four must be escaped, everything else stands for itself.
ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
ESCAPED = r'[\\"\n\r]'
# RFC 3986, section 3.1
SCHEME = r"^[A-Za-z][A-Za-z0-9+.-]*:"
NOT_IN_LABEL = r"[^A-Za-z0-9]"

Cell = Callable[[str], ir.Value]
"""Gives the column that a reference names: of texts, or of structs of a text `v` and a datatype `t`."""
Piece: TypeAlias = "str | ir.StringValue"
Text = TypeVar("Text", str, ir.StringValue)


@ibis.udf.scalar.builtin(name="hex")  # type: ignore[untyped-decorator]
def _hex(text: str) -> str:
    """The UTF-8 bytes of a text as upper-case hexadecimal digits, two for each."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@dataclass(frozen=True)
class Safety:
    """Which characters an IRI takes as %XX: in values of a template, and in a value or a text by itself."""

    value: str = ""
    whole: str = ""
    unsafe: bool = False


# RML-Core, "Term types": URI is for those that read ASCII only; the unsafe ones encode no value.
SAFETY = {
    TermType.IRI: Safety(RESERVED),
    TermType.URI: Safety(RESERVED_IN_URI, NOT_ASCII),
    TermType.UNSAFE_IRI: Safety(unsafe=True),
    TermType.UNSAFE_URI: Safety(NOT_ASCII, NOT_ASCII, unsafe=True),
}


def term(term_map: TermMap, cell: Cell, *, base: str = "") -> ir.StringValue:
    """The term that `term_map` makes, as it stands in an N-Quads file; relative IRIs get `base` in front."""
    return _flat(SPELLINGS[term_map.term_type](term_map, cell, base))


def text(expression: Expression, cell: Cell) -> ir.StringValue:
    """The text of an expression as it is: what join conditions compare."""
    return _flat(_filled(expression, cell))


def iri(
    expression: Expression, cell: Cell, *, base: str = "", kind: TermType = TermType.IRI
) -> ir.StringValue:
    """The IRI of an expression, without its brackets."""
    return _flat(_iri(expression, cell, base, kind))


def column_of(expression: Reference | Call) -> str:
    """The name of the column that holds the value of a reference, or what a call returned."""
    return expression.name if isinstance(expression, Reference) else repr(expression)


def lexical(column: ir.Value) -> ir.StringValue:
    """The text of a column, whose values may come with their datatypes."""
    return column["v"] if column.type().is_struct() else column


def encoded(column: ir.StringValue, reserved: str = RESERVED) -> ir.StringValue:
    """The IRI-safe form: all but RFC 3987's iunreserved as %XX of its UTF-8 bytes. Chinese stays readable."""
    return _replaced(column, reserved, lambda char: _hex(char).re_replace("(..)", r"%\1"))


def escaped(column: ir.StringValue) -> ir.StringValue:
    """The text with the four escapes that a quoted string of N-Quads needs."""
    return ibis.ifelse(column.re_search(ESCAPED), _escape(column), column)


def label(column: ir.StringValue) -> ir.StringValue:
    """A legal blank node label, another one for each text: letters and digits stay, the rest is _ and hex."""
    return _replaced(column, NOT_IN_LABEL, lambda char: _flat(["_", _hex(char)]))


def _spelled_iri(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    return ["<", *_iri(term_map.expression, cell, base, term_map.term_type), ">"]


def _spelled_blank_node(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    if isinstance(term_map.expression, Fresh):
        return [f"_:f{term_map.expression.name}r", cell(ROW).cast("string")]
    return ["_:b", *_filled(term_map.expression, cell, label, _label)]


def _spelled_literal(term_map: TermMap, cell: Cell, base: str) -> list[Piece]:
    quoted: list[Piece] = ['"', *_filled(term_map.expression, cell, escaped, _escape), '"']
    if term_map.language is not None:
        # RDF 1.1 Concepts, section 3.3: the value space of language tags is in lower case.
        return [*quoted, "@", *_filled(term_map.language, cell, lambda tag: tag.lower(), str.lower)]
    if term_map.datatype == Constant(XSD + "string"):
        return quoted
    if isinstance(term_map.datatype, Constant):
        return [*quoted, "^^<", *_iri(term_map.datatype, cell, base), ">"]
    if term_map.datatype is not None:
        return [*quoted, _datatype(iri(term_map.datatype, cell, base=base))]
    if term_map.natural and isinstance(term_map.expression, Reference | Call):
        column = cell(column_of(term_map.expression))
        return [*quoted, _datatype(column["t"])] if column.type().is_struct() else quoted
    return quoted


def _datatype(of_value: ir.StringValue) -> ir.StringValue:
    """What follows the quotes: nothing for a plain literal, which is the same as one of xsd:string."""
    plain = of_value.isnull() | of_value.isin(["", XSD + "string"])
    return ibis.ifelse(plain, "", _flat(["^^<", of_value, ">"]))


SPELLINGS: dict[TermType, Callable[[TermMap, Cell, str], list[Piece]]] = {
    **dict.fromkeys(IRIS, _spelled_iri),
    TermType.BLANK_NODE: _spelled_blank_node,
    TermType.LITERAL: _spelled_literal,
}


def _iri(expression: Expression, cell: Cell, base: str, kind: TermType = TermType.IRI) -> list[Piece]:
    """An IRI (RML-Core, "IRI-safe" and "Generating IRIs"): relative ones after `base`, dot segments kept.

    Values in a template are encoded, so one that begins with a value is always relative, unless it is unsafe.
    """
    safety = SAFETY[kind]
    in_template = not isinstance(expression, Reference | Call)
    pieces = _filled(expression, cell, partial(_safe, safety, in_template), partial(_percent, safety.whole))
    if isinstance(pieces[0], str):
        return pieces if re.match(SCHEME, pieces[0]) else [base, *pieces]
    if in_template and not safety.unsafe:
        return [base, *pieces]
    whole = _flat(pieces)
    return [ibis.ifelse(whole.re_search(SCHEME), whole, _flat([base, whole]))] if base else [whole]


def _safe(safety: Safety, in_template: bool, column: ir.StringValue) -> ir.StringValue:
    """A value as an IRI takes it. What would end the line is spelled by its number and stays itself."""
    kept = column
    if safety.unsafe:
        kept = _replaced(column, BREAKING, lambda char: _flat(["\\u00", _hex(char)]))
    reserved = safety.value if in_template else safety.whole
    return encoded(kept, reserved) if reserved else kept


def _percent(reserved: str, value: str) -> str:
    return re.sub(reserved, lambda match: quote(match[0], safe=""), value) if reserved else value


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
        case Fresh():
            return [cell(ROW).cast("string")]
        case Reference() | Call():
            return [column(lexical(cell(column_of(expression))))]
        case Template(parts):
            values = (part if isinstance(part, str) else cell(part.name) for part in parts)
            return [fixed(each) if isinstance(each, str) else column(lexical(each)) for each in values]


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
