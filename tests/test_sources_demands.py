"""What the specifications demand of sources, in both vocabularies, where no suite at hand has the case.

The names are those of the cases: `leg` is the legacy suite with other sources than CSV, `reg` the registry of
RML-IO.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.errors import DataError, Header, KgError, MappingError, MissingTable, UnknownColumn
from kg.mapping import XSD

BASE = "http://example.com/base/"
PREFIXES = """\
@prefix rml: <http://w3id.org/rml/> .
@prefix old: <http://semweb.mmlab.be/ns/rml#> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> .
"""
Files = dict[str, str | bytes]


def run(folder: Path, files: Files, mapping: str, base: str = BASE) -> list[str]:
    """The quads of a mapping over files, without full stops; after an error nothing may be there."""
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(raw)
    (folder / "mapping.ttl").write_text(PREFIXES + mapping, encoding="utf-8")
    out = folder / "out.nq"
    try:
        kg.map(folder / "mapping.ttl", out, base=base)
    except KgError:
        assert not out.exists()
        raise
    return [line.removesuffix(" .") for line in out.read_text(encoding="utf-8").splitlines()]


def legacy(source: str, subject: str, *objects: str, name: str = "m") -> str:
    poms = "".join(f"; rr:predicateObjectMap [ rr:predicate ex:p; {item} ]" for item in objects)
    return f"<{name}> old:logicalSource [ {source} ]; rr:subjectMap [ {subject} ]{poms} .\n"


def new(source: str, subject: str, *objects: str) -> str:
    poms = "".join(f"; rml:predicateObjectMap [ rml:predicate ex:p; {item} ]" for item in objects)
    return f"<m> rml:logicalSource [ {source} ]; rml:subjectMap [ {subject} ]{poms} .\n"


def path(name: str, more: str = "") -> str:
    return f'rml:source [ a rml:RelativePathSource; rml:root rml:MappingDirectory; rml:path "{name}"{more} ]'


JSON = 'old:source "s.json"; old:referenceFormulation ql:JSONPath; old:iterator "$.s[*]"'
XML = 'old:source "s.xml"; old:referenceFormulation ql:XPath; old:iterator "/r/s"'
SOURCES = {"JSON": JSON, "XML": XML}
STUDENTS = ({"ID": "10", "Name": "Venus"}, {"ID": "20", "Name": "Fernando Alonso"})


def files(*records: dict[str, str]) -> Files:
    """Records in JSON and in XML, whose elements have no blanks in their names."""
    lists = ", ".join(
        "{" + ", ".join(f'"{name}": "{value}"' for name, value in record.items()) + "}" for record in records
    )
    elements = (
        "".join(f"<{name}>{value}</{name}>" for name, value in record.items() if " " not in name)
        for record in records
    )
    xml = f"<r>{''.join(f'<s>{each}</s>' for each in elements)}</r>"
    return {"s.json": f'{{"s": [{lists}]}}', "s.xml": xml}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_leg_0002c_a_reference_that_no_record_has(source: str, tmp_path: Path) -> None:
    mapping = legacy(source, 'rr:template "http://e/{IDs}"', 'rr:objectMap [ old:reference "Name" ]')
    with pytest.raises(UnknownColumn, match=r"has 'IDs'; did you mean 'ID'\?"):
        run(tmp_path, files(*STUDENTS), mapping)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_leg_0002e_a_file_that_is_not_there(source: str, tmp_path: Path) -> None:
    mapping = legacy(source, 'rr:template "http://e/{ID}"', 'rr:objectMap [ old:reference "Name" ]')
    with pytest.raises(MissingTable):
        run(tmp_path, {}, mapping)


@pytest.mark.parametrize(("source", "name"), [(JSON, "ISO 3166"), (XML, "ISO_3166")], ids=["JSON", "XML"])
def test_leg_0010c_braces_in_a_template(source: str, name: str, tmp_path: Path) -> None:
    """Doubled for Turtle; names of keys may have spaces, which stay in values too."""
    mapping = legacy(
        source,
        'rr:template "http://e/{Code}"',
        rf'rr:objectMap [ rr:template "\\{{\\{{ {{{name}}} \\}}\\}}"; rr:termType rr:Literal ]',
    )
    assert run(tmp_path, files({"Code": "a b", name: "B  O"}), mapping) == [
        '<http://e/a%20b> <http://example.com/p> "{{ B  O }}"'
    ]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_leg_0012e_blank_nodes_of_two_triples_maps(source: str, tmp_path: Path) -> None:
    """The same values are the same node, whichever triples map makes them."""
    subject = 'rr:template "{fname}_{lname}"; rr:termType rr:BlankNode'
    mapping = legacy(source, subject, 'rr:objectMap [ old:reference "amount" ]') + legacy(
        source, subject, 'rr:objectMap [ old:reference "city" ]', name="other"
    )
    record = {"fname": "Bob", "lname": "Smith", "amount": "30.0", "city": "London"}
    first, second = (line.split(" ", 2) for line in run(tmp_path, files(record), mapping))
    assert first[0] == second[0]
    assert first[0].startswith("_:")
    assert sorted((first[2], second[2])) == ['"30.0"', '"London"']


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("tag", ["english", "spanish", "a-english"])
def test_leg_0015b_a_language_that_is_none(tag: str, source: str, tmp_path: Path) -> None:
    mapping = legacy(
        source, 'rr:template "http://e/{ID}"', f'rr:objectMap [ old:reference "Name"; rr:language "{tag}" ]'
    )
    with pytest.raises(MappingError, match=tag):
        run(tmp_path, files(*STUDENTS), mapping)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_leg_0019b_an_iri_that_is_none(source: str, tmp_path: Path) -> None:
    """What is absolute stays, what is relative has the base before it, a space is a data error."""
    mapping = legacy(source, 'old:reference "Name"', 'rr:object "x"')
    names = [{"Name": "http://e/ns#Jhon"}, {"Name": "Carlos"}]
    assert run(tmp_path, files(*names), mapping) == [
        '<http://e/ns#Jhon> <http://example.com/p> "x"',
        '<http://example.com/base/Carlos> <http://example.com/p> "x"',
    ]
    (tmp_path / "out.nq").unlink()
    with pytest.raises(DataError, match="Juan Daniel"):
        run(tmp_path, files(*names, {"Name": "Juan Daniel"}), mapping)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_leg_0020b_a_relative_iri_is_not_resolved(source: str, tmp_path: Path) -> None:
    mapping = legacy(source, 'old:reference "Name"', 'rr:object "x"')
    assert run(tmp_path, files({"Name": "path/../Danny"}), mapping) == [
        '<http://example.com/base/path/../Danny> <http://example.com/p> "x"'
    ]


def test_leg_numbers_of_json_are_as_they_are_written(tmp_path: Path) -> None:
    """In texts, in templates and in joins; where a datatype is said, of that datatype."""
    data = '{"s": [{"n": 80.25, "t": 30.0}, {"n": 1e3, "t": 7}]}'
    objects = (
        'rr:objectMap [ old:reference "t" ]',
        'rr:objectMap [ old:reference "n"; rr:datatype xsd:double ]',
        'rr:objectMap [ rr:parentTriplesMap <m>; rr:joinCondition [ rr:child "t"; rr:parent "t" ] ]',
    )
    assert run(tmp_path, {"s.json": data}, legacy(JSON, 'rr:template "http://e/{n}"', *objects)) == [
        f'<http://e/1e3> <http://example.com/p> "1e3"^^<{XSD}double>',
        '<http://e/1e3> <http://example.com/p> "7"',
        "<http://e/1e3> <http://example.com/p> <http://e/1e3>",
        '<http://e/80.25> <http://example.com/p> "30.0"',
        f'<http://e/80.25> <http://example.com/p> "80.25"^^<{XSD}double>',
        "<http://e/80.25> <http://example.com/p> <http://e/80.25>",
    ]


def test_a_fault_in_one_of_two_columns_that_differ_only_in_case(tmp_path: Path) -> None:
    """It stands in the column that is referred to, however the engine calls it."""
    mapping = new(
        CSV, 'rml:template "http://e/{ID}"', 'rml:objectMap [ rml:reference "id"; rml:datatype xsd:date ]'
    )
    with pytest.raises(DataError) as caught:
        run(tmp_path, {"t.csv": "ID,id\n1,2020-01-01\n2,soon\n"}, mapping)
    assert str(caught.value.findings[0].place).endswith("t.csv:3:3")


def test_one_file_in_two_vocabularies_is_two_sources(tmp_path: Path) -> None:
    """JSON's numbers are plain in one of them, and numbers in the other."""
    source = f'{path("s.json")}; rml:referenceFormulation rml:JSONPath; rml:iterator "$.s[*]"'
    mapping = new(source, 'rml:template "http://e/new/{$.n}"', 'rml:objectMap [ rml:reference "$.n" ]')
    mapping += legacy(JSON, 'rr:template "http://e/old/{n}"', 'rr:objectMap [ old:reference "n" ]', name="o")
    assert run(tmp_path, {"s.json": '{"s": [{"n": 80.25}]}'}, mapping) == [
        f'<http://e/new/8.025E1> <http://example.com/p> "8.025E1"^^<{XSD}double>',
        '<http://e/old/80.25> <http://example.com/p> "80.25"',
    ]


