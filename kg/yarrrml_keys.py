"""YARRRML's keys, their shortcuts and the words that may be their values, as tables."""

from __future__ import annotations

from kg.yarrrml_nodes import Shape

FUNCTION = {"function": ("fn", "f"), "parameters": ("pms",)}
CONDITIONS = {"conditions": ("condition", "c")}
GRAPHS = {"graphs": ("graph", "g")}
INVERSE = {"inversepredicates": ("inversepredicate", "i", "iv")}
TARGETS = {"targets": ("target", "t")}
DOCUMENT = Shape(
    "the document",
    {
        "prefixes": (),
        "base": (),
        "authors": ("author", "a"),
        "sources": ("source",),
        "mappings": ("mapping", "m"),
        "external": (),
        **TARGETS,
    },
    frozenset(("external",)),
)
SOURCE = Shape(
    "a source",
    {
        "access": (),
        "referenceFormulation": (),
        "iterator": (),
        "delimiter": (),
        "encoding": (),
        "type": (),
        "credentials": (),
        "query": (),
        "queryFormulation": (),
        "table": (),
        **dict.fromkeys(("contentType", "operationType", "security"), ()),
    },
    frozenset(("contentType", "operationType", "security")),
)
CREDENTIALS = Shape("credentials", {"username": (), "password": ()})
TARGET = Shape("a target", dict.fromkeys(("access", "type", "serialization", "compression"), ()))
MAPPING = Shape(
    "a mapping",
    {
        "sources": ("source",),
        "subjects": ("subject", "s"),
        "predicateobjects": ("predicateobject", "po"),
        **GRAPHS,
        **CONDITIONS,
        **TARGETS,
    },
    frozenset(("targets",)),
)
SUBJECT = Shape("a subject", {"value": ("v",), "type": (), **FUNCTION, **TARGETS, **CONDITIONS})
PREDICATE_OBJECT = Shape(
    "a predicate object map",
    {
        "predicates": ("predicate", "p"),
        "objects": ("object", "o"),
        "type": (),
        "datatype": (),
        "language": (),
        **GRAPHS,
        **INVERSE,
        **CONDITIONS,
    },
    frozenset(INVERSE),
)
OBJECT = Shape(
    "an object",
    {
        "value": ("v",),
        "type": (),
        "datatype": (),
        "language": (),
        "mapping": ("mappings", "m"),
        **CONDITIONS,
        **FUNCTION,
        **INVERSE,
        **TARGETS,
    },
    frozenset(INVERSE),
)
CONDITION = Shape("a condition", FUNCTION)
PARAMETER = Shape("a parameter", {"parameter": ("pm",), "value": ("v",), "type": (), "from": ()})

# YARRRML's names of reference formulations, and the model's; without one it cannot be run.
FORMULATIONS = {"csv": "csv", "jsonpath": "json", "xpath": "xml", "xquery": "", "css3": ""}
DATABASES = ("mysql", "postgresql", "sqlite", "mariadb", "sqlserver", "oracle")
FILE_TARGETS = ("void", "localfile", "dcat")
SERIALIZATIONS = {
    "nquads": "N-Quads",
    "ntriples": "N-Triples",
    "turtle": "Turtle",
    "trig": "TriG",
    "n3": "N3",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "rdfjson": "RDF_JSON",
}
COMPRESSIONS = {"none": "", **{name: name for name in ("gzip", "zip", "targz", "tarxz")}}
EQUAL = ("equal", "idlab-fn:equal", "http://example.com/idlab/function/equal")
# Whose record a parameter of a join condition speaks of, where the document does not say so.
SIDES = {"str1": "s", "str2": "o", "grel:valueParameter": "s", "grel:valueParameter2": "o"}
SIDE_NAMES = {"s": "s", "subject": "s", "o": "o", "object": "o"}
