"""RML's logical sources: files named by a text, by RML-IO or by CSVW."""

from __future__ import annotations

from pathlib import Path

from kg.errors import MappingError, Unsupported
from kg.mapping import RDF_TYPE, LogicalSource
from kg.rml_graph import Graph, Iri, Literal, Node
from kg.rml_vocabulary import RML

CSVW = "http://www.w3.org/ns/csvw#"
MAPPING_DIRECTORY = Iri(RML + "MappingDirectory")
WORKING_DIRECTORY = Iri(RML + "CurrentWorkingDirectory")
UTF_8 = ("utf-8", "utf8")
# What a CSVW dialect may say because it says what holds anyway.
DIALECT_DEFAULTS = {"encoding": UTF_8, "header": ("true", "1"), "quoteChar": ('"',)}


def logical_source(graph: Graph, node: Node, what: str) -> LogicalSource:
    """The logical source of a node. Raises MappingError and, for what is no file, Unsupported."""
    source = graph.one(node, RML + "source", what)
    if source is None:
        raise MappingError(f"{what}the logical source has no rml:source", place=graph.place)
    iterator = graph.one(node, RML + "iterator", what)
    return LogicalSource(
        path=_path(graph, source, what),
        formulation=_formulation(graph, node, what),
        iterator=iterator.value if iterator else None,
        delimiter=_delimiter(graph, source, what),
        nulls=_nulls(graph, node, source),
        place=graph.place,
    )


def _formulation(graph: Graph, node: Node, what: str) -> str:
    found = graph.one(node, RML + "referenceFormulation", what)
    if found is None:
        raise MappingError(
            f"{what}the logical source has no rml:referenceFormulation",
            place=graph.place,
            fix="add rml:referenceFormulation rml:CSV",
        )
    if not found.value.startswith(RML):
        raise Unsupported(f"{what}the reference formulation {found} is not run yet", place=graph.place)
    return found.value.removeprefix(RML).lower()


def _path(graph: Graph, source: Node, what: str) -> str:
    if isinstance(source, Literal):
        return _local(graph, source, what)
    url, path = graph.one(source, CSVW + "url", what), graph.one(source, RML + "path", what)
    if url is not None:
        return _local(graph, url, what)
    if path is None:
        kind = " and ".join(str(o) for o in graph.objects(source, RDF_TYPE)) or str(source)
        raise Unsupported(f"{what}the source {kind} is not run yet", place=graph.place)
    _only_utf_8(graph, source, what)
    root = graph.one(source, RML + "root", what)
    return _rooted(root, _local(graph, path, what))


def _local(graph: Graph, node: Node, what: str) -> str:
    if "://" in node.value or not node.value:
        fault = "is not on this machine" if node.value else "is empty"
        raise Unsupported(f"{what}the source {node} {fault}", place=graph.place, value=node.value)
    return node.value


def _rooted(root: Node | None, path: str) -> str:
    """RML-IO, "Relative path source": without a root, paths are relative to the working directory."""
    if root == MAPPING_DIRECTORY:
        return path
    folder = Path.cwd() if root in (None, WORKING_DIRECTORY) or root is None else Path.cwd() / root.value
    return (folder / path).as_posix()


def _only_utf_8(graph: Graph, source: Node, what: str) -> None:
    encoding = graph.one(source, RML + "encoding", what)
    if encoding and encoding.value.removeprefix(RML).lower() not in UTF_8:
        raise Unsupported(f"{what}the encoding {encoding} is not run yet", place=graph.place)


def _delimiter(graph: Graph, source: Node, what: str) -> str:
    dialect = graph.one(source, CSVW + "dialect", what)
    if dialect is None:
        return ","
    for predicate in graph.predicates(dialect):
        name = predicate.removeprefix(CSVW)
        value = graph.objects(dialect, predicate)[0].value
        if (
            predicate != RDF_TYPE
            and name != "delimiter"
            and value.lower() not in DIALECT_DEFAULTS.get(name, ())
        ):
            raise Unsupported(f"{what}csvw:{name} {value!r} is not run yet", place=graph.place, value=name)
    delimiter = graph.one(dialect, CSVW + "delimiter", what)
    if delimiter is not None and len(delimiter.value) != 1:
        raise MappingError(f"{what}the delimiter {delimiter} is not one character", place=graph.place)
    return delimiter.value if delimiter else ","


def _nulls(graph: Graph, node: Node, source: Node) -> tuple[str, ...]:
    said = [*graph.objects(node, RML + "null"), *graph.objects(source, RML + "null")]
    return tuple(sorted({o.value for o in [*said, *graph.objects(source, CSVW + "null")]}))
