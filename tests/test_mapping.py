"""Flattening a mapping into rules of one quad pattern each."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import MappingError, Place
from kg.mapping import (
    DEFAULT_GRAPH,
    Call,
    Constant,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
    rewritten,
)
from kg.rules import Parent, Rule, references_of, rules


def iri(text: str) -> TermMap:
    return TermMap(Constant("http://x.org/" + text))


SOURCE = LogicalSource("a.csv")
SUBJECT = TermMap(Template(("http://x.org/", Reference("id"))))
TEXT = TermMap(Reference("text"), TermType.LITERAL)
JOIN = Join(Reference("parent"), Reference("id"))


def triples_map(*maps: PredicateObjectMap, graphs: tuple[TermMap, ...] = (), name: str = "a") -> TriplesMap:
    return TriplesMap(name, SOURCE, SUBJECT, maps, graphs)


def pairs(mapping: Mapping) -> list[tuple[TermMap, TermMap | None, TermMap | None]]:
    return [(rule.predicate, rule.object, rule.graph) for rule in rules(mapping)]


def test_every_predicate_with_every_object():
    """A predicate object map gives the product of its predicates and objects, in the order of the file."""
    pom = PredicateObjectMap((iri("p"), iri("q")), (TEXT, iri("o")))
    assert pairs(Mapping((triples_map(pom),))) == [
        (iri("p"), TEXT, None),
        (iri("p"), iri("o"), None),
        (iri("q"), TEXT, None),
        (iri("q"), iri("o"), None),
    ]


def test_graphs_of_subject_and_predicate_object_map_together():
    """The target graphs are the union of both; the default graph only where it is named, or none is."""
    pom = PredicateObjectMap((iri("p"),), (TEXT,), graphs=(iri("h"), DEFAULT_GRAPH))
    plain = PredicateObjectMap((iri("q"),), (TEXT,))
    assert pairs(Mapping((triples_map(pom, plain, graphs=(iri("g"),)),))) == [
        (iri("p"), TEXT, iri("g")),
        (iri("p"), TEXT, iri("h")),
        (iri("p"), TEXT, None),
        (iri("q"), TEXT, iri("g")),
    ]
    assert pairs(Mapping((triples_map(plain),))) == [(iri("q"), TEXT, None)]


def test_a_rule_is_there_once():
    """The same quad pattern written twice is one rule, wherever it was written."""
    here = PredicateObjectMap((iri("p"),), (replace(TEXT, place=Place(Path("m.yml"), 1)),))
    there = PredicateObjectMap((iri("p"),), (replace(TEXT, place=Place(Path("m.yml"), 2)),))
    assert len(rules(Mapping((triples_map(here, there),)))) == 1


def test_every_rule_has_the_base():
    """The base IRI of the mapping reaches each rule."""
    pom = PredicateObjectMap((iri("p"),), (TEXT,))
    assert {rule.base for rule in rules(Mapping((triples_map(pom),), base="http://b.org/"))} == {
        "http://b.org/"
    }


def test_a_join_brings_the_parent():
    """A referencing object map with conditions keeps the parent's source, subject and conditions."""
    other = TriplesMap("b", LogicalSource("b.csv"), iri("b"))
    pom = PredicateObjectMap((iri("p"),), (ReferencingObjectMap("b", (JOIN,)),))
    (rule,) = rules(Mapping((triples_map(pom), other)))
    assert rule == Rule(
        "a", SOURCE, SUBJECT, iri("p"), None, None, parent=Parent(other.source, other.subject, (JOIN,))
    )


def test_a_join_with_the_same_source_stays_a_join():
    """A condition between two maps of one source compares records with each other."""
    pom = PredicateObjectMap((iri("p"),), (ReferencingObjectMap("a", (JOIN,)),))
    (rule,) = rules(Mapping((triples_map(pom),)))
    assert rule.parent == Parent(SOURCE, SUBJECT, (JOIN,))


