"""Lines compiled once for each form: the same lines come out, whatever stands in names and texts."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import keep_forms
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import dialects, forms
from kg.datatypes import LANGUAGE
from kg.forms import Line
from kg.grammar import identifier
from kg.mapping import XSD, Constant, Fresh, Reference, Template, TermMap, TermType
from kg.shapes import TEXT, VALUE
from kg.terms import Column, spelled

NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(lambda name: "\0" not in name)


def computed(line: Line, row: dict[str, object], types: dict[str, str]) -> str | None:
    """What DuckDB makes of a line for one record."""
    sql = dialects.expression(line, types)
    kinds = {TEXT: "VARCHAR", VALUE: "STRUCT(v VARCHAR, t VARCHAR)", "int64": "BIGINT"}
    columns = ", ".join(f"$c{n}::{kinds[types[name]]} AS {identifier(name)}" for n, name in enumerate(row))
    with duckdb.connect() as connection:
        values = {f"c{n}": value for n, value in enumerate(row.values())}
        (found,) = connection.execute(f"SELECT {sql} FROM (SELECT {columns})", values).fetchall()
    return found[0]  # type: ignore[no-any-return]


@settings(deadline=None, max_examples=100)
@given(name=NAMES, text=st.text(), value=st.text(st.characters(exclude_categories=("Cs",))))
def test_any_name_and_any_text_stands_where_it_belongs(name: str, text: str, value: str) -> None:
    text = text.encode(errors="ignore").decode().replace("\0", "")
    line = Line((text, Column(name), text + "'"))
    assert computed(line, {name: value.replace("\0", "")}, {name: TEXT}) == (
        text + value.replace("\0", "") + text + "'"
    )


def test_what_is_kept_is_what_ibis_compiles() -> None:
    """The forms that come with kg; `python tests/keep_forms.py` writes them anew."""
    assert dialects.kept() == keep_forms.compiled()


def test_a_form_is_found_among_those_that_are_kept_or_is_compiled() -> None:
    """Each has a key of its own; so runs of the usual terms need no compiler."""
    usual = [*forms.usual()]
    assert len({dialects.key(form) for form in usual}) == len(usual) == len(dialects.kept()["duckdb"])
    unusual = forms.Form("prepared", "lower case", ("int64",))
    assert dialects.key(unusual) not in dialects.kept()["duckdb"]
    assert "LOWER" in dialects._of_form(unusual, "duckdb")


def test_usual_terms_need_no_ibis() -> None:
    """Its import takes longer than a small run."""
    program = (
        "import sys\nfrom kg import dialects, terms\nfrom kg.forms import Line\nfrom kg.mapping import *\n"
        "made = terms.spelled(TermMap(Template(('http://e/', Reference('a')))))\n"
        "print(dialects.expression(Line(made, ('a',)), {'a': 'string'}), 'ibis' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("CASE WHEN")
    assert done.stdout.endswith("False\n")


@pytest.mark.parametrize(
    ("term_map", "expected"),
    [
        (TermMap(Template(("http://e/", Reference("a"), "/", Reference("a")))), "<http://e/x%20y/x%20y>"),
        (TermMap(Reference("a"), TermType.LITERAL, language=Constant("ZH")), '"x y"@zh'),
        (TermMap(Reference("a"), TermType.LITERAL, datatype=Template(("d/", Reference("b")))), '"x y"^^<http://base/d/1>'),
        (TermMap(Reference("c"), TermType.LITERAL, natural=True), f'"1"^^<{XSD}integer>'),
        (TermMap(Reference("a"), TermType.LITERAL, natural=True), '"x y"'),
        (TermMap(Template((Reference("b"),)), TermType.BLANK_NODE), "_:b1"),
        (TermMap(Fresh("p"), TermType.BLANK_NODE), "_:fpr7"),
        (TermMap(Reference("b")), "<http://base/1>"),
        (TermMap(Reference("d")), None),
    ],
)  # fmt: skip
def test_every_kind_of_term_is_made_through_its_form(term_map: TermMap, expected: str | None) -> None:
    row = {"a": "x y", "b": "1", "c": {"v": "1", "t": XSD + "integer"}, "d": None, "#row": 7}
    types = {"a": TEXT, "b": TEXT, "c": VALUE, "d": TEXT, "#row": "int64"}
    needed = tuple(reference.name for reference in term_map.references)
    assert computed(Line(spelled(term_map, "http://base/"), needed), row, types) == expected


def test_a_line_whose_demand_is_not_met_is_none() -> None:
    line = Line(('"a"@', Column("tag")), (), (((Column("tag"),), LANGUAGE),))
    assert computed(line, {"tag": "zh"}, {"tag": TEXT}) == '"a"@zh'
    assert computed(line, {"tag": "not a tag"}, {"tag": TEXT}) is None
