"""kg.turtle: what is written can be read back, and is what the library would have written."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import amounts, blocks, exports, turtle
from kg.errors import UnknownFormat, Unwritable

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "": f"{EX}none#",
    "ex": EX,
    "place": f"{EX}place/",
    "pla": f"{EX}pla",
    "same": f"{EX}place/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": XSD,
    "not ok": EX,
    "bad": "a b>",
    "a-b": "urn:x:",
    "a.b": "urn:y",
}
FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".trig": ox.RdfFormat.TRIG}

PLAIN_LOCALS = ["", "a", "a.b", "a-", "1", "_", "a:b", ":", "金沙", "a·", "é"]
OTHER_LOCALS = [
    "a.",
    ".a",
    ".",
    "..",
    "-",
    "-a",
    "a%20",
    "%E9",
    "(a)",
    "a(b",
    "a/b",
    "/",
    "a#b",
    "a?b=c&d",
    "a;b,c",
]
NO_LOCALS = ["~", "'", "!$*+@", "·", "\u0300", "×", "\U0001f600"]
LOCALS = st.one_of(
    st.sampled_from([*PLAIN_LOCALS, *OTHER_LOCALS, *NO_LOCALS]),
    st.text("ab-.:_~!$&'()*+,;=/?#@·é金\u203f\u00d7", max_size=4),
)
BASES = st.sampled_from([EX, f"{EX}place/", f"{EX}pla", f"{EX}none#", "urn:x:", "http://other.example/"])
IRIS = st.builds(str.__add__, BASES, LOCALS).filter(lambda iri: iri.count("#") < 2).map(ox.NamedNode)
BLANKS = st.sampled_from(["b", "b1", "b10", "x.y", "0"]).map(ox.BlankNode)
CONTROLS = ["\n", "\r\n", "\t", "\x00\x01\x7f", "\x0b\x0c\x08\x1c", "\x85\u2028", "\ufffe\uffff", "\ufeff"]
SYNTAX = [
    '"',
    "\\",
    '\\\\"',
    "> ",
    "a> <b> .",
    "<x> .",
    "> .",
    '" .',
    '"@en .',
    '"^^<a:b>',
    "ex:a",
    "ex:a\\. ",
    " ;\n",
    "",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from([*CONTROLS, *SYNTAX, "> " * 8]),
)
INTEGERS, DECIMALS = ["1", "+1", "-01", "１", " 1", "1\n", "0x1"], ["1.", "1.0", ".5", "-.5"]
DOUBLES, OTHERS_THAN = ["1e5", "1.e5", ".5E-3", "e5", "INF"], ["true", "false", "TRUE", ""]
NUMBERS = st.sampled_from([*INTEGERS, *DECIMALS, *DOUBLES, *OTHERS_THAN])
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(
        lambda text, language: ox.Literal(text, language=language), TEXTS, st.sampled_from(["en", "zh-hans"])
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)),
        st.one_of(NUMBERS, TEXTS),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "float", "", "a.b/c"]),
    ),
    st.builds(lambda text, kind: ox.Literal(text, datatype=kind), TEXTS, IRIS),
)
PREDICATES = st.one_of(
    IRIS,
    st.sampled_from(turtle.FIRST).map(ox.NamedNode),
    st.sampled_from([f"{EX}in", f"{EX}in-place"]).map(ox.NamedNode),
)
QUADS = st.builds(
    ox.Quad,
    st.one_of(IRIS, BLANKS),
    PREDICATES,
    st.one_of(IRIS, BLANKS, LITERALS),
    st.one_of(st.just(ox.DefaultGraph()), st.just(ox.DefaultGraph()), IRIS, BLANKS),
)
TRIPLES = QUADS.map(lambda quad: ox.Quad(*quad.triple))


def by_engine(quads: list[ox.Quad], suffix: str, folder: Path, size: int = blocks.BLOCK) -> bytes:
    """What the engine writes of quads in any order."""
    spool, in_order, made = folder / "quads.nq", folder / "sorted.nq", folder / "made"
    ox.serialize(quads, output=str(spool), format=ox.RdfFormat.N_QUADS)
    graphs = suffix == ".trig"
    with blocks.started() as connection:
        blocks.in_order(connection, [spool], in_order, graphs=graphs)
        head = blocks.text(connection, in_order, PREFIXES, made, graphs=graphs, size=size)
    return head.encode() + made.read_bytes()


def canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[call-overload]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


SLOWLY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOWLY
@given(quads=st.lists(TRIPLES, max_size=12, unique=True), size=st.sampled_from([1, 100, blocks.BLOCK]))
def test_turtle_is_to_the_byte_what_the_library_writes_and_is_read_back(
    quads: list[ox.Quad], size: int, tmp_path: Path
) -> None:
    """Whatever the terms, also where each block holds one subject."""
    content = by_engine(quads, ".ttl", tmp_path, size)
    assert canonical(ox.parse(content, format=ox.RdfFormat.TURTLE)) == canonical(quads)
    rdflib.Graph().parse(data=content, format="turtle")
    if size == blocks.BLOCK:
        assert content.decode() == exports.spelled(quads, PREFIXES, exports.SUFFIXES[".ttl"]).decode()


@SLOWLY
@given(quads=st.lists(QUADS, max_size=12, unique=True), size=st.sampled_from([1, 100, blocks.BLOCK]))
def test_trig_is_to_the_byte_what_the_library_writes_and_is_read_back(
    quads: list[ox.Quad], size: int, tmp_path: Path
) -> None:
    content = by_engine(quads, ".trig", tmp_path, size)
    assert canonical(ox.parse(content, format=ox.RdfFormat.TRIG)) == canonical(quads)
    if size == blocks.BLOCK:
        assert content.decode() == exports.spelled(quads, PREFIXES, exports.SUFFIXES[".trig"]).decode()


def written(lines: str, folder: Path, out: str = "out.ttl", **how: Any) -> bytes:
    """What is exported of lines of N-Quads, by the engine."""
    (folder / "in.nq").write_text(lines, encoding="utf-8", newline="")
    kind = exports.by_suffix(Path(out))
    exports.export([folder / "in.nq"], PREFIXES, folder / out, kind, compression=Path(out).suffix, **how)
    return (folder / out).read_bytes()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No graph is small enough for the library."""
    monkeypatch.setattr(exports, "SMALL", -1)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (EX, "ex:"),
        (f"{EX}a", "ex:a"),
        (f"{EX}place/a", "place:a"),
        (f"{EX}plaza", "pla:za"),
        (f"{EX}pla·", "ex:pla·"),
        (f"{EX}none#a", ":a"),
        (f"{EX}.a", r"ex:\.a"),
        (f"{EX}a.", f"<{EX}a.>"),
        (f"{EX}.", f"<{EX}.>"),
        (f"{EX}-a-", r"ex:\-a-"),
        (f"{EX}a%20(b)", r"ex:a\%20\(b\)"),
        (f"{EX}金沙", "ex:金沙"),
        (f"{EX}×", f"<{EX}×>"),
        ("urn:x:a:b", "a-b:a:b"),
        ("urn:y", "<urn:y>"),
    ],
)
def test_a_name_is_the_same_here_and_in_sql(iri: str, name: str, engine: None, tmp_path: Path) -> None:
    """As predicate, datatype and otherwise: the first two are shortened here, the others by the engine."""
    assert turtle.short(f"<{iri}>", turtle.usable(PREFIXES)) == name
    quads = f'<{iri}> <{iri}> "x"^^<{iri}> .\n<{iri}> <{iri}> <{iri}> .\n'
    content = written(quads, tmp_path)
    assert f'\n{name} {name} "x"^^{name} , {name} .\n' in content.decode()
    assert rdflib.Graph().parse(data=content, format="turtle").all_nodes() >= {rdflib.URIRef(iri)}


