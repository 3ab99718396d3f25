"""RML's logical sources: files, tables and queries, as RML-IO, CSVW, R2RML and D2RQ describe them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg import grammar, rml_files
from kg.errors import MappingError, Unsupported
from kg.mapping import RDF_TYPE, Database, Dialect, LogicalSource
from kg.rml_files import CSVW
from kg.rml_graph import Graph, Node
from kg.rml_vocabulary import R2RML, RML

D2RQ = "http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#"
FORMATS = "http://www.w3.org/ns/formats/"
SERVICE = "http://www.w3.org/ns/sparql-service-description#"
SQL = ("SQL2008Table", "SQL2008Query")
# Reference formulations of RML-IO, of legacy RML and of the W3C's formats, and what the model calls them.
FORMULATIONS = {
    **{RML + name: kind for name, kind in (("CSV", "csv"), ("JSONPath", "json"), ("XPath", "xml"))},
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
YES, NO = ("true", "1"), ("false", "0")
# What a CSVW dialect may say although the model has no word for it, because it says what holds anyway.
DIALECT_DEFAULTS = {
    "doubleQuote": YES,
    "headerRowCount": ("1", "0"),
    "lineTerminators": ("\r\n", "\n"),
    "skipBlankRows": NO,
    "skipColumns": ("0",),
    "skipInitialSpace": NO,
    "skipRows": ("0",),
}
DIALECT = ("delimiter", "quoteChar", "commentPrefix", "trim", "header", "encoding", "null")
CHARACTERS = {"delimiter": (1,), "quoteChar": (0, 1), "commentPrefix": (0, 1)}
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


def _formulation(graph: Graph, node: Node, what: str) -> str:
    found = graph.one(node, RML + "referenceFormulation", what)
    if is_sql(graph, node):
        return "sql"
    if found is None:
        raise MappingError(
            f"{what}the logical source has no rml:referenceFormulation",
            place=graph.place,
            fix="add rml:referenceFormulation rml:CSV",
        )
    kinds = [found.value, *(o.value for o in graph.objects(found, RDF_TYPE))]
    named = next((FORMULATIONS[kind] for kind in kinds if kind in FORMULATIONS), None)
    if named is None:
        raise Unsupported(
            f"{what}the reference formulation {found} is not run yet",
            place=graph.place,
            value=found.value.removeprefix(RML),
            exists=[name.rpartition("/")[2] for name in FORMULATIONS],
        )
    return named


def _source(graph: Graph, node: Node, what: str) -> Node:
    source = graph.one(node, RML + "source", what)
    if source is None:
        raise MappingError(f"{what}the logical source has no rml:source", place=graph.place)
    return source


def _file(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    source = _source(graph, node, what)
    path = rml_files.path(graph, source, what, root=Path.cwd())
    dialect = graph.one(source, CSVW + "dialect", what)
    said = _dialect(graph, dialect, what) if dialect else {}
    return LogicalSource(
        path=path,
        formulation=grammar.formulation(formulation, path),
        iterator=_text(graph, node, "iterator", what) or None,
        dialect=_made(said),
        nulls=_nulls(graph, node, source, *([dialect] if dialect else [])),
        encoding=rml_files.encoding(graph, (source,), what, default=said.get("encoding", "")),
        compression=rml_files.compression(graph, (source,), what),
        namespaces=_namespaces(graph, node, what) if formulation == "xml" else (),
        place=graph.place,
    )


def _sparql(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    source = _source(graph, node, what)
    query = _text(graph, node, "iterator", what) or _text(graph, node, "query", what)
    if not query:
        raise MappingError(f"{what}no query", place=graph.place, fix="write it as the rml:iterator")
    return LogicalSource(
        rml_files.path(graph, source, what, root=Path.cwd()),
        formulation,
        nulls=_nulls(graph, node, source),
        encoding=rml_files.encoding(graph, (source,), what),
        compression=rml_files.compression(graph, (source,), what),
        query=query,
        place=graph.place,
    )


def _table(graph: Graph, node: Node, formulation: str, what: str) -> LogicalSource:
    """A table or a query of a database; where both are said, the query is meant."""
    source = graph.one(node, RML + "source", what)
    named = graph.one(node, RML + "referenceFormulation", what)
    iterator = _text(graph, node, "iterator", what)
    is_table = named is not None and named.value == RML + SQL[0]
    query = _text(graph, node, "query", what) or ("" if is_table else iterator)
    table = _text(graph, node, "tableName", what) or (iterator if is_table else "")
    if not query and not table:
        raise MappingError(
            f"{what}neither a table nor a query", place=graph.place, fix="add rr:tableName or an rml:iterator"
        )
    _version(graph, node, what)
    return LogicalSource(
        "" if query else table,
        formulation,
        nulls=_nulls(graph, node, source) if source else _nulls(graph, node),
        database=_database(graph, source, what) if source else None,
        query=query.strip().rstrip(";"),
        place=graph.place,
    )


READERS: dict[str, Callable[[Graph, Node, str, str], LogicalSource]] = {"sparql": _sparql, "sql": _table}


def _version(graph: Graph, node: Node, what: str) -> None:
    for found in graph.objects(node, RML + "sqlVersion"):
        name = found.value.removeprefix(R2RML)
        if name != found.value and name not in SQL_VERSIONS:
            raise MappingError(
                f"{what}no version {name!r} of SQL",
                place=graph.place,
                value=name,
                exists=sorted(SQL_VERSIONS),
            )


def _database(graph: Graph, source: Node, what: str) -> Database:
    """D2RQ's description; `jdbc:sqlite:people.db` is the URL sqlite:///people.db."""
    dsn = graph.one(source, D2RQ + "jdbcDSN", what)
    if dsn is None:
        raise MappingError(f"{what}a database without d2rq:jdbcDSN", place=graph.place, fix="add its address")
    scheme, _, rest = dsn.value.removeprefix("jdbc:").partition(":")
    user, password = (graph.one(source, D2RQ + name, what) for name in ("username", "password"))
    return Database(
        f"{scheme}:{rest}" if rest.startswith("//") else f"{scheme}:///{rest}",
        user.value if user else "",
        password.value if password else "",
    )


