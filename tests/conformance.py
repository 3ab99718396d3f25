"""Runs every suite of RML that is there, and says how many of its cases are passed.

`python tests/conformance.py` runs tests/test_conformance.py, prints the figures of each suite and every case
that is not passed as the suite has it, writes a report in EARL for each suite into build/conformance/, and
compares the figures with the table in docs/conformance.md. It ends with 1 where a suite has fewer cases passed
than are stored there, not counting those that need a server which cannot run here; with 2 where there is no
suite. `--store` writes the figures into the table.
"""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

import contradictions
import earl
import prepare
import pytest
import suites
from judging import FAILED, PASSED, SKIPPED
from suites import ROOT, Case

PAGE = ROOT / "docs" / "conformance.md"
REPORTS = ROOT / "build" / "conformance"
ROW = re.compile(r"^\| ([\w-]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
UNTESTED = "untested"


@dataclass(frozen=True)
class Figures:
    """Of one suite: its cases, those passed as it has them, those passed with contradictions allowed for.

    `unrun` are those that could not be run for want of a server.
    """

    found: int
    strict: int
    allowed: int
    unrun: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    case: Case
    strict: str
    allowed: str
    why: str


@dataclass
class Collected:
    """A plugin of pytest that keeps what became of each case."""

    outcomes: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a verdict; without one, why there is none."""
        found = re.search(r"::test_case\[(.*)\]$", report.nodeid)
        if found is None:
            return
        said = dict(report.user_properties).get("verdict")
        if isinstance(said, list):
            self.outcomes[found[1]] = (said[0], said[1], said[2])
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self.outcomes[found[1]] = (SKIPPED, SKIPPED, reason.removeprefix("Skipped: "))
        elif report.failed:
            self.outcomes.setdefault(found[1], (FAILED, FAILED, str(report.longrepr).splitlines()[-1]))


def run() -> list[Outcome]:
    """Run every case in pytest, which has the servers, and on all cores."""
    collected = Collected()
    arguments = [
        "-n",
        "auto",
        "-p",
        "no:cacheprovider",
        "--tb=line",
        f"{ROOT / 'tests' / 'test_conformance.py'}",
    ]
    with redirect_stdout(StringIO()) as said:
        pytest.main(arguments, plugins=[collected])
    if not collected.outcomes:
        print(said.getvalue())
    lost = (FAILED, FAILED, "it was not run")
    return [Outcome(case, *collected.outcomes.get(case.id, lost)) for case in suites.every()]


def figures(outcomes: list[Outcome]) -> dict[str, Figures]:
    """The figures of each suite."""
    of_suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        of_suites.setdefault(outcome.case.suite, []).append(outcome)
    return {
        suite: Figures(
            len(every),
            sum(each.strict == PASSED for each in every),
            sum(each.allowed == PASSED for each in every),
            sum(each.strict == SKIPPED and each.case.id not in contradictions.VOID for each in every),
        )
        for suite, every in of_suites.items()
    }


def stored() -> dict[str, Figures]:
    """The figures in docs/conformance.md."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name: Figures(*map(int, numbers)) for name, *numbers in rows}


def store(made: dict[str, Figures]) -> None:
    """Write figures into the table of docs/conformance.md, of which suites without a row get one."""
    text = PAGE.read_text(encoding="utf-8")
    every = stored() | made
    rows = [
        f"| {name} | {it.found} | {it.strict} | {it.allowed} |"
        for name in suites.SUITES
        if (it := every.get(name))
    ]
    lines = text.splitlines()
    at = [number for number, line in enumerate(lines) if ROW.match(line)]
    first = at[0] if at else next(number for number, line in enumerate(lines) if line.startswith("|---")) + 1
    PAGE.write_text("\n".join([*lines[:first], *rows, *lines[first + len(at) :]]) + "\n", encoding="utf-8")


def fallen(made: dict[str, Figures], before: dict[str, Figures]) -> list[str]:
    """What is less than it was, in words."""
    return [
        f"{name}: {getattr(made[name], kind)} {words}, stored are {getattr(before[name], kind)}"
        for name in made
        if name in before
        for kind, words in (("strict", "passed"), ("allowed", "passed with contradictions allowed for"))
        if getattr(made[name], kind) + made[name].unrun < getattr(before[name], kind)
    ]


def told(outcomes: list[Outcome], made: dict[str, Figures]) -> list[str]:
    """The lines that are printed."""
    lines = []
    for suite, numbers in made.items():
        rest = [each for each in outcomes if each.case.suite == suite and each.strict != PASSED]
        unrun = f", {numbers.unrun} not run" if numbers.unrun else ""
        lines.append(
            f"{suite}: {numbers.strict} passed of {numbers.found} found, {numbers.allowed} with the suite's own "
            f"contradictions allowed for{unrun}"
        )
        lines += [f"  {_word(each)}  {each.case.name}: {_reason(each)}" for each in rest]
    return lines


def _word(outcome: Outcome) -> str:
    return "allowed" if outcome.allowed == PASSED else "skipped" if outcome.strict == SKIPPED else "FAILED "


def _reason(outcome: Outcome) -> str:
    found = contradictions.CONTRADICTIONS.get(outcome.case.id)
    return found.why if found and outcome.allowed == PASSED else outcome.why


def report(outcomes: list[Outcome], day: date) -> list[Path]:
    """Write a report for each suite."""
    paths = []
    for suite in dict.fromkeys(each.case.suite for each in outcomes):
        results = [
            earl.Result(
                each.case.iri,
                UNTESTED if each.strict == SKIPPED else each.strict,
                "" if each.strict == PASSED else _reason(each),
            )
            for each in outcomes
            if each.case.suite == suite
        ]
        paths.append(REPORTS / f"{suite}.ttl")
        earl.write(paths[-1], results, day)
    return paths


def main(arguments: list[str]) -> int:
    """Run, tell, write and compare."""
    if not suites.every():
        print(
            "There is no suite. Get some into a folder `suites` here or beside this one, or name theirs in KG_SUITES:"
        )
        print(*dict.fromkeys(f"  {suite.clone}" for suite in suites.SUITES.values()), sep="\n")
        return 2
    if any(case.server for case in suites.every()):
        prepare.prepare_servers()
    outcomes = run()
    made = figures(outcomes)
    print(*told(outcomes, made), sep="\n")
    print("EARL:", *(path.relative_to(ROOT) for path in report(outcomes, date.today())))
    if "--store" in arguments:
        store(made)
    less = fallen(made, stored())
    for line in less:
        print("FEWER THAN STORED ", line)
    return 1 if less else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
