"""From a project, or a mapping by itself, to its quads: the same bytes for the same input, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from models import EX, ex, literal, mapping, pom, put, triples_map

import kg
from kg import reports, runs, store
from kg.errors import (
    DataError,
    Encoding,
    KgError,
    MappingError,
    MissingFile,
    MissingTable,
    Ragged,
    TableError,
    UnknownColumn,
    UnknownFormat,
    UnknownPrefix,
    Unsupported,
    Unwritable,
    UsageError,
)
from kg.mapping import Call, LogicalSource, TermMap
from kg.runs import Options

Make = Callable[..., Path]
GRAPH = """\
<https://example.org/place/bijie> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Place> .
<https://example.org/place/bijie> <http://www.w3.org/2000/01/rdf-schema#label> "毕节市"@zh .
<https://example.org/place/bijie> <https://example.org/in> <https://example.org/place/guizhou> .
<https://example.org/place/guizhou> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Place> .
<https://example.org/place/guizhou> <http://www.w3.org/2000/01/rdf-schema#label> "贵州省"@zh .
<https://example.org/place/guizhou> <https://example.org/area> "176167.00"^^<http://www.w3.org/2001/XMLSchema#decimal> .
"""


def test_a_project_becomes_its_graph(project: Make) -> None:
    graph = kg.build(project())
    assert graph.build.graph.read_bytes() == GRAPH.encode()
    assert graph.warnings == ()


def test_a_mapping_by_itself_makes_the_same_quads(project: Make, tmp_path: Path) -> None:
    report = kg.map(project() / "data/mapping.yml", tmp_path / "out.nq")
    assert (tmp_path / "out.nq").read_bytes() == GRAPH.encode()
    assert report == reports.Report(((tmp_path / "out.nq", 6),), ())


def test_a_mapping_by_itself_may_name_what_no_table_describes(project: Make, tmp_path: Path) -> None:
    """As RML allows; a project may not."""
    root = project({"data/places.csv": "id,name,parent,area\nbijie,毕节市,guizhou,\nbijie,毕节市,guizhou,\n"})
    assert kg.map(root / "data/mapping.yml", tmp_path / "out.nq").quads == 3
    with pytest.raises(DataError) as caught:
        kg.build(root)
    rules = sorted(finding.rule for finding in caught.value.findings)
    assert rules == ["dangling-reference", "dangling-reference", "duplicate-id"]


def test_a_base_goes_before_relative_iris(tmp_path: Path) -> None:
    text = "mappings:\n  t:\n    sources: [[t.csv~csv]]\n    s: $(id)\n    po: [[https://x.org/p, $(id)]]\n"
    (tmp_path / "m.yml").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id\n毕节\n", encoding="utf-8")
    kg.map(tmp_path / "m.yml", tmp_path / "out.nq", base="https://base.example/")
    assert (tmp_path / "out.nq").read_text() == '<https://base.example/毕节> <https://x.org/p> "毕节" .\n'


# What a machine may have otherwise: the seed of hashes, the language, the encoding of files, the time zone.
MACHINES = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
    {
        "PYTHONHASHSEED": "4242",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "TZ": "Asia/Shanghai",
    },
]
BUILD = """
import kg, sys
graph = kg.build(sys.argv[1])
for name in ("out.ttl", "out.ttl.gz", "out.jsonld", "out.rdf", "out.trig"):
    graph.export(sys.argv[2] + "/" + name, ontology=True)
