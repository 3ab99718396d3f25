"""Mappings written in RML: RML-Core with RML-IO and RML-FNML, or legacy RML with R2RML's words.

What is written means what was read, in whichever language that was: :mod:`kg.rml` reads the same model from
it, but for the names of triples maps and for what makes no difference. Constants, classes, columns of joins,
languages and datatypes are written by their shortcuts (RML-Core, "Shortcuts"). The base IRI is the one with
which the mapping was read. Where numbers of JSON are meant as they are written, the logical source is said by
legacy RML's property, in RML too, which has no word for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from kg.datatypes import IRI
from kg.grammar import absolute
from kg.mapping import (
    DEFAULT_GRAPH,
    RDF_TYPE,
    XSD,
    Call,
    Constant,
    Expression,
    Fresh,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.rml_graph import RELATIVE, Iri, Literal
from kg.rml_limits import PLAIN, based, check
from kg.rml_source_writer import column, logical_source, logical_target
from kg.rml_sources import D2RQ
from kg.rml_spelling import Block, Value, declared, document, shared, unique
from kg.rml_vocabulary import R2RML, RML
from kg.rml_words import FNO, LANGUAGES, SPACES, TYPE_NAMES, Language
from kg.rules import rules

Pair = tuple[str, Value]
TYPE = TermMap(Constant(RDF_TYPE))
TEXT = Constant(XSD + "string")
# Tags that any reader of Turtle takes after an @.
TAG = re.compile("[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2})?")
LOCAL = re.compile(r"#?[\w.-]+", re.ASCII)
# What is put into one statement if it is said more than once, and what it is called there.
SHARED = (
    ("logicalSource", "source", ""),
    ("source", "database", D2RQ + "jdbcDSN"),
    ("logicalTarget", "target", ""),
)


def written(mapping: Mapping, to: str = "rml") -> str:
    """The Turtle document that says `mapping` in one of LANGUAGES; paths are as in the model.

    Raises MappingError where the mapping could not be run either, and Unsupported, which is one, with
    everything that the language cannot say.
    """
    language = LANGUAGES[to]
    rules(mapping)
    check(mapping, language)
    needed = language.legacy and any(based(mapping, each) for each in mapping.triples_maps)
    base = mapping.base if needed else ""
    names = _names(mapping, base)
    writer = _Writer(language, mapping, names, {each.name: each.source for each in mapping.triples_maps})
    statements = [(names[each.name], writer.triples_map(each)) for each in mapping.triples_maps]
    for property_, name, mark in SHARED:
        statements = shared(statements, language.word(property_), name, mark)
    own = ((name, iri) for name, iri in mapping.prefixes if iri not in SPACES and IRI.has(iri))
    prefixes = declared(statements, own, language.prefixes)
    return document(statements, prefixes, base)


def _names(mapping: Mapping, base: str) -> dict[str, Iri]:
    """The IRIs of the triples maps: as they are, or else relative, made of their names."""
    taken: dict[str, int] = {}
    return {each.name: Iri(unique(_name(each.name, base), taken)) for each in mapping.triples_maps}


def _name(name: str, base: str) -> str:
    if IRI.has(name):
        rest = name.removeprefix(base)
        return RELATIVE + rest if LOCAL.fullmatch(rest) and urljoin(base, rest) == name else name
    return f"{RELATIVE}#{re.sub(r'[^A-Za-z0-9_.~㐀-鿿-]+', '-', name).strip('-') or 'triples-map'}"


@dataclass(frozen=True)
class _Writer:
    language: Language
    mapping: Mapping
    names: dict[str, Iri]
    sources: dict[str, LogicalSource]

    def word(self, name: str) -> str:
        return self.language.word(name)

    def triples_map(self, made: TriplesMap) -> Block:
        pairs: list[Pair] = [(RDF_TYPE, Iri(self.word("TriplesMap")))]
        base = based(self.mapping, made)
        if base and not self.language.legacy:
            pairs.append((RML + "baseIRI", Iri(base)))
        if made.source.formulation:
            pairs.append(logical_source(made.source, self.language))
        classes = _classes(made)
        pairs.append(self.subject(made, classes))
        poms = made.predicate_objects[len(classes) :]
        return Block(
            (*pairs, *((self.word("predicateObjectMap"), self.pom(pom, made.source)) for pom in poms))
        )

    def subject(self, made: TriplesMap, classes: list[Iri]) -> Pair:
        more: list[Pair] = [(self.word("class"), each) for each in classes]
        more += self.maps("graph", made.graphs, made.source)
        return self.map("subject", made.subject, made.source, more)

    def pom(self, pom: PredicateObjectMap, source: LogicalSource) -> Block:
        pairs = self.maps("predicate", pom.predicates, source)
        for made in pom.objects:
            if isinstance(made, TermMap):
                pairs += self.maps("object", [made], source, pairs)
            else:
                pairs.append((self.word("objectMap"), self.referencing(made, source)))
        return Block((*pairs, *self.maps("graph", pom.graphs, source)))

    def referencing(self, made: ReferencingObjectMap, source: LogicalSource) -> Block:
        joins = (self.join(join, source, self.sources[made.parent]) for join in made.joins)
        named: Pair = (self.word("parentTriplesMap"), self.names[made.parent])
        return Block((named, *((self.word("joinCondition"), join) for join in joins)))

    def join(self, join: Join, child: LogicalSource, parent: LogicalSource) -> Block:
        return Block((self.side("child", join.child, child), self.side("parent", join.parent, parent)))

    def side(self, name: str, expression: Expression, source: LogicalSource) -> Pair:
        if isinstance(expression, Reference):
            return self.word(name), Literal(column(expression.name, source))
        return self.word(name + "Map"), Block(tuple(self.expression(expression, source)))

    def maps(
        self,
        position: str,
        made: Iterable[TermMap],
        source: LogicalSource,
        there: Iterable[Pair] = (),
    ) -> list[Pair]:
        """The maps of one position. Said twice, a shortcut would be one triple, so the second is a map."""
        pairs: list[Pair] = []
        for each in made:
            pair = self.map(position, each, source)
            said = pair in (*there, *pairs)
            pairs.append(self.map(position, each, source, whole=True) if said else pair)
        return pairs

    def map(
        self,
        position: str,
        made: TermMap,
        source: LogicalSource,
        more: Iterable[Pair] = (),
        *,
        whole: bool = False,
    ) -> Pair:
        """A term map, by its shortcut where it has one and unless it must be `whole`."""
        pairs = (*self.term(position, made, source), *more)
        if len(pairs) == 1 and pairs[0][0] == self.word("constant") and not whole:
            return self.word(position), pairs[0][1]
        return self.word(position + "Map"), Block(pairs)

    def term(self, position: str, made: TermMap, source: LogicalSource) -> Iterator[Pair]:
        constant = self.constant(position, made)
        if constant is not None:
            yield self.word("constant"), constant
        else:
            yield from self.expression(made.expression, source, text=made.term_type is TermType.LITERAL)
        if constant is None and _needs_type(position, made):
            yield self.word("termType"), Iri(self.word(TYPE_NAMES[made.term_type]))
        if not isinstance(constant, Literal):
            yield from self.tags(made, source)
        if made.condition is not None:
            yield self.word("condition"), Block(tuple(self.expression(made.condition, source)))
        for target in made.targets:
            yield self.word("logicalTarget"), logical_target(target, self.language)

    def constant(self, position: str, made: TermMap) -> Iri | Literal | None:
        """The term of a constant that Turtle can write as one, with its own language or datatype."""
        if not isinstance(made.expression, Constant):
            return None
        if made.term_type is TermType.LITERAL:
            return _literal(made.expression.value, made)
        if position == "graph" and made.expression == DEFAULT_GRAPH.expression and self.language.legacy:
            return Iri(R2RML + "defaultGraph")
        plain = made.term_type is TermType.IRI and IRI.has(made.expression.value)
        return Iri(made.expression.value) if plain else None

    def tags(self, made: TermMap, source: LogicalSource) -> Iterator[Pair]:
        """The language and the datatype; xsd:string where values would bring along a datatype unasked."""
        if isinstance(made.language, Constant):
            yield self.word("language"), Literal(made.language.value)
        elif made.language is not None:
            yield self.word("languageMap"), Block(tuple(self.expression(made.language, source)))
        datatype = made.datatype if made.datatype or not self.brings(made, source) else TEXT
        if isinstance(datatype, Constant) and IRI.has(datatype.value):
            yield self.word("datatype"), Iri(datatype.value)
        elif datatype is not None:
            yield self.word("datatypeMap"), Block(tuple(self.expression(datatype, source, text=False)))

    def brings(self, made: TermMap, source: LogicalSource) -> bool:
        """Whether readers would take it for a literal with a natural datatype, which it is not."""
        untyped = made.language is None and made.datatype is None and made.term_type is TermType.LITERAL
        if not untyped or made.natural:
            return False
        legacy = self.language.legacy or source.as_written
        typed = source.formulation == "sql" if legacy else source.formulation not in PLAIN
        return isinstance(made.expression, Call) or (isinstance(made.expression, Reference) and typed)

    def expression(
        self, expression: Expression, source: LogicalSource, *, text: bool = True
    ) -> Iterator[Pair]:
        """How an expression map says its values; a constant is a `text`, or a template without references."""
        match expression:
            case Constant(value) if text:
                yield self.word("constant"), Literal(value)
            case Constant(value):
                yield self.word("template"), Literal(_escaped(value))
            case Reference(name):
                yield self.word("reference"), Literal(column(name, source))
            case Template(parts):
                yield self.word("template"), Literal("".join(_part(part, source) for part in parts))
            case Call():
                yield from self.call(expression, source)
            case Fresh():
                return

    def call(self, made: Call, source: LogicalSource) -> Iterator[Pair]:
        if self.language.legacy:
            yield self.word("functionValue"), self.function_value(made, source)
            return
        inputs = (self.input(iri, value, source) for iri, value in made.inputs)
        function: Pair = (RML + "function", _name_of(made.function))
        yield RML + "functionExecution", Block((function, *((RML + "input", each) for each in inputs)))
        if made.output:
            yield RML + "return", _name_of(made.output)

    def input(self, iri: str, value: Expression, source: LogicalSource) -> Block:
        parameter: Pair = (RML + "parameter", _name_of(iri))
        if isinstance(value, Constant):
            return Block((parameter, (RML + "inputValue", Literal(value.value))))
        return Block((parameter, (RML + "inputValueMap", Block(tuple(self.expression(value, source))))))

    def function_value(self, made: Call, source: LogicalSource) -> Block:
        """Legacy FNML: a function and its parameters as predicate object maps."""
        executes = self.argument(FNO + "executes", (self.word("object"), _name_of(made.function)))
        inputs = (self.argument(iri, self.value(value, source)) for iri, value in made.inputs)
        return Block(tuple((self.word("predicateObjectMap"), each) for each in (executes, *inputs)))

    def argument(self, iri: str, value: Pair) -> Block:
        return Block(((self.word("predicate"), _name_of(iri)), value))

    def value(self, value: Expression, source: LogicalSource) -> Pair:
        if isinstance(value, Constant):
            return self.word("object"), Literal(value.value)
        return self.word("objectMap"), Block(tuple(self.expression(value, source)))


def _name_of(iri: str) -> Iri | Literal:
    """The name of a function, a parameter or a result; as a text if Turtle takes it for no IRI."""
    return Literal(iri) if absolute(iri) and not IRI.has(iri) else Iri(iri)


def _classes(made: TriplesMap) -> list[Iri]:
    """The classes of the first predicate object maps: readers put those of rml:class before all others."""
    found: dict[Iri, None] = {}
    for pom in made.predicate_objects:
        iri = _class(pom)
        if iri is None or iri in found:
            break
        found[iri] = None
    return list(found)


def _class(pom: PredicateObjectMap) -> Iri | None:
    """The class that a predicate object map gives, if it does that and no more."""
    match pom.objects:
        case (TermMap(Constant(value)),):
            alone = pom == PredicateObjectMap((TYPE,), (TermMap(Constant(value)),))
            return Iri(value) if alone and IRI.has(value) else None
    return None


def _literal(text: str, made: TermMap) -> Literal | None:
    match made.language, made.datatype:
        case None, None | Constant(TEXT.value):
            return Literal(text)
        case Constant(tag), None if TAG.fullmatch(tag):
            return Literal(text, tag)
        case None, Constant(datatype) if IRI.has(datatype):
            return Literal(text, "", datatype)
    return None


def _needs_type(position: str, made: TermMap) -> bool:
    """Whether the term type is to be said: it is not the default, or one that is often mistaken for it."""
    tagged = made.language is not None or made.datatype is not None
    text = position == "object" and (isinstance(made.expression, Reference | Call) or tagged)
    usual = TermType.LITERAL if text else TermType.IRI
    return made.term_type is not usual or (text and isinstance(made.expression, Template))


def _part(part: str | Reference, source: LogicalSource) -> str:
    if isinstance(part, str):
        return _escaped(part)
    return "{" + _escaped(column(part.name, source)) + "}"


def _escaped(text: str) -> str:
    """The text as it stands in a template (RML-Core, "Template-valued expression maps")."""
    return re.sub(r"[\\{}]", r"\\\g<0>", text)
