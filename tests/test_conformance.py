"""Every case of the suites of RML that are there: the graph that it wants, or the error, and nothing left."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import conformance
import contradictions
import judging
import pytest
import suites
from conformance import Figures
from servers import PASSWORD, USER, TestDatabase
from suites import Case

from kg import errors

FOUND = suites.every()
SIZES = {"rml-core": 76, "rml-io": 73, "rml-fnml": 20, "legacy-csv": 39}
SERVERS = ("postgresql", "mysql")
pytestmark = pytest.mark.skipif(
    not FOUND, reason="the suites are not there; make conformance says how to get them"
)
REFUSALS = {
    row["case"]: row
    for row in csv.DictReader(
        (Path(__file__).parent / "refusals.csv").read_text(encoding="utf-8").splitlines()
    )
}
CREDENTIALS = re.compile(r'(d2rq:(?:username|password)\s+)"[^"]*"')


@pytest.mark.parametrize("suite", SIZES)
def test_the_suite_has_as_many_cases_as_its_metadata_say(suite: str) -> None:
    if not suites.cases(suite):
        pytest.skip(f"{suite} is not there: {suites.SUITES[suite].clone}")
    assert len(suites.cases(suite)) == SIZES[suite]


def test_each_contradiction_and_each_refusal_is_of_a_case_that_there_is() -> None:
    """In the suites that are there; a case that wants an error has its class and message in the table."""
    names = {case.id for case in FOUND}
    there = {case.suite for case in FOUND}
    told = {*contradictions.CONTRADICTIONS, *contradictions.VOID, *REFUSALS}
    assert {name for name in told if name.split("/")[0] in there} - names == set()
    refused = {case.id for case in FOUND if case.suite in SIZES and wants_error(case)}
    assert refused == {name for name in REFUSALS if name.split("/")[0] in there}


@pytest.mark.parametrize("suite", SIZES)
def test_the_page_has_the_figures_that_these_tests_hold(suite: str) -> None:
    """Each case below passes as it should, so that only contradictions are missing from the first figure."""
    found = [case.id for case in suites.cases(suite)]
    if not found:
        pytest.skip(f"{suite} is not there: {suites.SUITES[suite].clone}")
    allowed = len([name for name in found if name not in contradictions.VOID])
    strict = len(
        [name for name in found if name not in {*contradictions.VOID, *contradictions.CONTRADICTIONS}]
    )
    assert conformance.stored()[suite] == Figures(len(found), strict, allowed)


def wants_error(case: Case) -> bool:
    found = contradictions.CONTRADICTIONS.get(case.id)
    instead = found.instead if found else ""
    return instead == contradictions.REFUSED or (case.error and instead != contradictions.WRITTEN)


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.id)
def test_case(
    case: Case,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    """As the suite wants it; where the suite contradicts itself, as tests/contradictions.py says and why."""
    if case.id in contradictions.VOID:
        pytest.skip(contradictions.VOID[case.id])
    change = loaded(case, request) if case.server else ()
    error = judging.run(case, tmp_path, change, database(case, request))
    verdict = judging.judge(case, tmp_path, error)
    record_property("verdict", [verdict.strict, verdict.allowed, verdict.why])
    assert verdict.allowed == judging.PASSED, verdict.why
    if case.id in REFUSALS:
        refused(REFUSALS[case.id], error)


def refused(expected: dict[str, str], error: errors.KgError | None) -> None:
    """The error is of the class, and one of its findings has the rule and says what is expected."""
    assert error is not None
    assert isinstance(error, getattr(errors, expected["class"]))
    assert [
        each
        for each in error.findings
        if expected["rule"] in each.rule and expected["message"] in each.message
    ], str(error)


def database(case: Case, request: pytest.FixtureRequest) -> str:
    """The URL of the database of a mapping that names none, as R2RML's."""
    return request.getfixturevalue(case.server).url if case.suite.startswith("r2rml") else ""


def loaded(case: Case, request: pytest.FixtureRequest) -> tuple[tuple[str, str], ...]:
    """Fill the database that a case needs; the texts of its mapping that stand for it, and what they are."""
    if case.server not in SERVERS:
        pytest.skip(f"needs {case.server}")
    server: TestDatabase = request.getfixturevalue(case.server)
    if case.script and case.script.exists():
        server.run(*statements(case.script.read_text(encoding="utf-8"), case.server))
    for path in case.inputs:
        if path.suffix == ".csv":
            server.run(*table(path))
    text = case.mapping.read_text(encoding="utf-8")
    kept = [
        (found[0], f'{found[1]}"{value}"')
        for found in CREDENTIALS.finditer(text)
        for value in [USER if "username" in found[1] else PASSWORD]
    ]
    address = "jdbc:" + server.address
    return (("$CONNECTIONDSN", address), ("CONNECTIONDSN", address), *kept)


def statements(script: str, server: str) -> list[str]:
    """The statements of a script, without those that choose a database."""
    given = [part.strip() for part in re.split(r";[ \t]*(?:\r?\n|$)", script)]
    kept = [part for part in given if part and not re.match(r"USE \w+$", part, re.IGNORECASE)]
    if server == "postgresql":  # the scripts write bytes with two backslashes, as before PostgreSQL 9.1
        return ["SET standard_conforming_strings=off; SET escape_string_warning=off; " + ";\n".join(kept)]
    return ["SET sql_mode = 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH'", *kept]


def table(path: Path) -> list[str]:
    """A table of a CSV file, named after it; a column of digits is one of integers."""
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    kinds = [
        "INTEGER" if all(row[at].isdigit() for row in rows) else "VARCHAR(200)" for at in range(len(names))
    ]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    values = (", ".join("'" + cell.replace("'", "''") + "'" for cell in row) for row in rows)
    return [
        f"CREATE TABLE {path.stem} ({columns})",
        *(f"INSERT INTO {path.stem} VALUES ({each})" for each in values),
    ]
