"""YARRRML's keys, their shortcuts and the words that may be their values, as tables.

Keys that YARRRML does not have, because its sources cannot say what ours can, are in `EXTENSIONS`.
"""

from __future__ import annotations

from kg.yarrrml_nodes import Shape

VALUE = {"value": ("v",)}
FUNCTION = {"function": ("fn", "f"), "parameters": ("pms",)}
CONDITIONS = {"conditions": ("condition", "c")}
GRAPHS = {"graphs": ("graph", "g")}
INVERSE = {"inversepredicates": ("inversepredicate", "i", "iv")}
TARGETS = {"targets": ("target", "t")}
# Triples as terms, lists and containers: proposals beside the specification, for which the model has no word.
PROPOSED = dict.fromkeys(("quoted", "quotedNonAsserted", "gather", "gatherAs", "strategy", "empty"), ())
DOCUMENT = Shape(
    "the document",
    {
        "prefixes": (),
        "base": (),
        "authors": ("author", "a"),
        "sources": ("source",),
        "mappings": ("mapping", "m"),
        "external": (),
        "variables": (),  # YAML's anchors may stand there; nothing else is read of it
        **TARGETS,
    },
)
AUTHOR = Shape("an author", dict.fromkeys(("name", "email", "website"), ()))
EXTENSIONS = dict.fromkeys(
    ("table", "quote", "comment", "trim", "header", "nulls", "compression", "namespaces"), ()
)
THINGS = ("contentType", "operationType", "security")
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
        **EXTENSIONS,
        **dict.fromkeys(THINGS, ()),
    },
    frozenset(THINGS),
)
CREDENTIALS = Shape("credentials", {"username": (), "password": ()})
TARGET = Shape(
    "a target",
    dict.fromkeys(("access", "type", "serialization", "compression", "encoding", "source"), ()),
    frozenset(("source",)),
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
)
SUBJECT = Shape(
    "a subject",
    {**VALUE, "type": (), **FUNCTION, **TARGETS, **CONDITIONS, **PROPOSED},
    frozenset(PROPOSED),
)
PREDICATE = Shape("a predicate", {**VALUE, **FUNCTION, **TARGETS, **CONDITIONS})
GRAPH = Shape("a graph", {**VALUE, **FUNCTION, **TARGETS, **CONDITIONS})
LANGUAGE = Shape("a language", {**VALUE, **FUNCTION, **TARGETS})
DATATYPE = Shape("a datatype", {**VALUE, **FUNCTION, **TARGETS})
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
)
OBJECT = Shape(
    "an object",
    {
        **VALUE,
        "type": (),
        "datatype": (),
        "language": (),
        "mapping": ("mappings", "m"),
        **CONDITIONS,
        **FUNCTION,
        **INVERSE,
        **TARGETS,
        **PROPOSED,
    },
    frozenset(PROPOSED),
)
CONDITION = Shape("a condition", FUNCTION)
PARAMETER = Shape("a parameter", {"parameter": ("pm",), **VALUE, "type": (), "from": ()})

# YARRRML's names of reference formulations, and the model's; without one it cannot be run.
FORMULATIONS = {"csv": "csv", "jsonpath": "json", "xpath": "xml", "xquery": "", "css3": ""}
FILES = ("localfile", "remotefile")
# Databases by the scheme of their URLs; those without one are not read.
DATABASES = {
    **{"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "sqlite": "sqlite"},
    **dict.fromkeys(("oracle", "mssqlserver", "sqlserver", "db2", "informix", "ingres", "sapase"), ""),
    **dict.fromkeys(("sapsqlanywhere", "firebird", "virtuoso", "hsql"), ""),
}
SPARQL = "sparql11"
QUERY_FORMULATIONS = (
    *(SPARQL, "sql2008", "sql2011", "sql2016", *DATABASES),
    *("mssql", "progress", "sybasease", "sybasesqlanywhere"),  # of the first versions of the specification
)
FILE_TARGETS = ("void", "localfile", "dcat")
OTHER_TARGETS = ("sparql", "sd", "wot")
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
# YARRRML has these words too, but they are no serialisations of any graph, or none that is written.
UNWRITTEN = (
    *("ldpatch", "microdata", "owlxml", "owlfunctional", "owlmanchester", "powder", "powder-s", "prov-n"),
    *("prov-xml", "rdfa", "rifxml", "sparqlxml", "sparqljson", "sparqlcsv", "sparqltsv"),
)
COMPRESSIONS = {
    "none": "",
    **{name: name for name in ("gzip", "zip", "targz", "tarxz")},
    "targzip": "targz",
}
SIDE_NAMES = {"s": "s", "subject": "s", "o": "o", "object": "o"}
