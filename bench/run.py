"""Measures kg beside other engines and says which marks are missed; see bench/README.md.

python bench/run.py             everything, in about half an hour; --publish for picture and README
python bench/run.py --quick     the shorter scenarios, once, in some minutes
python bench/run.py --list      what there is to measure
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engines
import marks
import report
from engines import ENGINES, OURS
from measuring import Case, Content, Failed, Output, counted, emptied, machine, measured, parsed
from sources import fingerprint
from tasks import RUNS, Contender, Setting, Task, tasks

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"


def main() -> None:
    """Measure, judge, write."""
    asked = arguments()
    known = tasks()
    if asked.list:
        print(*(f"{task.name:16} {task.about}" for task in known.values()), sep="\n")
        return
    chosen = [task for task in known.values() if wanted(task, asked)]
    unknown = set(asked.scenario or ()) - set(known)
    for name in sorted(unknown):  # any scenario that can be made can be measured
        chosen.append(tasks((name,))[name])
    missing = installed(asked) if asked.install and asked.venvs == CACHE else {}
    there, absent = present(asked, missing)
    setting = Setting(CACHE, asked.venvs.resolve(), tuple(there), asked.runs, asked.limit, asked.spark)
    result = about(setting, there, absent)
    earlier = reusable(asked.peers_from, result) if asked.peers_from else {}
    result["cases"] = []
    for task in chosen:
        result["cases"] += [case.as_json() for case in measure(task, setting, earlier)]
        keep(asked, result)
    result["load_after"] = os.getloadavg()[0]
    verdicts = marks.judged(map(parsed, result["cases"]))
    result["marks"] = [
        {"what": each.mark.what, "bound": each.mark.bound, "found": each.found, "state": each.state}
        for each in verdicts
    ]
    keep(asked, result)
    print(report.tables(result), marks.told(verdicts, all=not asked.quick), sep="\n\n")
    if asked.publish:
        report.publish(result)
    sys.exit(1 if marks.missed(verdicts) else 0)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--list", action="store_true", help="say what there is to measure")
    parser.add_argument("--quick", action="store_true", help="the shorter ones, each once")
    parser.add_argument(
        "--scenario", nargs="*", metavar="TASK", help="these only, or any that scenarios.py can make"
    )
    parser.add_argument(
        "--engine", nargs="*", choices=list(ENGINES), default=list(ENGINES), help="these only"
    )
    parser.add_argument("--runs", type=int, default=0, help=f"of each; medians are told ({RUNS}, quick: 1)")
    parser.add_argument("--limit", type=float, default=900, help="seconds for a run")
    parser.add_argument("--install", action="store_true", help="install the peers, unless --venvs has them")
    parser.add_argument(
        "--venvs",
        type=Path,
        default=Path(os.environ.get("KG_BENCH_VENVS", CACHE)),
        help="the folder of the peers' environments, also KG_BENCH_VENVS",
    )
    parser.add_argument(
        "--peers-from", type=Path, metavar="RESULTS", help="take the peers' figures from there"
    )
    parser.add_argument("--spark", default="", metavar="MASTER", help="measure on this Spark cluster too")
    parser.add_argument("--out", type=Path, help="the file of results")
    parser.add_argument("--publish", action="store_true", help="after all of it, write picture and tables")
    asked = parser.parse_args()
    asked.runs = asked.runs or (1 if asked.quick else RUNS)
    partly = bool(asked.quick or asked.scenario)
    asked.out = asked.out or (CACHE / "results.json" if partly else marks.RESULTS)
    asked.publish &= not partly
    return asked


def wanted(task: Task, asked: argparse.Namespace) -> bool:
    """Whether a task is to be done."""
    if asked.scenario:
        return task.name in asked.scenario
    return (task.quick or not asked.quick) and (task.name != "spark" or bool(asked.spark))


def installed(asked: argparse.Namespace) -> dict[str, str]:
    """Peers that could not be installed, and why."""
    tell("installing the peers")
    outcomes = {name: engines.install(name, asked.venvs) for name in asked.engine if name != OURS}
    return {name: outcome for name, outcome in outcomes.items() if outcome}


def present(asked: argparse.Namespace, missing: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The engines that can be run, with their versions; the others, with what is in the way."""
    there, absent = {}, {}
    for name, engine in ENGINES.items():
        interpreter = engines.python(name, asked.venvs.resolve())
        if name in asked.engine and interpreter:
            try:
                there[name] = engines.versions(engine, interpreter)
            except Failed as failure:
                absent[name] = str(failure)
        elif name in asked.engine:
            absent[name] = missing.get(name, "not installed")
    for name, why in absent.items():
        tell(f"{name}: {why}")
    return there, absent