P = "<http://example.com/p>"
CSV = f"{path('t.csv')}; rml:referenceFormulation rml:CSV"
JSON_ALL = f'{path("t.json")}; rml:referenceFormulation rml:JSONPath; rml:iterator "$.a[*]"'
XML_ALL = f'{path("t.xml")}; rml:referenceFormulation rml:XPath; rml:iterator "/r/a"'
IN_CASES: dict[str, tuple[Files, str, str, str, list[str]]] = {
    "reg 0001a CSV": ({"t.csv": "id,n\n1,x\n"}, CSV, "id", "n", [f'<http://e/1> {P} "x"']),
    "columns that differ only in case": (
        {"t.csv": "ID,id,n\n1,2,x\n"},
        CSV,
        "ID",
        "id",
        [f'<http://e/1> {P} "2"'],
    ),
    "reg 0002a JSON": (
        {"t.json": '{"a": [{"id": 1, "n": true}]}'},
        JSON_ALL,
        "$.id",
        "$.n",
        [f'<http://e/1> {P} "true"^^<{XSD}boolean>'],
    ),
    "reg 0003a XML": (
        {"t.xml": "<r><a id='1'><n>x</n></a></r>"},
        XML_ALL,
        "@id",
        "n",
        [f'<http://e/1> {P} "x"'],
    ),
    "nested iterators of JSON": (
        {
            "t.json": '{"a": [{"b": [{"c": [{"i": 1, "v": ["x", "y"]}]}, {"c": []}]}, {"b": [{"c": [{"i": 2}]}]}]}'
        },
        JSON_ALL.replace("$.a[*]", "$.a[*].b[*].c[*]"),
        "$.i",
        "$.v[*]",
        [f'<http://e/1> {P} "x"', f'<http://e/1> {P} "y"'],
    ),
    "nested iterators of XML": (
        {"t.xml": "<r><a k='1'><b><c>x</c><c>y</c></b></a><a k='2'><b/></a></r>"},
        XML_ALL.replace("/r/a", "/r/a/b/c"),
        "../../@k",
        "text()",
        [f'<http://e/1> {P} "x"', f'<http://e/1> {P} "y"'],
    ),
    "several nodes of a reference": (
        {"t.xml": "<r><a id='1'><n>x</n><n>y</n></a><a id='2'/></r>"},
        XML_ALL,
        "@id",
        "n",
        [f'<http://e/1> {P} "x"', f'<http://e/1> {P} "y"'],
    ),
    "attributes as records": (
        {"t.xml": "<r><a id='1' n='x'/><a id='2'/></r>"},
        XML_ALL.replace("/r/a", "/r/a/@id"),
        ".",
        "../@n",
        [f'<http://e/1> {P} "x"'],
    ),
    "namespaces that the source declares": (
        {"t.xml": "<r xmlns='http://n/'><a id='1'><n>x</n></a></r>"},
        XML_ALL.replace("/r/a", "/o:r/o:a").replace(
            "rml:XPath",
            "[ a rml:XPathReferenceFormulation; rml:namespace [ a rml:Namespace; "
            'rml:namespacePrefix "o"; rml:namespaceURL "http://n/" ] ]',
        ),
        "@id",
        "o:n",
        [f'<http://e/1> {P} "x"'],
    ),
}


