"""XML as records of texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records import look, rows, said

from kg import sources
from kg.errors import MappingError, Place, TableError
from kg.shapes import VALUES

CLASSES = """<school xmlns:e="urn:e">
  <class id="A"><pupil n="1">Ann<i>a</i><!-- no --></pupil><pupil n="2"/></class>
  <e:class id="B"/>
</school>"""


def texts(folder: Path, content: str | bytes, reference: str, **source: object) -> list[list[str]]:
    """The values of one reference in each record."""
    return [
        [text for text, _ in row[0]] for row in rows(folder, content, reference, formulation="xml", **source)
    ]  # type: ignore[union-attr, misc]


@pytest.mark.parametrize(
    ("iterator", "reference", "found"),
    [
        ("/school/class", "@id", [["A"]]),
        ("/school/class", "pupil", [["Anna", ""]]),
        ("/school/class", "pupil/@n", [["1", "2"]]),
        ("/school/class/pupil", "text()", [["Ann"], []]),
        ("//pupil", "../@id", [["A"], ["A"]]),
        ("//pupil/i", "../../@id", [["A"]]),
        ("//pupil", ".", [["Anna"], [""]]),
        ("//class", "count(pupil)", [["2"]]),
        ("//class", "count(pupil) div 4", [["0.5"]]),
        ("//class", "pupil = 'Anna'", [["true"]]),
        ("//class", "concat(@id, '-', pupil[1]/@n)", [["A-1"]]),
        ("//e:class", "@id", [["B"]]),
        ("//x:class", "@id", [["B"]]),
        (None, "school/class/@id", [["A"]]),
        ("/", "/school/*/@id", [["A", "B"]]),
    ],
)
def test_what_references_find(
    iterator: str | None, reference: str, found: list[list[str]], tmp_path: Path
) -> None:
    """Attributes, texts, parents, several nodes, functions, prefixes of the source and of the document."""
    assert texts(tmp_path, CLASSES, reference, iterator=iterator, namespaces=(("x", "urn:e"),)) == found


def test_values_that_stand_for_none(tmp_path: Path) -> None:
    assert texts(tmp_path, CLASSES, "pupil", iterator="//class", nulls=("",)) == [["Anna"]]


def test_the_encoding_of_the_document_counts(tmp_path: Path) -> None:
    """That of the source where it names another one than UTF-8."""
    content = '<?xml version="1.0" encoding="{}"?><a>毕节</a>'
    assert texts(tmp_path, content.format("GB18030").encode("gb18030"), "/a") == [["毕节"]]
    assert texts(tmp_path, content.format("UTF-16").encode("utf-16"), "/a") == [["毕节"]]
    assert texts(tmp_path, "<a>毕节</a>".encode("gb18030"), "/a", encoding="gb18030") == [["毕节"]]
    with pytest.raises(MappingError, match="no encoding 'utf-61'"):
        texts(tmp_path, "<a/>", "/a", encoding="utf-61")


@pytest.mark.parametrize(
    ("iterator", "reference", "message"),
    [
        ("//class[", "@id", "'//class[' is no XPath 1.0: invalid expression"),
        ("//class", "@@id", "'@@id' is no XPath 1.0: invalid expression"),
        ("//z:class", "@id", "'//z:class' is no XPath 1.0: undefined namespace prefix; there are: e; declare the prefix at the source"),
        ("//class", "foo()", "'foo()' is no XPath 1.0: unregistered function"),
        ("//class/@id", ".", "the iterator '//class/@id' finds texts, not elements"),
        ("count(//class)", ".", "the iterator 'count(//class)' finds texts, not elements"),
    ],
)  # fmt: skip
def test_what_is_no_path_is_named(iterator: str, reference: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        look(tmp_path, CLASSES, reference, formulation="xml", iterator=iterator)
    assert said(caught.value, tmp_path) == [f"m.ttl:3: error[mapping-error]: {message}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a>\n<b></a>", "t.txt:2:8: error[table-error]: this is no XML: Opening and ending tag mismatch: b line 2 and a; mend it there"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "t.txt: error[table-error]: the document declares entities; write what they stand for"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "t.txt: error[table-error]: the document declares entities; write what they stand for"),
    ],
)  # fmt: skip
def test_what_is_no_safe_xml_is_refused(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        look(tmp_path, content, "a", formulation="xml", iterator="/a")
    assert said(caught.value, tmp_path) == [message]


def test_an_empty_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="this is no XML"):
        look(tmp_path, "", "a", formulation="xml")


def test_records_have_lines_and_may_be_none(tmp_path: Path) -> None:
    table = look(tmp_path, CLASSES, "@n", formulation="xml", iterator="//class | //e:class")
    assert (table.types, table.warnings) == ((VALUES,), ())
    file = tmp_path / "t.txt"
    assert sources.locate(table, [(2, "@n"), (7, "@n")]) == {
        (2, "@n"): Place(file, 3),
        (7, "@n"): Place(file),
    }
    table = look(tmp_path, CLASSES, "@n", formulation="xml", iterator="//teacher")
    assert [finding.severity for finding in table.warnings] == ["warning"]
