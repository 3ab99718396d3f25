"""Translations: what is written means what was read, and runs to the same bytes."""

from __future__ import annotations

import re
import shutil
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import suites
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import grammar, lookups, rml
from kg.cli import main
from kg.errors import KgError, MappingError, UnknownFormat, Unsupported, Unwritable
from kg.graph import Graph
from kg.mapping import (
    DEFAULT_GRAPH,
    IDLAB,
    IRIS,
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
    TriplesMap,
)
from kg.rml_limits import PLAIN
from kg.rml_source_writer import moved
from kg.rml_words import LANGUAGES
from kg.rml_writer import written
from kg.rules import Rule, rules
from kg.runs import Options, read

EX = "http://example.org/"
TEXT = Constant(XSD + "string")
NAME = TermMap(Constant(EX + "name"))
TYPE = TermMap(Constant(RDF_TYPE))
SUBJECT = TermMap(Template((EX, Reference("id"))))
PEOPLE = LogicalSource("people.csv")


def meaning(mapping: Mapping) -> list[Rule]:
    """The rules of a mapping without names, and without what makes no difference to the graph."""
    every = (
        replace(
            rule,
            triples_map="",
            base=rule.base if _is_typed_by_values(rule.object) else "",
            source=_source(rule.source),
            subject=_term(rule.subject, rule.source, rule.base),
            predicate=_term(rule.predicate, rule.source, rule.base),
            object=rule.object and _term(rule.object, rule.source, rule.base),
            graph=rule.graph and _term(rule.graph, rule.source, rule.base),
            parent=rule.parent
            and replace(
                rule.parent,
                source=_source(rule.parent.source),
                subject=_term(rule.parent.subject, rule.parent.source, rule.base),
            ),
        )
        for rule in rules(mapping)
    )
    return list(dict.fromkeys(every))


def _is_typed_by_values(made: TermMap | None) -> bool:
    return made is not None and isinstance(made.datatype, Reference | Call)


def _source(source: LogicalSource) -> LogicalSource:
    return replace(
        source, nulls=tuple(sorted(source.nulls)), encoding=source.encoding.replace("utf8", "utf-8")
    )


def _term(made: TermMap, source: LogicalSource, base: str) -> TermMap:
    """Explicit xsd:string is no datatype; texts and numbers as written have no natural one; tags are in lower case."""
    own = made.base or base
    typed = (
        isinstance(made.expression, Reference) and source.formulation not in PLAIN and not source.as_written
    )
    iri = made.term_type in IRIS
    return replace(
        made,
        expression=grammar.rebased(made.expression, own) if iri else made.expression,
        base=own if iri and isinstance(made.expression, Reference | Call) else "",
        datatype=grammar.rebased(made.datatype, own) if made.datatype not in (None, TEXT) else None,
        natural=made.natural and (typed or isinstance(made.expression, Call)),
        language=Constant(made.language.value.lower())
        if isinstance(made.language, Constant)
        else made.language,
        targets=tuple(replace(each, path=Path(each.path).as_posix()) for each in made.targets),
    )


def again(text: str, folder: Path) -> Mapping:
    """The mapping that a translation says."""
    file = folder / "translated.ttl"
    file.write_text(text, encoding="utf-8")
    return rml.read(file)


def said(mapping: Path, out: Path, to: str, base: str) -> bool:
    """Whether the language can say the mapping; if not, nothing is written."""
    try:
        kg.translate(mapping, out, to=to, base=base)
    except Unsupported:
        assert not out.exists()
    return out.exists()


