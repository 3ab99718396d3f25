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
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from kg import store
from kg.errors import Finding, KgError, Place
from kg.mapping import Call, LogicalSource, Mapping
from kg.project import Project
from kg.rules import rules, term_maps
from kg.runs import Options, Sources
from kg.shapes import Table, is_file

STATE, FILE = "state", "state.json"
VERSION = 1
FORMULATIONS = ("csv", "json", "jsonl", "xml", "parquet", "excel")
"""The formulations whose records depend on nothing but the bytes of their file."""
LIBRARIES = ("duckdb", "ibis-framework", "pyoxigraph")
UNTOLD = ("place", "own")
Stamps = dict[Path, tuple[int, ...]]


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

    def copy(self, name: str) -> Path:
        """A file of the state."""
        return self.build.folder / STATE / name

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
        return Last(build, state) if _sizes(build.folder / store.STORE) == state.files else None
    except (KgError, OSError, ValueError, TypeError, KeyError):
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


def warnings(found: Last, root: Path) -> tuple[Finding, ...]:
    """The warnings of the last build."""

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
        for each in found.state.warnings
    )


def stamps(tables: Sources) -> Stamps:
    """What changes when one of the files is written, taken before they are read."""
    found: Stamps = {}
    for table in tables.values():
        if table.path.is_file():
            stat = table.path.stat()
            found[table.path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return found


def remember(
    staged: Path,
    project: Project,
    mapping: Mapping,
    tables: Sources,
    options: Options,
    inputs: Map[str, str],
    before: Stamps,
    told: Iterable[Finding],
    found: Last | None = None,
) -> None:
    """Write the state of a build beside its files, unless it has inputs that are more than files.

    Copies that the last state has, `found`, are linked. `before` are the stamps from before the hashes.
    """
    if not all(map(_is_kept, tables)) or options.skip or _calls_own(mapping):
        return
    folder = staged / STATE
    folder.mkdir()
    sources: list[Remembered] = []
    named: dict[Path, str] = {}
    for source, table in tables.items():
        sha256 = inputs[store.named(table.path, project.root)]
        if table.path not in named:
            named[table.path] = f"{len(named)}{table.path.suffix}"
            there = found.remembered(source) if found else None
            old = found.copy(there.file) if found and there and there.sha256 == sha256 else None
            _copy(table.path, folder / named[table.path], old)
        sources.append(Remembered(said(source), named[table.path], sha256, table.columns, table.types))
    shutil.copyfile(project.mapping, folder / project.mapping.name)
    if stamps(tables) != before:
        shutil.rmtree(folder)
        return
    state = State(
        _how(options),
        project.mapping.name,
        tuple(sources),
        _sizes(staged / store.STORE),
        tuple(_written(each, project.root) for each in told),
    )
    text = json.dumps(asdict(state), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


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
    modules = sorted((path.name, *path.stat()[6:9:2]) for path in here.glob("*.py"))
    return (VERSION, sys.version, tuple(modules), tuple(map(metadata.version, LIBRARIES)))


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
