"""Reports on conformance: what is written, what is compared, what is said where there are no suites."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import conformance
import contradictions
import earl
import pyoxigraph as ox
import pytest
import suites
from conformance import Figures, Outcome
from suites import Case

DAY = date(2020, 2, 1)
FEWER = "t: 1 passed, stored are 2"


def case(suite: str, name: str) -> Case:
    return Case(suite, Path(name), Path(name, "mapping.ttl"), (), None, (), error=False, base="")


def outcome(suite: str, name: str, strict: str, allowed: str, why: str = "") -> Outcome:
    return Outcome(case(suite, name), strict, allowed, why)


OUTCOMES = [
    outcome("rml-core", "A", "passed", "passed"),
    outcome("rml-core", "B", "failed", "failed", "no error"),
    outcome("rml-io", "RMLSTC0003", "failed", "passed", "5 quads missing"),
    outcome("rml-io", "C", "skipped", "skipped", "needs kafka"),
]


def test_a_report_says_which_outcome_each_test_had_for_which_version(tmp_path: Path) -> None:
    results = [
        earl.Result("http://t.example/a", "passed"),
        earl.Result("http://t.example/b", "failed", "why"),
    ]
    earl.write(tmp_path / "new" / "r.ttl", results, DAY)
    store = ox.Store()
    store.load(path=str(tmp_path / "new" / "r.ttl"))
    found = store.query(
        """PREFIX earl: <http://www.w3.org/ns/earl#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX doap: <http://usefulinc.com/ns/doap#>
        SELECT ?test ?outcome ?why {
          ?assertion a earl:Assertion ; earl:assertedBy/a earl:Assertor ; earl:mode earl:automatic ;
            earl:subject [ a earl:TestSubject ; doap:release/doap:revision ?version ] ;
            earl:test ?test ; earl:result ?result .
          ?result a earl:TestResult ; earl:outcome ?outcome ; dct:date ?day .
          OPTIONAL { ?result dct:description ?why } } ORDER BY ?test"""
    )
    assert isinstance(found, ox.QuerySolutions)
    rows = [tuple(term.value if term else "" for term in row) for row in found]
    assert rows == [
        ("http://t.example/a", earl.EARL + "passed", ""),
        ("http://t.example/b", earl.EARL + "failed", "why"),
    ]


def test_the_figures_count_what_is_passed_and_what_could_not_run() -> None:
    assert conformance.figures(OUTCOMES) == {"rml-core": Figures(2, 1, 1), "rml-io": Figures(2, 0, 1, 1)}


def test_each_case_that_is_not_passed_is_told_with_the_reason() -> None:
    told = "\n".join(conformance.told(OUTCOMES, conformance.figures(OUTCOMES)))
    assert "rml-core: 1 passed of 2 found" in told
    assert "FAILED   B: no error" in told
    assert f"allowed  RMLSTC0003: {contradictions.CONTRADICTIONS['rml-io/RMLSTC0003'].why}" in told
    assert "skipped  C: needs kafka" in told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (Figures(3, 2, 2), []),
        (Figures(3, 1, 2), [FEWER]),
        (Figures(3, 1, 2, unrun=1), []),
        (Figures(3, 3, 3), []),
        (Figures(3, 2, 1), ["t: 1 passed with contradictions allowed for, stored are 2"]),
    ],
)
def test_fewer_than_stored_is_told_unless_it_could_not_run(made: Figures, told: list[str]) -> None:
    assert conformance.fallen({"t": made, "new": made}, {"t": Figures(3, 2, 2), "gone": made}) == told


def test_figures_that_are_stored_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite that is not there keeps its row."""
    page = tmp_path / "page.md"
    page.write_text(
        "# C\n\n| s | c | p | a |\n|---|---|---|---|\n| rml-io | 5 | 1 | 2 |\n\nEnd.\n", encoding="utf-8"
    )
    monkeypatch.setattr(conformance, "PAGE", page)
    conformance.store({"rml-core": Figures(9, 8, 9)})
    assert conformance.stored() == {"rml-core": Figures(9, 8, 9), "rml-io": Figures(5, 1, 2)}
    assert page.read_text(encoding="utf-8").endswith("| rml-io | 5 | 1 | 2 |\n\nEnd.\n")


def test_where_no_suite_is_it_is_said_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suites, "every", tuple)
    assert conformance.main([]) == 2
    assert "git clone https://github.com/kg-construct/rml-core rml-core" in capsys.readouterr().out


def test_suites_are_looked_for_where_they_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_SUITES", str(tmp_path))
    assert suites.root() is None
    (tmp_path / "rml-core" / "test-cases" / "A").mkdir(parents=True)
    assert suites.root() == tmp_path
