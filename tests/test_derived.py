"""What the suites ask of one source in one vocabulary holds for other sources, vocabularies and YARRRML."""

from __future__ import annotations

from pathlib import Path

import contradictions
import derived
import derived_yarrrml
import pytest
import suites
from datasets import dataset
from derived import Derived, Form, Infeasible
from servers import TestDatabase
from suites import Case
from tables import DATABASE, sql
from test_conformance import REFUSALS, refused

import kg
from kg.errors import KgError

FORMS = derived.FORMS | derived_yarrrml.FORMS
OF_SUITES = {
    "rml-core": ("json-legacy", "lines", "csv", "xml", "parquet", "sheet", "sql", "r2rml", "yarrrml-json"),
    "legacy-csv": ("json-legacy", "xml-legacy", "csv", "sql-legacy", "yarrrml-csv"),
    "rml-fnml": ("xml", "sql"),
}
# What has another meaning elsewhere: absent keys and elements are no error in RML-Core, nor in JSON or XML a
# function's reference to them; and an expected literal that is an error for us is no graph to compare with.
ELSEWHERE = ("RMLTC0007h-CSV", "RMLFNMLTC0101-CSV")
# What names a file, a column, a path or a table is another text there; the class and the rule are the same.
OTHERWISE = {
    "rml-core/RMLTC0002e-JSON": "there is no ",
    "rml-core/RMLTC0002g-JSON": " is no ",
    "rml-core/RMLTC0007h-JSON": " is a literal, must be IRI",
    "rml-core/RMLTC0025b-JSON": " is a list in record 1, not a value",
    "legacy-csv/RMLTC0002c-CSV": " has ",
    "legacy-csv/RMLTC0002e-CSV": "there is no ",
}
# Fewer than these are no fault of the rewriting: lists in tables, mappings that are no Turtle.
LEAST = {"rml-core": 68, "legacy-csv": 37, "rml-fnml": 19}
# Joins, values that are missing, numbers and texts as keys, names with blanks: where databases differ.
ON_SERVERS = ("0000", "0002a", "0008b", "0009", "0010c", "0012", "0013a", "0020a", "0022a", "0030b", "0031c")


def rewritten() -> list[tuple[Form, Case, Derived]]:
    found = []
    for suite, forms in OF_SUITES.items():
        for form in map(FORMS.__getitem__, forms):
            for case in suites.cases(suite):
                if case.name in ELSEWHERE:
                    continue
                try:
                    found.append((form, case, derived.derive(case, form)))
                except Infeasible:
                    continue
    return found


CASES = rewritten()
pytestmark = pytest.mark.skipif(not CASES, reason="the suites are not there")
SERVED = [
    (case, made)
    for form, case, made in CASES
    if (form.name, case.suite) == ("r2rml", "rml-core")
    and case.name.startswith(tuple(f"RMLTC{each}" for each in ON_SERVERS))
]


def named(value: object) -> str:
    return value.name if isinstance(value, Form) else value.id if isinstance(value, Case) else ""


def test_most_cases_can_be_rewritten() -> None:
    """In every form that has all of RML."""
    for suite, forms in OF_SUITES.items():
        for name in forms:
            made = [case for form, case, _ in CASES if (form.name, case.suite) == (name, suite)]
            assert len(made) >= LEAST[suite] * (not name.startswith("yarrrml")) * bool(suites.cases(suite)), (
                name
            )


@pytest.mark.parametrize(("form", "case", "made"), CASES, ids=named)
def test_case(form: Form, case: Case, made: Derived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph that follows from the case's, or an error where the case wants one."""
    monkeypatch.chdir(tmp_path)
    mapping = made.write(tmp_path, form)
    database = f"sqlite:///{tmp_path / DATABASE}" if form.name == "r2rml" else ""
    hold(case, made, mapping, database)


@pytest.mark.parametrize(("case", "made"), SERVED, ids=named)
def test_case_on_a_server(case: Case, made: Derived, served: TestDatabase, tmp_path: Path) -> None:
    """PostgreSQL and MariaDB give the same graph as SQLite."""
    served.run(*(statement for table in made.tables for statement in sql(table)))
    mapping = tmp_path / "mapping.ttl"
    mapping.write_text(made.mapping, encoding="utf-8")
    hold(case, made, mapping, served.url)


def hold(case: Case, made: Derived, mapping: Path, database: str) -> None:
    output = mapping.parent / "out.nq"
    wanted = None if case.id in contradictions.CONTRADICTIONS else made.wanted
    if wanted is not None:
        kg.map(mapping, output, base=case.base, db=database)
        assert dataset(output) == wanted
        return
    with pytest.raises(KgError) as raised:
        kg.map(mapping, output, base=case.base, db=database)
    assert not output.exists()
    refused(
        REFUSALS[case.id] | {"message": OTHERWISE.get(case.id) or REFUSALS[case.id]["message"]}, raised.value
    )
