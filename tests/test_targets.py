"""kg.targets: quads go where their term maps say, written as the target says."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import MappingError, Unsupported, Unwritable
from kg.mapping import LogicalTarget
from kg.targets import COMPRESSIONS, SERIALIZATIONS, write

QUADS = '<http://a.example/s> <http://a.example/p> "中文 \\"1\\""@zh .\n_:b <http://a.example/p> <http://a.example/o> .\n'
IN_A_GRAPH = "<http://a.example/s> <http://a.example/p> <http://a.example/o> <http://a.example/g> .\n"
PREFIXES = """
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://a.example/> . @prefix formats: <http://www.w3.org/ns/formats/> .
"""
MAPPING = (
    PREFIXES
    + """
<#T> rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.csv" ] ;
        rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [ rml:template "http://a.example/{id}" SUBJECT ] ;
    rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" OBJECT ] GRAPH ] ;
    rml:predicateObjectMap [ rml:predicate ex:id ; rml:objectMap [ rml:reference "id" ] ] .
"""
)
FORMATS = {
    "N-Quads": ox.RdfFormat.N_QUADS,
    "N-Triples": ox.RdfFormat.N_TRIPLES,
    "Turtle": ox.RdfFormat.TURTLE,
    "TriG": ox.RdfFormat.TRIG,
    "N3": ox.RdfFormat.N3,
    "JSON-LD": ox.RdfFormat.JSON_LD,
    "RDF_XML": ox.RdfFormat.RDF_XML,
}


def target(path: str, more: str = "") -> str:
    return f'; rml:logicalTarget [ rml:target [ a rml:FilePath ; rml:path "{path}" ] {more} ]'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.csv").write_text("id,name\n1,甲\n2,乙\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, subject: str = "", obj: str = "", graph: str = "") -> list[str]:
    """The lines of the default output."""
    text = MAPPING.replace("SUBJECT", subject).replace("OBJECT", obj).replace("GRAPH", graph)
    (folder / "m.ttl").write_text(text, encoding="utf-8")
    kg.map(folder / "m.ttl", folder / "out.nq")
    return (folder / "out.nq").read_text(encoding="utf-8").splitlines()


def written(quads: str, wanted: LogicalTarget, folder: Path) -> bytes:
    (folder / "quads.nq").write_text(quads, encoding="utf-8")
    write(folder / "quads.nq", wanted, folder / "written")
    return (folder / "written").read_bytes()


def test_a_quad_goes_to_the_target_of_any_of_its_term_maps_and_not_to_the_default(folder: Path) -> None:
    assert [line.split()[1] for line in run(folder, obj=target("names.nq"))] == ["<http://a.example/id>"] * 2
    names = (folder / "names.nq").read_text(encoding="utf-8").splitlines()
    assert names == [
        f'<http://a.example/{n}> <http://a.example/name> "{name}" .' for n, name in ((1, "甲"), (2, "乙"))
    ]


def test_what_has_several_targets_goes_to_each_and_the_default_is_there_and_empty(folder: Path) -> None:
    assert run(folder, subject=target("all.nq"), obj=target("names.nq")) == []
    report = kg.map(folder / "m.ttl", folder / "out.nq")
    assert {file.name: quads for file, quads in report.files} == {"out.nq": 0, "all.nq": 4, "names.nq": 2}
    assert report.quads == 0
    assert len((folder / "all.nq").read_text(encoding="utf-8").splitlines()) == 4
    assert len((folder / "names.nq").read_text(encoding="utf-8").splitlines()) == 2


def test_the_target_of_a_graph_map_gets_the_quads_of_this_graph_alone(folder: Path) -> None:
    graph = f"; rml:graphMap [ rml:constant ex:g {target('g.nq')} ]"
    assert len(run(folder, graph=graph)) == 2
    lines = (folder / "g.nq").read_text(encoding="utf-8").splitlines()
    assert [line.split()[3] for line in lines] == ["<http://a.example/g>"] * 2


def test_the_target_of_the_default_graph_gets_triples(folder: Path) -> None:
    graph = f"; rml:graphMap [ rml:constant rml:defaultGraph {target('g.nq')} ]"
    run(folder, graph=graph)
    assert all(len(line.split()) == 4 for line in (folder / "g.nq").read_text(encoding="utf-8").splitlines())


def test_nothing_is_written_anywhere_where_anything_fails(folder: Path) -> None:
    (folder / "t.csv").write_text("id,name\n1,甲,x\n", encoding="utf-8")
    with pytest.raises(kg.errors.TableError):
        run(folder, obj=target("names.nq"))
    assert sorted(path.name for path in folder.iterdir()) == ["m.ttl", "t.csv"]


def test_one_file_written_in_two_ways_is_refused(folder: Path) -> None:
    turtle = target("same", "; rml:serialization formats:Turtle")
    with pytest.raises(MappingError, match="two targets write same in different ways"):
        run(folder, subject=target("same"), obj=turtle)
    assert not (folder / "same").exists()


@pytest.mark.parametrize("path", ["out.nq", "t.csv", "m.ttl"])
def test_no_target_is_the_output_or_what_is_read(path: str, folder: Path) -> None:
    with pytest.raises(Unwritable, match="is read or written by this run already"):
        run(folder, obj=target(path))
    assert (folder / "t.csv").read_text(encoding="utf-8").startswith("id,name")


def test_a_project_has_its_graph_whole(folder: Path) -> None:
    text = MAPPING.replace("SUBJECT", "").replace("OBJECT", target("names.nq")).replace("GRAPH", "")
    (folder / "data").mkdir()
    (folder / "data" / "mapping.ttl").write_text(text, encoding="utf-8")
    (folder / "t.csv").rename(folder / "data" / "t.csv")
    with pytest.raises(Unsupported, match="run it with kg map"):
        kg.build(folder)


@pytest.mark.parametrize("name", FORMATS)
def test_every_serialization_holds_the_same_statements(name: str, tmp_path: Path) -> None:
    content = written(QUADS, LogicalTarget("x", name), tmp_path)
    expected, found = (
        ox.Dataset(ox.parse(given, format=kind))
        for given, kind in ((QUADS.encode(), ox.RdfFormat.N_QUADS), (content, FORMATS[name]))
    )
    for each in (expected, found):
        each.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert found == expected


def test_rdf_json_tells_kind_language_and_datatype(tmp_path: Path) -> None:
    import json

    assert set(FORMATS) | {"RDF_JSON"} == set(SERIALIZATIONS)
    told = json.loads(written(QUADS, LogicalTarget("x", "RDF_JSON"), tmp_path))
    assert told["http://a.example/s"]["http://a.example/p"] == [
        {"type": "literal", "value": '中文 "1"', "lang": "zh"}
    ]
    assert told["_:b"]["http://a.example/p"] == [{"type": "uri", "value": "http://a.example/o"}]


@pytest.mark.parametrize("name", ["N-Triples", "Turtle", "N3", "RDF_XML", "RDF_JSON"])
def test_named_graphs_are_not_lost_in_silence(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match=r"x: \.\w+ cannot hold the named graphs"):
        written(IN_A_GRAPH, LogicalTarget("x", name), tmp_path)


def test_every_compression_gives_back_what_went_in_and_the_same_bytes(tmp_path: Path) -> None:
    def of_tar(content: bytes) -> bytes:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            member = archive.extractfile(archive.getnames()[0])
            assert member
            return member.read()

    def of_zip(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(archive.namelist()[0])

    openers = {
        "": bytes,
        "gzip": gzip.decompress,
        "zip": of_zip,
        "targz": lambda content: of_tar(gzip.decompress(content)),
        "tarxz": lambda content: of_tar(lzma.decompress(content)),
    }
    assert set(openers) == set(COMPRESSIONS)
    for name, opened in openers.items():
        wanted = LogicalTarget("dump.nq.x", compression=name)
        content = written(QUADS, wanted, tmp_path)
        assert opened(content).decode() == QUADS
        assert written(QUADS, wanted, tmp_path) == content


def test_what_xml_cannot_name_is_told(tmp_path: Path) -> None:
    quads = "<http://a.example/s> <http://a.example/1> <http://a.example/o> .\n"
    with pytest.raises(Unwritable, match=r"cannot name http://a\.example/1"):
        written(quads, LogicalTarget("x", "RDF_XML"), tmp_path)


def test_what_an_encoding_cannot_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match="x: latin-1 has no '中'; write UTF-8"):
        written(QUADS, LogicalTarget("x", encoding="latin-1"), tmp_path)


def test_iris_that_are_none_are_written_as_they_were_asked_for(tmp_path: Path) -> None:
    quads = "<http://a.example/Emily Smith> <http://a.example/p> <http://a.example/o> .\n"
    assert b"Emily" in written(quads, LogicalTarget("x", "Turtle"), tmp_path)


def test_another_encoding_is_written(tmp_path: Path) -> None:
    assert written(QUADS, LogicalTarget("x", encoding="UTF-16"), tmp_path).decode("utf-16") == QUADS
