"""The repository's mapping means to another RML processor what it means to kg."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.graph import Graph

pytestmark = pytest.mark.oracle
CONFIGURATION = """\
[CONFIGURATION]
output_file: {out}
output_format: N-TRIPLES
logging_level: WARNING

[graph]
mappings: {mapping}
"""


@pytest.fixture(scope="module")
def oracle(root: Path) -> Path:
    """The interpreter of the environment that has Morph-KGC."""
    python = Path(os.environ.get("KG_ORACLE", root / ".cache" / "morph-kgc" / "bin" / "python"))
    if not python.is_file():
        pytest.skip("Morph-KGC is not installed: make test does it")
    return python


@pytest.fixture(scope="module", params=["YARRRML", "legacy RML"])
def theirs(
    request: pytest.FixtureRequest, oracle: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> ox.Dataset:
    """The graph that Morph-KGC makes of data/mapping.yml, as it is and translated."""
    folder = tmp_path_factory.mktemp("oracle")
    mapping = root / "data" / "mapping.yml"
    if request.param != "YARRRML":
        text = kg.translate(mapping, to="legacy")
        mapping = folder / "mapping.ttl"
        mapping.write_text(text, encoding="utf-8")
    return run(oracle, mapping, root / "data", folder)


def run(oracle: Path, mapping: Path, cwd: Path, folder: Path) -> ox.Dataset:
    """What Morph-KGC makes of a mapping whose tables are in `cwd`."""
    out, configuration = folder / "theirs.nt", folder / "config.ini"
    configuration.write_text(CONFIGURATION.format(out=out, mapping=mapping), encoding="utf-8")
    command = [str(oracle), "-W", "ignore", "-m", "morph_kgc", str(configuration)]
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=300)
    return dataset(out)


def dataset(path: Path) -> ox.Dataset:
    """The statements of a file, with language tags in the lower case of their value space."""
    quads = ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
    return ox.Dataset(quads)


def test_morph_kgc_builds_the_same_graph(theirs: ox.Dataset, repository: Graph) -> None:
    """Isomorphic, from either language: the mapping uses nothing in which Morph-KGC breaks the specification (see below)."""
    ours = dataset(repository.build.graph)
    for each in (ours, theirs):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(ours) > 2000
    assert ours == theirs, sorted({str(q) for q in ours} ^ {str(q) for q in theirs})[:10]


def test_known_differences(oracle: Path, tmp_path: Path) -> None:
    """Where Morph-KGC breaks the specification on other data, and kg does not: named one by one."""
    (tmp_path / "t.csv").write_text("id,n\n织金 1,007\n", encoding="utf-8")
    (tmp_path / "mapping.yml").write_text(
        "prefixes: {ex: 'http://example.org/', xsd: 'http://www.w3.org/2001/XMLSchema#'}\n"
        "mappings:\n  t:\n    sources: [['t.csv~csv']]\n    s: ex:$(id)\n"
        "    po: [[ex:n, $(n), xsd:integer]]\n",
        encoding="utf-8",
    )
    kg.map(tmp_path / "mapping.yml", tmp_path / "ours.nq")
    (theirs,) = run(oracle, tmp_path / "mapping.yml", tmp_path, tmp_path)
    (ours,) = dataset(tmp_path / "ours.nq")
    # RML-Core, IRI-safe: characters of RFC 3987's iunreserved stay, and Chinese is among them.
    assert ours.subject.value == "http://example.org/织金%201"
    assert theirs.subject.value == "http://example.org/%E7%BB%87%E9%87%91%201"
    # RML-Core, datatypes: a datatype given in the mapping leaves the text of the value as it is.
    assert (ours.object.value, theirs.object.value) == ("007", "7")