def test_without_conditions_the_parent_is_the_same_record():
    """Equal sources, written twice, need no join: the object is the parent's subject of the same record."""
    other = TriplesMap("b", LogicalSource("a.csv", place=Place(Path("m.yml"), 9)), iri("b"))
    pom = PredicateObjectMap((iri("p"),), (ReferencingObjectMap("b"),))
    (rule,) = rules(Mapping((triples_map(pom), other)))
    assert (rule.object, rule.parent) == (iri("b"), None)


def test_another_source_needs_a_condition():
    """Records of two sources have nothing in common unless a condition says what."""
    other = TriplesMap("b", LogicalSource("b.csv"), iri("b"))
    pom = PredicateObjectMap((iri("p"),), (ReferencingObjectMap("b"),))
    with pytest.raises(MappingError, match="reads another source, without a join condition"):
        rules(Mapping((triples_map(pom), other)))


def test_an_unknown_parent():
    """A parent that is no triples map is an error that names the nearest one."""
    pom = PredicateObjectMap((iri("p"),), (ReferencingObjectMap("persn"),))
    with pytest.raises(MappingError, match="did you mean 'person'"):
        rules(Mapping((triples_map(pom, name="person"),)))


def test_sources_are_there_once():
    """Sources that say the same are one source, in the order of first use."""
    other = TriplesMap("b", LogicalSource("b.csv"), SUBJECT)
    mapping = Mapping((triples_map(), other, triples_map(name="c")))
    assert mapping.sources == (SOURCE, other.source)


def test_references_of_a_term_map():
    """The columns that a term needs: those of its text, its language and its datatype."""
    made = TermMap(
        Template(("x", Reference("a"))), TermType.LITERAL, language=Reference("b"), datatype=Constant("c")
    )
    assert made.references == (Reference("a"), Reference("b"))


def test_references_of_each_source() -> None:
    """Those of both sides of a join too, each once; a source that nothing refers to is there."""
    other, unused = LogicalSource("b.csv"), LogicalSource("c.csv")
    joined = PredicateObjectMap((iri("in"),), (ReferencingObjectMap("b", (JOIN,)),))
    text = PredicateObjectMap((iri("p"),), (replace(TEXT, language=Reference("lang")), TEXT))
    given = Mapping(
        (
            triples_map(joined, text),
            TriplesMap("b", other, SUBJECT),
            TriplesMap("c", unused, iri("c")),
        )
    )
    assert references_of(given) == {SOURCE: ("id", "parent", "text", "lang"), other: ("id",), unused: ()}


def test_rewriting_reaches_everything_once_the_inside_first() -> None:
    inner = Call("http://x.org/f", (("http://x.org/p", Reference("a")),))
    outer = Call("http://x.org/f", (("http://x.org/p", inner),))
    made = TermMap(outer, TermType.LITERAL, condition=inner)
    joined = ReferencingObjectMap("a", (Join(inner, Reference("b")),))
    given = Mapping((triples_map(PredicateObjectMap((iri("p"),), (made, joined), (iri("g"),))),))
    seen: list[Call] = []

    def renamed(call: Call) -> Call:
        seen.append(call)
        return replace(call, function="http://x.org/g")

    after = rewritten(given, {Call: renamed})
    changed = replace(inner, function="http://x.org/g")
    assert seen == [inner, replace(outer, inputs=(("http://x.org/p", changed),)), inner, inner]
    assert "http://x.org/f" not in repr(after)


def test_rewriting_leaves_what_nothing_changes() -> None:
    """So that what is shared stays shared."""
    given = Mapping((triples_map(PredicateObjectMap((iri("p"),), (TEXT, iri("o")))),))
    assert rewritten(given, {Call: lambda call: None}) is given
    after = rewritten(given, {Constant: lambda each: Constant(each.value + "2")})
    assert after != given
    assert after.triples_maps[0].source is SOURCE
    assert after.triples_maps[0].subject is SUBJECT
