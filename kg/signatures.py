"""The functions that a mapping may call: for each IRI its parameters, its results and what computes it.

The IRIs are those of the descriptions of GREL and of IDLab's functions in FnO (The Function Ontology), where
a parameter, and a result, has two: its own and that of its predicate. Either will do. Functions of the
project's own become functions like these by :func:`of_own`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from operator import and_, or_, xor

import ibis

from kg import grel, lookups
from kg.arguments import Function, Kind, Parameter, answered, as_number, balanced, floor
from kg.library import Own
from kg.mapping import GREL, IDLAB

REFUSED = {
    GREL + "date_now": "its result is another one each time",
    GREL + "math_random": "its result is another one each time",
    IDLAB + "random": "its result is another one each time",
    IDLAB + "readFile": "it reads a file that is no logical source",
    IDLAB + "dbpediaSpotlight": "its result is that of a service on the web",
}
"""Functions that are not run: one mapping makes one graph of the same data, always."""


def _of(
    name: str, *local: str, namespace: str = GREL, kind: Kind = Kind.TEXT, items: Kind = Kind.TEXT
) -> Parameter:
    return Parameter(name, tuple(namespace + each for each in local), kind, items=items)


def _optional(parameter: Parameter) -> Parameter:
    return replace(parameter, required=False)


def _one_of(parameter: Parameter, choices: tuple[str, ...]) -> Parameter:
    return replace(parameter, choices=choices)


VALUE = _of("text", "valueParam", "valueParameter")
VALUE_2 = _of("other", "valueParam2", "valueParameter2")
ANY = _of("text", "param_any_e", "p_any_e")
ANYTHING = _of("items", "param_any_rep_e", "p_any_rep_e", kind=Kind.SEVERAL)
ARRAY = _of("items", "param_a", "p_array_a", kind=Kind.LIST)
BOOLEANS = _of("items", "bool_array_b", "param_rep_b", kind=Kind.SEVERAL, items=Kind.BOOLEAN)
BOOLEAN = _of("test", "param_b", "bool_b", kind=Kind.BOOLEAN)
THEN = _of("then", "param_true", "any_true")
OTHERWISE = _optional(_of("otherwise", "param_false", "any_false"))
PART = _of("part", "param_string_sub", "string_sub")
SEPARATOR = _of("separator", "param_string_sep", "p_string_sep")
FIND = _of("find", "param_find", "p_string_find")
REPLACE = _of("new", "param_replace", "p_string_replace")
REGEX = _of("pattern", "param_regex", "p_string_regex", kind=Kind.REGEX)
MODE = _of("mode", "modeParam", "modeParameter")
START = _of("start", "p_int_i_from", "param_int_i_from", kind=Kind.INTEGER)
STOP = _optional(_of("stop", "p_int_i_opt_to", "param_int_i_opt_to", kind=Kind.INTEGER))
PATTERN = _of("pattern", "param_string_pattern", "p_string_pattern", kind=Kind.PATTERN)
TIME = _of("first", "param_datetime_d", "p_datetime_d", kind=Kind.DATETIME)
TIME_2 = _of("second", "param_datetime_d2", "p_datetime_d2", kind=Kind.DATETIME)
DAY = _of("time", "param_date_d", "p_date_d", kind=Kind.DATE)
UNITS = tuple(grel.UNITS)
TIME_UNIT = _one_of(_of("unit", "param_string_timeunit", "p_string_timeunit"), UNITS)
UNIT = _one_of(_of("unit", "param_string_unit", "p_string_unit"), UNITS)
NUMBER = _of("n", "param_dec_n", "p_dec_n", kind=Kind.NUMBER)
NUMBER_2 = _of("n2", "param_dec_n2", "param_n2", kind=Kind.NUMBER)
EXPONENT = _of("n2", "param_dec_n_exp", "p_any_exp", kind=Kind.NUMBER)
COUNT = replace(NUMBER, kind=Kind.INTEGER)
WHOLE = _of("n", "param_int_i", "p_int_i", kind=Kind.INTEGER)
WHOLE_2 = _of("n2", "param_int_i2", "p_int_i2", kind=Kind.INTEGER)

STR = _of("text", "_str", "str", namespace=IDLAB)
OTHER = _of("other", "_otherStr", "otherStr", namespace=IDLAB)
DELIMITER = _of("delimiter", "_delimiter", "delimiter", namespace=IDLAB)
LIST = _of("items", "_list", "list", namespace=IDLAB, kind=Kind.LIST)
EXPECTED = _of("expected", "_expectedStr", "expectedStr", namespace=IDLAB)
RESULT = _of("result", "_result", "result", namespace=IDLAB)
STR_BOOLEAN = _of("test", "_strBoolean", "strBoolean", namespace=IDLAB, kind=Kind.BOOLEAN)
TESTED = _of("n", "_test", "p_test", namespace=IDLAB, kind=Kind.NUMBER)
LEAST = _of("least", "_from", "p_from", namespace=IDLAB, kind=Kind.NUMBER)
MOST = _of("most", "_to", "p_to", namespace=IDLAB, kind=Kind.NUMBER)
STR_DATE = _of("text", "_strDate", "strDate", namespace=IDLAB)
STR_PATTERN = _of("pattern", "_pattern", "pattern", namespace=IDLAB, kind=Kind.PATTERN)
TABLE = (
    Parameter("file", lookups.FILE, Kind.FILE),
    Parameter("key", lookups.FROM, Kind.COLUMN),
    Parameter("value", lookups.TO, Kind.COLUMN),
)


def _outputs(kind: Kind, *iris: str) -> dict[str, Kind]:
    return dict.fromkeys(iris, kind)


TEXT_OUT = _outputs(Kind.TEXT, GREL + "stringOut", GREL + "stringOutput")
ANY_OUT = _outputs(Kind.TEXT, GREL + "output_any", GREL + "o_any")
ARRAY_OUT = _outputs(Kind.TEXT, GREL + "output_array", GREL + "o_array")
BOOL_OUT = _outputs(Kind.BOOLEAN, GREL + "output_bool", GREL + "o_bool")
NUMBER_OUT = _outputs(Kind.NUMBER, GREL + "output_number", GREL + "o_number")
DATE_OUT = _outputs(Kind.DATE, GREL + "output_date", GREL + "o_date")
STR_OUT = _outputs(Kind.TEXT, IDLAB + "_stringOut", IDLAB + "stringOut")
TRUTH_OUT = _outputs(Kind.BOOLEAN, IDLAB + "_boolOut", IDLAB + "o_boolOut", IDLAB + "boolOut")
# The descriptions say that these return texts, their users take booleans.
EITHER_OUT = {**TRUTH_OUT, **TEXT_OUT, **STR_OUT}

_GREL = {
    "toUpperCase": Function((VALUE,), TEXT_OUT, lambda text: text.upper()),
    "toLowerCase": Function((VALUE,), TEXT_OUT, lambda text: text.lower()),
    "string_toTitlecase": Function((VALUE,), TEXT_OUT, grel.title),
    "string_trim": Function((VALUE,), TEXT_OUT, grel.trim),
    "string_chomp": Function((VALUE, SEPARATOR), TEXT_OUT, grel.chomp),
    "string_replace": Function(
        (VALUE, FIND, REPLACE), TEXT_OUT, lambda text, find, new: text.replace(find, new)
    ),
    "string_replaceChars": Function(
        (VALUE, FIND, REPLACE), TEXT_OUT, lambda text, find, new: text.translate(find, new)
    ),
    "string_substring": Function((VALUE, START, STOP), TEXT_OUT, grel.substring),
    "string_split": Function((VALUE, SEPARATOR), ARRAY_OUT, grel.split),
    "string_match": Function((VALUE, REGEX), ARRAY_OUT, grel.match),
    "string_length": Function((VALUE,), NUMBER_OUT, lambda text: text.length()),
    "string_contains": Function((VALUE, PART), BOOL_OUT, lambda text, part: text.contains(part)),
    "string_startsWith": Function((VALUE, PART), BOOL_OUT, lambda text, part: text.startswith(part)),
    "string_endsWith": Function((VALUE, PART), BOOL_OUT, lambda text, part: text.endswith(part)),
    "string_indexOf": Function((VALUE, PART), NUMBER_OUT, lambda text, part: text.find(part)),
    "string_lastIndexOf": Function((VALUE, PART), NUMBER_OUT, grel.last_index),
    "string_toString": Function((ANY,), TEXT_OUT, lambda text: text),
    "string_toNumber": Function((ANY,), NUMBER_OUT, grel.to_number),
    "escape": Function(
        (VALUE, _one_of(MODE, tuple(grel.ESCAPED))), TEXT_OUT, lambda text, mode: grel.ESCAPED[mode](text)
    ),
    "string_unescape": Function(
        (VALUE, _one_of(MODE, tuple(grel.UNESCAPED))), TEXT_OUT, lambda text, mode: grel.UNESCAPED[mode](text)
    ),
    "string_md5": Function((VALUE,), TEXT_OUT, grel.md5),
    "string_sha1": Function((VALUE,), TEXT_OUT, grel.sha1),
    "array_join": Function((ARRAY, SEPARATOR), TEXT_OUT, grel.join),
    "array_get": Function((ARRAY, START, STOP), ARRAY_OUT, grel.item),
    "array_slice": Function((ARRAY, START, STOP), ARRAY_OUT, grel.part_of_list),
    "array_length": Function((ARRAY,), NUMBER_OUT, lambda items: items.length()),
    "array_reverse": Function((ARRAY,), ARRAY_OUT, grel.turned),
    "array_sort": Function((ARRAY,), ARRAY_OUT, lambda items: items.sort()),
    "array_sum": Function((ARRAY,), NUMBER_OUT, grel.total),
    "array_uniques": Function((ARRAY,), ARRAY_OUT, lambda items: items.unique().sort()),
    "boolean_and": Function((BOOLEANS,), BOOL_OUT, partial(balanced, and_)),
    "boolean_or": Function((BOOLEANS,), BOOL_OUT, partial(balanced, or_)),
    "boolean_xor": Function((BOOLEANS,), BOOL_OUT, partial(balanced, xor)),
    "boolean_not": Function((BOOLEAN,), BOOL_OUT, lambda test: ~test),
    "controls_if": Function((BOOLEAN, THEN, OTHERWISE), ANY_OUT, grel.choose),
    "controls_isNull": Function((ANY,), BOOL_OUT, lambda text: text.isnull()),
    "controls_isNotNull": Function((ANY,), BOOL_OUT, lambda text: text.notnull()),
    "controls_isBlank": Function((ANY,), BOOL_OUT, grel.blank),
    "controls_isNonBlank": Function((ANY,), BOOL_OUT, lambda text: ~grel.blank(text)),
    "controls_isNumeric": Function((ANY,), BOOL_OUT, lambda text: as_number(text).notnull()),
    "other_coalesce": Function((ANYTHING,), ANY_OUT, grel.first),
    "date_toDate": Function(
        (VALUE, PATTERN), DATE_OUT, lambda text, pattern: grel.parsed(text, pattern).date()
    ),
    "date_inc": Function((DAY, COUNT, UNIT), DATE_OUT, grel.later),
    "date_diff": Function((TIME, TIME_2, TIME_UNIT), {**TEXT_OUT, **NUMBER_OUT}, grel.difference),
    "date_datePart": Function((DAY, UNIT), {**ANY_OUT, **NUMBER_OUT}, grel.part_of_time),
    "math_floor": Function((NUMBER,), NUMBER_OUT, grel.floored),
    "math_ceil": Function((NUMBER,), NUMBER_OUT, lambda n: -floor(-n)),
    "math_round": Function((NUMBER,), NUMBER_OUT, lambda n: floor(n + 0.5)),
    "math_min": Function(
        (NUMBER, NUMBER_2), NUMBER_OUT, lambda n, n2: ibis.ifelse(n.isnull() | (n <= n2), n, n2)
    ),
    "math_max": Function(
        (NUMBER, NUMBER_2), NUMBER_OUT, lambda n, n2: ibis.ifelse(n.isnull() | (n >= n2), n, n2)
    ),
    "math_mod": Function((WHOLE, WHOLE_2), NUMBER_OUT, grel.remainder),
    "math_ln": Function((NUMBER,), NUMBER_OUT, lambda n: grel.positive(n).ln()),
    "math_log": Function((NUMBER,), NUMBER_OUT, lambda n: grel.positive(n).log10()),
    "math_exp": Function((NUMBER,), NUMBER_OUT, lambda n: n.exp()),
    "math_pow": Function((NUMBER, EXPONENT), NUMBER_OUT, lambda n, n2: n.pow(n2)),
}
_IDLAB = {
    "alwaysReturnsABC": Function((), STR_OUT, lambda: ibis.literal("ABC")),
    "toUpperCaseURL": Function((STR,), STR_OUT, grel.url),
    "trueCondition": Function((STR_BOOLEAN, STR), STR_OUT, lambda test, text: ibis.ifelse(test, text, None)),
    "equal": Function((VALUE, VALUE_2), EITHER_OUT, lambda text, other: text == other),
    "notEqual": Function((VALUE, VALUE_2), EITHER_OUT, lambda text, other: text != other),
    "isNull": Function((STR,), TRUTH_OUT, lambda text: text.isnull()),
    "isNotNull": Function((STR,), TRUTH_OUT, lambda text: text.notnull()),
    "concat": Function((STR, OTHER, _optional(DELIMITER)), STR_OUT, grel.concat),
    "stringContainsOtherString": Function(
        (STR, OTHER, DELIMITER),
        EITHER_OUT,
        lambda text, other, delimiter: text.split(delimiter).contains(other),
    ),
    "listContainsElement": Function((LIST, STR), EITHER_OUT, lambda items, text: items.contains(text)),
    "decide": Function(
        (STR, EXPECTED, RESULT), STR_OUT, lambda text, expected, result: grel.choose(text == expected, result)
    ),
    "inRange": Function((TESTED, LEAST, MOST), TRUTH_OUT, lambda n, least, most: (n >= least) & (n < most)),
    "slugify": Function((STR,), STR_OUT, grel.slug),
    "normalizeDate": Function(
        (STR_DATE, STR_PATTERN), STR_OUT, lambda text, pattern: grel.parsed(text, pattern).date()
    ),
    "normalizeDateTime": Function((STR_DATE, STR_PATTERN), STR_OUT, grel.parsed),
    "lookup": Function((STR, *TABLE), STR_OUT, answered),
    "lookupWithDelimiter": Function(
        (STR, *TABLE, Parameter("delimiter", lookups.DELIMITER, Kind.CHARACTER)), STR_OUT, answered
    ),
}
FUNCTIONS = {
    **{GREL + name: function for name, function in _GREL.items()},
    **{IDLAB + name: function for name, function in _IDLAB.items()},
}
"""All functions of kg's own, by IRI."""
KINDS: dict[type, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.BOOLEAN,
    date: Kind.DATE,
    datetime: Kind.DATETIME,
}
"""What the annotations of Python mean."""


def of_own(own: Own) -> Function:
    """A function of the project's own."""
    parameters = []
    for argument in own.arguments:
        kind = KINDS[argument.type.plain]
        shape = Kind.LIST if argument.type.several else kind
        parameters.append(
            Parameter(argument.name, (lookups.now(argument.iri),), shape, argument.required, items=kind)
        )
    result = KINDS[own.returns.plain]
    outputs = _outputs(Kind.NUMBER if result is Kind.INTEGER else result, lookups.now(own.output))
    return Function(tuple(parameters), outputs, answered)
