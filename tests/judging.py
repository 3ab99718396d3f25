"""One case run in this process, and what became of it."""

from __future__ import annotations

import contextlib
import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from contradictions import CONTRADICTIONS, READINGS, REFUSED, VOID, WRITTEN
from datasets import dataset, encoding, unpacked
from suites import Case

import kg
from kg.errors import Finding, KgError

OUTPUT = "kg-output.nq"
REMOTE = re.compile(r'http://w3id\.org/rml/resources/[^\s">]+')
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Verdict:
    """What became of a case: by the suite's own words, and with its contradictions allowed for."""

    case: Case
    strict: str
    allowed: str
    why: str = ""
    findings: tuple[Finding, ...] = ()
    error: str = ""


def run(
    case: Case, work: Path, change: tuple[tuple[str, str], ...] = (), database: str = ""
) -> KgError | None:
    """Run a case in `work`, an empty folder; `change` are texts of the mapping to be replaced,
    `database` that of a mapping which names none.

    The error that kg ends with, if it does. Files that the suite gives as on the web come from a server here.
    """
    shutil.copy(case.mapping, work / "mapping.ttl")
    for path in case.inputs:
        shutil.copy(path, work / path.name)
    text = (work / "mapping.ttl").read_text(encoding="utf-8")
    for old, new in change:
        text = text.replace(old, new)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(work))
        remote = {url for url in REMOTE.findall(text) if (work / url.rsplit("/", 1)[1]).exists()}
        address = stack.enter_context(_served(work)) if remote else ""
        for url in remote:
            text = text.replace(url, f"{address}/{url.rsplit('/', 1)[1]}")
        (work / "mapping.ttl").write_text(text, encoding="utf-8")
        try:
            kg.map(work / "mapping.ttl", work / OUTPUT, base=case.base, network=bool(remote), db=database)
        except KgError as error:
            return error
    return None


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    made = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), made) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def judge(case: Case, work: Path, error: KgError | None) -> Verdict:
    """Compare what a run left in `work` with what the case wants."""
    found = CONTRADICTIONS.get(case.id)
    strict = _faults(case, work, error, refused=case.error)
    allowed = strict
    if found:
        refused = found.instead == REFUSED if found.instead in (REFUSED, WRITTEN) else case.error
        allowed = _faults(case, work, error, refused=refused, reading=found.instead)
    return Verdict(
        case,
        FAILED if strict else PASSED,
        SKIPPED if case.id in VOID else FAILED if allowed else PASSED,
        "; ".join(allowed or strict),
        error.findings if error else (),
        type(error).__name__ if error else "",
    )


def _faults(
    case: Case, work: Path, error: KgError | None, *, refused: bool, reading: str = ""
) -> tuple[str, ...]:
    written = [name for name in (OUTPUT, *(each.name for each in case.targets)) if (work / name).exists()]
    if error is not None:
        left = tuple(f"{name} left behind" for name in written)
        return left if refused else (f"refused: {error.findings[0]}", *left)
    if refused:
        return ("no error",)
    read = READINGS.get(reading, frozenset)
    wanted = {case.expected: OUTPUT} if case.expected else {}
    faults = []
    for file, name in {**wanted, **{each: each.name for each in case.targets}}.items():
        if not (work / name).exists():
            faults.append(f"{name} not written")
            continue
        try:
            faults += _differences(name, read(dataset(file)), dataset(work / name))
        except (SyntaxError, ValueError, UnicodeError) as fault:
            faults.append(f"{name} cannot be read: {fault}")
            continue
        if _encoding(work / name) != _encoding(file):
            faults.append(f"{name} is in {_encoding(work / name)}")
    if not case.expected and dataset(work / OUTPUT):
        faults.append(f"{OUTPUT} is not empty")
    return tuple(faults)


def _differences(name: str, wanted: frozenset[ox.Quad], made: frozenset[ox.Quad]) -> list[str]:
    if wanted == made:
        return []
    missing, extra = sorted(map(str, wanted - made)), sorted(map(str, made - wanted))
    shown = [f"- {quad}" for quad in missing[:3]] + [f"+ {quad}" for quad in extra[:3]]
    return [f"{name}: {len(missing)} quads missing, {len(extra)} too many: {' '.join(shown)}"]


def _encoding(file: Path) -> str:
    content, _ = unpacked(file)
    return encoding(content)
