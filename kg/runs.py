"""A mapping run over its tables: read, held against what it reads, checked, and written as quads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import filterfalse, zip_longest
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING

from kg import consistency, databases, documents, shapes, sources
from kg.datatypes import IRI
from kg.errors import DataError, Finding, MissingFile, Place, UnknownFormat, Unsupported, UsageError, each
from kg.mapping import Call, LogicalSource, LogicalTarget, Mapping
from kg.rules import Rule, destinations, references_of, rules, term_maps

if TYPE_CHECKING:
    from kg import ontology
    from kg.checks import Check
    from kg.clusters import Cluster
    from kg.engines import Engine
    from kg.plan import Tables

NAMELESS = ("json", "jsonl", "xml")
"""Formulations whose sources do not say which names they have."""
UNFOUND = "unfound"
Sources = dict[LogicalSource, sources.Table]
Step = Callable[[str], None]
"""Told what is being done now: a progress display, or nothing."""


def silent(step: str) -> None:
    """Tell nobody."""


def _of_yarrrml(path: Path, base: str) -> Mapping:
    from kg import yarrrml

    return yarrrml.read(path, base=base)


def _of_rml(path: Path, base: str) -> Mapping:
    from kg import rml

    return rml.read(path, base=base)


READERS = {".yml": _of_yarrrml, ".yaml": _of_yarrrml, ".ttl": _of_rml}
"""The languages of mappings, by suffix; only that of the mapping is loaded."""


@dataclass(frozen=True)
class Options:
    """How a mapping is run.

    `base` goes before relative IRIs, in place of the mapping's own base. `db` is the URL of the database of
    tables for which the mapping names none, `functions` the file of its functions in Python. Sources on the
    web are read only with `network`. With `skip`, values that make no valid term are left out. On a `cluster`
    Spark runs it, else DuckDB here, in so many bytes of `memory`, or in most of what there is. Quads are
    sorted unless they need not be `ordered`. `step` is told what is being done.
    """

    base: str = ""
    db: str = ""
    functions: Path | None = None
    network: bool = False
    skip: bool = False
    cluster: Cluster | None = None
    memory: int = 0
    ordered: bool = True
    step: Step = field(default=silent, compare=False)

    @property
    def python(self) -> tuple[Path, ...]:
        """The files of Python that are run, of which there is one at most."""
        return (self.functions,) if self.functions else ()


DEFAULTS = Options()


def read(path: Path, options: Options = DEFAULTS) -> Mapping:
    """Read a mapping in the language that its suffix names, and run the file of its own functions.

    Raises MissingFile, UnknownFormat, or a MappingError with its place.
    """
    base, functions = options.base, options.functions
    if base and not re.match(IRI.pattern, base):
        raise UsageError(f"the base {base!r} is no absolute IRI", fix=f"expected {IRI.expected}")
    if path.suffix not in READERS:
        raise UnknownFormat(
            f"{path.name} is no mapping that I know by its suffix", value=path.suffix, exists=READERS
        )
    if not path.is_file():
        raise MissingFile(f"there is no file {path}")
    mapping = databases.run_over(READERS[path.suffix](path, base), options.db)
    if not functions:
        return mapping
    from kg import library

    return library.bound(mapping, library.read(functions))


@documents.kept()
def look_at(
    mapping: Mapping,
    folder: Path,
    options: Options = DEFAULTS,
    closed_by: ontology.Ontology | None = None,
) -> Sources:
    """The tables of a mapping, whose paths are relative to `folder`, with the columns that it needs.

    With `closed_by`, the mapping may name no term in the ontology's namespaces that it does not have, and has
    no logical targets. Nothing is fetched from the web unless the options allow it. Raises TableError,
    or MappingError with everything that is wrong with the mapping.
    """
    each(call, _demands(mapping, whole=closed_by is not None, network=options.network))
    used = references_of(mapping)
    options.step(f"looking at {len(used)} tables")
    tables = sources.tables(used, folder)
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
    for source in () if network else filterfalse(shapes.is_file, references_of(mapping)):
        if source.path != "-":
            yield partial(_refuse, f"{source.path} is on the web", "run kg map with --network", source.place)
    for target in destinations(rules(mapping)) if whole else ():
        if target:
            what = "the graph of a project is whole: its mapping has no logical targets"
            yield partial(_refuse, what, "run it with kg map, or leave out the targets", target.place)


def _refuse(what: str, fix: str, place: Place | None) -> None:
    raise Unsupported(what, place=place, fix=fix)


@documents.kept()
def materialise(
    mapping: Mapping,
    tables: Sources,
    outputs: Map[LogicalTarget | None, Path | str],
    options: Options = DEFAULTS,
    closed_by: ontology.Ontology | None = None,
    wanted: Callable[[Rule], bool] | None = None,
) -> tuple[list[int], tuple[Finding, ...], tuple[Finding, ...]]:
    """Run the mapping and write the quads of each target to its file, None being the default output.

    The quads of a file are there once, and sorted unless the options say otherwise; their numbers, in the
    order of `outputs`. With `closed_by`, an ontology, the data are a closed world: ids must be unique, and
    references must lead to a node of the tables or a term of the ontology. With the option `skip`, a value
    that makes no valid term makes none; what was skipped is returned too, and then what a person should know
    besides. Only the quads of `wanted` rules are made, if that is given; all are checked. Raises TableError,
    or DataError with every fault.
    """
    from kg import answering, engines, parts, plan

    if closed_by is None:  # else each row is checked, also one of which nothing is made
        mapping, tables = _left_to_databases(mapping, tables)
    skip, unbound = options.skip, plan.unbound(columns(tables))
    by_target = destinations(filter(wanted, rules(mapping)))
    started = engines.start(
        tables.values(),
        map(str, outputs.values()),
        options.cluster,
        skip=skip,
        memory=options.memory,
        step=options.step,
    )
    with _not_too_deep(mapping), started as running:
        answering.fill(running, mapping, unbound)
        skipped = _checked(running, mapping, tables, unbound, options, closed_by)
        warnings = tuple(_unfound(running, mapping))
        counts = [
            running.write(
                parts.lines(by_target[target], unbound, skip=skip),
                out,
                ordered=options.ordered or target is not None,
            )
            for target, out in outputs.items()
        ]
    for target, out in outputs.items():
        if target and not options.cluster:
            from kg import targets

            targets.write(Path(out), target, Path(out), memory=options.memory)
    return counts, tuple(replace(fault, severity="warning") for fault in skipped), warnings


def _left_to_databases(mapping: Mapping, tables: Sources) -> tuple[Mapping, Sources]:
    if not any(source.formulation == "sql" for source in tables):
        return mapping, tables
    from kg import pushdown

    return pushdown.pushed(mapping, tables)


def _unfound(running: Engine, mapping: Mapping) -> Iterator[Finding]:
    """Warnings of references that find nothing in any record: names of JSON and XML are not known before."""
    places = {
        (source, reference.name): reference.place or term_map.place
        for rule in reversed(rules(mapping))
        for source, term_map in term_maps(rule)
        for reference in term_map.references
    }
    for index, table in enumerate(running.tables):
        if table.source.formulation in NAMELESS and table.columns:
            for name in running.valueless(index):
                message = f"no record of {table.source.path} has a value at {name!r}"
                place = places.get((table.source, name))
                yield Finding(UNFOUND, message, place, name, fix="is it misspelt?", severity="warning")


def _checked(
    running: Engine,
    mapping: Mapping,
    tables: Sources,
    unbound: Tables,
    options: Options,
    closed_by: ontology.Ontology | None,
) -> tuple[Finding, ...]:
    """What is to be skipped. Raises DataError with every fault that is not."""
    from kg import answering, checks, diagnosis

    found = partial(diagnosis.run, fetch=running.rows, tables=tables, unbound=unbound, doubts=running.doubts)
    of_terms = (*answering.checks(mapping, unbound), *checks.of_terms(mapping, unbound))
    skipped = (*running.faults, *found(of_terms, most=shapes.ALL_FINDINGS)) if options.skip else ()
    of_graph: list[Check] = []
    if closed_by:
        known = (f"<{iri}>" for iri in closed_by.terms)
        running.keep(checks.KNOWN, known, checks.nodes(mapping, unbound))
        of_graph += checks.of_keys(mapping, unbound)
        of_graph += checks.of_references(mapping, unbound, closed_by.terms)
    faults = found((*(() if options.skip else of_terms), *of_graph))
    if faults:
        raise DataError.of(faults)
    return skipped


@contextmanager
def _not_too_deep(mapping: Mapping) -> Iterator[None]:
    """Compilers of expressions go as deep as these are, and Python only so far."""
    try:
        yield
    except RecursionError:
        raise Unsupported(
            "the mapping nests functions or conditions too deeply, or has too many in one term",
            place=mapping.place,
            fix="make columns of its parts",
        ) from None


def planned(
    mapping: Mapping, tables: Sources, *, whole: bool = False, skip: bool = False, dialect: str = "duckdb"
) -> str:
    """The SQL that a run of `mapping` over few records runs: a view for each table, a query for each subject.

    `whole` is for that of a project, in which each row is checked. Spark's views are made without SQL.
    """
    from kg import answering, dialects, engine, parts, plan

    if not whole:
        mapping, tables = _left_to_databases(mapping, tables)
    unbound = plan.unbound(columns(tables))
    views = [f"{engine.definition(index, table)};" for index, table in enumerate(tables.values())]
    if dialect != "duckdb":
        views = [f"-- source_{index}: {table.source.path}" for index, table in enumerate(tables.values())]
    views += [f"{statement};" for statement in answering.definitions(mapping, unbound, dialect)]
    queries = [
        f"-- {', '.join(dict.fromkeys(rule.triples_map for rule in group))}\n"
        f"{dialects.compiled(parts.part(group, unbound), pretty=True, dialect=dialect)};"
        for group in parts.groups(rules(mapping), unbound)
    ]
    return "\n\n".join([*views, *queries])


def columns(tables: Sources) -> dict[LogicalSource, dict[str, str]]:
    """The columns of each source with their types; without types all are texts."""
    return {
        source: dict(zip_longest(table.columns, table.types, fillvalue="string"))
        for source, table in tables.items()
    }


def warnings(tables: Sources) -> tuple[Finding, ...]:
    """What a person should know of the tables although it went well."""
    return tuple(warning for table in tables.values() for warning in table.warnings)
