"""From a project to its graph: the whole story of a build, in one function."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kg import __version__, documents, exports, ontology, reports, runs, store, targets
from kg.errors import Finding, Unwritable
from kg.mapping import Mapping
from kg.project import Project
from kg.rules import rules
from kg.runs import DEFAULTS, Options, Sources


@dataclass(frozen=True)
class Report:
    """How many quads went to each file, the default output first, and what a person should know."""

    files: tuple[tuple[Path, int], ...]
    warnings: tuple[Finding, ...]
    skipped: tuple[Finding, ...] = ()
    """What was left out because its value makes no valid term, where this was asked for."""

    @property
    def quads(self) -> int:
        """How many quads went to the default output."""
        return self.files[0][1]


@documents.kept()
def build(project: Project, options: Options = DEFAULTS) -> tuple[store.Build, Report]:
    """Read, map, check, write, load, publish: the build, and its report. On any error the last one stays."""
    from kg import checks

    options.step("reading ontology and mapping")
    terms = ontology.read(project.ontology)
    mapping = runs.read(project.mapping, options)
    tables = runs.look_at(mapping, project.mapping.parent, options, terms)
    inputs = _hashed(project, tables, options)
    with store.staging(project.build, options.step) as staged:
        graph = staged / store.GRAPH
        (quads,), skipped, unfound = runs.materialise(
            mapping, tables, {None: graph}, options, closed_by=terms
        )
        if options.skip:
            reports.write(skipped, staged / store.SKIPPED)
        terms.write(staged / store.ONTOLOGY)
        options.step(f"loading {quads + len(terms.quads):,} quads")
        store.load(staged)
        made = store.publish(staged, project.build, _manifest(staged, mapping, terms, quads, inputs))
    warnings = (*_warnings(tables), *unfound, *checks.undescribed(mapping, terms.terms))
    return made, Report(((made.graph, quads),), warnings, skipped)


@documents.kept()
def map(mapping: Path, out: Path, options: Options = DEFAULTS) -> Report:
    """Run one mapping by itself: the quads in `out`, sorted, each once; nothing at all where anything fails.

    The format is that of the suffix, else N-Quads. Logical targets are written besides. References between
    tables stay unchecked: RML lets a mapping name nodes that it does not describe. With the option `skip`,
    what is left out is listed in a table beside `out`.
    """
    options.step(f"reading {mapping.name}")
    read = runs.read(mapping, options)
    tables = runs.look_at(read, mapping.parent, options)
    by_target = targets.destinations(rules(read))
    files = {target: Path(target.path) if target else out for target in by_target}
    listed = [reports.beside(out)] * options.skip
    read_files = {mapping, *_python(options), *(table.path for table in tables.values())}
    _apart([*files.values(), *listed], read_files)
    with ExitStack() as outputs:
        unfinished = {target: outputs.enter_context(store.replacing(file)) for target, file in files.items()}
        counts, skipped, unfound = runs.materialise(read, tables, unfinished, options)
        exports.rewrite(unfinished[None], dict(read.prefixes), out)
        for file in listed:
            reports.write(skipped, outputs.enter_context(store.replacing(file)))
    return Report(tuple(zip(files.values(), counts, strict=True)), (*_warnings(tables), *unfound), skipped)


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


def _manifest(
    staged: Path, mapping: Mapping, terms: ontology.Ontology, quads: int, inputs: dict[str, str]
) -> store.Manifest:
    return store.Manifest(
        quads=quads,
        ontology_quads=len(terms.quads),
        prefixes=dict(terms.prefixes) | dict(mapping.prefixes),
        files=store.hashes((staged / store.GRAPH, staged / store.ONTOLOGY), staged),
        inputs=inputs,
        kg=__version__,
    )


def _warnings(tables: Sources) -> tuple[Finding, ...]:
    return tuple(warning for table in tables.values() for warning in table.warnings)
