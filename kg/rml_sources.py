"""RML's logical sources: files, tables and queries, as RML-IO, CSVW, R2RML and D2RQ describe them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg import databases, grammar, rml_csvw, rml_files
from kg.errors import MappingError, Place, Unsupported
from kg.mapping import RDF_TYPE, Database, LogicalSource
from kg.rml_files import CSVW
from kg.rml_graph import Graph, Literal, Node
from kg.rml_vocabulary import FORMATS, LEGACY_RML, R2RML, RML, WRITTEN_AS

D2RQ = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
SERVICE = "http://www.w3.org/ns/sparql-service-description#"
TABLE_NAMES = ("SQL2008Table", "SQLTable")
SQL = (*TABLE_NAMES, "SQL2008Query", "SQLQuery")
LOGICAL_TABLE = R2RML + "logicalTable"
# How each vocabulary names what a database is asked for.
TABLES = {
    LOGICAL_TABLE: "add rr:tableName or rr:sqlQuery",
    LEGACY_RML + "logicalSource": "add rr:tableName or rml:query",
}
# Reference formulations of RML-IO, of legacy RML and of the W3C's formats, and what the model calls them.
FORMULATIONS = {
    **{RML + name: kind for name, kind in (("CSV", "csv"), ("JSONPath", "json"), ("XPath", "xml"))},
    RML + "CSVW": "csv",
    RML + "XPathReferenceFormulation": "xml",
    **{RML + name: "sql" for name in SQL},
    **{f"{FORMATS}SPARQL_Results_{name}": "sparql" for name in ("CSV", "TSV", "JSON", "XML")},
}
# The W3C's list of SQL version IRIs, to which R2RML refers ("R2RML Views").
SQL_VERSIONS = frozenset(
    (
        *("SQL2008", "Oracle", "MySQL", "MSSQLServer", "HSQLDB", "PostgreSQL", "DB2", "Informix", "Ingres"),
        *("Progress", "SybaseASE", "SybaseSQLAnywhere", "Virtuoso", "Firebird"),
    )
)
STANDARD_INPUT = ("-", "/dev/stdin")
RECORDLESS = LogicalSource("", "", nulls=())
"""The source of a triples map without a logical source: one record without columns."""


def logical_source(graph: Graph, node: Node, what: str) -> LogicalSource:
    """The logical source of a node. Raises MappingError and, for what is not read yet, Unsupported."""
    formulation = _formulation(graph, node, what)
    return READERS.get(formulation, _file)(graph, node, formulation, what)


def is_sql(graph: Graph, node: Node) -> bool:
    """Whether the records of a logical source are rows of a database: its references may be delimited."""
    sources = graph.objects(node, RML + "source")
    service = any(graph.objects(source, SERVICE + "endpoint") for source in sources)
    said = any(graph.objects(node, RML + name) for name in ("tableName", "query"))
    named = any(FORMULATIONS.get(o.value) == "sql" for o in graph.objects(node, RML + "referenceFormulation"))
    database = any(graph.objects(source, D2RQ + "jdbcDSN") for source in sources)
    return not service and (said or named or database)


def has_identifiers(graph: Graph, node: Node) -> bool:
    """Whether references are identifiers of SQL: where R2RML's own words say the logical source."""
    return any(said.value == LOGICAL_TABLE for said in graph.objects(node, WRITTEN_AS))


def _formulation(graph: Graph, node: Node, what: str) -> str:
    found = graph.one(node, RML + "referenceFormulation", what)
    if is_sql(graph, node):
        return "sql"
    if found is None:
        said = graph.one(node, WRITTEN_AS, what)
        if said and said.value == LOGICAL_TABLE and not graph.objects(node, RML + "source"):
            raise _no_table(graph, node, what)
        raise MappingError(
            f"{what}the logical source has no rml:referenceFormulation",
            place=graph.home_of(node),
            fix=f"add rml:referenceFormulation {'ql' if said else 'rml'}:CSV",
        )
    kinds = [found.value, *(o.value for o in graph.objects(found, RDF_TYPE))]
    named = next((FORMULATIONS[kind] for kind in kinds if kind in FORMULATIONS), None)
    if named is None:
        raise Unsupported(
            f"{what}the reference formulation {found} is not run yet",
            place=graph.place_of(found),
            value=found.value.removeprefix(RML),
            exists=[name.rpartition("/")[2] for name in FORMULATIONS],
        )
    return named


def _source(graph: Graph, node: Node, what: str) -> Node:
    source = graph.one(node, RML + "source", what)
    if source is None:
        raise MappingError(f"{what}the logical source has no rml:source", place=graph.home_of(node))
    return source


