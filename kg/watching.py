"""A project built again whenever one of its files is saved, with its page kept up to date in the browser."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from kg import pipeline, runs, serving, state, store
from kg.errors import Finding, KgError, NoBuild
from kg.graph import Graph
from kg.project import DATA, FUNCTIONS, MAPPINGS, Project
from kg.runs import DEFAULTS, Options
from kg.state import Stamps

if TYPE_CHECKING:
    from kg.places import Places

FOLDERS = (DATA, "ontology", "queries")
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
    project: Project,
    options: Options = DEFAULTS,
    *,
    clean: bool = False,
    lang: str = "zh",
    stop: Event | None = None,
) -> Iterator[Round]:
    """Build the project and serve its page; again after each change, until `stop` is set.

    The first build starts anew if it is to be `clean`. What cannot be built is told, and the last graph that
    could be stays, in the page and for queries.
    """
    from kg.places import Places

    with serving.served() as served:
        session = _Session(project, options, served, lang, Places(), secrets.token_hex(4), clean)
        for _ in _changes(project, options, stop or Event()):
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
    clean: bool = False
    told: object = None

    def next(self) -> Round | None:
        """Build, and draw what has changed; None where nothing has, and that was told before."""
        graph: Graph | None = None
        try:
            made, report = pipeline.build(self.project, now(self.project, self.options), clean=self.clean)
            self.clean = False
            graph = Graph(self.project, made, report.warnings, report.skipped, report.changes)
            findings = report.warnings
        except (KgError, OSError) as error:
            findings = _told(error)
        findings += self._show(graph)
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
        """What decides how the page is: graph, ontology, prefixes, queries; another one in each session."""
        queries = store.hashes(self.project.queries.values(), self.project.root)
        manifest = graph.build.manifest
        what = (self.token, sorted(manifest.files.items()), sorted(manifest.prefixes.items()), queries)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]

    def _show(self, graph: Graph | None) -> tuple[Finding, ...]:
        """Draw the graph, or the last one, if it is not shown; what a person should know of the page."""
        try:
            shown = graph or self._last()
            if shown is None or (version := self._version(shown)) == self.served.version:
                return ()
            page = shown.page(lang=self.lang, served=version, places=self.places, step=self.options.step)
        except (KgError, OSError) as error:
            return _told(error)
        self.served.show(page.html, version)
        return page.warnings


def _told(error: KgError | OSError) -> tuple[Finding, ...]:
    """What is wrong; what the system refuses may be a file that is just being saved, and ends nothing."""
    if isinstance(error, KgError):
        return error.findings
    return (Finding("system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")),)


def now(project: Project, options: Options) -> Options:
    """The options as they are now: the project's own functions may have come since, or gone."""
    own = project.root / DATA / FUNCTIONS
    return replace(options, functions=project.functions) if options.functions in (None, own) else options


def _changes(project: Project, options: Options, stop: Event) -> Iterator[None]:
    """At the start, and after each change of what the project is made of; now and then also without one.

    What happens before folders are watched is not missed: there is one more as soon as they are.
    """
    import watchfiles

    yield None
    there = Watched()
    while not stop.is_set():
        there = watched(project, options, there)
        seen = watchfiles.watch(
            *there.folders,
            watch_filter=partial(_is_ours, project, there.files),
            recursive=False,
            step=QUIET,
            debounce=LONGEST,
            rust_timeout=AT_LEAST,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=True,
        )
        with suppress(FileNotFoundError):  # a folder that has gone before it was watched
            for number, changes in enumerate(seen):
                if changes or number == 0:
                    yield None
                    before, there = there, watched(project, options, there)
                    moved = any(Path(path) in before.folders for _, path in changes)
                    if moved or there != before:
                        break


def _is_ours(project: Project, files: Collection[Path], _: object, path: str) -> bool:
    return is_ours(project, Path(path), files)


@dataclass(frozen=True)
class Watched:
    """The folders that are watched, and the files that a build reads, with folders that lack on the way.

    Editors save by putting another file in the place of the old one: so not the files are watched.
    """

    folders: frozenset[Path] = frozenset()
    files: frozenset[Path] = frozenset()
    sources: tuple[Path, ...] = field(default=(), compare=False)
    stamps: Stamps = field(default_factory=dict, compare=False)


def watched(project: Project, options: Options, before: Watched) -> Watched:
    """What is to be watched now: what the mapping reads, or read when it could be read `before`."""
    stamps = state.stamps(project.root / DATA / name for name in MAPPINGS)
    sources = before.sources if stamps == before.stamps else _sources(project, options) or before.sources
    own = [project.root, *(project.root / name for name in FOLDERS)]
    python = [options.functions] if options.functions else []
    folders: set[Path] = set()
    files: set[Path] = set()
    for path in (*_inputs(project), *sources, *python):
        for real in (_real(path.parent) / path.name, _real(path)):
            files.add(real)
            folders.add(real.parent)
    folders |= set(map(_real, own))
    while missing := {folder for folder in folders if not folder.is_dir()}:
        files |= missing
        folders = folders - missing | {folder.parent for folder in missing}
    return Watched(frozenset(folders), frozenset(files), sources, stamps)


def _sources(project: Project, options: Options) -> tuple[Path, ...]:
    """The files of the mapping as it is now; none if it cannot be read."""
    try:
        file = project.mapping
        return state.files(runs.read(file, replace(options, functions=None)), file.parent)
    except (KgError, OSError):
        return ()


def _inputs(project: Project) -> Iterator[Path]:
    """The files of the last build."""
    with suppress(NoBuild):
        yield from (project.root / name for name in store.current(project.build).manifest.inputs)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def is_ours(project: Project, path: Path, files: Collection[Path] = ()) -> bool:
    """Whether a build may read what has changed: one of its `files`, or one that may come to be one.

    No file that an editor keeps for itself, and nothing beside.

    >>> here = Project(Path("/p"))
    >>> [is_ours(here, Path("/p", name)) for name in ("data/t.csv", "data/.t.csv.swp", "build", "data")]
    [True, False, False, True]
    """
    if path in files:
        return True
    if path.name.startswith(NEVER_OURS) or path.name.endswith(UNFINISHED):
        return False
    places = {_real(project.root / name) for name in FOLDERS}
    return path.parent in places or path in places
