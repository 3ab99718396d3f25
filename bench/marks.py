"""What is asked of kg, and whether it is kept: `python bench/marks.py` judges what was measured last.

Each mark is a figure of the results and a bound. A ratio is of wall times (medians), the other's to kg's, and
counts only where both made the same triples. Exit code 1 if a mark is missed; what was not measured is said
and not judged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engines import ENGINES, OURS
from measuring import Case, parsed
from tasks import COPY, QUESTIONS, SCENARIOS

RESULTS = Path(__file__).resolve().parent / "results" / "engines.json"
Cases = Mapping[tuple[str, str], Case]
TURTLE = "turtle"
MET, MISSED, UNKNOWN = "met", "MISSED", "not measured"


@dataclass(frozen=True)
class Mark:
    """A figure and the least, or else the most, that it may be."""

    what: str
    figure: Callable[[Cases], float | None]
    bound: float
    at_least: bool = True
    unit: str = "x"

    def judged(self, cases: Cases) -> Verdict:
        """What was found, and whether the mark is met."""
        found = self.figure(cases)
        if found is None:
            return Verdict(self, None, UNKNOWN)
        kept = found >= self.bound if self.at_least else found <= self.bound
        return Verdict(self, found, MET if kept else MISSED)


@dataclass(frozen=True)
class Verdict:
    """A mark and what became of it."""

    mark: Mark
    found: float | None
    state: str

    def __str__(self) -> str:
        """One line: whether, what, how much, how much it was to be."""
        sign = "at least" if self.mark.at_least else "at most"
        found = "" if self.found is None else shown(self.found, self.mark.unit)
        bound = shown(self.mark.bound, self.mark.unit)
        return f"{self.state:12}  {self.mark.what:44} {found:>12}  ({sign} {bound})"


def shown(value: float, unit: str) -> str:
    """A figure with its unit.

    >>> shown(19.46, "x"), shown(0.1234, "s"), shown(1_250_000, "/s"), shown(411.7, "MiB")
    ('19.5x', '0.12 s', '1,250,000/s', '412 MiB')
    """
    digits = {"x": "{:.1f}x", "s": "{:.2f} s", "/s": "{:,.0f}/s", "MiB": "{:,.0f} MiB"}
    return digits[unit].format(value)


def of(task: str, contender: str = OURS, name: str = "wall_s") -> Callable[[Cases], float | None]:
    """A figure of a contender."""

    def figure(cases: Cases) -> float | None:
        case = cases.get((task, contender))
        return case.figure(name) if case else None

    return figure


def ratio(task: str, other: str, ours: str = OURS, name: str = "wall_s") -> Callable[[Cases], float | None]:
    """How many times as long the other takes."""

    def figure(cases: Cases) -> float | None:
        theirs, own = of(task, other, name)(cases), of(task, ours, name)(cases)
        return theirs / own if theirs is not None and own else None

    return figure


def against_copy(task: str) -> Callable[[Cases], float | None]:
    """How many times as long kg takes as DuckDB takes to copy the rows."""
    return ratio(task, OURS, COPY)


def more_than(task: str, contender: str, base: str) -> Callable[[Cases], float | None]:
    """Seconds that one takes more than the other."""

    def figure(cases: Cases) -> float | None:
        taken, least = of(task, contender)(cases), of(task, base)(cases)
        return taken - least if taken is not None and least is not None else None

    return figure


def rate(task: str) -> Callable[[Cases], float | None]:
    """Triples a second of what the process itself timed; rdflib's and kg's graph have the same triples."""

    def figure(cases: Cases) -> float | None:
        taken = of(task, OURS, "inner_s")(cases)
        known = cases.get((TURTLE, OURS))
        return known.output.lines / taken if taken and known and known.output else None

    return figure


def least(scenarios: Iterable[str]) -> Callable[[Cases], float | None]:
    """The smallest ratio of any peer in any of the scenarios."""

    def figure(cases: Cases) -> float | None:
        known = [ratio(task, peer)(cases) for task in scenarios for peer in ENGINES if peer != OURS]
        return min((each for each in known if each is not None), default=None)

    return figure


def smallest(figures: Iterable[Callable[[Cases], float | None]]) -> Callable[[Cases], float | None]:
    """The least of some figures; none unless all are there."""
    wanted = tuple(figures)

    def figure(cases: Cases) -> float | None:
        known = [each for one in wanted if (each := one(cases)) is not None]
        return min(known) if len(known) == len(wanted) else None

    return figure


PEERS = {"morph": 5.5, "maplib": 4.0}
MARKS = (
    *(Mark(f"raw-1000000x20, {peer}", ratio("raw-1000000x20", peer), 15) for peer in PEERS),
    *(
        Mark(f"{task}, {peer}", ratio(task, peer), bound)
        for task in ("raw-100000x20", "transport-10", "transport-100", "maps-10x5", "curated-100000")
        for peer, bound in PEERS.items()
    ),
    *(
        Mark(f"{task}, morph", ratio(task, "morph"), 4)
        for task in SCENARIOS
        if task.startswith(("joins", "duplicates", "empty"))
    ),
    Mark("any scenario, any peer", least(SCENARIOS), 1),
    Mark("20 million triples, kg to DuckDB's copy", against_copy("raw-1000000x20"), 4, at_least=False),
    Mark("20 million triples, memory", of("raw-1000000x20", name="mib"), 600, at_least=False, unit="MiB"),
    Mark("... with duplicates, in 1 GB, memory", of("memory", name="mib"), 1024, at_least=False, unit="MiB"),
    *(
        Mark(
            f"tables to first answer, {peer}",
            smallest(ratio(f"answer-{question}", peer) for question in QUESTIONS),
            bound,
        )
        for peer, bound in {"morph": 2.5, "maplib": 1}.items()
    ),
    Mark("ordered Turtle, triples", rate(TURTLE), 1_000_000, unit="/s"),
    Mark("ordered Turtle, rdflib", ratio(TURTLE, "rdflib", name="inner_s"), 30),
    Mark("kg --help, more than python", more_than("start", "kg --help", "python"), 0.15, False, "s"),
    Mark("kg query, more than python", more_than("start", "kg query", "python"), 0.25, False, "s"),
    Mark("kg build of this repository", of("build"), 1.5, at_least=False, unit="s"),
    Mark("rebuild after one changed row, clean build", ratio("rebuild", "clean", "changed row"), 5),
)
"""A peer after the comma is the one that kg is compared with."""


def judged(cases: Iterable[Case]) -> list[Verdict]:
    """All marks, of these cases."""
    known = {(case.task, case.contender): case for case in cases}
    return [mark.judged(known) for mark in MARKS]


def missed(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that are not met although there are figures."""
    return [verdict for verdict in verdicts if verdict.state == MISSED]


def told(verdicts: list[Verdict], *, all: bool = True) -> str:
    """Each in a line, and a last line of how many there are of each kind."""
    lines = [str(verdict) for verdict in verdicts if all or verdict.state != UNKNOWN]
    counts = {state: sum(verdict.state == state for verdict in verdicts) for state in (MET, MISSED, UNKNOWN)}
    return "\n".join([*lines, ", ".join(f"{count} {state}" for state, count in counts.items())])


def main() -> None:
    """Judge the file of results that is named, or the one that is kept."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    verdicts = judged(parsed(case) for case in json.loads(file.read_text(encoding="utf-8"))["cases"])
    print(told(verdicts))
    sys.exit(1 if missed(verdicts) else 0)


if __name__ == "__main__":
    main()
