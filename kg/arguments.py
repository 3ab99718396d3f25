"""What functions are called with: parameters, how their arguments are read, how results are written.

A text that is no number, boolean or date where one is needed counts as no value (in GREL it is an error).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import ibis
import ibis.expr.types as ir

from kg.library import BOOLEANS, NUMERAL
from kg.mapping import XSD


class Kind(Enum):
    """What an argument is read as, and what a result is: texts, unless something else is said."""

    TEXT = "a text"
    INTEGER = "a whole number"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    DATE = "a date"
    DATETIME = "a date and time"
    LIST = "a list"
    SEVERAL = "values"
    PATTERN = "a pattern of a date"
    REGEX = "a regular expression"
    FILE = "the path of a table"
    COLUMN = "the name of a column, or its number from 0"
    CHARACTER = "one character"


DATATYPES = {Kind.BOOLEAN: XSD + "boolean", Kind.DATE: XSD + "date", Kind.DATETIME: XSD + "dateTime"}
"""Datatypes of results; those of numbers are told by how they are written, those of texts are none."""
WHOLE = r"^\s*[+-]?[0-9]+\s*$"


@dataclass(frozen=True)
class Parameter:
    """A parameter: the name that a builder knows it by, its IRIs, and what its arguments are read as.

    LIST and SEVERAL take any number of arguments, read as `items`: as one array, as a Python list of values.
    With `choices` it must be a constant, one of these.
    """

    name: str
    iris: tuple[str, ...]
    kind: Kind = Kind.TEXT
    required: bool = True
    items: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()

    @property
    def constant(self) -> bool:
        """Whether its argument must be known before any record is."""
        return bool(self.choices) or self.kind in CONSTANT_READERS


@dataclass(frozen=True)
class Function:
    """A function: parameters, IRIs of its results with their kinds, and what builds its expression."""

    parameters: tuple[Parameter, ...]
    outputs: dict[str, Kind]
    build: Callable[..., ir.Value]

    @property
    def tabled(self) -> bool:
        """Whether a table that is filled before the run answers its calls."""
        return self.build is answered


def answered(**arguments: ir.Value) -> ir.Value:
    """Stands for what a table answers; no expression does."""
    raise RuntimeError("a table answers this")  # pragma: no cover


@ibis.udf.scalar.builtin(name="floor")  # type: ignore[untyped-decorator]
def floor(number: float) -> float:
    """The greatest whole number that is no greater; Ibis' own makes it an int64, which breaks off at 1e19."""
    raise RuntimeError("runs in the database only")  # pragma: no cover


