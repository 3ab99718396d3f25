"""Functions of the project's own, run: what they return, what they fail with, and what is never run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from models import EX

import kg
from kg.cli import main
from kg.errors import DataError, FailedCall, MappingError
from kg.mapping import XSD

pytestmark = pytest.mark.usefixtures("on_each_engine")
FN = EX + "fn#"
HEAD = f"""prefixes:
  ex: {EX}
  fn: {FN}
  f: https://w3id.org/imec/idlab/function#
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
mappings:
  t:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    po:
"""
FUNCTIONS = f"""import kg
from datetime import date, datetime

calls = []

@kg.function("{FN}slug")
def slug(text: str) -> str:
    calls.append(text)
    if text == "bad":
        raise ValueError("bad is bad")
    return text.strip().lower().replace(" ", "-")

@kg.function("{FN}parts")
def parts(text: str | None, by: str = ",") -> list[str]:
    return ["none"] if text is None else text.split(by)

@kg.function("{FN}many")
def many(items: list[str]) -> int:
    return len(items)

@kg.function("{FN}half")
def half(n: float) -> float:
    return n / 2

@kg.function("{FN}odd")
def odd(n: int) -> bool:
    return n % 2 == 1

@kg.function("{FN}after")
def after(day: date, n: int) -> date:
    return date.fromordinal(day.toordinal() + n)

@kg.function("{FN}noon")
def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)

@kg.function("{FN}fixed")
def fixed() -> str:
    return "always"

@kg.function("{FN}called")
def called() -> str:
    return "|".join(sorted(calls))
