"""Projects small enough to be run thousands of times, and ways to damage their files."""

from __future__ import annotations

import io
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

YARRRML = """\
prefixes: {ex: "https://example.org/", rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  grel: "http://users.ugent.be/~bjdmeest/function/grel.ttl#", idlab-fn: "https://w3id.org/imec/idlab/function#"}
base: https://example.org/base/
targets:
  far: [out.trig~void, trig]
mappings:
  places:
    sources: [[table.csv~csv]]
    s: ex:place/$(id)
    po:
      - [a, ex:Place]
      - [rdfs:label, $(name), zh~lang]
      - [ex:area, $(area), xsd:decimal]
      - [ex:in~iri, {value: ex:place/$(parent), type: iri}]
      - p: ex:tag
        o: {function: grel:string_split, parameters: [[grel:valueParam, $(tags)], [grel:p_string_sep, "|"]]}
      - predicates: ex:within
        objects:
          - mapping: places
            condition: {function: equal, parameters: [[str1, $(parent), s], [str2, $(id), o]]}
      - p: ex:big
        o: $(name)
        condition: {function: idlab-fn:equal, parameters: [[grel:valueParameter, $(area)], [grel:valueParameter2, "1"]]}
  names:
    sources: {access: table.csv, referenceFormulation: csv, delimiter: ","}
    subjects: _:b$(name)
    graphs: ex:graph/$(id)
    predicateobjects: [{predicates: [ex:p, ex:q], objects: [$(area), {value: $(tags), targets: far}]}]
"""
CSV = 'id,name,area,parent,tags\nguizhou,贵州省,176167.00,,a|b\nbijie,"毕节\r\n""市",1,guizhou,\njinsha,,-1.5,bijie,|\n'
RML = """\
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> . @base <https://example.org/base/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
<#source> a rml:LogicalSource ; rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ;
    rml:path "table.json" ; rml:null "" ] ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$.people[*]" .
<#people> a rml:TriplesMap ; rml:logicalSource <#source> ;
  rml:subjectMap [ rml:template "person/{$.id}" ; rml:class ex:Person ; rml:graph ex:g ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "$.name" ;
    rml:languageMap [ rml:reference "$.lang" ] ] ; rml:graphMap [ rml:template "https://example.org/{$.id}" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:braces ; rml:objectMap [ rml:template "\\\\{{$.name}\\\\}" ;
    rml:termType rml:Literal ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:tag ; rml:objectMap [ rml:reference "$.tags[*]" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:born ; rml:objectMap [ rml:reference "$['born']" ;
    rml:datatypeMap [ rml:constant xsd:gYear ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:shout ; rml:objectMap [ rml:functionExecution [
    rml:function grel:toUpperCase ; rml:input [ rml:parameter grel:valueParam ;
      rml:inputValueMap [ rml:reference "$.name" ] ] ] ; rml:return grel:stringOut ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:knows ; rml:objectMap [ rml:parentTriplesMap <#people> ;
    rml:joinCondition [ rml:child "$.knows" ; rml:parent "$.id" ] ] ] .
"""
JSON = """\
{"people": [{"id": 1, "name": "Ann 安", "lang": "en", "tags": ["x", null, 2.5, true], "born": "1990", "knows": 2},
 {"id": 2, "name": "\\u9ad8", "lang": "zh-Hant", "tags": [], "born": "-0001"}, {"id": "3 4", "knows": "1"}, {}]}
"""
LEGACY = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix ex: <https://example.org/> .
<#sheep> a rr:TriplesMap ; rml:logicalSource [ rml:source "table.xml" ; rml:referenceFormulation ql:XPath ;
    rml:iterator "/farm/sheep" ] ;
  rr:subjectMap [ rr:template "https://example.org/{@id}" ; rr:class ex:Sheep ; rr:graph rr:defaultGraph ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference "name/text()" ; rr:language "en" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:of ; rr:objectMap [ rml:reference "../@name" ; rr:termType rr:Literal ] ] ;
  rr:predicateObjectMap [ rr:predicateMap [ rr:constant ex:lamb ] ; rr:objectMap [
    rr:template "{lamb}" ; rr:termType rr:BlankNode ] ] .
