"""From a project to its graph: the whole story of a build, in one function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import filterfalse, zip_longest
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__, consistency, ontology, rml, shapes, sources, store, targets, yarrrml
from kg.datatypes import IRI
from kg.errors import (
    DataError,
    Finding,
    MissingFile,
    Place,
    UnknownFormat,
    Unsupported,
    Unwritable,
    UsageError,
    each,
)
from kg.mapping import Call, LogicalSource, LogicalTarget, Mapping
from kg.project import Project
from kg.rules import references_of, rules, term_maps

if TYPE_CHECKING:
    from kg.checks import Check
    from kg.plan import Tables

READERS = {".yml": yarrrml.read, ".yaml": yarrrml.read, ".ttl": rml.read}

Step = Callable[[str], None]
"""Told what is being done now: a progress display, or nothing."""
Sources = dict[LogicalSource, sources.Table]


def silent(step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Report:
    """How many quads went to each file, the default output first, and what a person should know."""

    files: tuple[tuple[Path, int], ...]
    warnings: tuple[Finding, ...]

    @property
    def quads(self) -> int:
        """How many quads went to the default output."""
        return self.files[0][1]


def build(project: Project, step: Step = silent) -> tuple[store.Build, tuple[Finding, ...]]:
    """Read, map, check, write, load, publish: the build, and warnings. On any error the last one stays."""
    from kg import checks

    step("reading ontology and mapping")
    terms = ontology.read(project.ontology)
    mapping = read(project.mapping)
    tables = look_at(mapping, project.mapping.parent, terms)
    inputs = _hashed(project, tables)
    with store.staging(project.build, step) as staged:
        step(f"mapping {len(tables)} tables")
        (quads,) = materialise(mapping, tables, {None: staged / store.GRAPH}, closed_by=terms)
        terms.write(staged / store.ONTOLOGY)
        step(f"loading {quads + len(terms.quads):,} quads")
        store.load(staged)
        made = store.publish(staged, project.build, _manifest(staged, mapping, terms, quads, inputs))
    return made, (*_warnings(tables), *checks.undescribed(mapping, terms.terms))


def map(mapping: Path, out: Path, *, base: str = "", network: bool = False, step: Step = silent) -> Report:
    """Run one mapping by itself: N-Quads in `out`, sorted, each once; nothing at all where anything fails.

    Logical targets are written besides. References between tables stay unchecked: RML lets a mapping name
    nodes that it does not describe. Sources on the web are read only if `network` is True.
    """
    step(f"reading {mapping.name}")
    read_mapping = read(mapping, base=base)
    tables = look_at(read_mapping, mapping.parent, network=network)
    step(f"mapping {len(tables)} tables")
    parts = targets.destinations(rules(read_mapping))
    files = {target: Path(target.path) if target else out for target in parts}
    _apart(files.values(), {mapping, *(table.path for table in tables.values())})
    with ExitStack() as outputs:
        unfinished = {target: outputs.enter_context(store.replacing(file)) for target, file in files.items()}
        counts = materialise(read_mapping, tables, unfinished)
    return Report(tuple(zip(files.values(), counts, strict=True)), _warnings(tables))


def _apart(written: Iterable[Path], read_files: Iterable[Path]) -> None:
    """Raise Unwritable where a run would write what it reads, or one file twice."""
    taken = {path.resolve() for path in read_files}
    for path in written:
        if path.resolve() in taken:
            raise Unwritable(f"{path} is read or written by this run already", fix="name another file")
        taken.add(path.resolve())


def planned(mapping: Mapping, tables: Sources) -> str:
    """The SQL that a run of `mapping` runs: a view for each table, then a query of lines for each subject."""
    from kg import engine, plan

    unbound = plan.unbound(_columns(tables))
    views = [f"{engine.definition(index, table)};" for index, table in enumerate(tables.values())]
    queries = [
        f"-- {', '.join(dict.fromkeys(rule.triples_map for rule in group))}\n"
        f"{engine.compiled(plan.of_group(group, unbound), pretty=True)};"
        for group in plan.groups(rules(mapping), unbound)
    ]
    return "\n\n".join([*views, *queries])


def read(path: Path, *, base: str = "") -> Mapping:
    """Read a mapping in the language that its suffix names.

    Raises MissingFile, UnknownFormat, or a MappingError with its place.
    """
    if base and not re.match(IRI.pattern, base):
        raise UsageError(f"the base {base!r} is no absolute IRI", fix=f"expected {IRI.expected}")
    if path.suffix not in READERS:
        raise UnknownFormat(
            f"{path.name} is no mapping that I know by its suffix", value=path.suffix, exists=READERS
        )
    if not path.is_file():
        raise MissingFile(f"there is no file {path}")
    return READERS[path.suffix](path, base=base)


def look_at(
    mapping: Mapping,
    folder: Path,
    closed_by: ontology.Ontology | None = None,
    *,
    network: bool = False,
) -> Sources:
    """The tables of a mapping, whose paths are relative to `folder`, with the columns that it needs.

    With `closed_by`, the mapping may name no term in the ontology's namespaces that it does not have, and has
    no logical targets. Nothing is fetched from the web unless `network` is True. Raises TableError, or
    MappingError with everything that is wrong with the mapping.
    """
    each(call, _demands(mapping, whole=closed_by is not None, network=network))
    used = references_of(mapping)
    found = each(lambda source: sources.table(source, folder, used[source]), used)
    tables = dict(zip(used, found, strict=True))
    there = {source: table.columns for source, table in tables.items()}
    known = (closed_by.terms, closed_by.namespaces) if closed_by else ((), ())
    demands = (
        partial(consistency.columns, mapping, there),
        partial(consistency.constants, mapping),
        partial(consistency.vocabulary, mapping, *known),
        partial(consistency.prefixes, mapping, closed_by.prefixes if closed_by else ()),
    )
    each(call, demands)
    return tables


def _demands(mapping: Mapping, *, whole: bool, network: bool) -> Iterator[Callable[[], None]]:
    """What a mapping must keep to before anything is read: nothing goes over the network unasked."""
    every = dict.fromkeys(term_map for rule in rules(mapping) for _, term_map in term_maps(rule))
    for made in (part for term_map in every for part in term_map.parts if isinstance(part, Call)):
        from kg import functions

        yield partial(functions.check, made)
    for source in () if network else filterfalse(shapes.is_file, mapping.sources):
        if source.path != "-":
            yield partial(_refuse, f"{source.path} is on the web", "run kg map with --network", source.place)
    for target in targets.destinations(rules(mapping)) if whole else ():
        if target:
            what = "the graph of a project is whole: its mapping has no logical targets"
            yield partial(_refuse, what, "run it with kg map, or leave out the targets", target.place)


def _refuse(what: str, fix: str, place: Place | None) -> None:
    raise Unsupported(what, place=place, fix=fix)


def materialise(
    mapping: Mapping,
    tables: Sources,
    outputs: Map[LogicalTarget | None, Path],
    *,
    closed_by: ontology.Ontology | None = None,
) -> list[int]:
    """Run the mapping and write the quads of each target to its file, None being the default output.

    The quads of a file are sorted, each once; their numbers, in the order of `outputs`. With `closed_by`, an
    ontology, the data are a closed world: ids must be unique, and references must lead to a node of the
    tables or a term of the ontology. Raises TableError, or DataError with every fault.
    """
    from kg import checks, diagnosis, engine, plan

    unbound = plan.unbound(_columns(tables))
    parts = targets.destinations(rules(mapping))
    with engine.start(tables.values()) as running:
        if closed_by:
            known = (f"<{iri}>" for iri in closed_by.terms)
            running.keep(checks.KNOWN, known, checks.nodes(mapping, unbound))
        every = _checks(mapping, unbound, closed_by)
        found = diagnosis.run(every, running.rows, tables, unbound)
        if found:
            raise DataError.of(found)
        counts = [running.write(plan.lines(parts[target], unbound), out) for target, out in outputs.items()]
    for target, out in outputs.items():
        if target:
            targets.write(out, target, out)
    return counts


def _columns(tables: Sources) -> dict[LogicalSource, dict[str, str]]:
    """The columns of each source with their types; without types all are texts."""
    return {
        source: dict(zip_longest(table.columns, table.types, fillvalue="string"))
        for source, table in tables.items()
    }


def _checks(mapping: Mapping, unbound: Tables, closed_by: ontology.Ontology | None) -> list[Check]:
    from kg import checks

    found = [*checks.of_terms(mapping, unbound)]
    if closed_by:
        found += [*checks.of_keys(mapping, unbound), *checks.of_references(mapping, unbound, closed_by.terms)]
    return found


def _hashed(project: Project, tables: Sources) -> dict[str, str]:
    """The hashes of what is built, taken before it is mapped: an edit meanwhile is then seen as one."""
    files = {table.path for table in tables.values() if table.path.is_file()}
    return store.hashes(sorted({project.mapping, *project.ontology, *files}), project.root)


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