def ran(mapping: Path, folder: Path, base: str = "") -> dict[str, bytes]:
    """The files that a run of a mapping writes, with the texts of its errors for one that fails."""
    folder.mkdir()
    with chdir(folder):
        try:
            kg.map(mapping, Path("out.nq"), base=base)
        except KgError as error:
            return {"": " ".join(sorted(finding.rule for finding in error.findings)).encode()}
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in suites.every()])
def test_a_case_of_the_suites_translates(case: suites.Case, tmp_path: Path) -> None:
    """Read again it is the same mapping, and its run writes the same bytes, in each language that can say it."""
    folder = tmp_path / "case"
    shutil.copytree(case.folder, folder)
    mapping = folder / case.mapping.name
    try:
        wanted = meaning(read(mapping, Options(base=case.base)))
    except KgError as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            kg.translate(mapping, base=case.base)
        return
    for to in LANGUAGES:
        out = folder / f"{to}.ttl"
        if not said(mapping, out, to, case.base):
            assert to == "legacy"
            continue
        assert meaning(read(out)) == wanted
        if not case.server:
            assert ran(out, tmp_path / to) == ran(mapping, tmp_path / f"before {to}", case.base)


def test_legacy_rml_is_said_in_legacy_rml_again() -> None:
    """There is nothing in the cases of the legacy suite that it cannot say."""
    legacy = suites.cases("legacy-csv")
    if not legacy:
        pytest.skip("the suite is not here: " + suites.SUITES["legacy-csv"].clone)
    refused = [
        case.name for case in legacy if _reads(case) and not kg.translate(case.mapping, to="legacy", base=EX)
    ]
    assert refused == []
    assert sum(map(_reads, legacy)) > 25


def _reads(case: suites.Case) -> bool:
    try:
        return bool(rules(read(case.mapping, Options(base=case.base))))
    except KgError:
        return False


def triples_map(*objects: TermMap | ReferencingObjectMap, name: str = "people", **more: Any) -> TriplesMap:
    poms = (PredicateObjectMap((NAME,), objects),) if objects else ()
    given: dict[str, Any] = {"source": PEOPLE, "subject": SUBJECT, "predicate_objects": poms}
    return TriplesMap(name, **(given | more))


def literal(expression: Expression, **more: Any) -> TermMap:
    return TermMap(expression, TermType.LITERAL, **more)


def test_it_is_written_for_people() -> None:
    """Prefixes, a paragraph for each triples map, shortcuts, one statement for what is said twice."""
    model = Mapping(
        (
            triples_map(
                literal(Reference("name"), language=Constant("zh")),
                literal(Constant("x"), datatype=Constant(XSD + "date")),
                ReferencingObjectMap("places (2)", (Join(Reference("a"), Template((Reference("b"), "-"))),)),
                graphs=(TermMap(Constant(EX + "g")),),
            ),
            TriplesMap(
                "places (2)",
                PEOPLE,
                TermMap(Constant(EX + "s")),
                (PredicateObjectMap((TYPE,), (TermMap(Constant(EX + "P")),)),),
            ),
        ),
        prefixes=(("ex", EX), ("rml", "http://semweb.mmlab.be/ns/rml#")),
    )
    assert (
        written(model)
        == """\
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .

<#source>
    rml:source [
        a rml:RelativePathSource ;
        rml:root rml:MappingDirectory ;
        rml:path "people.csv" ;
        rml:null ""
    ] ;
    rml:referenceFormulation rml:CSV .

<#people> a rml:TriplesMap ;
    rml:logicalSource <#source> ;
    rml:subjectMap [ rml:template "http://example.org/{id}" ; rml:graph ex:g ] ;
    rml:predicateObjectMap [
        rml:predicate ex:name ;
        rml:objectMap [ rml:reference "name" ; rml:language "zh" ] ;
        rml:object "x"^^xsd:date ;
        rml:objectMap [
            rml:parentTriplesMap <#places-2> ;
            rml:joinCondition [ rml:child "a" ; rml:parentMap [ rml:template "{b}-" ] ]
        ]
    ] .

<#places-2> a rml:TriplesMap ;
    rml:logicalSource <#source> ;
    rml:subjectMap [ rml:constant ex:s ; rml:class ex:P ] .
"""
    )


