"""The graph as a file: the same graph for every reader, the same bytes each time."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from models import EX, PROJECT, write
from rdflib.compare import isomorphic, to_isomorphic

import kg
from kg import exports
from kg.errors import UnknownFormat, Unwritable
from kg.graph import Graph

SUFFIXES = [".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf", ".graphml"]
TRIPLES = [".ttl", ".nt", ".rdf"]
READERS = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".nq": "nquads",
    ".trig": "trig",
    ".jsonld": "json-ld",
    ".rdf": "xml",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    project = PROJECT | {
        "data/texts.csv": str(PROJECT["data/texts.csv"]).replace("\x0b", " ").replace("\x1c", " ")
    }
    return kg.build(write(tmp_path_factory.mktemp("project"), project))


def from_lines(lines: Iterable[object]) -> rdflib.Graph:
    return rdflib.Graph().parse(data="".join(f"{line} .\n" for line in lines), format="nt")


def test_formats_are_these() -> None:
    assert list(exports.SUFFIXES) == SUFFIXES


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("ontology", [False, True])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_is_the_graph_to_another_reader(
    suffix: str, ontology: bool, compressed: bool, graph: Graph, tmp_path: Path
) -> None:
    """rdflib finds in it what stands in graph.nq; with the ontology, that too."""
    out = graph.export(tmp_path / f"out{suffix}{'.gz' * compressed}", ontology=ontology)
    content = gzip.decompress(out.read_bytes()) if compressed else out.read_bytes()
    parsed = rdflib.Dataset(default_union=True)
    parsed.parse(data=content, format=READERS[suffix])
    found = rdflib.Graph()
    for triple in parsed.triples((None, None, None)):
        found.add(triple[:3])
    quads = [*graph.quads(), *(graph.ontology() if ontology else ())]
    assert isomorphic(found, from_lines(quad.triple for quad in quads))
    assert len(found) == len(quads)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_graph_gives_the_same_bytes(suffix: str, graph: Graph, tmp_path: Path) -> None:
    """Whatever the order of its quads, the name of the file and the time."""
    quads = list(graph.quads())
    written = []
    for number, order in enumerate((quads, quads[::-1])):
        out = tmp_path / f"{number}{suffix}.gz"
        exports.write(order, graph.prefixes, out, out)
        written.append(out.read_bytes())
    assert written[0] == written[1]


TURTLE = """\
@prefix ex: <https://example.org/> .
@prefix place: <https://example.org/place/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

place:bijie a ex:Place ;
    rdfs:label "Bijie"@en , "毕节市"@zh ;
    ex:area 26853.5 ;
    ex:in place:guizhou .

place:guizhou a ex:Place ;
    rdfs:label "Guizhou"@en , "贵州省"@zh ;
    ex:area 176167.00 .

place:jinsha a ex:Place ;
    rdfs:label "Jinsha"@en , "金沙县"@zh ;
    ex:area "2528"^^xsd:decimal ;
    ex:in place:bijie .
"""


def test_turtle_is_written_for_people(graph: Graph, tmp_path: Path) -> None:
    """Prefixes in use only, class and labels first, subjects apart, texts of numbers kept as they were."""
    places = [quad for quad in graph.quads() if quad.subject.value.startswith(EX + "place/")]
    exports.write(places, graph.prefixes, tmp_path / "out", Path("out.ttl"))
    assert (tmp_path / "out").read_text(encoding="utf-8") == TURTLE


SHORT = {"ex": EX, "place": EX + "place/", "hash": EX + "x#"}


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        (EX + "place/jinsha", "place:jinsha"),
        (EX + "a", "ex:a"),
        (EX + "place/", "place:"),
        (EX + "place/金沙", "place:金沙"),
        (EX + "x#y", "hash:y"),
        (EX + "other/jinsha", f"<{EX}other/jinsha>"),
        (EX + "x#y#z", f"<{EX}x#y#z>"),
        ("urn:x", "<urn:x>"),
    ],
)
def test_an_iri_is_shown_by_the_longest_namespace(iri: str, shown: str) -> None:
    assert exports.short(iri, SHORT) == shown


def literal(text: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(EX + "s"), ox.NamedNode(EX + "p"), ox.Literal(text))


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".jsonld"])
def test_texts_that_look_like_turtle_stay_texts(suffix: str, tmp_path: Path) -> None:
    """Line ends of every kind, tabs, quotes, prefixes, what begins a line."""
    texts = [
        "\u2028",
        "\x85",
        "a\x0bb\x0cc\x1cd\x1ee",
        "\n\t}",
        "\r\n",
        '"""',
        "\\",
        "@prefix x: <y> .\n",
        "x:y",
        "\t",
        "<a:b>",
        "\x00",
        "}\n{",
    ]
    quads = [literal(text) for text in texts]
    out = tmp_path / f"out{suffix}"
    exports.write(quads, {"x": "urn:x", "ex": EX}, out, out)
    assert {quad.object.value for quad in ox.parse(path=str(out))} == set(texts)
    if suffix in (".ttl", ".trig"):
        assert out.read_text(encoding="utf-8").startswith("@prefix ex: <https://example.org/> .\n\n")


