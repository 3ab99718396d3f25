"""RML in its two vocabularies: what documents mean, which are refused, and that YARRRML says the same."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kg
from kg import materialisation, rml, yarrrml
from kg.errors import KgError, MappingError, MissingFile, Place, UnknownColumn, UnknownKey, Unsupported
from kg.mapping import (
    DEFAULT_GRAPH,
    RDF_TYPE,
    XSD,
    Call,
    Constant,
    Database,
    Dialect,
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
)

EX = "http://example.org/"
PREFIXES = f"""\
@prefix rml: <http://w3id.org/rml/> .
@prefix old: <http://semweb.mmlab.be/ns/rml#> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix fno: <https://w3id.org/function/ontology#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix comp: <http://semweb.mmlab.be/ns/rml-compression#> .
@prefix rmlt: <http://semweb.mmlab.be/ns/rml-target#> .
@prefix td: <https://www.w3.org/2019/wot/td#> .
@prefix hctl: <https://www.w3.org/2019/wot/hypermedia#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ex: <{EX}> .
"""
FILE = 'rml:source [ a rml:FilePath; rml:root rml:MappingDirectory; rml:path "people.csv" ]'
SOURCE = f"rml:logicalSource [ {FILE}; rml:referenceFormulation rml:CSV ]"
SUBJECT = 'rml:subjectMap [ rml:template "http://example.org/{id}" ]'
A, B = Reference("a"), Reference("b")
NAME = TermMap(Constant(EX + "name"))


def read(folder: Path, text: str, *, base: str = "") -> Mapping:
    path = folder / "mapping.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return rml.read(path, base=base)


def person(*more: str, subject: str = SUBJECT, source: str = SOURCE) -> str:
    return "<person> " + ";\n  ".join([part for part in (source, subject, *more) if part]) + " .\n"


def said(obj: str) -> str:
    return person(f"rml:predicateObjectMap [ rml:predicate ex:name; {obj} ]")


def literal(expression: Expression, **more: Expression) -> TermMap:
    """A literal; one of a reference or a function has its natural datatype unless another is said."""
    natural = isinstance(expression, Reference | Call) and not more
    return TermMap(expression, TermType.LITERAL, natural=natural, **more)


UPPER = 'rml:functionExecution [ rml:function ex:upper; rml:input [ rml:parameter ex:text; rml:inputValueMap [ rml:reference "a" ] ] ]'
CALL = Call(EX + "upper", ((EX + "text", A),))
IDLAB = "https://w3id.org/imec/idlab/function#"


OBJECTS = {
    "a reference is a literal": ('rml:objectMap [ rml:reference "a" ]', literal(A)),
    "a template is an IRI": (
        'rml:objectMap [ rml:template "http://example.org/{a}" ]',
        TermMap(Template((EX, A))),
    ),
    "a template with a datatype is a literal": (
        'rml:objectMap [ rml:template "{a} {b}"; rml:datatype xsd:token ]',
        literal(Template((A, " ", B)), datatype=Constant(XSD + "token")),
    ),
    "a template with a language is a literal": (
        'rml:objectMap [ rml:template "{a}"; rml:language "en" ]',
        literal(Template((A,)), language=Constant("en")),
    ),
    "a template of the type literal": (
        'rml:objectMap [ rml:template "{a}"; rml:termType rml:Literal ]',
        literal(Template((A,))),
    ),
    "a reference of the type IRI": (
        'rml:objectMap [ rml:reference "a"; rml:termType rml:IRI ]',
        TermMap(A),
    ),
    "a reference of the type blank node": (
        'rml:objectMap [ rml:reference "a"; rml:termType rml:BlankNode ]',
        TermMap(A, TermType.BLANK_NODE),
    ),
    "escapes": (
        r'rml:objectMap [ rml:template "\\{{a}\\}\\\\{\\{x\\}}"; rml:termType rml:Literal ]',
        literal(Template(("{", A, "}\\", Reference("{x}")))),
    ),
    "a constant IRI": ("rml:object ex:b", TermMap(Constant(EX + "b"))),
    "a constant IRI in full": ("rml:objectMap [ rml:constant ex:b ]", TermMap(Constant(EX + "b"))),
    "a constant text": ('rml:object "b"', literal(Constant("b"))),
    "a constant of xsd:string is plain": ('rml:object "b"^^xsd:string', literal(Constant("b"))),
    "a constant with its datatype": (
        "rml:object true",
        literal(Constant("true"), datatype=Constant(XSD + "boolean")),
    ),
    "a constant with its language": ('rml:object "b"@en', literal(Constant("b"), language=Constant("en"))),
    "a constant blank node": ("rml:object _:b", TermMap(Constant("b"), TermType.BLANK_NODE)),
    "a constant text of the type IRI": (
        'rml:objectMap [ rml:constant "http://example.org/b"; rml:termType rml:IRI ]',
        TermMap(Constant(EX + "b")),
    ),
    "a language map": (
        'rml:objectMap [ rml:reference "a"; rml:languageMap [ rml:template "{b}-CH" ] ]',
        literal(A, language=Template((B, "-CH"))),
    ),
    "a datatype map": (
        'rml:objectMap [ rml:reference "a"; rml:datatypeMap [ rml:reference "b" ] ]',
        literal(A, datatype=B),
    ),
    "the same record's subject": (
        "rml:objectMap [ rml:parentTriplesMap <person> ]",
        ReferencingObjectMap("person"),
    ),
    "a join": (
        "rml:objectMap [ rml:parentTriplesMap <person>; "
        'rml:joinCondition [ rml:child "a"; rml:parent "b" ] ]',
        ReferencingObjectMap("person", (Join(A, B),)),
    ),
    "a reference of the type URI": (
        'rml:objectMap [ rml:reference "a"; rml:termType rml:URI ]',
        TermMap(A, TermType.URI),
    ),
    "an unsafe template may have any character": (
        'rml:objectMap [ rml:template "http://x.org/ {a}"; rml:termType rml:UnsafeIRI ]',
        TermMap(Template(("http://x.org/ ", A)), TermType.UNSAFE_IRI),
    ),
    "a blank node for each record": (
        "rml:objectMap [ rml:termType rml:BlankNode ]",
        TermMap(Fresh(), TermType.BLANK_NODE),
    ),
    "a function": (f"rml:objectMap [ {UPPER} ]", literal(CALL)),
    "a function of the type IRI": (f"rml:objectMap [ {UPPER}; rml:termType rml:IRI ]", TermMap(CALL)),
    "a function's result by name": (
        f"rml:objectMap [ {UPPER}; rml:returnMap [ rml:constant ex:out ] ]",
        literal(replace(CALL, output=EX + "out")),
    ),
    "a function of a function and a constant": (
        "rml:objectMap [ rml:functionExecution [ rml:function ex:join; rml:input "
        f'[ rml:parameter ex:l; rml:inputValueMap [ {UPPER} ] ], [ rml:parameter ex:r; rml:inputValue "x" ] ] ]',
        literal(Call(EX + "join", ((EX + "l", CALL), (EX + "r", Constant("x"))))),
    ),
    "a function of legacy FNML": (
        "rml:objectMap [ fnml:functionValue [ rr:predicateObjectMap [ rr:predicate fno:executes; rr:object ex:upper ], "
        '[ rr:predicate ex:text; rr:objectMap [ old:reference "a" ] ] ] ]',
        literal(CALL),
    ),
    "a function of legacy FNML as yatter writes it": (
        "rml:objectMap [ fnml:execution [ fnml:function ex:upper; "
        'fnml:input [ fnml:parameter ex:text; fnml:valueMap [ old:reference "a" ] ] ] ]',
        literal(CALL),
    ),
    "a function of legacy FNML with a value": (
        "rml:objectMap [ fnml:execution [ fnml:functionMap [ rr:constant ex:upper ]; "
        'fnml:input [ fnml:parameterMap [ rr:constant ex:text ]; fnml:value "x" ] ] ]',
        literal(Call(EX + "upper", ((EX + "text", Constant("x")),))),
    ),
    "a function named by a text": (
        "rml:objectMap [ fnml:functionValue [ rr:predicateObjectMap [ rr:predicate fno:executes; "
        'rr:objectMap [ rr:constant "http://example.org/f"; rr:termType rr:IRI ] ] ] ]',
        literal(Call(EX + "f")),
    ),
    "a condition": (
        f'rml:objectMap [ rml:reference "a"; rml:condition [ {UPPER} ] ]',
        replace(literal(A), condition=CALL),
    ),
    "a condition of a language": (
        f'rml:objectMap [ rml:reference "a"; rml:languageMap [ rml:constant "en"; rml:condition [ {UPPER} ] ] ]',
        literal(
            A,
            language=Call(
                IDLAB + "trueCondition",
                ((IDLAB + "strBoolean", CALL), (IDLAB + "str", Constant("en"))),
            ),
        ),
    ),
    "a datatype by a function": (
        f'rml:objectMap [ rml:reference "a"; rml:datatypeMap [ {UPPER} ] ]',
        literal(A, datatype=CALL),
    ),
    "a reference with braces": (
        r"""rml:objectMap [ rml:template "http://example.org/{$['\\{a\\}']}" ]""",
        TermMap(Template((EX, Reference("$['{a}']")))),
    ),
    "a join of templates and constants": (
        "rml:objectMap [ rml:parentTriplesMap <person>; rml:joinCondition "
        '[ rml:childMap [ rml:template "x{a}" ]; rml:parentMap [ rml:constant "y" ] ] ]',
        ReferencingObjectMap("person", (Join(Template(("x", A)), Constant("y")),)),
    ),
}


@pytest.mark.parametrize(("text", "meaning"), OBJECTS.values(), ids=OBJECTS.keys())
def test_objects_mean(text: str, meaning: TermMap | ReferencingObjectMap, tmp_path: Path):
    """Each object map, and each shortcut, gives the model that RML-Core says."""
    (pom,) = read(tmp_path, said(text)).triples_maps[0].predicate_objects
    assert pom == PredicateObjectMap((NAME,), (meaning,))


SUBJECTS = {
    "rml:subject ex:a": TermMap(Constant(EX + "a")),
    'rml:subjectMap [ rml:reference "a" ]': TermMap(A),
    'rml:subjectMap [ rml:template "x{a}"; rml:termType rml:BlankNode ]': TermMap(
        Template(("x", A)), TermType.BLANK_NODE
    ),
    "rml:subjectMap [ rml:termType rml:BlankNode ]": TermMap(Fresh(), TermType.BLANK_NODE),
    f"rml:subjectMap [ {UPPER} ]": TermMap(CALL),
    "rml:subjectMap [ rml:constant _:x ]": TermMap(Constant("x"), TermType.BLANK_NODE),
}


@pytest.mark.parametrize(("text", "meaning"), SUBJECTS.items(), ids=SUBJECTS.keys())
def test_subjects_mean(text: str, meaning: TermMap, tmp_path: Path):
    """Subjects are IRIs unless they are said to be blank nodes."""
    assert read(tmp_path, person(subject=text)).triples_maps[0].subject == meaning


def test_classes_are_predicate_object_maps(tmp_path: Path):
    """Classes come before the other predicate object maps and have no graphs of their own."""
    subject = SUBJECT.replace(" ]", "; rml:class ex:B, ex:A; rml:graph ex:g ]")
    pom = "rml:predicateObjectMap [ rml:predicate ex:name; rml:object ex:o; rml:graph ex:h ]"
    found = read(tmp_path, person(pom, subject=subject)).triples_maps[0]
    rdf_type = (TermMap(Constant(RDF_TYPE)),)
    assert found.graphs == (TermMap(Constant(EX + "g")),)
    assert found.predicate_objects == (
        PredicateObjectMap(rdf_type, (TermMap(Constant(EX + "B")),)),
        PredicateObjectMap(rdf_type, (TermMap(Constant(EX + "A")),)),
        PredicateObjectMap((NAME,), (TermMap(Constant(EX + "o")),), (TermMap(Constant(EX + "h")),)),
    )


def test_classes_come_first_wherever_they_stand(tmp_path: Path):
    """The order of the document does not matter: of a map that says its class last, the class comes first."""
    pom = "rml:predicateObjectMap [ rml:predicate ex:name; rml:object ex:o ]"
    subject = SUBJECT.replace(" ]", "; rml:class ex:B ]")
    (found,) = read(tmp_path, person(pom, subject, source="", subject=SOURCE)).triples_maps
    assert [pom.predicates for pom in found.predicate_objects] == [
        (TermMap(Constant(RDF_TYPE)),),
        (NAME,),
    ]


@pytest.mark.parametrize("name", ["rml:defaultGraph", "rr:defaultGraph"])
def test_the_default_graph(name: str, tmp_path: Path):
    """Both vocabularies' name of the default graph stands for it, as shortcut and in full."""
    subject = SUBJECT.replace(" ]", f"; rml:graph {name}; rml:graphMap [ rml:constant {name} ] ]")
    graphs = read(tmp_path, person(subject=subject)).triples_maps[0].graphs
    assert set(graphs) == {DEFAULT_GRAPH}


