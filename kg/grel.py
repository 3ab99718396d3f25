"""How a database computes the functions of GREL and of IDLab, as Ibis expressions over their arguments.

What they return is that of OpenRefine's GREL, and

* an argument without a value gives no value, except where a function is about just that (isNull, coalesce …);
* a text that is no number, boolean or date where one is needed counts as no value (in GREL it is an error);
* white space is that of Unicode, letter case that of the database: character by character, in no language, so
  that "ß" does not become "SS", nor "i" the Turkish "İ"; places count code points, not the units of UTF-16;
* regular expressions are those of RE2, patterns of dates those of Java.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import Literal

from kg.arguments import WHOLE, as_number, as_text, floor, groups


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def parsed(text: str, pattern: str) -> datetime:
    """The time that a text says by a pattern, NULL where it does not follow it."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="regexp_extract_all")  # type: ignore[untyped-decorator]
def _all(text: str, pattern: str) -> list[str]:
    """All parts of a text that match a pattern."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="list_reverse")  # type: ignore[untyped-decorator]
def turned(items: list[str]) -> list[str]:
    """A list, its last item first."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="date_sub")  # type: ignore[untyped-decorator]
def between(unit: str, first: datetime, second: datetime) -> int:
    """How many whole units lie between two times."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="date_part")  # type: ignore[untyped-decorator]
def part_of(unit: str, time: datetime) -> int:
    """A part of a time."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="url_encode")  # type: ignore[untyped-decorator]
def _url_encoded(text: str) -> str:
    """All but RFC 3986's unreserved characters as %XX."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="url_decode")  # type: ignore[untyped-decorator]
def _url_decoded(text: str) -> str:
    """The text that was encoded."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="try")  # type: ignore[untyped-decorator]
def _tried(text: str) -> str:
    """The text, or NULL where making it fails."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="md5")  # type: ignore[untyped-decorator]
def md5(text: str) -> str:
    """The MD5 of its UTF-8."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