def _file(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    source = _source(graph, node, what)
    path = _path(graph, source, what)
    dialect = graph.one(source, CSVW + "dialect", what)
    said = rml_csvw.described(graph, source, what)
    formulation = grammar.formulation(formulation, path)
    return LogicalSource(
        path=path,
        formulation=formulation,
        iterator=_text(graph, node, "iterator", what) or None,
        dialect=rml_csvw.dialect(graph, source, said, what, usual=grammar.delimiter(formulation, path)),
        nulls=_nulls(graph, node, source, *([dialect] if dialect else [])),
        encoding=rml_files.encoding(graph, (source,), what, default=said.get("encoding")),
        compression=rml_files.compression(graph, (source,), what),
        namespaces=_namespaces(graph, node, what) if formulation == "xml" else (),
        place=rml_files.place(graph, source),
    )


def _path(graph: Graph, source: Node, what: str) -> str:
    """The path of a source, from the working directory; that of standard input is `-`, whatever its root."""
    made = rml_files.path(graph, source, what, root=Path.cwd())
    written = {made, *(said.value for said in graph.objects(source, RML + "path"))}
    return STANDARD_INPUT[0] if written.intersection(STANDARD_INPUT) else made


def _sparql(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    source = _source(graph, node, what)
    query = _text(graph, node, "iterator", what) or _text(graph, node, "query", what)
    if not query:
        place = graph.home_of(node)
        raise MappingError(f"{what}no query", place=place, fix="write it as the rml:iterator")
    return LogicalSource(
        _path(graph, source, what),
        formulation,
        nulls=_nulls(graph, node, source),
        encoding=rml_files.encoding(graph, (source,), what),
        compression=rml_files.compression(graph, (source,), what),
        query=query,
        place=rml_files.place(graph, source),
    )


def _table(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    """A table or a query of a database; where both are said, the query is meant."""
    source = graph.one(node, RML + "source", what)
    named = graph.one(node, RML + "referenceFormulation", what)
    iterator = _text(graph, node, "iterator", what)
    is_table = named is not None and named.value in [RML + name for name in TABLE_NAMES]
    query = _text(graph, node, "query", what) or ("" if is_table else iterator)
    table = _text(graph, node, "tableName", what) or (iterator if is_table else "")
    if not query and not table:
        raise _no_table(graph, node, what)
    _version(graph, node, what)
    return LogicalSource(
        "" if query else table,
        formulation,
        nulls=_nulls(graph, node, source) if source else _nulls(graph, node),
        database=_database(graph, source, what) if source else None,
        query=query.strip().rstrip(";"),
        identifiers=has_identifiers(graph, node),
        place=_said(graph, node, "query", "tableName", "iterator"),
    )


def _no_table(graph: Graph, node: Node, what: str) -> MappingError:
    said = graph.one(node, WRITTEN_AS, what)
    return MappingError(
        f"{what}neither a table nor a query",
        place=graph.home_of(node),
        fix=TABLES.get(said.value if said else "", "add an rml:iterator"),
    )


READERS: dict[str, Callable[[Graph, Node, str, str], LogicalSource]] = {"sparql": _sparql, "sql": _table}


def _version(graph: Graph, node: Node, what: str) -> None:
    for found in graph.objects(node, RML + "sqlVersion"):
        name = found.value.removeprefix(R2RML)
        if name != found.value and name not in SQL_VERSIONS:
            raise MappingError(
                f"{what}no version {name!r} of SQL",
                place=graph.place_of(found),
                value=name,
                exists=sorted(SQL_VERSIONS),
            )


def _database(graph: Graph, source: Node, what: str) -> Database:
    """D2RQ's description; `jdbc:sqlite:people.db` is the URL sqlite:///people.db."""
    dsn = graph.one(source, D2RQ + "jdbcDSN", what)
    if dsn is None:
        place = graph.home_of(source)
        raise MappingError(f"{what}a database without d2rq:jdbcDSN", place=place, fix="add its address")
    user, password = (graph.one(source, D2RQ + name, what) for name in ("username", "password"))
    return databases.database(
        dsn.value,
        user.value if user else "",
        password.value if password else "",
        place=graph.place_of(dsn),
    )


def _text(graph: Graph, node: Node, name: str, what: str) -> str:
    found = graph.one(node, RML + name, what)
    if found and not isinstance(found, Literal):
        place = graph.place_of(found)
        raise MappingError(
            f"{what}rml:{name} is a text, found {found}", place=place, fix="write it in quotes"
        )
    return found.value if found else ""


def _said(graph: Graph, node: Node, *names: str) -> Place:
    """Where the first of some properties of RML is said of a node; where this is described, without any."""
    found = [value for name in names for value in graph.objects(node, RML + name)]
    return graph.place_of(found[0]) if found else graph.home_of(node)


def _nulls(graph: Graph, *nodes: Node) -> tuple[str, ...]:
    names = (RML + "null", CSVW + "null")
    return tuple(sorted({o.value for node in nodes for name in names for o in graph.objects(node, name)}))


def _namespaces(graph: Graph, node: Node, what: str) -> tuple[tuple[str, str], ...]:
    """The prefixes of an rml:XPathReferenceFormulation, in the order of the alphabet."""
    (formulation,) = graph.objects(node, RML + "referenceFormulation")
    found: dict[str, str] = {}
    for namespace in graph.objects(formulation, RML + "namespace"):
        prefix, url = (graph.one(namespace, RML + "namespace" + name, what) for name in ("Prefix", "URL"))
        if not prefix or not prefix.value or not url or not url.value:
            place = graph.home_of(namespace)
            raise MappingError(f"{what}a namespace has exactly one prefix and one URL", place=place)
        if found.setdefault(prefix.value, url.value) != url.value:
            message = f"{what}the prefix {prefix.value!r} stands for two namespaces"
            raise MappingError(message, place=graph.place_of(url))
    return tuple(sorted(found.items()))
