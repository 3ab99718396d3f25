"""Values as sources have them: the canonical text and the datatype of each (RML-Core, "Natural mapping")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from kg.mapping import XSD

Value = tuple[str, str]
"""A text in its canonical form and the IRI of its datatype; none, "", for texts."""


def natural(value: Any) -> Value:
    """The value's text and datatype; what has no datatype of its own is a text.

    >>> natural(80.25), natural("80.25")
    (('8.025E1', 'http://www.w3.org/2001/XMLSchema#double'), ('80.25', ''))
    """
    spelled, datatype = NATURAL.get(type(value), (str, ""))
    return spelled(value), datatype


def written(value: Any) -> Value:
    """The value as people write it: a number without exponent, and so a decimal.

    >>> [written(each)[0] for each in (1234567.89, 3.0, 1e-7, float("nan"), True)]
    ['1234567.89', '3', '0.0000001', 'NaN', 'true']
    """
    finite = isinstance(value, float) and isfinite(value)
    return natural(Decimal(repr(value)) if finite else value)


NOT_FINITE = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}


def double(value: float) -> str:
    """A number as XML Schema 1.1 says (part 2, section 3.3.5): one digit, a fraction, the exponent.

    >>> double(0.0015), double(-30.0), double(float("inf"))
    ('1.5E-3', '-3.0E1', 'INF')
    """
    text, _, power = repr(value).partition("e")
    whole, _, fraction = text.removeprefix("-").partition(".")
    if not whole.isdigit():
        return NOT_FINITE[text]
    digits = (whole + fraction).lstrip("0")
    exponent = len(digits) - len(fraction) - 1 + int(power or 0) if value else 0
    return f"{'-' * (text[0] == '-')}{digits[:1] or 0}.{digits[1:].rstrip('0') or 0}E{exponent}"


def decimal(value: Decimal) -> str:
    """A decimal number without exponent and needless zeros.

    >>> decimal(Decimal("80.250")), decimal(Decimal("1E+2")), decimal(Decimal("-0.0"))
    ('80.25', '100', '0')
    """
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def instant(value: datetime | time) -> str:
    """A time of day, of a date or of any; fractions of seconds without needless zeros, UTC as Z.

    >>> instant(datetime(2020, 1, 31, 8, 0, 0, 500000))
    '2020-01-31T08:00:00.5'
    """
    text = value.isoformat()
    if value.microsecond:
        at = text.index(".")
        text = text[:at] + text[at : at + 7].rstrip("0") + text[at + 7 :]
    return text.removesuffix("+00:00") + "Z" * text.endswith("+00:00")


def _hexadecimal(value: bytes) -> str:
    return value.hex().upper()


def _boolean(value: bool) -> str:
    return "true" if value else "false"


NATURAL: dict[type, tuple[Callable[[Any], str], str]] = {
    bool: (_boolean, XSD + "boolean"),
    int: (str, XSD + "integer"),
    float: (double, XSD + "double"),
    Decimal: (decimal, XSD + "decimal"),
    datetime: (instant, XSD + "dateTime"),
    date: (date.isoformat, XSD + "date"),
    time: (instant, XSD + "time"),
    bytes: (_hexadecimal, XSD + "hexBinary"),
}
