"""The figures as tables and as a picture, and where the documentation shows them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import marks
from engines import ENGINES, OURS
from measuring import Case, parsed
from tasks import SCENARIOS

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "speed.svg"
PAGES = {ROOT / "README.md": "short", ROOT / "bench" / "README.md": "long"}
BETWEEN = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def line(case: Case) -> str:
    """A case for those who wait."""
    return f"{case.contender:14} {cell(case)}" + (" (taken over)" if case.reused else "")


def cell(case: Case) -> str:
    """Medians of wall, processor time and memory, or what went wrong."""
    if case.note:
        return case.note.replace("|", "/").splitlines()[0]
    wall, cpu, mib = (case.figure(name) for name in ("wall_s", "cpu_s", "mib"))
    if wall is None or cpu is None or mib is None:
        return "-"
    inner = case.figure("inner_s")
    more = f" ({inner:.2f} of it the step itself)" if inner is not None else ""
    return f"{seconds(wall)} s, {seconds(cpu)} CPU s, {mib:,.0f} MiB" + more


def seconds(value: float) -> str:
    """Three figures or so.

    >>> seconds(0.0512), seconds(4.012), seconds(388.27)
    ('0.05', '4.01', '388')
    """
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def tables(result: dict[str, Any]) -> str:
    """All cases: each task with its contenders, in Markdown."""
    rows = [
        [
            *(case.task, title(case.contender), cell(case), str(len(case.runs))),
            f"{case.output.lines:,}" if case.output and case.output.lines else "",
            proven(case),
        ]
        for case in map(parsed, result["cases"])
    ]
    heads = ["task", "who", "wall, CPU, peak memory", "runs", "triples or rows", "output"]
    return "\n".join(markdown(heads, rows, right=(3, 4)))


def proven(case: Case) -> str:
    """What is known of the output."""
    if case.note or not case.output or not case.output.digest:
        return ""
    return "the same" + (" once parsed" if case.output.canonical else "")


def title(contender: str) -> str:
    """What an engine is called."""
    return ENGINES[contender].title if contender in ENGINES else contender


def short(result: dict[str, Any]) -> str:
    """Scenarios by engines: seconds of kg, and how many times as long the others take."""
    cases = {(case.task, case.contender): case for case in map(parsed, result["cases"])}
    peers = [name for name in ENGINES if name != OURS and any(who == name for _, who in cases)]
    rows = []
    for task in SCENARIOS:
        own = cases.get((task, OURS))
        taken = own.figure("wall_s") if own else None
        if own and taken is not None:
            triples = f"{own.output.lines:,}" if own.output else ""
            rows.append([task, triples, f"{seconds(taken)} s", *(times(cases, task, peer) for peer in peers)])
    heads = ["scenario", "triples", "kg", *(ENGINES[peer].title for peer in peers)]
    return "\n".join([*markdown(heads, rows, right=range(1, len(heads))), "", *told(result)])


def times(cases: dict[tuple[str, str], Case], task: str, peer: str) -> str:
    """How many times as long the peer takes; what happened if it does not do the same."""
    case = cases.get((task, peer))
    if case is None:
        return ""
    found = marks.ratio(task, peer)(cases)
    if found is None:
        return case.note.partition(":")[0]
    return f"{found:.1f}×" + ("*" if case.reused else "")


def told(result: dict[str, Any]) -> Iterator[str]:
    """Machine, versions, load, and what is missing."""
    machine = result["machine"]
    yield (
        f"{result['when']}: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}; load "
        f"{result['load_before']:.1f} before, {result.get('load_after', 0):.1f} after."
    )
    for name, versions in result["versions"].items():
        parts = ", ".join(f"{part} {version}" for part, version in versions.items())
        yield f"{ENGINES[name].title}: {parts}."
    for name, why in result["missing"].items():
        yield f"{ENGINES[name].title}: {why.splitlines()[-1]}."
    if any(case["reused"] for case in result["cases"]):
        yield "\\* measured earlier on the same machine, with the same versions."


def long(result: dict[str, Any]) -> str:
    """Every case and every mark."""
    judged = marks.judged(map(parsed, result["cases"]))
    rows = [
        [
            each.mark.what,
            "" if each.found is None else marks.shown(each.found, each.mark.unit),
            ("≥ " if each.mark.at_least else "≤ ") + marks.shown(each.mark.bound, each.mark.unit),
            each.state,
        ]
        for each in judged
    ]
    table = markdown(["mark", "found", "asked", ""], rows, right=(1, 2))
    return "\n".join([tables(result), "", *table, "", *told(result)])


def markdown(heads: list[str], rows: Iterable[list[str]], right: Iterable[int]) -> list[str]:
    """Lines of a table."""
    rule = ["--:" if at in set(right) else "---" for at in range(len(heads))]
    return ["| " + " | ".join(row) + " |" for row in [heads, rule, *rows]]


def publish(result: dict[str, Any]) -> None:
    """The picture, and the tables between their marks in the pages."""
    PICTURE.write_text(picture(result), encoding="utf-8")
    for page, kind in PAGES.items():
        text = page.read_text(encoding="utf-8")
        filled = {"short": short, "long": long}[kind](result)
        page.write_text(BETWEEN.sub(lambda found: f"{found[1]}{filled}\n{found[2]}", text), encoding="utf-8")  # noqa: B023


# The picture: for each scenario a group of bars, each the logarithm of how many times as long a peer takes.
WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 820, 170, 60, 11, 12, 74
COLOURS = {"morph": "#0072b2", "maplib": "#d55e00", "rdfizer": "#009e73", "rdflib": "#8a6fb0"}
"""Told apart by those who see no red or green too."""


def picture(result: dict[str, Any]) -> str:
    """An SVG that holds its own background and text, so that it reads on light and dark pages."""
    cases = {(case.task, case.contender): case for case in map(parsed, result["cases"])}
    groups = {
        task: {peer: found for peer in COLOURS if (found := marks.ratio(task, peer)(cases)) is not None}
        for task in SCENARIOS
    }
    groups = {task: ratios for task, ratios in groups.items() if ratios}
    most = max((ratio for ratios in groups.values() for ratio in ratios.values()), default=10)
    decades = max(math.ceil(math.log10(most)), 1)
    scale = (WIDTH - LEFT - RIGHT) / decades
    body, y = [], float(TOP)
    for task, ratios in groups.items():
        middle = y + len(ratios) * BAR / 2 + 4
        body.append(_text(LEFT - 8, middle, task, "end"))
        for peer, ratio in ratios.items():
            length = max(math.log10(ratio), 0) * scale
            body.append(
                f'<rect x="{LEFT}" y="{y:g}" width="{length:.1f}" height="{BAR - 2}" fill="{COLOURS[peer]}"/>'
            )
            body.append(_text(LEFT + length + 4, y + BAR - 3, f"{ratio:.1f}×", "start", 10))
            y += BAR
        y += GAP
    lines = [
        part
        for power in range(decades + 1)
        for part in (
            f'<path d="M{LEFT + power * scale:g} {TOP - 8}V{y:g}" stroke="#ddd"/>',
            _text(LEFT + power * scale, TOP - 14, f"{10**power}×", "middle"),
        )
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:g}" font-family="sans-serif" '
            'font-size="12" role="img" aria-labelledby="title">',
            '<title id="title">How many times as long as kg other engines take, by scenario</title>',
            f'<rect width="{WIDTH}" height="{y:g}" fill="#fff"/>',
            _text(LEFT, 20, "Times as long as kg, same triples (logarithmic)", "start", 14),
            *_legend([peer for peer in COLOURS if any(peer in ratios for ratios in groups.values())]),
            *lines,
            *body,
            "</svg>",
            "",
        ]
    )


def _legend(peers: list[str]) -> Iterator[str]:
    for at, peer in enumerate(peers):
        x = LEFT + at * 130
        yield f'<rect x="{x}" y="30" width="12" height="12" fill="{COLOURS[peer]}"/>'
        yield _text(x + 17, 40, title(peer), "start")


def _text(x: float, y: float, text: str, anchor: str, size: int = 12) -> str:
    how = f'text-anchor="{anchor}" font-size="{size}" fill="#222"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(text)}</text>'
