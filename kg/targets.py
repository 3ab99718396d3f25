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

from kg.errors import MappingError, Unwritable
from kg.mapping import LogicalTarget, Rule

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

    Raises Unwritable for quads in named graphs where the serialization has none.
    """
    content = SERIALIZATIONS[target.serialization](quads, target)
    if target.encoding.lower() not in ("utf-8", "utf8"):
        content = content.decode().encode(target.encoding)
    out.write_bytes(COMPRESSIONS[target.compression](content, Path(target.path)))


def _as_it_is(quads: Path, target: LogicalTarget) -> bytes:
    return quads.read_bytes()


def _triples(quads: Path, target: LogicalTarget) -> list[pyoxigraph.Triple]:
    import pyoxigraph

    found = list(pyoxigraph.parse(path=str(quads), format=pyoxigraph.RdfFormat.N_QUADS))
    named = next((quad for quad in found if quad.graph_name != pyoxigraph.DefaultGraph()), None)
    if named:
        raise Unwritable(
            f"{target.path}: {target.serialization} has no named graphs, and quads are in {named.graph_name}",
            fix="write N-Quads, TriG or JSON-LD",
        )
    return [quad.triple for quad in found]


def _by(name: str) -> Callable[[Path, LogicalTarget], bytes]:
    def written(quads: Path, target: LogicalTarget) -> bytes:
        import pyoxigraph

        kind: pyoxigraph.RdfFormat = getattr(pyoxigraph.RdfFormat, name)
        given: Iterable[Any] = _triples(quads, target)
        if kind.supports_datasets:
            given = pyoxigraph.parse(path=str(quads), format=pyoxigraph.RdfFormat.N_QUADS)
        return pyoxigraph.serialize(given, format=kind) or b""

    return written


def _rdf_json(quads: Path, target: LogicalTarget) -> bytes:
    """RDF 1.1 JSON Alternate Serialization, section 3."""
    told: dict[str, dict[str, list[dict[str, str]]]] = {}
    for triple in _triples(quads, target):
        objects = told.setdefault(_key(triple.subject), {}).setdefault(triple.predicate.value, [])
        objects.append(_value(triple.object))
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


SERIALIZATIONS: dict[str, Callable[[Path, LogicalTarget], bytes]] = {
    "N-Quads": _as_it_is,
    "N-Triples": _by("N_TRIPLES"),
    "Turtle": _by("TURTLE"),
    "TriG": _by("TRIG"),
    "N3": _by("N3"),
    "JSON-LD": _by("JSON_LD"),
    "RDF_XML": _by("RDF_XML"),
    "RDF_JSON": _rdf_json,
}
COMPRESSIONS: dict[str, Callable[[bytes, Path], bytes]] = {
    "": lambda content, _: content,
    "gzip": lambda content, _: gzip.compress(content, mtime=0),
    "zip": _zip,
    "targz": lambda content, path: gzip.compress(_tar(content, path), mtime=0),
    "tarxz": lambda content, path: lzma.compress(_tar(content, path)),
}
