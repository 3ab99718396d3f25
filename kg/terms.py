"""RDF terms spelled as N-Quads, as Ibis expressions over the columns of a table.

Callers leave out the records in which a referenced cell is NULL: from those no term, and no quad, is made
(RML-Core, "Generating RDF terms"). CONCAT_WS would pass over the NULL. Nothing is executed here.

A term map becomes pieces (:func:`spelled`), plain values of fixed texts and prepared columns, which
:mod:`kg.forms` can compare. :func:`realised` joins them once by a flat CONCAT_WS: a chain of `||` would copy
the text once for each piece. Encoding, escaping and labelling work character by character, so that fixed
texts are prepared here and columns in the database, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import quote

from kg import numerals
from kg.lazily import ibis
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

if TYPE_CHECKING:
    import ibis.expr.types as ir

# RFC 3987, section 2.2: iunreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" / ucschar
UCSCHAR = (
    r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 0xE))
    + r"\x{E1000}-\x{EFFFD}"
)
RESERVED = rf"[^A-Za-z0-9._~{UCSCHAR}-]"
RESERVED_IN_URI = "[^A-Za-z0-9._~-]"
# Of these none is in a value that is encoded; % is, in what stands for the others.
RESERVED_MARKS = ":/?#[]@!$&'()*+,;="
NOT_ASCII = r"[^\x00-\x7F]"
# What an IRI that nothing makes safe must not hold, lest it end the line: N-Quads 1.1, IRIREF and UCHAR.
BREAKING = r'[\x00-\x1F<>"\\]'
# N-Quads 1.1, STRING_LITERAL_QUOTE: these four must be escaped, everything else stands for itself.
ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
ESCAPED = r'[\\"\n\r]'
# RFC 3986, section 3.1
SCHEME = r"^[A-Za-z][A-Za-z0-9+.-]*:"
NOT_IN_LABEL = r"[^A-Za-z0-9]"

Cell: TypeAlias = "Callable[[str], ir.Value]"
"""Gives the column that a reference names: of texts, or of structs of a text `v` and a datatype `t`."""
Text = TypeVar("Text", str, "ir.StringValue")


@dataclass(frozen=True)
class Column:
    """The value of a column, prepared as `PREPARATIONS` has it by that name."""

    name: str
    preparation: str = "text"


@dataclass(frozen=True)
class Made:
    """One text made of others, as `MAKERS` has it by that name."""

    maker: str
    texts: tuple[Pieces, ...]


Piece: TypeAlias = str | Column | Made
Pieces: TypeAlias = tuple[Piece, ...]


def _hex(text: ir.StringValue) -> ir.StringValue:
    """The UTF-8 bytes of a text as upper-case hexadecimal digits, two for each."""
    return _functions()(text)


@lru_cache
def _functions() -> Callable[[ir.StringValue], ir.StringValue]:
    @ibis.udf.scalar.builtin(name="hex")  # type: ignore[untyped-decorator]
    def of_bytes(text: str) -> str:
        raise RuntimeError("runs in the database only")  # pragma: no cover

    return of_bytes  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Safety:
    """How an IRI is made safe: the values in a template, a value by itself, and the mapping's own text.

    The first two are preparations, the last one the characters that become %XX.
    """

    value: str
    whole: str
    fixed: str = ""
    unsafe: bool = False


# RML-Core, "Term types": URI is for those that read ASCII only; the unsafe ones encode no value.
SAFETY = {
    TermType.IRI: Safety("in an IRI", "text"),
    TermType.URI: Safety("in a URI", "whole URI", NOT_ASCII),
    TermType.UNSAFE_IRI: Safety("unsafe IRI", "unsafe IRI", unsafe=True),
    TermType.UNSAFE_URI: Safety("unsafe URI", "unsafe URI", NOT_ASCII, unsafe=True),
}


def term(term_map: TermMap, cell: Cell, *, base: str = "") -> ir.StringValue:
    """The term that `term_map` makes, as it stands in an N-Quads file; relative IRIs get `base` in front."""
    return realised(spelled(term_map, base), cell)


def text(expression: Expression, cell: Cell) -> ir.StringValue:
    """The text of an expression as it is: what join conditions compare."""
    return realised(_filled(expression), cell)


def plain(expression: Expression) -> Pieces:
    """The pieces of the text of an expression as it is."""
    return merged(_filled(expression))


def content(term_map: TermMap, base: str = "") -> Pieces:
    """The pieces of a term's content: the text of a literal, an IRI without its brackets."""
    if term_map.term_type is TermType.LITERAL:
        return _filled(term_map.expression, _numeric(term_map) or "text")
    return _iri(term_map.expression, term_map.base or base, term_map.term_type)


