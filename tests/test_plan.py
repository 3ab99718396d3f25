"""Rules compiled to SQL, what the relations hold, and from which record each quad came."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from models import EX, a, blank, ex, iri, joined, lines, literal, mapping, pom, put, triples_map
from sparks import started

from kg import dialects, parts, plan, sources, terms
from kg.mapping import (
    GREL,
    RDF_TYPE,
    XSD,
    Call,
    Expression,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.rules import rules
from kg.shapes import VALUES

pytestmark = pytest.mark.usefixtures("on_each_engine")

SNAPSHOTS = Path(__file__).parent / "snapshots"
REWRITE = "KG_REWRITE_SNAPSHOTS"  # set it to anything to write the snapshots anew
OTHER = LogicalSource("u.csv")
COLUMNS = {"t.csv": ("id", "name", "parent", "year"), "u.csv": ("id", "name", "year")}


def parent(name: str = "u", source: LogicalSource = OTHER) -> TriplesMap:
    return triples_map(a("U"), name=name, source=source, subject=ex("u/{name}"))


PLANS = {
    "class": mapping(triples_map(a("T"))),
    "literal": mapping(triples_map(pom(ex("p"), literal("{name}")))),
    "language": mapping(triples_map(pom(ex("p"), literal("{name} ({year})", language="zh")))),
    "datatype": mapping(triples_map(pom(ex("p"), literal("{year}", datatype=XSD + "gYear")))),
    "blank-node": mapping(triples_map(pom(ex("p"), blank("{id}.{year}")))),
    "relative-iri": mapping(triples_map(pom(ex("p"), iri("{name}"))), base="http://base.example/"),
    "graphs": mapping(triples_map(pom(ex("p"), literal("{id}"), graphs=[ex("g"), ex("g/{year}")]))),
    "self-join": mapping(triples_map(pom(ex("in"), joined("t", ("{parent}", "{id}"))))),
    "join-of-two-conditions": mapping(
        triples_map(pom(ex("in"), joined("u", ("{parent}", "{id}"), ("y{year}", "{year}")))), parent()
    ),
    "parent-without-join": mapping(
        triples_map(pom(ex("as"), joined("same"))), triples_map(name="same", subject=ex("same/{name}"))
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_sql_of_a_plan(name: str) -> None:
    """What runs is what is written here; a change of a plan is a change of these files."""
    given = PLANS[name]
    tables = plan.unbound({source: COLUMNS[source.path] for source in given.sources})
    statements = [dialects.compiled(made, pretty=True) for made in parts.lines(rules(given), tables)]
    sql = "\n;\n".join(statements).replace(terms.RESERVED, "…reserved…").replace("\r", "␍") + "\n"
    snapshot = SNAPSHOTS / f"{name}.sql"
    if os.environ.get(REWRITE):
        snapshot.write_text(sql, encoding="utf-8")
    assert sql == snapshot.read_text(encoding="utf-8"), f"set {REWRITE}=1 to accept"


def test_every_snapshot_is_of_a_plan() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*")} == set(PLANS)


T = "id,name,parent,year\n1,甲,,2019\n2,乙,1,2020\n3,丙,1,\n4,丁,9,2020\n"
U = "id,name,year\n1,一,2019\n1,二,y2020\n9,三,\n,四,y2020\n"


def u_s(*pairs: tuple[int, str]) -> list[str]:
    return [f"<t/{child}> <in> <u/{name}>" for child, name in pairs]


def typed(name: str, *subjects: str) -> list[str]:
    return [f"<{subject}> <{RDF_TYPE}> <{name}>" for subject in subjects]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (PLANS["class"], typed("T", "t/1", "t/2", "t/3", "t/4")),
        (
            PLANS["graphs"],
            [f'<t/{n}> <p> "{n}" <g>' for n in "1234"]
            + ['<t/1> <p> "1" <g/2019>', '<t/2> <p> "2" <g/2020>', '<t/4> <p> "4" <g/2020>'],
        ),
        (PLANS["self-join"], ["<t/2> <in> <t/1>", "<t/3> <in> <t/1>"]),
        (
            mapping(triples_map(pom(ex("in"), joined("u", ("{parent}", "{id}")))), parent()),
            u_s((2, "一"), (2, "二"), (3, "一"), (3, "二"), (4, "三"))
            + typed("U", "u/一", "u/二", "u/三", "u/四"),
        ),
        (
            mapping(
                triples_map(pom(ex("in"), joined("u", ("{parent}", "{id}"), ("y{year}", "{year}")))), parent()
            ),
            u_s((2, "二")) + typed("U", "u/一", "u/二", "u/三", "u/四"),
        ),
        (PLANS["parent-without-join"], [f"<t/{i}> <as> <same/{n}>" for i, n in ("1甲", "2乙", "3丙", "4丁")]),
        (  # the same triple of several records, and of several rules, stands once
            mapping(triples_map(pom(ex("p"), ex("y/{year}"), ex("y/2020"), ex("n/{name}")), subject=ex("s"))),
            [f"<s> <p> <{o}>" for o in ("n/甲", "n/乙", "n/丙", "n/丁", "y/2019", "y/2020")],
        ),
        (  # a record that lacks a cell of one object still makes the others
            mapping(triples_map(pom(ex("p"), ex("{id}{parent}"), ex("{id}")), subject=ex("s/{year}"))),
            ["<s/2019> <p> <1>", *(f"<s/2020> <p> <{o}>" for o in ("2", "21", "4", "49"))],
        ),
        (  # a predicate and a graph from cells
            mapping(triples_map(pom(ex("p/{parent}"), literal("{id}"), graphs=[ex("{year}")]))),
            ['<t/2> <p/1> "2" <2020>', '<t/4> <p/9> "4" <2020>'],
        ),
    ],
)
def test_a_mapping_makes(given: Mapping, made: list[str], tmp_path: Path) -> None:
    """Joins, graphs, cells without a value, and duplicates."""
    assert lines(given, put(tmp_path, t=T, u=U)) == sorted(made, key=lambda line: (line + " .").encode())


@pytest.mark.parametrize(
    "header", ["parent name", "row", "s", "line", "value", "name_right", "Parent", "parent_row"]
)
def test_a_join_takes_each_cell_from_its_own_table(header: str, tmp_path: Path) -> None:
    """Whatever the columns beside it are called."""
    given = mapping(
        triples_map(pom(ex("in"), joined("u", ("{ref}", "{id}"))), pom(ex("has"), literal(f"{{{header}}}"))),
        triples_map(name="u", source=OTHER, subject=ex("u/{name}")),
    )
    put(tmp_path, t=f"id,ref,{header}\n1,x,child\n", u=f"id,name,{header}\nx,right,other\n")
    assert lines(given, tmp_path) == ['<t/1> <has> "child"', "<t/1> <in> <u/right>"]


def rows_of(given: Mapping, folder: Path) -> list[tuple[str, int, int | None]]:
    """Object, row and parent row of the first rule."""
    tables = {source: sources.table(source, folder) for source in given.sources}
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    with started(tables.values()) as running:
        found = running.rows(plan.relation(rules(given)[0], unbound), 1000)
    return sorted((row["o"], row["row"], row["parent_row"]) for row in found)


def test_rows_count_records_also_after_line_breaks_in_cells(tmp_path: Path) -> None:
    """Neither line breaks in cells nor blank lines count; records that make no quad do."""
    put(tmp_path, t='id,name\n1,"a\nb"\n\n2,\n3,"c\r\n\n"\n4,d\n')
    given = mapping(triples_map(pom(ex("p"), literal("{name}"))))
    assert rows_of(given, tmp_path) == [('"a\\nb"', 1, None), ('"c\\r\\n\\n"', 3, None), ('"d"', 4, None)]


def test_rows_of_a_join_are_of_both_sides(tmp_path: Path) -> None:
    put(tmp_path, t="id,ref\n1,\n2,x\n", u="id,name\ny,1\nx,2\nx,3\n")
    given = mapping(triples_map(pom(ex("in"), joined("u", ("{ref}", "{id}")))), parent())
    assert rows_of(given, tmp_path) == [(f"<{EX}u/2>", 2, 2), (f"<{EX}u/3>", 2, 3)]


def test_rows_are_right_in_a_file_that_is_read_in_parts(tmp_path: Path) -> None:
    """Many megabytes, with a line break in every record: the ordinal is that of the file."""
    count, filler = 200_000, "x" * 150
    put(tmp_path, t="id,name\n" + "".join(f'{n},"{filler}\n{n}"\n' for n in range(1, count + 1)))
    table = sources.table(LogicalSource("t.csv"), tmp_path)
    with started([table]) as running:
        records = plan.unbound({table.source: table.columns})[table.source]
        wrong = records.filter(records["id"].cast("int64") != records[plan.ROW])
        assert running.rows(wrong.select("id"), 5) == []
        assert running.rows(records.aggregate(n=records.count()), 1) == [{"n": count}]


@pytest.mark.parametrize("name", PLANS)
def test_shared_scans_make_the_quads_of_each_rule(name: str, tmp_path: Path) -> None:
    """What is written, one scan for all rules of a subject, is what each rule's own relation says."""
    put(tmp_path, t=T, u=U)
    given = PLANS[name]
    files = [sources.table(source, tmp_path) for source in given.sources]
    tables = plan.unbound({file.source: file.columns for file in files})
    with started(files) as running:
        quads = [row for rule in rules(given) for row in running.rows(plan.relation(rule, tables), 1000)]
    each = {" ".join(term for term in (row["s"], row["p"], row["o"], row["g"], ".") if term) for row in quads}
    written = {line + " ." for line in lines(given, tmp_path)}
    assert {line.replace(EX, "") for line in each} == written
    assert written


