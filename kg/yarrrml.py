"""YARRRML read into the mapping model, with the file, line and column of everything that was written.

Follows https://w3id.org/yarrrml/spec/ (2023-01-26) and, where it is silent, yarrrml-parser, its reference
implementation. What those let pass is an error here: unknown keys, prefixes and datatypes, keys that are
there twice, malformed language tags, and an untyped object such as `place:$(id)`, of which one processor
makes an IRI and the other a literal. External references and inverse predicates are not run yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg import grammar
from kg.errors import MappingError, Unsupported, each
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
from kg.yarrrml_functions import call, condition, parameter_fields
from kg.yarrrml_keys import (
    CONDITION,
    DOCUMENT,
    EQUAL,
    MAPPING,
    OBJECT,
    PREDICATE_OBJECT,
    SIDE_NAMES,
    SIDES,
    SUBJECT,
)
from kg.yarrrml_nodes import YamlFile, is_null
from kg.yarrrml_sources import mapping_sources, named_sources
from kg.yarrrml_targets import Targets, named_targets, targets
from kg.yarrrml_terms import DEFAULT_PREFIXES, LANGUAGE_SUFFIX, TERM_TYPES, Texts


@dataclass(frozen=True)
class _Part:
    """One triples map to be: a mapping of the document with one of its sources and one of its subjects."""

    name: str
    source: LogicalSource
    subject: TermMap
    fields: dict[str, Node]
    node: Node


@dataclass(frozen=True)
class _Reader:
    texts: Texts
    sources: dict[str, LogicalSource]
    parts: dict[str, list[_Part]]
    targets: Targets

    @property
    def file(self) -> YamlFile:
        return self.texts.file


def read(path: Path, *, base: str = "") -> Mapping:
    """The mapping that a YARRRML document says; `base` comes before the document's own base IRI.

    A mapping with several sources or subjects gives as many triples maps, named `x`, `x (2)` and so on. Paths
    of sources stay as they are written. Empty cells are no value.

    Raises MappingError (or UnknownKey, UnknownPrefix, Unsupported, which are its kinds) with every finding of
    the document that does not follow from another, and MissingFile where there is no such file.
    """
    file = YamlFile.of(path)
    root = file.compose()
    fields = file.fields(root, DOCUMENT)
    if "mappings" not in fields:
        raise file.wrong(root, "the document has no mappings", fix="add a key 'mappings'")
    declared = _prefixes(file, fields.get("prefixes"))
    own_base = file.text_of(fields["base"], "the base IRI") if "base" in fields else ""
    if own_base and not grammar.absolute(own_base):
        raise file.wrong(fields["base"], f"the base IRI {own_base!r} is not absolute", own_base)
    texts = Texts(file, {**DEFAULT_PREFIXES, **declared}, base or own_base)
    reader = _Reader(
        texts, named_sources(file, fields.get("sources")), {}, named_targets(file, fields.get("targets"))
    )
    entries = file.entries(fields["mappings"], "mappings")
    reader.parts.update(each(lambda entry: (entry[0].value, _parts(reader, *entry)), entries))
    parts = [part for several in reader.parts.values() for part in several]
    return Mapping(
        tuple(each(lambda part: _triples_map(reader, part), parts)),
        tuple(declared.items()),
        texts.base,
        place=file.place(root),
    )


def _prefixes(file: YamlFile, node: Node | None) -> dict[str, str]:
    entries = file.entries(node, "prefixes") if node else []
    return dict(each(lambda entry: _prefix(file, *entry), entries))


def _prefix(file: YamlFile, key: ScalarNode, node: Node) -> tuple[str, str]:
    namespace = file.text_of(node, f"the prefix {key.value!r}")
    found = grammar.NOT_IN_IRI.search(namespace)
    if found or not grammar.absolute(namespace):
        raise file.wrong(node, f"the prefix {key.value!r} stands for {namespace!r}, which is no absolute IRI")
    return key.value, namespace


def _parts(reader: _Reader, key: ScalarNode, node: Node) -> list[_Part]:
    file = reader.file
    if is_null(node):
        raise file.wrong(key, f"the mapping {key.value!r} is empty", fix="give it sources, subjects and po")
    fields = file.fields(node, MAPPING)
    if "sources" not in fields:
        raise file.wrong(key, f"the mapping {key.value!r} has no source", fix="add sources")
    sources = mapping_sources(file, reader.sources, fields["sources"])
    nodes = file.items(fields["subjects"]) if "subjects" in fields else []
    subjects = each(lambda item: _subject(reader, item), nodes)
    if not subjects:
        subjects = [TermMap(Fresh(), TermType.BLANK_NODE, place=file.place(key))]
    if "conditions" in fields:
        subjects = [_conditional(reader, subject, fields["conditions"]) for subject in subjects]
    return [
        _Part(f"{key.value} ({index})" if index > 1 else key.value, source, subject, fields, key)
        for index, (source, subject) in enumerate(product(sources, subjects), start=1)
    ]


def _conditional(reader: _Reader, term_map: TermMap, node: Node) -> TermMap:
    """The term map with a further condition; one that it has already must be true as well."""
    if term_map.condition is not None:
        raise reader.file.wrong(node, "conditions at two places for one term", fix="put them into one list")
    return replace(term_map, condition=condition(reader.texts, reader.file.items(node)))


def _subject(reader: _Reader, node: Node) -> TermMap:
    if not isinstance(node, MappingNode):
        return reader.texts.subject(node)
    fields = reader.file.fields(node, SUBJECT)
    made = replace(
        _subject_term(reader, node, fields),
        targets=targets(reader.file, reader.targets, fields.get("targets")),
    )
    return _conditional(reader, made, fields["conditions"]) if "conditions" in fields else made


def _subject_term(reader: _Reader, node: Node, fields: dict[str, Node]) -> TermMap:
    if "function" in fields:
        kind = _term_type(reader, fields.get("type")) or TermType.IRI
        if kind is TermType.LITERAL:
            raise reader.file.wrong(fields["type"], "a literal cannot be a subject")
        return TermMap(call(reader.texts, fields, node), kind, place=reader.file.place(node))
    if "value" not in fields:
        raise reader.file.wrong(node, "a subject without a value")
    term_type = _term_type(reader, fields.get("type"))
    if term_type is TermType.LITERAL:
        raise reader.file.wrong(fields["type"], "a literal cannot be a subject")
    if term_type is TermType.BLANK_NODE:
        return reader.texts.blank(fields["value"], reader.file.text_of(fields["value"], "a subject"))
    return reader.texts.subject(fields["value"])


def _term_type(reader: _Reader, node: Node | None) -> TermType | None:
    if node is None:
        return None
    name = reader.file.text_of(node, "a type")
    if name not in TERM_TYPES:
        raise MappingError(f"no type {name!r}", place=reader.file.place(node), value=name, exists=TERM_TYPES)
    return TERM_TYPES[name]


def _triples_map(reader: _Reader, part: _Part) -> TriplesMap:
    file = reader.file
    objects = part.fields.get("predicateobjects")
    if objects is not None and not isinstance(objects, SequenceNode):
        raise file.expected("a list", objects, "predicateobjects")
    return TriplesMap(
        part.name,
        part.source,
        part.subject,
        tuple(each(lambda node: _predicate_object(reader, part, node), objects.value if objects else [])),
        _graphs(reader, part.fields),
        place=file.place(part.node),
    )


def _graphs(reader: _Reader, fields: dict[str, Node]) -> tuple[TermMap, ...]:
    nodes = reader.file.items(fields["graphs"]) if "graphs" in fields else []
    return tuple(reader.texts.graph(node) for node in nodes)


def _predicate_object(reader: _Reader, part: _Part, node: Node) -> PredicateObjectMap:
    file = reader.file
    fields = (
        _listed_fields(file, node) if isinstance(node, SequenceNode) else file.fields(node, PREDICATE_OBJECT)
    )
    for name in ("predicates", "objects"):
        if name not in fields or not file.items(fields[name]):
            raise file.wrong(node, f"a predicate object map without {name}", fix="write [predicate, object]")
    predicates = tuple(reader.texts.predicate(item) for item in file.items(fields["predicates"]))
    if any(predicate.expression == Constant(RDF_TYPE) for predicate in predicates):
        fields = {"type": IRI_NODE} | fields
    return PredicateObjectMap(
        predicates,
        tuple(
            made for item in file.items(fields["objects"]) for made in _objects(reader, part, item, fields)
        ),
        _graphs(reader, fields),
    )


IRI_NODE = ScalarNode("tag:yaml.org,2002:str", "iri")


def _listed_fields(file: YamlFile, node: SequenceNode) -> dict[str, Node]:
    """The fields of `[predicates, objects]` and `[predicates, objects, datatype or language~lang]`."""
    if not 2 <= len(node.value) <= 3:
        message = f"a predicate object map has two or three parts, found {len(node.value)}"
        raise file.wrong(node, message, fix="several objects stand in a list of their own: [p, [o1, o2]]")
    fields = dict(zip(("predicates", "objects"), node.value, strict=False))
    return fields | _tag(file, node.value[2:])


def _tag(file: YamlFile, nodes: list[Node]) -> dict[str, Node]:
    """The language or datatype that the last part of a list says, if it has one."""
    if not nodes:
        return {}
    text = file.text_of(nodes[0], "a datatype or language")
    return {"language" if text.endswith(LANGUAGE_SUFFIX) else "datatype": nodes[0]}


def _objects(
    reader: _Reader, part: _Part, node: Node, shared: dict[str, Node]
) -> list[TermMap | ReferencingObjectMap]:
    """The objects that one item of a list of objects says: one, or one for each part of a mapping."""
    file = reader.file
    fields: dict[str, Node] = {"value": node}
    if isinstance(node, MappingNode):
        fields = file.fields(node, OBJECT)
    elif isinstance(node, SequenceNode):
        if not 1 <= len(node.value) <= 2:
            raise file.wrong(node, "an object in a list is [value, datatype] or [value, language~lang]")
        fields = {"value": node.value[0]} | _tag(file, node.value[1:])
    if "mapping" in fields:
        if "conditions" in shared:
            node = shared["conditions"]
            raise Unsupported(
                "a condition of an object of another mapping is not run yet", place=file.place(node)
            )
        return list(_references(reader, part, fields))
    if "value" not in fields and "function" not in fields:
        raise file.wrong(node, "an object without a value")
    if not {"datatype", "language"} & fields.keys():
        fields |= {name: shared[name] for name in ("datatype", "language") if name in shared}
    term_type = _term_type(reader, fields.get("type", shared.get("type")))
    made = (_called if "function" in fields else _valued)(reader, fields, term_type, node)
    made = replace(made, targets=targets(file, reader.targets, fields.get("targets")))
    for places in (fields, shared):
        if "conditions" in places:
            made = _conditional(reader, made, places["conditions"])
    return [made]


def _valued(reader: _Reader, fields: dict[str, Node], kind: TermType | None, node: Node) -> TermMap:
    language, datatype = fields.get("language"), fields.get("datatype")
    return reader.texts.object(fields["value"], term_type=kind, language=language, datatype=datatype)


def _called(reader: _Reader, fields: dict[str, Node], kind: TermType | None, node: Node) -> TermMap:
    """What a function returns, as a literal unless another type is said."""
    if "value" in fields:
        raise reader.file.wrong(fields["value"], "an object with a value and a function")
    tags = [fields[name] for name in ("language", "datatype") if name in fields]
    if len(tags) > 1 or (tags and kind not in (None, TermType.LITERAL)):
        raise reader.file.wrong(tags[-1], "a literal has a language or a datatype, not both, and others none")
    return TermMap(
        call(reader.texts, fields, node),
        kind or TermType.LITERAL,
        language=reader.texts.language(fields["language"]) if "language" in fields else None,
        datatype=reader.texts.datatype(fields["datatype"]) if "datatype" in fields else None,
        natural=not tags and kind in (None, TermType.LITERAL),
        place=reader.file.place(node),
    )


def _references(reader: _Reader, part: _Part, fields: dict[str, Node]) -> Iterable[ReferencingObjectMap]:
    """Referencing object maps. Without a condition only those parts are meant that read the same source."""
    file = reader.file
    for name in ("value", "type", "datatype", "language", "function", "parameters", "targets"):
        if name in fields:
            raise file.wrong(fields[name], f"{name!r} for an object that another mapping gives")
    conditions = file.items(fields["conditions"]) if "conditions" in fields else []
    joins = tuple(_join(reader, node) for node in conditions)
    for node in file.items(fields["mapping"]):
        name = file.text_of(node, "the name of a mapping")
        if name not in reader.parts:
            raise MappingError(
                f"no mapping {name!r}", place=file.place(node), value=name, exists=reader.parts
            )
        parents = reader.parts[name]
        same = [parent for parent in parents if parent.source == part.source]
        for parent in parents if joins else same or parents[:1]:
            yield ReferencingObjectMap(parent.name, joins, place=file.place(node))


def _join(reader: _Reader, node: Node) -> Join:
    file = reader.file
    fields = file.fields(node, CONDITION)
    name = file.text_of(fields.get("function", node), "a function")
    if name not in EQUAL:
        raise Unsupported(
            f"the function {name!r} in a condition is not run yet",
            place=file.place(fields["function"]),
            value=name,
            exists=("equal",),
        )
    if "parameters" not in fields:
        raise file.wrong(node, "a condition without parameters")
    sides: dict[str, Expression] = dict(_parameter(reader, item) for item in file.items(fields["parameters"]))
    if sides.keys() != {"s", "o"}:
        raise file.wrong(
            node,
            "a join compares one value of the subject's record with one of the object's",
            fix="write parameters: [[str1, $(column)], [str2, $(other column)]]",
        )
    return Join(sides["s"], sides["o"])


def _parameter(reader: _Reader, node: Node) -> tuple[str, Expression]:
    file = reader.file
    fields = parameter_fields(reader.texts, node)
    if not isinstance(fields["value"], ScalarNode):
        raise Unsupported("functions in a condition are not run yet", place=file.place(fields["value"]))
    name = file.text_of(fields["parameter"], "the name of a parameter")
    if name not in SIDES:
        place = file.place(fields["parameter"])
        raise MappingError(f"'equal' has no parameter {name!r}", place=place, value=name, exists=SIDES)
    side = file.text_of(fields["from"], "the side of a join") if "from" in fields else SIDES[name]
    if side not in SIDE_NAMES:
        raise MappingError(
            f"no side {side!r} of a join", place=file.place(fields["from"]), value=side, exists=SIDE_NAMES
        )
    value = file.text_of(fields["value"], "the value of a parameter")
    return SIDE_NAMES[side], reader.texts.literal(fields["value"], value)
