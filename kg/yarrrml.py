"""YARRRML read into the mapping model, with the file, line and column of everything that was written.

Follows https://w3id.org/yarrrml/spec/ (2023-01-26) and, where it is silent, yarrrml-parser, its reference
implementation. What those let pass is an error here: unknown keys, prefixes and datatypes, keys that are
there twice, malformed language tags, and an untyped object such as `place:$(id)`, of which one processor
makes an IRI and the other a literal. docs/yarrrml.md has all keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg import grammar
from kg.errors import MappingError
from kg.mapping import (
    RDF_TYPE,
    Constant,
    Expression,
    Fresh,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    ReferencingObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.yarrrml_functions import both, condition
from kg.yarrrml_inverse import Inverse, inverted
from kg.yarrrml_joins import TRUE, join
from kg.yarrrml_keys import AUTHOR, DOCUMENT, MAPPING, OBJECT, PREDICATE_OBJECT
from kg.yarrrml_maps import Fields, TermMaps
from kg.yarrrml_nodes import YamlFile, is_null
from kg.yarrrml_sources import UNREAD as NO_SOURCE
from kg.yarrrml_sources import Sources, without_unused_prefixes
from kg.yarrrml_targets import named_targets
from kg.yarrrml_terms import DEFAULT_PREFIXES, LANGUAGE_SUFFIX, Texts, ends

Object = TermMap | ReferencingObjectMap
UNREAD = "urn:unread:"
"""Stands for an IRI that cannot be read, until that is told."""


@dataclass(frozen=True)
class _Part:
    """One triples map to be: a mapping of the document with one of its sources and one of its subjects."""

    name: str
    source: LogicalSource
    subject: TermMap
    fields: Fields
    node: Node
    number: int = 0

    @property
    def node_of_record(self) -> TermMap:
        """The subject, to stand elsewhere too. Without an expression kg.rules names it by its ordinal."""
        if self.subject.expression != Fresh():
            return self.subject
        return replace(self.subject, expression=Fresh(str(self.number)))


@dataclass(frozen=True)
class _Reader:
    maps: TermMaps
    sources: Sources
    parts: dict[str, list[_Part]]
    parents: dict[str, tuple[LogicalSource, TermMap]]

    @property
    def file(self) -> YamlFile:
        return self.maps.file


def read(path: Path, *, base: str = "") -> Mapping:
    """The mapping that a YARRRML document says; `base` comes before the document's own base IRI.

    A mapping with several sources or subjects gives as many triples maps, named `x`, `x (2)` and so on; those
    of inverse predicates come after all others. Paths of sources stay as they are written. Empty cells of CSV
    are no value, unless the source says which texts are none.

    Raises MappingError (or UnknownKey, UnknownPrefix, Unsupported, which are its kinds) with every finding of
    the document that does not follow from another, and MissingFile where there is no such file.
    """
    file = YamlFile.of(path)
    read = file.tried(Mapping(()), _mapping, file, file.compose(), base)
    file.check()
    return read


def _mapping(file: YamlFile, root: Node, base: str) -> Mapping:
    fields = file.fields(root, DOCUMENT)
    none: dict[str, str] = {}
    declared = file.tried(none, _prefixes, file, fields.get("prefixes"))
    own_base = file.tried(UNREAD, _base, file, fields["base"]) if "base" in fields else ""
    file.tried(None, _check_authors, file, fields.get("authors"))
    external = file.tried(none, _external, file, fields.get("external"))
    texts = Texts(file, {**DEFAULT_PREFIXES, **declared}, base or own_base, external)
    maps = TermMaps(texts, file.tried({}, named_targets, file, fields.get("targets")))
    sources = Sources(file, declared)
    reader = _Reader(maps, file.tried(sources, sources.naming, fields.get("sources")), {}, {})
    if "mappings" not in fields:
        raise file.missing(root, "mappings", "the document has no mappings", "add a key 'mappings'")
    parts = _all_parts(reader, file.entries(fields["mappings"], "mappings"))
    made = file.each(lambda part: _triples_map(reader, part), parts)
    inverses = [triples_map for _, several in made for triples_map in several]
    return Mapping(
        tuple(_named_once(without_unused_prefixes([*(forward for forward, _ in made), *inverses]))),
        tuple(declared.items()),
        texts.base,
        place=file.place(root),
    )


def _named_once(maps: list[TriplesMap]) -> list[TriplesMap]:
    """The triples maps, when no mapping has the name that a part of another one was given."""
    seen: set[str] = set()
    for triples_map in maps:
        if triples_map.name in seen:
            message = f"a part of another mapping is called {triples_map.name!r} already"
            raise MappingError(message, place=triples_map.place, fix="give it another name")
        seen.add(triples_map.name)
    return maps


def _prefixes(file: YamlFile, node: Node | None) -> dict[str, str]:
    entries = file.entries(node, "prefixes") if node else []
    return {key.value: file.tried(UNREAD, _prefix, file, key, node) for key, node in entries}


def _prefix(file: YamlFile, key: ScalarNode, node: Node) -> str:
    namespace = file.text_of(node, f"the prefix {key.value!r}")
    found = grammar.NOT_IN_IRI.search(namespace)
    if found or not grammar.absolute(namespace):
        raise file.wrong(node, f"the prefix {key.value!r} stands for {namespace!r}, which is no absolute IRI")
    return namespace


def _base(file: YamlFile, node: Node) -> str:
    base = file.text_of(node, "the base IRI")
    if not grammar.absolute(base):
        raise file.wrong(node, f"the base IRI {base!r} is not absolute", base)
    return base


def _check_authors(file: YamlFile, node: Node | None) -> None:
    """Authors say nothing about the graph; they are texts, or names, addresses and pages."""
    for author in file.items(node) if node else []:
        fields = file.fields(author, AUTHOR) if isinstance(author, MappingNode) else {"author": author}
        for name, value in fields.items():
            file.text_of(value, name)


def _external(file: YamlFile, node: Node | None) -> dict[str, str]:
    entries = file.entries(node, "external") if node else []
    return {key.value: file.text_of(value, f"the external reference {key.value!r}") for key, value in entries}


def _all_parts(reader: _Reader, entries: Iterable[tuple[ScalarNode, Node]]) -> list[_Part]:
    numbers = count()
    for key, node in entries:
        several = reader.file.tried(list[_Part](), _parts, reader, key, node)
        reader.parts[key.value] = [replace(part, number=next(numbers)) for part in several]
    every = [part for several in reader.parts.values() for part in several]
    reader.parents.update({part.name: (part.source, part.node_of_record) for part in every})
    return every


def _parts(reader: _Reader, key: ScalarNode, node: Node) -> list[_Part]:
    file = reader.file
    if is_null(node):
        raise file.wrong(key, f"the mapping {key.value!r} is empty", fix="give it sources, subjects and po")
    fields = file.fields(node, MAPPING)
    sources = file.tried([NO_SOURCE], _sources, reader, key, node, fields)
    nodes = file.items(fields["subjects"]) if "subjects" in fields else []
    subjects = file.each(reader.maps.subject, nodes) or [
        TermMap(Fresh(), TermType.BLANK_NODE, place=file.place(key))
    ]
    shared: Fields = {name: fields[name] for name in ("conditions", "targets") if name in fields}
    completed = [file.tried(subject, reader.maps.completed, subject, shared) for subject in subjects]
    return [
        _Part(f"{key.value} ({index})" if index > 1 else key.value, source, subject, fields, key)
        for index, (source, subject) in enumerate(product(sources, completed), start=1)
    ]


def _sources(reader: _Reader, key: ScalarNode, node: Node, fields: Fields) -> list[LogicalSource]:
    if "sources" not in fields:
        message = f"the mapping {key.value!r} has no source"
        raise reader.file.missing(node, "sources", message, "add sources", at=key)
    return reader.sources.of_mapping(fields["sources"])


def _triples_map(reader: _Reader, part: _Part) -> tuple[TriplesMap, list[TriplesMap]]:
    """The triples map of a part, and those that its inverse predicates make."""
    file = reader.file
    objects = part.fields.get("predicateobjects")
    if objects is not None and not isinstance(objects, SequenceNode):
        raise file.expected("a list", objects, "predicateobjects")
    nodes = objects.value if objects else []
    made = file.each(lambda node: _predicate_object(reader, part, node), nodes)
    forward = TriplesMap(
        part.name,
        part.source,
        part.subject,
        tuple(pom for pom, _ in made),
        _graphs(reader, part.fields),
        place=file.place(part.node),
    )
    inverses = [inverse for _, several in made for inverse in several]
    return forward, file.each(
        lambda inverse: inverted(file, forward, reader.parents, inverse[1], inverse[0]),
        enumerate(inverses, start=1),
    )


def _graphs(reader: _Reader, fields: Fields) -> tuple[TermMap, ...]:
    nodes = reader.file.items(fields["graphs"]) if "graphs" in fields else []
    return tuple(reader.file.each(reader.maps.graph, nodes))


def _predicate_object(reader: _Reader, part: _Part, node: Node) -> tuple[PredicateObjectMap, list[Inverse]]:
    file = reader.file
    fields = (
        _listed_fields(file, node) if isinstance(node, SequenceNode) else file.fields(node, PREDICATE_OBJECT)
    )
    items = {name: file.items(fields[name]) if name in fields else [] for name in PARTS}
    for name in PARTS:
        if not items[name]:
            message = f"a predicate object map without {name}"
            file.faults.append(file.missing(node, name, message, "write [predicate, object]"))
    predicates = tuple(file.each(reader.maps.predicate, items["predicates"]))
    if any(predicate.expression == Constant(RDF_TYPE) for predicate in predicates):
        fields = {"type": IRI_NODE} | fields
    graphs = _graphs(reader, fields)
    made = file.each(lambda item: _both_ways(reader, part, item, fields, graphs), items["objects"])
    objects = tuple(each for several, _ in made for each in several)
    return PredicateObjectMap(predicates, objects, graphs), [each for _, back in made for each in back]


def _both_ways(
    reader: _Reader, part: _Part, item: Node, fields: Fields, graphs: tuple[TermMap, ...]
) -> tuple[list[Object], list[Inverse]]:
    """What one item of a list of objects says, with its inverse predicates."""
    file, own = reader.file, _object_fields(reader.file, item)
    made = _objects(reader, part, item, own, fields)
    backwards = [given["inversepredicates"] for given in (fields, own) if "inversepredicates" in given]
    if backwards:
        made = [_named(part, file, item, one) for one in made]
    inverses = [
        Inverse(back, predicate, found, graphs)
        for back in (one for several in backwards for one in file.items(several))
        for predicate in file.each(reader.maps.predicate, [back])
        for found in made
    ]
    return made, inverses


def _named(part: _Part, file: YamlFile, node: Node, made: Object) -> Object:
    """The object; a blank node for each record gets a name here, so that inverse predicates mean the same."""
    if not isinstance(made, TermMap) or made.expression != Fresh():
        return made
    place = file.place(node)
    return replace(made, expression=Fresh(f"l{place.line}c{place.column}t{part.number}"))


PARTS = ("predicates", "objects")
IRI_NODE = ScalarNode("tag:yaml.org,2002:str", "iri")


def _listed_fields(file: YamlFile, node: SequenceNode) -> Fields:
    """The fields of `[predicates, objects]` and `[predicates, objects, datatype or language~lang]`."""
    if not 2 <= len(node.value) <= 3:
        message = f"a predicate object map has two or three parts, found {len(node.value)}"
        raise file.wrong(node, message, fix="several objects stand in a list of their own: [p, [o1, o2]]")
    fields = dict(zip(("predicates", "objects"), node.value, strict=False))
    return fields | _tag(file, node.value[2:])


def _tag(file: YamlFile, nodes: list[Node]) -> Fields:
    """The language or datatype that the last part of a list says, if it has one."""
    if not nodes:
        return {}
    text = file.text_of(nodes[0], "a datatype or language")
    return {"language" if ends(text, LANGUAGE_SUFFIX) else "datatype": nodes[0]}


def _object_fields(file: YamlFile, node: Node) -> Fields:
    if isinstance(node, MappingNode):
        return file.fields(node, OBJECT)
    if not isinstance(node, SequenceNode):
        return {"value": node}
    if not 1 <= len(node.value) <= 2:
        raise file.wrong(node, "an object in a list is [value, datatype] or [value, language~lang]")
    return {"value": node.value[0]} | _tag(file, node.value[1:])


def _objects(reader: _Reader, part: _Part, node: Node, fields: Fields, shared: Fields) -> list[Object]:
    """The objects that one item of a list of objects says: one, or one for each part of a mapping."""
    texts = reader.maps.texts
    of_all = condition(texts, reader.file.items(shared["conditions"])) if "conditions" in shared else None
    if "mapping" in fields:
        return list(_references(reader, part, fields, of_all))
    if not {"datatype", "language"} & fields.keys():
        fields = fields | {name: shared[name] for name in ("datatype", "language") if name in shared}
    kind = reader.maps.term_type(fields.get("type", shared.get("type")))
    natural = part.source.formulation == "sql"
    made = reader.maps.object(node, fields, kind, natural=natural)
    own = condition(texts, reader.file.items(fields["conditions"])) if "conditions" in fields else None
    return [replace(made, condition=both(own, of_all))]


def _references(reader: _Reader, part: _Part, fields: Fields, of_all: Expression | None) -> Iterator[Object]:
    """Referencing object maps. Without a condition only those parts are meant that read the same source."""
    file = reader.file
    for name in ("value", "type", "datatype", "language", "function", "parameters", "targets"):
        if name in fields:
            raise file.wrong(fields[name], f"{name!r} for an object that another mapping gives")
    conditions = file.items(fields["conditions"]) if "conditions" in fields else []
    joins = tuple(join(reader.maps.texts, node) for node in conditions)
    if joins and of_all is not None:
        joins += (Join(of_all, TRUE),)
    for node in file.items(fields["mapping"]):
        name = file.text_of(node, "the name of a mapping")
        if name not in reader.parts:
            place = file.place(node)
            raise MappingError(f"no mapping {name!r}", place=place, value=name, exists=reader.parts)
        parents = reader.parts[name]
        same = [parent for parent in parents if parent.source == part.source]
        for parent in parents if joins else same or parents[:1]:
            if of_all is not None and not joins and same:
                given = parent.node_of_record
                yield replace(given, condition=both(given.condition, of_all), place=file.place(node))
            else:
                yield ReferencingObjectMap(parent.name, joins, place=file.place(node))
