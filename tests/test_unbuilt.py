"""Answers without a build: those of a build, and of no more of the graph than the query can see."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg import query_text, unbuilt
from kg.errors import (
    KgError,
    MissingFile,
    NoBuild,
    NoProject,
    QueryError,
    UnknownParameter,
    UnknownQuery,
)
from kg.query_scope import scope
from kg.rules import rules
from kg.runs import read

Make = Callable[..., Path]
REPOSITORY = Path(kg.__file__).parent.parent
MAPPING = """\
prefixes: {ex: "https://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#"}
mappings:
  things:
    sources: [[things.csv~csv]]
    s: ex:$(id)
    po:
      - [a, ex:Thing]
      - [a, ex:$(kind)]
      - [ex:name, $(name), zh~lang]
      - [ex:part, "ex:$(whole)~iri"]
      - ["ex:$(relation)", $(name)]
      - [ex:number, $(number), xsd:decimal]
  notes:
    sources: [[things.csv~csv]]
    s: {value: "$(id)", type: blank}
    graphs: ex:notes
    po: [[a, ex:Note], [ex:about, "ex:$(id)~iri"], [ex:name, $(name), en~lang]]
"""
THINGS = """\
id,kind,name,whole,relation,number
a,Old,甲,b,name,1.50
b,New,乙,c,likes,2
c,Old,丙,,name,
"""
ONTOLOGY = """\
@prefix ex: <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
ex:likes a owl:ObjectProperty . ex:Old a owl:Class . ex:New a owl:Class .
ex:name a owl:DatatypeProperty ; ex:name "名"@zh ; ex:about [ ex:name "the name of a thing"@en ] .
"""
FILES: dict[str, str | bytes | None] = {
    "data/mapping.yml": MAPPING,
    "data/things.csv": THINGS,
    "data/places.csv": None,
    "ontology/o.ttl": ONTOLOGY,
    "queries/named.rq": "# param who = ex:a\nSELECT ?n { ?who ex:name ?n }",
}
QUERIES = (
    "SELECT ?s ?n { ?s ex:name ?n }",
    "SELECT ?s ?n { ?s a ex:Thing ; ex:number ?n }",
    "SELECT ?s { ?s a ex:Old }",
    "SELECT ?s ?c { ?s a ?c }",
    "SELECT ?s { ?s ex:likes ?n }",
    "SELECT ?s ?w { ?s ex:part+ ?w }",
    "SELECT ?s ?w { ?s ex:part* ?w }",
    "SELECT ?p { ?s ?p ?o }",
    "SELECT ?g ?s { GRAPH ?g { ?s ex:about ?o } }",
    "SELECT ?g { GRAPH ?g { } }",
    "SELECT ?s FROM ex:notes { ?s ex:name ?n }",
    "SELECT ?s { ?s ex:name ?n MINUS { ?s ex:number ?m } }",
    "SELECT ?s { ?s ex:name ?n FILTER NOT EXISTS { ?s !ex:name ?m } }",
    "SELECT (SUM(?m) AS ?sum) { ?s ex:number ?m }",
    "ASK { ?s ex:unknown ?o }",
    "DESCRIBE ex:a",
    "CONSTRUCT WHERE { ?s ex:part ?o }",
)


def rows(answer: str) -> Counter[str]:
    """The lines of an answer; they have no order."""
    return Counter(answer.splitlines())


@pytest.mark.parametrize("query", QUERIES)
def test_the_answer_is_that_of_a_build(query: str, project: Make) -> None:
    root = project(FILES)
    live = kg.query(query, root, live=True)
    assert not (root / "build").exists()
    kg.build(root)
    assert rows(live) == rows(kg.query(query, root))


PARTS = st.sampled_from(
    [
        "?s ex:name ?n .",
        "?s a ex:Old .",
        "?s a ex:Thing .",
        "?s a ?c .",
        "?o ex:number ?n .",
        "?s ex:part ?o .",
        "?s ex:part+/ex:name ?n .",
        "?s ex:about/ex:part* ?o .",
        "?s ^ex:about [ a ex:Note ] .",
        "?s ?p ?o .",
        "OPTIONAL { ?s ex:likes ?l }",
        "MINUS { ?s a ex:New }",
        "FILTER EXISTS { ?s ex:part [] }",
        "{ SELECT ?s { ?s ex:number ?n } }",
        "GRAPH ex:notes { ?x ex:about ?s }",
        "VALUES ?s { ex:a ex:c }",
    ]
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, built."""
    root = tmp_path_factory.mktemp("project")
    for name, content in FILES.items():
        if isinstance(content, str):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(content, encoding="utf-8")
    kg.build(root)
    return root


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(PARTS, min_size=1, max_size=4), kept=st.sets(st.integers(0, 5), min_size=1))
def test_answers_of_any_query_over_any_part_of_the_mapping(
    parts: list[str], kept: set[int], built: Path, tmp_path: Path
) -> None:
    """The mapping by itself, with some of its rules, whose graph is what `kg map` writes."""
    import pyoxigraph as ox

    lines = MAPPING.splitlines(keepends=True)
    text = "".join(line for number, line in enumerate(lines) if number - 6 not in set(range(6)) - kept)
    (tmp_path / "mapping.yml").write_text(text, encoding="utf-8")
    (tmp_path / "things.csv").write_text(THINGS, encoding="utf-8")
    query = f"SELECT * {{ {' '.join(parts)} }}"
    kg.map(tmp_path / "mapping.yml", tmp_path / "out.nq")
    store = ox.Store()
    store.extend(ox.parse(path=str(tmp_path / "out.nq"), format=ox.RdfFormat.N_QUADS))
    whole = store.query(query, prefixes={"ex": "https://example.org/"}, use_default_graph_as_union=True)
    assert isinstance(whole, ox.QuerySolutions)
    expected = Counter(
        tuple("" if row[each] is None else str(row[each]) for each in whole.variables) for row in whole
    )
    answer = kg.query(query, mapping=tmp_path / "mapping.yml", format="tsv")
    read_back = ox.parse_query_results(answer, format=ox.QueryResultsFormat.TSV)
    assert isinstance(read_back, ox.QuerySolutions)
    assert expected == Counter(
        tuple("" if row[each] is None else str(row[each]) for each in read_back.variables)
        for row in read_back
    )
    assert rows(kg.query(query, built, live=True)) == rows(kg.query(query, built))