def test_several_predicates_and_objects(tmp_path: Path):
    """A predicate object map may have several predicates, objects and graphs."""
    pom = 'rml:predicateObjectMap [ rml:predicate ex:p, ex:q; rml:object ex:o, "x"; rml:graph ex:g, ex:h ]'
    (found,) = read(tmp_path, person(pom)).triples_maps[0].predicate_objects
    assert [len(part) for part in (found.predicates, found.objects, found.graphs)] == [2, 2, 2]


XPATH = "[ a rml:XPathReferenceFormulation; rml:namespace "
EX_NAMESPACE = f'[ rml:namespacePrefix "ex"; rml:namespaceURL "{EX}" ]'
DATABASE = 'a d2rq:Database; d2rq:jdbcDSN "jdbc:mysql://h/db"; d2rq:username "me"; d2rq:password "secret"'
MYSQL = Database("mysql://h/db", "me", "secret")
SOURCES = {
    f"{FILE}; rml:referenceFormulation rml:CSV": LogicalSource("people.csv", nulls=()),
    'old:source "people.csv"; old:referenceFormulation ql:CSV': LogicalSource("people.csv", nulls=("",)),
    'old:source "d.json"; old:referenceFormulation ql:JSONPath; old:iterator "$.x"': LogicalSource(
        "d.json", "json", "$.x", nulls=(), as_written=True
    ),
    'old:source "d.jsonl"; old:referenceFormulation ql:JSONPath': LogicalSource(
        "d.jsonl", "jsonl", nulls=(), as_written=True
    ),
    'old:source "t.parquet"; old:referenceFormulation ql:CSV': LogicalSource(
        "t.parquet", "parquet", as_written=True
    ),
    'old:source "t.tsv"; old:referenceFormulation ql:CSV': LogicalSource("t.tsv", dialect=Dialect("\t")),
    'old:source [ csvw:url "t.tsv"; csvw:dialect [ csvw:delimiter "," ] ]; old:referenceFormulation ql:CSV': (
        LogicalSource("t.tsv")
    ),
    'rml:source [ a rml:FilePath; rml:path "-" ]; rml:referenceFormulation rml:CSV': (
        LogicalSource("-", nulls=())
    ),
    'rml:source [ a rml:RelativePathSource; rml:root rml:MappingDirectory; rml:path "/dev/stdin" ]; '
    "rml:referenceFormulation rml:JSONPath": LogicalSource("-", "json", nulls=()),
    'old:source "http://x.org/t.csv"; old:referenceFormulation ql:CSV': LogicalSource("http://x.org/t.csv"),
    FILE.replace(" ]", '; rml:null "NULL", ""; rml:encoding rml:UTF-8 ]')
    + "; rml:referenceFormulation rml:CSV": (LogicalSource("people.csv", nulls=("", "NULL"))),
    FILE.replace(" ]", "; rml:encoding rml:UTF-16; rml:compression rml:targz ]")
    + "; rml:referenceFormulation rml:CSV": LogicalSource(
        "people.csv", nulls=(), encoding="utf-16", compression="targz"
    ),
    'old:source [ a csvw:Table; csvw:url "p.csv"; csvw:dialect [ a csvw:Dialect; csvw:delimiter ";"; '
    'csvw:encoding "UTF-8"; csvw:header true ] ]; old:referenceFormulation ql:CSV': LogicalSource(
        "p.csv", dialect=Dialect(";")
    ),
    'rml:source [ a csvw:Table; csvw:url "p.csv"; csvw:null "NULL"; csvw:dialect [ csvw:quoteChar "$"; '
    'csvw:commentPrefix "#"; csvw:trim true; csvw:header false; csvw:encoding "UTF-16" ] ]; '
    "rml:referenceFormulation rml:CSV": LogicalSource(
        "p.csv", dialect=Dialect(",", "$", "#", True, False), nulls=("NULL",), encoding="utf-16"
    ),
    'rml:source [ a csvw:Table; csvw:url "p.csv"; csvw:tableSchema [ csvw:column [ csvw:name "a" ] ]; '
    'csvw:dialect [ csvw:skipRows 2; csvw:skipColumns 1; csvw:skipBlankRows true; csvw:trim "end" ] ]; '
    "rml:referenceFormulation rml:CSV": LogicalSource(
        "p.csv", dialect=Dialect(trim="end", skip_rows=2, skip_columns=1, skip_blank=True), nulls=()
    ),
    'rml:source [ a csvw:Table; csvw:url "p.csv"; csvw:dialect [ csvw:skipInitialSpace true ] ]; '
    "rml:referenceFormulation rml:CSV": LogicalSource("p.csv", dialect=Dialect(trim="start"), nulls=()),
    'rml:source [ a dcat:Distribution; dcat:accessURL <file:///data/a%20b.xml> ]; rml:iterator "//a"; '
    "rml:referenceFormulation rml:XPath": LogicalSource("/data/a b.xml", "xml", "//a", nulls=()),
    f"rml:source [ dcat:downloadURL <http://x.org/a> ]; rml:referenceFormulation {XPATH}{EX_NAMESPACE} ]": (
        LogicalSource("http://x.org/a", "xml", nulls=(), namespaces=(("ex", EX),))
    ),
    "rml:source [ a dcat:Dataset; dcat:distribution [ a dcat:Distribution; dcat:downloadURL <http://x.org/a> ] ]; "
    "rml:referenceFormulation rml:CSV": LogicalSource("http://x.org/a", nulls=()),
    "rml:source [ a td:Thing; td:hasPropertyAffordance [ td:hasForm [ hctl:hasTarget <http://x.org/a> ] ] ]; "
    'rml:referenceFormulation rml:JSONPath; rml:iterator "$"': LogicalSource(
        "http://x.org/a", "json", "$", nulls=()
    ),
    "old:source [ a csvw:Table; csvw:url <http://x.org/a> ]; old:referenceFormulation ql:CSV": LogicalSource(
        "http://x.org/a"
    ),
    'a old:LogicalSource; old:source "a.xml"; old:referenceFormulation ql:XPath; old:iterator "/a"': LogicalSource(
        "a.xml", "xml", "/a", nulls=()
    ),
    f'rml:source [ {DATABASE} ]; rml:referenceFormulation rml:SQL2008Table; rml:iterator "people"': LogicalSource(
        "people", "sql", nulls=(), database=MYSQL
    ),
    f'rml:source [ {DATABASE} ]; rml:referenceFormulation rml:SQL2008Query; rml:iterator "SELECT 1;"': (
        LogicalSource("", "sql", nulls=(), database=MYSQL, query="SELECT 1")
    ),
    f'old:source [ {DATABASE} ]; rr:sqlVersion rr:SQL2008; rr:tableName "t"; old:query "SELECT 1"': (
        LogicalSource("", "sql", nulls=(), database=MYSQL, query="SELECT 1")
    ),
    'old:source [ d2rq:jdbcDSN "jdbc:sqlite:p.db" ]; rr:tableName "t"; old:referenceFormulation ql:CSV': LogicalSource(
        "t", "sql", nulls=(), database=Database("sqlite:///p.db")
    ),
    FILE.replace("csv", "nt")
    + '; rml:referenceFormulation formats:SPARQL_Results_CSV; rml:iterator "SELECT *"': (
        LogicalSource("people.nt", "sparql", nulls=(), query="SELECT *")
    ),
    'rml:source [ a sd:Service; sd:endpoint <http://x.org/q> ]; rml:iterator "SELECT *"; '
    "rml:referenceFormulation formats:SPARQL_Results_JSON": (
        LogicalSource("http://x.org/q", "sparql", nulls=(), query="SELECT *")
    ),
}


