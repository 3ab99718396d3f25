"""Logical sources and targets as RML-IO, CSVW, DCAT and D2RQ say them, or legacy RML and R2RML."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg import grammar, lookups
from kg.datatypes import IRI
from kg.mapping import (
    RDF_TYPE,
    Call,
    Constant,
    Database,
    Dialect,
    LogicalSource,
    LogicalTarget,
    Mapping,
    rewritten,
)
from kg.rml_files import CSVW, DCAT, MAPPING_DIRECTORY
from kg.rml_graph import Iri, Literal
from kg.rml_sources import D2RQ
from kg.rml_spelling import Block, Value
from kg.rml_targets import SERIALIZATIONS
from kg.rml_vocabulary import FORMATS, LEGACY_RML, R2RML, RML
from kg.rml_words import COMPRESSION, FORMULATION_NAMES, TARGET, VOID, Language
from kg.shapes import UTF_8

Pairs = Iterator[tuple[str, Value]]
WEB = ("http://", "https://")
SQLITE = "sqlite:///"
DRIVERS = {
    "mariadb": "org.mariadb.jdbc.Driver",
    "mysql": "com.mysql.cj.jdbc.Driver",
    "postgresql": "org.postgresql.Driver",
    "sqlite": "org.sqlite.JDBC",
}
# Encodings that RML-IO has a name for; others are texts.
ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16"}


def moved(mapping: Mapping, start: Path, folder: Path) -> Mapping:
    """The mapping with the paths of its tables, which start at `start`, as they are seen from `folder`."""

    by_type = {kind: partial(move, start=start, folder=folder) for kind, move in MOVED.items()}
    return mapping if start == folder else rewritten(mapping, by_type)


def _source(source: LogicalSource, start: Path, folder: Path) -> LogicalSource:
    if source.database and source.database.url.startswith(SQLITE):
        path = _seen(source.database.url.removeprefix(SQLITE), start, folder)
        return replace(source, database=replace(source.database, url=SQLITE + path))
    inside = source.formulation not in ("", "sql") and source.path != "-"
    return replace(source, path=_seen(source.path, start, folder)) if inside else source


def _lookup(call: Call, start: Path, folder: Path) -> Call:
    """A call that looks a value up in a table names its file."""
    if lookups.of(call) is None:
        return call
    inputs = (
        (iri, Constant(_seen(value.value, start, folder)))
        if lookups.now(iri) in lookups.FILE and isinstance(value, Constant)
        else (iri, value)
        for iri, value in call.inputs
    )
    return replace(call, inputs=tuple(inputs))


MOVED: dict[type, Callable[..., Any]] = {LogicalSource: _source, Call: _lookup}


def _seen(path: str, start: Path, folder: Path) -> str:
    there = os.path.isabs(path) or path.startswith(WEB)
    return path if there else Path(os.path.relpath(start / path, folder)).as_posix()


def logical_source(source: LogicalSource, language: Language) -> tuple[str, Value]:
    """The property of a triples map that says its source, with its value."""
    if source.formulation == "sql":
        return _table(source, language)
    pairs = (_legacy_file if language.legacy else _file)(source)
    # Only legacy RML means numbers as they are written, and this word of it says that legacy RML is meant.
    word = LEGACY_RML + "logicalSource" if source.as_written else language.word("logicalSource")
    return word, Block((*pairs, *_reading(source, language)))


def _reading(source: LogicalSource, language: Language) -> Pairs:
    """How the file is read: the formulation and the iterator."""
    yield language.word("referenceFormulation"), _formulation(source, language)
    said = source.query or source.iterator
    if said:
        yield language.word("iterator"), Literal(said)


def _formulation(source: LogicalSource, language: Language) -> Value:
    if source.formulation == "sparql":
        return Iri(FORMATS + "SPARQL_Results_CSV")
    if not source.namespaces:
        return Iri(language.formulations + FORMULATION_NAMES[source.formulation])
    namespaces = (
        Block(
            (
                _a(RML + "Namespace"),
                (RML + "namespacePrefix", Literal(name)),
                (RML + "namespaceURL", Literal(url)),
            )
        )
        for name, url in source.namespaces
    )
    return Block((_a(RML + "XPathReferenceFormulation"), *((RML + "namespace", each) for each in namespaces)))


def _a(iri: str) -> tuple[str, Value]:
    return RDF_TYPE, Iri(iri)


def _file(source: LogicalSource) -> Pairs:
    pairs = [*_located(source)]
    pairs += [(RML + "null", Literal(text)) for text in source.nulls]
    if source.encoding not in UTF_8:
        pairs.append((RML + "encoding", _encoding(source.encoding)))
    if source.compression:
        pairs.append((RML + "compression", Iri(RML + source.compression)))
    yield RML + "source", Block(tuple(pairs))


def _encoding(name: str) -> Value:
    return Iri(RML + ENCODINGS[name]) if name in ENCODINGS else Literal(name)


def _located(source: LogicalSource) -> Pairs:
    """Where the file is: in CSVW's words if it is written in a dialect, in DCAT's if it is on the web."""
    if source.dialect != _usual(source):
        yield from _csvw(source, {})
    elif source.path.startswith(WEB):
        yield _a(DCAT + "Distribution")
        yield DCAT + "downloadURL", _url(source.path)
    else:
        yield _a(RML + "RelativePathSource")
        yield RML + "root", MAPPING_DIRECTORY
        yield RML + "path", Literal(_path(source))


def _usual(source: LogicalSource) -> Dialect:
    """The dialect that is meant where none is said."""
    return Dialect(grammar.delimiter(source.formulation, source.path))


def _url(path: str) -> Value:
    return Iri(path) if IRI.has(path) else Literal(path)


def _path(source: LogicalSource) -> str:
    return "./" + source.path if source.path.startswith("file:") else source.path


def _csvw(source: LogicalSource, more: dict[str, str]) -> Pairs:
    dialect, usual = source.dialect, Dialect()
    said = {
        "delimiter": (dialect.delimiter, usual.delimiter),
        "quoteChar": (dialect.quote, usual.quote),
        "commentPrefix": (dialect.comment, usual.comment),
        "trim": (str(dialect.trim).lower(), "false"),
        "header": (str(dialect.header).lower(), "true"),
        "skipRows": (str(dialect.skip_rows), "0"),
        "skipColumns": (str(dialect.skip_columns), "0"),
        "skipBlankRows": (str(dialect.skip_blank).lower(), "false"),
    }
    different = {name: value for name, (value, default) in said.items() if value != default} | more
    if _usual(source).delimiter != usual.delimiter:
        different["delimiter"] = dialect.delimiter
    yield _a(CSVW + "Table")
    yield CSVW + "url", Literal(_path(source))
    if different:
        pairs = ((CSVW + name, Literal(value)) for name, value in different.items())
        yield CSVW + "dialect", Block((_a(CSVW + "Dialect"), *pairs))
    if dialect.names:
        columns = (Block(((CSVW + "name", Literal(name)),)) for name in dialect.names)
        yield CSVW + "tableSchema", Block(tuple((CSVW + "column", column) for column in columns))


def _legacy_file(source: LogicalSource) -> Pairs:
    """A path, from the mapping's folder; a table of CSVW where more is to be said than its path."""
    encoding = {} if source.encoding in UTF_8 else {"encoding": source.encoding}
    nulls = [(CSVW + "null", Literal(text)) for text in source.nulls if text]
    plain = source.dialect == _usual(source) and not encoding and not nulls
    table = Block((*_csvw(source, encoding), *nulls))
    yield LEGACY_RML + "source", Literal(_path(source)) if plain else table