"""
XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- a farm --><farm name="北山"><sheep id="1"><name>Dolly &amp; co</name><lamb>a</lamb><lamb>b</lamb></sheep>
<sheep id="2 3"><name><![CDATA[<x>]]></name></sheep></farm>
"""
DIALECT = """\
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> . @prefix csvw: <http://www.w3.org/ns/csvw#> .
<#t> rml:logicalSource [ rml:source [ a csvw:Table ; csvw:url "table.tsv" ; csvw:dialect [ a csvw:Dialect ;
    csvw:delimiter "\\t" ; csvw:quoteChar "'" ; csvw:commentPrefix "#" ; csvw:encoding "UTF-16" ; csvw:trim true ] ;
    csvw:null "-" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://example.org/{a}" ; rml:termType rml:UnsafeIRI ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "b" ] ] .
"""
TSV = "# 注\na\tb\n 1 \t'x\ty'\n2\t-\n".encode("utf-16")
COLUMNS = """\
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> .
<#t> rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ;
    rml:path "table.SUFFIX" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://example.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "value" ] ] .
"""
R2RML = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix ex: <https://example.org/> . @base <https://example.org/base/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#people> a rr:TriplesMap ; rr:logicalTable [ rr:tableName "people" ] ;
  rr:subjectMap [ rr:template "https://example.org/{id}" ; rr:class ex:Person ; rr:graphMap [ rr:column "team" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rr:column "name" ; rr:language "zh" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:tall ; rr:objectMap [ rr:column "height" ; rr:datatype xsd:decimal ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:in ; rr:objectMap [ rr:parentTriplesMap <#teams> ;
    rr:joinCondition [ rr:child "team" ; rr:parent "id" ] ] ] .
<#teams> a rr:TriplesMap ; rr:logicalTable [ rr:sqlVersion rr:SQL2008 ;
    rr:sqlQuery '''SELECT id, upper(id) AS "Up" FROM teams WHERE id <> 'x' ''' ] ;
  rr:subjectMap [ rr:template "team/{id}" ; rr:termType rr:IRI ] ;
  rr:predicateObjectMap [ rr:predicate ex:up ; rr:objectMap [ rr:column "\\"Up\\"" ] ] .
"""
DATABASE = """\
CREATE TABLE teams (id TEXT PRIMARY KEY);
CREATE TABLE people (id INTEGER, name TEXT, height REAL, team TEXT, photo BLOB, born DATE);
INSERT INTO teams VALUES ('https://example.org/a'), ('b c');
INSERT INTO people VALUES (1, '安', 1.75, 'https://example.org/a', x'00ff', '1990-01-31'), (2, NULL, 1e3, NULL, NULL, '');
"""
CALLS = """\
prefixes: {ex: "https://example.org/", fn: "https://example.org/fn#", f: "https://w3id.org/imec/idlab/function#",
  grel: "http://users.ugent.be/~bjdmeest/function/grel.ttl#"}
mappings:
  calls:
    sources: [[table.csv~csv]]
    s: ex:$(id)
    po:
      - p: ex:label
        o: {function: f:lookup, parameters: [[f:str, $(parent)], [f:inputFile, table.csv], [f:fromColumn, id], [f:toColumn, name]]}
      - p: ex:count
        o: {function: fn:count, parameters: [[fn:text, $(name)], [fn:times, $(area)]], datatype: xsd:integer}
      - p: ex:each
        o: {function: fn:each, parameters: [[fn:text, {function: grel:toUpperCase, parameters: [[grel:valueParam, $(tags)]]}]]}
      - [ex:on, $(area), xsd:date]
      - [ex:in~iri, "https://example.org/$(tags)"]
"""
FUNCTIONS = """\
import kg

@kg.function("https://example.org/fn#count")
def count(text: str, times: float | None) -> int:
    return len(text) * int(times or 1)

@kg.function("https://example.org/fn#each")
def each(text: str) -> list[str]:
    return text.split("|")
"""


@dataclass(frozen=True)
class Project:
    """A mapping and the table that it reads, as files, others beside them, and options of the run."""

    mapping: str
    text: str
    table: str
    content: bytes
    beside: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@cache
def projects() -> dict[str, Project]:
    """A project for each language and each kind of table."""
    return {
        "yarrrml-csv": Project("m.yml", YARRRML, "table.csv", CSV.encode()),
        "rml-json": Project("m.ttl", RML, "table.json", JSON.encode()),
        "legacy-xml": Project("m.ttl", LEGACY, "table.xml", XML.encode()),
        "r2rml-sqlite": Project(
            "m.ttl", R2RML, "table.db", _sqlite(), options=(("db", "sqlite:///table.db"),)
        ),
        "calls-skip": Project(
            "m.yml",
            CALLS,
            "table.csv",
            CSV.encode(),
            beside=(("functions.py", FUNCTIONS),),
            options=(("functions", "functions.py"), ("on_error", "skip")),
        ),
        "dialect": Project("m.ttl", DIALECT, "table.tsv", TSV),
        "excel": Project("m.ttl", COLUMNS.replace("SUFFIX", "xlsx"), "table.xlsx", _excel()),
        "parquet": Project("m.ttl", COLUMNS.replace("SUFFIX", "parquet"), "table.parquet", _parquet()),
    }


def _sqlite() -> bytes:
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(DATABASE)
        return connection.serialize()


def _excel() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["id", "value"], [1, "毕节"], [2, 2.5], [3, None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet() -> bytes:
    import tempfile
    from pathlib import Path

    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder, "t.parquet")
        connection.execute(f"COPY (SELECT range AS id, 'v' || range AS value FROM range(5)) TO '{path}'")
        return path.read_bytes()


WORDS = (
    *("", " ", "\n", "\t", "\r", "\0", "\ufeff", "\ud7ff", "\U0010ffff", "，", '"', "'", "\\", "{", "}", "[", "]", "(", ")"),
    *("<", ">", "$", "$(", "*", "&", "|", "~", "#", ":", ",", ";", ".", "@", "^^", "%", "null", "true", "-1", "1e999"),
    *("_:b", "a", "~iri", "~lang", "xsd:date", "{a}", "{{", "$..*", "$[", "//*", "../..", "count(//*)", "<<: *x", "!!python/object:os.system"),
    *("rml:template", "rml:reference", "rml:constant", "rml:termType rml:Literal ;", "rml:parentTriplesMap <#people>"),
    *("rml:class ex:X ;", "rr:column", "condition", "function", "graphs", "mapping", "1" * 400, "((((((((((" * 50),
    *("rml:condition <#o> ;", "rml:parentTriplesMap <#t> ;", "*x", "&x ", "rml:functionExecution <#f> ;", "<#f> rml:input [ rml:inputValueMap [ rml:functionExecution <#f> ] ] ."),
    *("(" * 300 + ")" * 300, "[" * 300, "{a}" * 300, "$(id)" * 300, "$." + "a." * 300 + "a", "9" * 5000, "1e" + "9" * 30, "-0.0", "0" * 300 + ".1"),
    *("[1]", "[position() = last()]", "[@id='1']/..", "//*[count(*) > 0]", "string-length(.)", "id('x')", "$x", "[not(.)]", "ancestor::*/@*"),
    *("[?@.id > 1]", "[?@.name == 'Ann']", "[?match(@.name, '(a*)*b')]", "[?length(@.tags) > 0]", "[::-1]", "$..[?@.id]", "[?(@)]"),
    *("rr:sqlQuery \"SELECT 1\" ;", "; DROP TABLE people", "--", "/*", "SELECT * FROM people", "rr:inverseExpression", "fn:each", "f:lookup", "xsd:date"),
)  # fmt: skip


SEAMS = re.compile(r"""["'\[({;,] ?|\n""")


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """The text after one to four changes, each of them small, or a piece of it moved or said again.

    Half of them are where a language has its seams, so that more of what is damaged can be read.
    """
    for _ in range(draw(st.integers(1, 4))):
        seams = [found.end() for found in SEAMS.finditer(text)] or [0]
        begin = draw(st.one_of(st.sampled_from(seams), st.integers(0, len(text))))
        end = min(len(text), begin + draw(st.sampled_from((0, 0, 1, 1, 2, 5, 20, 100))))
        other = draw(st.integers(0, len(text)))
        new = draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=3), st.just(text[other : other + 30])))
        text = text[:begin] + new + text[end:]
    return text.encode(errors="ignore").decode()


@st.composite
def damaged_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes after one to four changes: bytes changed, lost, moved, or the end cut off."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.sampled_from((0, 0, 1, 1, 2, 5, 20, len(content)))))
        other = draw(st.integers(0, len(content)))
        word = st.sampled_from(WORDS).map(lambda each: each.encode(errors="ignore"))
        new = draw(st.one_of(word, st.binary(max_size=4), st.just(content[other : other + 30])))
        content = content[:begin] + new + content[end:]
    return content
