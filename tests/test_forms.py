"""Lines compiled once for each form: the same lines come out, whatever stands in names and texts."""

from __future__ import annotations

import duckdb
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


def test_lines_that_differ_in_names_and_texts_have_one_form() -> None:
    types = {"a": TEXT, "b": TEXT, "c": VALUE}
    literal = forms.of(Line(spelled(TermMap(Reference("a"), TermType.LITERAL))), types)[0]
    other = forms.of(Line(spelled(TermMap(Reference("b"), TermType.LITERAL))), types)[0]
    assert literal == other
    of_value = forms.of(Line(spelled(TermMap(Reference("c"), TermType.LITERAL))), types)[0]
    assert literal != of_value, "columns of other types are other forms"
    iri = forms.of(Line(spelled(TermMap(Reference("a")))), types)[0]
    assert literal != iri


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
