"""kg.vocabulary: what RDFS, SKOS and Dublin Core terms say, read without knowing the ontology."""

from __future__ import annotations

import pyoxigraph as ox
from sample import DCTERMS, KG, OWL, RDFS, SKOS, data, ontology, quad

from kg.vocabulary import RESOURCE, Triples, Words, local_name, named


def words(*more: ox.Quad) -> Words:
    return Words.of(Triples.of(data()), Triples.of([*ontology(), *more]))


def test_well_known_properties_have_words_unless_the_ontology_gives_its_own() -> None:
    assert words().label(f"{SKOS}altLabel") == {"zh": "别名", "en": "other name"}
    own = quad(f"{SKOS}altLabel", RDFS + "label", ox.Literal("又名", language="zh"))
    assert words(own).label(f"{SKOS}altLabel") == {"zh": "又名"}


def test_properties_without_any_label_are_called_by_the_end_of_their_iri() -> None:
    assert words().label("https://x.example/ns#someThing") == {"": "someThing"}
    assert local_name("https://x.example/a/") == "a"


def test_sources_and_wholes_are_found_through_chains_of_sub_properties() -> None:
    chain = [
        quad("quotedIn", RDFS + "subPropertyOf", "statedIn"),
        quad("x", RDFS + "subPropertyOf", "quotedIn"),
    ]
    found = words(*chain)
    assert found.sourcing == {f"{DCTERMS}source", *(KG + name for name in ("statedIn", "quotedIn", "x"))}
    assert found.containing == {f"{DCTERMS}isPartOf", f"{KG}passageOf"}


def test_an_inferred_upper_class_does_not_become_the_parent() -> None:
    closure = quad("Branch", RDFS + "subClassOf", "Agent")
    assert words(closure).parents([f"{KG}Branch"]) == {
        f"{KG}Agent": "",
        f"{KG}Branch": f"{KG}Organisation",
        f"{KG}Organisation": f"{KG}Agent",
    }


def test_a_thing_that_is_only_a_thing_is_a_resource() -> None:
    assert words().cls({f"{OWL}Thing", f"{OWL}NamedIndividual"}) == RESOURCE


def test_empty_labels_are_no_labels() -> None:
    pairs = {
        (RDFS + "label", ox.Literal(" ", language="zh")),
        (RDFS + "label", ox.Literal("x", language="en")),
    }
    assert named(KG + "y", pairs)[0] == {"en": "x"}
