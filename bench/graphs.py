"""Projects to measure with, and pages of the same graphs made with pyvis alone.

Each command is a process of its own, so that its time and memory are those of one step:

    python bench/graphs.py project FOLDER NODES     a built project of so many nodes
    python bench/graphs.py triples FOLDER TRIPLES   a built project of so many triples
    python bench/graphs.py places FOLDER OUT        where its nodes may stand, as JSON
    python bench/graphs.py pyvis FOLDER OUT [JSON]  the page that pyvis makes of it; still, with such places
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
GRAPH = Path("build", "current", "graph.nq")
MAPPING = "mappings: {}\n"  # never run: the quads come from here


def project(folder: str, nodes: str) -> None:
    """A folder that `kg view` takes for a built project."""
    import large

    _built(Path(folder), large.quads(int(nodes)))


def triples(folder: str, count: str) -> None:
    """The same with the first so many triples of a graph that has more."""
    import large

    _built(Path(folder), islice(large.quads(int(count) // 4), int(count)))


def _built(folder: Path, quads: Iterable[object]) -> None:
    import pyoxigraph
    import sample

    from kg import __version__, store

    (folder / "data").mkdir(parents=True)
    (folder / "data" / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    with store.staging(folder / "build") as staged:
        files = {staged / store.GRAPH: quads, staged / store.ONTOLOGY: sample.ontology()}
        for file, content in files.items():
            pyoxigraph.serialize(content, file, pyoxigraph.RdfFormat.N_QUADS)
        store.load(staged)
        counts = [sum(1 for _ in file.open("rb")) for file in files]
        manifest = store.Manifest(*counts, {}, store.hashes(files, staged), {}, __version__)
        store.publish(staged, folder / "build", manifest)


def places(folder: str, out: str) -> None:
    """Places from the layout of kg, for a peer that is to do none."""
    import pyoxigraph
    import sample

    from kg.network import network, positions

    quads = pyoxigraph.parse(path=str(Path(folder) / GRAPH), format=pyoxigraph.RdfFormat.N_QUADS)
    found = positions(network(quads, sample.ontology()))
    Path(out).write_text(json.dumps({key: tuple(at) for key, at in found.items()}), encoding="utf-8")


def pyvis(folder: str, out: str, still: str = "") -> None:
    """What its documentation shows: add_node, add_edge, one file with the library in it."""
    import pyoxigraph
    from pyvis.network import Network

    at = json.loads(Path(still).read_text(encoding="utf-8")) if still else {}
    quads = list(pyoxigraph.parse(path=str(Path(folder) / GRAPH), format=pyoxigraph.RdfFormat.N_QUADS))
    kinds = {quad.subject.value: quad.object.value for quad in quads if quad.predicate.value == TYPE}
    names = {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate.value == LABEL and quad.object.language == "zh"
    }
    net = Network(height="100vh", directed=True, cdn_resources="in_line")
    if still:
        net.toggle_physics(False)
    for key, kind in kinds.items():
        x, y = at.get(key, (None, None))
        where = {"x": x, "y": y, "physics": False} if x is not None else {}
        net.add_node(key, label=names.get(key, key), group=kind, title=kind, **where)
    for quad in quads:
        ends = quad.subject.value, quad.object.value
        if kinds.keys() >= set(ends) and quad.predicate.value != TYPE:
            net.add_edge(*ends, label=quad.predicate.value.rpartition("#")[2])
    Path(out).write_text(net.generate_html(), encoding="utf-8")  # write_html fails in some locales


COMMANDS = {"project": project, "triples": triples, "places": places, "pyvis": pyvis}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
