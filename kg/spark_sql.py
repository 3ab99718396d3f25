"""Ibis expressions in the SQL of Spark, such that they give what DuckDB gives of them, to the character.

Ibis' own compiler for PySpark knows how Spark spells things; where Spark means something else by them, this
one says so: regular expressions, splitting and searching, numbers as text, lists that end, dates, and letter
case, which is that of single characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.dialects import PySpark
from sqlglot import parse_one

from kg.errors import Unsupported
from kg.java_regex import java


def literal(value: object) -> str:
    r"""A text literal of Spark's SQL.

    >>> print(literal("it's \\ here"))
    'it\'s \\ here'
    """
    text = str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\u0000")
    return f"'{text}'"


def identifier(name: str) -> str:
    """The name as a delimited identifier of Spark's SQL.

    >>> identifier("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


class Dialect(PySpark):
    """Spark's SQL, its texts as :func:`literal` writes them: sqlglot's NUL before a digit is another one."""

    class Generator(PySpark.Generator):
        """Writes it."""

        def literal_sql(self, expression: sge.Literal) -> str:
            """A literal."""
            return literal(expression.this) if expression.is_string else str(super().literal_sql(expression))


@lru_cache(maxsize=200)
def _parsed(template: str) -> Any:
    return parse_one(template, read="spark")


def made(template: str, **parts: Any) -> Any:
    """The expression of a template, in which the parts stand by their names."""
    given = {name: sge.convert(part) for name, part in parts.items()}

    def there(node: Any) -> Any:
        if isinstance(node, sge.Column) and not node.table and node.name in given:
            part = given[node.name].copy()
            return (
                part
                if isinstance(part, (sge.Column, sge.Literal, sge.Func, sge.Paren))
                else sge.Paren(this=part)
            )
        return node

    return _parsed(template).copy().transform(there)


ASCII = "(?d)^[\\x00-\\x7F]*\\z"
# Letters that Unicode has paired since its version 16: Java's ICU knows of it, DuckDB does not.
UNPAIRED = (
    r"[\\x{19B}\\x{264}\\x{1C89}\\x{1C8A}\\x{A7CB}-\\x{A7CF}\\x{A7D2}-\\x{A7D5}\\x{A7DA}-\\x{A7DC}"
    r"\\x{10D50}-\\x{10D85}\\x{16EA0}-\\x{16ED3}]"
)
# Where letters of one case are several of the other, each stays one: what Unicode calls simple mappings.
SINGLE = (
    "IF(c RLIKE '{unpaired}', c, IF(LENGTH({case}(c)) = 1, {case}(c), TRANSLATE(c, '{these}', '{those}')))"
)
IOTA = (
    *((0x1F80 + row + each, 0x1F88 + row + each) for row in (0, 16, 32) for each in range(8)),
    *((0x1FB3, 0x1FBC), (0x1FC3, 0x1FCC), (0x1FF3, 0x1FFC), (0xDF, 0x1E9E)),
)
BY_CHARACTER = "IF(x RLIKE '{ascii}', {case}(x), ARRAY_JOIN(TRANSFORM(SPLIT(x, ''), c -> {single}), ''))"


def _by_character(case: str, these: str, those: str) -> str:
    single = SINGLE.format(unpaired=UNPAIRED, case=case, these=these, those=those)
    return BY_CHARACTER.format(ascii=ASCII, case=case, single=single)


UPPERCASE = _by_character("UPPER", *("".join(map(chr, letters)) for letters in zip(*IOTA, strict=True)))
LOWERCASE = _by_character("LOWER", "İ", "i")
DATE = "TRY_CAST(REGEXP_REPLACE(x, '^-?[0-9]*([0-9]{4})-', '$1-') AS DATE)"
# What DuckDB takes for a time; Spark also takes a year, and a time of today.
TIME = (
    r"(?d)^[\\t\\n\\f\\r ]*-?[0-9]{1,6}([-/])[0-9]{1,2}\\1[0-9]{1,2}"
    r"([ T]+[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?[ ]*(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
    r"[\\t\\n\\f\\r ]*\\z"
)
# The shortest digits that are this double (Java before 19 may give one too many), without an exponent from
# 0.0001 to 9999999999999999.
DIGITS = (
    "IF(x <> 0 AND ABS(x) < 2.3e-308D, "
    "TRANSFORM(SEQUENCE(0, 15), kg_n -> FORMAT_STRING(CONCAT('%.', kg_n, 'e'), x)), "
    "ARRAY(FORMAT_STRING('%.14e', x), FORMAT_STRING('%.15e', x)))"
)
SHORTEST = f"COALESCE(GET(FILTER({DIGITS}, kg_d -> CAST(kg_d AS DOUBLE) = x), 0), FORMAT_STRING('%.16e', x))"
AS_TEXT = (
    "GET(TRANSFORM(ARRAY(" + SHORTEST + "), kg_d -> CASE WHEN ISNAN(x) THEN 'nan' "
    "WHEN ABS(x) = DOUBLE('Infinity') THEN IF(x > 0, 'inf', '-inf') WHEN x = 0 THEN CAST(x AS STRING) "
    "WHEN ABS(x) >= 1e-4D AND ABS(x) < 1e16D THEN "
    "REGEXP_REPLACE(REGEXP_REPLACE(CAST(CAST(kg_d AS DECIMAL(38, 21)) AS STRING), '0+$', ''), '[.]$', '.0') "
    "ELSE REGEXP_REPLACE(kg_d, '[.]?0*e', 'e') END), 0)"
)


# As XML Schema writes doubles: one digit, a fraction, the exponent (:func:`kg.natural.double`).
AS_DOUBLE = (
    "GET(TRANSFORM(ARRAY(" + SHORTEST + "), kg_d -> CASE WHEN ISNAN(x) THEN 'NaN' "
    "WHEN ABS(x) = DOUBLE('Infinity') THEN IF(x > 0, 'INF', '-INF') ELSE CONCAT("
    "REGEXP_REPLACE(IF(CONTAINS(kg_d, '.'), SUBSTRING_INDEX(kg_d, 'e', 1), "
    "CONCAT(SUBSTRING_INDEX(kg_d, 'e', 1), '.0')), "
    "'([.][0-9]+?)0*$', '$1'), 'E', "
    "CAST(CAST(SUBSTRING_INDEX(kg_d, 'e', -1) AS INT) AS STRING)) END), 0)"
)


PADDED = (
    "CONCAT(REPEAT('0', GREATEST(-kg_p.e, 0)), kg_p.m, REPEAT('0', GREATEST(kg_p.e + 1 - LENGTH(kg_p.m), 0)))"
)
POINT = "GREATEST(kg_p.e, 0) + 1"
AS_DECIMAL = (
    "IF(x = 0, '0', GET(TRANSFORM(TRANSFORM(ARRAY(" + SHORTEST + "), kg_d -> NAMED_STRUCT('m', "
    "REGEXP_REPLACE(REGEXP_REPLACE(SUBSTRING_INDEX(kg_d, 'e', 1), '[-.]', ''), '0+$', ''), "
    "'e', CAST(SUBSTRING_INDEX(kg_d, 'e', -1) AS INT))), kg_p -> CONCAT(IF(x < 0, '-', ''), "
    f"SUBSTRING({PADDED}, 1, {POINT}), IF(LENGTH({PADDED}) > {POINT}, "
    f"CONCAT('.', SUBSTRING({PADDED}, {POINT} + 1)), ''))), 0))"
)


# With seventeen digits Java takes others than the nearest ones, before its version 19.
FEW_DIGITS = (
    f"(ISNAN(x) OR ABS(x) = DOUBLE('Infinity') OR EXISTS({DIGITS}, kg_d -> CAST(kg_d AS DOUBLE) = x))"
)


def few_digits(value: str) -> str:
    """SQL of whether a double needs no more digits than any Java gets right."""
    return re.sub(r"\bx\b", lambda _: value, FEW_DIGITS)


def double(value: str) -> str:
    """SQL of the canonical text of a double, itself SQL."""
    return re.sub(r"\bx\b", lambda _: value, AS_DOUBLE)


def plain_number(value: str) -> str:
    """SQL of a finite double without an exponent, as :func:`kg.natural.decimal` writes one."""
    return re.sub(r"\bx\b", lambda _: value, AS_DECIMAL)


class Compiler(PySparkCompiler):
    """Ibis' compiler for PySpark, with what DuckDB means."""

    __slots__ = ()
    SIMPLE_OPS: ClassVar[dict[Any, str]] = {}  # those of PySpark would take the place of what is said here

    def visit_Field(self, op: Any, *, rel: Any, name: str) -> Any:
        """A column."""
        return super(PySparkCompiler, self).visit_Field(op, rel=rel, name=name)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        """A literal; numbers with a point are doubles."""
        if dtype.is_floating():
            return sge.Cast(this=sge.convert(repr(value)), to=sge.DataType.build("DOUBLE"))
        if dtype.is_array() and not value:
            return self.cast(self.f.array(), dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:
        """NaN is a value."""
        return arg.is_(NULL)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:
        """NaN is a value."""
        return arg.is_(sge.Not(this=NULL))

    def visit_IsInf(self, op: Any, *, arg: Any) -> Any:
        """Whether a number is beyond all doubles."""
        return made("ABS(x) = DOUBLE('Infinity')", x=arg)

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:
        """Numbers and dates as texts as DuckDB writes them."""
        if op.arg.dtype.is_floating() and to.is_string():
            return made(AS_TEXT, x=arg)
        if op.arg.dtype.is_date() and to.is_string():
            return made("REGEXP_REPLACE(CAST(x AS STRING), '^[+]', '')", x=arg)
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_TryCast(self, op: Any, *, arg: Any, to: Any) -> Any:
        """Days of any year; times as DuckDB takes them."""
        if to.is_date() and op.arg.dtype.is_string():
            return made(DATE, x=arg)
        if to.is_timestamp() and op.arg.dtype.is_string():
            return made(
                f"TRY_CAST(IF(x RLIKE '{TIME}', REPLACE(TRIM(x), '/', '-'), NULL) AS TIMESTAMP)", x=arg
            )
        return super().visit_TryCast(op, arg=arg, to=to)

    def visit_RegexSearch(self, op: Any, *, arg: Any, pattern: Any) -> Any:
        """Whether a pattern is found."""
        return made("x RLIKE p", x=arg, p=_java(op.pattern))

    def visit_RegexReplace(self, op: Any, *, arg: Any, pattern: Any, replacement: Any) -> Any:
        """All that matches; a group is $1, no \\1."""
        by = re.sub(r"\\([0-9])", r"$\1", op.replacement.value.replace("$", r"\$"))
        return self.f.anon.regexp_replace(arg, _java(op.pattern), by)

    def visit_RegexExtract(self, op: Any, *, arg: Any, pattern: Any, index: Any) -> Any:
        """A group, or all with 0; nothing found is the empty text."""
        return self.f.anon.regexp_extract(arg, _java(op.pattern), index)

    def visit_StringSplit(self, op: Any, *, arg: Any, delimiter: Any) -> Any:
        """By a text, which Spark takes for a pattern; by none, into characters."""
        if isinstance(op.delimiter, ops.Literal):
            return self.f.anon.split(arg, re.sub(r"([^\w\s])", r"\\\1", op.delimiter.value, flags=re.ASCII))
        quoted = r"IF(d = '', '', CONCAT('\\Q', REPLACE(d, '\\E', '\\E\\\\E\\Q'), '\\E'))"
        return made(f"SPLIT(x, {quoted})", x=arg, d=delimiter)

    def visit_Lowercase(self, op: Any, *, arg: Any) -> Any:
        """Each character by itself."""
        return made(LOWERCASE, x=arg)

    def visit_Uppercase(self, op: Any, *, arg: Any) -> Any:
        """Each character by itself."""
        return made(UPPERCASE, x=arg)

    def visit_ArrayIndex(self, op: Any, *, arg: Any, index: Any) -> Any:
        """NULL where there is none."""
        return self.f.anon.get(arg, index)

    def visit_ArrayStringJoin(self, op: Any, *, arg: Any, sep: Any) -> Any:
        """The empty text of an empty list."""
        return self.f.anon.array_join(arg, sep)

    def visit_ArrayFlatten(self, op: Any, *, arg: Any) -> Any:
        """Lists that are NULL are passed over."""
        return made("FLATTEN(FILTER(x, l -> l IS NOT NULL))", x=arg)

    def visit_ArraySlice(self, op: Any, *, arg: Any, start: Any, stop: Any) -> Any:
        """From a place that is not negative, to one that is neither."""
        end = self.f.anon.size(arg) if stop is None else stop
        return made("SLICE(x, b + 1, GREATEST(e - b, 0))", x=arg, b=start, e=end)

    def visit_ArrayDistinct(self, op: Any, *, arg: Any) -> Any:
        """Each item once."""
        return self.f.anon.array_distinct(arg)

    def visit_Log10(self, op: Any, *, arg: Any) -> Any:
        """That of a power of ten is exact."""
        return self.f.anon.log10(arg)

    def visit_Strftime(self, op: Any, *, arg: Any, format_str: Any) -> Any:
        """The one format in use."""
        return made("DATE_FORMAT(x, \"yyyy-MM-dd'T'HH:mm:ss\")", x=arg)

    def visit_IntervalFromInteger(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """As many units; NULL of NULL."""
        return made(f"TRY_CAST(CONCAT(n, ' {unit.plural}') AS INTERVAL)", n=arg)

    def visit_ScalarUDF(self, op: Any, **arguments: Any) -> Any:
        """A function that DuckDB has and Spark has otherwise."""
        name = op.__func_name__
        if name not in BUILTIN:
            raise Unsupported(f"{name} is not run on Spark", fix="run it with --engine duckdb")
        return BUILTIN[name](op, *arguments.values())


def _java(pattern: Any) -> str:
    return java(pattern.value)


def _as(template: str) -> Callable[..., sge.Expression]:
    """Arguments in their order are a, b and c."""
    return lambda op, *given: made(template, **dict(zip("abc", given, strict=False)))


DECODED = (
    "TRY_VALIDATE_UTF8(CAST(AGGREGATE(TRANSFORM(REGEXP_EXTRACT_ALL(a, '(?s)%[0-9A-Fa-f]{2}|.', 0), "
    "p -> IF(LENGTH(p) = 3, UNHEX(SUBSTRING(p, 2)), CAST(p AS BINARY))), CAST('' AS BINARY), "
    "(whole, p) -> CONCAT(whole, p)) AS STRING))"
)
BUILTIN: dict[str, Callable[..., sge.Expression]] = {
    "hex": _as("HEX(a)"),
    "floor": _as("IF(ABS(a) < 9007199254740992D, CAST(FLOOR(a) AS DOUBLE), a)"),
    "list_reverse": _as("REVERSE(a)"),
    "regexp_extract_all": lambda op, text, pattern: made(
        "REGEXP_EXTRACT_ALL(a, p, 0)", a=text, p=_java(op.args[1])
    ),
    "url_encode": _as("URL_ENCODE(a)"),
    "url_decode": _as(DECODED),
    "try": _as("a"),
    "md5": _as("MD5(a)"),
    "sha1": _as("SHA1(a)"),
    "date_sub": lambda op, unit, first, second: made(
        f"TIMESTAMPDIFF({op.args[0].value.upper()}, a, b)", a=first, b=second
    ),
    "date_part": lambda op, unit, time: made(f"CAST(DATE_PART('{op.args[0].value}', a) AS BIGINT)", a=time),
    "try_strptime": lambda op, text, pattern: _time(text, op.args[1].value),
}

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PARTS = {
    "Y": ("year", "[0-9]{1,4}"), "y": ("short", "[0-9]{1,2}"), "m": ("month", "[0-9]{1,2}"),
    "d": ("day", "[0-9]{1,2}"), "H": ("hour", "[0-9]{1,2}"), "I": ("twelve", "[0-9]{1,2}"),
    "M": ("minute", "[0-9]{1,2}"), "S": ("second", "[0-9]{1,2}"), "g": ("milli", "[0-9]{1,3}"),
    "p": ("half", "(?i:[ap]m)"), "B": ("name", f"(?i:{'|'.join(MONTHS)})"),
    "b": ("name", f"(?i:{'|'.join(each[:3] for each in MONTHS)})"),
    "A": ("", f"(?i:{'|'.join(DAYS)})"), "a": ("", f"(?i:{'|'.join(each[:3] for each in DAYS)})"),
}  # fmt: skip
"""What strptime's letters stand for, and how it is written."""


def _time(text: Any, pattern: str) -> Any:
    """The time that a text says by a pattern of strptime; NULL where it does not follow it."""
    groups: list[str] = []
    regex = []
    for letter, other in re.findall("%(.)|([^%])", pattern, re.DOTALL):
        if letter in PARTS:
            groups.append(PARTS[letter][0])
            regex.append(f"({PARTS[letter][1]})")
        else:
            char = letter or other
            regex.append(
                r"[\t\n\f\r ]*" if char == " " else re.sub(r"([^\w\s])", r"\\\1", char, flags=re.ASCII)
            )
    whole = f"(?d)^[\\t\\n\\f\\r ]*{''.join(regex)}[\\t\\n\\f\\r ]*\\z"

    def part(name: str, default: int) -> str:
        if name not in groups:
            return str(default)
        return f"CAST(REGEXP_EXTRACT(x, w, {len(groups) - groups[::-1].index(name)}) AS INT)"

    year, month, hour = part("year", 1900), part("month", 1), part("hour", 0)
    if "short" in groups:
        year = f"({part('short', 0)} + IF({part('short', 0)} < 69, 2000, 1900))"
    if "name" in groups:
        name = f"SUBSTRING(LOWER(REGEXP_EXTRACT(x, w, {groups.index('name') + 1})), 1, 3)"
        month = f"ARRAY_POSITION(SPLIT('{' '.join(each[:3] for each in MONTHS)}', ' '), {name})"
    if "twelve" in groups:
        half = (
            f"LOWER(REGEXP_EXTRACT(x, w, {groups.index('half') + 1})) = 'pm'" if "half" in groups else "FALSE"
        )
        twelve = part("twelve", 0)
        hour = f"IF({twelve} BETWEEN 1 AND 12, {twelve} % 12 + IF({half}, 12, 0), 99)"
    made_of = (
        f"TRY_MAKE_TIMESTAMP({year}, CAST({month} AS INT), {part('day', 1)}, {hour}, {part('minute', 0)}, "
        f"{part('second', 0)} + {part('milli', 0)} / 1000)"
    )
    return made(f"IF(x RLIKE w, {made_of}, NULL)", x=text, w=whole)
