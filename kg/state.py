"""What a build remembers for the next one: copies of its sources and of its mapping, and how it was made.

::

    build/builds/7/state/       state.json, mapping.yml, 0.csv, 1.csv …

With it the next build finds the rows that differ, and makes again what they made. Nothing is remembered of a
build whose inputs are more than files, as with databases and with functions of the project's own, which may
read what they like; nor where a file changed while it was read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from kg import store
from kg.errors import Finding, KgError, Place
from kg.mapping import Call, LogicalSource, Mapping
from kg.ontology import Ontology
from kg.project import DATA, Project
from kg.rules import references_of, rules, term_maps
from kg.runs import Options, Sources
from kg.shapes import Table, is_file

STATE, FILE = "state", "state.json"
VERSION = 1
FORMULATIONS = ("csv", "json", "jsonl", "xml", "parquet", "excel")
"""The formulations whose records depend on nothing but the bytes of their file."""
LIBRARIES = (
    "duckdb",
    "ibis-framework",
    "jsonpath-rfc9535",
    "lxml",
    "openpyxl",
    "pyoxigraph",
    "pyyaml",
    "sqlglot",
)
"""What reads and makes; with another version of one, all is made anew."""
UNTOLD = ("place", "own")
Stamps = dict[Path, tuple[int, ...]]


@dataclass(frozen=True)
class Inputs:
    """What a build is made of, read and looked at; `file` is the mapping's.

    The hashes of all files are there by their names. They were taken after the stamps, as was all that was
    read: so they are those of what was read, as long as the stamps are the same.
    """

    project: Project
    file: Path
    mapping: Mapping
    tables: Sources
    terms: Ontology
    options: Options
    hashes: dict[str, str]
    stamps: Stamps


@dataclass(frozen=True)
class Changes:
    """What a build took over from the last: of how many tables how many, and the quads that went and came.

    With `nothing`, that was all of it, and the last build is still the published one. `anew` says why nothing
    could be taken over.

    >>> str(Changes(tables=14, reused=12, removed=2, added=3))
    'reused 12 of 14 tables; 3 quads added, 2 removed'
    """

    tables: int
    reused: int
    removed: int
    added: int
    nothing: bool = False
    anew: str = ""

    def __str__(self) -> str:
        if self.nothing:
            return "nothing has changed"
        if self.anew:
            return f"made anew: {self.anew}"
        tables = f"reused {self.reused:,} of {self.tables:,} tables"
        return f"{tables}; {self.added:,} quads added, {self.removed:,} removed"


@dataclass(frozen=True)
class Made:
    """What was made in a staging folder: quads, the hashes of its files, what a person should know."""

    quads: int
    files: dict[str, str]
    warnings: tuple[Finding, ...]
    skipped: tuple[Finding, ...] = ()
    changes: Changes | None = None


@dataclass(frozen=True)
class Remembered:
    """A source as it was read: what the mapping says of it, its copy, and its columns with their types."""

    said: str
    file: str
    sha256: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """What was built from what: `how` is a hash of all but files, `files` the sizes of those of the store.

    `warnings` are those of the build, with files as the manifest names them.
    """

    how: str
    mapping: str
    sources: tuple[Remembered, ...]
    files: dict[str, int]
    warnings: tuple[dict[str, Any], ...]
    version: int = VERSION


@dataclass(frozen=True)
class Last:
    """The last build, which is whole, and its state."""

    build: store.Build
    state: State
    warnings: tuple[Finding, ...]

    def copy(self, name: str) -> Path:
        """A file of the state."""
        return self.build.folder / STATE / name

    @property
    def mapping(self) -> Path | None:
        """The mapping as it was in the last build, if its copy is not damaged."""
        name = self.state.mapping
        sha256 = self.build.manifest.inputs.get(f"{DATA}/{name}", "")
        return self.copy(name) if _is(self.copy(name), sha256) else None

    def table(self, source: LogicalSource) -> Table | None:
        """A table as it was in the last build, if it was there and its copy is not damaged."""
        found = self.remembered(source)
        if found is None or not _is(self.copy(found.file), found.sha256):
            return None
        return Table(self.copy(found.file), found.columns, source, (), found.types)

    def remembered(self, source: LogicalSource) -> Remembered | None:
        """What is remembered of a source."""
        return self._by_said.get(said(source))

    @cached_property
    def _by_said(self) -> dict[str, Remembered]:
        return {each.said: each for each in self.state.sources}


def last(project: Project, options: Options) -> Last | None:
    """The last build with its state, if it was made in the same way and its files have their sizes."""
    try:
        build = store.current(project.build)
        given = json.loads((build.folder / STATE / FILE).read_text(encoding="utf-8"))
        if given.pop("version") != VERSION or given["how"] != _how(options):
            return None
        sources = tuple(
            Remembered(**each | {"columns": tuple(each["columns"]), "types": tuple(each["types"])})
            for each in given.pop("sources")
        )
        state = State(**given | {"warnings": tuple(given["warnings"])}, sources=sources)
        told = _warnings(state, project.root)
        whole = _are_texts(state) and _sizes(build.folder / store.STORE) == state.files
        return Last(build, state, told) if whole else None
    except (KgError, OSError, ValueError, TypeError, KeyError, AttributeError):
        return None  # whatever is wrong with it, a build that starts anew needs none of it


def unchanged(project: Project, options: Options) -> Last | None:
    """The last build if one made now would be the very same, told by hashes alone; its files are whole."""
    found = last(project, options)
    if found is None:
        return None
    try:
        files = [project.root / name for name in found.build.manifest.inputs]
        named = {project.mapping, *project.ontology, *([options.functions] if options.functions else [])}
        if not named <= {*files}:
            return None
        if {*project.ontology} != {path for path in files if path.parent == project.root / "ontology"}:
            return None
        if store.hashes(files, project.root) != found.build.manifest.inputs:
            return None
        return found if intact(found.build) else None
    except (KgError, OSError):
        return None


def intact(build: store.Build) -> bool:
    """Whether the files of a build are those of its manifest, and its store can be opened."""
    build.store()
    return all(_is(build.folder / name, sha256) for name, sha256 in build.manifest.files.items())


def _are_texts(given: State) -> bool:
    """Whether what has to be a text is one: JSON may hold anything."""
    every = (text for each in given.sources for text in (each.said, each.file, each.sha256, *each.columns))
    return all(isinstance(text, str) for text in (given.mapping, *every))


def _warnings(given: State, root: Path) -> tuple[Finding, ...]:

    def place(given: list[Any] | None) -> Place | None:
        return Place(root / given[0], *given[1:]) if given else None

    return tuple(
        Finding(
            **each
            | {
                "place": place(each["place"]),
                "origin": place(each["origin"]),
                "exists": tuple(each["exists"]),
            }
        )
        for each in given.warnings
    )


def files(mapping: Mapping, folder: Path) -> tuple[Path, ...]:
    """Where the files of a mapping are by their paths, which are relative to `folder`."""
    return tuple(folder / source.path for source in references_of(mapping) if is_file(source))


def stamps(paths: Iterable[Path]) -> Stamps:
    """What changes when one of the files is written, taken before they are read; () where there is none."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return ()
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def written(now: Inputs) -> frozenset[str]:
    """The names of the files that were written, or have gone, since before they were read."""
    late = (path for path, stamp in now.stamps.items() if _stamp(path) != stamp)
    return frozenset(store.named(path, now.project.root) for path in late)


