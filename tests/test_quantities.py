"""kg.quantities: which properties tell a quantity together, for any ontology."""

from __future__ import annotations

import sample
from sample import RDFS, quad

from kg.quantities import roles
from kg.vocabulary import Triples, Words


def test_roles_come_from_standards_what_is_under_them_and_the_ends_of_names() -> None:
    """An ontology's word counts more than the name; most names play no role."""
    ontology = [quad("unit", RDFS + "subPropertyOf", "http://schema.org/value")]
    words = Words.of(Triples.of([]), Triples.of(ontology))
    names = {
        "unit": "value",
        "hasAmount": "value",
        "maximum_value": "most",
        "valueAsStated": "stated",
        "inferredPart": "inferred",
    }
    others = ("valueless", "community", "statement", "text", "name")
    properties = [sample.KG + name for name in (*names, *others)] + ["http://schema.org/unitText"]
    assert roles(properties, words) == {
        **{sample.KG + name: role for name, role in names.items()},
        "http://schema.org/unitText": "unit",
    }
