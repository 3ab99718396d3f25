"""YARRRML's texts: prefixes, templates such as `place:$(id)`, suffixes such as `~iri`, and their term maps.

A text is scanned once: `$(name)` is a reference, a backslash takes the meaning from one of `\\ ( ) : $ _ ~`,
and the first colon that is not escaped ends a prefix. An absolute IRI stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml.nodes import Node

from kg import grammar
from kg.errors import MappingError, UnknownPrefix
from kg.mapping import DEFAULT_GRAPH, RDF_TYPE, Constant, Expression, Reference, TermMap, TermType
from kg.yarrrml_nodes import YamlFile

REFERENCE = re.compile(r"\$\(((?:\\.|[^\\)])*)\)", re.DOTALL)
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

    def iri(self, node: Node, what: str) -> TermMap:
        """The term map of a text that stands where only IRIs can."""
        text = self.file.text_of(node, what).removesuffix(IRI_SUFFIX)
        return self._iri(node, text, what)

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

    def object(
        self,
        node: Node,
        *,
        term_type: TermType | None = None,
        language: Node | None = None,
        datatype: Node | None = None,
    ) -> TermMap:
        """An object map: an IRI by `~iri` or by type, else a literal, as YARRRML has it.

        Raises MappingError for an untyped text that begins with a declared prefix: processors differ in
        whether it is an IRI or a literal, so the document has to say it.
        """
        text = self.file.text_of(node, "an object")
        if text.endswith(LANGUAGE_SUFFIX):
            raise self.file.wrong(
                node, f"a language without a text: {text!r}", text, "write [[text, en~lang]]"
            )
        if text.endswith(IRI_SUFFIX) and not text.endswith("\\" + IRI_SUFFIX):
            text, term_type = text.removesuffix(IRI_SUFFIX), TermType.IRI
        if text.startswith(BLANK_PREFIX) and term_type is not TermType.LITERAL:
            term_type = TermType.BLANK_NODE
        if term_type in (TermType.IRI, TermType.BLANK_NODE):
            self._only_literals(language, "a language")
            self._only_literals(datatype, "a datatype")
            return self._iri(node, text, "an object") if term_type is TermType.IRI else self.blank(node, text)
        if language and datatype:
            raise self.file.wrong(datatype, "a literal has a language or a datatype, not both")
        return TermMap(
            self.literal(node, text, sure=bool(term_type or language or datatype)),
            TermType.LITERAL,
            language=self.language(language) if language else None,
            datatype=self.datatype(datatype) if datatype else None,
            place=self.file.place(node),
        )

    def _only_literals(self, node: Node | None, what: str) -> None:
        if node is not None:
            raise self.file.wrong(
                node, f"{what} for an object that is no literal", fix="remove one of the two"
            )

    def language(self, node: Node) -> Expression:
        """The expression of a language: `en`, `en~lang` or a template."""
        text = self.file.text_of(node, "a language").removesuffix(LANGUAGE_SUFFIX)
        parts, _ = self._scanned(node, text)
        return grammar.language(expression_of(parts), self.file.place(node))

    def datatype(self, node: Node) -> Expression:
        """The expression of a datatype."""
        text = self.file.text_of(node, "a datatype").removesuffix(IRI_SUFFIX)
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
        expression = grammar.iri(
            self._expanded(node, text, True), place, base=self.base, what=f"{what}: " if what else ""
        )
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
                reference, at = self._reference(node, text, at)
                parts += [piece, reference] if piece else [reference]
                piece = ""
            else:
                colon = len(piece) if text[at] == ":" and colon is None and not parts else colon
                piece, at = piece + text[at], at + 1
        return ([*parts, piece] if piece else parts), colon

    def _reference(self, node: Node, text: str, at: int) -> tuple[Reference, int]:
        found = REFERENCE.match(text, at)
        name = ESCAPE.sub(r"\1", found[1]) if found else ""
        if found is None or "$(" in found[1]:
            fault = f"the reference {text[at:]!r} is not closed"
        elif not name:
            fault = "a reference without a name: '$()'"
        else:
            return Reference(name), found.end()
        raise MappingError(
            fault,
            place=self.file.place(node, at),
            value=text,
            fix=r"write $(column), or \$( for the text itself",
        )