def test_legacy_rml_has_the_words_of_r2rml() -> None:
    call = Call(EX + "f", ((EX + "p", Reference("a")), (EX + "q", Constant("b"))))
    targets = (LogicalTarget("out/dump 1.nq", compression="gzip"),)
    model = Mapping((triples_map(literal(call, natural=True), subject=replace(SUBJECT, targets=targets)),))
    assert (
        written(model, "legacy").split("\n\n")[1]
        == """\
<#people> a rr:TriplesMap ;
    rml:logicalSource [ rml:source "people.csv" ; rml:referenceFormulation ql:CSV ] ;
    rr:subjectMap [
        rr:template "http://example.org/{id}" ;
        rml:logicalTarget [
            a rmlt:LogicalTarget ;
            rmlt:target [ a void:Dataset ; void:dataDump <file:out/dump%201.nq> ] ;
            rmlt:serialization formats:N-Quads ;
            rmlt:compression comp:gzip
        ]
    ] ;
    rr:predicateObjectMap [
        rr:predicate <http://example.org/name> ;
        rr:objectMap [
            fnml:functionValue [
                rr:predicateObjectMap [ rr:predicate fno:executes ; rr:object <http://example.org/f> ] ;
                rr:predicateObjectMap [
                    rr:predicate <http://example.org/p> ;
                    rr:objectMap [ rml:reference "a" ]
                ] ;
                rr:predicateObjectMap [ rr:predicate <http://example.org/q> ; rr:object "b" ]
            ]
        ]
    ] .
"""
    )


POSTGRES = Database("postgresql://localhost/db", "me", "secret")
SOURCES = {
    "csv": PEOPLE,
    "csv in a dialect": LogicalSource("p.csv", dialect=Dialect(";", "'", "#", True, False)),
    "csv with more": LogicalSource(
        "p.csv", dialect=Dialect(trim="end", skip_rows=2, skip_columns=1, skip_blank=True)
    ),
    "csv with nulls": LogicalSource("p.csv", nulls=("", "-", "NA")),
    "csv in GB18030": LogicalSource("p.csv", encoding="gb18030"),
    "csv with names for columns": LogicalSource("p.csv", dialect=Dialect(header=False, names=("id", "n"))),
    "tabs": LogicalSource("p.tsv", dialect=Dialect("\t")),
    "commas in spite of the name": LogicalSource("p.tsv"),
    "trimmed tabs": LogicalSource("p.tsv", dialect=Dialect("\t", trim=True)),
    "an absolute path": LogicalSource("/data/p.csv"),
    "a strange path": LogicalSource('织金 "p".csv'),
    "standard input": LogicalSource("-"),
    "the web": LogicalSource("https://example.org/p.csv"),
    "json": LogicalSource("p.json", "json", "$.p[*]", nulls=(), as_written=True),
    "json lines": LogicalSource("p.jsonl", "jsonl", nulls=(), as_written=True),
    "xml": LogicalSource("p.xml", "xml", "/p/q", nulls=()),
    "excel": LogicalSource("p.xlsx", "excel", as_written=True),
    "parquet": LogicalSource("p.parquet", "parquet", as_written=True),
    "a table": LogicalSource("people", "sql", nulls=(), database=POSTGRES),
    "a query": LogicalSource("", "sql", nulls=(), database=POSTGRES, query='SELECT "a"\nFROM t -- \\'),
    "sqlite": LogicalSource("people", "sql", nulls=(), database=Database("sqlite:///db/p.db")),
    "sqlite anywhere": LogicalSource("people", "sql", nulls=(), database=Database("sqlite:////db/p.db")),
    "a table without a database": LogicalSource("people", "sql", nulls=()),
    "a query without a database": LogicalSource("", "sql", nulls=(), query="SELECT 1"),
    "a table of R2RML": LogicalSource("people", "sql", nulls=(), identifiers=True),
    "a query of R2RML": LogicalSource("", "sql", nulls=(), query="SELECT 1", identifiers=True),
    "R2RML that names a database": LogicalSource(
        "people", "sql", nulls=(), database=POSTGRES, identifiers=True
    ),
}
NEW_SOURCES = {
    "no empty cells": (LogicalSource("p.csv", nulls=()), "an empty cell is a value"),
    "json": (LogicalSource("p.json", "json", nulls=()), "numbers of JSON in one form"),
    "excel": (LogicalSource("p.xlsx", "excel"), "numbers of Excel in one form"),
    "parquet": (LogicalSource("p.parquet", "parquet"), "numbers of Parquet in one form"),
    "json nulls": (LogicalSource("p.json", "json", nulls=("-",)), "texts that stand for no value"),
    "json nulls as written": (
        LogicalSource("p.json", "json", nulls=("-",), as_written=True),
        "texts that stand for no value",
    ),
    "compressed": (LogicalSource("p.csv.gz", compression="gzip"), "a source compressed as gzip"),
    "json in UTF-16": (LogicalSource("p.json", "json", nulls=(), encoding="utf-16"), "a source in utf-16"),
    "namespaces": (
        LogicalSource("p.xml", "xml", "/p:q", nulls=(), namespaces=(("p", EX),)),
        "namespaces of XPath",
    ),
    "sparql": (LogicalSource("p.ttl", "sparql", nulls=(), query="SELECT *\n{ ?a ?b ?c }"), "a SPARQL query"),
    "nothing": (LogicalSource("", "", nulls=()), "no logical source"),
}


