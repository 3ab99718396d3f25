"""The graph as a file, in the format that the file's suffix names: the same bytes for the same graph.

Everything is made from the quads of the build's file, sorted: subjects in order and, in each, the class and
the labels before the other properties. The store is not asked: it rewrites literals.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UnknownFormat
from kg.mapping import RDF_TYPE

if TYPE_CHECKING:
    import pyoxigraph

Prefixes = dict[str, str]


@dataclass(frozen=True)
class Format:
    """One way to write a graph: its name, its file suffix, whether it can hold named graphs."""

    name: str
    suffix: str
    write: Callable[[list[pyoxigraph.Quad], Prefixes], bytes]
    named_graphs: bool = False
    xml: bool = False


def by_suffix(out: Path) -> Format:
    """The format that the suffix of `out` names; a .gz after it compresses.

    >>> by_suffix(Path("graph.ttl.gz")).name
    'turtle'

    Raises UnknownFormat, with the suffixes that exist.
    """
    suffix = Path(out.name.removesuffix(".gz")).suffix.lower()
    if suffix not in SUFFIXES:
        what = f"{suffix!r} is no suffix of a format" if suffix else f"{out.name} has no suffix"
        raise UnknownFormat(what, exists=SUFFIXES)
    return SUFFIXES[suffix]


def write(quads: Iterable[pyoxigraph.Quad], prefixes: Prefixes, out: Path, shown: Path) -> None:
    """Write `quads`, in any order, to the file `out`, in the format and compression of the name `shown`.

    Raises what :func:`spelled` raises.
    """
    content = spelled(quads, prefixes, by_suffix(shown))
    if shown.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    out.write_bytes(content)


def rewrite(made: Path, prefixes: Prefixes, shown: Path) -> None:
    """Write a file of sorted N-Quads anew, in the format and compression of the name `shown`.

    It stays as it is where that has no suffix of a format. Raises what :func:`spelled` raises.
    """
    import pyoxigraph

    suffix = Path(shown.name.removesuffix(".gz")).suffix
    if suffix == ".nq" and shown.suffix == ".gz":
        made.write_bytes(gzip.compress(made.read_bytes(), mtime=0))
    elif suffix != ".nq" and suffix in SUFFIXES:
        quads = pyoxigraph.parse(path=str(made), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
        write(list(quads), prefixes, made, shown)


def spelled(quads: Iterable[pyoxigraph.Quad], prefixes: Prefixes, kind: Format) -> bytes:
    """`quads`, in any order, in one format: the same bytes for the same quads.

    Raises UnknownFormat where the format cannot hold them all, such as named graphs: nothing is left out.
    """
    import pyoxigraph

    every = ordered(quads)
    if not kind.named_graphs and any(quad.graph_name != pyoxigraph.DefaultGraph() for quad in every):
        raise UnknownFormat(
            f"{kind.suffix} cannot hold the named graphs of this graph",
            exists=[suffix for suffix, each in SUFFIXES.items() if each.named_graphs],
        )
    if kind.xml and (culprit := next(filter(_beyond_xml, every), None)):
        raise UnknownFormat(
            f"{kind.suffix} is XML, which cannot hold the control character in {culprit.predicate.value} "
            f"of {culprit.subject}",
            fix="write .ttl, or mend the text",
        )
    if kind.name == "rdf-xml" and (culprit := next(filter(_nameless, every), None)):
        raise UnknownFormat(
            f"{kind.suffix} cannot name {culprit.predicate.value} or {culprit.object}", fix="write .ttl"
        )
    content = kind.write(every, prefixes)
    if kind.xml:  # a reader of XML would take a bare CR for a line feed
        content = content.replace(b"\r", b"&#xD;")
    return content


def _nameless(quad: pyoxigraph.Quad) -> bool:
    """Whether RDF/XML has no name for the property, or for the class: one must end in a name of XML."""
    named = [quad.predicate, *([quad.object] if quad.predicate.value == RDF_TYPE else [])]
    return any(not XML_NAME.search(getattr(each, "value", "")) for each in named)


def _beyond_xml(quad: pyoxigraph.Quad) -> bool:
    return bool(NOT_IN_XML.search(getattr(quad.object, "value", "")))


def turtle(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    """Turtle with a blank line between subjects and only the prefixes that are in use."""
    import pyoxigraph

    return _pretty(_serialized(quads, pyoxigraph.RdfFormat.TURTLE, prefixes))


def _trig(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    import pyoxigraph

    return _pretty(_serialized(quads, pyoxigraph.RdfFormat.TRIG, prefixes))


def _n_triples(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    return "".join(f"{quad.triple} .\n" for quad in quads).encode()


def _n_quads(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    return "".join(f"{quad} .\n" for quad in quads).encode()


def _json_ld(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    import pyoxigraph

    return _serialized(quads, pyoxigraph.RdfFormat.JSON_LD, prefixes) + b"\n"


def _rdf_xml(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    import pyoxigraph

    return _serialized(quads, pyoxigraph.RdfFormat.RDF_XML, prefixes)


def _graphml(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    """A network of every node and link (networkx); literals and classes are attributes of their node.

    An attribute is called as its property, with the language after it; several values are lines of one text.
    """
    import networkx
    import pyoxigraph

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    attributes: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        subject, predicate = node_name(quad.subject), short(quad.predicate.value, prefixes)
        of_subject = attributes.setdefault(subject, {})
        if isinstance(quad.object, pyoxigraph.Literal):
            name = predicate + (f"@{quad.object.language}" if quad.object.language else "")
            of_subject.setdefault(name, []).append(quad.object.value)
        elif quad.predicate.value == RDF_TYPE:
            of_subject.setdefault("class", []).append(short(node_name(quad.object), prefixes))
        else:
            graph.add_edge(subject, node_name(quad.object), predicate=predicate)
    for node in sorted({*graph, *attributes}):
        values = {name: "\n".join(each) for name, each in sorted(attributes.get(node, {}).items())}
        graph.add_node(node, **values)
    out = io.BytesIO()
    networkx.write_graphml(graph, out)
    return out.getvalue()


def node_name(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Triple) -> str:
    """The IRI of a node, or _: and the label of a blank node."""
    import pyoxigraph

    return term.value if isinstance(term, pyoxigraph.NamedNode) else str(term)


def short(iri: str, prefixes: Prefixes) -> str:
    """The IRI as a prefixed name, by the longest namespace that fits; else in brackets.

    >>> short("https://kg.example/id/place/jinsha", {"place": "https://kg.example/id/place/"})
    'place:jinsha'
    """
    fitting = [(namespace, name) for name, namespace in prefixes.items() if iri.startswith(namespace)]
    namespace, name = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
    local = iri.removeprefix(namespace)
    return f"{name}:{local}" if fitting and "/" not in local and "#" not in local else f"<{iri}>"


FIRST = (RDF_TYPE, "http://www.w3.org/2000/01/rdf-schema#label")


def ordered(quads: Iterable[pyoxigraph.Quad]) -> list[pyoxigraph.Quad]:
    """The quads by subject and, in each, the class and the labels before the other properties."""
    return sorted(quads, key=_order)


def _order(quad: pyoxigraph.Quad) -> tuple[str, str, int, str, str]:
    predicate = quad.predicate.value
    rank = FIRST.index(predicate) if predicate in FIRST else len(FIRST)
    return str(quad.graph_name), str(quad.subject), rank, predicate, str(quad.object)


FORMATS = (
    Format("turtle", ".ttl", turtle),
    Format("n-triples", ".nt", _n_triples),
    Format("n-quads", ".nq", _n_quads, named_graphs=True),
    Format("trig", ".trig", _trig, named_graphs=True),
    Format("json-ld", ".jsonld", _json_ld, named_graphs=True),
    Format("rdf-xml", ".rdf", _rdf_xml, xml=True),
    Format("graphml", ".graphml", _graphml, named_graphs=True, xml=True),
)
SUFFIXES = {each.suffix: each for each in FORMATS}

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XML_NAME = re.compile(r"[^\W\d][\w.-]*$")
PREFIX_LINE = re.compile(r"@prefix ([^:]*): <[^>]*> \.\n")
NOT_A_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
BEFORE_COLON = re.compile(r"([\w.-]*):")


def _serialized(quads: list[pyoxigraph.Quad], kind: pyoxigraph.RdfFormat, prefixes: Prefixes) -> bytes:
    import pyoxigraph

    statements = quads if kind.supports_datasets else [quad.triple for quad in quads]
    content = pyoxigraph.serialize(statements, format=kind, prefixes=prefixes)
    assert content is not None
    return content


def _pretty(content: bytes) -> bytes:
    """Unused prefixes left out, a blank line before each subject, four blanks for a tab.

    Line feeds and tabs of a literal are escaped in Turtle's short strings, so lines are statements.
    """
    lines = [f"{line}\n" for line in content.decode().split("\n")[:-1]]
    head = [line for line in lines if PREFIX_LINE.fullmatch(line)]
    body = lines[len(head) :]
    used = {name for line in body for name in BEFORE_COLON.findall(NOT_A_NAME.sub("", line))}
    kept = [line for line in head if line.split()[1].removesuffix(":") in used]
    spaced = [line.replace("\t", "    ") if line[0] in "\t }" else "\n" + line for line in body]
    return "".join(sorted(kept) + spaced).encode()