@pytest.mark.parametrize(("text", "source"), SOURCES.items(), ids=range(len(SOURCES)))
def test_sources_mean(text: str, source: LogicalSource, tmp_path: Path):
    """Files, tables and queries have their names; only legacy CSV takes empty cells for no value."""
    word = "old" if "old:" in text else "rml"
    document = person(source=f"{word}:logicalSource [ {text} ]")
    assert read(tmp_path, document).triples_maps[0].source == source


R2RML_TABLE = """
<person> rr:logicalTable [ rr:tableName "people" ];
  rr:subjectMap [ rr:template "http://example.org/{\\"ID\\"}" ];
  rr:predicateObjectMap [ rr:predicate ex:name; rr:objectMap [ rr:column "\\"Full \\"\\"Name\\"\\"\\""; rr:inverseExpression "{a}" ] ];
  rr:predicateObjectMap [ rr:predicate ex:boss; rr:objectMap [ rr:parentTriplesMap <person>;
    rr:joinCondition [ rr:child "boss"; rr:parent "\\"ID\\"" ] ] ] .
"""


def test_r2rml(tmp_path: Path):
    """Tables have natural datatypes in the legacy vocabulary too; columns are identifiers, as they are written."""
    (found,) = read(tmp_path, R2RML_TABLE).triples_maps
    assert found.source == LogicalSource("people", "sql", nulls=(), identifiers=True)
    assert found.subject == TermMap(Template((EX, Reference('"ID"'))))
    assert [pom.objects[0] for pom in found.predicate_objects] == [
        literal(Reference('"Full ""Name"""')),
        ReferencingObjectMap("person", (Join(Reference("boss"), Reference('"ID"')),)),
    ]


@pytest.mark.parametrize("name", ['"Full ""Name"""', '`Full "Name"`', 'Full "Name"'])
def test_delimited_identifiers_elsewhere(name: str, tmp_path: Path):
    """In RML, where references are names of columns, delimited identifiers lose their quotes."""
    said = name.replace('"', '\\"')
    source = 'old:logicalSource [ old:source [ d2rq:jdbcDSN "sqlite:///a.db" ]; rr:tableName "people" ]'
    pom = f'rr:predicateObjectMap [ rr:predicate ex:name; rr:objectMap [ old:reference "{said}" ] ]'
    (found,) = read(tmp_path, person(pom, source=source)).triples_maps
    assert not found.source.identifiers
    assert found.predicate_objects[0].objects == (literal(Reference('Full "Name"')),)


@pytest.mark.parametrize(
    ("name", "is_table"),
    [("SQL2008Table", True), ("SQLTable", True), ("SQL2008Query", False), ("SQLQuery", False)],
)
def test_tables_and_queries(name: str, is_table: bool, tmp_path: Path):
    """Reference formulations of SQL, with and without its year."""
    source = (
        'rml:logicalSource [ rml:source [ d2rq:jdbcDSN "sqlite:///a.db" ]; '
        f'rml:referenceFormulation rml:{name}; rml:iterator "x" ]'
    )
    (found,) = read(tmp_path, person(source=source)).triples_maps
    assert (found.source.path, found.source.query) == (("x", "") if is_table else ("", "x"))
    assert found.source.stored


@pytest.mark.parametrize(
    ("formulation", "natural"), [("rml:JSONPath", True), ("rml:CSV", True), ("ql:JSONPath", False)]
)
def test_natural_datatypes(formulation: str, natural: bool, tmp_path: Path):
    """The vocabulary of the logical source decides whether its values have natural datatypes."""
    word = "rml" if natural else "old"
    source = f'{word}:logicalSource [ {word}:source "d.x"; {word}:referenceFormulation {formulation} ]'
    pom = 'rr:predicateObjectMap [ rr:predicate ex:p; rr:objectMap [ rml:reference "a" ] ]'
    (found,) = read(tmp_path, person(pom, source=source)).triples_maps[0].predicate_objects
    assert found.objects == (replace(literal(A), natural=natural),)


def test_without_a_logical_source(tmp_path: Path):
    """Constants and blank nodes need no source: there is one record, the same for all such triples maps."""
    pom = "rml:predicateObjectMap [ rml:predicate ex:p; rml:object ex:o ]"
    document = person(pom, source="", subject="rml:subjectMap [ rml:termType rml:BlankNode ]")
    assert read(tmp_path, document).triples_maps[0].source == LogicalSource("", "", nulls=())


DUMP = 'rml:target [ a rml:FilePath; rml:path "./d.nq" ]'
TARGETS = {
    DUMP: LogicalTarget("d.nq"),
    'rml:target "d.nq"': LogicalTarget("d.nq"),
    f"{DUMP}; rml:serialization formats:Turtle; rml:encoding rml:UTF-16; rml:compression rml:gzip": LogicalTarget(
        "d.nq", "Turtle", "utf-16", "gzip"
    ),
    "rmlt:target [ dcat:accessURL <file:///d.nq> ]; rmlt:serialization formats:N3; rmlt:compression comp:zip": (
        LogicalTarget("/d.nq", "N3", compression="zip")
    ),
    'rml:target [ rml:root "/out"; rml:path "d.nq"; rml:compression rml:tarxz ]': LogicalTarget(
        "/out/d.nq", compression="tarxz"
    ),
}


@pytest.mark.parametrize(("text", "target"), TARGETS.items(), ids=range(len(TARGETS)))
def test_targets_mean(text: str, target: LogicalTarget, tmp_path: Path):
    """Targets are files of the working directory unless they have a root."""
    document = person(subject=SUBJECT.replace(" ]", f"; rml:logicalTarget [ {text} ] ]"))
    assert read(tmp_path, document).triples_maps[0].subject.targets == (target,)


def test_targets_of_the_mappings_folder(tmp_path: Path):
    """A target of the mapping's folder is there, wherever the command runs."""
    said_so = '[ rml:target [ rml:root rml:MappingDirectory; rml:path "d.nq" ] ]'
    document = person(subject=SUBJECT.replace(" ]", f"; rml:logicalTarget {said_so} ]"))
    (target,) = read(tmp_path, document).triples_maps[0].subject.targets
    assert Path(target.path) == tmp_path / "d.nq"


