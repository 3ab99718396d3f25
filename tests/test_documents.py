"""A document is parsed once in a run, however many sources read it, and only the last one is kept."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

import kg
from kg import documents, json_records, xml_records
from kg.mapping import LogicalSource


class Text:
    """Something that can be seen alive."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text()


def made(path: Path, *how: str) -> Text:
    return documents.document(LogicalSource(path.name, "json"), path, lambda: Text(path), *how)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.json"
    path.write_text("1")
    return path


def test_a_document_is_made_once_while_they_are_kept(file: Path) -> None:
    """Each way to make it by itself; and each time where none are kept."""
    with documents.kept():
        first = made(file)
        with documents.kept():
            assert made(file) is first
        assert made(file) is first
        assert made(file, "other") is not first
    assert made(file) is not made(file)


def test_a_file_that_has_changed_is_read_anew(file: Path) -> None:
    with documents.kept():
        first = made(file)
        file.write_text("2")
        os.utime(file, ns=(1, 1))
        assert made(file) is not first
        assert made(file).text == "2"


def test_only_the_last_one_is_in_memory_and_none_after_the_run(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.json"
    other.write_text("3")

    def alive() -> list[str]:
        gc.collect()
        return [each.text for each in gc.get_objects() if type(each) is Text]

    with documents.kept():
        made(file)
        assert alive() == ["1"]
        made(other)
        assert alive() == ["3"]
        documents.forget("xml")
        assert alive() == ["3"]
        documents.forget()
        assert alive() == []
        made(file)
    assert alive() == []


MAPPING = """\
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> . @base <https://example.org/> .
"""
TRIPLES_MAP = """\
<#NAME> rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ;
    rml:path "FILE" ] ; rml:referenceFormulation rml:LANGUAGE ; rml:iterator "ITERATOR" ] ;
  rml:subjectMap [ rml:template "https://example.org/{ID}" ; rml:class ex:NAME ] .
"""


def triples_map(**words: str) -> str:
    text = TRIPLES_MAP
    for name, word in words.items():
        text = text.replace(name, word)
    return text


def test_files_of_many_iterators_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look and to run, where there is no other; else once for each, also if others stand between them."""
    parsed: list[str] = []

    def counted(module: object, name: str) -> None:
        inner = getattr(module, name)

        def counting(*given: object) -> object:
            parsed.append(name)
            return inner(*given)

        monkeypatch.setattr(module, name, counting)

    counted(json_records, "_whole")
    counted(xml_records, "_root")
    (tmp_path / "d.json").write_text('{"a": [{"id": 1}], "b": [{"id": 2}, {"id": 3}]}')
    (tmp_path / "d.xml").write_text('<d><a id="4"/><b id="5"/></d>')
    of_json = {"FILE": "d.json", "LANGUAGE": "JSONPath", "ID": "id"}
    of_xml = {"FILE": "d.xml", "LANGUAGE": "XPath", "ID": "@id"}
    text = MAPPING + "".join(
        triples_map(ITERATOR=f"$.{name}[*]", NAME=f"j{name}", **of_json)
        + triples_map(ITERATOR=f"/d/{name}", NAME=f"x{name}", **of_xml)
        for name in ("a", "b")
    )
    (tmp_path / "m.ttl").write_text(text)
    assert kg.map(tmp_path / "m.ttl", tmp_path / "out.nq").quads == 5
    assert sorted(parsed) == ["_root", "_root", "_whole", "_whole"]
    parsed.clear()
    alone = [triples_map(ITERATOR=f"$.{name}[*]", NAME=name, **of_json) for name in ("a", "b")]
    (tmp_path / "m.ttl").write_text("".join([MAPPING, *alone]))
    assert kg.map(tmp_path / "m.ttl", tmp_path / "out.nq").quads == 3
    assert parsed == ["_whole"]
