"""What a run reports: how many quads went where, and findings, also as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import Finding

if TYPE_CHECKING:
    from kg.state import Changes

COLUMNS = ("file", "line", "column", "rule", "value", "message", "fix", "mapping")


@dataclass(frozen=True)
class Report:
    """How many quads went to each file, the default output first, and what a person should know.

    What a cluster wrote elsewhere is named by its URI, a text.
    """

    files: tuple[tuple[Path | str, int], ...]
    warnings: tuple[Finding, ...]
    skipped: tuple[Finding, ...] = ()
    """What was left out because its value makes no valid term, where this was asked for."""
    listed: Path | None = None
    """The table of it, of a mapping that was run by itself."""
    changes: Changes | None = None
    """What a build took over from the last one; None where it started anew."""

    @property
    def quads(self) -> int:
        """How many quads went to the default output."""
        return self.files[0][1]


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
