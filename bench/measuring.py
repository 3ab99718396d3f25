"""One process measured: wall time, processor time and memory of it and of all that it starts; what it wrote.

Wall time is from the start of the process to its end: starting an interpreter, importing libraries, all.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

EVERY_S = 0.1
"""How often the memory of several processes is looked at; that of one is known exactly at its end."""
MOST_BYTES = 24 << 30
"""Of one file: a join that makes far too many rows must not fill the disk."""
LATE = "not done in time"
SORT_MEMORY = "50%"


@dataclass(frozen=True)
class Run:
    """What one run took. `inner` is what the process itself says that the step in question took."""

    wall_s: float
    cpu_s: float
    mib: float
    load: float
    inner_s: float | None = None


@dataclass(frozen=True)
class Output:
    """What a run wrote: lines, bytes, a hash; where those differ, another of it parsed and written anew."""

    lines: int
    bytes: int
    digest: str = ""
    canonical: str = ""


@dataclass
class Case:
    """A contender in a task: its runs, what it wrote, what is wrong with it, what it was given (a hash)."""

    task: str
    contender: str
    runs: list[Run] = field(default_factory=list)
    output: Output | None = None
    note: str = ""
    origin: str = ""
    reused: bool = False

    def figure(self, name: str) -> float | None:
        """The median of a figure of its runs; none if it was not done, or not as the others did it."""
        known = [value for run in self.runs if (value := getattr(run, name)) is not None]
        return statistics.median(known) if known and not self.note else None

    def as_json(self) -> dict[str, Any]:
        """To be written; `parsed` reads it."""
        return asdict(self)


def parsed(told: dict[str, Any]) -> Case:
    """A case as it was written."""
    output = Output(**told["output"]) if told["output"] else None
    return Case(**{**told, "runs": [Run(**run) for run in told["runs"]], "output": output})


class Failed(Exception):
    """A contender that ended with an error, or not in time; its message says which."""


def measured(command: Sequence[str], place: Path, folder: Path, limit_s: float) -> Run:
    """The command run at a place; a folder keeps what it prints. Raises Failed."""
    load = os.getloadavg()[0]
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as complaints:
        begin = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=complaints,
            start_new_session=True,
        )
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
        memory = _Memory(process.pid)
        timer = threading.Timer(limit_s, _end, [process.pid])
        memory.start()
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    in_time = timer.is_alive()
    timer.cancel()
    memory.stop()
    _end(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    if not in_time:
        raise Failed(f"{LATE}: {limit_s:g} s")
    if process.returncode:
        lines = (folder / "stderr").read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it does not say why")
        raise Failed(f"failed with {process.returncode}: {last[:300]}")
    mib = max(used.ru_maxrss / 1024, memory.peak_mib)
    return Run(wall, used.ru_utime + used.ru_stime, mib, load, _inner(folder / "stdout"))


def _end(session: int) -> None:
    """End what is left of a session that was started here."""
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return


def _inner(told: Path) -> float | None:
    """Seconds in the last line of standard output, if it is {"seconds": ...}."""
    with told.open("rb") as file:
        file.seek(max(told.stat().st_size - 200, 0))
        last = file.read().rpartition(b'{"seconds"')
    return float(json.loads(last[1] + last[2])["seconds"]) if last[1] else None


class _Memory(threading.Thread):
    """The most that the processes of a session held together; pages that they share are counted once."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session, self.peak_mib = session, 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(EVERY_S):
            members = [each for each in Path("/proc").iterdir() if each.name.isdigit() and self._mine(each)]
            if len(members) > 1:
                self.peak_mib = max(self.peak_mib, sum(map(_held_mib, members)))

    def stop(self) -> None:
        self.ended.set()
        self.join()

    def _mine(self, process: Path) -> bool:
        try:
            return int((process / "stat").read_text().rpartition(")")[2].split()[3]) == self.session
        except (OSError, IndexError):  # it has ended meanwhile
            return False


def _held_mib(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def counted(path: Path) -> Output:
    """What was written to a file, or to the files of a folder, without a look at what it says."""
    files = _files(path)
    lines = 0
    for file in files:
        with file.open("rb") as content:
            lines += sum(chunk.count(b"\n") for chunk in iter(partial(content.read, 1 << 20), b""))
    return Output(lines, sum(file.stat().st_size for file in files))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(
            each for each in path.rglob("*") if each.is_file() and not each.name.startswith(("_", "."))
        )
    return [path] if path.exists() else []


Content = tuple[str, int]
"""A hash, and how many triples or rows it is of."""


def set_of_lines(path: Path) -> Content:
    """The hash of `sort -u`: equal for files of the same lines, in whatever order and however often."""
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        command = ["sort", "-u", f"-S{SORT_MEMORY}", "-T", scratch, *map(str, _files(path))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}) as sorting:
            found = _hash(iter(partial(_stream(sorting).read, 1 << 20), b""))
    if sorting.returncode:
        raise Failed(f"the output could not be sorted: {path}")
    return found


def _stream(process: subprocess.Popen[bytes]) -> Any:
    return process.stdout


def same_bytes(path: Path) -> Content:
    """The hash of a file as it is."""
    with path.open("rb") as file:
        return _hash(iter(partial(file.read, 1 << 20), b""))


def _hash(chunks: Iterable[bytes]) -> Content:
    found, lines = sha256(), 0
    for chunk in chunks:
        found.update(chunk)
        lines += chunk.count(b"\n")
    return found.hexdigest()[:32], lines


def canonical(path: Path) -> Content:
    """The hash of the set of lines of N-Triples that were parsed and written again.

    Engines are free to write a tab as it is or as \\t: both are the same triple.
    """
    import pyoxigraph

    rewritten = path.parent / "canonical.nt"
    with rewritten.open("wb") as out:
        for file in _files(path):
            quads = pyoxigraph.parse(path=str(file), format=pyoxigraph.RdfFormat.N_TRIPLES)
            pyoxigraph.serialize((quad.triple for quad in quads), out, pyoxigraph.RdfFormat.N_TRIPLES)
    try:
        return set_of_lines(rewritten)
    finally:
        rewritten.unlink()


def emptied(folder: Path) -> Path:
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def machine() -> dict[str, Any]:
    """Processor, memory, system."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": platform.platform(terse=True),
    }