@pytest.mark.parametrize("to", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_is_said_in_both_languages(source: LogicalSource, to: str, tmp_path: Path) -> None:
    typed = to == "rml" and source.formulation not in PLAIN and not source.as_written
    natural = typed or source.formulation == "sql"
    objects = (literal(Reference('"n"'), natural=natural), literal(Reference("m")))
    model = Mapping((triples_map(*objects, source=source), triples_map(name="other", source=source)))
    assert meaning(again(written(model, to), tmp_path)) == meaning(model)


@pytest.mark.parametrize(("source", "fault"), NEW_SOURCES.values(), ids=NEW_SOURCES)
def test_a_source_is_said_in_the_new_language_alone(
    source: LogicalSource, fault: str, tmp_path: Path
) -> None:
    model = Mapping((triples_map(literal(Constant("x")), subject=NAME, source=source),))
    assert meaning(again(written(model), tmp_path)) == meaning(model)
    with pytest.raises(Unsupported, match=fault):
        written(model, "legacy")


CALL = Call("http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase")
NEW_TERMS = {
    "URI": TermMap(Template((EX, Reference("a"))), TermType.URI),
    "unsafe IRI": TermMap(Constant(EX + "a b"), TermType.UNSAFE_IRI),
    "a condition": literal(Reference("a"), condition=CALL),
    "a language that a function returns": literal(Reference("a"), language=CALL),
    "a datatype that is not the same": literal(Reference("a"), datatype=Reference("b")),
    "which result": literal(replace(CALL, output=EX + "out"), natural=True),
    "a target in utf-16": literal(Reference("a"), targets=(LogicalTarget("dump.nq", encoding="utf-16"),)),
    "a join by anything but references": ReferencingObjectMap(
        "people", (Join(Constant("1"), Reference("a")),)
    ),
}


@pytest.mark.parametrize(("fault", "made"), NEW_TERMS.items(), ids=NEW_TERMS)
def test_a_term_is_said_in_the_new_language_alone(
    fault: str, made: TermMap | ReferencingObjectMap, tmp_path: Path
) -> None:
    model = Mapping((triples_map(made),))
    assert meaning(again(written(model), tmp_path)) == meaning(model)
    with pytest.raises(Unsupported, match=fault):
        written(model, "legacy")


def test_numbers_of_json_have_a_datatype_in_one_language_and_none_in_the_other(tmp_path: Path) -> None:
    """Text where numbers are meant plain; legacy RML cannot say the contrary."""
    as_written, json = SOURCES["json"], replace(SOURCES["json"], as_written=False)
    texts, plain, natural = (
        Mapping((triples_map(literal(Reference("n"), natural=natural), source=source),))
        for source, natural in ((as_written, False), (json, False), (json, True))
    )
    assert 'rml:reference "n" ; rml:datatype xsd:string' in written(plain)
    assert "datatype" not in written(natural) + written(texts) + written(texts, "legacy")
    assert "<http://semweb.mmlab.be/ns/rml#logicalSource> [" in written(texts)
    with pytest.raises(Unsupported, match="the natural datatypes of json"):
        written(natural, "legacy")
    with pytest.raises(Unsupported, match="numbers of JSON in one form, however they are written"):
        written(plain, "legacy")


BLANK = """
mappings:
  a:
    sources: [a.csv~csv]
    s: {type: blank}
    po:
      - {p: http://e/p, o: [http://e/$(id)~iri], i: http://e/q}
  b:
    sources: [b.csv~csv]
    s: http://e/$(id)
    po:
      - {p: http://e/p, o: {type: blank}}
"""


@pytest.mark.parametrize("to", LANGUAGES)
def test_blank_nodes_without_a_value_stand_in_one_place(to: str, tmp_path: Path) -> None:
    """In RML there is no way to make those of a record again but as subjects of another triples map."""
    document = tmp_path / "m.yml"
    document.write_text(BLANK, encoding="utf-8")
    assert meaning(again(kg.translate(document, to=to), tmp_path)) == meaning(read(document))
    joined = "{mapping: a, condition: {function: equal, parameters: [[str1, $(id)], [str2, $(id)]]}}"
    several = {
        "o: {type: blank}, i: http://e/q": f"{document}:12:28: error[unsupported]: b: ",
        f"o: {joined}, i: http://e/q": f"{document}:5:8: error[unsupported]: b (inverse 1): ",
    }
    for item, told in several.items():
        document.write_text(BLANK.replace("o: {type: blank}", item), encoding="utf-8")
        with pytest.raises(Unsupported) as caught:
            kg.translate(document, to=to)
        (finding,) = caught.value.findings
        what = f"a blank node without a value in several places, which {LANGUAGES[to].name} cannot say"
        assert str(finding) == f"{told}{what}; give it a value, of a blank node too"


def test_numbers_of_json_stay_as_they_are_written(tmp_path: Path) -> None:
    """From YARRRML to both languages and back to a graph: in texts and in templates."""
    (tmp_path / "n.json").write_text('[{"n": 80.25}, {"n": 30.0}, {"n": 1e3}, {"n": -0}]', encoding="utf-8")
    document = tmp_path / "m.yml"
    document.write_text(
        "mappings:\n  n:\n    sources: [['n.json~jsonpath', '$[*]']]\n"
        "    s: http://e/$(n)\n    po: [[http://e/n, $(n)]]\n",
        encoding="utf-8",
    )
    for to in LANGUAGES:
        kg.translate(document, tmp_path / f"{to}.ttl", to=to)
    for mapping in ("m.yml", *(f"{to}.ttl" for to in LANGUAGES)):
        kg.map(tmp_path / mapping, tmp_path / "out.nq")
        assert (tmp_path / "out.nq").read_text(encoding="utf-8").splitlines() == [
            f'<http://e/{text}> <http://e/n> "{text}" .' for text in ("-0", "1e3", "30.0", "80.25")
        ]


def test_everything_that_cannot_be_said_is_said_at_once() -> None:
    several = (NEW_TERMS["URI"], NEW_TERMS["a condition"], literal(Reference("a")))
    model = Mapping(
        (
            triples_map(*several),
            triples_map(name="other", source=LogicalSource("", "", nulls=()), subject=NAME),
        )
    )
    with pytest.raises(Unsupported) as raised:
        written(model, "legacy")
    assert [finding.message for finding in raised.value.findings] == [
        "people: the term type URI, which legacy RML cannot say",
        "people: a condition, which legacy RML cannot say",
        "other: no logical source, which legacy RML cannot say",
    ]


def test_a_base_is_kept(tmp_path: Path) -> None:
    """In the new language for each triples map that needs it, in the old one for the document."""
    relative = TermMap(Template((Reference("id"),)))
    own = triples_map(TermMap(Reference("a")), name="own", base="http://other.org/")
    same = triples_map(literal(Constant("x")), name="same", subject=relative)
    both = Mapping(
        (triples_map(TermMap(Reference("a"))), same, own, triples_map(TermMap(Constant(EX)), name="none")),
        base=EX,
    )
    for model, languages in (
        (both, ("rml",)),
        (replace(both, triples_maps=both.triples_maps[:2]), LANGUAGES),
    ):
        for to in languages:
            assert meaning(again(written(model, to), tmp_path)) == meaning(model)
    assert written(both).count("rml:baseIRI") == 3
    with pytest.raises(Unsupported, match="own: a base IRI of one triples map alone"):
        written(both, "legacy")


def test_a_mapping_that_cannot_run_is_not_written() -> None:
    with pytest.raises(MappingError, match="no triples map 'nobody'"):
        written(Mapping((triples_map(ReferencingObjectMap("nobody")),)))


YARRRML = """\
prefixes: {ex: "http://example.org/"}
mappings:
  people:
    sources: [["tables/people.csv~csv"]]
    s: ex:$(id)
    po: [[ex:name, $(name)]]
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A mapping in a folder, with its table in another below it."""
    (tmp_path / "a" / "tables").mkdir(parents=True)
    (tmp_path / "a" / "tables" / "people.csv").write_text("id,name\n1,织金\n2,\n", encoding="utf-8")
    mapping = tmp_path / "a" / "mapping.yml"
    mapping.write_text(YARRRML, encoding="utf-8")
    return mapping


@pytest.mark.parametrize("to", LANGUAGES)
@pytest.mark.parametrize("out", ["a/m.ttl", "m.ttl", "b/c/m.ttl", "a/tables/m.ttl"])
def test_sources_are_found_from_where_the_translation_is(
    people: Path, out: str, to: str, tmp_path: Path
) -> None:
    there = tmp_path / out
    there.parent.mkdir(parents=True, exist_ok=True)
    text = kg.translate(people, there, to=to)
    assert there.read_text(encoding="utf-8") == text
    assert ran(there, tmp_path / "after") == ran(people, tmp_path / "before")
    assert kg.translate(people, to=to) == kg.translate(people, people.parent / "m.ttl", to=to)


def test_tables_in_which_values_are_looked_up_are_found_too(tmp_path: Path) -> None:
    inputs = (
        (lookups.FILE[0], Constant("codes.csv")),
        (lookups.FROM[0], Constant("a")),
        (lookups.TO[0], Constant("b")),
    )
    call = Call(lookups.LOOKUPS[0], ((IDLAB + "str", Reference("x")), *inputs))
    model = moved(Mapping((triples_map(literal(call)),)), tmp_path / "a", tmp_path / "b" / "c")
    (rule,) = rules(model)
    assert rule.object is not None
    assert [each.source.path for each in lookups.inside(rule.object.parts)] == ["../../a/codes.csv"]
    assert rule.source.path == "../../a/people.csv"


def test_nothing_that_is_read_is_written_over(people: Path) -> None:
    for path in (people, people.parent / "tables" / "people.csv"):
        before = path.read_bytes()
        with pytest.raises(Unwritable):
            kg.translate(people, path)
        assert path.read_bytes() == before


def test_an_unknown_language_is_refused(people: Path) -> None:
    with pytest.raises(UnknownFormat, match="there are: rml, legacy"):
        kg.translate(people, to="shex")


def test_half_a_character_is_refused_and_nothing_is_written(people: Path, tmp_path: Path) -> None:
    people.write_text(YARRRML.replace("$(name)", '"\\uD800$(name)"'), encoding="utf-8")
    with pytest.raises(KgError):
        kg.translate(people, tmp_path / "out.ttl")
    assert not (tmp_path / "out.ttl").exists()


def test_the_command_prints_it_or_writes_it(people: Path, tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["translate", str(people), "--to", "legacy"])
    assert printed.output == kg.translate(people, to="legacy")
    out = tmp_path / "out.ttl"
    done = CliRunner().invoke(main, ["translate", str(people), "-o", str(out)])
    assert (done.exit_code, done.output.strip()) == (0, str(out))
    assert out.read_text(encoding="utf-8").startswith("@prefix rml: <http://w3id.org/rml/> .")
    assert CliRunner().invoke(main, ["translate", str(people), "--to", "r2rml"]).exit_code == 2


@pytest.mark.parametrize("to", LANGUAGES)
def test_the_graph_of_the_repository_is_the_same(
    to: str, root: Path, repository: Graph, tmp_path: Path
) -> None:
    """The same bytes from a project whose mapping is the translation."""
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, tmp_path / folder)
    mapping = tmp_path / "data" / "mapping.yml"
    kg.translate(mapping, mapping.with_suffix(".ttl"), to=to)
    with pytest.raises(MappingError, match="several mappings"):
        kg.build(tmp_path)
    mapping.unlink()
    assert kg.build(tmp_path).build.graph.read_bytes() == repository.build.graph.read_bytes()


