"""From a project to its graph: the whole story of a build, in one function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from operator import call
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg import __version__, consistency, ontology, rml, sources, store, targets, yarrrml
from kg.datatypes import IRI
from kg.errors import (
    DataError,
    Finding,
    MissingFile,
    UnknownFormat,
    Unsupported,
    Unwritable,
    UsageError,
    each,
)
from kg.mapping import Call, LogicalSource, LogicalTarget, Mapping, references_of, rules, term_maps
from kg.project import Project

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
    """How many quads a mapping made, and what a person should know although it went well."""

    quads: int
    warnings: tuple[Finding, ...]


def build(project: Project, step: Step = silent) -> tuple[store.Build, tuple[Finding, ...]]:
    """Read, map, check, write, load, publish: the build, and warnings. On any error the last one stays."""
    from kg import checks

    step("reading ontology and mapping")
    terms = ontology.read(project.ontology)
    mapping = read(project.mapping)
    if elsewhere := [target for target in targets.destinations(rules(mapping)) if target]:
        raise Unsupported(
            "the graph of a project is whole: its mapping has no logical targets",
            place=elsewhere[0].place,
            fix="run it with kg map, or leave out the targets",
        )
    tables = look_at(mapping, project.mapping.parent, terms)
    inputs = _hashed(project, tables)
    with store.staging(project.build, step) as staged:
        step(f"mapping {len(tables)} tables")
        quads = materialise(mapping, tables, staged / store.GRAPH, closed_by=terms)
        terms.write(staged / store.ONTOLOGY)
        step(f"loading {quads + len(terms.quads):,} quads")
        store.load(staged)
        made = store.publish(staged, project.build, _manifest(staged, mapping, terms, quads, inputs))
    return made, (*_warnings(tables), *checks.undescribed(mapping, terms.terms))


def map(mapping: Path, out: Path, *, base: str = "", step: Step = silent) -> Report:
    """Run one mapping by itself: N-Quads in `out`, sorted, each once; nothing at all where anything fails.

    References between tables stay unchecked: RML lets a mapping name nodes that it does not describe.
    """
    step(f"reading {mapping.name}")
    read_mapping = read(mapping, base=base)
    tables = look_at(read_mapping, mapping.parent)
    step(f"mapping {len(tables)} tables")
    files = {
        target: Path(target.path) if target else out for target in targets.destinations(rules(read_mapping))
    }
    _apart(files.values(), {mapping, *(table.path for table in tables.values())})
    with ExitStack() as outputs:
        unfinished = {target: outputs.enter_context(store.replacing(file)) for target, file in files.items()}
        quads = materialise(read_mapping, tables, unfinished.pop(None), also=unfinished)
    return Report(quads, _warnings(tables))


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


def look_at(mapping: Mapping, folder: Path, closed_by: ontology.Ontology | None = None) -> Sources:
    """The tables of a mapping, whose paths are relative to `folder`, with the columns that it needs.

    With `closed_by`, the mapping may name no term in the ontology's namespaces that it does not have. Raises
    TableError, or MappingError with everything that is wrong with the mapping.
    """
    _supported(mapping)
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


def _supported(mapping: Mapping) -> None:
    """Raise MappingError with every call that cannot be made."""
    every = dict.fromkeys(term_map for rule in rules(mapping) for _, term_map in term_maps(rule))
    calls = [part for made in every for part in made.parts if isinstance(part, Call)]
    if calls:
        from kg import functions

        each(functions.check, calls)


def materialise(
    mapping: Mapping,
    tables: Sources,
    out: Path,
    *,
    closed_by: ontology.Ontology | None = None,
    also: Map[LogicalTarget | None, Path] = MappingProxyType({}),
) -> int:
    """Run the mapping and write its quads to `out`, sorted, each once; their number, at all targets together.

    What goes to logical targets is written to the files of `also` instead. With `closed_by`, an ontology, the
    data are a closed world: ids must be unique, and references must lead to a node of the tables or a term of
    the ontology. Raises TableError, or DataError with every fault.
    """
    from kg import checks, diagnosis, engine, plan

    unbound = plan.unbound(_columns(tables))
    with engine.start(tables.values()) as running:
        if closed_by:
            known = (f"<{iri}>" for iri in closed_by.terms)
            running.keep(checks.KNOWN, known, checks.nodes(mapping, unbound))
        every = _checks(mapping, unbound, closed_by)
        found = diagnosis.run(every, running.rows, tables, unbound)
        if found:
            raise DataError.of(found)
        parts = targets.destinations(rules(mapping))
        count = running.write(plan.lines(parts.pop(None), unbound), out)
        for target, of_target in parts.items():
            if target:
                count += running.write(plan.lines(of_target, unbound), also[target])
                targets.write(also[target], target, also[target])
        return count


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