"""


def test_the_same_input_gives_the_same_bytes(project: Make, tmp_path: Path) -> None:
    """On any machine: graph, ontology, manifest and what is exported."""
    root = project(
        {
            "ontology/o.ttl": "@prefix ex: <https://example.org/> . ex:Place a [ ex:p [ ex:q '地点'@zh ] ], [ ex:p 1, 2 ] ."
        }
    )
    made = []
    for number, machine in enumerate(MACHINES):
        out = tmp_path / f"out{number}"
        out.mkdir()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))
        }
        subprocess.run(
            [sys.executable, "-c", BUILD, root, out],
            env=environment | machine,
            check=True,
            capture_output=True,
            timeout=120,
        )
        files = [root / "build/current" / name for name in ("graph.nq", "ontology.nq", "manifest.json")]
        made.append({path.name: path.read_bytes() for path in [*files, *out.iterdir()]})
    assert made[0] == made[1]
    assert len(made[0]) == 8


def test_a_base_that_is_no_iri_is_refused(project: Make, tmp_path: Path) -> None:
    for base in ("base", "//x.org/", "https://x.org/a b/"):
        with pytest.raises(UsageError) as caught:
            kg.map(project() / "data/mapping.yml", tmp_path / "out.nq", base=base)
        assert type(caught.value) is UsageError
        expected = "expected an IRI such as https://kg.example/id/x"
        assert str(caught.value) == f"error[usage-error]: the base {base!r} is no absolute IRI; {expected}"
    assert not (tmp_path / "out.nq").exists()


@pytest.mark.parametrize("name", ["mapping.yml", "places.csv", "../link.nq", "../data/./places.csv"])
def test_what_a_run_reads_it_does_not_write(name: str, project: Make) -> None:
    """By whatever name."""
    data = project() / "data"
    (project() / "link.nq").symlink_to("data/places.csv")
    before = {path: path.read_bytes() for path in data.iterdir()}
    with pytest.raises(Unwritable, match="is read or written by this run already; name another file"):
        kg.map(data / "mapping.yml", data / name)
    assert {path: path.read_bytes() for path in data.iterdir()} == before


@pytest.mark.parametrize(
    "name", ["data/places.csv", "queries/q.rq", "ontology/o.ttl", "data/../ontology/o.ttl"]
)
def test_a_source_of_the_project_is_not_written_over(name: str, project: Make) -> None:
    """A new file may stand beside them."""
    graph = kg.build(project({"queries/q.rq": "ASK {}", "ontology/o.ttl": ""}))
    before = (project() / name).read_bytes()
    for write in (graph.view, graph.export):
        with pytest.raises(Unwritable, match="is a source of the project; name another file"):
            write(project() / name)
    assert (project() / name).read_bytes() == before
    assert graph.export(project() / "data/out.ttl").is_file()


@pytest.mark.parametrize(
    ("right", "wrong", "warned"),
    [
        ("ex:place/$(parent)~iri", "ex:palce/$(parent)~iri", [(12, "https://example.org/palce/")]),
        ("ex:place/$(parent)~iri", "https://other.example/$(parent)~iri", []),
        ("ex:place/$(parent)~iri", "ex:concept/$(parent)~iri", []),
        ("ex:place/$(parent)~iri", "ex:$(parent)~iri", []),
    ],
)
def test_iris_that_nothing_describes_are_warned_of(
    right: str, wrong: str, warned: list[tuple[int, str]], project: Make
) -> None:
    """With the host of the project's own nodes; others are other people's to describe."""
    text = (project() / "data/mapping.yml").read_text(encoding="utf-8")
    assert right in text
    given = {
        "data/mapping.yml": text.replace(right, wrong),
        "data/places.csv": "id,name,parent,area\nguizhou,贵州省,,\nplace/guizhou,毕节市,guizhou,\n",
        "ontology/o.ttl": "<https://example.org/concept/guizhou> a <urn:x> .",
    }
    if wrong == "ex:$(parent)~iri":
        given["data/mapping.yml"] = given["data/mapping.yml"].replace("s: ex:place/", "s: ex:")
    warnings = kg.build(project(given)).warnings
    assert [str(each).replace(f"{project()}/", "") for each in warnings] == [
        f"data/mapping.yml:{line}:17: warning[undescribed]: no table and no ontology describes {prefix}…; "
        "is a file of the ontology missing, or a prefix misspelt?"
        for line, prefix in warned
    ]


def test_the_order_of_rows_and_rules_does_not_count(project: Make) -> None:
    before = kg.build(project()).build.graph.read_bytes()
    table = (project() / "data/places.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    again = kg.build(project({"data/places.csv": "".join([table[0], *reversed(table[1:])])}))
    assert again.build.graph.read_bytes() == before


MAPPING = """\
prefixes:
  ex: https://example.org/
