"""Turtle files become quads of one named graph: the same ones for the same files."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import Encoding, OntologyError, Place
from kg.ontology import GRAPH, read

FIRST = """
@prefix ex: <https://example.org/> .
ex:A a ex:Class ; ex:says "甲\\n乙"@zh, [ ex:p ex:q ] ; ex:list ( 1 2 ) .
_:same ex:of 1 .
"""
SECOND = """
@prefix ex: <https://example.com/> .
@prefix other: <https://example.net/> .
<https://example.org/A> a <https://example.org/Class> . _:same <https://example.org/of> 2 .
"""


def write(folder: Path, **files: str | bytes) -> list[Path]:
    paths = [folder / f"{name}.ttl" for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return paths


def test_all_quads_stand_in_one_named_graph(tmp_path: Path) -> None:
    ontology = read(write(tmp_path, a=FIRST, b=SECOND))
    assert {quad.graph_name for quad in ontology.quads} == {ox.NamedNode(GRAPH)}
    assert ontology.terms == {"https://example.org/A"}
    assert dict(ontology.prefixes) == {"ex": "https://example.com/", "other": "https://example.net/"}


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    quads = read(write(tmp_path, a=FIRST, b=SECOND)).quads
    of = {quad.subject for quad in quads if quad.predicate.value.endswith("/of")}
    assert len(of) == 2


def test_what_is_written_is_the_same_for_the_same_files(tmp_path: Path) -> None:
    """Wherever the files are, in whatever order they are given, and it reads back as the same graph."""
    (tmp_path / "x").mkdir()
    written = []
    for paths in (write(tmp_path, a=FIRST, b=SECOND), write(tmp_path / "x", b=SECOND, a=FIRST)):
        read(paths).write(tmp_path / "out.nq")
        written.append((tmp_path / "out.nq").read_bytes())
    assert written[0] == written[1]
    assert written[0].splitlines() == sorted(written[0].splitlines())
    back = ox.Dataset(ox.parse(written[0], format=ox.RdfFormat.N_QUADS))
    again = ox.Dataset(read(write(tmp_path, a=FIRST, b=SECOND)).quads)
    for dataset in (back, again):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert back == again


def test_no_file_is_no_ontology(tmp_path: Path) -> None:
    ontology = read([])
    ontology.write(tmp_path / "out.nq")
    assert (ontology.quads, ontology.prefixes, ontology.terms) == ((), (), frozenset())
    assert (tmp_path / "out.nq").read_bytes() == b""


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ('\n<urn:a> "毕" <urn:c> .', 2, 9),
        ("<urn:a> <urn:b> <c> .", 1, 17),
        ("# 注释\nex:a a ex:b .", 2, 1),
        ("<urn:a> <urn:b> <urn:c>", 1, 24),
        ("not Turtle", 1, 1),
    ],
)
def test_what_is_no_turtle_is_told_by_place(content: str, line: int, column: int, tmp_path: Path) -> None:
    """In one line, without the parser's own words for the place."""
    paths = write(tmp_path, good=FIRST, bad=content)
    with pytest.raises(OntologyError) as caught:
        read(paths)
    (finding,) = caught.value.findings
    assert finding.place == Place(paths[1], line, column)
    assert finding.message.startswith("no Turtle: ")
    assert "line " not in finding.message


def test_a_file_that_is_not_utf_8_is_told_as_any_other(tmp_path: Path) -> None:
    paths = write(tmp_path, good=FIRST, bad='<urn:a> <urn:b> "甲" .\n# 毕节\n'.encode("gb18030"))
    with pytest.raises(Encoding, match="the file is not UTF-8; it looks like GB18030") as caught:
        read(paths)
    assert caught.value.findings[0].place == Place(paths[1], 1, 18)


def test_a_byte_order_mark_is_no_part_of_the_ontology(tmp_path: Path) -> None:
    assert read(write(tmp_path, a="\ufeff" + FIRST)).terms == {"https://example.org/A"}


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(OntologyError, match=r"folder\.ttl"):
        read([tmp_path / "folder.ttl"])
