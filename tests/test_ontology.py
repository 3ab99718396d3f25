"""The ontology keeps its rules: the checks of ontology/checks, its use by mapping and tables, its meaning.

What a check must be able to find is seeded from `ontology_faults`.
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ontology_faults import FAULTS, PREFIXES
from ontology_files import (
    DISJOINT,
    ID,
    KG,
    ONTOLOGY,
    ROOT,
    SAMPLE,
    C,
    add,
    clashes,
    local,
    read,
    sample,
    terms,
)
from pyoxigraph import RdfFormat, Store
from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.collection import Collection

DATA = ROOT / "data"
CHECKS = sorted((ONTOLOGY / "checks").glob("*.rq"))
SEEDED = [
    pytest.param(name, fault, id=f"{name}-{n}")
    for name, faults in FAULTS.items()
    for n, fault in enumerate(faults)
]


def store(*, fault: str = "") -> Store:
    result = Store()
    for name in ("kg", "concepts", "alignments"):
        result.load(path=ONTOLOGY / f"{name}.ttl", format=RdfFormat.TURTLE)
    result.load((PREFIXES + fault).encode(), format=RdfFormat.TURTLE)
    return result


# ---- checks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_check_finds_nothing(check: Path) -> None:
    rows = [str(row) for row in store().query(check.read_text(encoding="utf-8"))]
    assert rows == [], check.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(("name", "fault"), SEEDED)
def test_check_finds_a_seeded_fault(name: str, fault: str) -> None:
    query = (ONTOLOGY / "checks" / f"{name}.rq").read_text(encoding="utf-8")
    assert any(store(fault=fault).query(query))


def test_every_check_says_what_must_hold_and_has_a_seeded_fault() -> None:
    assert {path.stem for path in CHECKS} == set(FAULTS)
    for path in CHECKS:
        assert re.match(r"# [A-Z].*\S$", path.read_text(encoding="utf-8").splitlines()[0]), path.name


def test_classes_are_disjoint_where_meant() -> None:
    groups = [set(map(local, Collection(terms(), members))) for members in terms().objects(None, OWL.members)]
    groups += [{local(one), local(other)} for one, other in terms().subject_objects(OWL.disjointWith)]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, DISJOINT))


def test_the_core_imports_nothing() -> None:
    assert not list(read("kg", "concepts", "alignments", "shapes").objects(None, OWL.imports))


# ---- use -------------------------------------------------------------------------------------------------


@functools.cache
def mapping() -> dict[str, Any]:
    if not (DATA / "mapping.yml").is_file():
        pytest.skip("there is no data/mapping.yml")
    loaded: dict[str, Any] = yaml.safe_load((DATA / "mapping.yml").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def objects_used() -> set[tuple[str, str]]:
    """Every prefix and name that the mapping uses, with templates filled in from the tables."""
    used = set()
    for triples_map in mapping()["mappings"].values():
        templates = {part for po in triples_map["po"] for part in map(str, po)}
        for (source,) in triples_map["sources"]:
            with (DATA / source.removesuffix("~csv")).open(encoding="utf-8", newline="") as table:
                rows = list(csv.DictReader(table))
            for template in templates:
                match = re.fullmatch(r"(kg|c):(?:(\w+)|\$\((\w+)\))(~iri)?", template)
                if match:
                    prefix, name, column = match.group(1, 2, 3)
                    used |= (
                        {(prefix, name)} if name else {(prefix, row[column]) for row in rows if row[column]}
                    )
    return used


def test_mapping_and_tables_use_declared_terms_only() -> None:
    unknown = {
        f"{p}:{n}" for p, n in objects_used() if ({"kg": KG, "c": C}[p][n], RDF.type, None) not in terms()
    }
    assert unknown == set()


def test_every_class_is_used_by_a_mapping_a_table_or_a_shape() -> None:
    shapes = read("shapes")
    used = {KG[name] for prefix, name in objects_used() if prefix == "kg"} | set(shapes.objects())
    ancestors = {above for term in used for above in terms().transitive_objects(term, RDFS.subClassOf)}
    own = {term for term in terms().subjects(RDF.type, OWL.Class) if term.startswith(KG)}
    assert own - ancestors == set()


def test_every_property_is_used_by_the_mapping_or_stands_above_one_that_is() -> None:
    used = {KG[name] for prefix, name in objects_used() if prefix == "kg"}
    above = {wide for term in used for wide in terms().transitive_objects(term, RDFS.subPropertyOf)}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    own = {term for kind in kinds for term in terms().subjects(RDF.type, kind) if term.startswith(KG)}
    assert own - above == set()


# ---- meaning ---------------------------------------------------------------------------------------------


def test_ontology_and_sample_are_consistent() -> None:
    graph = terms() + sample()
    assert clashes(graph) == []
    assert (URIRef(f"{ID}event/repair"), KG.triggeredBy, URIRef(f"{ID}event/snow")) in graph
    assert (URIRef(f"{ID}place/village"), KG.within, URIRef(f"{ID}place/country")) in graph


@pytest.mark.parametrize(
    "fault",
    [
        "<person/chair> kg:operatesIn <place/town> .",
        "<event/snow> kg:performedBy <organisation/team> .",
        "<organisation/operator> kg:subOrganisationOf <organisation/operator> .",
        "<event/snow> kg:triggeredBy <event/request> .",
        "<place/zone> kg:divisionCode '522390' .",
    ],
)
def test_a_contradiction_is_found(fault: str) -> None:
    assert clashes(add(read("kg").parse(SAMPLE), fault))