def test_rules_of_one_subject_share_one_scan() -> None:
    given = mapping(
        triples_map(a("T"), pom(ex("p"), literal("{name}")), pom(ex("q"), joined("t", ("{parent}", "{id}"))))
    )
    tables = plan.unbound({source: COLUMNS[source.path] for source in given.sources})
    assert len(rules(given)) == 3
    assert len([*parts.lines(rules(given), tables)]) == 2


def test_columns_may_be_called_as_the_plan_calls_its_own(tmp_path: Path) -> None:
    put(tmp_path, t="id,Subject,subject#\n1,x,y\n")
    given = mapping(triples_map(pom(ex("p"), literal("{Subject}")), pom(ex("q"), literal("{subject#}"))))
    assert lines(given, tmp_path) == ['<t/1> <p> "x"', '<t/1> <q> "y"']


SEVERAL = LogicalSource("s.json", "json", "$[*]")
RECORDS = """[
 {"Id": 1, "id": "a", "n": 1.5, "tags": ["x", "y"], "nums": [1, 2], "to": ["b", "c"]},
 {"Id": 2, "id": "b", "n": null, "tags": [], "nums": [3], "to": ["a", "none"]},
 {"Id": 3, "id": "c", "tags": ["x", null], "nums": [true], "to": []}
]"""
NATURAL = TermMap(Reference("$.n"), TermType.LITERAL, natural=True)
TAG = ex("{$.tags[*]}")