# Models as readers make them. References and texts have everything that templates and Turtle escape.
texts = st.text("ab{}\\\"'$ \n\r\t\x00名😀", max_size=4)
columns = st.text('ab{}\\"名 ', min_size=1, max_size=3).map(Reference)
safe = st.text("ab/#?;%名", max_size=3)
iris = st.sampled_from(["a", "b", "名", "a/b", "x.", "", "[", "%zz"]).map(lambda local: Constant(EX + local))
tags = st.sampled_from(["zh", "zh-Latn-pinyin", "en-GB", "x-a", "i-klingon"]).map(Constant)
datatypes = st.sampled_from([XSD + "integer", XSD + "string", EX + "[", EX + "d"]).map(Constant)


def templates(pieces: st.SearchStrategy[str], start: str = "") -> st.SearchStrategy[Template]:
    """Templates with a reference at least, no text beside a text."""

    def joined(first: str, more: list[tuple[Reference, str]]) -> Template:
        parts = [start + first, *(part for pair in more for part in pair)]
        return Template(tuple(part for part in parts if part))

    return st.builds(joined, pieces, st.lists(st.tuples(columns, pieces), min_size=1, max_size=2))


values = columns | templates(texts) | texts.map(Constant)
calls = st.recursive(
    st.builds(
        Call,
        st.sampled_from([EX + "f", EX + "["]),
        st.lists(st.tuples(st.just(EX + "p"), values), max_size=2).map(tuple),
    ),
    lambda inner: st.builds(Call, st.just(EX + "g"), st.tuples(st.tuples(st.just(EX + "p"), inner))),
    max_leaves=3,
)
nodes = st.builds(TermMap, iris | columns | templates(safe, EX) | calls)
blanks = st.builds(
    TermMap,
    columns | templates(texts) | st.just(Constant("b 1")) | st.just(Fresh()),
    st.just(TermType.BLANK_NODE),
)
tagged = st.builds(TermMap, values, st.just(TermType.LITERAL), language=tags | columns | templates(texts))
typed = st.builds(TermMap, values, st.just(TermType.LITERAL), datatype=datatypes)
plain = st.builds(TermMap, values, st.just(TermType.LITERAL))
returned = st.builds(TermMap, calls, st.just(TermType.LITERAL), natural=st.booleans())
graphs = st.lists(st.builds(TermMap, iris | templates(safe, EX)) | st.just(DEFAULT_GRAPH), max_size=2).map(
    tuple
)
joins = st.lists(st.builds(Join, columns, columns), min_size=1, max_size=2).map(tuple)