def test_targets_of_the_parts_of_a_literal(tmp_path: Path):
    """The targets of a language map and a datatype map are those of the literal, each once."""
    first, second = (f"[ {DUMP.replace('d.nq', name)} ]" for name in ("1.nq", "2.nq"))
    part = f'rml:languageMap [ rml:constant "en"; rml:logicalTarget {second}, {first} ]'
    document = said(f'rml:objectMap [ rml:reference "a"; rml:logicalTarget {first}; {part} ]')
    (pom,) = read(tmp_path, document).triples_maps[0].predicate_objects
    assert pom.objects[0].targets == (LogicalTarget("1.nq"), LogicalTarget("2.nq"))


def test_base_iris_of_their_own(tmp_path: Path):
    """Triples maps may have different base IRIs; the mapping has that of those which say none."""
    relative = 'rml:subjectMap [ rml:template "{id}" ]'
    document = person("rml:baseIRI <http://c.org/>", subject=relative)
    document += person(subject=relative).replace("<person>", "ex:other")
    mapping = read(tmp_path, document, base="http://b.org/")
    own, other = mapping.triples_maps
    assert (mapping.base, own.base, other.base) == ("http://b.org/", "http://c.org/", "")
    assert own.subject == TermMap(Template(("http://c.org/", Reference("id"))))
    assert other.subject == TermMap(Template((Reference("id"),)))


def test_a_parent_has_the_base_iri_of_its_own(tmp_path: Path):
    """The relative values that a parent makes of a reference get its base IRI, not that of the child."""
    (tmp_path / "people.csv").write_text("id,boss\nann,bob\nbob,http://x.org/c\n", encoding="utf-8")
    parent = person("rml:baseIRI <http://c.org/>", subject='rml:subjectMap [ rml:reference "boss" ]')
    for joined in ("", '; rml:joinCondition [ rml:child "id"; rml:parent "id" ]'):
        pom = f"rml:predicate ex:boss; rml:objectMap [ rml:parentTriplesMap <person>{joined} ]"
        child = person(
            f"rml:predicateObjectMap [ {pom} ]", subject='rml:subjectMap [ rml:reference "id" ]'
        ).replace("<person> ", "ex:child ", 1)
        read(tmp_path, parent + child)
        kg.map(tmp_path / "mapping.ttl", tmp_path / "out.nq", base="http://b.org/")
        assert (tmp_path / "out.nq").read_text(encoding="utf-8").splitlines() == [
            "<http://b.org/ann> <http://example.org/boss> <http://c.org/bob> .",
            "<http://b.org/bob> <http://example.org/boss> <http://x.org/c> .",
        ]


