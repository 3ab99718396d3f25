"""What the text of a typed literal, an IRI or a language tag must look like.

XML Schema 1.1 part 2, section 3: the lexical space of each datatype, as a pattern for the whole text.
Datatypes that are not in the table take any text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kg.mapping import XSD


@dataclass(frozen=True)
class Lexical:
    """A pattern, anchored at both ends, and how to tell a person what is meant."""

    pattern: str
    expected: str
    cast: str = ""
    """A type that the text must also be castable to: for 30 February, and for numbers out of range."""

    def has(self, text: str) -> bool:
        """Whether `text` is in the lexical space; :func:`kg.demands.unmet` says the same of columns.

        >>> LEXICAL[XSD + "date"].has("2020-02-29"), LEXICAL[XSD + "date"].has("2020-02-30")
        (True, False)
        """
        return bool(re.fullmatch(self.pattern, text)) and CASTS[self.cast](text)


def _is_day(text: str) -> bool:
    """Whether the calendar has the day; all but the last four digits of a year leave leap years alone."""
    match = re.match(r"-?(\d+)-(\d\d)-(\d\d)", text)
    try:
        return match is not None and bool(date(int(match[1]) % 400 + 400, int(match[2]), int(match[3])))
    except ValueError:
        return False


def _of_bits(bits: int) -> Callable[[str], bool]:
    return lambda text: -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1)


CASTS: dict[str, Callable[[str], bool]] = {
    "": lambda text: True,
    "date": _is_day,
    **{f"int{bits}": _of_bits(bits) for bits in (8, 16, 32, 64)},
}

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = f"{_YEAR}-(0[1-9]|1[0-2])"
_DAY = f"{_MONTH}-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_FLOAT = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?|[+-]?INF|NaN)"
_DAYS = "([0-9]+Y([0-9]+M)?([0-9]+D)?|[0-9]+M([0-9]+D)?|[0-9]+D)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_TIMES = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_NOT_IN_IRI = r"\x00-\x20<>\"{}|^`\\"  # N-Quads 1.1, IRIREF
# RFC 3987, section 2.2; the characters themselves, so that RE2 and re read the same pattern.
_UCSCHAR = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 0xE))
    + "\U000e1000-\U000efffd"
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"


def _of(marks: str) -> str:
    """One character of an IRI: unreserved, a sub-delimiter, one of `marks`, or percent-encoded."""
    return f"([A-Za-z0-9._~!$&'()*+,;={marks}{_UCSCHAR}-]|%[0-9A-Fa-f]{{2}})"


_AUTHORITY = rf"//({_of(':')}*@)?(\[[0-9A-Fa-f:.]+\]|{_of('')}*)(:[0-9]*)?"
_PATH = f"({_AUTHORITY}(/{_of(':@/')}*)?|/?({_of(':@')}{_of(':@/')}*)?)"
_TAIL = rf"(\?{_of(':@/?' + _PRIVATE)}*)?(#{_of(':@/?')}*)?"

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
        ("negativeInteger", "-0*[1-9][0-9]*", "a whole number below zero"),
        ("nonPositiveInteger", r"(-[0-9]+|\+?0+)", "a whole number, not above zero"),
        ("nonNegativeInteger", r"(\+?[0-9]+|-0+)", "a whole number, not below zero"),
        ("positiveInteger", r"\+?0*[1-9][0-9]*", "a whole number above zero"),
        ("double", _FLOAT, "a number such as 3.0 or 1E6"),
        ("float", _FLOAT, "a number such as 3.0 or 1E6"),
        ("date", _DAY + _ZONE, "a date such as 2020-01-25", "date"),
        ("dateTime", f"{_DAY}T{_TIME}{_ZONE}", "a date and time such as 2020-01-25T18:00:00+08:00", "date"),
        ("time", _TIME + _ZONE, "a time such as 18:00:00"),
        ("gYear", _YEAR + _ZONE, "a year such as 2020"),
        ("gYearMonth", _MONTH + _ZONE, "a month such as 2020-01"),
        ("dateTimeStamp", f"{_DAY}T{_TIME}{_ZONE[:-1]}", "a date and time with a zone", "date"),
        ("duration", f"-?P({_DAYS}({_TIMES})?|{_TIMES})", "a duration such as P3D or PT2H"),
        ("hexBinary", "([0-9A-Fa-f]{2})*", "pairs of hexadecimal digits"),
        ("anyURI", f"[^{_NOT_IN_IRI}]*", "an IRI without blanks"),
    )
}
IRI = Lexical(f"^[A-Za-z][A-Za-z0-9+.-]*:{_PATH}{_TAIL}$", "an IRI such as https://kg.example/id/x")
RELATIVE_IRI = Lexical(f"^([A-Za-z][A-Za-z0-9+.-]*:{_PATH}|{_of(':@/')}*){_TAIL}$", "an IRI without blanks")
# RFC 5646, section 2.1; languages of more than three letters are not registered.
LANGUAGE = Lexical(
    "(?i)^([a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    "(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?|x(-[a-z0-9]{1,8})+"
    "|i-(ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    "|en-gb-oed|sgn-(be-fr|be-nl|ch-de)|art-lojban|cel-gaulish|no-(bok|nyn)|zh-(guoyu|hakka|min|min-nan|xiang))$",
    "a language tag such as zh or en",
)
