"""Findings as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
from pathlib import Path

from kg import reports
from kg.errors import Finding, Place


def test_each_finding_is_a_row(tmp_path: Path) -> None:
    """With texts that break rows, and without a place."""
    found = (
        Finding(
            "ill-typed",
            'year "x,\ny" is no xsd:gYear',
            Place(Path("a.csv"), 3, 4),
            "x,\ny",
            fix="mend it",
            origin=Place(Path("m.yml"), 9),
        ),
        Finding("invalid-term", "no IRI"),
    )
    reports.write(found, tmp_path / "skipped.csv")
    with (tmp_path / "skipped.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["file", "line", "column", "rule", "value", "message", "fix", "mapping"],
        ["a.csv", "3", "4", "ill-typed", "x,\ny", 'year "x,\ny" is no xsd:gYear', "mend it", "m.yml:9"],
        ["", "", "", "invalid-term", "", "no IRI", "", ""],
    ]


def test_without_findings_there_is_a_header_alone(tmp_path: Path) -> None:
    reports.write((), tmp_path / "skipped.csv")
    assert (tmp_path / "skipped.csv").read_bytes() == b"file,line,column,rule,value,message,fix,mapping\n"
