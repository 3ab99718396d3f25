"""YARRRML documents: what they mean, where they are wrong, and that only a KgError can come of them."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import yarrrml
from kg.errors import (
    Encoding,
    KgError,
    MappingError,
    MissingFile,
    Place,
    UnknownKey,
    UnknownPrefix,
    Unsupported,
)
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
    LogicalTarget,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)

EX = "http://example.org/"
SOURCE = LogicalSource("people.csv")
SUBJECT = TermMap(Template((EX, Reference("id"))))
NAME = TermMap(Constant(EX + "name"))
HEAD = f"""\
prefixes:
  ex: {EX}
mappings:
  person:
    sources: [[people.csv~csv]]
    s: ex:$(id)
"""


def read(folder: Path, text: str, *, base: str = "") -> Mapping:
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return yarrrml.read(path, base=base)


def iri(*parts: str | Reference) -> TermMap:
    return TermMap(Constant(parts[0]) if len(parts) == 1 and isinstance(parts[0], str) else Template(parts))


def literal(expression: Expression | str, **more: Any) -> TermMap:
    text = Constant(expression) if isinstance(expression, str) else expression
    return TermMap(text, TermType.LITERAL, **more)


def person(*maps: PredicateObjectMap) -> tuple[TriplesMap, ...]:
    return (TriplesMap("person", SOURCE, SUBJECT, maps),)


def said(*objects: TermMap | ReferencingObjectMap, graphs: tuple[TermMap, ...] = ()) -> PredicateObjectMap:
    return PredicateObjectMap((NAME,), objects, graphs)


A, B = Reference("a"), Reference("b")
PARENTHESES = Template((Reference("Name (en)"), "-", Reference("f(g(x))")))
# One predicate object map each: what stands in the list `po`, and what it means.
OBJECTS = {
    "a reference is a literal": ("[ex:name, $(a)]", said(literal(A))),
    "a template is a literal": ("[ex:name, $(a) $(b)]", said(literal(Template((A, " ", B))))),
    "a text is a literal": ("[ex:name, 'note: x']", said(literal("note: x"))),
    "an absolute IRI without ~iri is a literal": ("[ex:name, http://x.org/]", said(literal("http://x.org/"))),
    "yes stays a text": ("[ex:name, yes]", said(literal("yes"))),
    "numbers stay as written": ("[ex:name, 1.0]", said(literal("1.0"))),
    "an empty text is a literal": ("[ex:name, '']", said(literal(""))),
    "~iri with a prefix": ("[ex:name, ex:p/$(a)~iri]", said(iri(EX + "p/", A))),
    "~iri with a reference": ("[ex:name, $(a)~iri]", said(TermMap(A))),
    "~iri with an absolute IRI": ("[ex:name, 'https://x.org/$(a)~iri']", said(iri("https://x.org/", A))),
    "~iri with urn:": ("[ex:name, 'urn:x:$(a)~iri']", said(iri("urn:x:", A))),
    "~iri with mailto:": ("[ex:name, 'mailto:a@x.org~iri']", said(iri("mailto:a@x.org"))),
    "a default prefix": (
        "[ex:name, skos:Concept~iri]",
        said(iri("http://www.w3.org/2004/02/skos/core#Concept")),
    ),
    "a blank node": ("[ex:name, _:b$(a)]", said(TermMap(Template(("b", A)), TermType.BLANK_NODE))),
    "a datatype": ("[ex:name, $(a), xsd:decimal]", said(literal(A, datatype=Constant(XSD + "decimal")))),
    "a datatype from a column": (
        "[ex:name, $(a), ex:$(b)]",
        said(literal(A, datatype=Template((EX, B)))),
    ),
    "a prefixed text with a datatype is expanded": (
        "[ex:name, ex:$(a), xsd:anyURI]",
        said(literal(Template((EX, A)), datatype=Constant(XSD + "anyURI"))),
    ),
    "a language": ("[ex:name, $(a), zh-Hans~lang]", said(literal(A, language=Constant("zh-Hans")))),
    "a language from a column": ("[ex:name, $(a), $(b)~lang]", said(literal(A, language=B))),
    "several objects": ("[ex:name, [$(a), $(b)]]", said(literal(A), literal(B))),
    "several objects, each with its own": (
        "[ex:name, [[$(a), en~lang], [$(b), xsd:int], $(a)]]",
        said(literal(A, language=Constant("en")), literal(B, datatype=Constant(XSD + "int")), literal(A)),
    ),
    "several predicates": (
        "[[ex:name, rdfs:label], $(a)]",
        PredicateObjectMap(
            (NAME, TermMap(Constant("http://www.w3.org/2000/01/rdf-schema#label"))), (literal(A),)
        ),
    ),
    "a is rdf:type, its objects are IRIs": (
        "[a, [ex:Person, ex:$(a)]]",
        PredicateObjectMap((TermMap(Constant(RDF_TYPE)),), (iri(EX + "Person"), iri(EX, A))),
    ),
    "rdf:type is a": (
        "[rdf:type, ex:Person]",
        PredicateObjectMap((TermMap(Constant(RDF_TYPE)),), (iri(EX + "Person"),)),
    ),
    "a predicate from a column": (
        "[ex:$(a), $(b)]",
        PredicateObjectMap((TermMap(Template((EX, A))),), (literal(B),)),
    ),
    "keys in full": ("{predicates: ex:name, objects: $(a)}", said(literal(A))),
    "keys in short": ("{p: ex:name, o: $(a)}", said(literal(A))),
    "an object with keys": (
        "{p: ex:name, o: {value: $(a), language: en}}",
        said(literal(A, language=Constant("en"))),
    ),
    "an object of type iri": ("{p: ex:name, o: {v: $(a), type: iri}}", said(TermMap(A))),
    "an object of type literal": ("{p: ex:name, o: {v: ex:b, type: literal}}", said(literal(EX + "b"))),
    "an object of type blank": (
        "{p: ex:name, o: {v: $(a), type: blank}}",
        said(TermMap(A, TermType.BLANK_NODE)),
    ),
    "a type for all objects": ("{p: ex:name, o: [$(a), $(b)], type: iri}", said(TermMap(A), TermMap(B))),
    "a datatype for all objects without one": (
        "{p: ex:name, o: [$(a), [$(b), en~lang]], datatype: xsd:int}",
        said(literal(A, datatype=Constant(XSD + "int")), literal(B, language=Constant("en"))),
    ),
    "graphs": (
        "{p: ex:name, o: $(a), g: [ex:g, ex:$(b)]}",
        said(literal(A), graphs=(iri(EX + "g"), iri(EX, B))),
    ),
    "the default graph": (
        "{p: ex:name, o: $(a), graphs: [rr:defaultGraph, rml:defaultGraph]}",
        said(literal(A), graphs=(DEFAULT_GRAPH, DEFAULT_GRAPH)),
    ),
    "escapes": (r"[ex:name, '\$(a) (b) $(a\)\()']", said(literal(Template(("$(a) (b) ", Reference("a)(")))))),
    "an escaped colon is no prefix": (r"[ex:name, 'ex\:$(a)']", said(literal(Template(("ex:", A))))),
    "a backslash that escapes nothing stays": (r"[ex:name, 'C:\temp']", said(literal(r"C:\temp"))),
    "a column that begins with an underscore": (r"[ex:name, $(\_x)]", said(literal(Reference("_x")))),
    "a pair of parentheses in a name": ("[ex:name, $(Name (en))-$(f(g(x)))]", said(literal(PARENTHESES))),
    "~lang and ~iri that are meant": (
        r"[ex:name, ['x\~lang', 'y\~iri', 'a~b']]",
        said(literal("x~lang"), literal("y~iri"), literal("a~b")),
    ),
    "a blank node for each record": (
        "{p: ex:name, o: {type: blank}}",
        said(TermMap(Fresh(), TermType.BLANK_NODE)),
    ),
    "texts of several lines": (
        '{p: ex:name, o: "a\\nb"}',
        said(literal("a\nb")),
    ),
    "numbers and truth values": (
        "[ex:name, [1, [true, xsd:boolean], [2.50, xsd:decimal]]]",
        said(
            literal("1"),
            literal("true", datatype=Constant(XSD + "boolean")),
            literal("2.50", datatype=Constant(XSD + "decimal")),
        ),
    ),
    "Chinese": ("[ex:name, 省$(名称)]", said(literal(Template(("省", Reference("名称")))))),
    "the same record's subject": (
        "{p: ex:name, o: {mapping: person}}",
        said(ReferencingObjectMap("person")),
    ),
    "a join": (
        "{p: ex:name, o: {mapping: person, condition: "
        "{function: equal, parameters: [[str1, $(a)], [str2, $(b)]]}}}",
        said(ReferencingObjectMap("person", (Join(A, B),))),
    ),
    "a join with two conditions, sides said, templates compared": (
        "{p: ex:name, o: {mapping: person, conditions: ["
        "{fn: equal, pms: [[str1, $(b), o], [str2, $(a), s]]},"
        "{function: idlab-fn:equal, parameters: [{parameter: grel:valueParameter, value: x-$(a)}, "
        "{pm: grel:valueParameter2, v: $(b)}]}]}}",
        said(ReferencingObjectMap("person", (Join(A, B), Join(Template(("x-", A)), B)))),
    ),
}


@pytest.mark.parametrize(("text", "meaning"), OBJECTS.values(), ids=OBJECTS.keys())
def test_predicate_objects_mean(text: str, meaning: PredicateObjectMap, tmp_path: Path):
    """Each way of writing a predicate object map gives the model it stands for."""
    assert read(tmp_path, HEAD + f"    po:\n      - {text}\n").triples_maps == person(meaning)


SUBJECTS = {
    "$(iri)": TermMap(Reference("iri")),
    "ex:$(id)~iri": SUBJECT,
    "_:$(id)": TermMap(Reference("id"), TermType.BLANK_NODE),
    "_:b$(id)": TermMap(Template(("b", Reference("id"))), TermType.BLANK_NODE),
    "{value: ex:$(id)}": SUBJECT,
    "{value: x$(id), type: blank}": TermMap(Template(("x", Reference("id"))), TermType.BLANK_NODE),
    "http://example.org/$(id)": SUBJECT,
}


@pytest.mark.parametrize(("text", "subject"), SUBJECTS.items(), ids=SUBJECTS.keys())
def test_subjects_mean(text: str, subject: TermMap, tmp_path: Path):
    """IRIs by prefix, in full or from a column; blank nodes by `_:` or by type."""
    document = HEAD.replace("ex:$(id)", f"'{text}'" if text[0] != "{" else text)
    assert read(tmp_path, document).triples_maps[0].subject == subject


def test_several_subjects_and_graphs(tmp_path: Path):
    """Subjects multiply the triples maps; graphs of the mapping are those of every triples map."""
    maps = read(tmp_path, HEAD.replace("ex:$(id)", "[ex:$(id), ex:x]") + "    graphs: ex:g\n").triples_maps
    assert [m.subject for m in maps] == [SUBJECT, iri(EX + "x")]
    assert {m.graphs for m in maps} == {(iri(EX + "g"),)}


def test_references_to_a_mapping_of_several_sources(tmp_path: Path):
    """A join reaches every part of the other mapping, a reference without a join only the same source."""
    document = """
