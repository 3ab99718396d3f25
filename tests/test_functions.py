"""Functions that a mapping calls: what they return of what, and what is wrong with a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pytest
from sparks import executed

from kg import functions
from kg.arguments import Kind
from kg.errors import MappingError, Place, Unsupported
from kg.mapping import GREL, IDLAB, XSD, Call, Constant, Expression, Fresh, Reference
from kg.signatures import FUNCTIONS, REFUSED

pytestmark = pytest.mark.usefixtures("on_each_engine")
COLUMNS = {"cell": "string", "other": "string"}
OLD = "http://example.com/idlab/function/"
PLACE = Place(Path("mapping.ttl"), 7, 3)


def full(name: str, space: str = GREL) -> str:
    return name if "://" in name else space + name


def call(name: str, /, output: str = "", space: str = GREL, **inputs: Any) -> Call:
    """A call; texts are constants, a list is one parameter given several times."""
    given = [
        (full(key, space), each)
        for key, one in inputs.items()
        for each in (one if isinstance(one, list) else [one])
    ]
    arguments = tuple((iri, Constant(each) if isinstance(each, str) else each) for iri, each in given)
    return Call(full(name, space), arguments, output and full(output, space), PLACE)


def idlab(name: str, /, output: str = "", **inputs: Any) -> Call:
    return call(name, output, IDLAB, **inputs)


def compared(name: str, output: str = "") -> Call:
    """The cell compared to an A."""
    inputs = ((GREL + "valueParam", CELL), (GREL + "valueParam2", Constant("A")))
    return Call(IDLAB + name, inputs, output, PLACE)


def run(what: Call, cell: str | None = None, *, compiled: Any = functions.column) -> Any:
    """What the database makes of a call over one record with one column."""
    functions.check(what)
    table = ibis.table({"cell": "string", "other": "string"}, name="record")

    def value(expression: Expression) -> Any:
        if isinstance(expression, Constant):
            return ibis.literal(expression.value)
        assert isinstance(expression, Reference)
        return table[expression.name]

    result = table.select(result=compiled(what, value))
    return plain(executed(result, {"record": (COLUMNS, [(cell, "b")])})[0][0])


def plain(value: Any) -> Any:
    """What the engine gives, with dictionaries for its records."""
    if isinstance(value, list):
        return [*map(plain, value)]
    return value.asDict() if hasattr(value, "asDict") else value


CELL = Reference("cell")


def of(name: str, **inputs: Any) -> Call:
    """A call with the cell as its value."""
    return call(name, valueParam=CELL, **inputs)


def of_number(name: str, **inputs: Any) -> Call:
    return call(name, param_dec_n=CELL, **inputs)


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (of("toUpperCase"), "Venus", "VENUS"),
        (of("toUpperCase"), "毕节a", "毕节A"),
        (of("toUpperCase"), "", ""),
        (of("toUpperCase"), None, None),
        (of("toLowerCase"), "ÄÖ", "äö"),
        (of("string_toTitlecase"), "gui ZHOU  网a", "Gui Zhou  网a"),
        (of("string_trim"), "\u3000 a b\t\n", "a b"),
        (of("string_chomp", param_string_sep="ing"), "barking", "bark"),
        (of("string_chomp", param_string_sep="ing"), "bark", "bark"),
        (of("string_replace", param_find=".", param_replace="-"), "a.b.c", "a-b-c"),
        (of("string_replaceChars", param_find="ab", param_replace="xy"), "cabb", "cxyy"),
        (of("string_substring", p_int_i_from="0"), "毕节市", "毕节市"),
        (of("string_substring", p_int_i_from="1", p_int_i_opt_to="2"), "毕节市", "节"),
        (of("string_substring", p_int_i_from="-2"), "abc", "bc"),
        (of("string_substring", p_int_i_from="0", p_int_i_opt_to="-1"), "abc", "ab"),
        (of("string_substring", p_int_i_from="5"), "Venus", ""),
        (of("string_substring", p_int_i_from="1000"), "Venus", None),
        (of("string_substring", p_int_i_from="-9"), "Venus", None),
        (of("string_split", param_string_sep=";"), "甲;乙;;丙;", ["甲", "乙", "丙"]),
        (of("string_split", param_string_sep=";"), "", []),
        (of("string_split", param_string_sep=";"), None, None),
        (of("string_match", param_regex="(.)-(.*)"), "a-bc", ["a", "bc"]),
        (of("string_match", param_regex="(.)-(.*)"), "xa-bc", None),
        (of("string_match", param_regex=r"\p{Han}+(?:x|(y))[(]"), "毕节y(", ["y"]),
        (of("string_match", param_regex="a+"), "aa", []),
        (of("string_length"), "毕节😀", "3"),
        (of("string_contains", param_string_sub="节"), "毕节", "true"),
        (of("string_contains", param_string_sub="%"), "毕节", "false"),
        (of("string_startsWith", param_string_sub="毕"), "毕节", "true"),
        (of("string_endsWith", param_string_sub="毕"), "毕节", "false"),
        (of("string_indexOf", param_string_sub="节"), "毕节", "1"),
        (of("string_indexOf", param_string_sub="x"), "毕节", "-1"),
        (of("string_lastIndexOf", param_string_sub="aa"), "aaab", "1"),
        (of("string_lastIndexOf", param_string_sub="x"), "aaab", "-1"),
        (of("string_md5"), "a", "0cc175b9c0f1b6a831c399e269772661"),
        (of("string_sha1"), "a", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        (of("escape", modeParam="html"), "A&B <é>\"'", "A&amp;B &lt;é&gt;&quot;'"),
        (of("escape", modeParam="XML"), "'", "&apos;"),
        (of("escape", modeParam="csv"), 'a"b', '"a""b"'),
        (of("escape", modeParam="csv"), "ab", "ab"),
        (of("escape", modeParam="url"), "a b&~*/节", "a+b%26%7E*%2F%E8%8A%82"),
        (of("escape", modeParam="javascript"), "a'\n", "a\\'\\n"),
        (of("string_unescape", modeParam="html"), "&amp;lt;", "&lt;"),
        (of("string_unescape", modeParam="xml"), "&apos;&lt;", "'<"),
        (of("string_unescape", modeParam="url"), "a+b%26", "a b&"),
        (of("string_unescape", modeParam="url"), "100% %zz", "100% %zz"),
        (of("string_unescape", modeParam="url"), "%E8", None),
        (call("string_unescape", valueParam=of("string_trim"), modeParam="url"), "%E8", None),
    ],
)  # fmt: skip
def test_texts(what: Call, cell: str | None, result: object) -> None:
    assert run(what, cell) == result


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        ("12", "12"), ("+012", "12"), ("-0", "0"), ("-7", "-7"), (" 5 ", "5"), ("000", "0"),
        ("12345678901234567890", "12345678901234567890"),
        ("12.50", "12.5"), ("1e3", "1000"), ("1e25", "1.0E25"), ("1.5e-9", "1.5E-9"), (".5", "0.5"),
        ("12a", None), ("", None), ("1_000", None), ("１２", None), ("nan", None), ("1e999", None), (None, None),
    ],
)  # fmt: skip
def test_a_text_that_is_no_number_has_no_value(cell: str | None, result: str | None) -> None:
    """Whole numbers keep all their digits."""
    assert run(call("string_toNumber", param_any_e=CELL), cell) == result


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (of_number("math_floor"), "-3.5", "-4"),
        (of_number("math_ceil"), "3.2", "4"),
        (of_number("math_ceil"), "-3.2", "-3"),
        (of_number("math_floor"), "1e300", "1.0E300"),
        (of_number("math_pow", param_dec_n_exp="0.5"), "-1", None),
        (of_number("math_round"), "-3.5", "-3"),
        (of_number("math_round"), "many", None),
        (of_number("math_min", param_dec_n2="10"), "9.5", "9.5"),
        (of_number("math_max", param_dec_n2="10"), "9", "10"),
        (of_number("math_max", param_dec_n2="10"), None, None),
        (call("math_mod", param_int_i=CELL, param_int_i2="9"), "74", "2"),
        (call("math_mod", param_int_i=CELL, param_int_i2="0"), "74", None),
        (call("math_mod", param_int_i=CELL, param_int_i2="-1"), "-9223372036854775808", "0"),
        (call("math_mod", param_int_i=CELL, param_int_i2="10"), "9007199254740993", "3"),
        (call("math_mod", param_int_i=CELL, param_int_i2="10"), "9223372036854775808", None),
        (of_number("math_ln"), "1", "0"),
        (of_number("math_ln"), "0", None),
        (of_number("math_log"), "1000", "3"),
        (of_number("math_exp"), "0", "1"),
        (of_number("math_exp"), "9999", None),
        (of_number("math_pow", param_dec_n_exp="2"), "3", "9"),
        (of("string_substring", p_int_i_from=Reference("other")), "Venus", None),
    ],
)
def test_numbers(what: Call, cell: str | None, result: object) -> None:
    assert run(what, cell) == result


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (call("boolean_and", bool_array_b=[CELL, "true"]), "true", "true"),
        (call("boolean_and", bool_array_b=[CELL, "true"]), "no", None),
        (call("boolean_and", bool_array_b=[CELL, "false"]), None, "false"),
        (call("boolean_or", bool_array_b=[CELL, "false"]), "0", "false"),
        (call("boolean_xor", bool_array_b=[CELL, "1"]), "true", "false"),
        (call("boolean_not", param_b=CELL), "FALSE", "true"),
        (call("controls_if", param_b=CELL, param_true="y", param_false="n"), "true", "y"),
        (call("controls_if", param_b=CELL, param_true="y", param_false="n"), "false", "n"),
        (call("controls_if", param_b=CELL, param_true="y", param_false="n"), None, "n"),
        (call("controls_if", param_b=CELL, param_true="y"), "false", None),
        (call("controls_isBlank", param_any_e=CELL), " ", "true"),
        (call("controls_isBlank", param_any_e=CELL), None, "true"),
        (call("controls_isNonBlank", param_any_e=CELL), "a", "true"),
        (call("controls_isNull", param_any_e=CELL), "", "false"),
        (call("controls_isNotNull", param_any_e=CELL), None, "false"),
        (call("controls_isNumeric", param_any_e=CELL), "1.5", "true"),
        (call("controls_isNumeric", param_any_e=CELL), "a", "false"),
        (call("other_coalesce", param_any_rep_e=[CELL, Reference("other")]), None, "b"),
        (call("other_coalesce", param_any_rep_e=[CELL, "x"]), "", ""),
        (idlab("alwaysReturnsABC"), None, "ABC"),
        (idlab("toUpperCaseURL", str=CELL), "www.example.com", "http://WWW.EXAMPLE.COM"),
        (idlab("toUpperCaseURL", str=CELL), "https://a/b", "HTTPS://A/B"),
        (idlab("trueCondition", strBoolean=CELL, str="x"), "true", "x"),
        (idlab("trueCondition", strBoolean=CELL, str="x"), "maybe", None),
        (compared("equal"), "A", "true"),
        (compared("notEqual"), "A", "false"),
        (compared("notEqual"), None, None),
        (idlab("isNull", str=CELL), None, "true"),
        (idlab("isNotNull", str=CELL), None, "false"),
        (idlab("concat", str=CELL, otherStr="c"), "a", "ac"),
        (idlab("concat", str=CELL, otherStr="c", delimiter="-"), "a", "a-c"),
        (idlab("concat", str=CELL, otherStr="c", delimiter="-"), None, None),
        (idlab("stringContainsOtherString", str=CELL, otherStr="b", delimiter=","), "a,b", "true"),
        (idlab("listContainsElement", list=[CELL, "b"], str="b"), "a", "true"),
        (idlab("decide", str=CELL, expectedStr="a", result="r"), "a", "r"),
        (idlab("decide", str=CELL, expectedStr="a", result="r"), "b", None),
        (idlab("inRange", p_test=CELL, p_from="1", p_to="3"), "3", "false"),
        (idlab("inRange", p_test=CELL, p_from="1", p_to="3"), "1", "true"),
        (idlab("slugify", str=CELL), " Gui Zhou, 贵州!", "gui-zhou-贵州"),
    ],
)
def test_choices(what: Call, cell: str | None, result: object) -> None:
    assert run(what, cell) == result


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (of("date_toDate", param_string_pattern="yyyy年M月d日"), "2020年1月23日", "2020-01-23"),
        (of("date_toDate", param_string_pattern="yyyy年M月d日"), "2020年13月23日", None),
        (of("date_toDate", param_string_pattern="d MMM yyyy"), "", None),
        (of("date_toDate", param_string_pattern="dd/MM/yyyy 'at' HH:mm"), "03/02/2020 at 18:30", "2020-02-03"),
        (idlab("normalizeDate", strDate=CELL, pattern="d MMMM uuuu"), "5 February 2020", "2020-02-05"),
        (idlab("normalizeDateTime", strDate=CELL, pattern="yyyyMMdd HHmmss"), "20200123 100000", "2020-01-23T10:00:00"),
        (call("date_inc", param_date_d=CELL, param_dec_n="1", param_string_unit="months"), "2020-01-31", "2020-02-29"),
        (call("date_inc", param_date_d=CELL, param_dec_n="-1", param_string_unit="days"), "2020-03-01", "2020-02-29"),
        (call("date_diff", param_datetime_d=CELL, param_datetime_d2="2020-01-23", param_string_timeunit="days"),
         "2020-02-01", "9"),
        (call("date_diff", param_datetime_d=CELL, param_datetime_d2="2020-01-23", param_string_timeunit="hours"),
         "2020-01-23T10:59:00", "10"),
        (call("date_datePart", param_date_d=CELL, param_string_unit="months"), "2020-02-01", "2"),
        (call("date_datePart", param_date_d=CELL, param_string_unit="months"), "soon", None),
        (call("date_inc", param_date_d="2020-01-31", param_dec_n=CELL, param_string_unit="years"), "9" * 17, None),
        (call("date_inc", param_date_d="2020-01-31", param_dec_n=CELL, param_string_unit="days"), "-9223372036854775808", None),
    ],
)  # fmt: skip
def test_dates(what: Call, cell: str | None, result: object) -> None:
    assert run(what, cell) == result


SPLIT = of("string_split", param_string_sep=",")


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (call("array_join", param_a=SPLIT, param_string_sep="-"), "a,b", "a-b"),
        (call("array_join", param_a=["x", CELL, SPLIT], param_string_sep="-"), "a,b", "x-a,b-a-b"),
        (call("array_join", param_a=["x", CELL], param_string_sep="-"), None, "x"),
        (call("array_join", param_a=CELL, param_string_sep="-"), None, None),
        (call("array_join", param_a=SPLIT, param_string_sep=Reference("other")), "x,y,z", "xbybz"),
        (call("array_get", param_a=SPLIT, p_int_i_from="1"), "a,b,c", "b"),
        (call("array_get", param_a=SPLIT, p_int_i_from="-1"), "a,b,c", "c"),
        (call("array_get", param_a=SPLIT, p_int_i_from="9"), "a,b,c", None),
        (call("array_get", param_a=SPLIT, p_int_i_from="1", p_int_i_opt_to="3"), "a,b,c", ["b", "c"]),
        (call("array_slice", param_a=SPLIT, p_int_i_from="1"), "a,b,c", ["b", "c"]),
        (call("array_length", param_a=SPLIT), "a,b,c", "3"),
        (call("array_reverse", param_a=SPLIT), "a,b,c", ["c", "b", "a"]),
        (call("array_sort", param_a=SPLIT), "c,a", ["a", "c"]),
        (call("array_sum", param_a=SPLIT), "1,2.5,x", "3.5"),
        (call("array_uniques", param_a=SPLIT), "b,a,b", ["a", "b"]),
    ],
)
def test_lists(what: Call, cell: str | None, result: object) -> None:
    assert run(what, cell) == result


def test_a_call_may_be_the_argument_of_a_call() -> None:
    """And numbers are passed on as such."""
    inner = of("string_replace", param_find=" ", param_replace="-")
    assert run(call("toUpperCase", valueParam=inner), "M Venus") == "M-VENUS"
    length = call("math_pow", param_dec_n=of("string_length"), param_dec_n_exp="2")
    assert run(length, "abc") == "9"
    empty = call(
        "controls_if", param_b=call("controls_isBlank", param_any_e=CELL), param_true="-", param_false=CELL
    )
    assert [run(empty, cell) for cell in ("", None, "a")] == ["-", "-", "a"]


def test_a_function_of_one_value_is_called_with_each_of_several() -> None:
    """With all combinations, where several arguments are several."""
    assert run(call("toUpperCase", valueParam=SPLIT), "a,b") == ["A", "B"]
    assert run(idlab("concat", str=SPLIT, otherStr=SPLIT), "a,b") == ["aa", "ab", "ba", "bb"]
    again = call("string_split", valueParam=SPLIT, param_string_sep="-")
    assert run(again, "a-b,c") == ["a", "b", "c"]
    assert run(call("string_toTitlecase", valueParam=SPLIT), "a b,c") == [
        "A B",
        "C",
    ]


def test_calls_within_calls_are_not_spelled_again_and_again() -> None:
    """A part of a part of … is a statement that grows by each, and does not double."""
    what: Expression = CELL
    for _ in range(6):
        what = call("string_substring", valueParam=what, p_int_i_from="0", p_int_i_opt_to="-1")
    assert isinstance(what, Call)
    assert run(what, "abcdefgh") == "ab"
    what = SPLIT
    for _ in range(4):
        what = call("array_slice", param_a=what, p_int_i_from="1")
    assert run(what, "a,b,c,d,e,f") == ["e", "f"]


def test_a_list_within_each_argument_hides_no_other() -> None:
    upper = call("toUpperCase", valueParam=of("string_split", param_string_sep=","))
    title = call("string_toTitlecase", valueParam=of("string_split", param_string_sep=","))
    assert run(idlab("concat", str=upper, otherStr=title, delimiter="-"), "ab,c") == [
        "AB-Ab", "AB-C", "C-Ab", "C-C",
    ]  # fmt: skip


def test_letter_case_is_that_of_the_database_and_of_no_language() -> None:
    """German ß does not become SS, nor a Turkish i an İ, as they would in Java."""
    assert run(of("toUpperCase"), "straße ı i") == "STRAẞE I I"
    assert run(of("toLowerCase"), "İI") == "ii"


@pytest.mark.parametrize(
    ("what", "cell", "result"),
    [
        (call("string_length", "output_number", valueParam=CELL), "Venus", ("5", XSD + "integer")),
        (of("string_length"), None, None),
        (call("string_toNumber", param_any_e=CELL), "1.50", ("1.5", XSD + "decimal")),
        (call("string_toNumber", param_any_e=CELL), "1e30", ("1.0E30", XSD + "double")),
        (of("string_contains", param_string_sub="e"), "Venus", ("true", XSD + "boolean")),
        (of("toUpperCase"), "5", ("5", "")),
        (of("date_toDate", param_string_pattern="yyyyMMdd"), "20200123", ("2020-01-23", XSD + "date")),
        (compared("equal", IDLAB + "_boolOut"), "A", ("true", XSD + "boolean")),
        (compared("equal", GREL + "stringOut"), "A", ("true", "")),
    ],
)  # fmt: skip
def test_a_result_has_the_datatype_of_its_output(
    what: Call, cell: str | None, result: tuple[str, str] | None
) -> None:
    made = run(what, cell, compiled=functions.typed)
    assert made == (result and {"v": result[0], "t": result[1]})


def test_the_items_of_a_list_have_datatypes_too() -> None:
    lengths = call("string_length", valueParam=SPLIT)
    assert run(lengths, "a,bb", compiled=functions.typed) == [
        {"v": "1", "t": XSD + "integer"},
        {"v": "2", "t": XSD + "integer"},
    ]


def test_both_names_of_a_parameter_and_the_old_namespace_will_do() -> None:
    assert run(call("toUpperCase", "stringOutput", valueParameter=CELL), "a") == "A"
    assert run(call("toUpperCaseURL", "_stringOut", OLD, _str=CELL), "a") == "http://A"


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (of("unknown_func"), f"no function <{GREL}unknown_func>; there are: toUpperCase"),
        (of("toUppercase"), f"no function <{GREL}toUppercase>; did you mean 'toUpperCase'?"),
        (call("http://other.example/f#toUpper"), "no function <http://other.example/f#toUpper>; did you mean 'toUpperCase'?"),
        (call("toUpperCase", unknownParam=CELL), f"no parameter <{GREL}unknownParam>; there are: valueParam, valueParameter"),
        (call("toUpperCase"), f"function <{GREL}toUpperCase> lacks its parameter <{GREL}valueParam>; give it a value"),
        (call("toUpperCase", "unknownOut", valueParam=CELL), f"no result <{GREL}unknownOut>; there are: stringOut, stringOutput"),
        (call("toUpperCase", "stringOt", valueParam=CELL), "did you mean 'stringOut'?"),
        (call("toUpperCase", valueParam=["a", "b"]), "twice"),
        (call("toUpperCase", valueParam=Fresh()), "has no value; give it a reference"),
        (of("string_substring", p_int_i_from="one"), "takes a whole number, not 'one'"),
        (of("string_substring", p_int_i_from="1.5"), "takes a whole number, not '1.5'"),
        (call("math_floor", param_dec_n="x"), "takes a number, not 'x'"),
        (call("math_floor", param_dec_n="1e999"), "takes a number, not '1e999'"),
        (call("boolean_and", bool_array_b=["yes"]), "takes true or false, not 'yes'"),
        (of("escape", modeParam="htm"), "cannot be 'htm'; did you mean 'html'?"),
        (of("escape", modeParam=CELL), "takes a constant only; there are: html, xml, csv, url, javascript"),
        (of("date_toDate", param_string_pattern="yyyy-QQ"), "takes a pattern of a date, not 'yyyy-QQ: QQ'"),
        (of("string_match", param_regex="(a"), "takes a regular expression, not '(a: "),
        (of("string_match", param_regex="(?=a)"), "invalid perl operator: (?="),
        (call("toUpperCase", valueParam=of("nope")), f"no function <{GREL}nope>"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_told_before_anything_runs(what: Call, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        functions.check(what)
    assert str(caught.value).startswith("mapping.ttl:7:3: ")
    assert message in str(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(MappingError) as caught:
        functions.check(call("string_replace", "out", valueParam=of("nope"), find="a"))
    assert len(caught.value.findings) == 5


@pytest.mark.parametrize("iri", REFUSED)
def test_functions_whose_result_is_no_matter_of_the_data_are_refused(iri: str) -> None:
    """One mapping makes one graph of the same data, always."""
    with pytest.raises(Unsupported, match="is not run: "):
        functions.check(Call(iri, (), "", PLACE))


def test_names_of_parameters_are_unambiguous() -> None:
    """No IRI is that of two parameters of a function, and no function takes and returns nothing."""
    for function in FUNCTIONS.values():
        iris = [iri for parameter in function.parameters for iri in parameter.iris]
        assert len(iris) == len(set(iris))
        assert function.outputs


NASTY = (
    "", " ", "a", "0", "-1", "-9223372036854775808", "9223372036854775807", "1e308", "-1e308", "1e-320", "9" * 40,
    "true", "2020-02-30", "2020-01-31", "9999-12-31", "-4000-01-01", "99999-01-01", "infinity", "nan",
    "毕节😀e\u0301", "\0x", "%E8%", "a,b;c", "(", "ß", "İ", "2020-01-01T00:00:00+05:00",
)  # fmt: skip
FIXED = {Kind.PATTERN: "yyyy-MM-dd", Kind.REGEX: "(.)(.*)"}


@pytest.mark.parametrize("iri", [iri for iri, function in FUNCTIONS.items() if not function.tabled])
def test_no_text_is_too_much_for_a_function(iri: str) -> None:
    """Whatever is in the cells gives a value or none: the run goes on."""
    columns = ("cell", "other")
    inputs = []
    for number, parameter in enumerate(FUNCTIONS[iri].parameters):
        fixed = parameter.choices[0] if parameter.choices else FIXED.get(parameter.kind)
        inputs.append((parameter.iris[0], Constant(fixed) if fixed else Reference(columns[number % 2])))
    what = Call(iri, tuple(inputs))
    functions.check(what)
    table = ibis.table({"cell": "string", "other": "string"}, name="record")

    def value(expression: Expression) -> Any:
        return table[expression.name] if isinstance(expression, Reference) else ibis.literal(expression.value)  # type: ignore[union-attr]

    texts = [*NASTY, None]
    pairs = [(one, other) for one in texts for other in texts]
    found = executed(table.select(result=functions.typed(what, value)), {"record": (COLUMNS, pairs)})
    assert len(found) == len(texts) ** 2
