"""Calls that a table answers, as relations: with it joined, asked of it, failed by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest
from models import EX
from sparks import executed

from kg import library, tabled
from kg.functions import Value
from kg.mapping import GREL, IDLAB, ROW, Call, Constant, Expression, Reference

pytestmark = pytest.mark.usefixtures("on_each_engine")
RECORDS = ibis.table({"a": "string", "several": "array<string>", ROW: "int64"}, name="records")
CELLS = [("x", ["y", "?", "x"], 1), (None, [], 2), ("x", None, 3), ("?", ["y"], 4)]


def lookup(text: Expression) -> Call:
    given = {"inputFile": "c.csv", "fromColumn": "0", "toColumn": "1"}
    constants = ((IDLAB + name, Constant(value)) for name, value in given.items())
    return Call(IDLAB + "lookup", ((IDLAB + "str", text), *constants))


def value(records: ir.Table) -> Value:
    def of(expression: Expression) -> ir.Value:
        if isinstance(expression, Reference):
            return records[expression.name]
        assert isinstance(expression, Constant)
        return ibis.literal(expression.value)

    return of


def rows(relation: ir.Table, *tables: tuple[tabled.Answers, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    columns = {"a": "string", "several": tabled.TEXTS, ROW: "int64"}
    there = {answers.name: (answers.columns, content) for answers, content in tables}
    return executed(relation, {"records": (columns, CELLS), **there})


def answered(call: Call, content: list[tuple[Any, ...]]) -> list[Any]:
    """The answers to the records, in their order."""
    joined = tabled.answered(RECORDS, call, "found", value(RECORDS))
    assert joined.columns == (*RECORDS.columns, "found")
    return [row[1] for row in sorted(rows(joined.select(ROW, "found"), (tabled.of(call), content)))]


CODES = [("x", "X"), ("y", "Y")]


def test_every_record_stays_and_has_its_answer_or_none() -> None:
    assert answered(lookup(Reference("a")), CODES) == ["X", None, "X", None]


def test_the_answers_to_several_texts_are_a_list_in_their_order() -> None:
    assert answered(lookup(Reference("several")), CODES) == [["Y", "X"], None, None, ["Y"]]


def own(folder: Path, signature: str, **given: Expression) -> Call:
    file = folder / "functions.py"
    file.write_text(f"import kg\n@kg.function('{EX}f')\ndef f{signature}: ...\n", encoding="utf-8")
    (function,) = library.read(file)
    return Call(EX + "f", tuple((EX + name, each) for name, each in given.items()), own=function)


def test_no_value_is_an_argument_too(tmp_path: Path) -> None:
    call = own(tmp_path, "(a: str | None) -> list[str]", a=Reference("a"))
    assert answered(call, [("x", ["X", "Z"], None), (None, ["none"], None)]) == [
        ["X", "Z"],
        ["none"],
        ["X", "Z"],
        None,
    ]


def test_all_combinations_are_answered_the_first_argument_before_the_second(tmp_path: Path) -> None:
    call = own(tmp_path, "(a: str, b: str) -> list[str]", a=Reference("several"), b=Reference("several"))
    content = [(a, b, [a + b], None) for a in "xy" for b in "xy"]
    assert answered(call, content) == [["yy", "yx", "xy", "xx"], None, None, ["yy"]]


def test_a_list_is_one_argument(tmp_path: Path) -> None:
    call = own(tmp_path, "(a: list[str]) -> str", a=Reference("several"))
    assert answered(call, [(["y"], "one", None)]) == [None, None, None, "one"]


def test_each_combination_is_asked_once_and_only_with_values(tmp_path: Path) -> None:
    asked = {
        kind: sorted(
            rows(
                tabled.asked(RECORDS, own(tmp_path, f"(a: {kind}) -> str", a=Reference(name)), value(RECORDS))
            ),
            key=str,
        )
        for kind, name in (("str", "a"), ("str | None", "a"), ("int", "several"), ("list[str]", "several"))
    }
    assert asked == {
        "str": [("?",), ("x",)],
        "str | None": [("?",), ("x",), (None,)],
        "int": [("?",), ("x",), ("y",)],
        "list[str]": [(["y", "?", "x"],), (["y"],), ([],)],
    }


def test_records_with_a_failure_are_told_with_it(tmp_path: Path) -> None:
    call = own(tmp_path, "(a: str) -> str", a=Reference("several"))
    failed = tabled.failed(RECORDS, call, value(RECORDS))
    content = [("y", None, "no y"), ("x", "X", None)]
    assert sorted(rows(failed, (tabled.of(call), content))) == [(1, "no y"), (4, "no y")]


def test_calls_of_one_function_share_a_table_if_they_give_the_same_parameters(tmp_path: Path) -> None:
    names = [
        tabled.of(own(tmp_path, "(a: str, b: str = 'x') -> str", **given)).name
        for given in (
            {"a": Reference("a")},
            {"a": Reference("b")},
            {"a": Reference("a"), "b": Reference("b")},
        )
    ]
    assert names[0] == names[1] != names[2]


def test_calls_are_found_inner_ones_first() -> None:
    inner = lookup(Reference("a"))
    outer = lookup(Call(GREL + "toUpperCase", ((GREL + "valueParam", inner),)))
    assert [*tabled.calls(outer)] == [inner, outer]
    assert [*tabled.calls(Reference("a"))] == []


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark", "postgres"])
@pytest.mark.parametrize("name", ["a", "several"])
def test_a_call_is_a_join_in_any_engine(dialect: str, name: str) -> None:
    joined = tabled.answered(RECORDS, lookup(Reference(name)), "found", value(RECORDS))
    assert "LEFT OUTER JOIN" in str(ibis.to_sql(joined, dialect=dialect))
