"""Measures the page of kg beside that of pyvis, and prints and writes what it found; see bench/README.md.

python bench/page.py            everything, in about an hour
python bench/page.py --quick    200 and 1,000 nodes, once
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measuring import machine

LATE = 3  # what bench/browsing.py ends with for a page that is not ready in time
HERE = Path(__file__).resolve().parent
KG = [sys.executable, "-c", "from kg.cli import main; main()", "view", "--no-open", "-q"]
RESULTS = HERE / "results" / "page.json"
SIZES = (200, 1_000, 5_000, 50_000)
MILLION = 1_000_000
PACKAGES = ("kgwright", "pyvis", "networkx", "pyoxigraph", "playwright")
PAGES = ("kg", "pyvis", "pyvis, still")
"""pyvis as it comes, and with its physics off and places given, which costs it no layout."""

COLUMNS = {  # of the table: figure, heading, digits
    "file_kb": ("file kB", 0),
    "gzip_kb": ("gzip kB", 0),
    "build_cpu_s": ("build CPU s", 2),
    "build_mb": ("peak MB", 0),
    "interactive_s": ("usable s", 2),
    "cpu_s": ("CPU s", 2),
    "pan_fps": ("pan fps", 0),
    "pan_cpu_ms": ("ms/frame", 1),
    "zoom_fps": ("zoom fps", 0),
    "zoom_cpu_ms": ("ms/frame", 1),
    "heap_mb": ("heap MB", 1),
    "requests": ("requests", 0),
    "labels": ("labels", 0),
    "overlaps": ("overlap", 0),
    "smallest": ("smallest px", 0),
}
# What the page of kg is to keep: nodes, figure, and at most (or, for frames, at least) this much.
TARGETS = (
    (200, "requests", 0),
    (200, "interactive_s", 1.0),
    (200, "pan_fps", 55),
    (200, "zoom_fps", 55),
    (200, "pan_cpu_ms", 6),
    (200, "zoom_cpu_ms", 6),
    (1_000, "pan_fps", 50),
    (1_000, "zoom_fps", 50),
    (1_000, "pan_cpu_ms", 12),
    (1_000, "zoom_cpu_ms", 12),
    (200, "overlaps", 0),
    (200, "smallest", 12),
    (200, "file_kb", 650),
    (200, "gzip_kb", 160),
    (200, "build_cpu_s", 2.5),
)
AT_LEAST = ("pan_fps", "zoom_fps", "smallest")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 and 1,000 nodes, each once")
    parser.add_argument("--nodes", type=int, nargs="*", help="sizes instead of " + ", ".join(map(str, SIZES)))
    parser.add_argument("--pages", nargs="*", choices=PAGES, default=PAGES, help="which pages")
    parser.add_argument("--runs", type=int, default=0, help="of each page; medians are told (3, quick: 1)")
    parser.add_argument("--limit", type=float, default=120, help="seconds for a build, and for a page")
    parser.add_argument("--million", action="store_true", help="the graph of a million triples in any case")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the file of results")
    asked = parser.parse_args()
    sizes = asked.nodes if asked.nodes is not None else SIZES[:2] if asked.quick else SIZES
    runs = asked.runs or (1 if asked.quick else 3)
    result = {
        "when": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": about(),
        "runs": runs,
        "limit_s": asked.limit,
    }
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for nodes in sizes:
            cases += of_size(Path(folder) / str(nodes), nodes, asked.pages, runs, asked.limit)
        if asked.million or (asked.nodes is None and not asked.quick):
            cases.append(million(Path(folder) / "million", runs, asked.limit))
    browsers = {case["median"].pop("browser") for case in cases if "browser" in case["median"]}
    result["machine"]["browser"] = ", ".join(sorted(browsers))
    result |= {"load_after": os.getloadavg()[0], "targets": [*targets(cases)], "cases": cases}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(*table(cases), *(told(each) for each in result["targets"]), sep="\n")
    print(
        f"load {result['machine']['load_before']:.1f} before, {result['load_after']:.1f} after; {asked.out}"
    )


def about() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        **machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


def of_size(
    folder: Path, nodes: int, pages: tuple[str, ...], runs: int, limit: float
) -> list[dict[str, Any]]:
    """One case for each page of a graph of so many nodes."""
    graphs = [sys.executable, str(HERE / "graphs.py")]
    spent([*graphs, "project", str(folder), str(nodes)], None)
    places = folder / "places.json"
    still = "pyvis, still" in pages and spent([*graphs, "places", str(folder), str(places)], 4 * limit)
    commands = {
        "kg": [*KG, "-C", str(folder), "-o"],
        "pyvis": [*graphs, "pyvis", str(folder)],
        "pyvis, still": [*graphs, "pyvis", str(folder)],
    }
    cases = []
    for page in pages:
        tell(f"{page}, {nodes:,} nodes")
        out = folder / f"{page.replace(', ', '-')}.html"
        more = [str(places)] if page == "pyvis, still" and still else []
        cases.append(case(page, nodes, [*commands[page], str(out), *more], out, runs, limit))
    return cases


def million(folder: Path, runs: int, limit: float) -> dict[str, Any]:
    """The page of a graph of a million triples."""
    tell(f"kg, {MILLION:,} triples")
    spent([sys.executable, str(HERE / "graphs.py"), "triples", str(folder), str(MILLION)], None)
    out = folder / "kg.html"
    return case(
        "kg", f"{MILLION:,} triples", [*KG, "-C", str(folder), "-o", str(out)], out, min(runs, 1), 10 * limit
    )


def case(
    page: str, size: int | str, command: list[str], out: Path, runs: int, limit: float
) -> dict[str, Any]:
    """Build and open a page some times; the medians, each run, and what was not done in time."""
    found: list[dict[str, Any]] = []
    notes = []
    for _ in range(runs):
        built = spent(command, limit)
        if not built:
            notes.append(f"not built within {limit:g} s")
            break
        content = out.read_bytes()
        built |= {"file_kb": len(content) / 1e3, "gzip_kb": len(gzip.compress(content, 9)) / 1e3}
        opened = browsed(out, limit, hold=page != "kg")
        found.append(built | opened)
        if not opened:
            notes.append(f"not usable within {limit:g} s")
            break
    names = [name for name in found[0] if name in found[-1]] if found else []
    median = {name: middle([run[name] for run in found]) for name in names}
    return {"page": page, "size": size, "median": median, "notes": notes, "runs": found}


def middle(values: list[Any]) -> Any:
    """The median of numbers; the first of anything else."""
    return statistics.median(values) if isinstance(values[0], int | float) else values[0]


def spent(command: list[str], limit: float | None) -> dict[str, float]:
    """CPU and peak memory of a process and its own; nothing if it took too long. Raises if it fails."""
    process = subprocess.Popen(command, start_new_session=True, cwd=HERE.parent)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit or 0)
    _, status, used = os.wait4(process.pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGKILL and limit:
        return {}
    if code:
        raise subprocess.CalledProcessError(code, command)
    return {"build_cpu_s": used.ru_utime + used.ru_stime, "build_mb": used.ru_maxrss / 1024}


def browsed(page: Path, limit: float, *, hold: bool) -> dict[str, Any]:
    """The figures of bench/browsing.py; nothing if the page is not ready in time."""
    command = [
        sys.executable,
        str(HERE / "browsing.py"),
        str(page),
        str(limit),
        *(["--hold"] if hold else []),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        out, complaint = process.communicate(timeout=limit + 60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {}
    if process.returncode not in (0, LATE):
        sys.exit(complaint)
    return json.loads(out) if process.returncode == 0 else {}


def targets(cases: list[dict[str, Any]]) -> Any:
    """What is asked of the page of kg, where it was measured."""
    known = {case["size"]: case["median"] for case in cases if case["page"] == "kg"}
    for nodes, name, wanted in TARGETS:
        value = known.get(nodes, {}).get(name)
        if value is not None:
            kept = value >= wanted if name in AT_LEAST else value <= wanted
            yield {"nodes": nodes, "figure": name, "wanted": wanted, "found": value, "kept": kept}


def told(target: dict[str, Any]) -> str:
    """A target in a line."""
    sign = ">=" if target["figure"] in AT_LEAST else "<="
    kept = "kept  " if target["kept"] else "MISSED"
    found = f"{target['figure']} {target['found']:.4g} ({sign} {target['wanted']})"
    return f"{kept} {target['nodes']:,} nodes: {found}"


def table(cases: list[dict[str, Any]]) -> list[str]:
    """The medians as lines of a table in Markdown."""
    rows = [["page", "nodes", *(heading for heading, _ in COLUMNS.values())]]
    for each in cases:
        size = f"{each['size']:,}" if isinstance(each["size"], int) else each["size"]
        figures = [number(each["median"].get(name), digits) for name, (_, digits) in COLUMNS.items()]
        rows.append([each["page"], size, *figures, *each["notes"]])
    rows.insert(1, ["---", *(["--:"] * (len(rows[0]) - 1))])
    return ["| " + " | ".join(row) + " |" for row in rows] + [""]


def number(value: float | None, digits: int) -> str:
    """A figure, or a dash."""
    return "-" if value is None else f"{value:,.{digits}f}"


def tell(text: str) -> None:
    """What is being measured, for those who wait."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