@pytest.mark.parametrize("root", ["", "rml:root rml:CurrentWorkingDirectory;"])
def test_paths_of_the_working_directory(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a root, and with that of the working directory, a path is not relative to the mapping."""
    monkeypatch.chdir(tmp_path)
    document = person(source=SOURCE.replace("rml:root rml:MappingDirectory;", root))
    assert read(tmp_path, document).triples_maps[0].source.path == (Path.cwd() / "people.csv").as_posix()


NEW = person(
    """rml:predicateObjectMap [
      rml:predicateMap [ rml:constant ex:name ];
      rml:objectMap [ rml:reference "name"; rml:languageMap [ rml:constant "zh" ] ]; rml:graph ex:g ]""",
    """rml:predicateObjectMap [ rml:predicate ex:age;
      rml:objectMap [ rml:reference "age"; rml:datatype xsd:integer ] ]""",
    """rml:predicateObjectMap [ rml:predicate ex:in, ex:at;
      rml:objectMap [ rml:template "http://example.org/place/{place}" ], [ rml:constant ex:here ] ]""",
    """rml:predicateObjectMap [ rml:predicate ex:boss; rml:objectMap [ rml:parentTriplesMap <person>;
      rml:joinCondition [ rml:child "boss"; rml:parent "id" ] ] ]""",
    subject=SUBJECT.replace(" ]", "; rml:class ex:Person ]"),
    source=SOURCE.replace(" ]", '; rml:null "" ]', 1),
)
OLD = """
<person> a rr:TriplesMap;
  old:logicalSource [ old:source "people.csv"; old:referenceFormulation ql:CSV ];
  rr:subjectMap [ rr:template "http://example.org/{id}"; rr:class ex:Person ];
  rr:predicateObjectMap [ rr:predicate ex:name; rr:graphMap [ rr:constant ex:g ];
    rr:objectMap [ old:reference "name"; rr:language "zh" ] ],
  [ rr:predicate ex:age; rr:objectMap [ rr:column "age"; rr:datatype xsd:integer ] ],
  [ rr:predicate ex:in; rr:predicateMap [ rr:constant ex:at ]; rr:object ex:here;
    rr:objectMap [ rr:template "http://example.org/place/{place}"; rr:termType rr:IRI ] ],
  [ rr:predicate ex:boss; rr:objectMap [ rr:parentTriplesMap <person>;
    rr:joinCondition [ rr:child "boss"; rr:parent "id" ] ] ] .
"""
YARRRML = f"""
prefixes: {{ex: "{EX}"}}
mappings:
  person:
    sources: [people.csv~csv]
    s: ex:$(id)
    po:
      - [a, ex:Person]
      - {{p: ex:name, o: [[$(name), zh~lang]], g: ex:g}}
      - [ex:age, $(age), xsd:integer]
      - [[ex:in, ex:at], [ex:place/$(place)~iri, ex:here~iri]]
      - p: ex:boss
        o: {{mapping: person, condition: {{function: equal, parameters: [[str1, $(boss)], [str2, $(id)]]}}}}
"""


def meaning(mapping: Mapping) -> Mapping:
    """A mapping without its prefixes, and with the objects of a predicate object map in one order."""
    maps = [
        replace(
            triples_map,
            predicate_objects=tuple(
                replace(pom, objects=tuple(sorted(pom.objects, key=str)))
                for pom in triples_map.predicate_objects
            ),
        )
        for triples_map in (without_places(one) for one in mapping.triples_maps)
    ]
    return replace(mapping, triples_maps=tuple(maps), prefixes=())


def without_places(value: object) -> object:
    """A value of the model without its places, and without natural datatypes, of which CSV has none."""
    if isinstance(value, tuple):
        return tuple(without_places(item) for item in value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    parts = {
        name: without_places(getattr(value, name))
        for name in value.__dataclass_fields__
        if name not in ("place", "natural")
    }
    return type(value)(**parts)


def test_three_languages_say_the_same(tmp_path: Path):
    """One mapping in RML, legacy RML and YARRRML is one model."""
    document = tmp_path / "mapping.yml"
    document.write_text(YARRRML, encoding="utf-8")
    expected = meaning(yarrrml.read(document))
    assert meaning(read(tmp_path, NEW)) == expected
    assert meaning(read(tmp_path, OLD)) == expected


def test_base(tmp_path: Path):
    """rml:baseIRI comes before the caller's base, that before @base; constants get it in front."""
    document = "@base <http://a.org/> .\n" + person(subject="rml:subject <x>")
    assert read(tmp_path, document).base == "http://a.org/"
    assert read(tmp_path, document, base="http://b.org/").base == "http://b.org/"
    own = person("rml:baseIRI <http://c.org/>", subject="rml:subject <x>")
    assert read(tmp_path, own).triples_maps[0].subject == TermMap(Constant("http://c.org/x"))
    assert read(tmp_path, own, base="http://b.org/").base == "http://c.org/"


def test_prefixes_and_names(tmp_path: Path):
    """The prefixes of the document are kept; triples maps are named by their IRIs."""
    mapping = read(
        tmp_path, person() + person().replace("<person>", "ex:b") + person().replace("<person>", "[]")
    )
    assert dict(mapping.prefixes)["ex"] == EX
    assert [triples_map.name for triples_map in mapping.triples_maps] == ["person", EX + "b", "triples map 3"]


def objects(text: str) -> str:
    return said(f"rml:objectMap [ {text} ]")


OLD_SOURCE = 'old:logicalSource [ old:source "people.csv"; old:referenceFormulation ql:CSV ]'
OLD_SUBJECT = 'rr:subjectMap [ rr:template "http://example.org/{id}" ]'


def old(obj: str, source: str = OLD_SOURCE) -> str:
    """A triples map in the legacy vocabulary with one object map."""
    pom = f"rr:predicateObjectMap [ rr:predicate ex:name; rr:objectMap [ {obj} ] ]"
    return person(pom, source=source, subject=OLD_SUBJECT)


FAULTS = {
    "no subject map": (
        person(subject=""),
        MappingError,
        "person: a triples map has exactly one subject map",
        "<person>",
    ),
    "two subject maps": (
        person(SUBJECT),
        MappingError,
        "found 2",
        '[ rml:template "http://example.org/{id}"',
    ),
    "a subject and a subject map": (person("rml:subject ex:a"), MappingError, "found 2", "ex:a"),
    "a reference without a source": (
        person(source=""),
        MappingError,
        "the reference 'id' without a logical",
        '"http://example.org/{id}"',
    ),
    "a join without a source": (
        person(
            "rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <person>; "
            'rml:joinCondition [ rml:child "c"; rml:parent "id" ] ] ]',
            source="",
            subject="rml:subject ex:a",
        ),
        MappingError,
        "the reference 'c' without",
        '"c"',
    ),
    "no source in legacy RML": (
        "<person> rr:subject ex:a .",
        MappingError,
        "a triples map without a logical source",
        "<person>",
    ),
    "a triples map of nothing": (
        "<person> a rml:TriplesMap .",
        MappingError,
        "exactly one subject map",
        "<person>",
    ),
    "two sources": (person(SOURCE), MappingError, "2 times logicalSource", "[ rml:source ["),
    "a literal subject": (
        person(subject='rml:subject "x"'),
        MappingError,
        "the subject 'x' is a literal",
        '"x"',
    ),
    "a literal subject said to be a blank node": (
        person(subject='rml:subjectMap [ rml:constant "x"; rml:termType rml:BlankNode ]'),
        MappingError,
        "must be IRI or blank node",
        '"x"',
    ),
    "a subject of the type literal": (
        person(subject='rml:subjectMap [ rml:reference "x"; rml:termType rml:Literal ]'),
        MappingError,
        "the subject '{x}' is a literal",
        "rml:Literal",
    ),
    "a blank node as predicate": (
        person("rml:predicateObjectMap [ rml:predicate _:p; rml:object ex:o ]"),
        MappingError,
        "the predicate 'p' is a blank node, must be IRI",
        "_:p",
    ),
    "a literal as graph": (
        said('rml:object ex:o; rml:graph "g"'),
        MappingError,
        "the graph 'g' is a literal",
        '"g"',
    ),
    "an IRI written as a text": (
        said('rml:object ex:o; rml:graph "http://example.org/g"'),
        MappingError,
        "write <http://example.org/g> for an IRI",
        '"http://example.org/g"',
    ),
    "a literal as class": (
        person(subject=SUBJECT.replace(" ]", '; rml:class "C" ]')),
        MappingError,
        "the class 'C' is no IRI",
        '"C"',
    ),
    "no predicate": (
        person("rml:predicateObjectMap [ rml:object ex:o ]"),
        MappingError,
        "without predicate",
        "[ rml:object ex:o",
    ),
    "no object": (
        person("rml:predicateObjectMap [ rml:predicate ex:o ]"),
        MappingError,
        "without object",
        "[ rml:predicate ex:o",
    ),
    "nothing said": (
        objects("rml:termType rml:IRI"),
        MappingError,
        "without rml:constant",
        "[ rml:termType rml:IRI",
    ),
    "two expressions": (
        objects('rml:reference "a"; rml:template "b"'),
        MappingError,
        "exactly one is allowed",
        '"b"',
    ),
    "two references": (objects('rml:reference "a", "b"'), MappingError, "exactly one is allowed", '"b"'),
    "two term types": (
        objects('rml:reference "a"; rml:termType rml:IRI, rml:Literal'),
        MappingError,
        "2 times",
        "rml:Literal",
    ),
    "unknown term type": (
        objects('rml:reference "a"; rml:termType rml:Iri'),
        MappingError,
        "did you mean 'IRI'?",
        "rml:Iri",
    ),
    "language and datatype": (
        objects('rml:reference "a"; rml:language "en"; rml:datatype xsd:int'),
        MappingError,
        "not both",
        "xsd:int",
    ),
    "language of an IRI": (
        objects('rml:reference "a"; rml:language "en"; rml:termType rml:IRI'),
        MappingError,
        "no literal",
        '"en"',
    ),
    "malformed language": (
        objects('rml:reference "a"; rml:language "a-english"'),
        MappingError,
        "no language tag",
        '"a-english"',
    ),
    "unknown datatype": (
        objects('rml:reference "a"; rml:datatype xsd:itneger'),
        MappingError,
        "mean 'integer'?",
        "xsd:itneger",
    ),
    "nested braces": (
        objects('rml:template "x{{a}}"'),
        MappingError,
        "brace inside a reference (character 3)",
        '"x{{a}}"',
    ),
    "an open brace": (objects('rml:template "x{a"'), MappingError, "not closed (character 2)", '"x{a"'),
    "a closing brace": (
        objects('rml:template "xa}"'),
        MappingError,
        "without a reference (character 3)",
        '"xa}"',
    ),
    "an empty reference": (objects('rml:template "x{}"'), MappingError, "without a reference", '"x{}"'),
    "a backslash": (
        objects(r'rml:template "x\\a"'),
        MappingError,
        "escapes no brace and no backslash",
        '"x\\\\a"',
    ),
    "a blank in an IRI": (
        objects('rml:template "http://x.org/ {a}"'),
        MappingError,
        "no IRI may have: ' '",
        '"http://x.org/ {a}"',
    ),
    "a relative template": (objects('rml:template "x/{a}"'), MappingError, "there is no base IRI", '"x/{a}"'),
    "a relative constant": (said("rml:object <x>"), MappingError, "'x' is no absolute IRI", "<x>"),
    "an unknown parent": (
        objects("rml:parentTriplesMap <persn>"),
        MappingError,
        "did you mean 'person'?",
        "<persn>",
    ),
    "half a join": (
        objects('rml:parentTriplesMap <person>; rml:joinCondition [ rml:child "a" ]'),
        MappingError,
        "exactly one child and one parent",
        '[ rml:child "a"',
    ),
    "a misspelt property": (
        objects('rml:refrence "a"'),
        UnknownKey,
        "did you mean 'reference'?",
        "rml:refrence",
    ),
    "a misspelt legacy property": (
        person("rr:subjctMap []"),
        UnknownKey,
        "did you mean 'subjectMap'?",
        "rr:subjctMap",
    ),
    "no formulation": (
        person(source=f"rml:logicalSource [ {FILE} ]"),
        MappingError,
        "add rml:referenceFormulation",
        "[ rml:source [",
    ),
    "no rml:source": (
        person(source="rml:logicalSource [ rml:referenceFormulation rml:CSV ]"),
        MappingError,
        "no rml:source",
        "[ rml:referenceFormulation rml:CSV",
    ),
    "no triples map": ("ex:a ex:b ex:c .", MappingError, "no triples map", ""),
    "an unsafe relative template": (
        objects('rml:template "x/{a}"; rml:termType rml:UnsafeIRI'),
        MappingError,
        "there is no base IRI",
        '"x/{a}"',
    ),
    "a fresh predicate": (
        person("rml:predicateObjectMap [ rml:predicateMap [ rml:termType rml:BlankNode ]; rml:object ex:o ]"),
        MappingError,
        "the predicate '[]' is a blank node, must be IRI",
        "rml:BlankNode",
    ),
    "a call as graph and literal": (
        said(f"rml:object ex:o; rml:graphMap [ {UPPER}; rml:termType rml:Literal ]"),
        MappingError,
        "the graph 'http://example.org/upper({a})' is a literal",
        "rml:Literal",
    ),
    "a function without name": (
        objects("rml:functionExecution [ rml:input [] ]"),
        MappingError,
        "without rml:function",
        "[ rml:input [",
    ),
    "a function by reference": (
        objects('rml:functionExecution [ rml:functionMap [ rml:reference "a" ] ]'),
        MappingError,
        "no constant IRI",
        '"a"',
    ),
    "an input without value": (
        objects("rml:functionExecution [ rml:function ex:f; rml:input [ rml:parameter ex:p ] ]"),
        MappingError,
        "exactly one rml:parameter and one rml:inputValue",
        "[ rml:parameter ex:p",
    ),
    "a return without function": (
        objects('rml:reference "a"; rml:return ex:r'),
        MappingError,
        "rml:return without",
        "ex:r",
    ),
    "a function and a reference": (
        objects(f'{UPPER}; rml:reference "a"'),
        MappingError,
        "exactly one is allowed",
        '"a"',
    ),
    "a function of itself": (
        objects("rml:functionExecution <e>")
        + "<e> rml:function ex:f; rml:input [ rml:parameter ex:p; rml:inputValueMap [ rml:functionExecution <e> ] ] .",
        MappingError,
        "inside of itself",
        "<e>",
    ),
    "two conditions": (
        objects(f'rml:reference "a"; rml:condition [ {UPPER} ], [ rml:reference "b" ]'),
        MappingError,
        "2 times condition",
        '[ rml:reference "b"',
    ),
    "an empty condition": (
        objects('rml:reference "a"; rml:condition [ ]'),
        MappingError,
        "rml:functionExecution",
        "[ ]",
    ),
    "a condition of a join": (
        objects(f"rml:parentTriplesMap <person>; rml:condition [ {UPPER} ]"),
        MappingError,
        "only term maps have it",
        "[ rml:functionExecution [",
    ),
    "a target of nothing": (
        objects('rml:reference "a"; rml:logicalTarget ex:t'),
        MappingError,
        "the logical target http://example.org/t has no rml:target",
        "ex:t",
    ),
    "a target on the web": (
        objects('rml:reference "a"; rml:logicalTarget [ rml:target [ dcat:accessURL <http://x.org/d> ] ]'),
        Unsupported,
        "only files are written",
        "<http://x.org/d>",
    ),
    "a target that is no file": (
        objects('rml:reference "a"; rml:logicalTarget [ rml:target [ a ex:Stream ] ]'),
        Unsupported,
        "is no file",
        "ex:Stream",
    ),
    "an unknown serialization": (
        objects(f'rml:reference "a"; rml:logicalTarget [ {DUMP}; rml:serialization formats:Turtel ]'),
        MappingError,
        "did you mean 'Turtle'?",
        "formats:Turtel",
    ),
    "an empty table": (
        person(source='rr:logicalTable [ rr:sqlVersion rr:SQL2008; rr:tableName "" ]'),
        MappingError,
        "neither a table nor a query",
        "[ rr:sqlVersion rr:SQL2008",
    ),
    "an unknown SQL": (
        person(source='rr:logicalTable [ rr:tableName "t"; rr:sqlVersion rr:SQL2007 ]'),
        MappingError,
        "did you mean 'SQL2008'?",
        "rr:SQL2007",
    ),
    "a database without address": (
        person(source='old:logicalSource [ rr:tableName "t"; old:source [ a d2rq:Database ] ]'),
        MappingError,
        "without d2rq:jdbcDSN",
        "[ a d2rq:Database",
    ),
    "no address of a database": (
        person(
            source='old:logicalSource [ rr:tableName "t"; old:source [ d2rq:jdbcDSN "db" ] ]',
        ),
        MappingError,
        "no address of a database",
        '"db"',
    ),
    "SPARQL without a query": (
        person(source=f"rml:logicalSource [ {FILE}; rml:referenceFormulation formats:SPARQL_Results_CSV ]"),
        MappingError,
        "no query",
        "[ rml:source [",
    ),
    "half a namespace": (
        person(
            source=f'rml:logicalSource [ {FILE}; rml:referenceFormulation {XPATH}[ rml:namespacePrefix "x" ] ] ]'
        ),
        MappingError,
        "exactly one prefix and one URL",
        '[ rml:namespacePrefix "x"',
    ),
    "a prefix of two namespaces": (
        person(
            source=f"rml:logicalSource [ {FILE}; rml:referenceFormulation {XPATH}{EX_NAMESPACE}, "
            + EX_NAMESPACE.replace(EX, EX + "b")
            + " ] ]"
        ),
        MappingError,
        "stands for two namespaces",
        '"http://example.org/b"',
    ),
    "an unknown encoding": (
        person(source=SOURCE.replace(" ]", "; rml:encoding rml:UTF-15 ]", 1)),
        MappingError,
        "no encoding 'utf-15'",
        "rml:UTF-15",
    ),
    "an unknown compression": (
        person(source=SOURCE.replace(" ]", "; rml:compression rml:gzp ]", 1)),
        MappingError,
        "did you mean 'gzip'?",
        "rml:gzp",
    ),
    "an empty path": (person(source=SOURCE.replace("people.csv", "")), MappingError, "an empty path", '""'),
    "sources that are no files": (
        person(source="rml:logicalSource [ rml:source [ a ex:Stream ]; rml:referenceFormulation rml:CSV ]"),
        Unsupported,
        "Stream> is no file",
        "ex:Stream",
    ),
    "other formulations": (
        person(source='old:logicalSource [ old:source "x"; old:referenceFormulation ql:CSS3 ]'),
        Unsupported,
        "reference formulation",
        "ql:CSS3",
    ),
    "a long delimiter": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:delimiter "::" ] ] ]'
        ),
        MappingError,
        "not one character",
        '"::"',
    ),
    "another trim": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:trim "middle" ] ] ]'
        ),
        Unsupported,
        "csvw:trim 'middle' is not run yet",
        '"middle"',
    ),
    "other dialects": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:headerRowCount 2 ] ] ]'
        ),
        Unsupported,
        "csvw:headerRowCount '2' is not run yet",
        "2",
    ),
    "rows that are no number": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:skipRows "-1" ] ] ]'
        ),
        MappingError,
        "csvw:skipRows '-1' is no number",
        '"-1"',
    ),
    "a table that differs from its dialect": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:delimiter ";"; csvw:dialect [ csvw:delimiter "," ] ] ]'
        ),
        MappingError,
        "csvw:delimiter ';' of the table, ',' of its dialect; say it once",
        '";"',
    ),
    "lists in cells": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:separator ";" ] ]'
        ),
        Unsupported,
        "csvw:separator ';' is not run yet; for what stands between columns write csvw:delimiter",
        '";"',
    ),
    "what is unknown of a table": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:rowsAreColumns true ] ]'
        ),
        Unsupported,
        "csvw:rowsAreColumns 'true' is not run yet",
        "true",
    ),
    "defaults of a column": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:tableSchema [ csvw:column [ csvw:default "-" ] ] ] ]'
        ),
        Unsupported,
        "csvw:default of a column or schema is not run yet",
        '"-"',
    ),
    "two columns of one name": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:header false; csvw:tableSchema [ csvw:column [ csvw:name "a" ], [ csvw:titles "a" ] ] ] ]'
        ),
        MappingError,
        "two columns are called 'a'",
        "[ csvw:titles",
    ),
    "a column without a name": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:header false; csvw:tableSchema [ csvw:column [ csvw:required true ] ] ] ]'
        ),
        MappingError,
        "a column has no name",
        "[ csvw:required",
    ),
    "columns that are no list": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:header false; csvw:tableSchema [ csvw:column [ rdf:first "a" ] ] ] ]'
        ),
        MappingError,
        "the list of columns is no list",
        "[ rdf:first",
    ),
    "nulls of a column": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:tableSchema [ csvw:column [ csvw:name "a" ], '
            '[ csvw:name "b"; csvw:null "-" ] ] ] ]'
        ),
        Unsupported,
        "csvw:null of a column or schema is not run yet; say it of the csvw:Table",
        '"-"',
    ),
    "nulls of a column in a list": (
        person(
            source="rml:logicalSource [ rml:referenceFormulation rml:CSV; "
            'rml:source [ csvw:url "a.csv"; csvw:tableSchema [ csvw:column ( [ csvw:name "a" ] '
            '[ csvw:null "-" ] ) ] ] ]'
        ),
        Unsupported,
        "csvw:null of a column or schema is not run yet",
        '"-"',
    ),
    "a map under the shortcut of a graph": (
        old('rr:template "http://e/{a}" ]; rr:graph [ old:reference "b"; rr:termType rr:Literal'),
        MappingError,
        "person: rr:graph takes a term, found a map; a map belongs under rr:graphMap",
        "rr:graph",
    ),
    "a map under the shortcut of an object": (
        said('rml:object [ rml:template "http://e/{a}" ]'),
        MappingError,
        "person: rml:object takes a term, found a map; a map belongs under rml:objectMap",
        "rml:object",
    ),
    "a map under the shortcut of a predicate": (
        person('rml:predicateObjectMap [ rml:predicate [ rml:constant ex:p ]; rml:object "a" ]'),
        MappingError,
        "rml:predicate takes a term, found a map; a map belongs under rml:predicateMap",
        "rml:predicate [",
    ),
    "a map under the shortcut of a subject": (
        person("rr:subject [ rr:termType rr:BlankNode ]", subject=""),
        MappingError,
        "rr:subject takes a term, found a map; a map belongs under rr:subjectMap",
        "rr:subject",
    ),
    "a map under the shortcut of a language": (
        objects('rml:reference "a"; rml:language [ rml:reference "b" ]'),
        MappingError,
        "rml:language takes a term, found a map; a map belongs under rml:languageMap",
        "rml:language",
    ),
    "a map under the shortcut of a child": (
        objects(
            'rml:parentTriplesMap <person>; rml:joinCondition [ rml:child [ rml:template "{a}" ]; rml:parent "b" ]'
        ),
        MappingError,
        "rml:child takes a term, found a map; a map belongs under rml:childMap",
        "rml:child",
    ),
    "a logical table of nothing": (
        person(source="rr:logicalTable [ a rr:LogicalTable ]"),
        MappingError,
        "person: neither a table nor a query; add rr:tableName or rr:sqlQuery",
        "[ a rr:LogicalTable",
    ),
    "a legacy source of a database without a table": (
        person(source=f"old:logicalSource [ old:source [ {DATABASE} ] ]"),
        MappingError,
        "person: neither a table nor a query; add rr:tableName or rml:query",
        "[ old:source",
    ),
    "a legacy source without a reference formulation": (
        person(source='old:logicalSource [ old:source "a.csv" ]'),
        MappingError,
        "person: the logical source has no rml:referenceFormulation; add rml:referenceFormulation ql:CSV",
        "[ old:source",
    ),
    "a logical table that is a file": (
        person(source='rr:logicalTable [ old:source "a.csv" ]'),
        MappingError,
        "add rml:referenceFormulation ql:CSV",
        "[ old:source",
    ),
    "collections": (
        objects('rml:reference "a"; rml:gatherAs rdf:List'),
        Unsupported,
        "'gatherAs' is not run yet",
        "rml:gatherAs",
    ),
    "a reference that is an IRI": (
        objects("rml:reference ex:a"),
        MappingError,
        "rml:reference is a text, found <http://example.org/a>; write it in quotes",
        "ex:a",
    ),
    "a column of a join that is an IRI": (
        objects('rml:parentTriplesMap <person>; rml:joinCondition [ rml:child ex:c; rml:parent "id" ]'),
        MappingError,
        "rml:reference is a text",
        "ex:c",
    ),
    "an iterator that is an IRI": (
        person(source=f"rml:logicalSource [ {FILE}; rml:referenceFormulation rml:XPath; rml:iterator ex:i ]"),
        MappingError,
        "rml:iterator is a text",
        "ex:i",
    ),
    "a datatype that is a text": (
        objects('rml:reference "a"; rml:datatype "http://www.w3.org/2001/XMLSchema#int"'),
        MappingError,
        "a datatype is an IRI, found a text",
        '"http://www.w3.org/2001/XMLSchema#int"',
    ),
    "a term type that is a text": (
        objects('rml:reference "a"; rml:termType "Literal"'),
        MappingError,
        "no term type 'Literal'; write it as an IRI",
        '"Literal"',
    ),
    "a term type of another vocabulary": (
        objects('rml:reference "a"; rml:termType ex:Literal'),
        MappingError,
        "no term type <http://example.org/Literal>",
        "ex:Literal",
    ),
    "a parent that is a text": (
        objects('rml:parentTriplesMap "person"'),
        MappingError,
        "the parent 'person' is no triples map; write it as an IRI",
        '"person"',
    ),
    "a parent and a template": (
        objects('rml:parentTriplesMap <person>; rml:template "{a}"'),
        MappingError,
        "rml:template of an object that another triples map gives",
        '"{a}"',
    ),
    "a parent and a language": (
        objects('rml:parentTriplesMap <person>; rml:language "en"'),
        MappingError,
        "rml:languageMap of an object that another triples map gives",
        '"en"',
    ),
    "a join without a parent": (
        objects('rml:reference "a"; rml:joinCondition [ rml:child "a"; rml:parent "b" ]'),
        MappingError,
        "rml:joinCondition without rml:parentTriplesMap",
        "[ rml:child",
    ),
    "two children of a join": (
        objects('rml:parentTriplesMap <person>; rml:joinCondition [ rml:child "a", "b"; rml:parent "c" ]'),
        MappingError,
        "2 times childMap",
        '"b"',
    ),
    "a class of an object": (
        objects('rml:reference "a"; rml:class ex:C'),
        MappingError,
        "rml:class of the object map: only subject maps have it",
        "ex:C",
    ),
    "a blank node as class": (
        person(subject=SUBJECT.replace(" ]", "; rml:class [] ]")),
        MappingError,
        "a blank node is no IRI",
        "[] ]",
    ),
    "a relative base IRI": (
        person("rml:baseIRI <x/>"),
        MappingError,
        "the base IRI 'x/' is not absolute",
        "<x/>",
    ),
    "a relative @base": (
        "@base <x/> . " + said("rml:object <y>"),
        MappingError,
        "'x/y' is no absolute IRI, and there is no base IRI",
        "<y>",
    ),
    "a source of which nothing is said": (
        person(source="rml:logicalSource [ rml:source <people.csv>; rml:referenceFormulation rml:CSV ]"),
        MappingError,
        "nothing is said of <people.csv>",
        "<people.csv>",
    ),
    "a file without a path": (
        person(
            source="rml:logicalSource [ rml:source [ a rml:FilePath ]; rml:referenceFormulation rml:CSV ]"
        ),
        MappingError,
        "a source or target without rml:path",
        "[ a rml:FilePath",
    ),
    "a distribution without an address": (
        person(
            source="rml:logicalSource [ rml:source [ a dcat:Distribution ]; rml:referenceFormulation rml:CSV ]"
        ),
        MappingError,
        "without dcat:downloadURL",
        "[ a dcat:Distribution",
    ),
    "a triple term": (
        person("rml:baseIRI <<( <a> <b> <c> )>>"),
        MappingError,
        "a mapping has no use for triple terms",
        "<<(",
    ),
    "a language that is no tag, in the legacy vocabulary": (
        old('old:reference "a"; rr:language "english"'),
        MappingError,
        "'english' is no language tag",
        '"english"',
    ),
    "a relative constant, in the legacy vocabulary": (
        old("rr:constant <x>"),
        MappingError,
        "'x' is no absolute IRI",
        "<x>",
    ),
    "a subject and a subject map, in the legacy vocabulary": (
        person("rr:subject ex:a", source=OLD_SOURCE, subject=OLD_SUBJECT),
        MappingError,
        "found 2",
        "ex:a",
    ),
    "two subject maps, in the legacy vocabulary": (
        person(OLD_SUBJECT, source=OLD_SOURCE, subject=OLD_SUBJECT),
        MappingError,
        "found 2",
        "[ rr:template",
    ),
    "a literal subject, in the legacy vocabulary": (
        person(source=OLD_SOURCE, subject='rr:subjectMap [ rr:constant "x"; rr:termType rr:BlankNode ]'),
        MappingError,
        "the subject 'x' is a literal",
        '"x"',
    ),
    "a literal class, in the legacy vocabulary": (
        person(source=OLD_SOURCE, subject=OLD_SUBJECT.replace(" ]", '; rr:class "C" ]')),
        MappingError,
        "the class 'C' is no IRI",
        '"C"',
    ),
    "half a join, in the legacy vocabulary": (
        old('rr:parentTriplesMap <person>; rr:joinCondition [ rr:parent "a" ]'),
        MappingError,
        "exactly one child and one parent",
        "[ rr:parent",
    ),
    "a misspelt column": (old('rr:colum "a"'), UnknownKey, "did you mean 'column'?", "rr:colum"),
    "two tables": (
        person(source='rr:logicalTable [ rr:tableName "t", "u" ]'),
        MappingError,
        "2 times tableName",
        '"u"',
    ),
    "a table and a source": (
        person('rr:logicalTable [ rr:tableName "t" ]', source=OLD_SOURCE),
        MappingError,
        "2 times logicalSource",
        "[ rr:tableName",
    ),
    "a misspelt legacy formulation": (
        person(source='old:logicalSource [ old:source "x"; old:referenceFormulation ql:csv ]'),
        Unsupported,
        "did you mean 'CSV'?",
        "ql:csv",
    ),
    "a misspelt legacy term type": (
        old('old:reference "a"; rr:termType rr:Lit'),
        MappingError,
        "did you mean 'Literal'?",
        "rr:Lit",
    ),
}


