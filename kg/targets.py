"""Logical targets: which quads go to which file, and how they are written there (RML-IO, "Logical targets").

A quad goes to every target of the term maps that made it, and to the default output where none of them has
one. The same quads give the same bytes: archives carry no time.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import exports
from kg.errors import MappingError, UnknownFormat, Unwritable
from kg.mapping import LogicalTarget
from kg.rules import Rule

if TYPE_CHECKING:
    import pyoxigraph

# The time of every member of an archive: the first that zip can tell.
EPOCH = (1980, 1, 1, 0, 0, 0)


def of(rule: Rule) -> tuple[LogicalTarget, ...]:
    """The targets of a rule, each once: those of its term maps, not those of its join conditions."""
    made = [rule.subject, rule.predicate, rule.object, rule.graph, rule.parent and rule.parent.subject]
    return tuple(dict.fromkeys(target for each in made if each for target in each.targets))


def destinations(rules: Iterable[Rule]) -> dict[LogicalTarget | None, tuple[Rule, ...]]:
    """The rules of each target; None is the default output, which is there even if it gets none.

    Raises MappingError for two targets that write one file in different ways.
    """
    found: dict[LogicalTarget | None, list[Rule]] = {None: []}
    for rule in rules:
        for target in of(rule) or (None,):
            found.setdefault(target, []).append(rule)
    seen: dict[Path, LogicalTarget] = {}
    for target in filter(None, found):
        other = seen.setdefault(Path(target.path).resolve(), target)
        if other != target:
            raise MappingError(
                f"two targets write {target.path} in different ways",
                place=target.place,
                fix="give each a file of its own",
            )
    return {target: tuple(every) for target, every in found.items()}


def write(quads: Path, target: LogicalTarget, out: Path) -> None:
    """Write a file of sorted N-Quads to `out` as the target says.

    Raises Unwritable where its serialization or its encoding cannot hold them all.
    """
    kind = SERIALIZATIONS[target.serialization]
    try:
        content = quads.read_bytes() if kind is None else exports.spelled(_parsed(quads), {}, kind)
        if target.encoding != "utf-8":
            content = content.decode().encode(target.encoding)
    except UnknownFormat as error:
        found = error.findings[0]
        raise Unwritable(f"{target.path}: {found.message}", place=target.place, fix=found.fix) from error
    except UnicodeEncodeError as error:
        culprit = error.object[error.start]
        raise Unwritable(
            f"{target.path}: {target.encoding} has no {culprit!r}", place=target.place, fix="write UTF-8"
        ) from error
    out.write_bytes(COMPRESSIONS[target.compression](content, Path(target.path)))


def _parsed(quads: Path) -> Iterable[pyoxigraph.Quad]:
    """The quads of what was just written; a mapping may ask for IRIs that are none (`rml:UnsafeIRI`)."""
    import pyoxigraph

    return pyoxigraph.parse(path=str(quads), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)


def _rdf_json(quads: list[pyoxigraph.Quad], prefixes: exports.Prefixes) -> bytes:
    """RDF 1.1 JSON Alternate Serialization, section 3."""
    told: dict[str, dict[str, list[dict[str, str]]]] = {}
    for quad in quads:
        objects = told.setdefault(_key(quad.subject), {}).setdefault(quad.predicate.value, [])
        objects.append(_value(quad.object))
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _key(node: Any) -> str:
    import pyoxigraph

    return f"_:{node.value}" if isinstance(node, pyoxigraph.BlankNode) else str(node.value)


def _value(term: Any) -> dict[str, str]:
    import pyoxigraph

    if not isinstance(term, pyoxigraph.Literal):
        kind = "bnode" if isinstance(term, pyoxigraph.BlankNode) else "uri"
        return {"type": kind, "value": _key(term)}
    more = {"lang": term.language} if term.language else {"datatype": term.datatype.value}
    return {"type": "literal", "value": term.value, **more}


def _zip(content: bytes, path: Path) -> bytes:
    with io.BytesIO() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(path.stem, EPOCH), content, zipfile.ZIP_DEFLATED)
        return made.getvalue()


def _tar(content: bytes, path: Path) -> bytes:
    member = tarfile.TarInfo(path.name.removesuffix(path.suffix).removesuffix(".tar"))
    member.size = len(content)
    with io.BytesIO() as made:
        with tarfile.open(fileobj=made, mode="w") as archive:
            archive.addfile(member, io.BytesIO(content))
        return made.getvalue()


# None: as the run writes it. Turtle is N3 too.
SERIALIZATIONS: dict[str, exports.Format | None] = {
    "N-Quads": None,
    "N-Triples": exports.SUFFIXES[".nt"],
    "Turtle": exports.SUFFIXES[".ttl"],
    "TriG": exports.SUFFIXES[".trig"],
    "N3": exports.SUFFIXES[".ttl"],
    "JSON-LD": exports.SUFFIXES[".jsonld"],
    "RDF_XML": exports.SUFFIXES[".rdf"],
    "RDF_JSON": exports.Format("rdf-json", ".rj", _rdf_json),
}
COMPRESSIONS: dict[str, Callable[[bytes, Path], bytes]] = {
    "": lambda content, _: content,
    "gzip": lambda content, _: gzip.compress(content, mtime=0),
    "zip": _zip,
    "targz": lambda content, path: gzip.compress(_tar(content, path), mtime=0),
    "tarxz": lambda content, path: lzma.compress(_tar(content, path)),
}
