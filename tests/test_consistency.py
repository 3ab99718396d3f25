"""What a mapping must agree with: the columns of its tables, the terms of the ontology, itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from models import EX, a, ex, joined, literal, mapping, pom, put, triples_map

import kg
from kg import runs
from kg.errors import MappingError, Place, UnknownColumn, UnknownTerm
from kg.mapping import XSD


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (triples_map(a("T"), subject=ex("{nmae}")), "nmae"),
        (triples_map(pom(ex("p"), literal("{id}{nmae}"))), "nmae"),
        (triples_map(pom(ex("{nmae}"), literal("{id}"))), "nmae"),
        (triples_map(pom(ex("p"), literal("{id}"), graphs=[ex("{nmae}")])), "nmae"),
        (triples_map(pom(ex("p"), literal("{id}", language="{nmae}"))), "nmae"),
        (triples_map(pom(ex("p"), literal("{id}", datatype="{nmae}"))), "nmae"),
        (triples_map(pom(ex("p"), joined("t", ("{nmae}", "{id}")))), "nmae"),
        (triples_map(pom(ex("p"), joined("t", ("{id}", "{nmae}")))), "nmae"),
        (triples_map(pom(ex("p"), literal("{Name}"))), "Name"),
    ],
)
def test_a_column_that_is_not_there_is_named_with_the_nearest(
    given: object, column: str, tmp_path: Path
) -> None:
    """Wherever a mapping may refer to one; case counts."""
    put(tmp_path, t="id,name\n1,a\n")
    with pytest.raises(UnknownColumn) as caught:
        runs.look_at(mapping(given), tmp_path)  # type: ignore[arg-type]
    (finding,) = caught.value.findings
    assert str(finding) == f"error[unknown-column]: t: t.csv has no column '{column}'; did you mean 'name'?"


@pytest.mark.parametrize("text", ["abc", "1\n", ""])
def test_a_typed_text_of_the_mapping_itself_is_told_by_its_place(text: str, tmp_path: Path) -> None:
    put(tmp_path, t="id\n1\n")
    constant = replace(literal(text, datatype=XSD + "integer"), place=Place(Path("mapping.yml"), 9, 5))
    with pytest.raises(MappingError) as caught:
        runs.look_at(mapping(triples_map(pom(ex("p"), constant))), tmp_path)
    message = f"error[mapping-error]: {text!r} is no xsd:integer; expected a whole number"
    assert str(caught.value) == f"mapping.yml:9:5: {message}"


VOCABULARY = """\
@prefix ex: <https://example.org/> . @prefix o: <https://example.org/ontology#> .
@prefix c: <https://example.org/concept/> . @prefix other: <https://other.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
o:Place rdfs:isDefinedBy <https://example.org/ontology> . o:locatedIn rdfs:label "位于"@zh .
c:county skos:inScheme c:kinds . other:Thing rdfs:label "thing"@en .
"""
WORDS = """\
prefixes:
  ex: https://example.org/
  o: https://example.org/ontology#
  c: https://example.org/concept/
  other: https://other.example/
mappings:
  places:
    sources: [[places.csv~csv]]
    s: ex:place/$(id)
    po:
      - [a, o:Place]
      - [o:locatedIn, $(name)]
      - [ex:kind, c:county~iri]
      - [other:anything, other:AnyThing~iri]
      - [ex:note, 'o\\:Plaze']
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line", "column", "message"),
    [
        ("[a, o:Place]", "[a, o:Plaze]", 11, 13, "ontology#Plaze; did you mean 'Place'?"),
        ("[o:locatedIn,", "[o:locatedin,", 12, 10, "ontology#locatedin; did you mean 'locatedIn'?"),
        ("c:county~iri", "c:countty~iri", 13, 19, "concept/countty; did you mean 'county'?"),
        ("c:county~iri", "c:village~iri", 13, 19, "concept/village; there are: county"),
        ("s: ex:place/$(id)", "s: o:Plaze", 9, 8, "ontology#Plaze; did you mean 'Place'?"),
        (
            "[o:locatedIn, $(name)]",
            "{p: o:in, o: $(name), graphs: o:Place}",
            12,
            13,
            "ontology#in; there are: Place, locatedIn",
        ),
    ],
)
def test_a_term_that_the_ontology_does_not_have_is_told_with_the_nearest(
    right: str, wrong: str, line: int, column: int, message: str, project: Callable[..., Path]
) -> None:
    """Class, predicate, object or subject, in a namespace that has terms with isDefinedBy or inScheme."""
    assert right in WORDS
    given = {"data/mapping.yml": WORDS.replace(right, wrong), "ontology/o.ttl": VOCABULARY}
    root = project(given)
    with pytest.raises(UnknownTerm) as caught:
        kg.build(root)
    place = f"{root}/data/mapping.yml:{line}:{column}"
    assert str(caught.value) == f"{place}: error[unknown-term]: the ontology has no {EX}{message}"
    assert not (root / "build/current").exists()


def test_every_unknown_term_is_told_in_one_run(project: Callable[..., Path]) -> None:
    """Each where it stands, and beside what else is wrong with the mapping."""
    mapping_text = (
        WORDS.replace("o:Place]", "o:Plaze]").replace("[o:locatedIn", "[o:in").replace("$(name)", "$(nmae)")
    )
    with pytest.raises(MappingError) as caught:
        kg.build(project({"data/mapping.yml": mapping_text, "ontology/o.ttl": VOCABULARY}))
    found = [(finding.rule, finding.value) for finding in caught.value.findings]
    assert sorted(found) == [("unknown-column", "nmae"), ("unknown-term", "Plaze"), ("unknown-term", "in")]


def test_terms_of_other_vocabularies_are_not_looked_up(project: Callable[..., Path], tmp_path: Path) -> None:
    """A namespace of which the ontology only tells labels, texts that look like names, and `kg map` alone."""
    graph = kg.build(project({"data/mapping.yml": WORDS, "ontology/o.ttl": VOCABULARY}))
    assert graph.build.manifest.quads == 10
    root = project({"data/mapping.yml": WORDS.replace("o:Place]", "o:Plaze]")})
    assert kg.map(root / "data/mapping.yml", tmp_path / "out.nq").quads == 10
    with pytest.raises(UnknownTerm):
        kg.build(root)
