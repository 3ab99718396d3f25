"""What is asked first: the answer no means that the check finds nothing, of plain columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import a, ex, iri, joined, literal, mapping, pom, put, triples_map

from kg import checks, engine, plan
from kg.mapping import GREL, XSD, Call, LogicalSource, Reference, TermMap
from kg.questions import NoKey, Unknown, Unmet
from kg.runs import columns, look_at

OTHER = LogicalSource("u.csv")
GIVEN = mapping(
    triples_map(a("T"), pom(ex("p"), literal("{n}", datatype=XSD + "integer")), subject=ex("t/{id}")),
    triples_map(
        pom(ex("q"), iri("{iri}")), pom(ex("r"), ex("t/{t}")), source=OTHER, subject=ex("u/{id}"), name="u"
    ),
    triples_map(pom(ex("s"), joined("t", ("{t}", "{id}"))), source=OTHER, subject=ex("u/{id}"), name="v"),
)


@pytest.mark.parametrize(
    ("t", "u", "expected"),
    [
        ("id,n\n1,2\n", "id,iri,t\n1,http://e/,1\n", []),
        ("id,n\n1,\n", "id,iri,t\n1,,\n", []),
        ("id,n\n1,x\n", "id,iri,t\n1,http://e/,1\n", [Unmet]),
        ("id,n\n1,2\n", "id,iri,t\n1,no iri,1\n", [Unmet]),
        ("id,n\n1,2\n1,3\n", "id,iri,t\n1,http://e/,1\n", [NoKey]),
        ("id,n\n,2\n", "id,iri,t\n1,http://e/,\n", [NoKey]),
        ("id,n\n1,2\n", "id,iri,t\n1,http://e/,9\n", [Unknown, Unknown]),
    ],
)
def test_the_answer_is_yes_where_the_check_finds_something(
    t: str, u: str, expected: list[type], tmp_path: Path
) -> None:
    """And no where it finds nothing."""
    put(tmp_path, t=t, u=u)
    tables = look_at(GIVEN, tmp_path)
    unbound = plan.unbound(columns(tables))
    with engine.start(tables.values()) as running:
        running.keep(checks.KNOWN, (), checks.nodes(GIVEN, unbound))
        every = [
            *checks.of_terms(GIVEN, unbound),
            *checks.of_keys(GIVEN, unbound),
            *checks.of_references(GIVEN, unbound, ()),
        ]
        asked = tuple(dict.fromkeys(check.question for check in every if check.question))
        yes = running.doubts(asked)
        found = {check.question for check in every if running.rows(check.relation, 1)}
    assert len(asked) == 5
    assert yes == found
    assert sorted(type(each).__name__ for each in yes) == sorted(each.__name__ for each in expected)


def test_what_is_not_plain_is_not_asked(tmp_path: Path) -> None:
    """Calls are for the check itself."""
    put(tmp_path, t="id,n\n1,2\n")
    called = TermMap(Call(GREL + "toUpperCase", ((GREL + "valueParam", Reference("n")),)))
    given = mapping(triples_map(pom(ex("p"), called), subject=ex("t/{id}")))
    unbound = plan.unbound(columns(look_at(given, tmp_path)))
    (check,) = checks.of_terms(given, unbound)
    assert check.question is None
