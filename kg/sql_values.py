"""Values of databases, most of which come as texts, with their natural datatypes (R2RML, section 10.2).

What its datatype cannot hold, such as the date `infinity` or `0000-00-00`, is a text without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from kg.mapping import XSD
from kg.natural import Value, double, natural

Raw = str | bytes | int | float
Convert = Callable[[Raw], Value]

DATE = r"(?P<year>\d{4,})-(?!00)\d\d-(?!00)\d\d"
TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
MOMENTS = {
    "date": re.compile(rf"{DATE}(?P<era> BC)?"),
    "time": re.compile(rf"{TIME}{ZONE}"),
    "dateTime": re.compile(rf"{DATE}[ T]{TIME}{ZONE}(?P<era> BC)?"),
}
FRACTION = re.compile(r"(\.\d*?)0+(?=\D|$)")
TRUE, FALSE = ("t", "true", "1", "\x01"), ("f", "false", "0", "\x00")


@dataclass(frozen=True)
class Column:
    """A column of a result: its name, how its values are converted, and how the database compares them.

    Columns of one `comparison` are equal for the database exactly where their texts are; "" is for never.
    """

    name: str
    convert: Convert
    comparison: str = ""


def plain(value: Raw) -> Value:
    """A text, whatever it looks like; bytes are hexadecimal digits with their datatype."""
    return natural(value) if isinstance(value, bytes) else (str(value), "")


def by_value(value: Raw) -> Value:
    """What the value is by itself: for databases whose columns hold anything."""
    return natural(value)


def integer(value: Raw) -> Value:
    """A whole number; leading zeros are no part of it."""
    text = str(value)
    return (str(int(text)), XSD + "integer") if re.fullmatch(r"-?\d+", text) else plain(value)


def decimal(value: Raw) -> Value:
    """A decimal number; what is none is a double.

    >>> decimal("80.250")[0], decimal("NaN")[0]
    ('80.25', 'NaN')
    """
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return plain(value)
    return natural(found) if found.is_finite() else real(value)


def real(value: Raw) -> Value:
    """A floating-point number.

    >>> real("80.25")[0]
    '8.025E1'
    """
    try:
        return double(float(value)), XSD + "double"
    except ValueError:
        return plain(value)


def stored(convert: Convert) -> Convert:
    """The conversion, but of floating-point numbers as the database writes them.

    >>> stored(real)("80.25")[0], stored(real)("30")[0], stored(real)("Infinity")[0]
    ('80.25', '30', 'INF')
    """

    def made(value: Raw) -> Value:
        text, datatype = convert(value)
        finite = datatype == XSD + "double" and isfinite(float(value))
        return (str(value), datatype) if finite else (text, datatype)

    return made


def boolean(value: Raw) -> Value:
    """A truth value; other numbers than 0 and 1 stay numbers."""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if text in TRUE + FALSE:
        return natural(text in TRUE)
    return integer(value)


def bits(value: Raw) -> Value:
    """A field of bits as the number that it is; of a single bit, a truth value comes from :func:`boolean`."""
    return natural(int.from_bytes(value)) if isinstance(value, bytes) else integer(value)


def binary(value: Raw) -> Value:
    """Bytes, also as PostgreSQL writes them.

    >>> binary("\\\\xab01")[0]
    'AB01'
    """
    if isinstance(value, str) and value.startswith("\\x"):
        return natural(bytes.fromhex(value[2:]))
    return plain(value)


def date(value: Raw) -> Value:
    """A date."""
    return _moment("date", value)


def time(value: Raw) -> Value:
    """A time of day; a span of time that is none, as MySQL has them, is a text."""
    return _moment("time", value)


def instant(value: Raw) -> Value:
    """A date with a time of day.

    >>> instant("2020-01-31 08:30:00.500+00")[0], instant("0044-03-15 12:00:00 BC")[0]
    ('2020-01-31T08:30:00.5Z', '-0043-03-15T12:00:00')
    """
    return _moment("dateTime", value)


def _moment(datatype: str, value: Raw) -> Value:
    """A moment as XML Schema 1.1 writes it, in which the year 1 BC is 0."""
    text = str(value)
    found = MOMENTS[datatype].fullmatch(text)
    if not found or isinstance(value, bytes):
        return plain(value)
    parts = found.groupdict()
    zone, year = parts.get("zone") or "", parts.get("year") or ""
    body = text.removesuffix(parts.get("era") or "").removesuffix(zone).removeprefix(year)
    if parts.get("era"):
        before = int(year) - 1
        year = f"-{before:04}" if before else "0000"
    body = FRACTION.sub(lambda match: match[1] if len(match[1]) > 1 else "", body.replace(" ", "T"))
    return year + body + _zone(zone), XSD + datatype


def _zone(zone: str) -> str:
    if not zone or zone == "Z":
        return zone
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return "Z" if digits == "0000" else f"{zone[0]}{digits[:2]}:{digits[2:]}"