def test_only_prefixes_that_turtle_has_are_declared() -> None:
    """Of two for one namespace the first by name."""
    assert set(turtle.usable(PREFIXES)) == set(PREFIXES) - {"same", "not ok", "bad", "a.b"}
    assert list(turtle.usable({"a": "urn:", "b": "urn:x:"})) == ["b", "a"]


def test_only_prefixes_in_use_are_declared(engine: None, tmp_path: Path) -> None:
    """Not those that only a text or a number would use."""
    quads = f'<{EX}s> <urn:p> "place:x ex:y"@en .\n<{EX}s> <urn:p> "1"^^<{XSD}integer> .\n'
    assert written(quads, tmp_path).decode().splitlines()[:2] == [f"@prefix ex: <{EX}> .", ""]


def test_a_subject_that_is_larger_than_a_block_is_written_in_parts(tmp_path: Path) -> None:
    quads = [
        ox.Quad(ox.NamedNode(f"{EX}s"), ox.NamedNode(f"{EX}p"), ox.Literal(f"{n:03}")) for n in range(100)
    ]
    content = by_engine(quads, ".ttl", tmp_path, 500)
    assert content.count(b"ex:s ex:p") > 1
    assert canonical(ox.parse(content, format=ox.RdfFormat.TURTLE)) == canonical(quads)


