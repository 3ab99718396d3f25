"""Terms as N-Quads: any text of a cell comes back as it was, through every part that it passes."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import EX, blank, ex, iri, joined, lines, literal, mapping, pom, put, table_text, triples_map

from kg.mapping import (
    XSD,
    Fresh,
    LogicalSource,
    Mapping,
    Reference,
    Template,
    TermMap,
    TermType,
)

pytestmark = pytest.mark.usefixtures("on_each_engine")
# What breaks readers and writers: quotes, escapes, line ends of every kind, NUL, noncharacters, marks that join.
NASTY = "\"'\\\r\n\t\0\x01\x07\x1b\x1f\x7f\x80\x85\xa0\xad\u0301\u200d\u2028\u2029\ufdd0\ufeff\ufffd\uffff%<>{}|^` _,;#@.-~"
CHARACTERS = st.one_of(
    st.characters(exclude_categories=("Cs",)), st.sampled_from(NASTY), st.sampled_from("a1毕𠀀😀")
)
TEXTS = st.lists(st.text(CHARACTERS, min_size=1, max_size=12), min_size=1, max_size=100)
EDGES = [
    plane + low
    for plane in range(0x10000, 0x110000, 0x10000)
    for low in (*range(32), *range(0xFFE0, 0x10000))
]
EVERY = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x10000), *EDGES)]
BLOCKS = ["".join(EVERY[start : start + 64]) for start in range(0, len(EVERY), 64)]

AS_EVERYTHING = mapping(
    triples_map(
        pom(ex("literal"), literal("{text}")),
        pom(ex("template"), literal('"{text}\\{text}\n')),
        pom(ex("iri"), ex("id/{text}/x{text}")),
        pom(ex("label"), blank("{text}")),
        subject=ex("{id}"),
    )
)


def terms_of(given: Mapping, texts: list[str]) -> dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]:
    """The objects that the mapping makes of the texts, in their order, for each predicate."""
    with tempfile.TemporaryDirectory() as name:
        rows = [("id", "text"), *((str(index), text) for index, text in enumerate(texts))]
        lines(given, put(Path(name), t=table_text(rows)))
        quads = list(ox.parse(path=str(Path(name) / "out.nq")))
    made: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
    for quad in sorted(quads, key=lambda quad: int(quad.subject.value.removeprefix(EX))):
        made.setdefault(quad.predicate.value.removeprefix(EX), []).append(quad.object)
    return made


def through_a_store(literals: list[ox.Literal]) -> list[ox.Literal]:
    """Literals as an Oxigraph store gives them back."""
    store = ox.Store()
    nodes = [ox.NamedNode(f"{EX}{index}") for index in range(len(literals))]
    quads = [ox.Quad(node, node, each) for node, each in zip(nodes, literals, strict=True)]
    store.bulk_load("".join(f"{quad} .\n" for quad in quads), format=ox.RdfFormat.N_QUADS)
    return [next(store.quads_for_pattern(node, None, None)).object for node in nodes]


def safe(text: str) -> str:
    """RFC 3987, section 2.2, said once more: what is no iunreserved becomes the %XX of its bytes."""

    def unreserved(char: str) -> bool:
        code = ord(char)
        if code < 0x80:
            return char.isalnum() or char in "-._~"
        if code < 0x10000:
            return 0xA0 <= code <= 0xD7FF or 0xF900 <= code <= 0xFDCF or 0xFDF0 <= code <= 0xFFEF
        return code & 0xFFFF <= 0xFFFD and 0x10000 <= code < 0xF0000 and not 0xE0000 <= code < 0xE1000

    return "".join(c if unreserved(c) else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text)


def unlabelled(label: str) -> str:
    """The text that a label was made from: what can be undone is injective."""
    octets = bytearray()
    rest = label.removeprefix("b")
    while rest:
        if rest[0] != "_":
            octets += rest[0].encode()
            rest = rest[1:]
            continue
        first = int(rest[1:3], 16)
        length = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        octets += bytes.fromhex(rest[1 : 1 + 2 * length])
        rest = rest[1 + 2 * length :]
    return octets.decode()


def holds(texts: list[str]) -> None:
    made = terms_of(AS_EVERYTHING, texts)
    assert [each.value for each in made["literal"]] == texts
    assert [each.value for each in through_a_store(made["literal"])] == texts
    assert [each.value for each in made["template"]] == [f'"{text}\\{text}\n' for text in texts]
    iris = [each.value.removeprefix(EX + "id/") for each in made["iri"]]
    assert iris == [f"{safe(text)}/x{safe(text)}" for text in texts]
    assert [unquote(each.split("/x")[0], errors="strict") for each in iris] == texts
    assert all(re.fullmatch("[A-Za-z0-9_]+", each.value) for each in made["label"])
    assert [unlabelled(each.value) for each in made["label"]] == texts


@settings(max_examples=10, deadline=None)
@given(TEXTS)
def test_any_text_comes_back_from_literals_iris_and_labels(texts: list[str]) -> None:
    holds(texts)


def test_every_character_comes_back_from_literals_iris_and_labels() -> None:
    """All of the basic plane, and both ends of every other."""
    holds(BLOCKS)


def test_a_text_outside_quotes_is_the_same_text(tmp_path: Path) -> None:
    """Blanks at the ends, quotes inside, control characters."""
    cells = [" a ", '5" disk', "a\x01b", "a\x0bb", "\u2028", "'", "\\n"]
    put(tmp_path, t="id,text\n" + "".join(f"{index},{cell}\n" for index, cell in enumerate(cells)))
    lines(mapping(triples_map(pom(ex("p"), literal("{text}")))), tmp_path)
    assert {quad.object.value for quad in ox.parse(path=str(tmp_path / "out.nq"))} == set(cells)


ONE_ROW = 'id,text,lang,type,empty\n1,"a ""b""",zh-CN,https://example.org/T,\n'