def several(*poms: PredicateObjectMap, subject: TermMap | None = None, name: str = "t") -> TriplesMap:
    return triples_map(*poms, subject=subject or ex("{$.id}"), source=SEVERAL, name=name)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (several(pom(ex("p"), literal("{$.tags[*]}"))), ['<a> <p> "x"', '<a> <p> "y"', '<c> <p> "x"']),
        (  # the references of one term map give all combinations
            several(pom(ex("p"), literal("{$.tags[*]}-{$.nums[*]}"))),
            [f'<a> <p> "{t}-{n}"' for t in "xy" for n in "12"] + ['<c> <p> "x-true"'],
        ),
        (  # one reference twice is the same value twice
            several(pom(ex("p"), literal("{$.tags[*]}{$.tags[*]}"))),
            ['<a> <p> "xx"', '<a> <p> "yy"', '<c> <p> "xx"'],
        ),
        (  # in two term maps it is not
            several(pom(TAG, TAG), subject=ex("s")),
            ["<s> <x> <x>", "<s> <x> <y>", "<s> <y> <x>", "<s> <y> <y>"],
        ),
        (  # the language takes its value with the text
            several(pom(ex("p"), literal("{$.to[*]}", language="x-{$.to[*]}"))),
            ['<a> <p> "b"@x-b', '<a> <p> "c"@x-c', '<b> <p> "a"@x-a', '<b> <p> "none"@x-none'],
        ),
        (
            several(pom(ex("p"), literal("{$.id}"), graphs=[ex("{$.nums[*]}")]), subject=TAG),
            [
                '<x> <p> "a" <1>',
                '<x> <p> "a" <2>',
                '<x> <p> "c" <true>',
                '<y> <p> "a" <1>',
                '<y> <p> "a" <2>',
            ],
        ),
        (  # a join holds where any value does
            several(pom(ex("to"), joined("t", ("{$.to[*]}", "{$.id}")))),
            ["<a> <to> <b>", "<a> <to> <c>", "<b> <to> <a>"],
        ),
        (
            several(pom(ex("of"), joined("t", ("{$.id}", "{$.to[*]}")))),
            ["<a> <of> <b>", "<b> <of> <a>", "<c> <of> <a>"],
        ),
        (
            several(pom(ex("with"), joined("t", ("{$.tags[*]}", "{$.tags[*]}"), ("{$.Id}", "{$.Id}")))),
            ["<a> <with> <a>", "<c> <with> <c>"],
        ),
        (  # names that differ only in case; a number brings its datatype, also beside others
            several(pom(ex("p"), literal("{$.Id}"), NATURAL)),
            ['<a> <p> "1"', f'<a> <p> "1.5E0"^^<{XSD}double>', '<b> <p> "2"', '<c> <p> "3"'],
        ),
        (
            several(pom(ex("p"), replace(literal("{$.nums[*]}"), natural=True)), subject=ex("s")),
            [f'<s> <p> "{n}"^^<{XSD}integer>' for n in "123"] + [f'<s> <p> "true"^^<{XSD}boolean>'],
        ),
        (  # a condition is about the value of its own term map
            several(pom(ex("p"), replace(literal("{$.nums[*]}"), condition=Reference("$.nums[*]")))),
            ['<a> <p> "1"', '<c> <p> "true"'],
        ),
    ],
)
def test_several_values(given: TriplesMap, made: list[str], tmp_path: Path) -> None:
    """Each makes a term: combinations within one term map, and of the term maps of a quad."""
    (tmp_path / "s.json").write_text(RECORDS, encoding="utf-8")
    assert lines(mapping(given), tmp_path) == sorted(made, key=lambda line: (line + " .").encode())


