"""RML in its two vocabularies: what documents mean, which are refused, and that YARRRML says the same."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import rml, yarrrml
from kg.errors import KgError, MappingError, MissingFile, Place, UnknownKey, Unsupported
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
        "d.json", "json", "$.x", nulls=()
    ),
    'old:source "d.jsonl"; old:referenceFormulation ql:JSONPath': LogicalSource("d.jsonl", "jsonl", nulls=()),
    'old:source "t.parquet"; old:referenceFormulation ql:CSV': LogicalSource("t.parquet", "parquet"),
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
    'rml:source [ a dcat:Distribution; dcat:accessURL <file:///data/a%20b.xml> ]; rml:iterator "//a"; '
    "rml:referenceFormulation rml:XPath": LogicalSource("/data/a b.xml", "xml", "//a", nulls=()),
    f"rml:source [ dcat:downloadURL <http://x.org/a> ]; rml:referenceFormulation {XPATH}{EX_NAMESPACE} ]": (
        LogicalSource("http://x.org/a", "xml", nulls=(), namespaces=(("ex", EX),))
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
    word = "old" if text.startswith("old") else "rml"
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
    """Tables have natural datatypes in the legacy vocabulary too; delimited identifiers lose their quotes."""
    (found,) = read(tmp_path, R2RML_TABLE).triples_maps
    assert found.source == LogicalSource("people", "sql", nulls=())
    assert found.subject == TermMap(Template((EX, Reference("ID"))))
    assert [pom.objects[0] for pom in found.predicate_objects] == [
        literal(Reference('Full "Name"')),
        ReferencingObjectMap("person", (Join(Reference("boss"), Reference("ID")),)),
    ]


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


FAULTS = {
    "no subject map": (person(subject=""), MappingError, "person: a triples map has exactly one subject map"),
    "two subject maps": (person(SUBJECT), MappingError, "found 2"),
    "a subject and a subject map": (person("rml:subject ex:a"), MappingError, "found 2"),
    "a reference without a source": (person(source=""), MappingError, "the reference 'id' without a logical"),
    "a join without a source": (
        person(
            "rml:predicateObjectMap [ rml:predicate ex:p; rml:objectMap [ rml:parentTriplesMap <person>; "
            'rml:joinCondition [ rml:child "c"; rml:parent "id" ] ] ]',
            source="",
            subject="rml:subject ex:a",
        ),
        MappingError,
        "the reference 'c' without",
    ),
    "no source in legacy RML": (
        "<person> rr:subject ex:a .",
        MappingError,
        "a triples map without a logical source",
    ),
    "a triples map of nothing": ("<person> a rml:TriplesMap .", MappingError, "exactly one subject map"),
    "two sources": (person(SOURCE), MappingError, "2 times logicalSource"),
    "a literal subject": (person(subject='rml:subject "x"'), MappingError, "the subject 'x' is a literal"),
    "a literal subject said to be a blank node": (
        person(subject='rml:subjectMap [ rml:constant "x"; rml:termType rml:BlankNode ]'),
        MappingError,
        "must be IRI or blank node",
    ),
    "a subject of the type literal": (
        person(subject='rml:subjectMap [ rml:reference "x"; rml:termType rml:Literal ]'),
        MappingError,
        "the subject '{x}' is a literal",
    ),
    "a blank node as predicate": (
        person("rml:predicateObjectMap [ rml:predicate _:p; rml:object ex:o ]"),
        MappingError,
        "the predicate 'p' is a blank node, must be IRI",
    ),
    "a literal as graph": (
        said('rml:object ex:o; rml:graph "g"'),
        MappingError,
        "the graph 'g' is a literal",
    ),
    "an IRI written as a text": (
        said('rml:object ex:o; rml:graph "http://example.org/g"'),
        MappingError,
        "write <http://example.org/g> for an IRI",
    ),
    "a literal as class": (
        person(subject=SUBJECT.replace(" ]", '; rml:class "C" ]')),
        MappingError,
        "the class 'C' is no IRI",
    ),
    "no predicate": (person("rml:predicateObjectMap [ rml:object ex:o ]"), MappingError, "without predicate"),
    "no object": (person("rml:predicateObjectMap [ rml:predicate ex:o ]"), MappingError, "without object"),
    "nothing said": (objects("rml:termType rml:IRI"), MappingError, "without rml:constant"),
    "two expressions": (
        objects('rml:reference "a"; rml:template "b"'),
        MappingError,
        "exactly one is allowed",
    ),
    "two references": (objects('rml:reference "a", "b"'), MappingError, "exactly one is allowed"),
    "two term types": (
        objects('rml:reference "a"; rml:termType rml:IRI, rml:Literal'),
        MappingError,
        "2 times",
    ),
    "unknown term type": (
        objects('rml:reference "a"; rml:termType rml:Iri'),
        MappingError,
        "did you mean 'IRI'?",
    ),
    "language and datatype": (
        objects('rml:reference "a"; rml:language "en"; rml:datatype xsd:int'),
        MappingError,
        "not both",
    ),
    "language of an IRI": (
        objects('rml:reference "a"; rml:language "en"; rml:termType rml:IRI'),
        MappingError,
        "no literal",
    ),
    "malformed language": (
        objects('rml:reference "a"; rml:language "a-english"'),
        MappingError,
        "no language tag",
    ),
    "unknown datatype": (
        objects('rml:reference "a"; rml:datatype xsd:itneger'),
        MappingError,
        "mean 'integer'?",
    ),
    "nested braces": (
        objects('rml:template "x{{a}}"'),
        MappingError,
        "brace inside a reference (character 3)",
    ),
    "an open brace": (objects('rml:template "x{a"'), MappingError, "not closed (character 2)"),
    "a closing brace": (objects('rml:template "xa}"'), MappingError, "without a reference (character 3)"),
    "an empty reference": (objects('rml:template "x{}"'), MappingError, "without a reference"),
    "a backslash": (objects(r'rml:template "x\\a"'), MappingError, "escapes no brace and no backslash"),
    "a blank in an IRI": (objects('rml:template "http://x.org/ {a}"'), MappingError, "no IRI may have: ' '"),
    "a relative template": (objects('rml:template "x/{a}"'), MappingError, "there is no base IRI"),
    "a relative constant": (said("rml:object <x>"), MappingError, "'x' is no absolute IRI"),
    "an unknown parent": (objects("rml:parentTriplesMap <persn>"), MappingError, "did you mean 'person'?"),
    "half a join": (
        objects('rml:parentTriplesMap <person>; rml:joinCondition [ rml:child "a" ]'),
        MappingError,
        "exactly one child and one parent",
    ),
    "a misspelt property": (objects('rml:refrence "a"'), UnknownKey, "did you mean 'reference'?"),
    "a misspelt legacy property": (person("rr:subjctMap []"), UnknownKey, "did you mean 'subjectMap'?"),
    "no formulation": (
        person(source=f"rml:logicalSource [ {FILE} ]"),
        MappingError,
        "add rml:referenceFormulation",
    ),
    "no rml:source": (
        person(source="rml:logicalSource [ rml:referenceFormulation rml:CSV ]"),
        MappingError,
        "no rml:source",
    ),
    "no triples map": ("ex:a ex:b ex:c .", MappingError, "no triples map"),
    "an unsafe relative template": (
        objects('rml:template "x/{a}"; rml:termType rml:UnsafeIRI'),
        MappingError,
        "there is no base IRI",
    ),
    "a fresh predicate": (
        person("rml:predicateObjectMap [ rml:predicateMap [ rml:termType rml:BlankNode ]; rml:object ex:o ]"),
        MappingError,
        "the predicate '[]' is a blank node, must be IRI",
    ),
    "a call as graph and literal": (
        said(f"rml:object ex:o; rml:graphMap [ {UPPER}; rml:termType rml:Literal ]"),
        MappingError,
        "the graph 'http://example.org/upper({a})' is a literal",
    ),
    "a function without name": (
        objects("rml:functionExecution [ rml:input [] ]"),
        MappingError,
        "without rml:function",
    ),
    "a function by reference": (
        objects('rml:functionExecution [ rml:functionMap [ rml:reference "a" ] ]'),
        MappingError,
        "no constant IRI",
    ),
    "an input without value": (
        objects("rml:functionExecution [ rml:function ex:f; rml:input [ rml:parameter ex:p ] ]"),
        MappingError,
        "exactly one rml:parameter and one rml:inputValue",
    ),
    "a return without function": (
        objects('rml:reference "a"; rml:return ex:r'),
        MappingError,
        "rml:return without",
    ),
    "a function and a reference": (
        objects(f'{UPPER}; rml:reference "a"'),
        MappingError,
        "exactly one is allowed",
    ),
    "a function of itself": (
        objects("rml:functionExecution <e>")
        + "<e> rml:function ex:f; rml:input [ rml:parameter ex:p; rml:inputValueMap [ rml:functionExecution <e> ] ] .",
        MappingError,
        "inside of itself",
    ),
    "two conditions": (
        objects(f'rml:reference "a"; rml:condition [ {UPPER} ], [ rml:reference "b" ]'),
        MappingError,
        "2 times condition",
    ),
    "an empty condition": (
        objects('rml:reference "a"; rml:condition [ ]'),
        MappingError,
        "rml:functionExecution",
    ),
    "a condition of a join": (
        objects(f"rml:parentTriplesMap <person>; rml:condition [ {UPPER} ]"),
        MappingError,
        "only term maps have it",
    ),
    "a target of nothing": (
        objects('rml:reference "a"; rml:logicalTarget ex:t'),
        MappingError,
        "the logical target http://example.org/t has no rml:target",
    ),
    "a target on the web": (
        objects('rml:reference "a"; rml:logicalTarget [ rml:target [ dcat:accessURL <http://x.org/d> ] ]'),
        Unsupported,
        "only files are written",
    ),
    "a target that is no file": (
        objects('rml:reference "a"; rml:logicalTarget [ rml:target [ a ex:Stream ] ]'),
        Unsupported,
        "is no file",
    ),
    "an unknown serialization": (
        objects(f'rml:reference "a"; rml:logicalTarget [ {DUMP}; rml:serialization formats:Turtel ]'),
        MappingError,
        "did you mean 'Turtle'?",
    ),
    "an empty table": (
        person(source='rr:logicalTable [ rr:sqlVersion rr:SQL2008; rr:tableName "" ]'),
        MappingError,
        "neither a table nor a query",
    ),
    "an unknown SQL": (
        person(source='rr:logicalTable [ rr:tableName "t"; rr:sqlVersion rr:SQL2007 ]'),
        MappingError,
        "did you mean 'SQL2008'?",
    ),
    "a database without address": (
        person(source='old:logicalSource [ rr:tableName "t"; old:source [ a d2rq:Database ] ]'),
        MappingError,
        "without d2rq:jdbcDSN",
    ),
    "SPARQL without a query": (
        person(source=f"rml:logicalSource [ {FILE}; rml:referenceFormulation formats:SPARQL_Results_CSV ]"),
        MappingError,
        "no query",
    ),
    "half a namespace": (
        person(
            source=f'rml:logicalSource [ {FILE}; rml:referenceFormulation {XPATH}[ rml:namespacePrefix "x" ] ] ]'
        ),
        MappingError,
        "exactly one prefix and one URL",
    ),
    "a prefix of two namespaces": (
        person(
            source=f"rml:logicalSource [ {FILE}; rml:referenceFormulation {XPATH}{EX_NAMESPACE}, "
            + EX_NAMESPACE.replace(EX, EX + "b")
            + " ] ]"
        ),
        MappingError,
        "stands for two namespaces",
    ),
    "an unknown encoding": (
        person(source=SOURCE.replace(" ]", "; rml:encoding rml:UTF-15 ]", 1)),
        MappingError,
        "no encoding 'utf-15'",
    ),
    "an unknown compression": (
        person(source=SOURCE.replace(" ]", "; rml:compression rml:gzp ]", 1)),
        MappingError,
        "did you mean 'gzip'?",
    ),
    "an empty path": (person(source=SOURCE.replace("people.csv", "")), MappingError, "an empty path"),
    "sources that are no files": (
        person(source="rml:logicalSource [ rml:source [ a ex:Stream ]; rml:referenceFormulation rml:CSV ]"),
        Unsupported,
        "Stream> is no file",
    ),
    "other formulations": (
        person(source='old:logicalSource [ old:source "x"; old:referenceFormulation ql:CSS3 ]'),
        Unsupported,
        "reference formulation",
    ),
    "a long delimiter": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:delimiter "::" ] ] ]'
        ),
        MappingError,
        "not one character",
    ),
    "half a trim": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:trim "start" ] ] ]'
        ),
        Unsupported,
        "csvw:trim 'start'",
    ),
    "other dialects": (
        person(
            source="old:logicalSource [ old:referenceFormulation ql:CSV; "
            'old:source [ csvw:url "a.csv"; csvw:dialect [ csvw:skipRows 3 ] ] ]'
        ),
        Unsupported,
        "csvw:skipRows",
    ),
    "collections": (
        objects('rml:reference "a"; rml:gatherAs rdf:List'),
        Unsupported,
        "'gatherAs' is not run yet",
    ),
}


@pytest.mark.parametrize(("text", "kind", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_told(text: str, kind: type[KgError], message: str, tmp_path: Path):
    """What RML forbids, or what is not run, is refused before anything is made, with file and triples map."""
    with pytest.raises(kind) as caught:
        read(tmp_path, text)
    assert type(caught.value) is kind
    assert message in str(caught.value)
    assert caught.value.findings[0].place == Place(tmp_path / "mapping.ttl")


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
