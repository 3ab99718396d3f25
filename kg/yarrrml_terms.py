"""YARRRML's texts: prefixes, templates such as `place:$(id)`, suffixes such as `~iri`, and their term maps.

A text is scanned once: `$(name)` is a reference, `$(_name)` what the document says under `external`, a
backslash takes the meaning from one of `\\ ( ) : $ _ ~`, and the first colon that is not escaped ends a
prefix. An absolute IRI stays as it is. Parentheses in a reference, as XPath has, need no backslash in pairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yaml.nodes import Node

from kg import grammar
from kg.errors import MappingError, Place, UnknownPrefix
from kg.mapping import DEFAULT_GRAPH, RDF_TYPE, Constant, Expression, Reference, Template, TermMap, TermType
from kg.yarrrml_nodes import YamlFile

PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
PLAIN = re.compile(r"[^\\$:]+")
BRACES = re.compile(r"\{([^{}]+)\}")
ESCAPE = re.compile(r"\\([\\():$_~])")
LANGUAGE_SUFFIX = "~lang"
IRI_SUFFIX = "~iri"
BLANK_PREFIX = "_:"
DEFAULT_GRAPHS = (DEFAULT_GRAPH.expression, Constant("http://www.w3.org/ns/r2rml#defaultGraph"))
TERM_TYPES = {"iri": TermType.IRI, "literal": TermType.LITERAL, "blank": TermType.BLANK_NODE}
# What stands before a colon in IRIs that are written in full, though no `//` follows.
SCHEMES = frozenset(("data", "did", "file", "geo", "info", "mailto", "tag", "tel", "urn"))
# YARRRML, "Prefixes and namespaces": RDFa's initial context need not be declared; here rml need not either.
DEFAULT_PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "cat": "http://www.w3.org/ns/dcat#",
    "cc": "http://creativecommons.org/ns#",
    "cnt": "http://www.w3.org/2008/content#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "ctag": "http://commontag.org/ns#",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "duv": "https://www.w3.org/ns/duv#",
    "earl": "http://www.w3.org/ns/earl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gldp": "http://www.w3.org/ns/people#",
    "gr": "http://purl.org/goodrelations/v1#",
    "grddl": "http://www.w3.org/2003/g/data-view#",
    "ht": "http://www.w3.org/2006/http#",
    "ical": "http://www.w3.org/2002/12/cal/icaltzd#",
    "jsonld": "http://www.w3.org/ns/json-ld#",
    "ldp": "http://www.w3.org/ns/ldp#",
    "ma": "http://www.w3.org/ns/ma-ont#",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "og": "http://ogp.me/ns#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "ptr": "http://www.w3.org/2009/pointers#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfa": "http://www.w3.org/ns/rdfa#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rev": "http://purl.org/stuff/rev#",
    "rif": "http://www.w3.org/2007/rif#",
    "rml": "http://w3id.org/rml/",
    "rr": "http://www.w3.org/ns/r2rml#",
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "v": "http://rdf.data-vocabulary.org/#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wdr": "http://www.w3.org/2007/05/powder#",
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
    "xhv": "http://www.w3.org/1999/xhtml/vocab#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expression_of(parts: list[str | Reference]) -> Expression:
    """The expression of a scanned text; a reference and nothing else is one, not a template of one."""
    match parts:
        case [Reference() as reference]:
            return reference
        case _:
            return grammar.joined(parts)


@dataclass(frozen=True)
class Texts:
    """What is needed to read the texts of one document: its file, its prefixes, its base IRI."""

    file: YamlFile
    prefixes: dict[str, str]
    base: str = ""
    external: dict[str, str] = field(default_factory=dict)

    def iri(self, node: Node, what: str) -> TermMap:
        """The term map of a text that stands where only IRIs can."""
        return self._iri(node, without(self.file.text_of(node, what), IRI_SUFFIX), what)

    def subject(self, node: Node) -> TermMap:
        """A subject map: `_:` before a template makes blank nodes, anything else makes IRIs."""
        text = self.file.text_of(node, "a subject")
        return self.blank(node, text) if text.startswith(BLANK_PREFIX) else self.iri(node, "a subject")

    def predicate(self, node: Node) -> TermMap:
        """A predicate map; `a` is rdf:type."""
        if self.file.text_of(node, "a predicate") == "a":
            return TermMap(Constant(RDF_TYPE), place=self.file.place(node))
        return self.iri(node, "a predicate")

    def graph(self, node: Node) -> TermMap:
        """A graph map; rml:defaultGraph, or R2RML's, stands for the default graph."""
        made = self.iri(node, "a graph")
        return DEFAULT_GRAPH if made.expression in DEFAULT_GRAPHS else made

    def blank(self, node: Node, text: str) -> TermMap:
        """The term map of blank nodes, one node for each text that the template makes."""
        parts, _ = self._scanned(node, text.removeprefix(BLANK_PREFIX))
        expression = expression_of(parts)
        if expression == Constant(""):
            raise self.file.wrong(
                node, "a blank node needs a label or a reference", text, "write _:$(column)"
            )
        return TermMap(expression, TermType.BLANK_NODE, place=self.file.place(node))

    def object(self, node: Node, kind: TermType | None = None, *, sure: bool = False) -> TermMap:
        """An object map: an IRI by `~iri` or by its kind, else a literal, as YARRRML has it.

        Raises MappingError for a text that begins with a declared prefix, unless its kind is said or it is
        `sure` to be a literal: processors differ in whether it is an IRI or a literal.
        """
        text = self.file.text_of(node, "an object")
        if ends(text, LANGUAGE_SUFFIX):
            raise self.file.wrong(
                node, f"a language without a text: {text!r}", text, "write [[text, en~lang]]"
            )
        if ends(text, IRI_SUFFIX):
            text, kind = text.removesuffix(IRI_SUFFIX), TermType.IRI
        if text.startswith(BLANK_PREFIX) and kind is not TermType.LITERAL:
            return self.blank(node, text)
        match kind:
            case TermType.IRI:
                return self._iri(node, text, "an object")
            case TermType.BLANK_NODE:
                return self.blank(node, text)
            case _:
                value = self.literal(node, text, sure=sure or kind is not None)
                return TermMap(value, TermType.LITERAL, place=self.file.place(node))

    def language(self, node: Node) -> Expression:
        """The expression of a language: `en`, `en~lang` or a template."""
        text = self.file.text_of(node, "a language")
        parts, _ = self._scanned(node, without(text, LANGUAGE_SUFFIX))
        return grammar.language(expression_of(parts), self.file.place(node))

    def datatype(self, node: Node) -> Expression:
        """The expression of a datatype."""
        text = without(self.file.text_of(node, "a datatype"), IRI_SUFFIX)
        if ":" not in text and "$(" not in text and grammar.well_formed_tag(text):
            fix = f"write {text}~lang for a language"
            raise self.file.wrong(node, f"the datatype {text!r} is no IRI", text, fix)
        return grammar.datatype(self._expanded(node, text, True), self.file.place(node), base=self.base)

    def literal(self, node: Node, text: str, *, sure: bool = True) -> Expression:
        """The expression of a text; unless it is sure to be one, it must not begin with a declared prefix."""
        expression = self._expanded(node, text, False)
        if not sure and expression != expression_of(self._scanned(node, text)[0]):
            raise self.file.wrong(
                node,
                f"{text!r} begins with a declared prefix: is it an IRI or a text?",
                text,
                f"write {text}~iri for an IRI, or {text.replace(':', chr(92) + ':', 1)} for a text",
            )
        return expression

    def expanded(self, node: Node, text: str) -> Expression:
        """The expression of a text that is an IRI: its prefix is expanded."""
        return self._expanded(node, text, True)

    def _iri(self, node: Node, text: str, what: str) -> TermMap:
        place = self.file.place(node)
        full = self._expanded(node, text, True)
        if braces := BRACES.search("\n".join(_fixed(full))):
            fix = f"write $({braces[1]}) for a reference, or %7B and %7D for braces"
            raise self.file.wrong(node, f"{what}: {text!r} has braces, which no IRI may have", text, fix)
        expression = grammar.iri(full, place, base=self.base, what=f"{what}: ")
        return TermMap(expression, place=place)

    def _expanded(self, node: Node, text: str, is_iri: bool) -> Expression:
        parts, colon = self._scanned(node, text)
        if colon is None or not isinstance(parts[0], str):
            return expression_of(parts)
        prefix, local = parts[0][:colon], parts[0][colon + 1 :]
        full = local.startswith("//")
        if prefix in self.prefixes and not full and (is_iri or not local.startswith(" ")):
            return expression_of([self.prefixes[prefix] + local, *parts[1:]])
        if is_iri and not full and prefix.lower() not in SCHEMES:
            raise UnknownPrefix(
                f"the prefix {prefix!r} is declared nowhere",
                place=self.file.place(node),
                value=prefix,
                exists=self._prefixes_for_help(),
                fix="declare it in prefixes, or write the IRI in full",
            )
        return expression_of(parts)

    def _prefixes_for_help(self) -> list[str]:
        own = [name for name, iri in self.prefixes.items() if DEFAULT_PREFIXES.get(name) != iri]
        return own + [name for name in DEFAULT_PREFIXES if name not in own]

    def _scanned(self, node: Node, text: str) -> tuple[list[str | Reference], int | None]:
        """Texts and references in turn, and where in the first text a colon ends a prefix."""
        parts: list[str | Reference] = []
        piece, at, colon = "", 0, None
        while at < len(text):
            if escape := ESCAPE.match(text, at):
                piece, at = piece + escape[1], escape.end()
            elif text.startswith("$(", at):
                found, at = self._reference(node, text, at)
                if isinstance(found, str):
                    colon = len(piece) + found.find(":") if _has_prefix(found, colon, parts) else colon
                    piece += found
                else:
                    parts += [piece, found] if piece else [found]
                    piece = ""
            else:
                end = plain.end() if (plain := PLAIN.match(text, at)) else at + 1
                colon = len(piece) if _has_prefix(text[at:end], colon, parts) else colon
                piece, at = piece + text[at:end], end
        return ([*parts, piece] if piece else parts), colon

    def _reference(self, node: Node, text: str, at: int) -> tuple[Reference | str, int]:
        """A reference, or the value of an external one, and where the text goes on."""
        end = _closed(text, at)
        raw = text[at + 2 : end]
        name = ESCAPE.sub(r"\1", raw)
        if end < 0:
            fault = f"the reference {text[at:]!r} is not closed"
        elif "$(" in raw:
            fault = f"the reference {text[at : end + 1]!r} has another one in it"
        elif not name:
            fault = "a reference without a name: '$()'"
        elif raw.startswith("_") and raw[1:] in self.external:
            return self.external[raw[1:]], end + 1
        else:
            return Reference(name, self._place(node, text, at)), end + 1
        raise MappingError(
            fault,
            place=self._place(node, text, at),
            value=text,
            fix=r"write $(column), \$( for the text itself, \( or \) for a parenthesis in a name",
        )

    def _place(self, node: Node, text: str, at: int) -> Place:
        """Where a character of a text stands, which may be a part of the node's."""
        return self.file.place(node, max(node.value.find(text), 0) + at)


def ends(text: str, suffix: str) -> bool:
    """Whether a suffix such as `~iri` ends the text; a backslash before it makes it part of the text."""
    return text.endswith(suffix) and not text.endswith("\\" + suffix)


def without(text: str, suffix: str) -> str:
    """The text without its suffix."""
    return text.removesuffix(suffix) if ends(text, suffix) else text


def _fixed(expression: Expression) -> list[str]:
    """The texts of an expression that are the same for all records."""
    match expression:
        case Constant(value):
            return [value]
        case Template(parts):
            return [part for part in parts if isinstance(part, str)]
        case _:
            return []


def _has_prefix(text: str, colon: int | None, parts: list[str | Reference]) -> bool:
    return ":" in text and colon is None and not parts


def _closed(text: str, at: int) -> int:
    """Where the parenthesis is that closes the reference which begins at `at`, -1 if nowhere."""
    depth = 0
    for found in PARENTHESIS.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0 and found.group() == ")":
            return found.start()
    return -1
