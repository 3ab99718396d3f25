"""The Turtle that the panel offers: the triples of a node, none more, none less, each as the graph has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import REPAIR, ZHIJIN, browsing, hostile, told
from sample import ID, KG, XSD, iri, quad

from kg.network import network, subgraph
from kg.page import render
from kg.vocabulary import INFERRED

PREFIXES = {
    "kg": KG, "id": ID, "place": f"{ID}place/", "rdfs": sample.RDFS, "xsd": XSD, "": "urn:own:",
    "idle": "https://idle.example/", "a.b": f"{ID}repair/",
}  # fmt: skip
TEXTS = (
    'a "quoted" \\ text',
    "two\nlines\r\n\tand a tab",
    "\u0001\u007f\u0085\u2028\ufeff",
    "😀 中文 é",
    '""" # @en ^^ <x> .',
    "",
    "{{ 7*7 }}</script>",
)
NUMBERS = {
    "integer": ("5", "+5", "-05", " 5", "five"),
    "decimal": ("5.50", "5", ".5", "5.", "-0.0"),
    "double": ("1E3", "1.0e-3", "INF", "1.5", ".5e1", "1"),
    "boolean": ("true", "false", "1", "TRUE"),
    "dateTime": ("2020-01-25T20:00:00+08:00",),
    "string": ("x",),
    "anyURI": ("https://a.example/",),
    "date": ("2020-01-25",),
}
IRIS = (
    "https://a.example/",
    "urn:own:",
    "urn:own:1a",
    "urn:own:a-b",
    "urn:own:-a",
    "urn:own:a.b",
    "urn:own:a/b",
    "urn:own:a:b",
    "urn:own:织金",
    "urn:own:a%20b",
    "urn:own:a(b)'c~",
    "mailto:a@b.example",
    f"{KG}x?y=1",
)


def odd() -> list[ox.Quad]:
    """A node with everything that is hard to write."""
    node, blank = f"{ID}odd", ox.BlankNode("b1")
    quads = [
        quad(node, "note", ox.Literal(text, language=lang))
        for text in TEXTS
        for lang in ("en", "zh-hans", None)
    ]
    quads += [
        quad(node, "count", ox.Literal(n, datatype=iri(XSD + kind)))
        for kind, ns in NUMBERS.items()
        for n in ns
    ]
    quads += [quad(node, "link", other) for other in IRIS] + [
        quad(other, "link", node) for other in IRIS[::2]
    ]
    quads += [
        quad(node, name, ox.Literal("odd"))
        for name in (sample.RDFS + "label", sample.SKOS + "prefLabel", "name")
    ]
    quads += [
        quad(node, sample.SKOS + "prefLabel", ox.Literal("怪", language="zh")),
        quad(node, "self", node),
    ]
    quads += [quad(node, sample.RDF + "type", kind) for kind in ("Place", "System", sample.OWL + "Thing")]
    quads += [
        quad(node, "blank", blank),
        ox.Quad(blank, iri("note"), ox.Literal("blank")),
        ox.Quad(blank, iri("link"), blank),
    ]
    quads += [quad(node, "wave", ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL))]
    quads += [
        ox.Quad(iri(node), iri("told"), ox.Triple(iri(node), iri("link"), ox.Literal('"', language="en")))
    ]
    quads += [quad(node, "statedIn", f"{ID}passage/p1"), quad(f"{ID}passage/p2", "statedIn", node)]
    quads += [
        quad(f"{ID}unnamed", "link", node),
        quad(f"{ID}unnamed", sample.RDFS + "label", ox.Literal("unnamed")),
    ]
    quads += [quad(f"{ID}dated", sample.RDFS + "label", ox.Literal("2020", datatype=iri(XSD + "gYear")))]
    quads += [quad(f"{ID}dated", "link", node)]
    return quads


def own(data: Iterable[ox.Quad], keys: set[str]) -> set[ox.Triple]:
    """The triples of these nodes."""
    key = {ox.NamedNode: lambda term: term.value, ox.BlankNode: str}
    return {each.triple for each in data if key[type(each.subject)](each.subject) in keys}


def parsed(texts: Iterable[str]) -> set[ox.Triple]:
    return {each.triple for text in texts for each in ox.parse(text, ox.RdfFormat.TURTLE)}


def every(page: Any) -> list[str]:
    """The Turtle of all nodes, which is well-formed."""
    texts: list[str] = page.evaluate("kgPage.visible.map(kgPage.turtle)")
    return texts