@ibis.udf.scalar.builtin(name="sha1")  # type: ignore[untyped-decorator]
def sha1(text: str) -> str:
    """The SHA-1 of its UTF-8."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


SPACE = r"[\s\p{Z}]"
# OpenRefine writes é as &eacute; too; here only what would be read as markup is escaped.
MARKUP = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
APOSTROPHE = ("'", "&apos;")
SCRIPT = (
    ("\\", "\\\\"), ('"', '\\"'), ("'", "\\'"), ("/", "\\/"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
    ("\b", "\\b"), ("\f", "\\f"),
)  # fmt: skip
# java.net.URLEncoder: a form's encoding, where a space is a plus.
FORM = (("%20", "+"), ("%2A", "*"), ("~", "%7E"))


def _replaced(text: ir.StringValue, pairs: tuple[tuple[str, str], ...]) -> ir.StringValue:
    return reduce(lambda so_far, pair: so_far.replace(*pair), pairs, text)


def _back(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((new, old) for old, new in reversed(pairs))


def _csv(text: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(text.re_search('[,"\\n\\r]'), _flat('"', text.replace('"', '""'), '"'), text)


ESCAPED: dict[str, Callable[[ir.StringValue], ir.StringValue]] = {
    "html": lambda text: _replaced(text, MARKUP),
    "xml": lambda text: _replaced(text, (*MARKUP, APOSTROPHE)),
    "csv": _csv,
    "url": lambda text: _replaced(_url_encoded(text), FORM),
    "javascript": lambda text: _replaced(text, SCRIPT),
}
UNESCAPED: dict[str, Callable[[ir.StringValue], ir.StringValue]] = {
    "html": lambda text: _replaced(text, _back(MARKUP)),
    "xml": lambda text: _replaced(text, _back((MARKUP[0], *MARKUP[1:], APOSTROPHE))),
    "url": lambda text: _tried(_url_decoded(text.replace("+", "%20"))),
}


def _flat(*parts: ir.StringValue | str) -> ir.StringValue:
    """The texts one after the other, NULL where one is."""
    return reduce(
        lambda left, right: left + right, (ibis.literal(p) if isinstance(p, str) else p for p in parts)
    )


def title(text: ir.StringValue) -> ir.StringValue:
    """Each word, as white space parts them, with its first letter in upper case and the rest in lower."""
    words = _all(text.lower(), rf"{SPACE}+|[^\s\p{{Z}}]+")
    return words.map(lambda word: word.substr(0, 1).upper() + word.substr(1)).join("")


def trim(text: ir.StringValue) -> ir.StringValue:
    """Without white space at its ends."""
    return text.re_replace(f"^{SPACE}+|{SPACE}+$", "")


def to_number(text: ir.StringValue) -> ir.StringValue:
    """Whole numbers keep all their digits."""
    digits = text.strip().re_replace(r"^(-?)\+?0*([0-9])", r"\1\2").re_replace("^-0$", "0")
    return ibis.ifelse(text.re_search(WHOLE), digits, as_text(as_number(text)))


def _slice(
    length: ir.IntegerValue, start: ir.IntegerValue, stop: ir.IntegerValue | None
) -> tuple[Any, Any, Any]:
    """Where a part begins and how long it is, and whether it is; numbers below 0 count from the end."""
    begin = ibis.ifelse(start < 0, start + length, start)
    end = length if stop is None else ibis.ifelse(stop < 0, stop + length, ibis.least(stop, length))
    return begin, end, (begin >= 0) & (begin <= length) & (end >= begin)


def substring(
    text: ir.StringValue, start: ir.IntegerValue, stop: ir.IntegerValue | None = None
) -> ir.StringValue:
    """To the place before `stop`; NULL, not the empty text, where it would begin after the end."""
    begin, end, there = _slice(text.length(), start, stop)
    return ibis.ifelse(
        there, text.substr(ibis.greatest(begin, 0), ibis.greatest(end - begin, 0)), ibis.null("string")
    )


def part_of_list(
    items: ir.ArrayValue, start: ir.IntegerValue, stop: ir.IntegerValue | None = None
) -> ir.Value:
    """The items to the one before `stop`; NULL where they would begin after the end."""
    begin, end, there = _slice(items.length(), start, stop)
    return ibis.ifelse(
        there, items[ibis.greatest(begin, 0) : ibis.greatest(end, 0)], ibis.null("array<string>")
    )


def item(items: ir.ArrayValue, start: ir.IntegerValue, stop: ir.IntegerValue | None = None) -> ir.Value:
    """One item, or those from one to another."""
    if stop is not None:
        return part_of_list(items, start, stop)
    place = ibis.ifelse(start < 0, start + items.length(), start)
    return ibis.ifelse(place >= 0, items[ibis.greatest(place, 0)], ibis.null("string"))


def last_index(text: ir.StringValue, part: ir.StringValue) -> ir.IntegerValue:
    """Where it occurs last, -1 where it does not."""
    from_end = turned(text.split("")).join("").find(turned(part.split("")).join(""))
    return ibis.ifelse(from_end < 0, -1, text.length() - part.length() - from_end)


def split(text: ir.StringValue, separator: ir.StringValue) -> ir.ArrayValue:
    """Parts without any character are left out, as OpenRefine does unless it is told otherwise."""
    return text.split(separator).filter(lambda part: part != "")


def match(text: ir.StringValue, pattern: str) -> ir.ArrayValue:
    """The groups of a pattern that the whole text follows."""
    parts = [text.re_extract(f"^(?:{pattern})$", group + 1) for group in range(groups(pattern))]
    found = ibis.array(parts) if parts else ibis.literal([], type="array<string>")
    return ibis.ifelse(text.re_search(f"^(?:{pattern})$"), found, ibis.null("array<string>"))


def chomp(text: ir.StringValue, separator: ir.StringValue) -> ir.StringValue:
    """Without the separator at its end."""
    return ibis.ifelse(text.endswith(separator), text.substr(0, text.length() - separator.length()), text)


def choose(test: ir.BooleanValue, then: ir.Value, otherwise: ir.Value | None = None) -> ir.Value:
    """The one where the test is true; else, or where it has no value, the other."""
    return ibis.ifelse(test, then, ibis.null("string") if otherwise is None else otherwise)


def blank(text: ir.StringValue) -> ir.BooleanValue:
    """Whether there is no value, or nothing but white space."""
    return text.isnull() | (trim(text) == "")


def join(items: ir.ArrayValue, separator: ir.StringValue) -> ir.StringValue:
    """The items with the separator between them."""
    if isinstance(separator.op(), Literal):
        return items.join(separator)
    # DuckDB joins by the same text only, whatever the record.
    return items.map(lambda item: separator + item).join("").substr(separator.length())


def remainder(n: ir.IntegerValue, n2: ir.IntegerValue) -> ir.IntegerValue:
    """What is left of a division; NULL of one by 0."""
    # The least int64 has no opposite, so it cannot be divided by -1.
    return n % ibis.ifelse(n2 == -1, 1, n2.nullif(0))


def total(items: ir.ArrayValue) -> ir.FloatingValue:
    """The sum of the items that are numbers."""
    return items.map(lambda item: as_number(item).coalesce(0.0)).sums().coalesce(0.0)


def url(text: ir.StringValue) -> ir.StringValue:
    """In upper case, with http:// in front where no scheme is."""
    upper = text.upper()
    return ibis.ifelse(upper.re_search("^[A-Z][A-Z0-9+.-]*://"), upper, _flat("http://", upper))


