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
    frozenset(("external", "targets")),
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
        **dict.fromkeys(
            ("credentials", "query", "queryFormulation", "contentType", "operationType", "security", "table"),
            (),
        ),
    },
    frozenset(
        ("credentials", "query", "queryFormulation", "contentType", "operationType", "security", "table")
    ),
)
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
    frozenset(("conditions", "targets")),
)
SUBJECT = Shape(
    "a subject", {"value": ("v",), "type": (), **FUNCTION, **TARGETS}, frozenset((*FUNCTION, *TARGETS))
)
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
    frozenset((*INVERSE, *CONDITIONS)),
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
    frozenset((*FUNCTION, *INVERSE, *TARGETS)),
)
CONDITION = Shape("a condition", FUNCTION)
PARAMETER = Shape("a parameter", {"parameter": ("pm",), "value": ("v",), "type": (), "from": ()})

FORMULATIONS = ("csv", "jsonpath", "xpath", "xquery", "css3")
EQUAL = ("equal", "idlab-fn:equal", "http://example.com/idlab/function/equal")
# Whose record a parameter of a join condition speaks of, where the document does not say so.
SIDES = {"str1": "s", "str2": "o", "grel:valueParameter": "s", "grel:valueParameter2": "o"}
SIDE_NAMES = {"s": "s", "subject": "s", "o": "o", "object": "o"}