mappings:
  a:
    sources: [[x.csv~csv], [y.csv~csv]]
    s: http://x.org/$(id)
  b:
    sources: [[y.csv~csv]]
    s: http://x.org/b$(id)
    po:
      - {p: rdfs:seeAlso, o: {mapping: a}}
      - p: rdfs:seeAlso
        o: {mapping: [a], condition: {function: equal, parameters: [[str1, $(i)], [str2, $(j)]]}}
"""
    plain, joined = (pom.objects for pom in read(tmp_path, document).triples_maps[2].predicate_objects)
    join = (Join(Reference("i"), Reference("j")),)
    assert plain == (ReferencingObjectMap("a (2)"),)
    assert joined == (ReferencingObjectMap("a", join), ReferencingObjectMap("a (2)", join))


def test_base(tmp_path: Path):
    """A relative constant gets the base in front; the caller's base comes before the document's."""
    document = "base: http://a.org/\n" + HEAD.replace("ex:$(id)", "x/../y")
    assert read(tmp_path, document).triples_maps[0].subject == iri("http://a.org/x/../y")
    mapping = read(tmp_path, document, base="http://b.org/")
    assert (mapping.base, mapping.triples_maps[0].subject) == ("http://b.org/", iri("http://b.org/x/../y"))


def test_prefixes_are_those_of_the_document(tmp_path: Path):
    """The declared prefixes are kept, in their order; the default ones are not added."""
    assert read(tmp_path, HEAD).prefixes == (("ex", EX),)


def test_a_declared_prefix_comes_before_the_default_one(tmp_path: Path):
    """A document may give a default prefix another meaning."""
    document = HEAD.replace("ex:", "schema:")
    assert read(tmp_path, document).triples_maps[0].subject == SUBJECT


def test_merge_keys(tmp_path: Path):
    """YAML's anchors and merge keys work; what a mapping says itself comes first."""
    document = """
mappings:
  a: &a
    sources: [[people.csv~csv]]
    s: http://x.org/a
  b:
    <<: *a
    s: http://x.org/b
"""
    a, b = read(tmp_path, document).triples_maps
    assert (a.source, a.subject, b.source, b.subject) == (
        SOURCE,
        iri("http://x.org/a"),
        SOURCE,
        iri("http://x.org/b"),
    )