def slug(text: ir.StringValue) -> ir.StringValue:
    """Letters and digits of all scripts in lower case, a hyphen for whatever is between them."""
    return text.lower().re_replace(r"[^\p{L}\p{M}\p{N}]+", "-").re_replace("^-+|-+$", "")


def concat(
    text: ir.StringValue, other: ir.StringValue, delimiter: ir.StringValue | None = None
) -> ir.StringValue:
    """The two texts, with the delimiter between them."""
    return _flat(text, other) if delimiter is None else _flat(text, delimiter, other)


def first(items: list[ir.Value]) -> ir.Value:
    """The first that has a value."""
    return ibis.coalesce(*items)


def floored(n: ir.FloatingValue) -> ir.FloatingValue:
    """The greatest whole number that is no greater."""
    return floor(n)


def positive(number: ir.FloatingValue) -> ir.FloatingValue:
    """The number where it has a logarithm, else NULL."""
    return ibis.ifelse(number > 0, number, ibis.null("float64"))


UNITS = {
    "years": ("Y", 1), "months": ("M", 12), "weeks": ("W", 53), "days": ("D", 366), "hours": ("h", 8_784),
    "minutes": ("m", 527_040), "seconds": ("s", 31_622_400),
}  # fmt: skip
"""Units of time: how an interval spells them, how many a year has at most."""
YEARS = 10_000


def later(time: ir.TimestampValue, n: ir.IntegerValue, unit: str) -> ir.DateValue:
    """The day so many units later; the last day of a month that has fewer; NULL past ten thousand years."""
    letter, of_year = UNITS[unit]
    near = n.between(-YEARS * of_year, YEARS * of_year) & (time.year().abs() <= YEARS)
    return (time + ibis.ifelse(near, n, ibis.null("int64")).as_interval(letter)).date()


def difference(first: ir.TimestampValue, second: ir.TimestampValue, unit: str) -> ir.IntegerValue:
    """How many whole units the first is after the second."""
    return between(unit.removesuffix("s"), second, first)


def part_of_time(time: ir.TimestampValue, unit: str) -> ir.IntegerValue:
    """The number of its year, its month, its week by ISO 8601 …"""
    return part_of(unit.removesuffix("s"), time)
