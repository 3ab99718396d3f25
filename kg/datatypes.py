"""What the text of a typed literal, an IRI or a language tag must look like.

XML Schema 1.1 part 2, section 3: the lexical space of each datatype, as a pattern for the whole text.
Datatypes that are not in the table take any text.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.mapping import XSD


@dataclass(frozen=True)
class Lexical:
    """A pattern, anchored at both ends, and how to tell a person what is meant."""

    pattern: str
    expected: str
    cast: str = ""
    """A type that the text must also be castable to: for 30 February, and for numbers out of range."""


_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = f"{_YEAR}-(0[1-9]|1[0-2])"
_DAY = f"{_MONTH}-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_FLOAT = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?|[+-]?INF|NaN)"
_NOT_IN_IRI = r"\x00-\x20<>\"{}|^`\\"  # N-Quads 1.1, IRIREF

LEXICAL = {
    XSD + name: Lexical(f"^{pattern}$", *rest)
    for name, pattern, *rest in (
        ("boolean", "(true|false|1|0)", "true, false, 1 or 0"),
        ("decimal", r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "a number such as 3 or 93.18"),
        ("integer", "[+-]?[0-9]+", "a whole number"),
        ("long", "[+-]?[0-9]+", "a whole number of 64 bits", "int64"),
        ("int", "[+-]?[0-9]+", "a whole number of 32 bits", "int32"),
        ("short", "[+-]?[0-9]+", "a whole number of 16 bits", "int16"),
        ("byte", "[+-]?[0-9]+", "a whole number of 8 bits", "int8"),
        ("nonNegativeInteger", r"(\+?[0-9]+|-0+)", "a whole number, not below zero"),
        ("positiveInteger", r"\+?0*[1-9][0-9]*", "a whole number above zero"),
        ("double", _FLOAT, "a number such as 3.0 or 1E6"),
        ("float", _FLOAT, "a number such as 3.0 or 1E6"),
        ("date", _DAY + _ZONE, "a date such as 2020-01-25", "date"),
        ("dateTime", f"{_DAY}T{_TIME}{_ZONE}", "a date and time such as 2020-01-25T18:00:00+08:00", "date"),
        ("time", _TIME + _ZONE, "a time such as 18:00:00"),
        ("gYear", _YEAR + _ZONE, "a year such as 2020"),
        ("gYearMonth", _MONTH + _ZONE, "a month such as 2020-01"),
        ("anyURI", f"[^{_NOT_IN_IRI}]*", "an IRI without blanks"),
    )
}
IRI = Lexical(f"^[A-Za-z][A-Za-z0-9+.-]*:[^{_NOT_IN_IRI}]*$", "an IRI such as https://kg.example/id/x")
RELATIVE_IRI = Lexical(f"^[^{_NOT_IN_IRI}]*$", "an IRI without blanks")
# BCP 47, section 2.1, in outline
LANGUAGE = Lexical(
    "^([A-Za-z]{2,3}|[Xx])(-[A-Za-z0-9]{1,8})*$", "a language tag such as zh or en"
)  # BCP 47, in outline