def test_places(tmp_path: Path):
    """Source, triples map, subject, predicate and object say where they were written."""
    found = read(tmp_path, HEAD + "    po:\n      - [ex:name, $(a)]\n").triples_maps[0]
    pom = found.predicate_objects[0]
    values = (found, found.source, found.subject, pom.predicates[0], pom.objects[0])
    places = [(value.place.line, value.place.column) for value in values if value.place]
    assert places == [(4, 3), (5, 15), (6, 8), (8, 10), (8, 19)]
    assert found.place is not None
    assert found.place.file == tmp_path / "mapping.yml"


def at(po: str) -> str:
    return HEAD + f"    po:\n      - {po}\n"


# Each function has the next one twice.
BOMB = (
    "variables:\n"
    + "".join(
        f"  v{n}: &v{n} {{f: ex:f, pms: [[ex:a, {v}], [ex:b, {v}]]}}\n"
        for n, v in enumerate(["x", *(f"*v{n}" for n in range(30))])
    )
    + at("{p: ex:a, o: *v30}")
)

# The document, the class of its error, the place, and what the message must contain.
FAULTS = {
    "unknown key at the top": ("prefixs: {}\n" + HEAD, UnknownKey, "1:1", "did you mean 'prefixes'?"),
    "unknown key of a mapping": (HEAD + "    subjcts: x\n", UnknownKey, "7:5", "did you mean 'subjects'?"),
    "unknown key of a predicate object": (at("{p: ex:name, objcts: x}"), UnknownKey, "8:22", "'objects'"),
    "unknown key of an object": (at("{p: ex:a, o: {vaule: x}}"), UnknownKey, "8:23", "'value'"),
    "unknown key of a source": (
        HEAD.replace("[[people.csv~csv]]", "{acces: x}"),
        UnknownKey,
        "5:15",
        "did you mean 'access'?",
    ),
    "unknown prefix of a subject": (HEAD.replace("s: ex:", "s: exx:"), UnknownPrefix, "6:8", "mean 'ex'?"),
    "unknown prefix of a predicate": (at("[kgg:foo, x]"), UnknownPrefix, "8:10", "the prefix 'kgg'"),
    "unknown prefix of an object": (at("[ex:a, kgg:foo~iri]"), UnknownPrefix, "8:16", "'kgg'"),
    "unknown prefix of a class": (at("[a, foa:Person]"), UnknownPrefix, "8:13", "did you mean 'foaf'?"),
    "unknown prefix of a datatype": (at("[ex:a, x, xds:int]"), UnknownPrefix, "8:19", "did you mean 'xsd'?"),
    "unknown prefix of a graph": (HEAD + "    g: exx:g\n", UnknownPrefix, "7:8", "'exx'"),
    "unknown datatype": (at("[ex:a, x, xsd:strng]"), MappingError, "8:19", "did you mean 'string'?"),
    "langString as a datatype": (at("[ex:a, x, rdf:langString]"), MappingError, "8:19", "give the language"),
    "a language as a datatype": (at("[ex:a, x, en]"), MappingError, "8:19", "write en~lang"),
    "malformed language": (at("[ex:a, x, english~lang]"), MappingError, "8:19", "is no language tag"),
    "a reference that is not closed": (at("[ex:a, 'x $(id']"), MappingError, "8:19", "is not closed"),
    "a reference in a reference": (at("[ex:a, x$(a$(b))]"), MappingError, "8:17", "another one in it"),
    "a reference without a name": (at("[ex:a, x$()]"), MappingError, "8:17", "without a name"),
    "an untyped object with a prefix": (
        at("[ex:a, ex:$(id)]"),
        MappingError,
        "8:16",
        "write ex:$(id)~iri for an",
    ),
    "an IRI with a blank": (at("[ex:a, ex:a b~iri]"), MappingError, "8:16", "no IRI may have: ' '"),
    "an IRI template with a blank": (
        at("[ex:a, 'ex:$(a) b~iri']"),
        MappingError,
        "8:16",
        "no IRI may have: ' '",
    ),
    "a reference in braces": (HEAD.replace("$(id)", "{id}"), MappingError, "6:8", "write $(id) for a"),
    "a name that a part of another mapping has": (
        HEAD.replace("ex:$(id)", "[ex:$(id), ex:x]") + "  person (2): {sources: [[people.csv~csv]]}\n",
        MappingError,
        "7:3",
        "called 'person (2)' already",
    ),
    "a relative IRI": (at("[ex:a, foo~iri]"), MappingError, "8:16", "'foo' is no absolute IRI"),
    "a relative template": (
        HEAD.replace("ex:$(id)", "p/$(id)"),
        MappingError,
        "6:8",
        "'p/{id}' is no absolute IRI",
    ),
    "an IRI with a datatype": (at("[ex:a, $(a)~iri, xsd:int]"), MappingError, "8:26", "no literal"),
    "a language and a datatype": (
        at("{p: ex:a, o: {value: x, language: en, datatype: xsd:int}}"),
        MappingError,
        "8:57",
        "not both",
    ),
    "a language instead of an object": (
        at("[ex:a, [$(a), en~lang]]"),
        MappingError,
        "8:23",
        "[[text, en~lang]]",
    ),
    "four parts": (at("[ex:a, x, y, z]"), MappingError, "8:9", "two or three parts, found 4"),
    "one part": (at("[ex:a]"), MappingError, "8:9", "two or three parts, found 1"),
    "a blank after a prefix": (at("[ex:a, {ex: b}]"), UnknownKey, "8:17", "unknown key 'ex' in an object"),
    "a predicate with keys": (at("[{ex: a}, b]"), UnknownKey, "8:11", "a blank after a colon"),
    "a list as predicate": (at("[[[a]], b]"), MappingError, "8:11", "must be text, found a list"),
    "no object": (at("{p: ex:a}"), MappingError, "8:9", "without objects"),
    "an empty object": (at("[ex:a, ]"), MappingError, "8:9", "found 1"),
    "an object of nothing": (at("[ex:a, ~]"), MappingError, "8:9", "without objects"),
    "no value": (at("{p: ex:a, o: {type: iri}}"), MappingError, "8:22", "an object without a value"),
    "unknown type": (at("{p: ex:a, o: {value: x, type: irii}}"), MappingError, "8:39", "did you mean 'iri'?"),
    "a literal as subject": (
        HEAD.replace("ex:$(id)", "{value: x, type: literal}"),
        MappingError,
        "6:25",
        "a literal cannot be a subject",
    ),
    "a key twice": (HEAD + "    s: ex:b\n", MappingError, "7:5", "first in line 6"),
    "a key and its shortcut": (
        HEAD + "    subjects: ex:b\n",
        MappingError,
        "7:5",
        "says 'subjects' a second time",
    ),
    "a mapping twice": (HEAD + "  person: {}\n", MappingError, "7:3", "the key 'person' is there twice"),
    "a prefix twice": ("prefixes: {a: 'urn:a', a: 'urn:b'}\n", MappingError, "1:1", "no mappings"),
    "a prefix that is no IRI": (HEAD.replace(EX, "example"), MappingError, "2:7", "no absolute IRI"),
    "a base that is no IRI": ("base: x\n" + HEAD, MappingError, "1:7", "is not absolute"),
    "no mappings": ("prefixes: {}\n", MappingError, "1:1", "add a key 'mappings'"),
    "an empty mapping": ("mappings:\n  x:\n", MappingError, "2:3", "the mapping 'x' is empty"),
    "no source": ("mappings:\n  x: {s: urn:a}\n", MappingError, "2:3", "has no source"),
    "an unknown source": (
        HEAD.replace("[[people.csv~csv]]", "poeple"),
        MappingError,
        "5:14",
        "no source 'poeple'",
    ),
    "a misspelt source": (
        "sources:\n  people: [x.csv~csv]\n" + HEAD.replace("[[people.csv~csv]]", "poeple"),
        MappingError,
        "7:14",
        "did you mean 'people'?",
    ),
    "po without dashes": (HEAD + "    po: ex:name\n", MappingError, "7:9", "must be a list, found text"),
    "mappings as a list": ("mappings: [a]\n", MappingError, "1:11", "must be keys with values, found a list"),
    "an unknown mapping": (
        at("{p: ex:a, o: {mapping: persn}}"),
        MappingError,
        "8:32",
        "did you mean 'person'?",
    ),
    "an unknown parameter": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [[str3, x]]}}}"),
        MappingError,
        "8:83",
        "no parameter 'str3'",
    ),
    "a join with one side": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [[str1, x]]}}}"),
        MappingError,
        "8:51",
        "write parameters",
    ),
    "not YAML": ("mappings: [\n", MappingError, "2:1", "no YAML"),
    "a tab": ("mappings:\n\tx: y\n", MappingError, "2:1", "no YAML"),
    "a control character": ("mappings:\n  x: \x01\n", MappingError, "2:6", "is not allowed"),
    "two documents": ("a: b\n---\nc: d\n", MappingError, "2:1", "no YAML"),
    "a blank node without a label": (at("[ex:a, '_:']"), MappingError, "8:16", "a label or a reference"),
    "an object with three parts": (
        at("[ex:a, [[x, en~lang, y]]]"),
        MappingError,
        "8:17",
        "[value, datatype]",
    ),
    "a value and a mapping": (
        at("{p: ex:a, o: {mapping: person, value: x}}"),
        MappingError,
        "8:47",
        "'value' for an object that another mapping gives",
    ),
    "a condition without parameters": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal}}}"),
        MappingError,
        "8:51",
        "without parameters",
    ),
    "a parameter without a value": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [{parameter: str1}]}}}"),
        MappingError,
        "8:82",
        "a parameter without 'value'",
    ),
    "a parameter of one part": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [[str1]]}}}"),
        MappingError,
        "8:82",
        "[name, value]",
    ),
    "an unknown side": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [[str1, x, p]]}}}"),
        MappingError,
        "8:92",
        "no side 'p' of a join",
    ),
    "a function in a condition": (
        at("{p: ex:a, o: {mapping: person, condition: {function: equal, parameters: [[str1, {fn: xx:y}]]}}}"),
        UnknownPrefix,
        "8:94",
        "'xx'",
    ),
    "a subject without a value": (
        HEAD.replace("ex:$(id)", "{type: iri}"),
        MappingError,
        "6:8",
        "a subject without a value",
    ),
    "a named source without formulation": (
        "sources: {p: [people.csv]}\n" + HEAD,
        MappingError,
        "1:15",
        "write path~csv",
    ),
    "aliases of aliases": (BOMB, MappingError, "1:1", "too large"),
    "a list as key": ("? [a]\n: b\n", MappingError, "1:3", "must be text, found a list"),
    "a function without prefix": (at("{p: ex:a, o: {function: ax:f}}"), UnknownPrefix, "8:33", "'ax'"),
    "a function that varies": (
        at("{p: ex:a, o: {function: ex:$(a)}}"),
        MappingError,
        "8:33",
        "the same for all",
    ),
    "a parameter without name": (
        at("{p: ex:a, o: {function: ex:f($(a))}}"),
        MappingError,
        "8:33",
        "write name",
    ),
    "parameters twice": (
        at("{p: ex:a, o: {function: ex:f(p = x), parameters: [[ex:p, x]]}}"),
        MappingError,
        "8:58",
        "said twice",
    ),
    "a function of itself": (
        at("{p: ex:a, o: &a {function: ex:f, parameters: [[ex:p, *a]]}}"),
        MappingError,
        "8:22",
        "inside of itself",
    ),
    "a function and a value": (
        at("{p: ex:a, o: {value: x, fn: ex:f}}"),
        MappingError,
        "8:30",
        "and a function",
    ),
    "a function of two tags": (
        at("{p: ex:a, o: {fn: ex:f, language: en, datatype: xsd:int}}"),
        MappingError,
        "8:57",
        "not both",
    ),
    "a function that makes a literal subject": (
        HEAD.replace("ex:$(id)", "{function: ex:f, type: literal}"),
        MappingError,
        "6:31",
        "cannot be a subject",
    ),
    "a condition without a function": (
        at("{p: ex:a, o: {value: x, condition: {parameters: []}}}"),
        MappingError,
        "8:44",
        "without a function",
    ),
    "an unknown target": (
        "targets: {dump: [d.nq~void]}\n" + at("{p: ex:a, o: {value: x, target: dmup}}"),
        MappingError,
        "9:41",
        "did you mean 'dump'?",
    ),
    "a target of four parts": (
        at("{p: ex:a, o: {value: x, targets: [[a~void, b, c, d]]}}"),
        MappingError,
        "8:43",
        "[path~type, serialization, compression]",
    ),
    "a target without access": (
        at("{p: ex:a, o: {value: x, targets: {type: void}}}"),
        MappingError,
        "8:42",
        "access",
    ),
    "a target that is no file": (
        at("{p: ex:a, o: {value: x, targets: [http://x.org/q~sparql]}}"),
        Unsupported,
        "8:42",
        "is no file",
    ),
    "an unknown serialization": (
        at("{p: ex:a, o: {value: x, targets: [a~void, turtel]}}"),
        MappingError,
        "8:51",
        "did you mean 'turtle'?",
    ),
    "a join by another function": (
        at("{p: ex:a, o: {mapping: person, condition: {fn: ex:f, pms: [[ex:p, $(a)], [ex:q, $(b), o]]}}}"),
        Unsupported,
        "8:56",
        "'ex:f' of values from the subject's record and from the object's is not run: only equal is",
    ),
    "a join of both records on one side": (
        at(
            "{p: ex:a, o: {mapping: person, condition: {fn: equal, pms: [[str1, $(a)], "
            "{parameter: str2, value: {fn: ex:f, pms: [[ex:p, $(a), s], [ex:q, $(b), o]]}}]}}}"
        ),
        Unsupported,
        "8:51",
        "values from both records",
    ),
    "a side where there is one record": (
        at("{p: ex:a, o: {value: x, condition: {fn: ex:f, pms: [[ex:p, $(a), o]]}}}"),
        MappingError,
        "8:61",
        "a value of the object's record",
    ),
    "an inverse predicate of a literal": (
        at("{p: ex:a, i: ex:b, o: $(a)}"),
        MappingError,
        "8:22",
        "write ~iri",
    ),
    "an inverse predicate of a join, in a graph that varies": (
        at(
            "{p: ex:a, i: ex:b, g: ex:$(a), "
            "o: {mapping: person, condition: {fn: equal, pms: [[str1, $(a)], [str2, $(b)]]}}}"
        ),
        Unsupported,
        "8:22",
        "varies with the record",
    ),
    "an unknown target of a mapping": (HEAD + "    targets: x\n", MappingError, "7:14", "no target 'x'"),
    "an external reference that is a list": (
        "external: {a: [b]}\n" + HEAD,
        MappingError,
        "1:15",
        "the external reference 'a' must be text, found a list",
    ),
    "an unknown key of an author": ("authors: {nme: x}\n" + HEAD, UnknownKey, "1:11", "mean 'name'?"),
    "an author that is a list": ("authors: [[x]]\n" + HEAD, MappingError, "1:11", "author must be text"),
    "a quoted triple": (at("{p: ex:a, o: {quoted: person}}"), Unsupported, "8:23", "'quoted'"),
    "a list of terms": (at("{p: ex:a, o: {gather: [x], gatherAs: list}}"), Unsupported, "8:23", "'gather'"),
    "a target for each record": (
        at("{p: ex:a, o: {value: x, targets: [dump-$(id).nq~void]}}"),
        Unsupported,
        "8:43",
        "for each record",
    ),
    "a target of a source": (
        "targets: {a: {access: x.nq, source: s}}\n" + HEAD,
        Unsupported,
        "1:29",
        "'source' in a target",
    ),
    "an unknown type of a target": (
        at("{p: ex:a, o: {value: x, targets: {access: a.nq, type: viod}}}"),
        MappingError,
        "8:63",
        "did you mean 'void'?",
    ),
    "a serialization that is not written": (
        at("{p: ex:a, o: {value: x, targets: [a~void, rdfa]}}"),
        Unsupported,
        "8:51",
        "'rdfa' is not written",
    ),
    "an unknown encoding of a target": (
        at("{p: ex:a, o: {value: x, targets: {access: a.nq, encoding: utf9}}}"),
        MappingError,
        "8:67",
        "no encoding 'utf9'",
    ),
    "a graph without a value": (
        HEAD + "    g: {targets: [a~void]}\n",
        MappingError,
        "7:8",
        "without a value",
    ),
    "a predicate with a value and a function": (
        at("[{value: ex:a, fn: ex:f}, x]"),
        MappingError,
        "8:18",
        "a predicate with a value and a function",
    ),
    "a condition of the default graph": (
        HEAD + "    g: {value: rml:defaultGraph, condition: {fn: ex:f}}\n",
        MappingError,
        "7:8",
        "give it to the predicate",
    ),
    "a language without a value": (
        at("{p: ex:a, o: {value: x, language: {targets: [a~void]}}}"),
        MappingError,
        "8:43",
        "a language without a value",
    ),
    "a condition of a language": (
        at("{p: ex:a, o: {value: x, language: {value: en, condition: {fn: ex:f}}}}"),
        UnknownKey,
        "8:55",
        "in a language",
    ),
    "a parenthesis that is not closed": (at("[ex:a, $(a (b)]"), MappingError, "8:16", r"\( or \)"),
    "a source without a path": (HEAD.replace("people.csv", ""), MappingError, "5:15", "is empty"),
    "another formulation": (HEAD.replace("~csv", "~css3"), Unsupported, "5:16", "'css3'"),
}


