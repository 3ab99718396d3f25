"""What an ontology means for a picture: labels, the tree of classes, sources, wholes and concepts.

Read from RDFS, SKOS and Dublin Core terms, from the names of schema.org and FOAF, and from the sub-properties
and sub-classes that an ontology declares; nothing here knows a given ontology.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.languages import LANGUAGES

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = ("http://schema.org/", "https://schema.org/")

META = (RDF, RDFS, OWL, SKOS, XSD)
TYPE = RDF + "type"
RESOURCE = RDFS + "Resource"
ANY_URI = XSD + "anyURI"
TEMPORAL = {XSD + kind for kind in ("dateTime", "dateTimeStamp", "date", "gYearMonth", "gYear")}
INFERRED = "urn:kg:inferred"  # the named graph of what follows and is not stated
NAMES = (
    RDFS + "label",
    SKOS + "prefLabel",
    *(space + "name" for space in SCHEMA),
    "http://xmlns.com/foaf/0.1/name",
    DCTERMS + "title",
)
# Other names of the same thing.
ALIASES = (
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    *(space + "alternateName" for space in SCHEMA),
    "http://xmlns.com/foaf/0.1/nick",
    DCTERMS + "alternative",
)
# Words for what ontologies use without labelling it, since it is not theirs.
KNOWN = {
    RESOURCE: ("资源", "resource"),
    RDFS + "label": ("名称", "label"),
    RDFS + "comment": ("说明", "comment"),
    RDFS + "seeAlso": ("另见", "see also"),
    OWL + "sameAs": ("等同于", "same as"),
    SKOS + "prefLabel": ("首选名称", "preferred label"),
    SKOS + "altLabel": ("别名", "other name"),
    SKOS + "definition": ("定义", "definition"),
    SKOS + "note": ("注", "note"),
    SKOS + "broader": ("上位概念", "broader"),
    SKOS + "narrower": ("下位概念", "narrower"),
    SKOS + "related": ("相关概念", "related"),
    SKOS + "exactMatch": ("完全匹配", "exact match"),
    SKOS + "closeMatch": ("近似匹配", "close match"),
    DCTERMS + "title": ("标题", "title"),
    DCTERMS + "type": ("类型", "type"),
    DCTERMS + "description": ("描述", "description"),
    DCTERMS + "source": ("来源", "source"),
    DCTERMS + "isPartOf": ("属于", "is part of"),
    DCTERMS + "hasPart": ("包含", "has part"),
    DCTERMS + "issued": ("发布日期", "issued"),
    DCTERMS + "created": ("创建日期", "created"),
    DCTERMS + "creator": ("作者", "creator"),
    DCTERMS + "publisher": ("发布者", "publisher"),
    DCTERMS + "subject": ("主题", "subject"),
}

Labels = dict[str, str]


class Fact(NamedTuple):
    """A value of a node; `kind` is the datatype's IRI or, without a colon in it, the language tag.

    Where the object is an IRI, the kind is xsd:anyURI; the network's ``terms`` labels it if it is a term.
    """

    property: str
    text: str
    kind: str


@dataclass
class Triples:
    """Statements by subject; terms are keyed by their IRI or "_:" and the blank node's label."""

    about: dict[str, set[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(set))
    inferred: dict[str, set[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Triples:
        """The statements of `quads`, in whichever graph; ``inferred`` are those in INFERRED alone."""
        triples = cls()
        following = []
        for quad in quads:
            key, pair = _key(quad.subject), (quad.predicate.value, quad.object)
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value == INFERRED:
                following.append((key, pair))
            else:
                triples.about[key].add(pair)
        for key, pair in following:
            if pair not in triples.about[key]:
                triples.inferred[key].add(pair)
        for key, pairs in triples.inferred.items():
            triples.about[key] |= pairs
        return triples

    def objects(self, subject: str, predicate: str) -> set[str]:
        """The IRIs and blank nodes that `subject` is linked to by `predicate`."""
        return {key for p, o in self.about.get(subject, ()) if p == predicate and (key := node_key(o))}

    def under(self, predicate: str) -> dict[str, set[str]]:
        """Every `predicate` link, from the upper term to the lower ones."""
        links: dict[str, set[str]] = defaultdict(set)
        for subject in self.about:
            for upper in self.objects(subject, predicate):
                links[upper].add(subject)
        return links


def _key(term: Any) -> str:
    return str(term) if str(term).startswith("_:") else str(term.value)


def node_key(term: Any) -> str:
    """The key of an IRI or blank node, "" for a literal or a quoted triple."""
    return _key(term) if isinstance(term, ox.NamedNode | ox.BlankNode) else ""


def below(top: Iterable[str], under: Mapping[str, set[str]]) -> set[str]:
    """`top` and everything beneath, however deep; circles end."""
    found: set[str] = set()
    rest = list(top)
    while rest:
        if (term := rest.pop()) not in found:
            found.add(term)
            rest.extend(under.get(term, ()))
    return found


def local_name(key: str) -> str:
    """What an IRI ends in.

    >>> local_name("https://kg.example/id/place/zhijin"), local_name("_:b1"), local_name("urn:x:y")
    ('zhijin', '_:b1', 'y')
    """
    return key if key.startswith("_:") else re.split(r"[/#:]", key.rstrip("/#:"))[-1] or key


def origin(iri: str) -> str:
    """Scheme and authority of an IRI, or the namespace of a URN."""
    found = re.match(r"[^:/?#]+://[^/?#]*|urn:[^:]*|[^:]*:?", iri)
    return found.group() if found else ""


@dataclass
class Words:
    """What the ontology means: its terms, their labels, what stands under what."""

    both: Triples  # of data and ontology
    classes: dict[str, set[str]]
    properties: dict[str, set[str]]
    sourcing: set[str]
    containing: set[str]
    concepts: set[str]
    terms: set[str]
    _below: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Triples, meant: Triples) -> Words:
        """The words of an ontology, `meant`, and of what the data, `said`, have of them."""
        both = Triples()
        for triples in (said, meant):
            for subject, pairs in triples.about.items():
                both.about[subject] |= pairs
        classes, properties = both.under(RDFS + "subClassOf"), both.under(RDFS + "subPropertyOf")
        concepts = below({SKOS + "Concept", SKOS + "ConceptScheme", SKOS + "Collection"}, classes)
        kinds = concepts | {
            OWL + "Ontology",
            OWL + "Class",
            RDFS + "Class",
            RDF + "Property",
            RDFS + "Datatype",
        }
        kinds |= {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
        vocabulary = {subject for subject in said.about if said.objects(subject, TYPE) & kinds}
        return cls(
            both,
            classes,
            properties,
            below({DCTERMS + "source"}, properties),
            below({DCTERMS + "isPartOf"}, properties),
            concepts,
            vocabulary | set(meant.about),
        )

    def under(self, *properties: str) -> set[str]:
        """These properties and those that the ontology puts beneath, however deep."""
        if properties not in self._below:  # asked for every node
            self._below[properties] = below(properties, self.properties)
        return self._below[properties]

    def is_term(self, key: str) -> bool:
        """Whether an IRI is a word for things rather than a thing."""
        return key in self.terms or key.startswith(META)

    def label(self, key: str) -> Labels:
        """The labels of a class, property or concept."""
        labels, taken = named(key, self.both.about.get(key, set()))
        if not taken and key in KNOWN:
            return dict(zip(LANGUAGES, KNOWN[key], strict=True))
        return labels

    def cls(self, types: set[str]) -> str:
        """The most specific of a node's types: named before unnamed, then by IRI."""
        types = {t for t in types if not t.startswith(META)}
        return min(self._lowest(types) or types, key=lambda t: (not self._has_name(t), t), default=RESOURCE)

    def parents(self, used: Iterable[str]) -> dict[str, str]:
        """The tree of the used classes and those above; of several uppers the lowest, then the first."""
        tree: dict[str, str] = {}
        rest = sorted(used)
        while rest:
            if (cls := rest.pop()) not in tree:
                tree[cls] = min(self._lowest(self._above(cls)), default="")
                rest.extend(filter(None, [tree[cls]]))
        return dict(sorted(tree.items()))

    def _above(self, cls: str) -> set[str]:
        """Classes above one, without those of others that the ontology only mentions, giving no label."""
        uppers = self.both.objects(cls, RDFS + "subClassOf") - below({cls}, self.classes)
        return {upper for upper in uppers if not upper.startswith(("_:", *META)) and self._has_name(upper)}

    def _lowest(self, classes: set[str]) -> set[str]:
        return {cls for cls in classes if not (below({cls}, self.classes) - {cls}) & classes}

    def _has_name(self, cls: str) -> bool:
        return any(p in NAMES for p, _ in self.both.about.get(cls, ()))


def named(key: str, pairs: Iterable[tuple[str, Any]]) -> tuple[Labels, set[tuple[str, Any]]]:
    """One label for each language, and the pairs that were taken for it."""
    texts = [(p, term) for p, term in pairs if p in NAMES and isinstance(term, ox.Literal)]
    names = [(p, term) for p, term in texts if term.value.strip()]
    labels: Labels = {}
    taken: set[tuple[str, Any]] = set()
    for predicate, term in sorted(names, key=lambda name: (NAMES.index(name[0]), name[1].value)):
        if (term.language or "") not in labels:
            labels[term.language or ""] = term.value
            taken.add((predicate, term))
    return dict(sorted(labels.items())) or {"": local_name(key)}, taken
