"""From a project to its graph: the whole story of a build, in one function."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__, documents, exports, ontology, reports, runs, store, targets
from kg.errors import Finding, Unwritable
from kg.mapping import Mapping
from kg.project import Project
from kg.rules import Rule, rules
from kg.runs import DEFAULTS, Options, Sources

if TYPE_CHECKING:
    from kg import increments


@dataclass(frozen=True)
class Changes:
    """What a build took over from the last: of how many tables how many, and the quads that went and came.

    With `nothing`, that was all of it, and the last build is still the published one.

    >>> str(Changes(tables=14, reused=12, removed=2, added=3))
    'reused 12 of 14 tables; 3 quads added, 2 removed'
    """

    tables: int
    reused: int
    removed: int
    added: int
    nothing: bool = False

    def __str__(self) -> str:
        if self.nothing:
            return "nothing has changed"
        tables = f"reused {self.reused:,} of {self.tables:,} tables"
        return f"{tables}; {self.added:,} quads added, {self.removed:,} removed"


@dataclass(frozen=True)
class Report:
    """How many quads went to each file, the default output first, and what a person should know."""

    files: tuple[tuple[Path, int], ...]
    warnings: tuple[Finding, ...]
    skipped: tuple[Finding, ...] = ()
    """What was left out because its value makes no valid term, where this was asked for."""
    changes: Changes | None = None
    """What a build took over from the last one; None where it started anew."""

    @property
    def quads(self) -> int:
        """How many quads went to the default output."""
        return self.files[0][1]


@documents.kept()
def build(
    project: Project, options: Options = DEFAULTS, *, clean: bool = False
) -> tuple[store.Build, Report]:
    """Read, map, check, write, load, publish: the build, and its report. On any error the last one stays.

    What the last build made of what has not changed is not made again, unless it is to be `clean`; the files
    are the same bytes. If nothing has changed, the last build is the new one too.
    """
    from kg import state

    if not clean and (same := state.unchanged(project, options)):
        with store.staging(project.build, options.step):
            pass  # what a killed builder left is removed
        told = state.warnings(same, project.root)
        tables = len(same.state.sources)
        return same.build, _report(same.build, told, Changes(tables, tables, 0, 0, nothing=True))
    from kg import checks, increments

    options.step("reading ontology and mapping")
    terms = ontology.read(project.ontology)
    mapping = runs.read(project.mapping, options)
    looked_at = runs.look_at(mapping, project.mapping.parent, options, terms)
    stamps = state.stamps(looked_at)
    inputs = _hashed(project, looked_at, options)
    with store.staging(project.build, options.step) as staged:
        now = increments.Inputs(project.root, project.mapping, mapping, looked_at, terms, options, inputs)
        last = None if clean else state.last(project, options)
        followed = increments.follow(last, now, staged) if last else None
        made = followed or _made(now, staged)
        warnings = (*_warnings(looked_at), *made.warnings, *checks.undescribed(mapping, terms.terms))
        state.remember(staged, project, mapping, looked_at, options, inputs, stamps, warnings, last)
        published = store.publish(staged, project.build, _manifest(now, made))
    if isinstance(made, increments.Increment):
        return published, _report(
            published, warnings, Changes(made.tables, made.reused, made.removed, made.added)
        )
    return published, _report(published, warnings, None, made.skipped)


@dataclass(frozen=True)
class _Made:
    """A build that started anew."""

    quads: int
    files: dict[str, str]
    warnings: tuple[Finding, ...]
    skipped: tuple[Finding, ...]


def _made(now: increments.Inputs, staged: Path) -> _Made:
    """Make graph, ontology and store of a staging folder."""
    options, graph = now.options, staged / store.GRAPH
    (quads,), skipped, unfound = runs.materialise(
        now.mapping, now.tables, {None: graph}, options, closed_by=now.terms
    )
    if options.skip:
        reports.write(skipped, staged / store.SKIPPED)
    now.terms.write(staged / store.ONTOLOGY)
    options.step(f"loading {quads + len(now.terms.quads):,} quads")
    store.load(staged, options.step)
    return _Made(quads, store.hashes((graph, staged / store.ONTOLOGY), staged), unfound, skipped)


def _report(
    made: store.Build,
    warnings: tuple[Finding, ...],
    changes: Changes | None,
    skipped: tuple[Finding, ...] = (),
) -> Report:
    return Report(((made.graph, made.manifest.quads),), warnings, skipped, changes)


@documents.kept()
def map(mapping: Path, out: Path, options: Options = DEFAULTS) -> Report:
    """Run one mapping by itself: the quads in `out`, each once; nothing at all where anything fails.

    The format is that of the suffix, else N-Quads. Lines of these and of N-Triples come in no order unless
    the options want it. Logical targets are written besides. References between tables stay unchecked: RML
    lets a mapping name nodes that it does not describe. With the option `skip`, what is left out is listed in
    a table beside `out`.
    """
    read, tables = _looked_at(mapping, options)
    by_target = targets.destinations(rules(read))
    files = {target: Path(target.path) if target else out for target in by_target}
    options = replace(options, ordered=options.ordered or not _as_made(out, by_target[None]))
    listed = [reports.beside(out)] * options.skip
    read_files = {mapping, *_python(options), *(table.path for table in tables.values())}
    _apart([*files.values(), *listed], read_files)
    with ExitStack() as outputs:
        unfinished = {target: outputs.enter_context(store.replacing(file)) for target, file in files.items()}
        counts, skipped, unfound = runs.materialise(read, tables, unfinished, options)
        if options.ordered:
            exports.rewrite(unfinished[None], dict(read.prefixes), out, memory=options.memory)
        for file in listed:
            reports.write(skipped, outputs.enter_context(store.replacing(file)))
    return Report(tuple(zip(files.values(), counts, strict=True)), (*_warnings(tables), *unfound), skipped)


@documents.kept()
def map_on_cluster(mapping: Path, out: str, options: Options) -> Report:
    """Run one mapping on a cluster: folders of N-Triples or N-Quads, or nothing where anything fails.

    The lines are those of :func:`map`, each once, in many files and in no order. Raises Unsupported for other
    formats, also of logical targets.
    """
    from kg import clusters

    kind = clusters.folder(out)
    read, tables = _looked_at(mapping, options)
    by_target = targets.destinations(rules(read))
    folders = {target: clusters.of_target(target) if target else kind for target in by_target}
    for target, into in folders.items():
        clusters.check_graphs(into, by_target[target])
    listed = Path(f"{Path(out).name}" if clusters.elsewhere(out) else out)
    _apart([Path(into.path) for into in folders.values()], {mapping, *_python(options), *_paths(tables)})
    outputs = {target: into.path for target, into in folders.items()}
    with ExitStack() as besides:
        skipped_in = besides.enter_context(store.replacing(reports.beside(listed))) if options.skip else None
        counts, skipped, unfound = runs.materialise(read, tables, outputs, options)
        if skipped_in:
            reports.write(skipped, skipped_in)
    files = tuple((Path(path), count) for path, count in zip(outputs.values(), counts, strict=True))
    return Report(files, (*_warnings(tables), *unfound), skipped)


def _paths(tables: Sources) -> Iterable[Path]:
    return (table.path for table in tables.values())


def _looked_at(mapping: Path, options: Options) -> tuple[Mapping, Sources]:
    options.step(f"reading {mapping.name}")
    read = runs.read(mapping, options)
    return read, runs.look_at(read, mapping.parent, options)


def _as_made(out: Path, made: Iterable[Rule]) -> bool:
    """Whether the quads can stay as the engine writes them, line by line."""
    return out.suffix not in exports.REWRITTEN or (
        out.suffix == ".nt" and not any(rule.graph for rule in made)
    )


def _apart(written: Iterable[Path], read_files: Iterable[Path]) -> None:
    """Raise Unwritable where a run would write what it reads, or one file twice."""
    taken = {path.resolve() for path in read_files}
    for path in written:
        if path.resolve() in taken:
            raise Unwritable(f"{path} is read or written by this run already", fix="name another file")
        taken.add(path.resolve())


def _python(options: Options) -> tuple[Path, ...]:
    return (options.functions,) if options.functions else ()


def _hashed(project: Project, tables: Sources, options: Options) -> dict[str, str]:
    """The hashes of what is built, taken before it is mapped: an edit meanwhile is then seen as one."""
    files = {table.path for table in tables.values() if table.path.is_file()}
    every = {project.mapping, *_python(options), *project.ontology, *files}
    return store.hashes(sorted(every), project.root)


def _manifest(now: increments.Inputs, made: _Made | increments.Increment) -> store.Manifest:
    return store.Manifest(
        quads=made.quads,
        ontology_quads=len(now.terms.quads),
        prefixes=dict(now.terms.prefixes) | dict(now.mapping.prefixes),
        files=made.files,
        inputs=now.hashes,
        kg=__version__,
    )


def _warnings(tables: Sources) -> tuple[Finding, ...]:
    return tuple(warning for table in tables.values() for warning in table.warnings)