UPPER = Call(EX + "upper", ((EX + "text", Reference("a")),))
EQUAL = "https://w3id.org/imec/idlab/function#equal"
GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
A_IS_B = Call(EQUAL, ((GREL + "valueParameter", Reference("a")), (GREL + "valueParameter2", Constant("b"))))
IS = "condition: {function: equal, parameters: [[str1, $(a)], [str2, b]]}"
MADE = literal(UPPER)


def upper(call: Call) -> Call:
    return Call(EX + "upper", ((EX + "text", call),))


CALLED = {
    "{function: ex:upper, parameters: [[ex:text, $(a)]]}": replace(MADE, natural=True),
    "{fn: ex:upper, pms: [{parameter: ex:text, value: $(a)}]}": replace(MADE, natural=True),
    "{function: ex:upper(text = $(a))}": replace(MADE, natural=True),
    "{function: ex:upper(ex:text = $(a)), type: iri}": TermMap(UPPER),
    "{function: ex:upper(text = $(a)), language: en}": replace(MADE, language=Constant("en")),
    '{function: "ex:f(p = \\"x, y)\\", q = ex:upper(text = ex:upper(text = ex:upper(text = $(a)))))"}': literal(
        Call(EX + "f", ((EX + "p", Constant("x, y)")), (EX + "q", upper(upper(UPPER))))), natural=True
    ),
    "{function: ex:now}": literal(Call(EX + "now"), natural=True),
    "{function: ex:f, parameters: [[ex:p, {function: ex:upper(text = $(a))}], [ex:q, ex:b~iri]]}": literal(
        Call(EX + "f", ((EX + "p", UPPER), (EX + "q", Constant(EX + "b")))), natural=True
    ),
    "'{function: \"ex:f(p = ex:upper(text = $(a)), q = x y)\"}'": literal(
        Call(EX + "f", ((EX + "p", UPPER), (EX + "q", Constant("x y")))), natural=True
    ),
    f"{{value: $(a), {IS}}}": literal(Reference("a"), condition=A_IS_B),
    "{value: $(a), conditions: [{fn: ex:upper(text = $(a))}, {fn: ex:now}]}": literal(
        Reference("a"),
        condition=Call(
            GREL + "boolean_and", ((GREL + "param_rep_b", UPPER), (GREL + "param_rep_b", Call(EX + "now")))
        ),
    ),
    "{value: $(a), targets: dump}": literal(Reference("a"), targets=(LogicalTarget("d.ttl", "Turtle"),)),
    "{value: $(a), targets: [dump, [e.nq~void, nquads, gzip]]}": literal(
        Reference("a"), targets=(LogicalTarget("d.ttl", "Turtle"), LogicalTarget("e.nq", compression="gzip"))
    ),
}