def _text(graph: Graph, node: Node, name: str, what: str) -> str:
    found = graph.one(node, RML + name, what)
    return found.value if found else ""


def _dialect(graph: Graph, node: Node, what: str) -> dict[str, str]:
    """What a CSVW dialect says, each property once. Raises Unsupported for what is not run yet."""
    said: dict[str, str] = {}
    for predicate in graph.predicates(node):
        name = predicate.removeprefix(CSVW)
        if predicate == RDF_TYPE or name == "null":
            continue
        found = graph.one(node, predicate, what)
        said[name] = value = found.value if found else ""
        if name in CHARACTERS and len(value) not in CHARACTERS[name]:
            raise MappingError(
                f"{what}the {name} {value!r} is not one character", place=graph.place, value=value
            )
        if name == "trim" and value not in YES + NO:
            raise Unsupported(f"{what}csvw:trim {value!r} is not run yet", place=graph.place, value=value)
        if name not in DIALECT and value not in DIALECT_DEFAULTS.get(name, ()):
            raise Unsupported(f"{what}csvw:{name} {value!r} is not run yet", place=graph.place, value=name)
    return said


def _made(said: dict[str, str]) -> Dialect:
    return Dialect(
        said.get("delimiter", ","),
        said.get("quoteChar", '"'),
        said.get("commentPrefix", ""),
        said.get("trim", "false") in YES,
        said.get("header", "true") in YES and said.get("headerRowCount", "1") != "0",
    )


def _nulls(graph: Graph, *nodes: Node) -> tuple[str, ...]:
    names = (RML + "null", CSVW + "null")
    return tuple(sorted({o.value for node in nodes for name in names for o in graph.objects(node, name)}))


def _namespaces(graph: Graph, node: Node, what: str) -> tuple[tuple[str, str], ...]:
    """The prefixes of an rml:XPathReferenceFormulation, in the order of the alphabet."""
    (formulation,) = graph.objects(node, RML + "referenceFormulation")
    found: dict[str, str] = {}
    for namespace in graph.objects(formulation, RML + "namespace"):
        prefix, url = (_text(graph, namespace, name, what) for name in ("namespacePrefix", "namespaceURL"))
        if not prefix or not url:
            raise MappingError(f"{what}a namespace has exactly one prefix and one URL", place=graph.place)
        if found.setdefault(prefix, url) != url:
            raise MappingError(f"{what}the prefix {prefix!r} stands for two namespaces", place=graph.place)
    return tuple(sorted(found.items()))
