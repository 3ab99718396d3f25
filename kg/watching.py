"""A project built again whenever one of its files is saved, with its page kept up to date in the browser."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from kg import pipeline, serving, store
from kg.errors import Finding, KgError, NoBuild
from kg.graph import Graph
from kg.project import Project
from kg.runs import DEFAULTS, Options

if TYPE_CHECKING:
    from kg.places import Places

FOLDERS = ("data", "ontology", "queries")
QUIET, LONGEST, AT_LEAST = 30, 300, 500
"""Milliseconds without another change that end a change, the most that one may take, between looks."""
NEVER_OURS = (".", "#", "~$")
UNFINISHED = ("~", ".swp", ".swx", ".tmp", ".part", ".crswap", ".pyc")


@dataclass(frozen=True)
class Round:
    """What came of one change: the graph, or what is wrong with it; the page is at `address` either way."""

    address: str
    graph: Graph | None
    findings: tuple[Finding, ...]


def rounds(
    project: Project, options: Options = DEFAULTS, *, lang: str = "zh", stop: Event | None = None
) -> Iterator[Round]:
    """Build the project and serve its page; again after each change, until `stop` is set.

    What cannot be built is told, and the last graph that could be stays, in the page and for queries.
    """
    from kg.places import Places

    with serving.served() as served:
        session = _Session(project, options, served, lang, Places(), secrets.token_hex(4))
        for _ in _changes(project, stop or Event()):
            if found := session.next():
                yield found


@dataclass
class _Session:
    """A page and its server, for as long as the project is watched."""

    project: Project
    options: Options
    served: serving.Served
    lang: str
    places: Places
    token: str
    told: object = None

    def next(self) -> Round | None:
        """Build, and draw what has changed; None where nothing has, and that was told before."""
        graph: Graph | None = None
        try:
            made, report = pipeline.build(self.project, self.options)
            graph = Graph(self.project, made, report.warnings, report.skipped, report.changes)
            findings = report.warnings
        except KgError as error:
            findings = error.findings
        shown = graph or self._last()
        if shown and (version := self._version(shown)) != self.served.version:
            findings += self._show(shown, version)
        told = (self.served.version, findings, graph is None)
        if told == self.told:
            return None
        self.told = told
        return Round(self.served.address, graph, findings)

    def _last(self) -> Graph | None:
        """The last graph that could be built, if it is not shown yet."""
        try:
            return None if self.served.version else Graph(self.project, store.current(self.project.build))
        except NoBuild:
            return None

    def _version(self, graph: Graph) -> str:
        """What decides how the page is: the graph, its ontology, the queries; another one in each session."""
        queries = store.hashes(self.project.queries.values(), self.project.root)
        what = (self.token, graph.build.manifest.files, queries)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def _show(self, graph: Graph, version: str) -> tuple[Finding, ...]:
        try:
            page = graph.page(lang=self.lang, served=version, places=self.places, step=self.options.step)
        except KgError as error:
            return error.findings
        self.served.show(page.html, version)
        return page.warnings


def _changes(project: Project, stop: Event) -> Iterator[None]:
    """At the start, and after each change of what the project is made of; now and then also without one.

    What happens before folders are watched is not missed: there is one more as soon as they are.
    """
    import watchfiles

    yield None
    while not stop.is_set():
        folders = _folders(project)
        seen = watchfiles.watch(
            *folders,
            watch_filter=lambda _, path: is_ours(project, Path(path)),
            recursive=False,
            step=QUIET,
            debounce=LONGEST,
            rust_timeout=AT_LEAST,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=True,
        )
        for number, changes in enumerate(seen):
            if changes or number == 0:
                yield None
                if _folders(project) != folders:
                    break


def _folders(project: Project) -> list[Path]:
    """The folders whose files a build reads, and the project's own, in which they may come to be.

    Editors save by putting another file in the place of the old one: so not the files are watched.
    """
    there = {project.root, *(project.root / name for name in FOLDERS)}
    try:
        inputs = store.current(project.build).manifest.inputs
    except NoBuild:
        inputs = {}
    there |= {(project.root / name).parent for name in inputs}
    return sorted(path.resolve() for path in there if path.is_dir())


def is_ours(project: Project, path: Path) -> bool:
    """Whether a build may read what has changed: no file that an editor keeps for itself, nothing beside.

    >>> here = Project(Path("/p"))
    >>> [is_ours(here, Path("/p", name)) for name in ("data/t.csv", "data/.t.csv.swp", "build", "data")]
    [True, False, False, True]
    """
    if path.name.startswith(NEVER_OURS) or path.name.endswith(UNFINISHED):
        return False
    return path.parent != project.root.resolve() or path.name in FOLDERS