@pytest.mark.parametrize(("text", "meaning"), CALLED.items(), ids=CALLED.keys())
def test_functions_conditions_and_targets_mean(text: str, meaning: TermMap, tmp_path: Path):
    """Functions are told by keys or in one line; several conditions are all true; targets have names."""
    document = "targets: {dump: {access: d.ttl, type: void, serialization: turtle}}\n" + HEAD
    made = read(tmp_path, document + f"    po: [{{p: ex:name, o: {text.strip(chr(39))}}}]\n").triples_maps
    assert made == person(said(meaning))


def test_conditions_of_subjects_and_predicate_objects(tmp_path: Path):
    """A condition of a mapping is that of its subject; one of a predicate object is that of its objects."""
    document = HEAD + f"    {IS}\n    po: [{{p: ex:name, o: [$(a), b], {IS}}}]\n"
    (made,) = read(tmp_path, document).triples_maps
    assert made.subject == replace(SUBJECT, condition=A_IS_B)
    assert [part.condition for part in made.predicate_objects[0].objects] == [A_IS_B, A_IS_B]


def test_conditions_at_several_places_are_all_true(tmp_path: Path):
    """Of a mapping and its subject, of a predicate object and its object: neither hides the other."""
    both = Call(
        GREL + "boolean_and",
        tuple((GREL + "param_rep_b", each) for each in (A_IS_B, Call(EX + "now"), Call(EX + "now"))),
    )
    last = "conditions: [{fn: ex:now}, {fn: ex:now}]"
    subject = HEAD.replace("ex:$(id)", f"{{value: ex:$(id), {IS}}}") + f"    {last}\n"
    (made,) = read(
        tmp_path, subject + f"    po: [{{p: ex:name, o: {{value: x, {IS}}}, {last}}}]\n"
    ).triples_maps
    assert made.subject.condition == both
    assert made.predicate_objects[0].objects == (literal("x", condition=both),)