def spelled(term_map: TermMap, base: str = "") -> Pieces:
    """The pieces of the term that `term_map` makes: no fixed text beside another.

    >>> from kg.mapping import Reference, TermMap, TermType
    >>> spelled(TermMap(Reference("name"), TermType.LITERAL))
    ('"', Column(name='name', preparation='escaped'), '"')
    """
    return merged(SPELLINGS[term_map.term_type](term_map, base))


def merged(pieces: Iterable[Piece]) -> Pieces:
    """The pieces with neighbouring fixed texts as one, inside of others too; there is at least one piece."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif isinstance(piece, Made):
            found.append(Made(piece.maker, tuple(map(merged, piece.texts))))
        elif piece != "":
            found.append(piece)
    return tuple(found) or ("",)


def realised(pieces: Pieces, cell: Cell) -> ir.StringValue:
    """The pieces as one text of the database."""
    texts = [_realised(piece, cell) for piece in merged(pieces)]
    return texts[0] if len(texts) == 1 else ibis.literal("").join(texts)


def _realised(piece: Piece, cell: Cell) -> ir.StringValue:
    match piece:
        case str():
            return ibis.literal(piece)
        case Column(name, preparation):
            return PREPARATIONS[preparation](cell(name))
        case Made(maker, texts):
            return MAKERS[maker](*(realised(text, cell) for text in texts))


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
    return _replaced(column, NOT_IN_LABEL, lambda char: ibis.literal("").join(["_", _hex(char)]))


def _spelled_iri(term_map: TermMap, base: str) -> Pieces:
    return ("<", *content(term_map, base), ">")


def _spelled_blank_node(term_map: TermMap, base: str) -> Pieces:
    if isinstance(term_map.expression, Fresh):
        return (f"_:f{term_map.expression.name}r", Column(ROW))
    return ("_:b", *_filled(term_map.expression, "label", _label))


def _spelled_literal(term_map: TermMap, base: str) -> Pieces:
    quoted: Pieces = ('"', *_filled(term_map.expression, _numeric(term_map) or "escaped", _escape), '"')
    if term_map.language is not None:
        # RDF 1.1 Concepts, section 3.3: the value space of language tags is in lower case.
        return (*quoted, "@", *_filled(term_map.language, "lower case", str.lower))
    if term_map.datatype == Constant(XSD + "string"):
        return quoted
    if isinstance(term_map.datatype, Constant):
        return (*quoted, "^^<", *_iri(term_map.datatype, base), ">")
    if term_map.datatype is not None:
        return (*quoted, Made("datatype", (_iri(term_map.datatype, base),)))
    if term_map.natural and isinstance(term_map.expression, Reference | Call):
        return (*quoted, Column(column_of(term_map.expression), "natural datatype"))
    return quoted


def _numeric(term_map: TermMap) -> str:
    """The preparation that gives numbers the form of the datatype that the term map says, if it says one."""
    by_itself = isinstance(term_map.expression, Reference | Call)
    said = term_map.datatype.value if isinstance(term_map.datatype, Constant) else ""
    return numerals.FORMS.get(said, "") if by_itself else ""


SPELLINGS: dict[TermType, Callable[[TermMap, str], Pieces]] = {
    **dict.fromkeys(IRIS, _spelled_iri),
    TermType.BLANK_NODE: _spelled_blank_node,
    TermType.LITERAL: _spelled_literal,
}


def _iri(expression: Expression, base: str, kind: TermType = TermType.IRI) -> Pieces:
    """An IRI (RML-Core, "IRI-safe" and "Generating IRIs"): relative ones after `base`, dot segments kept.

    Values in a template are encoded, so one that begins with a value is always relative, unless it is unsafe.
    """
    safety = SAFETY[kind]
    in_template = not isinstance(expression, Reference | Call)
    prepared = safety.value if in_template else safety.whole
    pieces = merged(_filled(expression, prepared, partial(_percent, safety.fixed)))
    if isinstance(pieces[0], str):
        return pieces if re.match(SCHEME, pieces[0]) else (base, *pieces)
    if in_template and not safety.unsafe:
        return (base, *pieces)
    return (Made("absolute", (pieces, (base,))),) if base else pieces


def _percent(reserved: str, value: str) -> str:
    return re.sub(reserved, lambda match: quote(match[0], safe=""), value) if reserved else value


def _filled(
    expression: Expression, preparation: str = "text", fixed: Callable[[str], str] = lambda value: value
) -> Pieces:
    """The pieces of an expression: columns with their preparation, the mapping's own text by `fixed`."""
    match expression:
        case Constant(value):
            return (fixed(value),)
        case Fresh():
            return (Column(ROW),)
        case Reference() | Call():
            return (Column(column_of(expression), preparation),)
        case Template(parts):
            return tuple(
                fixed(part) if isinstance(part, str) else Column(part.name, preparation) for part in parts
            )