def standing_at(place: Place | None) -> str:
    """What stands in a file from a place on; nothing where there is no line or column."""
    assert place is not None
    lines = place.file.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines[place.line - 1 :])[place.column - 1 :] if place.line else ""


@pytest.mark.parametrize(("text", "kind", "message", "at"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_told(text: str, kind: type[KgError], message: str, at: str, tmp_path: Path):
    """What RML forbids, or what is not run, is refused before anything is made, at what says it."""
    with pytest.raises(kind) as caught:
        read(tmp_path, text)
    assert type(caught.value) is kind
    assert message in str(caught.value)
    place = caught.value.findings[0].place
    assert place is not None
    assert place.file == tmp_path / "mapping.ttl"
    assert standing_at(place).startswith(at)
    assert bool(place.line) == bool(at)


SAME = {
    "escapes": (
        r'rr:template "\\{{a}\\}\\\\"; rr:termType rr:Literal',
        r'rml:template "\\{{a}\\}\\\\"; rml:termType rml:Literal',
    ),
    "IRIs": ('rr:column "a"; rr:termType rr:IRI', 'rml:reference "a"; rml:termType rml:IRI'),
    "blank nodes": (
        'old:reference "a"; rr:termType rr:BlankNode',
        'rml:reference "a"; rml:termType rml:BlankNode',
    ),
    "a language map": (
        'old:reference "a"; old:languageMap [ rr:template "{b}-CH" ]',
        'rml:reference "a"; rml:languageMap [ rml:template "{b}-CH" ]',
    ),
    "a language": ('old:reference "a"; rr:language "en"', 'rml:reference "a"; rml:language "en"'),
    "a datatype map": (
        'old:reference "a"; old:datatypeMap [ rr:constant xsd:int ]',
        'rml:reference "a"; rml:datatype xsd:int',
    ),
    "an inverse expression": ('rr:column "a"; rr:inverseExpression "{b}"', 'rml:reference "a"'),
    "typed nodes": ('a rr:ObjectMap, rr:TermMap; old:reference "a"', 'a rml:ObjectMap; rml:reference "a"'),
    "the default graph as a node": ("rr:constant rr:defaultGraph", "rml:constant rr:defaultGraph"),
    "quotes of a column that is none of SQL": (
        r'rr:column "\"a\""',
        r'rml:reference "\"a\""',
    ),
    "a parent": (
        'rr:parentTriplesMap <person>; rr:joinCondition [ rr:child "a"; rr:parent "b" ]',
        'rml:parentTriplesMap <person>; rml:joinCondition [ rml:child "a"; rml:parent "b" ]',
    ),
}


@pytest.mark.parametrize(("before", "now"), SAME.values(), ids=SAME.keys())
def test_legacy_objects_mean_the_same(before: str, now: str, tmp_path: Path):
    """What the legacy vocabulary and R2RML say of an object is what the new vocabulary says."""
    (found,) = read(tmp_path, old(before)).triples_maps[0].predicate_objects
    (expected,) = read(tmp_path, objects(now)).triples_maps[0].predicate_objects
    assert without_places(found) == without_places(expected)


def test_the_quotes_of_sql_in_templates(tmp_path: Path):
    """A delimited identifier in a template of R2RML may have braces, escaped, and blanks."""
    template = r'rr:template "{\"a b\"} {\"a\\{\"}"; rr:termType rr:Literal'
    document = old(template, source='rr:logicalTable [ a rr:BaseTableOrView; rr:tableName "t" ]')
    (found,) = read(tmp_path, document).triples_maps[0].predicate_objects
    assert found.objects == (literal(Template((Reference('"a b"'), " ", Reference('"a{"')))),)


def test_sources_that_say_the_same_are_the_same(tmp_path: Path):
    """Logical sources are compared by what they say, not by where or in which vocabulary they stand."""
    another = OLD_SOURCE.replace("old:logicalSource [", "old:logicalSource [ a old:LogicalSource;")
    document = person(source=OLD_SOURCE) + person(source=another).replace("<person>", "ex:b")
    mapping = read(tmp_path, document)
    assert len(mapping.sources) == 1
    assert len({triples_map.source.place for triples_map in mapping.triples_maps}) == 2


def test_names_of_our_own_are_no_property(tmp_path: Path):
    """The mark of triples maps in legacy RML cannot be written."""
    with pytest.raises(UnknownKey, match="plainValues"):
        read(tmp_path, person('rml:plainValues "true"'))


def test_anonymous_nodes_have_the_same_label_each_time(tmp_path: Path):
    """Nodes without a label as constants: two are two, and another reading gives them the same labels."""
    document = said("rml:object [], [], _:b")
    first, again = (read(tmp_path, document).triples_maps[0].predicate_objects for _ in range(2))
    assert first == again
    assert len(set(first[0].objects)) == 3


def test_every_part_has_its_place(tmp_path: Path):
    """Triples maps, sources, term maps, references, calls, parents and targets stand where they are said."""
    target = 'rml:logicalTarget [ rml:target "d.nq" ]'
    document = person(
        "# [ a comment\n",
        f'rml:predicateObjectMap [ rml:predicate ex:name; rml:object "名"@zh, 1.50; rml:objectMap [ {UPPER} ] ]',
        "rml:predicateObjectMap [ rml:predicate ex:boss; rml:objectMap [ rml:parentTriplesMap <person>;\n"
        '  rml:joinCondition [ rml:child "boss"; rml:parentMap [ rml:template "{id}" ] ] ] ]',
        subject=SUBJECT.replace(" ]", f"; rml:class ex:Person; {target} ]"),
    ).replace("# [ a comment\n;", "# [ a comment")
    (found,) = read(tmp_path, document).triples_maps
    kind, name, boss = found.predicate_objects
    parent = boss.objects[0]
    assert isinstance(parent, ReferencingObjectMap)
    (join,) = parent.joins
    call = name.objects[2].expression
    expected = [
        (found, "<person> "),
        (found.source, '"people.csv"'),
        (found.subject, '"http://example.org/{id}"'),
        (found.subject.references[0], '"http://example.org/{id}"'),
        (found.subject.targets[0], '[ rml:target "d.nq"'),
        (kind.predicates[0], "rml:class"),
        (kind.objects[0], "ex:Person"),
        (name.predicates[0], "ex:name"),
        (name.objects[0], '"名"@zh'),
        (name.objects[1], "1.50"),
        (call, "ex:upper"),
        (call.inputs[0][1], '"a"'),
        (parent, "<person>;"),
        (join.child, '"boss"'),
        (join.parent.references[0], '"{id}"'),
    ]
    assert [standing_at(part.place)[: len(text)] for part, text in expected] == [text for _, text in expected]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_misspelt_column_has_its_place(ends: str, mark: str, tmp_path: Path):
    """Columns that a source does not have are told at the very text, also behind Chinese and line ends."""
    join = 'rml:parentTriplesMap <person>; rml:joinCondition [ rml:child "bos"; rml:parent "ID" ]'
    document = person(
        'rml:predicateObjectMap [ rml:predicate ex:名; rml:objectMap [ rml:reference "nmae" ],',
        f'[ rml:template "{{id}} {{nam}}"; rml:language "zh" ], [ {join} ] ]',
    ).replace(",;", ",")
    path = tmp_path / "mapping.ttl"
    path.write_bytes((mark + PREFIXES + document).replace("\n", ends).encode())
    (tmp_path / "people.csv").write_text("id,name,boss\n1,a,1\n", encoding="utf-8")
    with pytest.raises(UnknownColumn) as caught:
        materialisation.to_files(path, tmp_path / "out.nq")
    lines = (PREFIXES + document).splitlines()
    places = [finding.place for finding in caught.value.findings]
    told = [lines[place.line - 1][place.column - 1 :].partition('"')[2] for place in places if place]
    assert [text.partition('"')[0] for text in told] == ["nmae", "{id} {nam}", "bos", "ID"]


def test_all_findings_are_told(tmp_path: Path):
    """One reading tells the faults of several predicate object maps."""
    poms = [f"rml:predicateObjectMap [ rml:predicate ex:p; rml:object <{name}> ]" for name in "xy"]
    with pytest.raises(MappingError) as caught:
        read(tmp_path, person(*poms))
    assert [finding.value for finding in caught.value.findings] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "line", "column"), [("<a> <b> .", 1, 9), ('<a> <b> "\\a" .', 1, 10), ("x:a x:b x:c .", 1, 1)]
)
def test_broken_turtle_has_a_place(text: str, line: int, column: int, tmp_path: Path):
    """A document that is no Turtle is a MappingError at line and column."""
    with pytest.raises(MappingError, match="no Turtle") as caught:
        read(tmp_path, text)
    place = caught.value.findings[0].place
    assert place is not None
    assert (place.line - PREFIXES.count("\n"), place.column) == (line, column)


