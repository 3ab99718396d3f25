"""Cases that follow from those of the suites: the same demands on other sources, in the older vocabulary.

The mapping of a case is rewritten as a graph. Each logical source becomes a file of the records that it has,
its references become those of the new format, and what the new source does not know (types, missing values)
changes the expected graph in the way that the specifications say.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from contradictions import plain
from datasets import dataset
from suites import Case
from tables import (
    DATABASE,
    Record,
    Table,
    element,
    quoted,
    write_attributes,
    write_csv,
    write_json,
    write_lines,
    write_parquet,
    write_sheet,
    write_sqlite,
    write_xml,
)

RML, LEGACY, RR, QL = (
    "http://w3id.org/rml/",
    "http://semweb.mmlab.be/ns/rml#",
    "http://www.w3.org/ns/r2rml#",
    "http://semweb.mmlab.be/ns/ql#",
)
D2RQ = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OF_LEGACY = frozenset(
    ("logicalSource", "source", "referenceFormulation", "iterator", "reference", "languageMap", "datatypeMap")
)
OF_R2RML = {"reference": "column", "logicalSource": "logicalTable"}
REFERENCES = ("reference", "child", "parent")
PATH = re.compile(r"\$(?:\.(?P<name>\w+)|\['(?P<quoted>.+)'\])(?P<all>\[\*\])?$")
HOLE = re.compile(r"(?<!\\)\{((?:[^{}\\]|\\.)*)\}")
Node = ox.NamedNode | ox.BlankNode | ox.Literal
Triple = tuple[Any, str, Any]


class Infeasible(Exception):
    """The form cannot say what the case needs."""


@dataclass(frozen=True)
class Form:
    """One way to write the sources, and what it does to iterators, names and values."""

    name: str
    suffix: str
    formulation: str
    write: Callable[[Path, Table], None]
    iterator: str = ""
    reference: Callable[[str], str] = lambda name: name
    legacy: bool = False
    typed: bool = False
    sources: Callable[[Node, Table | None, Form, str], Iterator[Triple]] | None = None
    spelled: Callable[[Case, list[Triple], Form, dict[Node, str]], str] | None = None
    language: str = ".ttl"
    every: str | None = None
    """What asks for each of a list, after the name; None where the format has no lists."""


def _files(node: Node, table: Table | None, form: Form, iterator: str) -> Iterator[Triple]:
    prefix = LEGACY if form.legacy else RML
    name = table.name if table else f"absent{form.suffix}"
    yield node, prefix + "referenceFormulation", ox.NamedNode(form.formulation)
    if form.iterator:
        yield node, prefix + "iterator", ox.Literal(form.iterator + "]" * iterator.endswith("]]"))
    elif iterator.endswith("]]"):
        raise Infeasible("the iterator is at fault")
    if form.legacy:
        yield node, prefix + "source", ox.Literal(name)
        return
    source = ox.BlankNode()
    yield node, RML + "source", source
    yield source, RDF_TYPE, ox.NamedNode(RML + "RelativePathSource")
    yield source, RML + "root", ox.NamedNode(RML + "MappingDirectory")
    yield source, RML + "path", ox.Literal(name)
    if table and table.gaps and form.suffix == ".csv":
        yield source, RML + "null", ox.Literal("")


def _address(node: Node, prefix: str) -> Iterator[Triple]:
    source = ox.BlankNode()
    yield node, prefix + "source", source
    yield source, RDF_TYPE, ox.NamedNode(D2RQ + "Database")
    yield source, D2RQ + "jdbcDSN", ox.Literal(f"jdbc:sqlite:{DATABASE}")


def _named(table: Table | None, iterator: str) -> str:
    if iterator.endswith("]]"):
        raise Infeasible("the iterator is at fault")
    return table.name if table else "absent"


def _database(node: Node, table: Table | None, form: Form, iterator: str) -> Iterator[Triple]:
    yield from _address(node, RML)
    yield node, RML + "referenceFormulation", ox.NamedNode(form.formulation)
    yield node, RML + "iterator", ox.Literal(_named(table, iterator))


def _old_database(node: Node, table: Table | None, form: Form, iterator: str) -> Iterator[Triple]:
    yield from _address(node, LEGACY)
    yield node, RR + "sqlVersion", ox.NamedNode(RR + "SQL2008")
    yield node, RR + "tableName", ox.Literal(_named(table, iterator))


def _tables_alone(node: Node, table: Table | None, form: Form, iterator: str) -> Iterator[Triple]:
    yield node, RR + "tableName", ox.Literal(_named(table, iterator))


def _quoted(name: str) -> str:
    return f"$['{name}']"


FORMS = {
    form.name: form
    for form in (
        Form("json-legacy", ".json", QL + "JSONPath", write_json, "$.records[*]", legacy=True, every="[*]"),
        Form("lines", ".jsonl", RML + "JSONPath", write_lines, "", _quoted, typed=True, every="[*]"),
        Form("csv", ".csv", RML + "CSV", write_csv),
        Form("csv-legacy", ".csv", QL + "CSV", write_csv, legacy=True),
        Form("xml", ".xml", RML + "XPath", write_xml, "/root/record", element, every=""),
        Form("xml-legacy", ".xml", QL + "XPath", write_xml, "/root/record", element, legacy=True, every=""),
        Form(
            "attributes", ".xml", RML + "XPath", write_attributes, "/root/record", lambda n: f"@{element(n)}"
        ),
        Form("parquet", ".parquet", RML + "CSV", write_parquet, typed=True),
        Form("sheet", ".xlsx", RML + "CSV", write_sheet, typed=True),
        Form("sql", "", RML + "SQL2008Table", write_sqlite, typed=True, sources=_database),
        Form(
            "sql-legacy",
            "",
            QL + "CSV",
            write_sqlite,
            reference=quoted,
            legacy=True,
            typed=True,
            sources=_old_database,
        ),
        Form("r2rml", "", "", write_sqlite, reference=quoted, legacy=True, typed=True, sources=_tables_alone),
    )
}


@dataclass(frozen=True)
class Derived:
    """A case rewritten: its mapping, its tables, and the graph that it wants; None where it wants an error."""

    mapping: str
    tables: tuple[Table, ...]
    wanted: frozenset[ox.Quad] | None

    def write(self, folder: Path, form: Form) -> Path:
        """Write mapping and tables; the mapping's path."""
        for table in self.tables:
            form.write(folder / table.name, table)
        path = folder / f"mapping{form.language}"
        path.write_text(self.mapping, encoding="utf-8")
        return path