def _as_text(column: ir.Value) -> ir.StringValue:
    value = lexical(column)
    return value if value.type().is_string() else value.cast("string")


def _number(column: ir.Value, form: Callable[[ir.StructValue], ir.StringValue]) -> ir.StringValue:
    return escaped(form(column) if column.type().is_struct() else _as_text(column))


def _natural_datatype(column: ir.Value) -> ir.StringValue:
    return _datatype(column["t"]) if column.type().is_struct() else ibis.literal("")


def _datatype(of_value: ir.StringValue) -> ir.StringValue:
    """What follows the quotes: nothing for a plain literal, which is the same as one of xsd:string."""
    plain = of_value.isnull() | of_value.isin(["", XSD + "string"])
    return ibis.ifelse(plain, "", ibis.literal("").join(["^^<", of_value, ">"]))


def _absolute(whole: ir.StringValue, base: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(whole.re_search(SCHEME), whole, ibis.literal("").join([base, whole]))


def _unbroken(column: ir.StringValue) -> ir.StringValue:
    """A value as an IRI takes it. What would end the line is spelled by its number and stays itself."""
    return _replaced(column, BREAKING, lambda char: ibis.literal("").join(["\\u00", _hex(char)]))


PREPARATIONS: dict[str, Callable[[ir.Value], ir.StringValue]] = {
    "text": _as_text,
    "escaped": lambda column: escaped(_as_text(column)),
    "label": lambda column: label(_as_text(column)),
    "lower case": lambda column: _as_text(column).lower(),
    "in an IRI": lambda column: encoded(_as_text(column)),
    "in a URI": lambda column: encoded(_as_text(column), RESERVED_IN_URI),
    "whole URI": lambda column: encoded(_as_text(column), NOT_ASCII),
    "unsafe IRI": lambda column: _unbroken(_as_text(column)),
    "unsafe URI": lambda column: encoded(_unbroken(_as_text(column)), NOT_ASCII),
    "natural datatype": _natural_datatype,
    "as a double": lambda column: _number(column, numerals.exponential),
    "as a decimal": lambda column: _number(column, numerals.plain),
}
CHANGED = {
    "escaped": ESCAPED,
    "in an IRI": RESERVED,
    "in a URI": RESERVED_IN_URI,
    "label": NOT_IN_LABEL,
}
"""What a text must have in it to be changed by a preparation."""
MAKERS: dict[str, Callable[..., ir.StringValue]] = {"datatype": _datatype, "absolute": _absolute}


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