@pytest.mark.parametrize(("given", "source", "id_", "name", "quads"), IN_CASES.values(), ids=IN_CASES)
def test_what_formulations_read(
    given: Files, source: str, id_: str, name: str, quads: list[str], tmp_path: Path
) -> None:
    subject = f'rml:template "http://e/{{{id_}}}"'
    assert run(tmp_path, given, new(source, subject, f'rml:objectMap [ rml:reference "{name}" ]')) == quads


REFUSED: dict[str, tuple[Files, str, str, type[KgError], str]] = {
    "reg 0001b a column": ({"t.csv": "id,n\n1,x\n"}, CSV, "m", UnknownColumn, "no column 'm'"),
    "reg 0001c a file": ({}, CSV, "n", MissingTable, "t.csv"),
    "reg 0002b a file": ({}, JSON_ALL, "$.n", MissingTable, "t.json"),
    "reg 0002c a path": ({"t.json": '{"a": []}'}, JSON_ALL, "$.n[", MappingError, "is no JSONPath"),
    "reg 0002c an iterator": (
        {"t.json": '{"a": []}'},
        JSON_ALL.replace("$.a[*]", "$.a[*]]"),
        "$.n",
        MappingError,
        "is no JSONPath",
    ),
    "a bare word that is no path": (
        {"t.json": '{"a": []}'},
        JSON_ALL,
        "Dhkef;esfkdleshfjdls;fk",
        MappingError,
        "'Dhkef;esfkdleshfjdls;fk' is no JSONPath",
    ),
    "a bare word as iterator": (
        {"t.json": '{"a": []}'},
        JSON_ALL.replace("$.a[*]", "a"),
        "$.n",
        MappingError,
        r"the iterator 'a' is no JSONPath: it does not begin with \$; such as \$\.a\[\*\]",
    ),
    "more columns than names": (
        {"t.csv": "1,2\n"},
        'rml:source [ csvw:url "t.csv"; csvw:header false; csvw:tableSchema [ csvw:column [ csvw:name "n" ] ] ]; '
        "rml:referenceFormulation rml:CSV",
        "n",
        Header,
        r"t\.csv:1:1: .*the row has 2 cells, the mapping names 1 columns",
    ),
    "reg 0003b a file": ({}, XML_ALL, "n", MissingTable, "t.xml"),
    "reg 0003c a path": ({"t.xml": "<r/>"}, XML_ALL, "n[", MappingError, "is no XPath 1.0"),
    "reg 0003c an iterator": (
        {"t.xml": "<r/>"},
        XML_ALL.replace("/r/a", "/r/a]"),
        "n",
        MappingError,
        "is no XPath 1.0",
    ),
}


