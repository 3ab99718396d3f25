"""What a change means for each rule, and which rules could make a line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from models import ex, iri, literal, mapping, pom, triples_map

from kg import rule_changes
from kg.mapping import RDF_TYPE, Fresh, Join, ReferencingObjectMap, TermMap, TermType
from kg.rules import rules

GIVEN = mapping(triples_map(pom(ex("p"), literal("{v}")), pom(iri(RDF_TYPE), ex("C"))))
(SOURCE,) = GIVEN.sources


def test_rules_that_read_what_has_changed_run_again() -> None:
    """By rows where these are known, else whole."""
    every = rules(GIVEN)
    assert rule_changes.between(every, every, [], []).untouched == every
    assert rule_changes.between(every, every, [], []).nothing
    assert rule_changes.between(every, every, [SOURCE], [SOURCE]).local == every
    whole = rule_changes.between(every, every, [SOURCE], [])
    assert (whole.gone, whole.come, whole.local) == (every, every, ())


def test_rules_that_one_mapping_alone_has_come_or_go() -> None:
    """Places are no difference; what does not compare may be one."""
    other = mapping(triples_map(pom(ex("q"), literal("{v}")), pom(iri(RDF_TYPE), ex("C"))))
    found = rule_changes.between(rules(GIVEN), rules(other), [], [])
    assert (found.gone, found.come, found.untouched) == (rules(GIVEN)[:1], rules(other)[:1], rules(GIVEN)[1:])
    stored = replace(SOURCE, stored=True)
    again = tuple(replace(rule, source=stored) for rule in rules(GIVEN))
    assert again == rules(GIVEN)
    assert rule_changes.between(rules(GIVEN), again, [], []).come == again


@pytest.mark.parametrize(
    "given",
    [
        triples_map(pom(ex("p"), TermMap(Fresh(), TermType.BLANK_NODE))),
        triples_map(
            pom(
                ex("p"),
                ReferencingObjectMap("t", (Join(literal("{v}").expression, literal("{w}").expression),)),
            )
        ),
    ],
)
def test_what_depends_on_other_rows_is_not_local(given: object) -> None:
    every = rules(mapping(replace(given, name="t")))  # type: ignore[type-var, arg-type]
    source = every[0].source
    assert rule_changes.between(every, every, [source], [source]).local == ()


@pytest.mark.parametrize(
    ("predicate", "may"),
    [(ex("p"), False), (iri(RDF_TYPE), False), (iri("{v}"), True), (ex("{v}"), False)],
)
def test_a_predicate_of_a_cell_may_give_a_class(predicate: TermMap, may: bool) -> None:
    (rule,) = rules(mapping(triples_map(pom(predicate, ex("C")))))
    assert rule_changes.may_give_class(rule) is may


def test_subjects_that_get_a_class() -> None:
    typed = f"<urn:a> <{RDF_TYPE}> <urn:b> .".encode()
    assert [*rule_changes.described([typed, b'<urn:c> <urn:p> "x" .'])] == [b"<urn:a>"]
    as_object = f'<urn:d> <urn:p> "<urn:a> <{RDF_TYPE}> <urn:b> ." .'.encode()
    assert [*rule_changes.described([as_object])] == []