def test_properties_and_datatypes_that_come_late_are_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a look at a few lines has found."""
    monkeypatch.setattr(blocks, "_sample", lambda source: (set(), set()))
    predicates = [ox.NamedNode(f"{EX}p{n}") for n in range(20)]
    quads = [
        ox.Quad(ox.NamedNode(f"{EX}s{n:02}"), each, ox.Literal("x", datatype=each))
        for n, each in enumerate(predicates)
    ]
    expected = exports.spelled(quads, PREFIXES, exports.SUFFIXES[".ttl"])
    assert by_engine(quads, ".ttl", tmp_path, 100) == expected


OTHERS = (
    '# by hand\n\n<urn:s>\t<urn:p>   "a\\u0041\\t"@EN.\n_:b <urn:p> <urn:s>  . # x\n<urn:s> <urn:p> "a" .'
)


@pytest.mark.parametrize("small", [-1, exports.SMALL])
@pytest.mark.parametrize("out", ["out.ttl", "out.trig", "out.nt", "out.nq"])
def test_lines_of_any_layout_are_read(
    out: str, small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL", small)
    content = written(OTHERS, tmp_path, out)
    kind = {**FORMATS, ".nt": ox.RdfFormat.N_TRIPLES, ".nq": ox.RdfFormat.N_QUADS}[Path(out).suffix]
    assert canonical(ox.parse(content, format=kind)) == canonical(
        ox.parse(OTHERS, format=ox.RdfFormat.N_QUADS)
    )
    with pytest.raises(SyntaxError):
        written("no quad\n", tmp_path, out)


def test_a_text_may_hold_what_delimits(engine: None, tmp_path: Path) -> None:
    content = written(f'<urn:s> <urn:p> "{blocks.DELIMITER}" .\n', tmp_path)
    assert content == b'\n<urn:s> <urn:p> "\\u0001\\u0002\\u0003\\u0004" .\n'


@pytest.mark.parametrize("small", [-1, exports.SMALL])
def test_lines_are_sorted_each_once(small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "SMALL", small)
    lines = ["<urn:a> <urn:p> <urn:o> .\n", '<urn:a> <urn:p> "金"@zh .\n', "_:b <urn:p> <urn:o> .\n"]
    for out in ("out.nt", "out.nq"):
        content = written("".join([*lines, *reversed(lines)]), tmp_path, out).decode()
        assert content == "".join(sorted(lines))


@pytest.mark.parametrize("out", ["out.ttl", "out.nt"])
@pytest.mark.parametrize("ordered", [True, False])
def test_named_graphs_are_refused_where_there_are_none(
    out: str, ordered: bool, engine: None, tmp_path: Path
) -> None:
    for graph in ("<urn:g>", "_:g"):
        for value in ('"x"', '"x"@en', '"x"^^<urn:t>', "<urn:o>", "_:o"):
            with pytest.raises(UnknownFormat, match="cannot hold the named graphs of this graph"):
                written(f"<urn:s> <urn:p> {value} {graph} .\n", tmp_path, out, ordered=ordered)
            assert not (tmp_path / out).exists()


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("out", ["out.ttl", "out.nq"])
def test_a_file_is_compressed_as_its_name_says(out: str, suffix: str, engine: None, tmp_path: Path) -> None:
    """The same bytes each time."""
    import zstandard

    quads = '<urn:s> <urn:p> "x" .\n'
    contents = {written(quads, tmp_path, out + suffix) for _ in range(2)}
    (content,) = contents
    readers = {
        "": bytes,
        ".gz": gzip.decompress,
        ".zst": zstandard.ZstdDecompressor().decompressobj().decompress,
    }
    undone = readers[suffix](content)
    assert undone == written(quads, tmp_path, out)
    assert (undone == content) == (suffix == "")


def test_an_empty_graph_is_an_empty_file(engine: None, tmp_path: Path) -> None:
    for out in ("out.ttl", "out.trig", "out.nt", "out.nq"):
        assert written("", tmp_path, out) == b""


def test_memory_is_kept_to(engine: None, tmp_path: Path) -> None:
    """What does not fit goes to the disk; where that cannot be, it is said."""
    lines = "".join(f'<urn:s{n}> <urn:p> "{n:0100}" .\n' for n in range(30_000, 0, -1))
    whole = written(lines, tmp_path)
    assert written(lines, tmp_path, memory=amounts.OWN + 75_000_000) == whole
    with pytest.raises(Unwritable, match=r"the graph cannot be written: .*; give it more memory"):
        written(lines, tmp_path, memory=amounts.OWN + 1_000_000)