def remember(staged: Path, now: Inputs, told: Iterable[Finding], found: Last | None = None) -> None:
    """Write the state of a build beside its files, unless it has inputs that are more than files.

    Nor is it there where a file was written or has gone since it was read. `told` are its warnings. Copies
    that the last state has, `found`, are linked.
    """
    if not all(map(_is_kept, now.tables)) or now.options.skip or _calls_own(now.mapping):
        return
    folder = staged / STATE
    folder.mkdir()
    try:
        state = _copied(folder, now, told, found)
    except FileNotFoundError:
        state = None
    if state is None or written(now):
        shutil.rmtree(folder)
        return
    text = json.dumps(asdict(state), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _copied(folder: Path, now: Inputs, told: Iterable[Finding], found: Last | None) -> State:
    """The state of a build, with its copies in a folder."""
    root = now.project.root
    sources: list[Remembered] = []
    named: dict[Path, str] = {}
    for source, table in now.tables.items():
        sha256 = now.hashes[store.named(table.path, root)]
        if table.path not in named:
            named[table.path] = f"{len(named)}{table.path.suffix}"
            there = found.remembered(source) if found else None
            old = found.copy(there.file) if found and there and there.sha256 == sha256 else None
            _copy(table.path, folder / named[table.path], old)
        sources.append(Remembered(said(source), named[table.path], sha256, table.columns, table.types))
    shutil.copyfile(now.file, folder / now.file.name)
    warnings = tuple(_written(each, root) for each in told)
    return State(
        _how(now.options), now.file.name, tuple(sources), _sizes(folder.parent / store.STORE), warnings
    )


def said(value: object) -> str:
    """Everything that a value of the mapping says, without its places: what does not compare too.

    >>> from kg.mapping import LogicalSource
    >>> said(LogicalSource("t.csv")) == said(LogicalSource("t.csv", stored=True))
    False
    """
    if is_dataclass(value):
        told = (each.name for each in fields(value) if each.name not in UNTOLD)
        parts = (f"{name}={said(getattr(value, name))}" for name in told)
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(said, value))})"
    return value.name if isinstance(value, Enum) else repr(value)


