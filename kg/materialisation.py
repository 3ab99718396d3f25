"""One mapping run by itself, with no project around it: into files, or into folders by a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from kg import documents, reports, runs, store
from kg.errors import Unwritable
from kg.mapping import Mapping
from kg.reports import Report
from kg.rules import Rule, destinations, rules
from kg.runs import DEFAULTS, Options, Sources

LINES = (".nq", ".nt")
"""Suffixes of formats that are the lines of the quads."""


@documents.kept()
def to_files(mapping: Path, out: Path, options: Options = DEFAULTS) -> Report:
    """Run one mapping by itself: the quads in `out`, each once; nothing at all where anything fails.

    The format is that of the suffix, else N-Quads. Lines of these and of N-Triples come in no order unless
    the options want it. Logical targets are written besides. References between tables stay unchecked: RML
    lets a mapping name nodes that it does not describe. With the option `skip`, what is left out is listed in
    a table beside `out`.
    """
    read, tables = _looked_at(mapping, options)
    by_target = destinations(rules(read))
    files = {target: Path(target.path) if target else out for target in by_target}
    options = replace(options, ordered=options.ordered or not _as_made(out, by_target[None]))
    listed = reports.beside(out) if options.skip else None
    _apart([*files.values(), *filter(None, [listed])], {mapping, *options.python, *_paths(tables)})
    with ExitStack() as outputs:
        unfinished = {target: outputs.enter_context(store.replacing(file)) for target, file in files.items()}
        counts, skipped, unfound = runs.materialise(read, tables, unfinished, options)
        if options.ordered:
            from kg import exports

            exports.rewrite(unfinished[None], dict(read.prefixes), out, memory=options.memory)
        if listed:
            reports.write(skipped, outputs.enter_context(store.replacing(listed)))
    counted = tuple(zip(files.values(), counts, strict=True))
    return Report(counted, (*runs.warnings(tables), *unfound), skipped, listed)


@documents.kept()
def on_cluster(mapping: Path, out: str, options: Options) -> Report:
    """Run one mapping on a cluster: folders of N-Triples or N-Quads, or nothing where anything fails.

    The lines are those of :func:`to_files`, each once, in many files and in no order. Raises Unsupported for
    other formats, also of logical targets. What is left out with `skip` is always listed here.
    """
    from kg import clusters

    kind = clusters.folder(out)
    read, tables = _looked_at(mapping, options)
    by_target = destinations(rules(read))
    folders = {target: clusters.of_target(target) if target else kind for target in by_target}
    for target, into in folders.items():
        clusters.check_graphs(into, by_target[target])
    listed = (
        reports.beside(Path(Path(out).name if clusters.elsewhere(out) else out)) if options.skip else None
    )
    outputs = {target: into.path for target, into in folders.items()}
    here = {path: Path(path) for path in outputs.values() if not clusters.elsewhere(path)}
    _apart([*here.values(), *filter(None, [listed])], {mapping, *options.python, *_paths(tables)})
    with ExitStack() as besides:
        unfinished = besides.enter_context(store.replacing(listed)) if listed else None
        counts, skipped, unfound = runs.materialise(read, tables, outputs, options)
        if unfinished:
            reports.write(skipped, unfinished)
    counted = tuple(
        (here.get(path, path), count) for path, count in zip(outputs.values(), counts, strict=True)
    )
    return Report(counted, (*runs.warnings(tables), *unfound), skipped, listed)


def _paths(tables: Sources) -> Iterable[Path]:
    return (table.path for table in tables.values())


def _looked_at(mapping: Path, options: Options) -> tuple[Mapping, Sources]:
    options.step(f"reading {mapping.name}")
    read = runs.read(mapping, options)
    return read, runs.look_at(read, mapping.parent, options)


def _as_made(out: Path, made: Iterable[Rule]) -> bool:
    """Whether the quads can stay as the engine writes them, line by line."""
    suffix = out.suffix.lower()
    if suffix in LINES:
        return suffix == ".nq" or not any(rule.graph for rule in made)
    from kg import exports

    return suffix not in exports.REWRITTEN


def _apart(written: Iterable[Path], read_files: Iterable[Path]) -> None:
    """Raise Unwritable where a run would write what it reads, or one file twice."""
    taken = {path.resolve() for path in read_files}
    for path in written:
        if path.resolve() in taken:
            raise Unwritable(f"{path} is read or written by this run already", fix="name another file")
        taken.add(path.resolve())