@browsing
@pytest.mark.parametrize("case", ["sample", "hostile", "odd", "part"])
@pytest.mark.parametrize("prefixes", [PREFIXES, None], ids=["prefixes", "no prefixes"])
def test_turtle_is_the_triples_of_each_node(
    case: str, prefixes: dict[str, str] | None, open_page: Callable[..., Any]
) -> None:
    """Also of a part of a graph: links that leave it are told."""
    data, words = hostile() if case == "hostile" else (sample.data(), sample.ontology())
    data += odd() if case == "odd" else []
    graph = network(data, words)
    if case == "part":
        graph = subgraph(graph, REPAIR, 0)
    page = open_page(render(graph, title="x", prefixes=prefixes))
    wanted = own(data, set(graph))
    assert len(wanted) > (3 if case == "part" else 900)
    assert parsed(every(page)) == wanted


@browsing
def test_turtle_of_this_repository(repository: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(repository.page().html)
    assert parsed(every(page)) == own(repository.quads(), set(repository.network()))


@browsing
def test_turtle_reads_well(sample_graph: Any, open_page: Callable[..., Any]) -> None:
    """Only the prefixes that are used, the class first, then the labels; what is exactly a number is one."""
    page = open_page(render(sample_graph, title="x", prefixes=PREFIXES))
    assert page.evaluate(f"kgPage.turtle('{ZHIJIN}')") == (
        f"@prefix kg: <{KG}> .\n@prefix place: <{ID}place/> .\n@prefix rdfs: <{sample.RDFS}> .\n\n"
        "place:zhijin\n    a kg:Place ;\n"
        '    rdfs:label "Zhijin County"@en ,\n        "织金县"@zh ;\n'
        '    kg:code "520500" ;\n    kg:containedIn place:guizhou ;\n'
        "    kg:latitude 26.000 ;\n    kg:longitude 106.000 .\n"
    )


@browsing
def test_inferred_triples_are_marked_wherever_they_are_told(open_page: Callable[..., Any]) -> None:
    """What is stated as well is not inferred."""
    follows = {"graph_name": iri(INFERRED)}
    data = sample.data()
    repair, region = iri(REPAIR), f"{ID}place/guizhou"
    facts = [("tookPlaceIn", iri(region)), ("count", ox.Literal(7)), (sample.RDF + "type", iri("Event"))]
    inferred = [ox.Quad(repair, iri(name), value, **follows) for name, value in facts]
    both = [ox.Quad(repair, iri("tookPlaceIn"), iri(ZHIJIN), **follows)]
    for order in (data + inferred + both, [*inferred, *both, *data]):
        graph = network(order, sample.ontology())
        assert [(s, o) for s, o, told in graph.edges(data="inferred") if told] == [(REPAIR, region)]
    page = open_page(render(graph, title="x", prefixes=PREFIXES, lang="en"), fragment=f"#{REPAIR}")
    assert page.locator("#detail .facts tr:has(.badge) th").all_inner_texts() == ["count"]
    assert page.locator("#detail .near a:has(.badge)").inner_text().startswith("Guizhou")
    assert page.locator("#detail .badge").count() == 2
    stated, _, following = page.evaluate(f"kgPage.turtle('{REPAIR}')").partition("# inferred, not stated\n")
    assert "kg:Event" not in stated
    assert "kg:Event" in following
    assert "kg:count 7" in following
    assert "place:guizhou" in following
    assert "place:zhijin" in stated


@browsing
def test_iri_short_name_and_turtle_are_copied(repository: Any, open_page: Callable[..., Any]) -> None:
    """Each by its own button, which the keyboard reaches, and the copy is announced."""
    page = open_page(
        repository.page().html,
        fragment="#" + next(iter(repository.network())),
        permissions=["clipboard-read", "clipboard-write"],
    )
    key = told(page, "selected")
    short = page.locator("#detail .iri").nth(1).inner_text()
    space, _, rest = short.partition(":")
    assert repository.prefixes[space] + rest == key
    page.click("#detail summary")
    for name, text in (("IRI", key), ("短名称", short), ("Turtle", page.evaluate(f"kgPage.turtle({key!r})"))):
        button = page.get_by_role("button", name=f"复制 · {name}")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("name => live.textContent === `已复制：${name}`", arg=name)
        assert page.evaluate("navigator.clipboard.readText()") == text
        assert button.evaluate("each => each === document.activeElement")
    assert page.inner_text("#detail pre") == text