def balanced(combine: Callable[[Any, Any], Any], items: Iterable[Any]) -> Any:
    """All items combined in a tree as flat as can be: a thousand in a row would be too deep for compilers.

    >>> balanced(lambda left, right: f"({left}{right})", "abcde")
    '(((ab)(cd))e)'
    """
    level = [*items]
    while len(level) > 1:
        pairs = [combine(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
        level = [*pairs, *level[len(pairs) * 2 :]]
    return level[0]


def as_text(value: ir.Value) -> ir.StringValue:
    """The canonical text of a result: numbers as in Turtle (12, 12.5, 1.0E25), times as in XML Schema."""
    kind = value.type()
    if kind.is_boolean():
        return ibis.ifelse(value, "true", "false").nullif(ibis.ifelse(value.isnull(), "false", ""))
    if kind.is_timestamp():
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if kind.is_floating():
        return _numeral(value)
    return value if kind.is_string() else value.cast("string")


def _numeral(value: ir.FloatingValue) -> ir.StringValue:
    whole = (value == floor(value)) & (value.abs() < 1e15)
    shown = value.cast("string")
    double = shown.re_replace(r"^(-?[0-9])e", r"\1.0e").re_replace(r"e\+?(-?)0*([0-9])", r"E\1\2")
    finite = ~(value.isinf() | value.isnan())
    return ibis.cases(
        (whole, ibis.ifelse(whole, value, 0.0).cast("int64").cast("string")), (finite, double), else_=None
    )


def as_kind(value: ir.Value, kind: Kind) -> ir.Value:
    """An argument read as `kind`; NULL where its text is none."""
    return READERS[kind](value)


def as_number(value: ir.Value) -> ir.FloatingValue:
    """A number, NULL where the text is none or is beyond all doubles."""
    if value.type().is_numeric():
        return value.cast("float64")
    text = as_text(value)
    number = ibis.ifelse(text.re_search(NUMERAL), text, ibis.null("string")).try_cast("float64")
    return ibis.ifelse(number.isinf(), ibis.null("float64"), number)


def _as_integer(value: ir.Value) -> ir.IntegerValue:
    if value.type().is_integer():
        return value.cast("int64")
    number = as_number(value)
    whole = ibis.ifelse(number == floor(number), number, ibis.null("float64")).try_cast("int64")
    if not value.type().is_string():
        return whole
    # By way of a double a number of more than fifteen digits would become another one.
    return ibis.ifelse(value.re_search(WHOLE), value.strip().try_cast("int64"), whole)


# A date, with a time or without, with a zone or without; and that zone.
HOUR = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
DATE = r"[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/)[0-9]{1,2}"
TIME = rf"^{DATE}(?:[ T]{HOUR}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?$"
ZONE = r"(:[0-9.]+)(?:Z|[+-][0-9]{2}:?[0-9]{2})$"
OFFSET = r":[0-9.]+([+-])([0-9]{2}):?([0-9]{2})$"


def _as_boolean(value: ir.Value) -> ir.BooleanValue:
    if value.type().is_boolean():
        return value
    text = as_text(value).strip().lower()
    return ibis.cases(*((text == written, meant) for written, meant in BOOLEANS.items()), else_=None)


def _as_time(value: ir.Value) -> ir.TimestampValue:
    """A time, that of UTC where the text names a zone; NULL where it is none.

    Engines differ in what else they take for a time, and in what a zone is to them: they see none of either.
    """
    if value.type().is_temporal():
        return value.cast("timestamp")
    text = as_text(value).strip()
    local = ibis.ifelse(text.re_search(TIME), text.re_replace(ZONE, r"\1"), ibis.null("string"))
    time = local.try_cast("timestamp")
    sign = ibis.ifelse(text.re_extract(OFFSET, 1) == "-", -1, 1)
    hours, minutes = (text.re_extract(OFFSET, group).try_cast("int64") for group in (2, 3))
    ahead = (sign * (hours * 60 + minutes)).as_interval("m")
    return ibis.ifelse(text.re_search(OFFSET), time - ahead, time)


READERS: dict[Kind, Callable[[ir.Value], ir.Value]] = {
    Kind.TEXT: as_text,
    Kind.INTEGER: _as_integer,
    Kind.NUMBER: as_number,
    Kind.BOOLEAN: _as_boolean,
    Kind.DATE: _as_time,
    Kind.DATETIME: _as_time,
}


# java.time.format.DateTimeFormatter, in the words of strptime; zones have none there.
LETTERS = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "uu": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m",
    "dd": "%d", "d": "%d", "HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "m": "%M", "ss": "%S",
    "s": "%S", "SSS": "%g", "a": "%p", "EEEE": "%A", "EEE": "%a", "E": "%a",
}  # fmt: skip
PIECE = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)|(')")


def strptime(pattern: str) -> str:
    """A pattern of Java's, as strptime has it. Raises ValueError, with the letters that mean nothing here.

    >>> strptime("yyyy年M月d日"), strptime("dd/MM/yyyy 'at' HH:mm")
    ('%Y年%m月%d日', '%d/%m/%Y at %H:%M')
    """
    pieces = []
    for quoted, letters, _, other, stray in PIECE.findall(pattern):
        if stray or (letters and letters not in LETTERS):
            raise ValueError(stray or letters)
        fixed = other or quoted.replace("''", "'")
        pieces.append(LETTERS.get(letters) or fixed.replace("%", "%%"))
    return "".join(pieces)


def regex(pattern: str) -> str:
    """The pattern itself. Raises ValueError where it is none to RE2, which looks neither around nor back."""
    import duckdb

    with duckdb.connect() as database:
        try:
            database.execute("SELECT regexp_matches('', ?)", [pattern])
        except duckdb.Error as error:
            raise ValueError(str(error).split(": ", 1)[-1].split("\n")[0]) from error
    return pattern


# An escape, a class of characters, or the beginning of a group.
IN_REGEX = re.compile(
    r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|(\((?:\?P<|(?!\?)))", re.DOTALL
)


def groups(pattern: str) -> int:
    r"""How many groups a regular expression of RE2 has.

    >>> groups(r"(a)(?:b)(?P<name>c)[(](\(d)")
    3
    """
    return sum(found[1] is not None for found in IN_REGEX.finditer(pattern))


def _some(text: str) -> str:
    if not text:
        raise ValueError("it is empty")
    return text


def _character(text: str) -> str:
    if len(text) != 1:
        raise ValueError(f"these are {len(text)}")
    return text


CONSTANT_READERS: dict[Kind, Callable[[str], str]] = {
    Kind.PATTERN: strptime,
    Kind.REGEX: regex,
    Kind.FILE: _some,
    Kind.COLUMN: _some,
    Kind.CHARACTER: _character,
}
"""Kinds of arguments that must be known before any record is, and how they are read."""


def matches(pattern: str, text: str) -> bool:
    """Whether a text is written as a pattern says."""
    return re.search(pattern, text) is not None