def models(objects: st.SearchStrategy[Any], joins: st.SearchStrategy[Any]) -> st.SearchStrategy[Mapping]:
    names = ["people (2)", "http://example.org/maps#people"]
    parents = st.builds(ReferencingObjectMap, st.sampled_from(names), joins)
    kinds = st.just(PredicateObjectMap((TYPE,), (TermMap(Constant(EX + "C")),)))
    predicates = st.lists(st.builds(TermMap, iris | templates(safe, EX)), min_size=1, max_size=2).map(tuple)
    poms = st.builds(
        PredicateObjectMap, predicates, st.lists(objects | parents, min_size=1, max_size=3).map(tuple), graphs
    )
    bodies = st.tuples(
        st.sampled_from([*SOURCES.values()]), nodes | blanks, st.lists(kinds | poms, max_size=3), graphs
    )

    def model(parts: list[tuple[Any, ...]]) -> Mapping:
        maps = (
            TriplesMap(name, source, subject, tuple(poms), graphs)
            for name, (source, subject, poms, graphs) in zip(names, parts, strict=True)
        )
        return Mapping(
            tuple(maps), prefixes=(("", "http://e.org/"), ("ex", EX), ("no", EX + "]"), ("rr", EX + "a"))
        )

    return st.lists(bodies, min_size=2, max_size=2).map(model)