def test_named_graphs_are_kept_or_refused(tmp_path: Path) -> None:
    """A format without them leaves nothing out in silence."""
    node = ox.NamedNode
    quads = [ox.Quad(node(EX + "s"), node(EX + "p"), node(EX + "o"), node(EX + "g")), literal("x")]
    for suffix in (".nq", ".trig", ".jsonld"):
        out = tmp_path / f"out{suffix}"
        exports.write(quads, {"ex": EX}, out, out)
        assert set(ox.parse(path=str(out))) == set(quads)
    for suffix in TRIPLES:
        with pytest.raises(UnknownFormat) as caught:
            exports.write(quads, {}, tmp_path / "none", Path(f"out{suffix}"))
        message = f"error[unknown-format]: {suffix} cannot hold the named graphs of this graph"
        assert str(caught.value).startswith(message + "; there are: .nq, .trig, .jsonld")
        assert not (tmp_path / "none").exists()


def test_graphml_is_read_back(graph: Graph, tmp_path: Path) -> None:
    """Every node and every link; every literal is an attribute of its node."""
    read: networkx.MultiDiGraph[str] = networkx.read_graphml(graph.export(tmp_path / "out.graphml"))
    triples = [quad.triple for quad in graph.quads()]
    links = {
        (triple.subject.value, triple.object.value)
        for triple in triples
        if isinstance(triple.object, ox.NamedNode) and triple.predicate.value != exports.RDF_TYPE
    }
    assert set(read) == {triple.subject.value for triple in triples} | {o for _, o in links}
    assert {(s, o, data["predicate"]) for s, o, data in read.edges(data=True)} == {
        (s, o, "ex:in") for s, o in links
    }
    assert read.nodes[EX + "place/bijie"] == {
        "class": "ex:Place",
        "rdfs:label@zh": "毕节市",
        "rdfs:label@en": "Bijie",
        "ex:area": "26853.5",
    }
    texts = [
        (triple.subject.value, triple.object.value)
        for triple in triples
        if triple.predicate.value == EX + "text"
    ]
    assert len(texts) >= 9
    assert all(read.nodes[node]["ex:text"] == text for node, text in texts)


def test_graphml_has_what_has_no_label_or_class(tmp_path: Path) -> None:
    """Blank nodes, terms, nodes that are only linked to; several links between two nodes, several values."""
    node, blank = ox.NamedNode, ox.BlankNode
    a, b, p, q, kind = (node(EX + name) for name in ("a", "b", "p", "q", "C"))
    rdf_type = node(exports.RDF_TYPE)
    quads = [
        ox.Quad(a, p, b),
        ox.Quad(a, q, b),
        ox.Quad(a, p, blank("x")),
        ox.Quad(blank("x"), p, a),
        ox.Quad(a, rdf_type, kind),
        ox.Quad(a, rdf_type, node("urn:D")),
        ox.Quad(a, q, ox.Literal("二")),
        ox.Quad(a, q, ox.Literal("2", datatype=node("http://www.w3.org/2001/XMLSchema#integer"))),
        ox.Quad(a, q, ox.Literal("two", language="en-gb")),
        ox.Quad(a, node("urn:q"), ox.Literal("")),
    ]
    exports.write(quads, {"ex": EX}, tmp_path / "out", Path("out.graphml"))
    read = networkx.read_graphml(tmp_path / "out", force_multigraph=True)
    assert sorted((s, o, data["predicate"]) for s, o, data in read.edges(data=True)) == [
        ("_:x", EX + "a", "ex:p"),
        (EX + "a", "_:x", "ex:p"),
        (EX + "a", EX + "b", "ex:p"),
        (EX + "a", EX + "b", "ex:q"),
    ]
    attributes = {name: sorted(value.split("\n")) for name, value in read.nodes[EX + "a"].items()}
    assert attributes == {
        "class": ["<urn:D>", "ex:C"],
        "ex:q": ["2", "二"],
        "ex:q@en-gb": ["two"],
        "<urn:q>": [""],
    }
    assert read.nodes[EX + "b"] == read.nodes["_:x"] == {}