@pytest.mark.parametrize(
    ("term_map", "made"),
    [
        (literal("{text}"), r'"a \"b\""'),
        (literal("{text}", language="zh"), r'"a \"b\""@zh'),
        (literal("{text}", language="{lang}"), r'"a \"b\""@zh-cn'),
        (literal("{text}", language="x-{lang}"), r'"a \"b\""@x-zh-cn'),
        (literal("{text}", datatype="{type}"), r'"a \"b\""^^<T>'),
        (literal("{text}", datatype=EX + "{id}"), r'"a \"b\""^^<1>'),
        (literal("{id}", datatype=XSD + "integer"), f'"1"^^<{XSD}integer>'),
        (literal("{text}", datatype=XSD + "string"), r'"a \"b\""'),
        (literal('fixed \\ "\n\r\t'), '"fixed \\\\ \\"\\n\\r\t"'),
        (literal('{id}"{id}'), r'"1\"1"'),
        (literal(""), '""'),
        (iri("{type}"), "<T>"),
        (ex("{id}/{text}"), "<1/a%20%22b%22>"),
        (ex("constant"), "<constant>"),
        (blank("{id}"), "_:b1"),
        (blank("{id}-{text}"), "_:b1_2Da_20_22b_22"),
        (blank("row-7"), "_:brow_2D7"),
        (literal("{empty}"), None),
        (literal("{id}{empty}"), None),
        (literal("{text}", language="{empty}"), None),
        (literal("{text}", datatype="{empty}"), None),
        (ex("{empty}"), None),
        (blank("{id}{empty}"), None),
    ],
)
def test_a_term_map_makes(term_map: TermMap, made: str | None, tmp_path: Path) -> None:
    """One term, spelled as in N-Quads, or none where a cell has no value."""
    put(tmp_path, t=ONE_ROW)
    found = lines(mapping(triples_map(pom(ex("p"), term_map))), tmp_path)
    assert found == ([] if made is None else [f"<t/1> <p> {made}"])


BASE_OF_TYPES = "http://types.example/"
IN_ALL = "a é/毕 ~&"


@pytest.mark.parametrize(
    ("kind", "in_template", "alone"),
    [
        (TermType.IRI, "a%20é%2F毕%20~%26", None),
        (TermType.URI, "a%20%C3%A9%2F%E6%AF%95%20~%26", None),
        (TermType.UNSAFE_IRI, IN_ALL, IN_ALL),
        (TermType.UNSAFE_URI, "a %C3%A9/%E6%AF%95 ~&", "a %C3%A9/%E6%AF%95 ~&"),
    ],
)
def test_kinds_of_iris_encode(kind: TermType, in_template: str, alone: str | None, tmp_path: Path) -> None:
    """Values of a template, text of the mapping's own, and, where the kind is unsafe, values by themselves."""
    put(tmp_path, t=table_text([("id", "text"), ("1", IN_ALL)]))
    fixed = "é" if kind in (TermType.IRI, TermType.UNSAFE_IRI) else "%C3%A9"
    template = TermMap(Template((EX + "é/", Reference("text"))), kind)
    given = mapping(triples_map(pom(ex("p"), template), subject=ex("s")))
    assert lines(given, tmp_path) == [f"<s> <p> <{fixed}/{in_template}>"]
    if alone:
        reference = mapping(
            triples_map(pom(ex("p"), TermMap(Reference("text"), kind)), subject=ex("s")), base=EX
        )
        assert lines(reference, tmp_path) == [f"<s> <p> <{alone}>"]


