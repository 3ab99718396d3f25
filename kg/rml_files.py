"""Files as RML-IO describes them, for sources and targets alike: where they are and how they are stored.

A file is named by a text, by rml:path with rml:root, or in the words of another vocabulary: CSVW, DCAT,
VoID, SPARQL Service Description and Web of Things.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from kg.errors import MappingError, Place, Unsupported
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
    (DCAT + "distribution", DCAT + "downloadURL"),
    (DCAT + "distribution", DCAT + "accessURL"),
    ("http://rdfs.org/ns/void#dataDump",),
    ("http://www.w3.org/ns/sparql-service-description#endpoint",),
    (THING + "hasPropertyAffordance", THING + "hasForm", HYPERMEDIA + "hasTarget"),
    (THING + "hasForm", HYPERMEDIA + "hasTarget"),
)
# What must be said of things that have an address.
NEEDED = {
    RML + "FilePath": "rml:path",
    RML + "RelativePathSource": "rml:path",
    CSVW + "Table": "csvw:url",
    DCAT + "Dataset": "dcat:distribution",
    DCAT + "Distribution": "dcat:downloadURL",
    "http://rdfs.org/ns/void#Dataset": "void:dataDump",
    "http://www.w3.org/ns/sparql-service-description#Service": "sd:endpoint",
    THING + "Thing": "td:hasPropertyAffordance with td:hasForm and hctl:hasTarget",
}


def path(graph: Graph, node: Node, what: str, *, root: Path | None = None) -> str:
    """The path or URL of a source or target, relative to `root`, or as written without.

    `root` is what a file of RML-IO without rml:root is relative to: the working directory.

    Raises MappingError for an empty path, Unsupported for a description that names no file.
    """
    if isinstance(node, Literal):
        return _address(graph, node, what)
    found = _addressed(graph, node, what)
    if found is not None:
        return _near(graph, node, found) or _address(graph, found, what)
    said = graph.one(node, RML + "path", what)
    if said is not None:
        return _rooted(graph, graph.one(node, RML + "root", what), _address(graph, said, what), root)
    if isinstance(node, Iri) and not graph.said_of(node) and "://" in node.value:
        return _address(graph, node, what)
    raise _no_file(graph, node, what)


def _no_file(graph: Graph, node: Node, what: str) -> MappingError:
    kinds = [o.value for o in graph.objects(node, RDF_TYPE)]
    needed = next((NEEDED[kind] for kind in kinds if kind in NEEDED), None)
    if needed:
        return MappingError(f"{what}a source or target without {needed}", place=graph.home_of(node))
    if not graph.said_of(node):
        return MappingError(f"{what}nothing is said of {node}", place=place(graph, node), fix="name a file")
    kind = " and ".join(f"<{kind}>" for kind in kinds) or str(node)
    return Unsupported(f"{what}{kind} is no file, and not read or written yet", place=place(graph, node))


def place(graph: Graph, node: Node) -> Place:
    """Where the address of a source or target is said; where that is described, if it has none."""
    found = None if isinstance(node, Literal) else _addressed(graph, node, "")
    said = [found] if found is not None else graph.objects(node, RML + "path")
    kinds = graph.objects(node, RDF_TYPE)
    return graph.place_of(said[0]) if said else graph.place_of(kinds[0]) if kinds else graph.home_of(node)


def _addressed(graph: Graph, node: Node, what: str) -> Node | None:
    found = (_along(graph, node, properties, what) for properties in ADDRESSES)
    return next((address for address in found if address is not None), None)


def _along(graph: Graph, node: Node, properties: tuple[str, ...], what: str) -> Node | None:
    found: Node | None = node
    for name in properties:
        found = graph.one(found, name, what) if found is not None else None
    return found


def _near(graph: Graph, node: Node, found: Node) -> str:
    """A csvw:url that is a relative IRI is a path, whatever the base IRI is; '' for others."""
    return graph.relative.get(found.at, "") if found in graph.objects(node, CSVW + "url") else ""


def _address(graph: Graph, node: Node, what: str) -> str:
    if not node.value:
        raise MappingError(f"{what}an empty path", place=graph.place_of(node), fix="name a file")
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


def encoding(graph: Graph, nodes: tuple[Node, ...], what: str, *, default: Node | None = None) -> str:
    """The name of the encoding that the first of `nodes` says, in lower case; `default`, else UTF-8.

    Raises MappingError for one that does not exist.
    """
    found = _first(graph, nodes, "encoding", what) or default
    name = (found.value.removeprefix(RML) if found else "utf-8").lower()
    try:
        "".encode(name)  # codecs that are not of text are no encodings
    except LookupError as error:
        place = graph.place_of(found) if found else None
        raise MappingError(f"{what}no encoding {name!r}", place=place, value=name) from error
    return "utf-8" if name == "utf8" else name


def compression(graph: Graph, nodes: tuple[Node, ...], what: str) -> str:
    """The compression that the first of `nodes` says: gzip, zip, tarxz or targz; '' for none.

    Raises MappingError for one that RML-IO does not have.
    """
    found = _first(graph, nodes, "compression", what)
    name = found.value.removeprefix(RML) if found else "none"
    if found and name not in COMPRESSIONS:
        place = graph.place_of(found)
        raise MappingError(f"{what}no compression {name!r}", place=place, value=name, exists=COMPRESSIONS)
    return COMPRESSIONS[name]


def _first(graph: Graph, nodes: tuple[Node, ...], name: str, what: str) -> Node | None:
    found = (graph.one(node, RML + name, what) for node in nodes)
    return next((node for node in found if node is not None), None)
