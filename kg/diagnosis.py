"""Checks run over the data: each fault at the cell that a person has to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from kg.checks import Check, Targets, ids
from kg.errors import Finding, Place
from kg.mapping import LogicalSource
from kg.plan import Tables
from kg.sources import MOST_FINDINGS, Table, locate

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_CANDIDATES = 10_000
"""Among how many existing values the closest is looked for."""
LOCAL_NAME = re.compile("[/#:]")
Fetch = Callable[["ir.Table", int], list[dict[str, Any]]]
"""Gives the first rows of a relation."""


def findings(
    checks: Iterable[Check], fetch: Fetch, tables: Map[LogicalSource, Table], unbound: Tables
) -> tuple[Finding, ...]:
    """Run the checks: each fault at its cell, by file and line, at most `MOST_FINDINGS` for a check."""
    found = {
        (_place(check, row, tables), check.error.rule()): _finding(check, row, fetch, tables, unbound)
        for check in checks
        for row in fetch(check.relation, MOST_FINDINGS)
    }
    return tuple(found[key] for key in sorted(found))


def _place(check: Check, row: dict[str, Any], tables: Map[LogicalSource, Table]) -> Place:
    return locate(tables[check.cell.source], row["row"], check.cell.column)


def _finding(
    check: Check, row: dict[str, Any], fetch: Fetch, tables: Map[LogicalSource, Table], unbound: Tables
) -> Finding:
    targets = check.targets.meant_by(row["term"][1:-1]) if check.targets else Targets()
    candidates = check.candidates if check.targets is None else ids(targets.makers, unbound)
    there = fetch(candidates, MOST_CANDIDATES) if candidates is not None else []
    error = check.error(
        check.message.format(column=check.cell.column, value=row["value"], targets=targets),
        place=_place(check, row, tables),
        value=row["value"],
        exists=(*(each["value"] for each in there), *(LOCAL_NAME.split(iri)[-1] for iri in targets.terms)),
        fix=check.fix,
    )
    return error.findings[0]