def _is_kept(source: LogicalSource) -> bool:
    return source.formulation in FORMULATIONS and is_file(source)


def _calls_own(mapping: Mapping) -> bool:
    """Whether the mapping calls functions of the project's own."""
    parts = (part for rule in rules(mapping) for _, term_map in term_maps(rule) for part in term_map.parts)
    return any(call.own is not None for part in parts for call in calls(part))


def calls(expression: object) -> Iterator[Call]:
    """The calls of an expression, those inside of others too."""
    if isinstance(expression, Call):
        yield expression
        for _, argument in expression.inputs:
            yield from calls(argument)


def _how(options: Options) -> str:
    """A hash of what decides besides the files: options, this package, the libraries that do the work."""
    given = (*_program(), options.base, options.db, options.skip)
    return hashlib.sha256(repr(given).encode()).hexdigest()


@cache
def _program() -> tuple[object, ...]:
    """What this process runs, as it was when it began."""
    here = Path(__file__).parent
    files = ((path.name, path.stat()) for pattern in ("*.py", "*.json") for path in here.glob(pattern))
    parts = sorted((name, found.st_size, found.st_mtime_ns) for name, found in files)
    return (VERSION, sys.version, tuple(parts), tuple(map(metadata.version, LIBRARIES)))


def _sizes(folder: Path) -> dict[str, int]:
    """The sizes of the files that hold the quads of a store; Oxigraph never changes one."""
    return {path.name: path.stat().st_size for path in sorted(folder.glob("*.sst"))}


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and store.sha256(path) == sha256


def _copy(path: Path, out: Path, old: Path | None) -> None:
    if old:
        try:
            os.link(old, out)
            return
        except OSError:  # a file system without links
            pass
    shutil.copyfile(path, out)


def _written(finding: Finding, root: Path) -> dict[str, Any]:
    def place(given: Place | None) -> list[Any] | None:
        if given is None:
            return None
        file = given.file.relative_to(root) if given.file.is_relative_to(root) else given.file
        return [file.as_posix(), given.line, given.column]

    return {**asdict(finding), "place": place(finding.place), "origin": place(finding.origin)}