def triples(case: Case) -> list[Triple]:
    """The mapping of a case as triples. Raises Infeasible where it is no Turtle."""
    text = case.mapping.read_bytes()
    try:
        return [
            (q.subject, q.predicate.value, q.object)
            for q in ox.parse(text, ox.RdfFormat.TURTLE, base_iri=case.base)
        ]
    except SyntaxError as error:
        raise Infeasible("the mapping is no Turtle") from error


def derive(case: Case, form: Form) -> Derived:
    """The case in another form. Raises Infeasible."""
    given = triples(case)
    sources = {s: o for s, p, o in given if local(p) == "logicalSource"}
    tables = {node: _table(case, given, node, form) for node in dict.fromkeys(sources.values())}
    described = set(tables) | {o for s, p, o in given if s in tables and isinstance(o, ox.BlankNode)}
    kept = [(s, _predicate(p, form), _value(p, o, form)) for s, p, o in given if s not in described]
    made = [
        each
        for node, table in tables.items()
        for each in (form.sources or _files)(node, table, form, _iterator(given, node))
    ]
    if not all(table.flat for table in tables.values() if table) and (
        form.every is None or (form.every == "" and case.error)
    ):
        raise Infeasible("lists")
    names = {node: table.name if table else f"absent{form.suffix}" for node, table in tables.items()}
    text = (form.spelled or turtle)(case, [*kept, *made], form, names)
    wanted = None if case.error or case.expected is None else _wanted(case, given, form)
    distinct = {table.name: table for table in tables.values() if table}
    return Derived(text, tuple(distinct.values()), wanted)


def turtle(case: Case, made: list[Triple], form: Form, names: dict[Node, str]) -> str:
    """The triples as Turtle."""
    quads = [ox.Triple(s, ox.NamedNode(p), o) for s, p, o in made]
    written = ox.serialize(quads, format=ox.RdfFormat.TURTLE)
    assert written is not None
    return written.decode()


