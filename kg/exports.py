"""The graph as a file, in the format that the file's suffix names: the same bytes for the same graph.

Everything is made from files of quads, such as that of the build: the store is not asked, as it rewrites
literals. N-Triples and N-Quads are its lines, sorted. In the other formats subjects are in order and, in
each, the class and the labels before the other properties. Lines, Turtle and TriG are written in bounded
memory, by :mod:`kg.blocks`; small graphs by the library from a list of quads, to the same bytes, and so are
the other formats of any. (In them objects with tabs or control characters may come in another order.)
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kg import blocks, turtle, unsafe_iris
from kg.errors import UnknownFormat
from kg.mapping import RDF_TYPE

if TYPE_CHECKING:
    import pyoxigraph

Prefixes = dict[str, str]
SMALL = 4_000_000  # bytes of quads that the library writes before an engine has started


@dataclass(frozen=True)
class Format:
    """One way to write a graph: its name, its file suffix, whether it can hold named graphs.

    `lines` is for formats that are the lines of the quads themselves, `text` for those that are made of them
    block after block.
    """

    name: str
    suffix: str
    write: Callable[[list[pyoxigraph.Quad], Prefixes], bytes]
    named_graphs: bool = False
    xml: bool = False
    lines: bool = False
    text: bool = False


def by_suffix(out: Path) -> Format:
    """The format that the suffix of `out` names; a .gz or .zst after it compresses.

    >>> by_suffix(Path("graph.ttl.gz")).name
    'turtle'

    Raises UnknownFormat, with the suffixes that exist.
    """
    suffix = _uncompressed(out).suffix.lower()
    if suffix not in SUFFIXES:
        what = f"{suffix!r} is no suffix of a format" if suffix else f"{out.name} has no suffix"
        raise UnknownFormat(what, exists=SUFFIXES)
    return SUFFIXES[suffix]


def _uncompressed(out: Path) -> Path:
    return Path(out.stem) if out.suffix in blocks.COMPRESSIONS else Path(out.name)


def write(
    quads: Iterable[pyoxigraph.Quad], prefixes: Prefixes, out: Path, shown: Path, *, memory: int = 0
) -> None:
    """Write `quads`, in any order, to the file `out`, in the format and compression of the name `shown`.

    Raises what :func:`export` raises.
    """
    import pyoxigraph

    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        spool = Path(folder) / "quads.nq"
        pyoxigraph.serialize(quads, output=str(spool), format=pyoxigraph.RdfFormat.N_QUADS)
        export([spool], prefixes, out, by_suffix(shown), compression=shown.suffix, memory=memory)


def rewrite(made: Path, prefixes: Prefixes, shown: Path, *, memory: int = 0) -> None:
    """Write a file of sorted N-Quads anew, in the format and compression of the name `shown`.

    It stays as it is where that has no suffix of a format. Raises what :func:`export` raises.
    """
    if _uncompressed(shown).suffix.lower() in SUFFIXES:
        kind = by_suffix(shown)
        export([made], prefixes, made, kind, ordered=True, compression=shown.suffix, memory=memory)


def export(
    sources: Sequence[Path],
    prefixes: Prefixes,
    out: Path,
    kind: Format,
    *,
    ordered: bool = False,
    compression: str = "",
    memory: int = 0,
) -> None:
    """Write files of N-Quads as one graph: the same bytes for the same quads. `out` may be one of them.

    `ordered` is for one file of which each line is there once, sorted. It is done in so many bytes of
    `memory`, if any are given, and on the disk. Raises UnknownFormat where the format cannot hold all quads,
    such as named graphs, and `out` is then as it was; SyntaxError for what is no N-Quads; Unwritable.
    """
    small = sum(source.stat().st_size for source in sources) <= SMALL
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        try:
            made, head = _made(sources, prefixes, kind, Path(folder), ordered, small, memory)
        except blocks.NamedGraphs:
            raise _no_named_graphs(kind) from None
        except blocks.OtherLayout:  # somebody else's lines, or quoted triples, which the library knows
            plain = [Path(folder) / f"plain-{number}" for number in range(len(sources))]
            for source, copy in zip(sources, plain, strict=True):
                blocks.normalised(source, copy)
            try:
                made, head = _made(plain, prefixes, kind, Path(folder), False, small, memory)
            except blocks.NamedGraphs:
                raise _no_named_graphs(kind) from None
            except blocks.OtherLayout:
                made, head = _by_library(plain, prefixes, kind, Path(folder))
        blocks.copied(made, out, compression, head.encode())


def _made(
    sources: Sequence[Path],
    prefixes: Prefixes,
    kind: Format,
    folder: Path,
    ordered: bool,
    small: bool,
    memory: int,
) -> tuple[Path, str]:
    """A file in `folder` with what is to be written, and what goes before it."""
    if (small and not kind.lines) or not (kind.lines or kind.text):
        return _by_library(sources, prefixes, kind, folder)
    made, sorted_lines = folder / "made", folder / "sorted"
    if kind.lines and (small or ordered):
        if not ordered:
            every = {line for source in sources for line in source.read_bytes().split(b"\n") if line}
            sorted_lines.write_bytes(b"".join(line + b"\n" for line in sorted(every)))
        blocks.triples(sources[0] if ordered else sorted_lines, made, named_graphs=kind.named_graphs)
        return made, ""
    with blocks.started(memory) as connection:
        source = sources[0] if ordered else sorted_lines
        if not ordered:
            blocks.in_order(connection, sources, sorted_lines)
        if kind.lines:
            blocks.triples(source, made, named_graphs=kind.named_graphs)
            return made, ""
        try:
            return made, blocks.text(connection, source, prefixes, made)
        except blocks.OtherLayout:
            if not blocks.has_graphs(connection, source):
                raise
        if not kind.named_graphs:
            raise blocks.NamedGraphs(source.name)
        blocks.in_order(connection, [source], together := folder / "together", graphs=True)
        return made, blocks.text(connection, together, prefixes, made, graphs=True)


def _by_library(sources: Sequence[Path], prefixes: Prefixes, kind: Format, folder: Path) -> tuple[Path, str]:
    import pyoxigraph

    n_quads = pyoxigraph.RdfFormat.N_QUADS
    parsed = (pyoxigraph.parse(path=str(each), format=n_quads, lenient=True) for each in sources)
    made = folder / "made"
    made.write_bytes(spelled(set(chain.from_iterable(parsed)), prefixes, kind))
    return made, ""


def _no_named_graphs(kind: Format) -> UnknownFormat:
    return UnknownFormat(
        f"{kind.suffix} cannot hold the named graphs of this graph",
        exists=[suffix for suffix, each in SUFFIXES.items() if each.named_graphs],
    )


def spelled(quads: Iterable[pyoxigraph.Quad], prefixes: Prefixes, kind: Format) -> bytes:
    """`quads`, in any order, in one format: the same bytes for the same quads.

    Raises UnknownFormat where the format cannot hold them all, such as named graphs: nothing is left out.
    """
    import pyoxigraph

    every = ordered(quads)
    if not kind.named_graphs and any(quad.graph_name != pyoxigraph.DefaultGraph() for quad in every):
        raise _no_named_graphs(kind)
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


def _turtle(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    """Turtle with a blank line between subjects and only the prefixes that are in use."""
    import pyoxigraph

    every, revealed = unsafe_iris.disguised(quads)
    return revealed(_pretty(_serialized(every, pyoxigraph.RdfFormat.TURTLE, prefixes)))


def _trig(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    import pyoxigraph

    every, revealed = unsafe_iris.disguised(quads)
    return revealed(_pretty(_serialized(every, pyoxigraph.RdfFormat.TRIG, prefixes)))


def _n_triples(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    every, revealed = unsafe_iris.disguised(quads)
    return revealed("".join(f"{quad.triple} .\n" for quad in every).encode())


def _n_quads(quads: list[pyoxigraph.Quad], prefixes: Prefixes) -> bytes:
    every, revealed = unsafe_iris.disguised(quads)
    return revealed("".join(f"{quad} .\n" for quad in every).encode())


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


def ordered(quads: Iterable[pyoxigraph.Quad]) -> list[pyoxigraph.Quad]:
    """The quads by subject and, in each, the class and the labels before the other properties."""
    return sorted(quads, key=_order)


def _order(quad: pyoxigraph.Quad) -> tuple[str, str, int, str, str]:
    predicate = quad.predicate.value
    rank = turtle.FIRST.index(predicate) if predicate in turtle.FIRST else len(turtle.FIRST)
    return str(quad.graph_name), str(quad.subject), rank, predicate, str(quad.object)


FORMATS = (
    Format("turtle", ".ttl", _turtle, text=True),
    Format("n-triples", ".nt", _n_triples, lines=True),
    Format("n-quads", ".nq", _n_quads, named_graphs=True, lines=True),
    Format("trig", ".trig", _trig, named_graphs=True, text=True),
    Format("json-ld", ".jsonld", _json_ld, named_graphs=True),
    Format("rdf-xml", ".rdf", _rdf_xml, xml=True),
    Format("graphml", ".graphml", _graphml, named_graphs=True, xml=True),
)
SUFFIXES = {each.suffix: each for each in FORMATS}
REWRITTEN = {*SUFFIXES, *blocks.COMPRESSIONS} - {".nq"}
"""Last suffixes of files that a run cannot write as it goes."""

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BACKSLASH = "\\"
XML_NAME = re.compile(r"[^\W\d][\w.-]*$")
PREFIX_LINE = re.compile(r"@prefix ([^:]*): <([^>]*)> \.\n")
ENDS_IN_DOT = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|(?<![^\s^])([\w-]*):([^\s"<]*\\\.)(?=\s)')
NOT_A_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
OF_NAME = re.compile(r"(?:^|(?<=\s)|(?<=\^\^))([\w.-]*):")


def _serialized(quads: Sequence[pyoxigraph.Quad], kind: pyoxigraph.RdfFormat, prefixes: Prefixes) -> bytes:
    import pyoxigraph

    statements = quads if kind.supports_datasets else [quad.triple for quad in quads]
    content = pyoxigraph.serialize(statements, format=kind, prefixes=turtle.usable(prefixes))
    assert content is not None
    return content


def _in_full(prefixes: Prefixes, found: re.Match[str]) -> str:
    """The IRI of a name that ends with an escaped dot; anything else as it is."""
    if found[2] is None:
        return found[0]
    return f"<{prefixes[found[1]]}{found[2].replace(BACKSLASH, '')}>"


def _pretty(content: bytes) -> bytes:
    """Unused prefixes left out, a blank line before each subject, four blanks for a tab.

    Line feeds and tabs of a literal are escaped in Turtle's short strings, so lines are statements.
    """
    lines = [f"{line}\n" for line in content.decode().split("\n")[:-1]]
    head = [line for line in lines if PREFIX_LINE.fullmatch(line)]
    prefixes = {found[1]: found[2] for found in map(PREFIX_LINE.fullmatch, head) if found}
    body = [ENDS_IN_DOT.sub(partial(_in_full, prefixes), line) for line in lines[len(head) :]]
    used = {name for line in body for name in OF_NAME.findall(NOT_A_NAME.sub("", line))}
    kept = [line for line in head if line.split()[1].removesuffix(":") in used]
    spaced = [line.replace("\t", "    ") if line[0] in "\t }" else "\n" + line for line in body]
    return "".join(sorted(kept) + spaced).encode()