def called(name: str, **inputs: Expression) -> Call:
    return Call(GREL + name, tuple((GREL + key, value) for key, value in inputs.items()))


ONE_TAG = Reference("$.tags[*]")
UPPER = called("toUpperCase", valueParam=ONE_TAG)
NO_NUMBER = called("controls_isNull", p_any_e=Reference("$.n"))


@pytest.mark.parametrize(
    ("made_by", "made"),
    [
        (TermMap(UPPER, TermType.LITERAL), ['<a> <p> "X"', '<a> <p> "Y"', '<c> <p> "X"']),
        (  # the text and its language are made of one value
            TermMap(UPPER, TermType.LITERAL, language=Template(("x-", ONE_TAG))),
            ['<a> <p> "X"@x-x', '<a> <p> "Y"@x-y', '<c> <p> "X"@x-x'],
        ),
        (  # a template as argument gives its combinations
            TermMap(called("toUpperCase", valueParam=Template((ONE_TAG, "-", Reference("$.nums[*]"))))),
            ["<X-1>", "<X-2>", "<Y-1>", "<Y-2>", "<X-TRUE>"],
        ),
        (  # what has no value is an argument too
            replace(literal("{$.id}"), condition=NO_NUMBER),
            ['<b> <p> "b"', '<c> <p> "c"'],
        ),
    ],
)
def test_calls(made_by: TermMap, made: list[str], tmp_path: Path) -> None:
    """Functions of any number of values, as terms and as conditions."""
    (tmp_path / "s.json").write_text(RECORDS, encoding="utf-8")
    subject = ex("{$.id}") if made[0].startswith("<a> <p>") or made[0].startswith("<b>") else ex("s")
    found = lines(mapping(several(pom(ex("p"), made_by), subject=subject), base=EX), tmp_path)
    assert sorted(found) == sorted(line if "<p>" in line else f"<s> <p> {line}" for line in made)


def test_rules_of_single_values_share_one_scan_in_any_source() -> None:
    given = mapping(several(a("T"), pom(ex("p"), literal("{$.id}"), literal("{$.tags[*]}"))))
    types = {"$.id": plan.TEXT, "$.tags[*]": VALUES}
    tables = plan.unbound({SEVERAL: types})
    assert [len(group) for group in parts.groups(rules(given), tables)] == [2, 1]