def _table(source: LogicalSource, language: Language) -> tuple[str, Value]:
    """A table or query: in RML-IO by the formulation; R2RML in its own words; legacy RML with a version."""
    database: list[tuple[str, Value]] = []
    if source.database:
        database.append((language.word("source"), _database(source.database)))
    said = Literal(source.query or source.path)
    if source.identifiers:  # only R2RML means identifiers, whichever language has the rest
        nulls = ((RML + "null", Literal(text)) for text in source.nulls)
        word = R2RML + ("sqlQuery" if source.query else "tableName")
        return R2RML + "logicalTable", Block((*database, (word, said), *nulls))
    if not language.legacy:
        kind = RML + ("SQL2008Query" if source.query else "SQL2008Table")
        pairs: Pairs = iter(((RML + "referenceFormulation", Iri(kind)), (RML + "iterator", said)))
        nulls = ((RML + "null", Literal(text)) for text in source.nulls)
        return RML + "logicalSource", Block((*database, *pairs, *nulls))
    version = (R2RML + "sqlVersion", Iri(R2RML + "SQL2008"))
    word = LEGACY_RML + "query" if source.query else R2RML + "tableName"
    return LEGACY_RML + "logicalSource", Block((*database, version, (word, said)))


def _database(database: Database) -> Value:
    scheme, _, _ = database.url.partition(":")
    address = database.url.replace(SQLITE, "sqlite:", 1)
    pairs: list[tuple[str, Value]] = [_a(D2RQ + "Database"), (D2RQ + "jdbcDSN", Literal(f"jdbc:{address}"))]
    known = {"jdbcDriver": DRIVERS.get(scheme, ""), "username": database.user, "password": database.password}
    return Block((*pairs, *((D2RQ + name, Literal(text)) for name, text in known.items() if text)))


def column(name: str, source: LogicalSource) -> str:
    """The name of a column or path as references say it: in SQL, one in quotes must be quoted once more.

    An identifier of R2RML is as it is written.
    """
    if source.formulation == "sql" and not source.identifiers and grammar.undelimited(name) != name:
        return grammar.identifier(name)
    return name


def logical_target(target: LogicalTarget, language: Language) -> Value:
    """A logical target; its path starts at the working directory."""
    serialization = Iri(FORMATS + target.serialization)
    usual = target.serialization == SERIALIZATIONS[0]
    if language.legacy:
        file = Block((_a(VOID + "Dataset"), (VOID + "dataDump", Iri("file:" + quote(target.path)))))
        pairs: list[tuple[str, Value]] = [_a(TARGET + "LogicalTarget"), (TARGET + "target", file)]
        pairs.append((TARGET + "serialization", serialization))
        if target.compression:
            pairs.append((TARGET + "compression", Iri(COMPRESSION + target.compression)))
        return Block(tuple(pairs))
    pairs = [_a(RML + "LogicalTarget")]
    pairs.append((RML + "target", Block((_a(RML + "FilePath"), (RML + "path", Literal(target.path))))))
    if not usual:
        pairs.append((RML + "serialization", serialization))
    if target.encoding not in UTF_8:
        pairs.append((RML + "encoding", _encoding(target.encoding)))
    if target.compression:
        pairs.append((RML + "compression", Iri(RML + target.compression)))
    return Block(tuple(pairs))
