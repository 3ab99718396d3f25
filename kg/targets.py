"""Logical targets: which quads go to which file, and how they are written there (RML-IO, "Logical targets").

A quad goes to every target of the term maps that made it, and to the default output where none of them has
one. The same quads give the same bytes: archives carry no time.
"""

from __future__ import annotations

import json
import lzma
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg import blocks, exports
from kg.errors import UnknownFormat, Unwritable
from kg.mapping import LogicalTarget

if TYPE_CHECKING:
    import pyoxigraph

# The time of every member of an archive: the first that zip can tell.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(quads: Path, target: LogicalTarget, out: Path, *, memory: int = 0) -> None:
    """Write a file of sorted N-Quads to `out`, which may be the same, as the target says.

    It is done in so many bytes of `memory`, if any are given. Raises Unwritable where the target's
    serialization or its encoding cannot hold them all.
    """
    kind = SERIALIZATIONS[target.serialization]
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        made, encoded = Path(folder) / "made", Path(folder) / "encoded"
        try:
            if kind is None:
                shutil.copyfile(quads, made)
            else:
                exports.export([quads], {}, made, kind, ordered=True, memory=memory)
            if target.encoding != "utf-8":
                _encode(made, encoded, target.encoding)
                made = encoded
        except UnknownFormat as error:
            found = error.findings[0]
            raise Unwritable(f"{target.path}: {found.message}", place=target.place, fix=found.fix) from error
        except UnicodeEncodeError as error:
            culprit = error.object[error.start]
            raise Unwritable(
                f"{target.path}: {target.encoding} has no {culprit!r}", place=target.place, fix="write UTF-8"
            ) from error
        COMPRESSIONS[target.compression](made, out, Path(target.path))


def _encode(source: Path, out: Path, encoding: str) -> None:
    with (
        source.open(encoding="utf-8", newline="") as content,
        out.open("w", encoding=encoding, newline="") as file,
    ):
        shutil.copyfileobj(content, file)


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


def _gzip(source: Path, out: Path, path: Path) -> None:
    blocks.copied(source, out, ".gz")


def _zip(source: Path, out: Path, path: Path) -> None:
    member = zipfile.ZipInfo(path.stem, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    with (
        source.open("rb") as content,
        zipfile.ZipFile(out, "w") as archive,
        archive.open(member, "w", force_zip64=True) as file,
    ):
        shutil.copyfileobj(content, file)


def _tar(source: Path, file: IO[bytes], path: Path) -> None:
    member = tarfile.TarInfo(path.name.removesuffix(path.suffix).removesuffix(".tar"))
    member.size = source.stat().st_size
    with source.open("rb") as content, tarfile.open(fileobj=file, mode="w|") as archive:
        archive.addfile(member, content)


def _tar_gz(source: Path, out: Path, path: Path) -> None:
    with blocks.opened(out, ".gz") as file:
        _tar(source, file, path)


def _tar_xz(source: Path, out: Path, path: Path) -> None:
    with lzma.open(out, "wb") as file:
        _tar(source, file, path)


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
COMPRESSIONS: dict[str, Callable[[Path, Path, Path], object]] = {
    "": lambda source, out, _: shutil.copyfile(source, out),
    "gzip": _gzip,
    "zip": _zip,
    "targz": _tar_gz,
    "tarxz": _tar_xz,
}