def about(setting: Setting, there: dict[str, Any], absent: dict[str, str]) -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "load_before": os.getloadavg()[0],
        "versions": there,
        "missing": absent,
        "runs": setting.runs,
        "limit_s": setting.limit_s,
    }


def reusable(file: Path, result: dict[str, Any]) -> dict[tuple[str, str], Case]:
    """The peers' cases of another run of the same machine, where their versions are the same."""
    other = json.loads(file.read_text(encoding="utf-8"))
    if other["machine"] != result["machine"]:
        tell(f"{file} is of another machine: all is measured anew")
        return {}
    same = {name for name, told in result["versions"].items() if other["versions"].get(name) == told} - {OURS}
    cases = (parsed(case) for case in other["cases"])
    return {
        (case.task, case.contender): replace(case, reused=True) for case in cases if case.contender in same
    }


def measure(task: Task, setting: Setting, earlier: dict[tuple[str, str], Case]) -> list[Case]:
    """All runs of a task, the contenders in turn."""
    origin = fingerprint(setting.scenario(task.of)) if task.of else ""
    contenders = {each.name: each for each in prepared(task, setting)}
    cases = {name: Case(task.name, name, origin=origin) for name in contenders}
    for name in contenders:
        old = earlier.get((task.name, name))
        if old and old.origin == origin and old.runs:
            cases[name] = old
    for turn in range(max((each.runs for each in contenders.values()), default=0)):
        for name, contender in contenders.items():
            case = cases[name]
            if turn < contender.runs and not case.note and not case.reused:
                once(contender, case, setting.limit_s)
    agreed(contenders, cases)
    shutil.rmtree(setting.cache / "work", ignore_errors=True)
    for case in cases.values():
        tell(f"  {report.line(case)}")
    return [*cases.values()]


def prepared(task: Task, setting: Setting) -> Iterator[Contender]:
    """The contenders; none if what they need cannot be made."""
    tell(f"{task.name}: {task.about}")
    try:
        yield from task.contenders(setting)
    except Failed as failure:
        tell(f"  not prepared: {failure}")


def once(contender: Contender, case: Case, limit_s: float) -> None:
    """One run, and a look at what it wrote."""
    contender.before()
    emptied(contender.work)
    try:
        case.runs.append(measured(contender.command(), contender.place, contender.work, limit_s))
    except Failed as failure:
        case.note = str(failure)
        return
    found = counted(contender.out)
    if case.output is None:
        digest, lines = contender.compared(contender.out) if contender.compared else ("", found.lines)
        case.output = Output(lines, found.bytes, digest)
    elif found.bytes != case.output.bytes:
        case.note = "its output differs from run to run"
    if contender.expected and case.output.lines != contender.expected:
        case.note = f"differs: {case.output.lines:,} triples, not {contender.expected:,}"


def agreed(contenders: dict[str, Contender], cases: dict[str, Case]) -> None:
    """Note whose output is not what the most have; parsed and written anew if it is so at first sight."""
    compared = {name: case for name, case in cases.items() if case.output and contenders[name].compared}
    first = {name: (case.output.digest, case.output.lines) for name, case in compared.items() if case.output}
    if len(set(first.values())) > 1:
        first = {name: anew(contenders[name], case) for name, case in compared.items()}
    most = common(first.values())
    for name, content in first.items():
        if content != most:
            compared[name].note = compared[name].note or f"differs: {content[1]:,} triples, not {most[1]:,}"


def anew(contender: Contender, case: Case) -> Content:
    """The hash of what was parsed and written again, if that can be done."""
    assert case.output
    output = case.output
    if not output.canonical and contender.canonical and contender.out.exists():
        try:
            digest, lines = contender.canonical(contender.out)
        except (SyntaxError, Failed) as failure:
            case.note = f"no N-Triples: {failure}"
            return output.digest, output.lines
        case.output = replace(output, canonical=digest, lines=lines)
        return digest, lines
    return output.canonical or output.digest, output.lines


def common(contents: Iterable[Content]) -> Content:
    """What the most have; of equally many the first, and that is kg's."""
    return max(Counter(contents).items(), key=lambda each: each[1], default=(("", 0), 0))[0]


def keep(asked: argparse.Namespace, result: dict[str, Any]) -> None:
    """Write what there is so far, in one step."""
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=asked.out.parent, delete=False) as file:
        file.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    Path(file.name).replace(asked.out)


def tell(text: str) -> None:
    """What is going on, for those who wait."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
