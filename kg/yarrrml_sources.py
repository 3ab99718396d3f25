"""YARRRML's sources: named and inline, as lists such as `[people.csv~csv]` and as keys with values."""

from __future__ import annotations

import codecs

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg import grammar
from kg.errors import MappingError, Unsupported, each
from kg.mapping import Database, Dialect, LogicalSource
from kg.yarrrml_keys import CREDENTIALS, DATABASES, FORMULATIONS, SOURCE
from kg.yarrrml_nodes import YamlFile

Named = dict[str, LogicalSource]


def named_sources(file: YamlFile, node: Node | None) -> Named:
    """The sources that the document gives a name."""
    entries = file.entries(node, "sources") if node else []
    return dict(each(lambda entry: (entry[0].value, _source(file, entry[1])), entries))


def _source(file: YamlFile, node: Node) -> LogicalSource:
    return _source_list(file, node) if isinstance(node, SequenceNode) else _source_keys(file, node)


def _source_list(file: YamlFile, node: SequenceNode) -> LogicalSource:
    items = [file.text_of(item, "a part of a source") for item in node.value]
    if not 1 <= len(items) <= 2:
        raise file.wrong(node, "a source is [path~formulation, iterator]")
    path, tilde, formulation = items[0].rpartition("~")
    if not tilde:
        raise file.wrong(
            node.value[0], f"no reference formulation in {items[0]!r}", items[0], "write path~csv"
        )
    return _logical_source(file, node, node.value[0], path, formulation, iterator="".join(items[1:]) or None)


def _source_keys(file: YamlFile, node: Node) -> LogicalSource:
    fields = file.fields(node, SOURCE)
    text = {name: file.text_of(value, name) for name, value in fields.items() if name != "credentials"}
    kind = text.get("type", "localfile").lower()
    for name in ("access",) if kind in DATABASES else ("access", "referenceFormulation"):
        if name not in text:
            raise file.wrong(node, f"a source without {name!r}", fix=f"add {name}")
    if kind in DATABASES:
        return _database(file, node, kind, text, fields.get("credentials"))
    if kind not in ("localfile", "remotefile"):
        raise Unsupported(
            f"the type {text['type']!r} of a source is not run yet", place=file.place(fields["type"])
        )
    for name in ("query", "queryFormulation", "table", "credentials"):
        if name in fields:
            raise file.wrong(fields[name], f"{name!r} of a source that is no database", name)
    delimiter = text.get("delimiter", ",")
    if len(delimiter) != 1:
        raise file.wrong(fields["delimiter"], "a delimiter is one character", fix='write a tab as "\\t"')
    return _logical_source(
        file,
        node,
        fields["referenceFormulation"],
        text["access"],
        text["referenceFormulation"],
        iterator=text.get("iterator"),
        delimiter=delimiter,
        encoding=_encoding(file, fields["encoding"]) if "encoding" in fields else "utf-8",
    )


def _encoding(file: YamlFile, node: Node) -> str:
    name = file.text_of(node, "an encoding").lower()
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise file.wrong(node, f"no encoding {name!r}", name) from error
    return name


def _database(
    file: YamlFile, node: Node, kind: str, text: dict[str, str], credentials: Node | None
) -> LogicalSource:
    """A table or a query of a database, whose address is written with or without http://."""
    fields = file.fields(credentials, CREDENTIALS) if credentials else {}
    known = {name: file.text_of(value, name) for name, value in fields.items()}
    query, table = text.get("query", "").strip().rstrip(";"), text.get("table", "")
    if not query and not table:
        raise file.wrong(node, "a database without a query", fix="add query: SELECT …")
    address = text["access"].rpartition("://")[2]
    return LogicalSource(
        "" if query else table,
        "sql",
        nulls=(),
        database=Database(
            f"{kind}:///{address}" if kind == "sqlite" else f"{kind}://{address}",
            known.get("username", ""),
            known.get("password", ""),
        ),
        query=query,
        place=file.place(node),
    )


def _logical_source(
    file: YamlFile,
    node: Node,
    named: Node,
    path: str,
    formulation: str,
    *,
    iterator: str | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> LogicalSource:
    if formulation not in FORMULATIONS:
        raise MappingError(
            f"no reference formulation {formulation!r}",
            place=file.place(named),
            value=formulation,
            exists=FORMULATIONS,
        )
    if not FORMULATIONS[formulation]:
        raise Unsupported(
            f"the reference formulation {formulation!r} is not run yet", place=file.place(named)
        )
    if not path:
        raise file.wrong(node, "the path of a source is empty", fix="name a file")
    kind = grammar.formulation(FORMULATIONS[formulation], path)
    return LogicalSource(
        path,
        kind,
        iterator,
        Dialect(delimiter),
        nulls=("",) if FORMULATIONS[formulation] == "csv" else (),
        encoding=encoding,
        place=file.place(node),
    )


def mapping_sources(file: YamlFile, named: Named, node: Node) -> list[LogicalSource]:
    """The sources of one mapping: a name, a source, or a list of both."""
    if isinstance(node, MappingNode) or _is_source_list(file, named, node):
        return [_source(file, node)]
    if isinstance(node, ScalarNode):
        return [_named_source(file, named, node)]
    return [source for several in each(lambda n: _listed(file, named, n), node.value) for source in several]


def _listed(file: YamlFile, named: Named, node: Node) -> list[LogicalSource]:
    """An item of a list of sources: a name, a source, or again a list of names."""
    if isinstance(node, SequenceNode) and not _is_source_list(file, named, node):
        return [_named_source(file, named, item) for item in node.value]
    return [_named_source(file, named, node)] if isinstance(node, ScalarNode) else [_source(file, node)]


def _is_source_list(file: YamlFile, named: Named, node: Node) -> bool:
    first = node.value[0] if isinstance(node, SequenceNode) and node.value else None
    return isinstance(first, ScalarNode) and "~" in first.value and first.value not in named


def _named_source(file: YamlFile, named: Named, node: Node) -> LogicalSource:
    name = file.text_of(node, "the name of a source")
    if name not in named:
        raise MappingError(
            f"no source {name!r}",
            place=file.place(node),
            value=name,
            exists=named,
            fix="a source inside a mapping is written [path~csv]",
        )
    return named[name]