@pytest.mark.parametrize(("given", "source", "name", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_what_formulations_refuse(
    given: Files, source: str, name: str, kind: type[KgError], message: str, tmp_path: Path
) -> None:
    subject = "rml:constant ex:s"
    with pytest.raises(kind, match=message):
        run(tmp_path, given, new(source, subject, f'rml:objectMap [ rml:reference "{name}" ]'))


# CSVW, in both vocabularies: the file, what is said of it, the columns of subject and object, the objects.
DIALECTS: dict[str, tuple[str | bytes, str, str, str, list[str]]] = {
    "reg 0012a delimiter": ("id;n\n1;a,b\n", 'csvw:dialect [ csvw:delimiter ";" ]', "id", "n", ["a,b"]),
    "reg 0012b null": ("id,n\n1,NULL\n2,x\n", 'csvw:null "NULL"', "id", "n", ["x"]),
    "reg 0012c comment": (
        "# by me\nid,n\n# not\n1,#x\n",
        'csvw:dialect [ csvw:commentPrefix "#" ]',
        "id",
        "n",
        ["#x"],
    ),
    "reg 0012d trim": (" id , n\n 1 , x \n", "csvw:dialect [ csvw:trim true ]", "id", "n", ["x"]),
    "trim at the start": ("id,n\n1, x \n", 'csvw:dialect [ csvw:trim "start" ]', "id", "n", ["x "]),
    "trim at the end": ("id,n\n1, x \n", 'csvw:dialect [ csvw:trim "end" ]', "id", "n", [" x"]),
    "reg 0012e quote": (
        "id,n\n1,'a,b'\n2,\"\n",
        'csvw:dialect [ csvw:quoteChar "\'" ]',
        "id",
        "n",
        ['\\"', "a,b"],
    ),
    "reg 0012f UTF-16": (
        "id,n\n1,毕节\n".encode("utf-16"),
        'csvw:dialect [ csvw:encoding "UTF-16" ]',
        "id",
        "n",
        ["毕节"],
    ),
    "reg 0012g header": ("1,x\n2,y\n", "csvw:dialect [ csvw:header false ]", "1", "2", ["x", "y"]),
    "names of CSVW": ("1,x\n2,y\n", "csvw:dialect [ csvw:header false ]", "_col.1", "_col.2", ["x", "y"]),
    "reg 0012h byte order mark": ("id,n\n1,x\n".encode("utf-8-sig"), "a csvw:Table", "id", "n", ["x"]),
    "reg 0012i relative address": ("id,n\n1,x\n", "csvw:dialect [ a csvw:Dialect ]", "id", "n", ["x"]),
    "rows and columns that are skipped": (
        "Title\n\nno,id,n\n-,1,x\n,,\n",
        "csvw:dialect [ csvw:skipRows 2; csvw:skipColumns 1; csvw:skipBlankRows true ]",
        "id",
        "n",
        ["x"],
    ),
    "of the table": (
        "# by me\nid;n\n1;'a;b'\n".encode("utf-16"),
        'csvw:delimiter ";"; csvw:quoteChar "\'"; csvw:commentPrefix "#"; csvw:encoding "UTF-16"; csvw:lang "en"',
        "id",
        "n",
        ["a;b"],
    ),
    "of the table and its dialect": (
        " 1;x\n 2;NULL\n",
        'csvw:delimiter ";"; csvw:header false; csvw:dialect [ csvw:trim true; csvw:delimiter ";"; csvw:null "NULL" ]',
        "1",
        "2",
        ["x"],
    ),
    "names in a list": (
        "-,1,x\n-,2,y\n",
        'csvw:dialect [ csvw:header false; csvw:skipColumns 1 ]; csvw:tableSchema [ csvw:columns ( [ csvw:name "id" ] '
        '[ csvw:titles "n" ] [ csvw:name "url"; csvw:virtual true ] ) ]',
        "id",
        "n",
        ["x", "y"],
    ),
    "names in the order of the document": (
        "1,x\n",
        'csvw:header false; csvw:tableSchema [ csvw:column [ csvw:name "id"; csvw:titles "no" ], [ csvw:name "n" ] ]',
        "id",
        "n",
        ["x"],
    ),
}


@pytest.mark.parametrize(("content", "said", "id_", "name", "texts"), DIALECTS.values(), ids=DIALECTS)
def test_dialects_of_csvw(
    content: str | bytes, said: str, id_: str, name: str, texts: list[str], tmp_path: Path
) -> None:
    source = f'source [ a csvw:Table; csvw:url "t.csv"; {said} ]'
    reference = f'reference "{name}"'
    mappings = (
        new(
            f"rml:{source}; rml:referenceFormulation rml:CSV",
            f'rml:template "http://e/{{{id_}}}"',
            f"rml:objectMap [ rml:{reference} ]",
        ),
        legacy(
            f"old:{source}; old:referenceFormulation ql:CSV",
            f'rr:template "http://e/{{{id_}}}"',
            f"rr:objectMap [ old:{reference} ]",
        ),
    )
    for mapping in mappings:
        found = run(tmp_path, {"t.csv": content}, mapping)
        assert sorted(line.split(" ", 2)[2] for line in found) == sorted(f'"{text}"' for text in texts)


@pytest.mark.parametrize("path", ["Dhkef;esfkdleshfjdls;fk", "$.a[*]]", "a]]", "n(", "n:m"])
def test_what_is_no_path_in_legacy_rml(path: str, tmp_path: Path) -> None:
    """As an iterator and as a reference."""
    given = {"t.json": '{"a": [{"n": 1}]}'}
    for iterator, reference in ((path, "n"), ("$.a[*]", path)):
        source = f'old:source "t.json"; old:referenceFormulation ql:JSONPath; old:iterator "{iterator}"'
        mapping = legacy(source, "rr:constant ex:s", f'rr:objectMap [ old:reference "{reference}" ]')
        with pytest.raises(MappingError, match=r"mapping\.ttl:\d+:\d+: .* is no JSONPath"):
            run(tmp_path, given, mapping)


@pytest.mark.parametrize("formulation", ["CSV", "CSVW"])
def test_an_address_of_csvw_that_is_a_relative_iri_is_a_path(formulation: str, tmp_path: Path) -> None:
    """From the mapping's folder, whatever the base IRI is. rml:CSVW is read as rml:CSV."""
    subject, reference = "rml:constant ex:s", 'rml:objectMap [ rml:reference "n" ]'
    source = f"rml:source [ csvw:url <t.csv> ]; rml:referenceFormulation rml:{formulation}"
    given = {"t.csv": "n\nx\n"}
    for base in ("", "@base <http://example.org/base/> .\n"):
        assert [
            quad.rsplit(" ", 1)[1] for quad in run(tmp_path, given, base + new(source, subject, reference))
        ] == ['"x"']