conditional = st.builds(
    TermMap,
    values,
    st.just(TermType.LITERAL),
    natural=st.booleans(),
    condition=calls,
    targets=st.sampled_from([(), (LogicalTarget("a.ttl", "Turtle", "utf-16", "gzip"),)]),
)
strange = st.builds(TermMap, templates(safe, EX), st.sampled_from([TermType.URI, TermType.UNSAFE_IRI]))
dynamic = st.builds(TermMap, values, st.just(TermType.LITERAL), datatype=columns | templates(safe, EX))
legacy = models(nodes | blanks | tagged | typed | plain | returned, joins)
new = models(
    nodes | blanks | tagged | typed | plain | returned | conditional | strange | dynamic,
    st.lists(st.builds(Join, values | calls, values), min_size=1, max_size=2).map(tuple),
)


@given(new)
@settings(max_examples=60, deadline=None)
def test_any_model_is_read_again_in_the_new_language(model: Mapping) -> None:
    with TemporaryDirectory() as folder:
        assert meaning(again(written(model), Path(folder))) == meaning(model)


@given(legacy)
@settings(max_examples=60, deadline=None)
def test_any_model_that_it_can_say_is_read_again_in_the_old_language(model: Mapping) -> None:
    with TemporaryDirectory() as folder:
        assert meaning(again(written(model, "legacy"), Path(folder))) == meaning(model)


def body(text: str) -> str:
    """A document as readers keep it: prefixes in the order of the alphabet, tags in lower case."""
    return text.partition("\n\n")[2].lower()


@given(new)
@settings(max_examples=25, deadline=None)
def test_the_same_model_is_the_same_text(model: Mapping) -> None:
    """And a translation of a translation is the translation."""
    text = written(model)
    with TemporaryDirectory() as folder:
        assert body(written(again(text, Path(folder)))) == body(text)


class Counted(str):
    """A name that counts how often names are compared."""

    compared = 0
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_the_work_for_a_parent_does_not_grow_with_the_mapping() -> None:
    """Each triples map is joined to the first one and to the last."""

    def comparisons(size: int) -> int:
        ends = [ReferencingObjectMap(Counted(name)) for name in ("m0", f"m{size - 1}")]
        maps = [
            TriplesMap(Counted(f"m{n}"), PEOPLE, SUBJECT, (PredicateObjectMap((NAME,), (each,)),))
            for n, each in enumerate(ends * (size // 2))
        ]
        Counted.compared = 0
        written(Mapping(tuple(maps)))
        return Counted.compared

    assert comparisons(400) < 5 * comparisons(100)