def test_an_unsafe_iri_ends_no_line(tmp_path: Path) -> None:
    """What would is spelled by its number, which stands for itself; a value with a scheme is absolute."""
    put(tmp_path, t=table_text([("id", "text"), ("1", 'urn:x> <y>\n"\\')]))
    unsafe = TermMap(Template((Reference("text"),)), TermType.UNSAFE_IRI)
    given = mapping(triples_map(pom(ex("p"), unsafe), subject=ex("s")), base=EX)
    assert lines(given, tmp_path) == ["<s> <p> <urn:x\\u003E \\u003Cy\\u003E\\u000A\\u0022\\u005C>"]


def test_nodes_of_no_expression_are_new_for_each_record(tmp_path: Path) -> None:
    """One for each record and term map, the same in all its quads and for those that refer to it."""
    put(tmp_path, t="id\n1\n1\n")
    fresh = TermMap(Fresh(), TermType.BLANK_NODE)
    given = mapping(
        triples_map(pom(ex("p"), literal("{id}"), fresh), pom(ex("q"), fresh), subject=fresh),
        triples_map(
            pom(ex("of"), joined("t"), joined("t", ("{id}", "{id}"))), name="u", subject=blank("f0r1")
        ),
    )
    assert lines(given, tmp_path) == [
        "_:bf0r1 <of> _:f0r1",
        "_:bf0r1 <of> _:f0r2",
        *(
            line
            for r in "12"
            for line in (f'_:f0r{r} <p> "1"', f"_:f0r{r} <p> _:f0p0o1r{r}", f"_:f0r{r} <q> _:f0p1o0r{r}")
        ),
    ]


@pytest.mark.parametrize(
    ("datatype", "made"),
    [
        ("{type}", f'"1"^^<{BASE_OF_TYPES}T>'),
        ("x/{type}", f'"1"^^<{BASE_OF_TYPES}x/T>'),
        (XSD + "{string}", '"1"'),
        ("{no}", None),
    ],
)
def test_datatypes_from_cells(datatype: str, made: str | None, tmp_path: Path) -> None:
    """Relative ones get the base; a plain literal is spelled in one way."""
    put(tmp_path, t="id,type,string,no\n1,T,string,\n")
    given = mapping(
        triples_map(pom(ex("p"), literal("{id}", datatype=datatype)), subject=ex("s")), base=BASE_OF_TYPES
    )
    assert lines(given, tmp_path) == ([f"<s> <p> {made}"] if made else [])


BASE = "http://base.example/dir/"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("x", BASE + "x"),
        ("../x", BASE + "../x"),
        ("#x", BASE + "#x"),
        ("//host/x", BASE + "//host/x"),
        ("毕节", BASE + "毕节"),
        ("http://other.example/x", "http://other.example/x"),
        ("urn:x", "urn:x"),
        ("a+b.c-1:x", "a+b.c-1:x"),
        ("1a:x", BASE + "1a:x"),
    ],
)
def test_a_relative_iri_is_put_after_the_base(given: str, made: str, tmp_path: Path) -> None:
    """Concatenated, not resolved; what has a scheme stays as it is."""
    put(tmp_path, t=table_text([("id", "text"), ("1", given)]))
    reference = mapping(triples_map(pom(ex("p"), iri("{text}"))), base=BASE)
    assert lines(reference, tmp_path) == [f"<t/1> <p> <{made}>"]
    constant = mapping(triples_map(pom(ex("p"), iri(given))), base=BASE)
    assert lines(constant, tmp_path) == [f"<t/1> <p> <{made}>"]


def test_a_template_that_begins_with_a_value_is_relative(tmp_path: Path) -> None:
    """Its value is encoded, the colon too."""
    put(tmp_path, t="id\nurn:x\n")
    only = TermMap(Template((Reference("id"),)))
    given = mapping(triples_map(pom(ex("p"), iri("{id}/y"), only, iri("x/{id}")), subject=ex("s")), base=BASE)
    expected = [BASE + "urn%3Ax/y", BASE + "urn%3Ax", BASE + "x/urn%3Ax"]
    assert lines(given, tmp_path) == [f"<s> <p> <{each}>" for each in expected]


@pytest.mark.parametrize(
    ("nulls", "values"),
    [(("",), {"NA", "na"}), (("NA",), {"", "na"}), (("", "NA"), {"na"}), ((), {"", "NA", "na"})],
)
def test_a_source_says_which_texts_are_no_value(
    nulls: tuple[str, ...], values: set[str], tmp_path: Path
) -> None:
    put(tmp_path, t='id,text\n1,NA\n2,\n3,""\n4,na\n')
    source = LogicalSource("t.csv", nulls=nulls)
    lines(mapping(triples_map(pom(ex("p"), literal("{text}")), source=source)), tmp_path)
    assert {quad.object.value for quad in ox.parse(path=str(tmp_path / "out.nq"))} == values
