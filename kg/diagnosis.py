"""Checks run over the data: each fault at the cell that a person has to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.checks import Check, Column, Targets, ids
from kg.errors import Finding, Place
from kg.mapping import LogicalSource
from kg.plan import Tables
from kg.questions import Question
from kg.sources import MOST_FINDINGS, Table, locate

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_CANDIDATES = 10_000
"""Among how many existing values the closest is looked for."""
NO_KIND = "{column} {value!r} is no kind of node"
LOCAL_NAME = re.compile("[/#:]")
Row = dict[str, Any]
Fetch = Callable[["ir.Table", int], list[Row]]
"""Gives the first rows of a relation."""
Doubts = Callable[[tuple[Question, ...]], set[Question]]


def run(
    checks: Iterable[Check],
    fetch: Fetch,
    tables: Map[LogicalSource, Table],
    unbound: Tables,
    *,
    most: int = MOST_FINDINGS,
    doubts: Doubts | None = None,
) -> tuple[Finding, ...]:
    """Run the checks: each fault at its cell, by file and line, at most `most` of each check.

    With `doubts`, which says of which questions the answer may be yes, the others are not run.
    """
    given = tuple(checks)
    asked = dict.fromkeys(check.question for check in given if check.question) if doubts else {}
    fine = asked.keys() - doubts(tuple(asked)) if doubts else set()
    doubtful = (check for check in given if check.question not in fine)
    faults = [(check, row) for check in doubtful for row in fetch(check.relation, most)]
    faults = [_blamed(check, row) for check, row in faults]
    places = _places(faults, tables)
    exists = _exists(fetch, unbound)
    found = {}
    for check, row in faults:
        place = places[check.column, row["row"]]
        first = _record(places[check.column, row["first"]], row["first"]) if "first" in row else ""
        exact = (0, "") if place.column else (row["row"], row["value"])
        key = (place, check.error.rule(), *exact)
        found[key] = _finding(check, row, place, first, exists)
    return tuple(found[key] for key in sorted(found))


def _blamed(check: Check, row: Row) -> tuple[Check, Row]:
    """The check and the row as they are, or turned to the cell of the kind where no node is of that kind."""
    kinds = check.targets.kinds(check.prefix) if check.targets and check.kind else ()
    if check.kind is None or not kinds or row["kind"] in kinds:
        return check, row
    of_kind = replace(check, column=check.kind, message=NO_KIND, targets=None, exists=kinds)
    return of_kind, {**row, "value": row["kind"]}


def _places(
    faults: Iterable[tuple[Check, Row]], tables: Map[LogicalSource, Table]
) -> dict[tuple[Column, int], Place]:
    """The places of all cells that are told, each table read once."""
    wanted: dict[LogicalSource, set[tuple[int, str]]] = {}
    for check, row in faults:
        ordinals = {row["row"], row.get("first", row["row"])}
        wanted.setdefault(check.column.source, set()).update((each, check.column.name) for each in ordinals)
    return {
        (Column(source, name), row): place
        for source, cells in wanted.items()
        for (row, name), place in locate(tables[source], cells).items()
    }


def _exists(fetch: Fetch, unbound: Tables) -> Callable[[Check, Targets], tuple[str, ...]]:
    """What exists instead, looked up once for all faults of a kind."""
    known: dict[object, tuple[str, ...]] = {}

    def exists(check: Check, targets: Targets) -> tuple[str, ...]:
        key = targets if check.targets else id(check)
        if key not in known:
            relation = ids(targets.makers, unbound) if check.targets else check.known and check.known()
            there = fetch(relation, MOST_CANDIDATES) if relation is not None else []
            names = [LOCAL_NAME.split(iri)[-1] for iri in targets.terms]
            known[key] = (*(each["value"] for each in there), *names, *check.exists)
        return known[key]

    return exists


def _record(place: Place, ordinal: int) -> str:
    """What a person finds a record by: its line, or its number where no line is known."""
    return f"line {place.line}" if place.line else f"record {ordinal}"


def _finding(
    check: Check, row: Row, place: Place, first: str, exists: Callable[[Check, Targets], tuple[str, ...]]
) -> Finding:
    targets = check.targets.meant_by(row["term"][1:-1]) if check.targets else Targets()
    message = check.message.format(
        column=check.column.name, value=row["value"], targets=targets, first=first, path=check.path
    )
    error = check.error(
        message if place.line else f"{_record(place, row['row'])}: {message}",
        place=place,
        value=row["value"],
        exists=exists(check, targets),
        fix=check.fix,
        origin=check.origin,
    )
    return error.findings[0]
