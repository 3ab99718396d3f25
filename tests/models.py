"""Mappings written briefly, and what they make of tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from pathlib import Path

import pyoxigraph as ox

from kg.graph import Graph
from kg.mapping import (
    RDF_TYPE,
    Constant,
    Expression,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.runs import look_at, materialise

EX = "https://example.org/"
SOURCE = LogicalSource("t.csv")


def expression(text: str) -> Expression:
    """`{name}` is a reference, text with references in it a template, any other text a constant."""
    if re.fullmatch(r"\{[^{}]+\}", text):
        return Reference(text[1:-1])
    parts = [part for part in re.split(r"(\{[^{}]+\})", text) if part]
    if len(parts) > 1:
        return Template(tuple(Reference(part[1:-1]) if part[0] == "{" else part for part in parts))
    return Constant(text)


def iri(text: str) -> TermMap:
    return TermMap(expression(text))


def ex(text: str) -> TermMap:
    return iri(EX + text)


def blank(text: str) -> TermMap:
    return TermMap(expression(text), TermType.BLANK_NODE)


def literal(text: str, *, datatype: str | None = None, language: str | None = None) -> TermMap:
    return TermMap(
        expression(text),
        TermType.LITERAL,
        language=None if language is None else expression(language),
        datatype=None if datatype is None else expression(datatype),
    )


def pom(
    predicate: TermMap, *objects: TermMap | ReferencingObjectMap, graphs: Iterable[TermMap] = ()
) -> PredicateObjectMap:
    return PredicateObjectMap((predicate,), objects, tuple(graphs))


def a(name: str) -> PredicateObjectMap:
    """The subject gets a class."""
    return pom(iri(RDF_TYPE), ex(name))


def joined(parent: str, *conditions: tuple[str, str]) -> ReferencingObjectMap:
    return ReferencingObjectMap(parent, tuple(Join(expression(c), expression(p)) for c, p in conditions))


def triples_map(
    *poms: PredicateObjectMap,
    subject: TermMap | None = None,
    source: LogicalSource = SOURCE,
    name: str = "t",
    graphs: Iterable[TermMap] = (),
) -> TriplesMap:
    return TriplesMap(name, source, subject or ex("t/{id}"), poms, tuple(graphs))


def mapping(*triples_maps: TriplesMap, base: str = "") -> Mapping:
    return Mapping(triples_maps, base=base)


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV with every cell quoted, so that any text comes through."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


def put(folder: Path, **tables: str | bytes) -> Path:
    """Writes tables, given by name without suffix."""
    for name, content in tables.items():
        (folder / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def lines(given: Mapping, folder: Path) -> list[str]:
    """The lines of N-Quads that a mapping makes of the tables in `folder`, without prefix EX and final dot."""
    out = folder / "out.nq"
    materialise(given, look_at(given, folder), {None: out})
    made = out.read_bytes().decode().split("\n")
    return [line.removesuffix(" .").replace(EX, "") for line in made[:-1]]


TEXTS = (
    "毕节",
    'say "x", y',
    "a\r\nb\nc",
    "tab\t|\\ pipe",
    "<b>&amp;",
    "u\u2028v\x85w\x0bz\x1c",
    " ",
    "'",
    "😀",
)
PROJECT = {
    "data/mapping.yml": """\
prefixes:
  ex: https://example.org/
  place: https://example.org/place/
  rdfs: http://www.w3.org/2000/01/rdf-schema#
  xsd: http://www.w3.org/2001/XMLSchema#
  unused: https://example.org/unused/
mappings:
  places:
    sources: [[places.csv~csv]]
    s: place:$(id)
    po:
      - [a, ex:Place]
      - [rdfs:label, $(zh), zh~lang]
      - [rdfs:label, $(en), en~lang]
      - [ex:in, place:$(parent)~iri]
      - [ex:area, $(area), xsd:decimal]
  texts:
    sources: [[texts.csv~csv]]
    s: ex:text/$(id)
    po:
      - [ex:text, $(text)]
""",
    "data/places.csv": "id,zh,en,parent,area\nguizhou,贵州省,Guizhou,,176167.00\n"
    "bijie,毕节市,Bijie,guizhou,26853.5\njinsha,金沙县,Jinsha,bijie,2528\n",
    "data/texts.csv": table_text([("id", "text"), *((str(n), text) for n, text in enumerate(TEXTS))]),
    "ontology/o.ttl": """\
@prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix void: <http://rdfs.org/ns/void#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
ex:Place a owl:Class ; rdfs:label "地点"@zh, "place"@en . ex:in a owl:ObjectProperty ; rdfs:label "位于"@zh .
<https://example.org/set> a void:Dataset ; dcterms:title "地点图"@zh, "Places"@en .
""",
    "queries/places.rq": "# title: All places\n# zh: 有哪些地点?\n# en: Which places are there?\n"
    "SELECT ?place ?name WHERE {\n  ?place a ex:Place ; rdfs:label ?name FILTER(LANG(?name) = 'zh')\n"
    "} ORDER BY ?place\n",
    "queries/places.csv": "place,name\nhttps://example.org/place/bijie,毕节市\n"
    "https://example.org/place/guizhou,贵州省\nhttps://example.org/place/jinsha,金沙县\n",
    "queries/within.rq": "# title: Within a place\n# param whole = place:guizhou\n"
    "SELECT ?part WHERE { ?part ex:in ?whole }\n",
    "queries/within.csv": "part\nhttps://example.org/place/bijie\n",
}
"""A whole project, with texts that are hard to write."""


def write(folder: Path, files: Map[str, str | bytes | None]) -> Path:
    """Files given by path, as text or bytes; None leaves one out."""
    for name, content in files.items():
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def values(graph: Graph, query: str, params: Map[str, str] | None = None) -> list[tuple[str | None, ...]]:
    """The rows of a query, each value as its text."""
    solutions = graph.query(query, params)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(value.value if value else None for value in solution) for solution in solutions]  # type: ignore[union-attr]
