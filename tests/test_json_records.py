"""JSON and JSON Lines as records with natural datatypes."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records import look, rows, said

from kg import sources
from kg.errors import DataError, Encoding, MappingError, Place, TableError, UnknownColumn
from kg.mapping import XSD
from kg.records import records
from kg.shapes import VALUE, VALUES


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10", ("10", XSD + "integer")),
        ("-0", ("0", XSD + "integer")),
        ("9" * 5000, ("9" * 5000, XSD + "integer")),
        ("80.25", ("8.025E1", XSD + "double")),
        ("30.0", ("3.0E1", XSD + "double")),
        ("1e3", ("1.0E3", XSD + "double")),
        ("true", ("true", XSD + "boolean")),
        ("false", ("false", XSD + "boolean")),
        ('"30.0E0"', ("30.0E0", "")),
        ('""', ("", "")),
        ("null", None),
    ],
)
def test_values_have_the_datatypes_of_json(
    written: str, value: tuple[str, str] | None, tmp_path: Path
) -> None:
    """Texts are never guessed at; null is no value. So in lists, where it is passed over."""
    assert rows(tmp_path, f'{{"a": {written}}}', "a", formulation="json") == [(value,)]
    in_list = rows(tmp_path, f'{{"a": [{written}]}}', "$.a[*]", formulation="json")
    assert in_list == [([value] if value else [],)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        *(
            (text, text)
            for text in ("10", "-0", "80.25", "30.0", "1e3", "1E+03", "0.10", "1e999", "9" * 5000)
        ),
        ("true", "true"),
        ('"30.0E0"', "30.0E0"),
        ("null", None),
    ],
)
def test_values_are_as_they_are_written(written: str, text: str | None, tmp_path: Path) -> None:
    """In sources of legacy RML and YARRRML: plain texts, in JSON Lines too."""
    value = None if text is None else (text, "")
    for formulation in ("json", "jsonl"):
        found = rows(tmp_path, f'{{"a": {written}}}', "a", formulation=formulation, as_written=True)
        assert found == [(value,)]
    in_list = rows(tmp_path, f'{{"a": [{written}]}}', "$.a[*]", formulation="json", as_written=True)
    assert in_list == [([value] if value else [],)]


def test_numbers_as_written_are_numbers_for_filters(tmp_path: Path) -> None:
    """And texts for the values that stand for none."""
    content = '[{"a": 1.50}, {"a": 10.0}, {"a": 9e0}]'
    given = {"formulation": "json", "as_written": True}
    found = rows(tmp_path, content, "a", iterator="$[?@.a > 8.5]", **given)
    assert found == [(("10.0", ""),), (("9e0", ""),)]
    assert rows(tmp_path, content, "a", iterator="$[*]", nulls=("10.0",), **given)[1] == (None,)


def test_references_are_columns(tmp_path: Path) -> None:
    """Of one value at most where the path can find one only, of any number otherwise."""
    content = '{"s": [{"n": "x", "m": [1, 2]}, {"m": []}, {"n": null}]}'
    references = ("$.n", "$.m[*]", "$.m[0]")
    table = look(tmp_path, content, *references, formulation="json", iterator="$.s[*]")
    assert (table.columns, table.types, table.warnings) == (references, (VALUE, VALUES, VALUE), ())
    one, two = ("1", XSD + "integer"), ("2", XSD + "integer")
    assert [*records(table)] == [(("x", ""), [one, two], one), (None, [], None), (None, [], None)]


def test_values_that_stand_for_none(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        '[{"a": "-", "b": ["-", 0]}]',
        "a",
        "b[*]",
        formulation="json",
        iterator="$[*]",
        nulls=("-", "0"),
    )
    assert found == [(None, [])]


def test_lines_are_documents(tmp_path: Path) -> None:
    """Blank lines are passed over; the iterator is run over each line."""
    content = '{"a": [1, 2]}\n\n{"a": [3]}\n'
    assert len(rows(tmp_path, content, "$", formulation="jsonl", iterator="$.a[*]")) == 3
    assert len(rows(tmp_path, content, "$.a[*]", formulation="jsonl")) == 2


@pytest.mark.parametrize(
    ("content", "formulation", "message"),
    [
        ('{"a": 1,\n "b" 2}', "json", "t.txt:2:6: error[table-error]: this is no JSON: Expecting ':' delimiter; mend it there"),
        ("", "json", "t.txt:1:1: error[table-error]: this is no JSON: Expecting value; mend it there"),
        ('{"a": 1}\n{"a": }\n', "jsonl", "t.txt:2:7: error[table-error]: this is no JSON: Expecting value; mend it there"),
        ('{"a":\n NaN}', "json", "t.txt:2:2: error[table-error]: this is no JSON: NaN is no number; write null"),
        ("[" * 100_000, "json", "t.txt: error[table-error]: the JSON is nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_where_it_breaks(
    content: str, formulation: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(TableError) as caught:
        rows(tmp_path, content, "a", formulation=formulation)
    assert said(caught.value, tmp_path) == [message]


def test_all_structures_instead_of_values_are_told(tmp_path: Path) -> None:
    """By the places of their records."""
    content = '[{"a": [1]},\n {"a": {"b": 1}},\n  {"a": "\\ud800"},\n{"a": 1}]'
    with pytest.raises(DataError) as caught:
        rows(tmp_path, content, "a", formulation="json", iterator="$[*]")
    assert said(caught.value, tmp_path) == [
        "t.txt:1:2: error[data-error]: 'a' is a list in record 1, not a value; "
        "refer to what is in it, such as $.a[*]",
        "t.txt:2:2: error[data-error]: 'a' is an object in record 2, not a value; refer to one of its keys",
        "t.txt:3:3: error[data-error]: 'a' is half a character in record 3, not a value; mend the \\u escape",
    ]


def test_every_wrong_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        look(tmp_path, "{}", "$.a]", "$.b", "$.c[", formulation="json", iterator="$[*]]")
    assert [finding.message.split()[0] for finding in caught.value.findings] == [
        "'$[*]]'",
        "'$.a]'",
        "'$.c['",
    ]


def test_an_iterator_that_finds_nothing_is_a_warning(tmp_path: Path) -> None:
    table = look(tmp_path, '{"s": []}', "a", formulation="json", iterator="$.s[*]")
    assert [finding.severity for finding in table.warnings] == ["warning"]
    assert "'$.s[*]' finds no record" in str(table.warnings[0])
    assert [*records(table)] == []


def test_where_records_stand(tmp_path: Path) -> None:
    """Objects and lists by line and column; of others the line in JSON Lines, else the file."""
    file = tmp_path / "t.txt"
    table = look(
        tmp_path, '{"s":\n [{"a": 1},\n\n  {"a": 2}, 5]}', "a", formulation="json", iterator="$.s[*]"
    )
    assert sources.locate(table, [(2, "a"), (3, "a"), (9, "a")]) == {
        (2, "a"): Place(file, 4, 3),
        (3, "a"): Place(file),
        (9, "a"): Place(file),
    }
    table = look(tmp_path, '1\n\n2\n{"a": 1}\n', "a", formulation="jsonl")
    assert sources.locate(table, [(2, "a"), (3, "a")]) == {
        (2, "a"): Place(file, 3),
        (3, "a"): Place(file, 4, 1),
    }


def test_other_encodings_are_read(tmp_path: Path) -> None:
    content = '{"a": "毕节"}'
    for encoding in ("utf-16", "GB18030"):
        raw = content.encode(encoding)
        assert rows(tmp_path, raw, "a", formulation="json", encoding=encoding) == [(("毕节", ""),)]
    with pytest.raises(Encoding, match="it looks like UTF-16"):
        rows(tmp_path, content.encode("utf-16"), "a", formulation="json")


def test_of_a_complete_source_every_reference_is_somewhere(tmp_path: Path) -> None:
    """In one record is enough, and so is null; without any record nothing is asked."""
    records = '[{"id": 1}, {"id": 2, "name": null}]'
    assert rows(tmp_path, records, "name", formulation="json", iterator="$[*]", complete=True)
    assert rows(tmp_path, "[]", "nmae", formulation="json", iterator="$[*]", complete=True) == []
    assert rows(tmp_path, records, "nmae", formulation="json", iterator="$[*]")
    with pytest.raises(UnknownColumn, match=r"has 'ids'; did you mean 'id'\?"):
        rows(tmp_path, records, "ids", formulation="json", iterator="$[*]", complete=True)