@pytest.mark.parametrize("suffix", [".rdf", ".graphml"])
def test_carriage_returns_come_through_xml(suffix: str, tmp_path: Path) -> None:
    """A reader makes a line feed of those that are not written as references."""
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    quad = ox.Quad(ox.NamedNode(EX + "s"), label, ox.Literal("a\r\nb\rc", language="zh"))
    prefixes = {"rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
    exports.write([quad], prefixes, tmp_path / "out", Path(f"out{suffix}"))
    if suffix == ".rdf":
        (found,) = rdflib.Graph().parse(tmp_path / "out", format="xml").objects()
    else:
        found = networkx.read_graphml(tmp_path / "out").nodes[EX + "s"]["rdfs:label@zh"]
    assert str(found) == "a\r\nb\rc"


@pytest.mark.parametrize("suffix", [".rdf", ".graphml"])
def test_what_xml_cannot_hold_is_refused(suffix: str, tmp_path: Path) -> None:
    """XML 1.0, section 2.2: most control characters cannot even be escaped."""
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for text in ("\x01", "\ufffe", "\x0b"):
        quad = ox.Quad(ox.NamedNode(EX + "s"), label, ox.Literal(text))
        with pytest.raises(UnknownFormat, match="control character"):
            exports.write([quad], {}, tmp_path / "out", Path(f"out{suffix}"))
    exports.write([literal("\t\n\r\x85")], {}, tmp_path / "out", Path(f"out{suffix}"))
    if suffix == ".rdf":
        assert [
            quad.object.value for quad in ox.parse(path=str(tmp_path / "out"), format=ox.RdfFormat.RDF_XML)
        ] == ["\t\n\r\x85"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "out.tll",
            "'.tll' is no suffix of a format; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, .graphml",
        ),
        ("out", "out has no suffix; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, .graphml"),
        ("out.gz", "out.gz has no suffix; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, .graphml"),
        (".ttl", ".ttl has no suffix; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, .graphml"),
        (
            "out.xlsx",
            "'.xlsx' is no suffix of a format; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, .graphml",
        ),
    ],
)
def test_a_suffix_that_names_no_format(name: str, message: str, graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as caught:
        graph.export(tmp_path / name)
    assert str(caught.value) == f"error[unknown-format]: {message}"
    assert list(tmp_path.iterdir()) == []


def test_suffixes_may_be_in_capitals(graph: Graph, tmp_path: Path) -> None:
    assert graph.export(tmp_path / "OUT.TTL").read_text(encoding="utf-8").startswith("@prefix")


def test_where_nothing_can_be_written_nothing_is(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.ttl").mkdir()
    for out, message in (
        ("file/out.ttl", f"there is no folder {tmp_path}/file; make it first, or name another"),
        ("new/out.ttl", f"there is no folder {tmp_path}/new; make it first, or name another"),
        ("folder.ttl", f"{tmp_path}/folder.ttl is a folder; name a file in it"),
    ):
        with pytest.raises(Unwritable) as caught:
            graph.export(tmp_path / out)
        assert str(caught.value) == f"error[unwritable]: {message}"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder.ttl"}


def test_blank_nodes_of_the_data_stay_what_they_are(tmp_path: Path) -> None:
    """Also one that several statements share."""
    node, blank = ox.NamedNode, ox.BlankNode
    quads = [
        ox.Quad(blank("b1"), node(EX + "p"), blank("b2")),
        ox.Quad(node(EX + "s"), node(EX + "p"), blank("b1")),
        ox.Quad(node(EX + "t"), node(EX + "p"), blank("b1")),
    ]
    for suffix in TRIPLES:
        exports.write(quads, {"ex": EX}, tmp_path / "out", Path(f"out{suffix}"))
        read = rdflib.Graph().parse(tmp_path / "out", format=READERS[suffix])
        assert to_isomorphic(read) == to_isomorphic(from_lines(quad.triple for quad in quads))