@pytest.mark.parametrize("name", sorted(path.stem for path in (REPOSITORY / "queries").glob("*.rq")))
def test_the_named_queries_of_the_repository_have_their_rows(name: str) -> None:
    """The very rows that a build must give, in their order where the query says one."""
    query = query_text.read(REPOSITORY / "queries" / f"{name}.rq")
    answer = kg.query(name, REPOSITORY, live=True, format="csv")
    found = list(csv.reader(io.StringIO(answer)))
    with (REPOSITORY / "queries" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    assert Counter(map(tuple, found)) == Counter(map(tuple, expected))
    assert found[0] == expected[0]
    if query.is_ordered:
        assert found == expected


def test_rules_that_a_query_cannot_see_are_left_out(built: Path) -> None:
    """Those with a constant predicate, or a constant class, that it does not name."""
    every = rules(read(built / "data/mapping.yml"))
    prefixes = {"ex": "https://example.org/"}

    def left(query: str) -> int:
        return sum(map(unbuilt.seen_by(scope(query, prefixes)), every))

    assert left("ASK { ?s ?p ?o }") == len(every) == 9
    assert left("ASK { ?s ex:part ?o }") == 2  # and the one whose predicate is in the table
    assert left("ASK { ?s a ex:Note }") == 3  # and the one whose class is
    assert left("ASK { ?s a ?c }") == 4


def test_a_parameter_may_be_a_node_that_the_query_does_not_see(project: Make) -> None:
    root = project(FILES | {"data/things.csv": THINGS + "d,Old,,,,\n"})
    asked = {"live": True, "format": "csv"}
    assert kg.query("named", root, **asked).split() == ["n", "甲", "甲"]  # type: ignore[arg-type]
    query = "SELECT ?who ?n { ?who ex:number ?n }"
    for who in ("ex:c", "ex:New"):
        assert len(kg.query(query, root, params={"who": who}, **asked).split()) == 1  # type: ignore[arg-type]
    with pytest.raises(UnknownParameter, match=r"the graph has no .*nobody"):
        kg.query(query, root, params={"who": "ex:nobody"}, live=True)
    with pytest.raises(UnknownParameter, match=r"the graph has no .*nobody"):
        kg.query("SELECT ?who ?p ?o { ?who ?p ?o }", root, params={"who": "ex:nobody"}, live=True)


def test_faults_are_told_as_in_a_build(project: Make) -> None:
    """Also where the query does not see them."""
    mapping = (
        MAPPING
        + "  parts:\n    sources: [[things.csv~csv]]\n    s: ex:x$(id)\n    po: [[ex:p, ex:gone~iri]]\n"
    )
    root = project(
        FILES | {"data/things.csv": THINGS + "a,Old,甲,b,name,1.50\n", "data/mapping.yml": mapping}
    )
    told = []
    for ask in (lambda: kg.build(root), lambda: kg.query("ASK { ?s ex:unknown ?o }", root, live=True)):
        with pytest.raises(KgError) as raised:
            ask()
        told.append(str(raised.value))
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("query", "how", "error"),
    [
        ("SELECT ?s { ?s unknown:p ?o }", {"live": True}, QueryError),
        ("SELECT ?s { ?s", {"live": True}, QueryError),
        ("nobody", {"live": True}, UnknownQuery),
        ("named", {"mapping": "data/mapping.yml"}, UnknownQuery),
        ("ASK {}", {"mapping": "data/nothing.yml"}, MissingFile),
        ("ASK {}", {}, NoBuild),
    ],
)
def test_what_cannot_be_asked(
    query: str, how: dict[str, object], error: type[KgError], project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(FILES))
    with pytest.raises(error):
        kg.query(query, **how)  # type: ignore[arg-type]


def test_a_mapping_needs_no_project(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "things.csv").write_text(THINGS, encoding="utf-8")
    steps: list[str] = []
    query = "SELECT ?n { ex:a ex:name ?n FILTER(LANG(?n) = 'zh') }"
    assert kg.query(query, mapping=tmp_path / "m.yml", format="csv", step=steps.append).split() == ["n", "甲"]
    assert "loading: 9 quads" in steps
    with pytest.raises(NoProject):
        kg.query(query, tmp_path, live=True)
    assert {path.name for path in tmp_path.iterdir()} == {"m.yml", "things.csv"}