def test_a_file_that_is_not_there(tmp_path: Path):
    """A missing mapping is wrong use, not a fault of the project."""
    with pytest.raises(MissingFile):
        rml.read(tmp_path / "nothing.ttl")


WORDS = sorted(set(re.findall(r'[a-z]+:\w+|"[^"]*"|<[^>]*>|[][;,.]', NEW + OLD)))
PIECES = [*WORDS, "", " ", "_:x", "()", '"http://x.org/"@en', "true", "rml:null", "csvw:dialect", "csvw:url"]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Mappings in which some words are exchanged for others."""
    words = re.split(r"(\s+)", draw(st.sampled_from([NEW, OLD])))
    for _ in range(draw(st.integers(1, 4))):
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(PIECES))
    return "".join(words)


@settings(max_examples=400, deadline=None)
@given(documents())
@example("")
@example("rml:a rml:subjectMap rml:a; rml:logicalSource rml:a; rml:source rml:a; rml:constant rml:a .")
def test_any_document_gives_a_mapping_or_a_kg_error(text: str):
    """Whatever the triples say, nothing else than a KgError is raised."""
    with TemporaryDirectory() as folder, suppress(KgError):
        assert isinstance(read(Path(folder), text), Mapping)


@pytest.mark.parametrize("nested", [1, 900])
def test_conditions_inside_each_other_are_not_too_many(nested: int, tmp_path: Path) -> None:
    """Nor may one be inside of itself."""
    conditions = "".join(
        f'<#o{at}> rml:reference "x" ; rml:condition <#o{(at + 1) % nested}> .\n' for at in range(nested)
    )
    document = (
        person().rstrip() + "\n<#more> rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap <#o0> ] ;"
    )
    document += f" rml:subjectMap [ rml:constant ex:s ] .\n{conditions}"
    with pytest.raises(MappingError, match="a condition inside of itself, or too many inside each other"):
        read(tmp_path, document)


def test_unknown_words_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey) as caught:
        read(tmp_path, person() + "\n<#a> rml:logicalSauce [ rml:sauce 1 ] .")
    assert [finding.value for finding in caught.value.findings] == ["logicalSauce", "sauce"]
