"""RML's logical targets: where quads are written, and how (RML-IO, "Logical target vocabulary")."""

from __future__ import annotations

from kg import rml_files
from kg.errors import MappingError, Unsupported
from kg.mapping import LogicalTarget
from kg.rml_graph import Graph, Literal, Node
from kg.rml_vocabulary import FORMATS, RML

SERIALIZATIONS = ("N-Quads", "N-Triples", "Turtle", "TriG", "N3", "JSON-LD", "RDF_XML", "RDF_JSON")


def logical_target(graph: Graph, node: Node, what: str) -> LogicalTarget:
    """The logical target of a node; its path is relative to the working directory unless it has a root.

    Raises MappingError for a target without rml:target and for a serialization, encoding or compression that
    does not exist; Unsupported for a target that is no file.
    """
    target = node if isinstance(node, Literal) else graph.one(node, RML + "target", what)
    if target is None:
        raise MappingError(
            f"{what}the logical target {graph.named(node)} has no rml:target",
            place=graph.home_of(node),
            value=graph.named(node),
            fix='add rml:target [ a rml:FilePath; rml:path "dump.nq" ]',
        )
    path = rml_files.path(graph, target, what)
    if "://" in path:
        raise Unsupported(
            f"{what}the target {path} is no file: only files are written",
            place=rml_files.place(graph, target),
            value=path,
        )
    return LogicalTarget(
        path,
        _serialization(graph, (node, target), what),
        rml_files.encoding(graph, (target, node), what),
        rml_files.compression(graph, (target, node), what),
        place=graph.home_of(node),
    )


def _serialization(graph: Graph, nodes: tuple[Node, Node], what: str) -> str:
    said = [graph.one(node, RML + "serialization", what) for node in nodes]
    found = next((node for node in said if node is not None), None)
    if found is None:
        return SERIALIZATIONS[0]
    name = found.value.removeprefix(FORMATS)
    if name not in SERIALIZATIONS:
        place = graph.place_of(found)
        raise MappingError(f"{what}no serialization {found}", place=place, value=name, exists=SERIALIZATIONS)
    return name
