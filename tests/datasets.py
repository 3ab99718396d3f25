"""Files of RDF as sets of quads that are equal when the graphs are: blank nodes by RDFC-1.0."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.N3,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdfxml": ox.RdfFormat.RDF_XML,
    ".rdf": ox.RdfFormat.RDF_XML,
}
BASE = "http://example.com/base/"


def dataset(file: Path) -> frozenset[ox.Quad]:
    """The quads of a file, packed or not, in any encoding of Unicode; of no file, none."""
    if not file.exists():
        return frozenset()
    content, name = unpacked(file)
    text = content.decode(encoding(content))
    suffix = Path(name).suffix
    if not text.strip():
        return frozenset()
    if suffix == ".rdfjson":
        return canonical(_rdf_json(text))
    return canonical(ox.parse(text.encode(), FORMATS[suffix], base_iri=BASE, lenient=True))


def canonical(quads: Iterable[ox.Quad]) -> frozenset[ox.Quad]:
    """The quads with the names that RDFC-1.0 gives to blank nodes."""
    made = ox.Dataset(quads)
    made.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(made)


def encoding(content: bytes) -> str:
    """Its encoding, by a byte order mark or by where the zeros are."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be" if content[:1] == b"\0" else "utf-8-sig"


def unpacked(file: Path) -> tuple[bytes, str]:
    """The content of a file, and its name without the suffixes of what packed it."""
    content, name = file.read_bytes(), file.name
    while unpack := UNPACK.get(Path(name).suffix):
        content, name = unpack(content), Path(name).stem
    return content, name


def _from_tar(content: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        (member,) = archive.getmembers()
        found = archive.extractfile(member)
        assert found is not None
        return found.read()


def _from_zip(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        return archive.read(name)


UNPACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".xz": lzma.decompress,
    ".bz2": bz2.decompress,
    ".tar": _from_tar,
    ".zip": _from_zip,
}


def _rdf_json(text: str) -> Iterator[ox.Quad]:
    """RDF/JSON (W3C note); a suite writes numbers where the note says strings."""
    for subject, properties in json.loads(text).items():
        for predicate, objects in properties.items():
            for each in objects:
                yield ox.Quad(_node(subject), ox.NamedNode(predicate), _object(each))


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _object(said: dict[str, object]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    value = said["value"] if isinstance(said["value"], str) else json.dumps(said["value"])
    if said["type"] != "literal":
        return _node(value)
    datatype = ox.NamedNode(str(said["datatype"])) if said.get("datatype") else None
    return ox.Literal(value, language=said.get("lang") or None, datatype=datatype)
