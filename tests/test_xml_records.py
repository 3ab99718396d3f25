"""XML as records of texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records import look, rows, said

from kg import sources
from kg.errors import MappingError, Place, TableError, UnknownColumn, Unsupported
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


NOTES = '<a n="0"><b id="1" n="x">one<i k="z"/>two<!-- no -->three</b><b id="2"><c>four</c></b></a>'


@pytest.mark.parametrize(
    ("iterator", "reference", "found"),
    [
        ("/a/b/@id", ".", [["1"], ["2"]]),
        ("/a/b/@id", "string(.)", [["1"], ["2"]]),
        ("/a/b/@id", "..", [["onetwothree"], ["four"]]),
        ("/a/b/@id", "../@n", [["x"], []]),
        ("/a/b/@id", "./../../@n", [["0"], ["0"]]),
        ("/a/b/@id", "../c/text()", [[], ["four"]]),
        ("/a/b/@id", "../../b[c]/@id", [["2"], ["2"]]),
        ("/a/b/@id", "@id", [[], []]),
        ("/a/b/@id", "text()", [[], []]),
        ("/a/b/@id", "b/..", [[], []]),
        ("/a/b/@id", "/a/@n", [["0"], ["0"]]),
        ("/a/b/@id", "//c", [["four"], ["four"]]),
        ("/a/b[1]/text()", ".", [["one"], ["two"], ["three"]]),
        ("/a/b[1]/text()", "../@id", [["1"], ["1"], ["1"]]),
        ("//c/text()", "../../@id", [["2"]]),
        ("//c | //@k", ".", [["z"], ["four"]]),
        ("//c | //@k", "../@id", [[], ["2"]]),
    ],
)
def test_attributes_and_texts_are_records(
    iterator: str, reference: str, found: list[list[str]], tmp_path: Path
) -> None:
    """They have no children and no attributes; through their parents all else is reached."""
    assert texts(tmp_path, NOTES, reference, iterator=iterator) == found


def test_the_parent_of_a_text_is_an_element_whatever_stands_before_the_text(tmp_path: Path) -> None:
    assert texts(tmp_path, NOTES, "..", iterator="/a/b[1]/text()[2]") == [["onetwothree"]]
    table = look(tmp_path, "<a>\n<b/>x</a>", ".", formulation="xml", iterator="/a/text()")
    assert sources.locate(table, [(2, ".")]) == {(2, "."): Place(tmp_path / "t.txt", 1)}


@pytest.mark.parametrize(
    "reference", ["name()", "../@id | ../@n", "ancestor::a/@n", "concat(., '-')", "/a | @id", ".//.."]
)
def test_what_else_leads_from_attributes_is_refused(reference: str, tmp_path: Path) -> None:
    """Before any record is read: lxml would take another node for the context."""
    with pytest.raises(Unsupported, match=r"from an attribute or a text is not run; write \. or a path"):
        look(tmp_path, NOTES, reference, formulation="xml", iterator="/a/b/@id")


def test_of_complete_attributes_every_reference_is_somewhere(tmp_path: Path) -> None:
    assert texts(tmp_path, NOTES, "../@n", iterator="/a/b/@id", complete=True) == [["x"], []]
    with pytest.raises(UnknownColumn, match=r"has '\.\./@m'"):
        texts(tmp_path, NOTES, "../@m", iterator="/a/b/@id", complete=True)


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
        ("//z:class/@id", ".", "'//z:class/@id' is no XPath 1.0: undefined namespace prefix; there are: e; declare the prefix at the source"),
        ("count(//class)", ".", "the iterator 'count(//class)' finds what is no element, attribute or text"),
        ("string(//class)", ".", "the iterator 'string(//class)' finds what is no element, attribute or text"),
        ("//class/namespace::*", ".", "the iterator '//class/namespace::*' finds what is no element, attribute or text"),
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


def test_of_a_complete_source_every_reference_is_somewhere(tmp_path: Path) -> None:
    """From one record is enough; what is computed is always there."""
    assert texts(tmp_path, CLASSES, "@n", iterator="//pupil", complete=True) == [["1"], ["2"]]
    assert texts(tmp_path, CLASSES, "i", iterator="//pupil", complete=True) == [["a"], []]
    assert texts(tmp_path, CLASSES, "count(b)", iterator="//pupil", complete=True)
    with pytest.raises(UnknownColumn, match=r"has '@m'; did you mean '@n'\?"):
        texts(tmp_path, CLASSES, "@m", iterator="//pupil", complete=True)


def test_a_path_of_names_alone_is_what_xpath_says_it_is(tmp_path: Path) -> None:
    """With comments, instructions, elements inside, CDATA and prefixes."""
    notes = (
        '<r xmlns:p="urn:p"><a p:n="1">x<![CDATA[<]]></a><a>y<!-- c -->z</a><p:a n="2"><?i?><b/>w</p:a></r>'
    )
    for path, whole in (
        ("a", "./a"), ("p:a", "./p:a"), ("a/@p:n", "./a/@p:n"), ("p:a/@n", "./p:a/@n"), ("a/text()", "./a/text()"),
        ("text()", "./text()"), (".", "self::node()"), ("p:a/b", "./p:a/b"), ("@n", "./@n"), ("b/text()", "./b/text()"),
    ):  # fmt: skip
        for iterator in ("/r", "//*"):
            assert texts(tmp_path, notes, path, iterator=iterator) == texts(
                tmp_path, notes, whole, iterator=iterator
            )


def test_a_path_with_signs_that_no_xml_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"is no XPath 1\.0: all strings must be XML compatible"):
        look(tmp_path, CLASSES, "a\x0b", formulation="xml", iterator="//class")
    with pytest.raises(MappingError, match=r"is no XPath 1\.0: all strings must be XML compatible"):
        look(tmp_path, CLASSES, "a", formulation="xml", iterator="//class\0")


def test_comments_and_instructions_have_values_and_are_no_records(tmp_path: Path) -> None:
    notes = "<r><!--one--><?two three?></r>"
    assert texts(tmp_path, notes, "comment()", iterator="/r") == [["one"]]
    assert texts(tmp_path, notes, "processing-instruction()", iterator="/r") == [["three"]]
    for iterator in ("//comment()", "//processing-instruction()"):
        with pytest.raises(MappingError, match="finds what is no element, attribute or text"):
            look(tmp_path, notes, ".", formulation="xml", iterator=iterator)
