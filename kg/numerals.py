"""Numbers in the canonical form of the datatype that a mapping gives them, as Ibis expressions.

A source's number comes in the canonical form of its own datatype: JSON's 80.25 as 8.025E1. Where the mapping
says xsd:decimal instead, 8.025E1 would be no such number, though the value is one; so numbers take the form
of the datatype that is said (RML-Core, "Natural mapping"; XML Schema 1.1 part 2, canonical representations).
Texts stay as they are, whatever they look like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazily import ibis
from kg.mapping import XSD

if TYPE_CHECKING:
    import ibis.expr.types as ir

EXPONENTIAL = ("double", "float")
PLAIN = (
    *("decimal", "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt"),
    *("unsignedShort", "unsignedByte"),
)
FORMS = {
    **dict.fromkeys((XSD + name for name in EXPONENTIAL), "as a double"),
    **dict.fromkeys((XSD + name for name in PLAIN), "as a decimal"),
}
"""What datatypes ask of numbers, as :mod:`kg.terms` names its preparations."""
DIGITS = "^-?[0-9]+([.][0-9]+)?$"
WITH_EXPONENT = "^-?[0-9][.][0-9]+E-?[0-9]+$"


def exponential(value: ir.StructValue) -> ir.StringValue:
    """Whole and decimal numbers as xsd:double has them: 33 as 3.3E1; other values as they are."""
    text = value["v"]
    digits = text.re_replace("[-.]", "")
    first = digits.re_replace("^0+", "")
    whole = text.re_extract("^-?0*([0-9]*)", 1)
    behind = text.re_extract("[.](0*)", 1)
    exponent = ibis.ifelse(whole != "", whole.length() - 1, -behind.length() - 1)
    rest = first.substr(1).re_replace("0+$", "")
    made = _joined(
        _sign(text), first.substr(0, 1), ".", ibis.ifelse(rest == "", "0", rest), "E", exponent.cast("string")
    )
    known = value["t"].isin([XSD + "integer", XSD + "decimal"]) & text.re_search(DIGITS)
    return ibis.ifelse(known, ibis.ifelse(first == "", "0.0E0", made), text)


def plain(value: ir.StructValue) -> ir.StringValue:
    """Doubles as xsd:decimal and xsd:integer have them: 8.025E1 as 80.25; other values as they are."""
    text = value["v"]
    known = (value["t"] == XSD + "double") & text.re_search(WITH_EXPONENT)
    digits = text.re_extract("^-?([0-9][.][0-9]+)E", 1).replace(".", "").re_replace("0+$", "")
    exponent = text.re_extract("E(-?[0-9]+)$", 1).try_cast("int64")
    # As many zeros on both sides as the point may have to move over.
    before = ibis.greatest(-exponent, 0)
    after = ibis.greatest(exponent + 1 - digits.length(), 0)
    padded = _joined(ibis.literal("0").repeat(before), digits, ibis.literal("0").repeat(after))
    point = ibis.greatest(exponent, 0) + 1
    behind = padded.substr(point).re_replace("0+$", "")
    made = _joined(_sign(text), padded.substr(0, point), ibis.ifelse(behind == "", "", _joined(".", behind)))
    return ibis.ifelse(known, ibis.ifelse(digits == "", "0", made), text)


def _sign(text: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(text.startswith("-"), "-", "")


def _joined(*pieces: ir.StringValue | str) -> ir.StringValue:
    return ibis.literal("").join(pieces)
