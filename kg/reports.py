"""Findings as a table: one row for each, to be sorted, filtered and mended in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from kg.errors import Finding

COLUMNS = ("file", "line", "column", "rule", "value", "message", "fix", "mapping")


def beside(out: Path) -> Path:
    """The table that belongs to an output.

    >>> beside(Path("build/graph.nq")).as_posix()
    'build/graph.nq.skipped.csv'
    """
    return out.with_name(out.name + ".skipped.csv")


def write(findings: Iterable[Finding], out: Path) -> None:
    """Write the findings to `out`, a CSV file of UTF-8; without any, its header alone."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(_row, findings))


def _row(finding: Finding) -> tuple[str, ...]:
    place = finding.place
    where = (place.file.as_posix(), place.line or "", place.column or "") if place else ("", "", "")
    origin = str(finding.origin or "")
    return (*map(str, where), finding.rule, finding.value, finding.message, finding.fix, origin)