def local(iri: str) -> str:
    """The name after the namespace."""
    return re.split("[/#]", iri)[-1]


def _wanted(case: Case, given: list[Triple], form: Form) -> frozenset[ox.Quad]:
    """The graph with the types that the form knows; what the mapping types itself stays."""
    assert case.expected is not None
    expected = dataset(case.expected)
    said = any(local(p) in ("datatype", "datatypeMap") for _, p, _ in given)
    said |= any(
        isinstance(o, ox.Literal) and local(o.datatype.value) != "string" and not o.language
        for _, _, o in given
    )
    return plain(expected) if _typed(case) and not form.typed and not said else expected


def _typed(case: Case) -> bool:
    """Whether the source of a case has types of its own."""
    return any(".json" in path.name for path in case.inputs)


def _one(given: list[Triple], node: Node, name: str) -> Any:
    return next((o for s, p, o in given if s == node and local(p) == name), None)


def _iterator(given: list[Triple], node: Node) -> str:
    found = _one(given, node, "iterator")
    return found.value if found is not None else ""


def _table(case: Case, given: list[Triple], node: Node, form: Form) -> Table | None:
    """The records of a logical source as a table of the new format; none where its file is not there."""
    source = _one(given, node, "source")
    named = source if isinstance(source, ox.Literal) else _one(given, source, "path")
    file = case.folder / named.value
    if not file.exists():
        return None
    iterator = _iterator(given, node)
    records = _records(file, iterator)
    names = dict.fromkeys(name for record in records for name in record) or dict.fromkeys(_names(given))
    table = Table("_".join([file.stem, *re.findall(r"\w+", iterator)]) + form.suffix, records, tuple(names))
    if not records and form.suffix == ".parquet":
        raise Infeasible("no record, so no column has a type")
    return table


def _records(file: Path, iterator: str) -> tuple[Record, ...]:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as rows:
            return tuple({name: text or None for name, text in row.items()} for row in csv.DictReader(rows))
    try:
        found = loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Infeasible("the file is no JSON") from error
    for key in re.findall(r"\.(\w+)", iterator):
        found = found[key]
    return tuple(found)


def _names(given: list[Triple]) -> Iterator[str]:
    for _, p, o in given:
        if local(p) in REFERENCES and isinstance(o, ox.Literal):
            yield _key(o.value)[0]
        if local(p) == "template":
            yield from (_key(found)[0] for found in HOLE.findall(o.value))


def _key(text: str) -> tuple[str, bool]:
    """The key that a reference names, and whether it asks for each of a list."""
    found = PATH.match(text)
    return (found["name"] or found["quoted"], bool(found["all"])) if found else (text, False)


def _predicate(iri: str, form: Form) -> str:
    if not form.legacy:
        return RML + iri.removeprefix(RR).removeprefix(LEGACY) if iri.startswith((RR, LEGACY)) else iri
    if not iri.startswith(RML):
        return iri
    name = iri.removeprefix(RML)
    if form.name == "r2rml" and name in OF_R2RML:
        return RR + OF_R2RML[name]
    return (LEGACY if name in OF_LEGACY else RR) + name


def _value(predicate: str, value: Node, form: Form) -> Node:
    name = local(predicate)
    if isinstance(value, ox.Literal) and name in REFERENCES:
        return ox.Literal(_reference(value.value, form))
    if isinstance(value, ox.Literal) and name == "template":
        return ox.Literal(HOLE.sub(lambda hole: _hole(hole[1], form), value.value))
    if isinstance(value, ox.NamedNode) and name in ("type", "termType", "graph", "constant"):
        return ox.NamedNode(_predicate(value.value, form))
    return value


def _reference(text: str, form: Form) -> str:
    name, every = _key(text)
    if every and form.every is None:
        raise Infeasible("lists")
    return form.reference(name) + (form.every or "") * every


def _hole(text: str, form: Form) -> str:
    """A reference in a template: its backslashes belong to the template."""
    name = _reference(re.sub(r"\\(.)", r"\1", text), form)
    return "{" + re.sub(r"([{}\\])", r"\\\1", name) + "}"
