"""Files as RML-IO describes them, for sources and targets alike: where they are and how they are stored.

A file is named by a text, by rml:path with rml:root, or in the words of another vocabulary: CSVW, DCAT,
VoID, SPARQL Service Description and Web of Things.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from kg.errors import MappingError, Unsupported
from kg.mapping import RDF_TYPE
from kg.rml_graph import RELATIVE, Graph, Iri, Literal, Node
from kg.rml_vocabulary import RML

CSVW = "http://www.w3.org/ns/csvw#"
DCAT = "http://www.w3.org/ns/dcat#"
THING = "https://www.w3.org/2019/wot/td#"
HYPERMEDIA = "https://www.w3.org/2019/wot/hypermedia#"
MAPPING_DIRECTORY = Iri(RML + "MappingDirectory")
WORKING_DIRECTORY = Iri(RML + "CurrentWorkingDirectory")
COMPRESSIONS = {"none": "", **{name: name for name in ("gzip", "zip", "tarxz", "targz")}}
# Where other vocabularies say the address of a file, as paths of properties.
ADDRESSES = (
    (CSVW + "url",),
    (DCAT + "downloadURL",),
    (DCAT + "accessURL",),
    ("http://rdfs.org/ns/void#dataDump",),
    ("http://www.w3.org/ns/sparql-service-description#endpoint",),
    (THING + "hasPropertyAffordance", THING + "hasForm", HYPERMEDIA + "hasTarget"),
)


def path(graph: Graph, node: Node, what: str, *, root: Path | None = None) -> str:
    """The path or URL of a source or target, relative to `root`, or as written without.

    `root` is what a file of RML-IO without rml:root is relative to: the working directory.

    Raises MappingError for an empty path, Unsupported for a description that names no file.
    """
    if isinstance(node, Literal):
        return _address(graph, node, what)
    for properties in ADDRESSES:
        found = _along(graph, node, properties, what)
        if found is not None:
            return _address(graph, found, what)
    said = graph.one(node, RML + "path", what)
    if said is not None:
        return _rooted(graph, graph.one(node, RML + "root", what), _address(graph, said, what), root)
    if isinstance(node, Iri) and not graph.predicates(node) and "://" in node.value:
        return _address(graph, node, what)
    kind = " and ".join(str(o) for o in graph.objects(node, RDF_TYPE)) or str(node)
    raise Unsupported(f"{what}{kind} is no file, and not read or written yet", place=graph.place)


def _along(graph: Graph, node: Node, properties: tuple[str, ...], what: str) -> Node | None:
    found: Node | None = node
    for name in properties:
        found = graph.one(found, name, what) if found is not None else None
    return found


def _address(graph: Graph, node: Node, what: str) -> str:
    if not node.value:
        raise MappingError(f"{what}an empty path", place=graph.place, fix="name a file")
    if node.value.startswith("file:"):
        return unquote(urlsplit(node.value).path)
    return node.value.removeprefix(RELATIVE)


def _rooted(graph: Graph, root: Node | None, said: str, default: Path | None) -> str:
    """RML-IO, "Source": a path is relative to the working directory, to the mapping's or to another."""
    if "://" in said:
        return said
    if root == MAPPING_DIRECTORY:
        return said if default else (graph.path.absolute().parent / said).as_posix()
    folder = default or Path()
    if root is not None and root != WORKING_DIRECTORY:
        folder = Path.cwd() / root.value
    return (folder / said).as_posix()


def encoding(graph: Graph, nodes: tuple[Node, ...], what: str, *, default: str = "") -> str:
    """The name of the encoding that the first of `nodes` says, in lower case; `default`, else UTF-8.

    Raises MappingError for one that does not exist.
    """
    found = _first(graph, nodes, "encoding", what)
    name = (found.value.removeprefix(RML) if found else default or "utf-8").lower()
    try:
        "".encode(name)  # codecs that are not of text are no encodings
    except LookupError as error:
        raise MappingError(f"{what}no encoding {name!r}", place=graph.place, value=name) from error
    return "utf-8" if name == "utf8" else name


def compression(graph: Graph, nodes: tuple[Node, ...], what: str) -> str:
    """The compression that the first of `nodes` says: gzip, zip, tarxz or targz; '' for none.

    Raises MappingError for one that RML-IO does not have.
    """
    found = _first(graph, nodes, "compression", what)
    name = found.value.removeprefix(RML) if found else "none"
    if name not in COMPRESSIONS:
        raise MappingError(
            f"{what}no compression {name!r}", place=graph.place, value=name, exists=COMPRESSIONS
        )
    return COMPRESSIONS[name]


def _first(graph: Graph, nodes: tuple[Node, ...], name: str, what: str) -> Node | None:
    found = (graph.one(node, RML + name, what) for node in nodes)
    return next((node for node in found if node is not None), None)