"""


def write(folder: Path, body: str, table: str, functions: str = FUNCTIONS) -> Path:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    (folder / "functions.py").write_text(functions, encoding="utf-8")
    mapping = folder / "m.yml"
    mapping.write_text(HEAD + body, encoding="utf-8")
    return mapping


def run(folder: Path, body: str, table: str = "id,a,b\n1,Gui Zhou,\n", **how: object) -> list[str]:
    """The quads, without their full stops and the namespace."""
    mapping = write(folder, body, table)
    kg.map(mapping, folder / "out.nq", functions=folder / "functions.py", **how)  # type: ignore[arg-type]
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    return [line.removesuffix(" .").replace(EX, "").replace(XSD, "xsd:") for line in lines]


def call(name: str, **inputs: str) -> str:
    given = ", ".join(f"[fn:{parameter}, {value}]" for parameter, value in inputs.items())
    return f"{{function: fn:{name}, parameters: [{given}]}}"


def object_of(made: str) -> str:
    return f"      - {{p: ex:p, o: {made}}}\n"


SPLIT = "{function: grel:string_split, parameters: [[grel:valueParameter, $(a)], [grel:p_string_sep, ;]]}"


@pytest.mark.parametrize(
    ("made", "cells", "terms"),
    [
        (call("slug", text="$(a)"), "Gui Zhou,", ['"gui-zhou"']),
        (call("slug", text="$(a)"), ",x", []),
        (call("slug", text="$(a)-$(b)"), "A B,C", ['"a-b-c"']),
        (call("slug", text="Fixed Text"), ",", ['"fixed-text"']),
        (call("slug", text=SPLIT), '"A;B;A",', ['"a"', '"b"']),
        (call("slug", text=call("slug", text="$(a)")), "A B,", ['"a-b"']),
        ("{function: grel:toUpperCase, parameters: [[grel:valueParameter, " + call("slug", text="$(a)") + "]]}",
         "a b,", ['"A-B"']),
        (call("parts", text="$(a)"), '"x,y",', ['"x"', '"y"']),
        (call("parts", text="$(a)", by=";"), '"x,y;z",', ['"x,y"', '"z"']),
        (call("parts", text="$(a)"), ",", ['"none"']),
        (call("parts", text=SPLIT), '"x,y;z",', ['"x"', '"y"', '"z"']),
        (call("many", items=SPLIT), '"x;y;x",', ['"3"^^<xsd:integer>']),
        (call("many", items="$(a)"), "x,", ['"1"^^<xsd:integer>']),
        ("{function: fn:many, parameters: [[fn:items, $(a)], [fn:items, $(b)]]}", "x,", ['"1"^^<xsd:integer>']),
        (call("half", n="$(a)"), "5,", ['"2.5"^^<xsd:decimal>']),
        (call("half", n="$(a)"), "five,", []),
        (call("half", n="{function: grel:string_length, parameters: [[grel:valueParameter, $(a)]]}"), "abcd,",
         ['"2"^^<xsd:integer>']),
        (call("odd", n="$(a)"), "9007199254740993,", ['"true"^^<xsd:boolean>']),
        (call("after", day="$(a)", n="$(b)"), "2020-02-28,2", ['"2020-03-01"^^<xsd:date>']),
        (call("noon", day="$(a)"), "2020-02-28,", ['"2020-02-28T12:00:00"^^<xsd:dateTime>']),
        (call("fixed"), ",", ['"always"']),
        ("{function: f:lookup, parameters: [[f:str, " + call("slug", text="$(a)") + "], [f:inputFile, t.csv], "
         "[f:fromColumn, b], [f:toColumn, id]]}", "X,x", ['"1"']),
    ],
)  # fmt: skip
def test_a_call_gives_a_term_for_each_result(made: str, cells: str, terms: list[str], tmp_path: Path) -> None:
    assert run(tmp_path, object_of(made), f"id,a,b\n1,{cells}\n") == [f"<1> <p> {term}" for term in terms]


def test_a_call_may_stand_in_conditions_and_joins(tmp_path: Path) -> None:
    body = f"      - p: ex:p\n        o: $(a)\n        condition: {call('odd', n='$(b)')}\n"
    assert run(tmp_path, body, "id,a,b\n1,x,1\n2,y,2\n3,z,\n") == ['<1> <p> "x"']
    condition = (
        "{function: f:equal, parameters: [[grel:valueParameter, $(a), s], [grel:valueParameter2, $(id), o]]}"
    )
    body = f"      - p: ex:p\n        o: {{mapping: t, condition: {condition}}}\n"
    assert run(tmp_path, body, "id,a,b\n1,2,\n2,,\n") == ["<1> <p> <2>"]


def test_each_combination_of_arguments_is_answered_once(tmp_path: Path) -> None:
    body = (
        object_of(call("slug", text="$(a)"))
        + object_of(call("slug", text="$(b)"))
        + object_of(call("called"))
    )
    table = "id,a,b\n" + "".join(f"{n},A,{'AB'[n % 2]}\n" for n in range(100))
    assert '<1> <p> "A|B"' in run(tmp_path, body, table)


def test_where_a_condition_does_not_hold_nothing_is_called(tmp_path: Path) -> None:
    condition = (
        "{function: f:notEqual, parameters: [[grel:valueParameter, $(a)], [grel:valueParameter2, bad]]}"
    )
    body = f"      - p: ex:p\n        o: {call('slug', text='$(a)')}\n        condition: {condition}\n"
    assert run(tmp_path, body, "id,a,b\n1,x,\n2,bad,\n") == ['<1> <p> "x"']


BAD = "id,a,b\n1,x,\n2,bad,\n3,bad,\n"


def test_what_a_function_fails_with_is_told_at_its_cells(tmp_path: Path) -> None:
    """Every record of it, nested or not, and nothing is written."""
    (tmp_path / "out.nq").write_text("before", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        run(tmp_path, object_of(call("slug", text=call("slug", text="$(a)"))), BAD)
    assert str(caught.value).replace(f"{tmp_path}/", "").splitlines() == [
        f"t.csv:{line}:3: error[{FailedCall.rule()}]: slug(text='bad'): ValueError: bad is bad; "
        "mend the cell, or the function (functions.py:6)"
        for line in (3, 4)
    ]
    assert (tmp_path / "out.nq").read_text(encoding="utf-8") == "before"


def test_records_that_a_function_fails_with_can_be_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, object_of(call("slug", text="$(a)")), BAD, on_error="skip") == ['<1> <p> "x"']


def test_a_failure_with_constants_alone_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="bad is bad"):
        run(tmp_path, object_of(call("slug", text="bad")))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (call("slog", text="$(a)"), f"no function <{FN}slog>; did you mean 'slug'?"),
        (call("slug", txt="$(a)"), f"function <{FN}slug> has no parameter <{FN}txt>; did you mean 'text'?"),
        (call("slug"), f"function <{FN}slug> lacks its parameter <{FN}text>"),
        (call("half", n="many"), "takes a number, not 'many'"),
        ("{function: fn:slug, parameters: [[fn:text, a], [fn:text, b]]}", "has its parameter"),
    ],
)
def test_a_wrong_call_is_told_like_that_of_any_function(made: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        run(tmp_path, object_of(made))
    assert message in str(caught.value)
    assert "m.yml:11:" in str(caught.value)


def test_no_python_is_run_that_was_not_asked_for(tmp_path: Path) -> None:
    """A file beside the mapping is not enough."""
    mapping = write(tmp_path, object_of(call("slug", text="$(a)")), "id,a,b\n1,x,\n", "raise SystemExit")
    with pytest.raises(MappingError, match="--functions names"):
        kg.map(mapping, tmp_path / "out.nq")


def test_functions_of_a_run_are_those_of_its_own_file(tmp_path: Path) -> None:
    body = object_of(call("slug", text="$(a)"))
    assert run(tmp_path, body) == ['<1> <p> "gui-zhou"']
    other = f"import kg\n@kg.function('{FN}slug')\ndef other(text: str) -> str: return 'other'\n"
    (tmp_path / "other.py").write_text(other, encoding="utf-8")
    kg.map(tmp_path / "m.yml", tmp_path / "out.nq", functions=str(tmp_path / "other.py"))
    assert '"other"' in (tmp_path / "out.nq").read_text(encoding="utf-8")


def test_kgs_own_functions_cannot_be_replaced(tmp_path: Path) -> None:
    taken = "http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase"
    python = f"import kg\n@kg.function('{taken}')\ndef upper(text: str) -> str: return text\n"
    mapping = write(
        tmp_path, "      - {p: ex:p, o: {function: grel:toUpperCase}}\n", "id,a,b\n1,x,\n", python
    )
    with pytest.raises(MappingError, match="the function upper has the IRI of one of kg's own"):
        kg.map(mapping, tmp_path / "out.nq", functions=tmp_path / "functions.py")


def test_a_plan_shows_a_call_by_the_name_of_its_function_and_calls_none(tmp_path: Path) -> None:
    python = FUNCTIONS.replace("calls.append(text)", "raise SystemExit")
    mapping = write(tmp_path, object_of(call("slug", text="$(a)")), "id,a,b\n1,x,\n", python)
    sql = kg.sql(mapping, functions=tmp_path / "functions.py")
    assert "-- filled with what slug (functions.py) returns" in sql
    assert sql.count('"function_slug_') == 2


def test_a_function_may_be_called_with_more_than_is_held_at_once(tmp_path: Path) -> None:
    table = "id,a,b\n" + "".join(f"{n},Name {n},\n" for n in range(25_000))
    assert len(run(tmp_path, object_of(call("slug", text="$(a)")), table)) == 25_000


@pytest.mark.parametrize("text", ["\0", "\ufdd0", "😀", '"\n\\', "\u2028", "null", "[]"])
def test_any_text_comes_through(text: str, tmp_path: Path) -> None:
    python = f"import kg\n@kg.function('{FN}any')\ndef any(text: str) -> list[str]: return [text, {text!r}]\n"
    mapping = write(tmp_path, object_of(call("any", text="$(a)")), "id,a,b\n1,节,\n", python)
    kg.map(mapping, tmp_path / "out.nq", functions=tmp_path / "functions.py")
    lines = (tmp_path / "out.nq").read_text(encoding="utf-8")
    assert lines.count("<p> ".replace("p", EX + "p")) == 2


def project(folder: Path, body: str) -> Path:
    (folder / "data").mkdir()
    mapping = write(folder / "data", body, "id,a,b\n1,Gui Zhou,\n")
    mapping.rename(folder / "data" / "mapping.yml")
    return folder


def test_a_build_runs_the_functions_of_its_project(tmp_path: Path) -> None:
    """They are among what the build was made from."""
    graph = kg.build(project(tmp_path, object_of(call("slug", text="$(a)"))))
    assert [row["o"].value for row in graph.query("SELECT ?o { ?s ?p ?o }")] == ["gui-zhou"]  # type: ignore[union-attr]
    assert "data/functions.py" in graph.build.manifest.inputs
    assert "function_slug_" in kg.sql(path=tmp_path)


def test_the_command_line_takes_another_file(tmp_path: Path) -> None:
    root = project(tmp_path, object_of(call("slug", text="$(a)")))
    other = tmp_path / "other.py"
    other.write_text(
        f"import kg\n@kg.function('{FN}slug')\ndef f(text: str) -> str: return 'other'\n", encoding="utf-8"
    )
    built = CliRunner().invoke(main, ["build", "-C", str(root), "--functions", str(other)])
    assert built.exit_code == 0, built.output
    assert '"other"' in (root / "build" / "current" / "graph.nq").read_text(encoding="utf-8")
    arguments = [
        "map",
        str(root / "data" / "mapping.yml"),
        "-o",
        str(tmp_path / "out.nq"),
        "--functions",
        str(other),
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert '"other"' in (tmp_path / "out.nq").read_text(encoding="utf-8")
    assert CliRunner().invoke(main, [*arguments, "--plan"]).exit_code == 0
    arguments[-1] = str(tmp_path / "none.py")
    assert CliRunner().invoke(main, arguments).exit_code == 2
