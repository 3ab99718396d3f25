"""YARRRML's sources: named and inline, as lists such as `[people.csv~csv]` and as keys with values."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg import databases, grammar
from kg.errors import MappingError, Unsupported
from kg.mapping import NUMBERED, Database, Dialect, LogicalSource, TermMap, TriplesMap, references
from kg.yarrrml_keys import (
    COMPRESSIONS,
    CREDENTIALS,
    DATABASES,
    FILES,
    FORMULATIONS,
    QUERY_FORMULATIONS,
    SOURCE,
    SPARQL,
)
from kg.yarrrml_nodes import YamlFile

SERVICES = {
    "sparql": "save its answer in a file, or query a file of RDF with queryFormulation: sparql11",
    "wot": "write the address of the data as access",
}
# Keys of one kind of source that mean nothing for the others.
OF_DATABASES = ("credentials", "table")
OF_CSV = ("delimiter", "quote", "comment", "trim", "header")
OF_FILES = ("encoding", "compression", "iterator", "namespaces", *OF_CSV)
TRUTH = {"true": True, "false": False}
STANDARD_INPUT = "-"
PREFIX = re.compile(r"[\w.-]+(?=:)")

UNREAD = LogicalSource("", "")
"""Stands for a source that cannot be read, until that is told."""

Fields = dict[str, Node]


@dataclass(frozen=True)
class Sources:
    """What is needed to read the sources of a document: its prefixes, which XPath has too, and names."""

    file: YamlFile
    prefixes: dict[str, str]
    named: dict[str, LogicalSource] = field(default_factory=dict)

    def naming(self, node: Node | None) -> Sources:
        """These sources and those that the document gives a name."""
        entries = self.file.entries(node, "sources") if node else []
        return replace(
            self, named={key.value: self.file.tried(UNREAD, self._source, value) for key, value in entries}
        )

    def of_mapping(self, node: Node) -> list[LogicalSource]:
        """The sources of one mapping: a name, a source, or a list of both."""
        if isinstance(node, MappingNode) or self._is_source(node):
            return [self._source(node)]
        if isinstance(node, ScalarNode):
            return [self._named(node)]
        return [source for item in node.value for source in self.file.tried([UNREAD], self._listed, item)]

    def _listed(self, node: Node) -> list[LogicalSource]:
        """An item of a list of sources: a name, a source, or again a list of names."""
        if isinstance(node, SequenceNode) and not self._is_source(node):
            return [self._named(item) for item in node.value]
        return [self._named(node) if isinstance(node, ScalarNode) else self._source(node)]

    def _is_source(self, node: Node) -> bool:
        first = node.value[0] if isinstance(node, SequenceNode) and node.value else None
        return isinstance(first, ScalarNode) and "~" in first.value and first.value not in self.named

    def _named(self, node: Node) -> LogicalSource:
        name = self.file.text_of(node, "the name of a source")
        if name not in self.named:
            raise MappingError(
                f"no source {name!r}",
                place=self.file.place(node),
                value=name,
                exists=self.named,
                fix="a source inside a mapping is written [path~csv]",
            )
        return self.named[name]

    def _source(self, node: Node) -> LogicalSource:
        if isinstance(node, SequenceNode):
            return self._list(node)
        fields = self.file.fields(node, SOURCE)
        lists = ("credentials", "nulls", "namespaces")
        text = {name: self.file.text_of(value, name) for name, value in fields.items() if name not in lists}
        self._known(fields, text, "queryFormulation", QUERY_FORMULATIONS)
        kind = self._kind(fields, text)
        if kind in FILES:
            return self._file(node, fields, text)
        return self._database(node, fields, text, kind)

    def _list(self, node: SequenceNode) -> LogicalSource:
        items = [self.file.text_of(item, "a part of a source") for item in node.value]
        if not 1 <= len(items) <= 2:
            raise self.file.wrong(node, "a source is [path~formulation, iterator]")
        path, tilde, formulation = items[0].rpartition("~")
        first = node.value[0]
        if not tilde:
            raise self.file.wrong(
                first, f"no reference formulation in {items[0]!r}", items[0], "write path~csv"
            )
        fields = {"referenceFormulation": first}
        text = {"access": path, "referenceFormulation": formulation}
        return self._file(node, fields, text | ({"iterator": items[1]} if items[1:] else {}))

    def _known(self, fields: Fields, text: dict[str, str], name: str, known: tuple[str, ...]) -> None:
        if name in text and text[name].lower() not in known:
            place = self.file.place(fields[name])
            raise MappingError(f"no {name} {text[name]!r}", place=place, value=text[name], exists=known)

    def _kind(self, fields: Fields, text: dict[str, str]) -> str:
        """What a source is, as it is said or as its address and its query tell: a file, or a database.

        "" is a database whose address tells the rest. Raises Unsupported for what is not read.
        """
        if "type" in text:
            return self._said_kind(fields["type"], text["type"].lower())
        access = text.get("access", "")
        if access.startswith("jdbc:") or _scheme(access) in databases.SYSTEMS:
            return ""
        if text.get("queryFormulation", "").lower() == SPARQL or not {"query", "table"} & text.keys():
            return FILES[0]
        if "access" in text:
            place = self.file.place(fields["access"])
            fix = "add type: postgresql, mysql or sqlite"
            raise MappingError("a query without the type of its database", place=place, fix=fix)
        return ""

    def _said_kind(self, node: Node, said: str) -> str:
        if said in FILES:
            return said
        place = self.file.place(node)
        if said in SERVICES:
            raise Unsupported(
                f"a source of the type {said!r} is not run yet", place=place, fix=SERVICES[said]
            )
        read = [name for name, system in DATABASES.items() if system]
        if said not in DATABASES:
            raise MappingError(
                f"no type {said!r} of a source", place=place, value=said, exists=(*FILES, *read)
            )
        if said not in read:
            message = f"databases of the type {said!r} are not read"
            raise Unsupported(message, place=place, fix=f"{', '.join(read)} are")
        return DATABASES[said]

    def _file(self, node: Node, fields: Fields, text: dict[str, str]) -> LogicalSource:
        self._none_of(fields, OF_DATABASES, "of a source that is no database")
        sparql = text.get("queryFormulation", "").lower() == SPARQL
        if not sparql:
            self._none_of(fields, ("query", "queryFormulation"), "of a source that is no database")
        for name in ("access", "query") if sparql else ("access", "referenceFormulation"):
            if name not in text:
                raise self.file.missing(node, name, f"a source without {name!r}", f"add {name}")
        if not text["access"]:
            raise self.file.wrong(node, "the path of a source is empty", fix="name a file")
        said = "sparql" if sparql else self._formulation(fields["referenceFormulation"], text)
        if said != "xml":
            self._none_of(fields, ("namespaces",), "of a source that is no XML")
        if said != "csv":
            self._none_of(fields, OF_CSV, "of a source that is no CSV")
        self._known(fields, text, "compression", tuple(COMPRESSIONS))
        formulation = grammar.formulation(said, text["access"])
        return LogicalSource(
            STANDARD_INPUT if text["access"] == "/dev/stdin" else text["access"],
            formulation,
            None if sparql else text.get("iterator"),
            self._dialect(fields, text, grammar.delimiter(formulation, text["access"])),
            nulls=self._nulls(fields, said),
            encoding=self.file.encoding(fields["encoding"]) if "encoding" in fields else "utf-8",
            compression=COMPRESSIONS[text.get("compression", "none")],
            namespaces=self._namespaces(fields.get("namespaces"), said),
            query=text.get("query", ""),
            as_written=formulation in NUMBERED,
            place=self.file.place(node),
        )

    def _none_of(self, fields: Fields, names: tuple[str, ...], what: str) -> None:
        for name in names:
            if name in fields:
                raise self.file.wrong(fields[name], f"{name!r} {what}", name)

    def _formulation(self, node: Node, text: dict[str, str]) -> str:
        name, place = text["referenceFormulation"], self.file.place(node)
        if name not in FORMULATIONS:
            raise MappingError(
                f"no reference formulation {name!r}", place=place, value=name, exists=FORMULATIONS
            )
        if not FORMULATIONS[name]:
            raise Unsupported(f"the reference formulation {name!r} is not run yet", place=place)
        return FORMULATIONS[name]

    def _dialect(self, fields: Fields, text: dict[str, str], usual: str) -> Dialect:
        delimiter, quote, comment = (
            text.get("delimiter", usual),
            text.get("quote", '"'),
            text.get("comment", ""),
        )
        if len(delimiter) != 1:
            raise self.file.wrong(
                fields["delimiter"], "a delimiter is one character", fix='write a tab as "\\t"'
            )
        for name, value in (("quote", quote), ("comment", comment)):
            if len(value) > 1:
                raise self.file.wrong(fields[name], f"{name!r} is one character or none", value)
        for name in ("trim", "header"):
            self._known(fields, text, name, tuple(TRUTH))
        trim, header = text.get("trim", "false"), text.get("header", "true")
        return Dialect(delimiter, quote, comment, TRUTH[trim.lower()], TRUTH[header.lower()])

    def _nulls(self, fields: Fields, formulation: str) -> tuple[str, ...]:
        """The texts that are no value: an empty cell of a CSV file, unless the document says otherwise."""
        if "nulls" not in fields:
            return ("",) if formulation == "csv" else ()
        texts = {self.file.text_of(item, "a null value") for item in self.file.items(fields["nulls"])}
        return tuple(sorted(texts))

    def _namespaces(self, node: Node | None, formulation: str) -> tuple[tuple[str, str], ...]:
        """The prefixes of XPath: those of the document and, before them, those of the source."""
        if formulation != "xml":
            return ()
        own = (
            {
                key.value: self.file.text_of(value, "a namespace")
                for key, value in self.file.entries(node, "namespaces")
            }
            if node
            else {}
        )
        return tuple(sorted((prefix, iri) for prefix, iri in {**self.prefixes, **own}.items() if prefix))

    def _database(self, node: Node, fields: Fields, text: dict[str, str], system: str) -> LogicalSource:
        """A table or a query of a database; without an address, of the one that the command line names."""
        self._none_of(fields, OF_FILES, "of a source that is a database")
        query, table = text.get("query", "").strip().rstrip(";").rstrip(), text.get("table", "")
        if not query and not table:
            raise self.file.missing(node, "query", "a database without a query", "add query: SELECT …")
        if text.get("referenceFormulation", "csv") != "csv":
            raise Unsupported(
                "columns of a database that hold JSON or XML are not run yet",
                place=self.file.place(fields["referenceFormulation"]),
                fix="write csv",
            )
        return LogicalSource(
            "" if query else table,
            "sql",
            nulls=self._nulls(fields, "sql"),
            database=self._connection(fields, text["access"], system) if "access" in text else None,
            query=query,
            place=self.file.place(node),
        )

    def _connection(self, fields: Fields, access: str, system: str) -> Database:
        """The database at an address, which may be a URL, one of JDBC, or host/name."""
        given = self.file.fields(fields["credentials"], CREDENTIALS) if "credentials" in fields else {}
        known = {name: self.file.text_of(value, name) for name, value in given.items()}
        if not system or _scheme(access) in databases.SYSTEMS:
            written = access
        elif system == "sqlite":
            written = f"sqlite:{access}"
        else:
            written = f"{system}://{access.rpartition('://')[2].removeprefix('//')}"
        made = databases.database(
            written,
            known.get("username", ""),
            known.get("password", ""),
            place=self.file.place(fields["access"]),
        )
        if not made.url.startswith(f"{system}:" if system else ""):
            raise self.file.wrong(fields["access"], f"this is no address of a database of {system}")
        return made


def without_unused_prefixes(maps: Iterable[TriplesMap]) -> list[TriplesMap]:
    """The triples maps, their sources with those prefixes alone that an XPath of the document has."""
    made = list(maps)
    of_xml = [each for each in made if each.source.namespaces]
    used = (
        {prefix for each in made for path in _paths(each) for prefix in PREFIX.findall(path)}
        if of_xml
        else ()
    )
    return [replace(each, source=_with_prefixes(each.source, used)) for each in made] if of_xml else made


def _with_prefixes(source: LogicalSource, used: Container[str]) -> LogicalSource:
    return replace(source, namespaces=tuple(pair for pair in source.namespaces if pair[0] in used))


def _paths(made: TriplesMap) -> Iterator[str]:
    """The iterator and all references of a triples map, those to its parents too."""
    yield made.source.iterator or ""
    terms = chain.from_iterable(
        (*pom.predicates, *pom.objects, *pom.graphs) for pom in made.predicate_objects
    )
    for each in (made.subject, *made.graphs, *terms):
        if isinstance(each, TermMap):
            yield from (reference.name for reference in each.references)
        else:
            sides = chain.from_iterable((join.child, join.parent) for join in each.joins)
            yield from (reference.name for side in sides for reference in references(side))


def _scheme(address: str) -> str:
    """The scheme of an address, that of JDBC left out."""
    return address.removeprefix("jdbc:").partition(":")[0].lower() if ":" in address else ""