mappings:
  t:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    po:
      - [ex:p, $(v)]
"""


@pytest.mark.parametrize(
    ("files", "error", "rule", "place"),
    [
        ({"m.yml": MAPPING.replace("[ex:p", "[exx:p")}, MappingError, UnknownPrefix.rule(), "m.yml:8:10"),
        ({"m.yml": MAPPING.replace("$(v)", "$(w)")}, UnknownColumn, UnknownColumn.rule(), "m.yml:8:16"),
        ({"m.yml": MAPPING.replace("t.csv", "T.csv")}, MissingTable, MissingTable.rule(), "m.yml:5:15"),
        ({"m.yml": ": : :"}, MappingError, MappingError.rule(), "m.yml:1:1"),
        ({"m.yml": b"# \xff"}, Encoding, Encoding.rule(), "m.yml:1:3"),
        ({"t.csv": b"id,v\na,\xff\n"}, Encoding, Encoding.rule(), "t.csv:2:3"),
        ({"m.yml": ""}, MappingError, MappingError.rule(), "m.yml"),
        ({"t.csv": "id,v\na\n"}, TableError, Ragged.rule(), "t.csv:2:1"),
    ],
)
def test_nothing_is_written_when_anything_is_wrong(
    files: dict[str, str | bytes], error: type[Exception], rule: str, place: str, tmp_path: Path
) -> None:
    """What was there stays; the fault has its place."""
    for name, content in ({"m.yml": MAPPING, "t.csv": "id,v\na,b\n", "out.nq": "old"} | files).items():
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(error) as caught:
        kg.map(tmp_path / "m.yml", tmp_path / "out.nq")
    (finding,) = caught.value.findings  # type: ignore[attr-defined]
    assert (finding.rule, str(finding.place)) == (rule, f"{tmp_path}/{place}")
    assert (tmp_path / "out.nq").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"m.yml", "t.csv", "out.nq"}


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"there is no file .*gone\.yml"):
        kg.map(tmp_path / "gone.yml", tmp_path / "out.nq")
    (tmp_path / "t.csv").touch()
    with pytest.raises(UnknownFormat, match=r"t\.csv is no mapping .*; there are: \.yml, \.yaml, \.ttl"):
        kg.map(tmp_path / "t.csv", tmp_path / "out.nq")


def test_a_mapping_that_says_nothing_makes_nothing(tmp_path: Path) -> None:
    """A triples map without predicates is legal."""
    (tmp_path / "t.csv").write_text("id\n1\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        "@prefix rml: <http://w3id.org/rml/> . <urn:t> a rml:TriplesMap ; rml:logicalSource [ rml:source "
        '[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.csv" ] ; '
        'rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "https://x.org/{id}" ] .',
        encoding="utf-8",
    )
    assert kg.map(tmp_path / "m.ttl", tmp_path / "out.nq").quads == 0
    assert (tmp_path / "out.nq").read_bytes() == b""


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        (replace(literal("{id}"), expression=Call(EX + "x")), MappingError, "function"),
        (replace(literal("{id}"), condition=Call(EX + "x")), MappingError, "function"),
    ],
)
def test_what_cannot_be_run_is_refused(
    given: TermMap, error: type[MappingError], told: str, tmp_path: Path
) -> None:
    put(tmp_path, t="id\n1\n")
    with pytest.raises(error, match=told):
        runs.look_at(mapping(triples_map(pom(ex("p"), given))), tmp_path)


def test_a_place_that_cannot_be_written_is_told_before_the_work(project: Make) -> None:
    steps: list[str] = []
    with pytest.raises(Unwritable):
        kg.map(project() / "data/mapping.yml", project() / "data/places.csv/out.nq", step=steps.append)
    with pytest.raises(Unwritable, match="is a folder"):
        kg.map(project() / "data/mapping.yml", project(), step=steps.append)


@pytest.mark.parametrize("path", ["{outside}/t.csv", "../../outside/t.csv"])
def test_a_table_may_stand_outside_the_project(path: str, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/t.csv").write_text("id,v\na,b\n", encoding="utf-8")
    (tmp_path / "project/data").mkdir(parents=True)
    source = path.format(outside=tmp_path / "outside")
    (tmp_path / "project/data/mapping.yml").write_text(MAPPING.replace("t.csv", source), encoding="utf-8")
    manifest = kg.build(tmp_path / "project").build.manifest
    assert manifest.quads == 1
    assert len(manifest.inputs) == 2


def test_a_build_tells_what_it_does(project: Make) -> None:
    steps: list[str] = []
    kg.build(project({"ontology/o.ttl": "<urn:a> a <urn:b> ."}), step=steps.append)
    assert steps == [
        "reading ontology and mapping",
        "looking at 1 tables",
        "sorting the lines",
        "loading 7 quads",
        "loading: 7 quads are in the store",
    ]


def test_warnings_do_not_stop_a_build(project: Make) -> None:
    graph = kg.build(project({"data/places.csv": "\ufeffid,name,parent,area\n"}))
    assert graph.build.manifest.quads == 0
    assert [warning.rule for warning in graph.warnings] == ["byte-order-mark", "empty-table"]


def test_the_prefixes_of_a_build_are_those_of_ontology_and_mapping(project: Make) -> None:
    """Where both name one, it must mean the same."""
    turtle = "@prefix o: <urn:o:> . @prefix ex: <https://example.org/> . o:a a o:b ."
    prefixes = kg.build(project({"ontology/o.ttl": turtle})).prefixes
    assert (prefixes["o"], prefixes["ex"]) == ("urn:o:", "https://example.org/")
    with pytest.raises(MappingError) as caught:
        kg.build(project({"ontology/o.ttl": turtle.replace("https://example.org/", "urn:other:")}))
    assert caught.value.findings[0].message == (
        "the prefix 'ex' is https://example.org/ in the mapping and urn:other: in the ontology"
    )


def test_the_sql_is_shown_and_nothing_runs(project: Make) -> None:
    """Of a project or of a mapping: a view for each table, a query for each subject after its name."""
    sql = kg.sql(path=project())
    assert kg.sql(project() / "data/mapping.yml") == sql
    assert not (project() / "build").exists()
    assert [part.split("\n")[0].split(" AS ")[0] for part in sql.split("\n\n")] == [
        "CREATE VIEW source_0",
        "-- places",
    ]
    assert all(part.rstrip().endswith(";") for part in sql.split("\n\n"))


def test_the_sql_that_is_shown_makes_the_graph(project: Make) -> None:
    """In any DuckDB, statement by statement."""
    other = "  more:\n    sources: [[more.csv~csv]]\n    s: https://x.example/$(id)\n    po: [[ex:p, 'a;\n\n b $(id)']]\n"
    given = (project() / "data/mapping.yml").read_text(encoding="utf-8") + other
    root = project({"data/mapping.yml": given, "data/more.csv": "id\n1\n"})
    with duckdb.connect() as connection:
        made = [
            line
            for statement in duckdb.extract_statements(kg.sql(path=root))
            for (line,) in connection.execute(statement).fetchall() or ()
        ]
    lines = [line for line in made if isinstance(line, str)]
    assert len(lines) == 7
    assert "".join(sorted(f"{line}\n" for line in lines)) == kg.build(root).build.graph.read_text(
        encoding="utf-8"
    )


def test_what_the_tables_hold_is_not_read_for_the_sql(project: Make) -> None:
    """But their columns are."""
    assert kg.sql(path=project({"data/places.csv": "id,name,parent,area\nragged\n"}))
    with pytest.raises(UnknownColumn):
        kg.sql(path=project({"data/places.csv": "id,name\n"}))


def test_nothing_is_fetched_from_the_web_unless_it_is_wanted(tmp_path: Path) -> None:
    given = mapping(triples_map(source=LogicalSource("http://127.0.0.1:9/t.csv")))
    with pytest.raises(Unsupported, match=r"127.0.0.1:9/t.csv is on the web; run kg map with --network"):
        runs.look_at(given, tmp_path)
    with pytest.raises(MissingTable, match="cannot fetch"):
        runs.look_at(given, tmp_path, Options(network=True))


SKIPPING = """\
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#people> rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ;
    rml:path "people.json" ] ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ] ;
  rml:subjectMap [ rml:reference "$.id" ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "$.name" ;
    rml:languageMap [ rml:reference "$.tag" ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:born ; rml:objectMap [ rml:reference "$.born" ;
    rml:datatype xsd:gYear ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:nick ; rml:objectMap [ rml:reference "$.nicks[*]" ;
    rml:termType rml:IRI ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:knows ; rml:objectMap [ rml:parentTriplesMap <#people> ;
    rml:joinCondition [ rml:child "$.knows" ; rml:parent "$.name" ] ] ] .
"""
PEOPLE = """\
[{"id": "ex:a", "name": "Ann", "tag": "en", "born": "1990", "nicks": ["ex:n", "not an iri"], "knows": "Bo"},
 {"id": "ex:b c", "name": "Bo", "tag": "en", "born": "1991"},
 {"id": "ex:d", "name": "Dee", "tag": "no tag", "born": "199", "nicks": [], "knows": "Ann"},
 {"id": "ex:e", "name": {"first": "Eve"}, "tag": "en", "born": "1992"}]
"""
KEPT = """\
<ex:a> <https://example.org/born> "1990"^^<http://www.w3.org/2001/XMLSchema#gYear> .
<ex:a> <https://example.org/name> "Ann"@en .
<ex:a> <https://example.org/nick> <ex:n> .
<ex:d> <https://example.org/knows> <ex:a> .
<ex:e> <https://example.org/born> "1992"^^<http://www.w3.org/2001/XMLSchema#gYear> .
"""


def test_values_that_make_no_valid_term_are_skipped_where_that_is_wanted(tmp_path: Path) -> None:
    """All else is there, also of the same record; each is listed with its place, in a file too."""
    (tmp_path / "m.ttl").write_text(SKIPPING, encoding="utf-8")
    (tmp_path / "people.json").write_text(PEOPLE, encoding="utf-8")
    out = tmp_path / "out.nq"
    with pytest.raises(DataError):
        kg.map(tmp_path / "m.ttl", out)
    assert not out.exists()
    report = kg.map(tmp_path / "m.ttl", out, on_error="skip")
    assert out.read_text(encoding="utf-8") == KEPT
    found = [
        (each.rule, each.value, each.place and each.place.line, each.severity) for each in report.skipped
    ]
    assert sorted(found) == [
        ("data-error", "", 4, "warning"),
        ("ill-typed", "199", 3, "warning"),
        ("invalid-term", "ex:b c", 2, "warning"),
        ("invalid-term", "no tag", 3, "warning"),
        ("invalid-term", "not an iri", 1, "warning"),
    ]
    listed = (tmp_path / "out.nq.skipped.csv").read_text(encoding="utf-8").splitlines()
    assert len(listed) == 1 + len(report.skipped)
    assert all(f",{rule}," in "".join(listed) for rule, *_ in found)


def test_where_nothing_is_wrong_skipping_changes_nothing(project: Make, tmp_path: Path) -> None:
    report = kg.map(project() / "data/mapping.yml", tmp_path / "out.nq", on_error="skip")
    assert (tmp_path / "out.nq").read_bytes() == GRAPH.encode()
    assert report.skipped == ()
    assert (tmp_path / "out.nq.skipped.csv").read_text(encoding="utf-8").count("\n") == 1


def test_every_skipped_value_is_listed_however_many(tmp_path: Path) -> None:
    """An error tells the first hundred; what is left out is told in full."""
    rows = "".join(f"{row},x{row}\n" for row in range(250))
    put(tmp_path, t="id,year\n" + rows + "250,1999\n")
    given = mapping(
        triples_map(pom(ex("p"), literal("{year}", datatype="http://www.w3.org/2001/XMLSchema#gYear")))
    )
    tables = runs.look_at(given, tmp_path)
    (quads,), skipped, _ = runs.materialise(given, tables, {None: tmp_path / "out.nq"}, Options(skip=True))
    assert (quads, len(skipped)) == (1, 250)
    assert str(skipped[249].place).endswith("t.csv:251:5")


def test_a_build_that_skips_lists_it_beside_the_graph(project: Make) -> None:
    """A broken reference is no term that cannot be made: it stops the build all the same."""
    root = project(
        {"data/places.csv": "id,name,parent,area\nbijie,毕节市,guizhou,large\nguizhou,贵州省,,1\n"}
    )
    graph = kg.build(root, on_error="skip")
    assert [finding.value for finding in graph.skipped] == ["large"]
    assert "large" not in graph.build.graph.read_text(encoding="utf-8")
    assert ",ill-typed,large," in graph.build.skipped.read_text(encoding="utf-8")
    (root / "data/places.csv").write_text("id,name,parent,area\nbijie,毕节市,nowhere,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="dangling-reference"):
        kg.build(root, on_error="skip")


def test_on_error_is_stop_or_skip(project: Make) -> None:
    with pytest.raises(UsageError, match="did you mean 'skip'"):
        kg.build(project(), on_error="skips")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("table", "content", "formulation", "reference", "iterator"),
    [
        ("t.json", '{"a": [{"id": 1, "name": null}, {"id": 2}]}', "jsonpath", "nmae", "$.a[*]"),
        ("t.json", '{"a": [{"id": 1, "name": []}]}', "jsonpath", "name[*]", "$.a[*]"),
        ("t.xml", "<a><b><id>1</id></b></a>", "xpath", "@nmae", "/a/b"),
    ],
)
def test_a_reference_that_finds_nothing_is_warned_of(
    table: str, content: str, formulation: str, reference: str, iterator: str, tmp_path: Path
) -> None:
    """At its place in the mapping; one that finds something in any record is not."""
    (tmp_path / table).write_text(content, encoding="utf-8")
    (tmp_path / "m.yml").write_text(
        f"""\
prefixes: {{ex: "https://example.org/"}}
mappings:
  t:
    sources: [["{table}~{formulation}", "{iterator}"]]
    s: ex:$(id)
    po:
      - [ex:id, $(id)]
      - [ex:p, "$({reference})"]
""",
        encoding="utf-8",
    )
    (warning,) = kg.map(tmp_path / "m.yml", tmp_path / "out.nq").warnings
    assert (warning.rule, warning.value) == ("unfound", reference)
    assert str(warning.place).endswith("m.yml:8:16")


@pytest.mark.parametrize("when", ["looking", "comparing"])
@pytest.mark.parametrize("file", ["data/mapping.yml", "data/places.csv"])
def test_what_goes_before_it_was_read_is_named(when: str, file: str, project: Make) -> None:
    """The last build stays."""
    root = project()
    before = kg.build(root).build
    (root / "data/places.csv").write_text("id,name,parent,area\n", encoding="utf-8")

    def step(told: str) -> None:
        if told.startswith(when):
            (root / file).unlink(missing_ok=True)

    if (when, file) == ("comparing", "data/mapping.yml"):  # it was read
        assert kg.build(root, step=step).build.manifest.quads == 0
        return
    with pytest.raises(KgError, match=Path(file).name):
        kg.build(root, step=step)
    assert store.current(root / "build") == before
