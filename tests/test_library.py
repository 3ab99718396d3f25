"""The project's own functions: read from their file, called with texts, bound to a mapping."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from models import EX, ex, mapping, pom, triples_map

import kg
from kg import library
from kg.errors import MappingError, MissingFile
from kg.library import Own
from kg.mapping import Call, Join, Reference, ReferencingObjectMap, TermMap

FN = EX + "fn#"
HEAD = "import kg\nfrom datetime import date, datetime\nfrom typing import Optional, Union\n"


def read(folder: Path, code: str) -> library.Library:
    file = folder / "functions.py"
    file.write_text(HEAD + code, encoding="utf-8")
    return library.read(file)


def one(folder: Path, signature: str, body: str = "return None") -> Own:
    (own,) = read(folder, f"@kg.function({FN + 'f'!r})\ndef f{signature}:\n    {body}\n")
    return own


def test_what_is_not_said_is_in_the_namespace_of_the_function(tmp_path: Path) -> None:
    own = one(tmp_path, "(text: str, n: int = 2) -> str")
    assert (own.iri, own.name, own.output) == (FN + "f", "f", FN + "output")
    assert [(each.name, each.iri, each.required) for each in own.arguments] == [
        ("text", FN + "text", True),
        ("n", FN + "n", False),
    ]
    assert (own.place.file.name, own.place.line) == ("functions.py", 4)


def test_iris_may_be_said(tmp_path: Path) -> None:
    code = f"@kg.function('{FN}f', text='{EX}t', returns='{EX}r')\ndef f(text: str) -> str: return text\n"
    (own,) = read(tmp_path, code)
    assert (own.arguments[0].iri, own.output) == (EX + "t", EX + "r")


def test_binding_leaves_all_else_as_it_is(tmp_path: Path) -> None:
    """Sources that are one stay one."""
    functions = read(tmp_path, f"@kg.function('{FN}f')\ndef f(text: str) -> str: return text\n")
    given = mapping(triples_map(pom(ex("p"), TermMap(Call(FN + "f")))))
    after = library.bound(given, functions)
    (made,) = after.triples_maps[0].predicate_objects[0].objects
    assert isinstance(made, TermMap)
    assert isinstance(made.expression, Call)
    assert made.expression.own is functions[0]
    assert after.triples_maps[0].source is given.triples_maps[0].source


def test_a_declared_function_stays_as_it_is() -> None:
    @kg.function(FN + "twice")
    def twice(text: str) -> str:
        return text * 2

    assert twice("a") == "aa"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("str", " a ", " a "), ("str", "", ""), ("str", "毕节😀", "毕节😀"),
        ("int", " +012 ", 12), ("int", "12.0", 12), ("int", "1e3", 1000), ("int", "9007199254740993", 2**53 + 1),
        ("int", "9" * 30, 10**30 - 1), ("int", "1.5", None), ("int", "x", None), ("int", "１２", None),
        ("float", "1.5e3", 1500.0), ("float", "1e999", None), ("float", "nan", None), ("float", "1_0", None),
        ("bool", "TRUE", True), ("bool", "0", False), ("bool", "yes", None),
        ("date", "2020-02-29", "2020-02-29"), ("date", "2020-02-29T10:00:00", "2020-02-29"),
        ("date", "2020-02-30", None), ("date", "20200229", None), ("date", "99999-01-01", None),
        ("datetime", "2020-02-29T10:00:00Z", "2020-02-29 10:00:00+00:00"), ("datetime", "2020-02-29", "2020-02-29 00:00:00"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_the_annotation_says(kind: str, text: str, value: object, tmp_path: Path) -> None:
    """And a text that is no such thing is no value, with which the function is not called."""
    plain = "x" if kind not in ("date", "datetime") else "str(x)"
    own = one(tmp_path, f"(x: {kind}) -> str", f"return repr({plain})")
    assert own.answer({"x": text}) == (None if value is None else repr(value), "")


def test_a_function_is_called_without_a_value_only_if_it_says_so(tmp_path: Path) -> None:
    for annotation in ("str | None", "Optional[str]", "Union[None, str]"):
        assert one(tmp_path, f"(x: {annotation}) -> str", "return repr(x)").answer({"x": None}) == (
            "None",
            "",
        )
    assert one(tmp_path, "(x: str = 'a') -> str", "return repr(x)").answer({"x": None}) == (None, "")
    assert one(tmp_path, "(x: str = 'a') -> str", "return repr(x)").answer({}) == ("'a'", "")


def test_a_list_is_given_whole_without_what_is_no_value(tmp_path: Path) -> None:
    own = one(tmp_path, "(x: list[int]) -> int", "return sum(x)")
    assert own.answer({"x": ["1", None, "two", "3"]}) == ("4", "")


@pytest.mark.parametrize(
    ("kind", "body", "answer"),
    [
        ("str", "'a'", "a"), ("str", "None", None), ("str", "''", ""),
        ("int", "10**20", "100000000000000000000"), ("bool", "True", "true"),
        ("float", "12.0", "12"), ("float", "12", "12"), ("float", "0.5", "0.5"), ("float", "1e25", "1.0E25"),
        ("float", "1.5e-9", "1.5E-9"), ("float", "-1e-5", "-1.0E-5"), ("float", "float('inf')", None),
        ("date", "date(2020, 2, 29)", "2020-02-29"),
        ("datetime", "datetime(2020, 2, 29, 10)", "2020-02-29T10:00:00"),
        ("list[str]", "['b', None, 'a']", ["b", "a"]), ("list[int]", "(1, 2)", ["1", "2"]), ("list[str]", "[]", []),
    ],
)  # fmt: skip
def test_a_result_is_written_in_its_canonical_form(
    kind: str, body: str, answer: object, tmp_path: Path
) -> None:
    assert one(tmp_path, f"() -> {kind}", f"return {body}").answer({}) == (answer, "")


@pytest.mark.parametrize(
    ("kind", "body", "fault"),
    [
        ("str", "return 5", "f(x='a') returns 5, which is no str"),
        ("int", "return True", "f(x='a') returns True, which is no int"),
        ("date", "return datetime(2020, 1, 1)", "f(x='a') returns datetime.datetime(2020, 1, 1, 0, 0), which is no date"),
        ("list[str]", "return 'ab'", "f(x='a') returns 'ab', which is no list"),
        ("list[str]", "return [1]", "f(x='a') returns 1, which is no str"),
        ("str", "return '\\ud800'", "f(x='a') returns '\\ud800', which holds half a character"),
        ("str", "raise ValueError('no\\nsuch')", "f(x='a'): ValueError: no such"),
        ("str", "raise SystemExit", "f(x='a'): SystemExit"),
        ("str", "return f(x)", "f(x='a'): RecursionError: maximum recursion depth exceeded"),
        ("str", "return {}[x]", "f(x='a'): KeyError: 'a'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_names_function_and_values(kind: str, body: str, fault: str, tmp_path: Path) -> None:
    answer, told = one(tmp_path, f"(x: str) -> {kind}", body).answer({"x": "a"})
    assert answer is None
    assert told.startswith(fault)


def test_long_values_are_told_in_short(tmp_path: Path) -> None:
    _, told = one(tmp_path, "(x: str) -> str", "raise ValueError(x)").answer({"x": "y" * 1000})
    assert len(told) < 200


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def f(:\n", "functions.py:4:7: error[mapping-error]: this is no Python: "),
        ("x = 1\ny = nowhere\n", "functions.py:5: error[mapping-error]: the functions cannot be read: NameError: "),
        ("import nosuchmodule\n", "functions.py:4: error[mapping-error]: the functions cannot be read: ModuleNotFound"),
        ("raise SystemExit(3)\n", "functions.py:4: error[mapping-error]: the functions cannot be read: SystemExit: 3"),
        ("x = '\0'\n", "this is no Python"),
        (f"@kg.function('{FN}f')\ndef f(x) -> str: ...\n", "functions.py:4: error[mapping-error]: the function f does not say what 'x' is; annotate it as str, int"),
        (f"@kg.function('{FN}f')\ndef f(x: str): ...\n", "does not say what it returns"),
        (f"@kg.function('{FN}f')\ndef f(x: dict) -> str: ...\n", "does not say what 'x' is"),
        (f"@kg.function('{FN}f')\ndef f(x: str | int) -> str: ...\n", "does not say what 'x' is"),
        (f"@kg.function('{FN}f')\ndef f(x: 'Nowhere') -> str: ...\n", "has an annotation that means nothing"),
        (f"@kg.function('{FN}f')\ndef f(*x: str) -> str: ...\n", "has a parameter 'x' that cannot be given by name"),
        (f"@kg.function('{FN}f')\ndef f(x: str, /) -> str: ...\n", "has a parameter 'x' that cannot be given by name"),
        (f"@kg.function('{FN}f', y='{FN}y')\ndef f(x: str) -> str: ...\n", "has no parameter 'y'; there are: x"),
        (f"@kg.function('{FN}f', x='{FN}y')\ndef f(x: str, y: str) -> str: ...\n", f"has two parameters <{FN}y>"),
        ("@kg.function('f')\ndef f(x: str) -> str: ...\n", "has <f>, which is no absolute IRI"),
        (f"@kg.function('{FN}f')\ndef f() -> str: ...\n@kg.function('{FN}f')\ndef g() -> str: ...\n", f"two functions are <{FN}f>: f and g"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_with_its_line(code: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        read(tmp_path, code)
    assert message in str(caught.value).replace(f"{tmp_path}/", "")


def test_a_file_may_hold_whatever_python_may(tmp_path: Path) -> None:
    """Also data classes whose annotations are not evaluated."""
    file = tmp_path / "functions.py"
    code = "from __future__ import annotations\nfrom dataclasses import dataclass\nimport kg\n"
    code += "@dataclass\nclass Pair:\n    left: str\n"
    code += f"@kg.function('{FN}f')\ndef f(x: str) -> str:\n    return Pair(x).left\n"
    file.write_text(code, encoding="utf-8")
    (own,) = library.read(file)
    assert own.answer({"x": "a"}) == ("a", "")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"functions\.py"):
        library.read(tmp_path / "functions.py")


def test_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    """No module, no compiled file, and no function for the next run."""
    before = {*sys.modules}
    one(tmp_path, "() -> str")
    assert {*sys.modules} == before
    assert [path.name for path in tmp_path.iterdir()] == ["functions.py"]
    assert read(tmp_path, "") == ()


def test_calls_are_bound_wherever_they_stand(tmp_path: Path) -> None:
    """In calls, in conditions, in joins; the mapping is the same one for all else."""
    own = one(tmp_path, "(text: str) -> str")
    call = Call(FN + "f", ((FN + "text", Reference("a")),))
    outer = Call(EX + "other", ((EX + "p", call),))
    join = ReferencingObjectMap("t", (Join(call, Reference("b")),))
    inside = TermMap(outer), TermMap(Reference("x"), condition=call), join
    given = mapping(triples_map(pom(ex("p"), *inside)))
    bound = library.bound(given, (own,))
    assert bound == given
    first, second, third = bound.triples_maps[0].predicate_objects[0].objects
    assert isinstance(first, TermMap)
    assert isinstance(first.expression, Call)
    assert first.expression.own == (own,)
    assert isinstance(second, TermMap)
    assert isinstance(third, ReferencingObjectMap)
    found = (first.expression.inputs[0][1], second.condition, third.joins[0].child)
    assert [isinstance(each, Call) and each.own for each in found] == [own, own, own]
    assert library.bound(given, ()) is given