SUBJECTS_OF_KEYS = {
    "": TermMap(Fresh(), TermType.BLANK_NODE),
    "s: null": TermMap(Fresh(), TermType.BLANK_NODE),
    "s: {type: blank}": TermMap(Fresh(), TermType.BLANK_NODE),
    "targets: [d.nq~void]\n    s: {value: ex:$(id), target: [d.nq~void]}": replace(
        SUBJECT, targets=(LogicalTarget("d.nq"),)
    ),
    "s: {function: ex:upper(text = $(a))}": TermMap(UPPER),
    "s: {value: ex:$(id), target: [d.nq~void]}": replace(SUBJECT, targets=(LogicalTarget("d.nq"),)),
    f"s: {{value: ex:$(id), {IS}}}": replace(SUBJECT, condition=A_IS_B),
}


@pytest.mark.parametrize(("text", "subject"), SUBJECTS_OF_KEYS.items(), ids=SUBJECTS_OF_KEYS.keys())
def test_subjects_of_keys(text: str, subject: TermMap, tmp_path: Path):
    """A mapping without a subject makes a blank node for each record; functions make IRIs."""
    (made,) = read(tmp_path, HEAD.replace("s: ex:$(id)", text)).triples_maps
    assert made.subject == subject


@pytest.mark.parametrize(("text", "kind", "place", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_told(text: str, kind: type[KgError], place: str, message: str, tmp_path: Path):
    """A document that is wrong gives an error of its kind, at its place, that says what to do."""
    with pytest.raises(kind) as caught:
        read(tmp_path, text)
    finding = caught.value.findings[0]
    assert type(caught.value) is kind
    assert str(finding.place).removeprefix((tmp_path / "mapping.yml").as_posix()) == ":" + place
    assert message in str(finding)


def test_all_findings_are_told(tmp_path: Path):
    """One reading tells every fault, each once, in the order of the file."""
    document = at("[exx:a, x]") + "      - [ex:a, $(b]\n      - [ex:a, x, xsd:itn]\n  other: {s: urn:x}\n"
    with pytest.raises(KgError) as caught:
        read(tmp_path, document.replace("  other: {s: urn:x}\n", ""))
    assert [finding.place.line for finding in caught.value.findings if finding.place] == [8, 9, 10]


def test_a_file_that_is_not_there(tmp_path: Path):
    """A missing mapping is wrong use, not a fault of the project."""
    with pytest.raises(MissingFile):
        yarrrml.read(tmp_path / "nothing.yml")


def test_a_file_that_is_not_utf_8(tmp_path: Path):
    """The first byte that is no UTF-8 is told by line and column, with what the file seems to be."""
    path = tmp_path / "mapping.yml"
    path.write_bytes(HEAD.encode() + b"# \xb9\xfa\n")
    with pytest.raises(Encoding, match="the file is not UTF-8; it looks like GB18030") as caught:
        yarrrml.read(path)
    assert caught.value.findings[0].place == Place(path, HEAD.count("\n") + 1, 3)


def test_a_byte_order_mark_is_no_text(tmp_path: Path):
    """A file saved with a byte order mark reads the same, places included."""
    assert read(tmp_path, "\ufeff" + HEAD) == read(tmp_path, HEAD)


RICH = (
    at("[ex:name, ex:$(a)~iri]")
    + """\
      - [[ex:c, ex:b], [$(c), [$(d), en~lang]]]
      - p: ex:e
        o: {mapping: person, condition: {function: equal, parameters: [[str1, $(a)], [str2, $(b)]]}}
      - &x [ex:f, $(g), xsd:int]
      - *x
      - p: {fn: "ex:f(p = $(_e), q = ex:g(r = $(s (t))))", targets: d}
        i: ex:h
        o: {v: ex:$(i), type: iri, condition: {f: ex:j, pms: [[ex:k, {f: ex:l}]]}}
      - {p: a, o: ex:$(n), g: ex:$(h)}
      - {p: ex:m, o: $(m), language: {value: $(m), targets: [n.nq~void]}}
      - p: ex:o
        o: {m: person, iv: ex:p, c: {f: equal, pms: [[str1, {f: ex:q, pms: [[ex:r, $(s), o]]}], [str2, t, s]]}}
        c: {f: ex:u}
    g: {v: ex:h}
external: {e: ex:v}
targets: {d: {access: d.ttl, type: void, serialization: turtle, compression: gzip}}
sources:
  s: {access: a.csv, referenceFormulation: csv, nulls: [w], header: false}
  t: {access: "jdbc:mysql://h/d", type: mysql, credentials: {username: x, password: y}, query: SELECT 1}
"""
)
PIECES = st.sampled_from(
    [*"[]{}:,-$()~&*<>!|'\"\\%#@? \n\t\x00é", "  ", "<<: *x", "null", "$(", "~iri", "~lang"]
)
EDITS = st.lists(
    st.tuples(st.integers(0, len(RICH)), st.integers(0, 12), st.lists(PIECES, max_size=3).map("".join)),
    min_size=1,
    max_size=5,
)


def test_the_text_that_is_edited_is_right(tmp_path: Path) -> None:
    """Otherwise the edits would find little."""
    assert len(read(tmp_path, RICH).triples_maps) == 3


def edited(edits: list[tuple[int, int, str]]) -> str:
    text = RICH
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    return text


@settings(max_examples=500, deadline=None)
@given(EDITS)
@example([])
@example([(RICH.index("[[ex:c,"), 0, "[" * 2000)])
@example([(RICH.index("person:") + 7, 0, " &p\n    <<: *p")])
@example([(RICH.index("{f: ex:q"), 0, "&f "), (RICH.index("$(s), o]") + 3, 4, "*f")])
def test_any_text_gives_a_mapping_or_a_kg_error(edits: list[tuple[int, int, str]]):
    """Whatever stands in the file, nothing else than a KgError is raised."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yml"
        path.write_text(edited(edits), encoding="utf-8", newline="")
        read_or_refuse(path)


def read_or_refuse(path: Path) -> None:
    with suppress(KgError):
        assert isinstance(yarrrml.read(path), Mapping)


MISTAKES = """\
prefixes: {ex: 'http://e/', bad: nothing}
mappings:
  people:
    s: ex:$(id)
    graphss: ex:g
    po:
      - predicte: ex:name
        objetc: $(name)
      - [unknown:p, $(x]
  places:
    source: [[places.csv~cvs]]
    po:
      - {p: bad:fine, o: {mapping: people}}
      - [ex:name, {valeu: $(name), tipe: iri}]
"""


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """In the order of the document, those that follow from others not."""
    with pytest.raises(MappingError) as caught:
        read(tmp_path, MISTAKES)
    told = [(finding.place and finding.place.line, finding.message) for finding in caught.value.findings]
    assert told == [
        (1, "the prefix 'bad' stands for 'nothing', which is no absolute IRI"),
        (3, "the mapping 'people' has no source"),
        (5, "unknown key 'graphss' in a mapping"),
        (7, "unknown key 'predicte' in a predicate object map"),
        (8, "unknown key 'objetc' in a predicate object map"),
        (9, "the prefix 'unknown' is declared nowhere"),
        (9, "the reference '$(x' is not closed"),
        (11, "no reference formulation 'cvs'"),
        (14, "unknown key 'valeu' in an object"),
        (14, "unknown key 'tipe' in an object"),
    ]


def test_functions_in_one_line_are_not_too_deep(tmp_path: Path) -> None:
    text = "ex:f(ex:p = " * 900 + "x" + ")" * 900
    with pytest.raises(MappingError, match=r"mapping\.yml:6:.*too many inside each other"):
        read(
            tmp_path,
            "prefixes: {ex: 'http://e/'}\nmappings:\n  a:\n    sources: [[a.csv~csv]]\n    po:\n"
            f"      - [ex:p, {{function: '{text}'}}]\n",
        )


def test_prefixes_that_no_xpath_has_are_left_out(tmp_path: Path) -> None:
    """So the same source is the same in all mappings, and in the languages that cannot say prefixes."""
    text = (
        "prefixes: {ex: 'http://e/', b: 'urn:b', c: 'urn:c'}\nmappings:\n"
        "  x: {sources: [[a.xml~xpath, //a]], s: ex:$(@id), po: [[ex:p, $(b:name)]]}\n"
        "  y: {sources: [[a.xml~xpath, //a]], s: ex:$(@id), po: [[ex:p, {mapping: x}]]}\n"
    )
    (source,) = read(tmp_path, text).sources
    assert source.namespaces == (("b", "urn:b"),)
    (source,) = read(tmp_path, text.replace("b:name", "name")).sources
    assert source.namespaces == ()
