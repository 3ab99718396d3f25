"""Rules compiled together make what each makes by itself, whatever stands in names and texts."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import EX, a, blank, ex, iri, joined, literal, mapping, pom, put, table_text, triples_map
from sparks import started

from kg import dialects, parts, plan
from kg.mapping import (
    GREL,
    XSD,
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
)
from kg.rules import rules
from kg.runs import look_at

pytestmark = pytest.mark.usefixtures("on_each_engine")
OTHER = LogicalSource("u.csv")
UPPER = Call(GREL + "toUpperCase", ((GREL + "valueParam", Reference("name")),))
TEXTS = st.one_of(
    st.sampled_from(
        ['"column 0"', "'", '"', "\\", "column 1", "\ufdd30", "'\ufdd31'", "{}", "--", "\n", "true"]
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=6),
)


def both_ways(given: Mapping, folder: Path) -> tuple[set[str], set[str]]:
    """The lines of all parts, and those of each rule's own relation."""
    tables = look_at(given, folder)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    with started(tables.values()) as running:
        running.write(parts.lines(rules(given), unbound), folder / "out.nq")
        together = (folder / "out.nq").read_bytes().decode().split("\n")[:-1]
        alone = [
            " ".join([*(row[name] for name in "spog" if row[name]), "."])
            for rule in rules(given)
            for row in running.rows(plan.relation(rule, unbound), 1000)
        ]
    return set(together), set(alone)


def only_if(condition: TermMap, made: TermMap) -> PredicateObjectMap:
    return pom(ex("p"), replace(made, condition=condition.expression))


def matching(child: TermMap, parent: TermMap) -> ReferencingObjectMap:
    return ReferencingObjectMap("u", (Join(child.expression, parent.expression),))


@pytest.mark.parametrize(
    "pom_of_t",
    [
        a("T"),
        pom(ex("p"), literal("{name}"), graphs=[ex("g/{year}"), ex("g")]),
        pom(ex("p"), literal("{year}", datatype=XSD + "gYear")),
        pom(ex("p"), blank("{id}.{year}"), iri("{name}")),
        pom(ex("in"), joined("t", ("{parent}", "{id}"))),
        pom(ex("in"), joined("u", ("{parent}", "{id}"), ("{year}", "{year}"))),
        pom(ex("p"), TermMap(UPPER, TermType.LITERAL), literal("{name}")),
        only_if(literal("{name}"), literal("{id}")),
        only_if(literal("tr{id}"), literal("{name}")),
        only_if(literal("true"), literal("{name}")),
        pom(ex("p"), replace(literal("{name}"), condition=UPPER)),
    ],
)
def test_together_rules_make_what_they_make_alone(pom_of_t: PredicateObjectMap, tmp_path: Path) -> None:
    put(
        tmp_path,
        t='id,name,parent,year\n1,true,2,1990\n2,é "x",,1991\nue,1,1,\n',
        u="id,year\n1,1991\n2,1990\n",
    )
    given = mapping(
        triples_map(pom_of_t, pom(ex("q"), literal("{year}"))),
        triples_map(a("U"), name="u", source=OTHER, subject=ex("u/{id}")),
        base=EX,
    )
    together, alone = both_ways(given, tmp_path)
    assert together == alone
    assert together


@pytest.mark.parametrize("on_each_engine", ["duckdb"], indirect=True)
@settings(deadline=None, max_examples=30)
@given(before=TEXTS, after=TEXTS, value=TEXTS, name=TEXTS)
def test_no_text_of_a_mapping_is_taken_for_a_slot(before: str, after: str, value: str, name: str) -> None:
    """In terms, on both sides of joins, in conditions; nor does the name of a column matter."""
    stays(before, after, value, name)


@pytest.mark.parametrize(
    "text", ["`column 0`", "'\ufdd31'", "\\", "\\'", "$1", "\\u0041", "{}", "--", "\r\n", "\0" + "12"]
)
def test_what_means_something_in_sql_is_text(text: str) -> None:
    stays(text, text, text, re.sub(r"[\0{}\r\n]", "0", text))


def stays(before: str, after: str, value: str, name: str) -> None:
    template = Template((before, Reference(f"{name} x"), after, "'"))
    compared = TermMap(template, TermType.LITERAL)
    given = mapping(
        triples_map(
            pom(ex("p"), compared, matching(compared, compared)),
            pom(ex("q"), replace(literal("{id}"), condition=Constant(before))),
            pom(ex("r"), matching(literal(before), literal(before))),
        ),
        triples_map(a("U"), name="u", source=OTHER, subject=ex("u/{id}")),
    )
    with tempfile.TemporaryDirectory() as folder:
        rows = [("id", f"{name} x"), ("1", value), ("2", before + value)]
        put(Path(folder), t=table_text(rows), u=table_text(rows))
        together, alone = both_ways(given, Path(folder))
    assert together == alone
    assert sum(f"<{EX}r>" in line for line in together) == 4, "equal constants join each with each"


def test_rules_that_are_alike_are_compiled_once(tmp_path: Path) -> None:
    put(tmp_path, t="id,name\n1,a\n", u="id,name\n1,a\n")
    given = mapping(
        *(
            triples_map(
                *(pom(ex(f"p{number}-{each}"), literal(f"{{{each}}}")) for each in ("id", "name")),
                pom(ex(f"in{number}"), joined("u0", ("{name}", "{id}"))),
                name=f"u{number}",
                source=OTHER,
                subject=ex(f"u{number}/{{id}}"),
            )
            for number in range(20)
        )
    )
    tables = look_at(given, tmp_path)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    dialects._of_form.cache_clear()
    dialects._of_scheme.cache_clear()
    compiled = [dialects.compiled(part) for part in parts.lines(rules(given), unbound)]
    assert len(compiled) == 40
    assert len(set(compiled)) == 40
    assert dialects._of_form.cache_info().misses <= 3
    assert dialects._of_scheme.cache_info().misses == 0, "plain joins need no compiler"
