"""YARRRML's term maps: subjects, predicates, objects and graphs, as texts or as keys with values.

With keys each may have a function instead of a value, a condition and targets; the language and the datatype
of an object may be keys as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from yaml.nodes import MappingNode, Node

from kg.errors import MappingError
from kg.mapping import (
    DEFAULT_GRAPH,
    Call,
    Expression,
    Fresh,
    LogicalTarget,
    Reference,
    TermMap,
    TermType,
)
from kg.yarrrml_functions import both, call, condition
from kg.yarrrml_keys import DATATYPE, GRAPH, LANGUAGE, PREDICATE, SUBJECT
from kg.yarrrml_nodes import Shape, YamlFile
from kg.yarrrml_targets import Targets, targets
from kg.yarrrml_terms import TERM_TYPES, Texts

Fields = dict[str, Node]


@dataclass(frozen=True)
class TermMaps:
    """What is needed to read the term maps of one document: its texts and its named targets."""

    texts: Texts
    named: Targets

    @property
    def file(self) -> YamlFile:
        """The document."""
        return self.texts.file

    def subject(self, node: Node) -> TermMap:
        """A subject map; `{type: blank}` alone is a blank node for each record."""
        if not isinstance(node, MappingNode):
            return self.texts.subject(node)
        fields = self.file.fields(node, SUBJECT)
        kind = self.term_type(fields.get("type"))
        if kind is TermType.LITERAL:
            raise self.file.wrong(fields["type"], "a literal cannot be a subject")
        return self._resource(node, fields, "a subject", self.texts.subject, kind)

    def predicate(self, node: Node) -> TermMap:
        """A predicate map."""
        if not isinstance(node, MappingNode):
            return self.texts.predicate(node)
        return self._resource(node, self.file.fields(node, PREDICATE), "a predicate", self.texts.predicate)

    def graph(self, node: Node) -> TermMap:
        """A graph map."""
        if not isinstance(node, MappingNode):
            return self.texts.graph(node)
        made = self._resource(node, self.file.fields(node, GRAPH), "a graph", self.texts.graph)
        if made.condition is not None and made.expression == DEFAULT_GRAPH.expression:
            raise self.file.wrong(
                node, "a condition of the default graph", fix="give it to the predicate or to the objects"
            )
        return made

    def _resource(
        self,
        node: Node,
        fields: Fields,
        what: str,
        read: Callable[[Node], TermMap],
        kind: TermType | None = None,
    ) -> TermMap:
        """An IRI, or a blank node where that is the kind."""
        place = self.file.place(node)
        if "function" in fields:
            self._no_value(fields, what)
            made = TermMap(call(self.texts, fields, node), kind or TermType.IRI, place=place)
        elif "value" not in fields and kind is TermType.BLANK_NODE:
            made = TermMap(Fresh(), kind, place=place)
        elif "value" not in fields:
            raise self.file.missing(node, "value", f"{what} without a value")
        elif kind is TermType.BLANK_NODE:
            made = self.texts.blank(fields["value"], self.file.text_of(fields["value"], what))
        else:
            made = read(fields["value"])
        return self.completed(made, fields)

    def completed(self, made: TermMap, fields: Fields) -> TermMap:
        """The term map with the targets and the condition of its fields besides its own."""
        more = targets(self.file, self.named, fields.get("targets"))
        given = (
            condition(self.texts, self.file.items(fields["conditions"])) if "conditions" in fields else None
        )
        return replace(
            made,
            targets=tuple(dict.fromkeys((*made.targets, *more))),
            condition=both(made.condition, given),
        )

    def object(self, node: Node, fields: Fields, kind: TermType | None, *, natural: bool = False) -> TermMap:
        """An object map without its conditions; `natural` where the source's values have datatypes."""
        language, datatype = fields.get("language"), fields.get("datatype")
        place = self.file.place(node)
        if "function" in fields:
            self._no_value(fields, "an object")
            made = TermMap(call(self.texts, fields, node), kind or TermType.LITERAL, place=place)
        elif "value" in fields:
            made = self.texts.object(fields["value"], kind, sure=bool(language or datatype))
        elif kind is TermType.BLANK_NODE:
            made = TermMap(Fresh(), kind, place=place)
        else:
            raise self.file.missing(node, "value", "an object without a value")
        made = self.completed(made, {name: fields[name] for name in ("targets",) if name in fields})
        if language or datatype:
            return self._tagged(made, language, datatype)
        brought = isinstance(made.expression, Call) or (natural and isinstance(made.expression, Reference))
        return replace(made, natural=made.term_type is TermType.LITERAL and brought)

    def _no_value(self, fields: Fields, what: str) -> None:
        if "value" in fields:
            raise self.file.wrong(fields["value"], f"{what} with a value and a function")

    def _tagged(self, made: TermMap, language: Node | None, datatype: Node | None) -> TermMap:
        for node, what in ((language, "a language"), (datatype, "a datatype")):
            if node and made.term_type is not TermType.LITERAL:
                fix = "remove one of the two"
                raise self.file.wrong(node, f"{what} for an object that is no literal", fix=fix)
        if language and datatype:
            raise self.file.wrong(datatype, "a literal has a language or a datatype, not both")
        tag, of_tag = self._tag(language, LANGUAGE, self.texts.language)
        iri, of_iri = self._tag(datatype, DATATYPE, self.texts.datatype)
        every = tuple(dict.fromkeys((*made.targets, *of_tag, *of_iri)))
        return replace(made, language=tag, datatype=iri, targets=every)

    def _tag(
        self, node: Node | None, shape: Shape, read: Callable[[Node], Expression]
    ) -> tuple[Expression | None, tuple[LogicalTarget, ...]]:
        """A language or a datatype, with its targets, which are those of the literal (RML-IO, "Targets")."""
        if node is None:
            return None, ()
        if not isinstance(node, MappingNode):
            return read(node), ()
        fields = self.file.fields(node, shape)
        if not {"value", "function"} & fields.keys():
            raise self.file.missing(node, "value", f"{shape.what} without a value")
        if "function" in fields:
            self._no_value(fields, shape.what)
            made: Expression = call(self.texts, fields, node)
        else:
            made = read(fields["value"])
        return made, targets(self.file, self.named, fields.get("targets"))

    def term_type(self, node: Node | None) -> TermType | None:
        """The term type that a text says, if there is one."""
        if node is None:
            return None
        name = self.file.text_of(node, "a type")
        if name not in TERM_TYPES:
            place = self.file.place(node)
            raise MappingError(f"no type {name!r}", place=place, value=name, exists=TERM_TYPES)
        return TERM_TYPES[name]
