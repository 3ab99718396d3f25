"""Cells that a mapping cannot use: each kind of fault, at its cell, with what exists."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from models import EX, SOURCE, a, blank, ex, iri, joined, literal, mapping, pom, put, table_text, triples_map
from sparks import started

from kg import checks, plan, runs, sources
from kg.datatypes import LEXICAL
from kg.errors import (
    DanglingReference,
    DataError,
    DuplicateId,
    Finding,
    IllTyped,
    InvalidTerm,
    MissingId,
    Place,
)
from kg.mapping import XSD, LogicalSource, Mapping, PredicateObjectMap, Reference, Template, TermMap
from kg.ontology import Ontology
from kg.ontology import read as read_ontology

pytestmark = pytest.mark.usefixtures("on_each_engine")
NO_ONTOLOGY = Ontology((), ())
OTHER = LogicalSource("u.csv")


def found(given: Mapping, folder: Path, ontology: Ontology | None = NO_ONTOLOGY) -> list[Finding]:
    """What a build of the tables in `folder` would be told."""
    try:
        tables = runs.look_at(given, folder, closed_by=ontology)
        runs.materialise(given, tables, {None: folder / "out.nq"}, closed_by=ontology)
    except DataError as error:
        return list(error.findings)
    return []


def told(given: Mapping, folder: Path, ontology: Ontology | None = NO_ONTOLOGY) -> list[str]:
    return [str(each).replace(f"{folder.as_posix()}/", "") for each in found(given, folder, ontology)]


# datatype: good texts; bad texts
TYPED = {
    "boolean": ("true false 1 0", "True TRUE yes 是 2 t"),
    "decimal": ("3 93.18 -0.5 +1. .5 007", "1e3 1,000 . + １ 3.2.1 INF 约3"),
    "integer": ("3 -3 +007 0 99999999999999999999", "3.0 1e3 - 1_000 三"),
    "int": ("2147483647 -2147483648 +5", "3.0 2147483648 -2147483649 99999999999"),
    "long": ("9223372036854775807 -9223372036854775808", "x 9223372036854775808"),
    "short": ("32767 -32768", "32768 -32769 x"),
    "byte": ("127 -128", "128 -129 x"),
    "negativeInteger": ("-1 -007", "0 -0 1 +1 - -1.0"),
    "nonPositiveInteger": ("-1 0 -0 +0 -007", "1 +1 -1.0 -"),
    "nonNegativeInteger": ("0 +3 -0 00", "-1 1.0 +"),
    "positiveInteger": ("1 +10 01", "0 -1 00 +0"),
    "double": ("3.0 1E6 -1.e-3 .5 INF -INF NaN 12", "1E 1E6.5 inf nan -NaN 1,5 e3"),
    "float": ("3.0 1E6 INF NaN", "1E infinity ++1"),
    "date": (
        "2020-01-25 2020-02-29 2020-01-25Z 2020-01-25+08:00 2020-12-31-14:00 12020-02-29 -0044-03-15",
        "2020-1-25 2020-02-30 2019-02-29 1900-02-29 2020-04-31 2020-13-01 2020-00-10 2020-01-32 20-01-25 "
        "2020/01/25 2020-01-25+15:00 2020-01-25T00:00:00 12020-02-30 12019-02-29 -0043-02-30 02020-01-01 2020年1月25日",
    ),
    "dateTime": (
        "2020-01-25T18:00:00+08:00 2020-01-25T18:00:00 2020-01-25T24:00:00 2020-02-29T23:59:59.999Z",
        "2020-01-25 2020-01-25T18:00 2020-01-25T25:00:00 2020-02-30T00:00:00 2020-01-25T24:00:01 2020-01-25T18:60:00 "
        "2020-01-25t18:00:00 2020-01-25T18:00:00+8:00",
    ),
    "dateTimeStamp": (
        "2020-01-25T18:00:00+08:00 2020-02-29T24:00:00Z 2020-01-25T18:00:00.5-14:00",
        "2020-01-25T18:00:00 2020-02-30T00:00:00Z 2020-01-25T18:00:00+8:00 2020-01-25Z 2020-01-25T18:00:00+15:00",
    ),
    "duration": (
        "PT3H P1Y2M3DT4H5M6.7S -P1D P10M PT90M PT0S",
        "P PT P1DT -P 3H P3H PT3D P1M1Y P-1D PT1.5H PT.5S P1W +P1D pt3h",
    ),
    "hexBinary": ("00 0fB7", "0 0f7 0x0F gg"),
    "time": ("18:00:00 00:00:00.5 24:00:00 18:00:00+08:00", "18:00 6:00:00 24:00:01 18:60:00 18:00:60"),
    "gYear": ("2020 -0044 12020 2020Z", "20 202 02020 2020年"),
    "gYearMonth": ("2020-01 2020-12+08:00", "2020-13 2020-1 2020-00 202001 2020"),
    "anyURI": ("https://example.org/毕节 x ../y#z urn:x", '<x> x>y a"b {x} a|b a\\b'),
}


def test_every_datatype_of_the_table_has_its_cases() -> None:
    assert {XSD + name for name in TYPED} == set(LEXICAL)


@pytest.mark.parametrize("name", TYPED)
def test_text_that_is_no_value_of_its_datatype(name: str, tmp_path: Path) -> None:
    """Each bad text is told once, at its line; no good one is."""
    good, bad = (texts.split(" ") for texts in TYPED[name])
    bad = [*bad, " ", "1 ", " 1", "1\n"] if name != "anyURI" else [*bad, " ", "a b", "a\n"]
    put(tmp_path, t=table_text([("id", "v"), *((str(n), text) for n, text in enumerate([*good, *bad]))]))
    given = mapping(triples_map(pom(ex("p"), literal("{v}", datatype=XSD + name))))
    findings = found(given, tmp_path)
    assert [finding.value for finding in findings] == bad
    assert {finding.rule for finding in findings} == {IllTyped.rule()}
    lines_of_bad = [finding.place.line for finding in findings if finding.place]
    assert lines_of_bad == list(range(len(good) + 2, len(good) + len(bad) + 2))


def test_the_message_for_text_of_the_wrong_datatype(tmp_path: Path) -> None:
    put(tmp_path, t="id,area\n1,约3\n")
    given = mapping(triples_map(pom(ex("p"), literal("{area}", datatype=XSD + "decimal"))))
    assert told(given, tmp_path) == [
        "t.csv:2:3: error[ill-typed]: area '约3' is no xsd:decimal; expected a number such as 3 or 93.18"
    ]


def test_typed_texts_of_templates_are_held_against_their_datatype(tmp_path: Path) -> None:
    """The place is that of the last cell."""
    put(tmp_path, t="id,y,m\n1,2020,02\n2,2020,03\n")
    template = literal("{y}-{m}-30", datatype=XSD + "date")
    (finding,) = found(mapping(triples_map(pom(ex("p"), template))), tmp_path)
    assert (finding.rule, finding.place) == (IllTyped.rule(), Place(tmp_path / "t.csv", 2, 8))


@pytest.mark.parametrize(
    ("term_map", "base", "good", "bad", "what"),
    [
        (
            iri("{v}"),
            "",
            "https://x.org/毕节 urn:x mailto:a@b",
            "x ../x //x <urn:x> 毕节 https://a|b :x",
            "IRI",
        ),
        (iri("{v}"), EX, "x ../x 毕节 urn:x", "a>b a{b a\\b a`b", "IRI"),
        (
            literal("{id}", language="{v}"),
            "",
            "zh en-GB zh-Hans-CN x-private",
            "中文 zh_CN e english-toolongsubtag -",
            "language tag",
        ),
        (literal("{id}", language="{v}-CN"), "", "zh en", "中文 z_ -", "language tag"),
        (literal("{id}", datatype="{v}"), "", "https://x.org/T urn:x", "x <urn:x> a>b", "IRI"),
        (literal("{id}", datatype="{v}"), EX, "x urn:x", "a>b", "IRI"),
    ],
)
def test_a_cell_that_makes_no_valid_term(
    term_map: TermMap, base: str, good: str, bad: str, what: str, tmp_path: Path
) -> None:
    """Also where nothing closes the world, as in a mapping that is run by itself."""
    cells = [*good.split(" "), *bad.split(" "), "a b", "a\nb"]
    put(tmp_path, t=table_text([("id", "v"), *((str(n), cell) for n, cell in enumerate(cells))]))
    given = mapping(triples_map(pom(ex("p"), term_map)), base=base)
    findings = found(given, tmp_path, ontology=None)
    values = [finding.value.removesuffix("-CN") for finding in findings]
    assert values == cells[len(good.split(" ")) :]
    assert {finding.rule for finding in findings} == {InvalidTerm.rule()}
    assert all(what in finding.message for finding in findings)


THINGS = triples_map(a("T"), pom(ex("r"), ex("t/{ref}")))


@pytest.mark.parametrize(
    ("given", "tables", "expected"),
    [
        (  # as an object
            mapping(THINGS),
            {"t": "id,ref\nguizhou,\nbijie,guizou\n"},
            ["t.csv:3:7: error[dangling-reference]: ref 'guizou' is in no row of t.csv; did you mean 'guizhou'?"],
        ),
        (  # beside a row without an id
            mapping(THINGS),
            {"t": "id,ref\nguizhou,\n,guizhou\nbijie,guizou\n"},
            [
                "t.csv:3:1: error[missing-id]: the row has no id, so nothing can be said of it; give it an id, or remove it",
                "t.csv:4:7: error[dangling-reference]: ref 'guizou' is in no row of t.csv; did you mean 'guizhou'?",
            ],
        ),
        (  # as a subject
            mapping(
                triples_map(a("T")),
                triples_map(pom(ex("p"), literal("{v}")), name="u", source=OTHER, subject=ex("t/{thing}")),
            ),
            {"t": "id\na\n", "u": "thing,v\na,1\nb,2\n"},
            ["u.csv:3:1: error[dangling-reference]: thing 'b' is in no row of t.csv; there are: a"],
        ),
        (  # as a subject from a column of the same name as the other table's id
            mapping(
                triples_map(a("T")),
                triples_map(pom(ex("p"), literal("{v}")), name="u", source=OTHER),
            ),
            {"t": "id\na\n", "u": "id,v\na,1\nb,2\n"},
            ["u.csv:3:1: error[dangling-reference]: id 'b' is in no row of t.csv; there are: a"],
        ),
        (  # as a predicate
            mapping(triples_map(a("T")), triples_map(pom(ex("t/{p}"), literal("{v}")), name="u", source=OTHER, subject=ex("x"))),
            {"t": "id\na\n", "u": "p,v\na,1\nb,2\n"},
            ["u.csv:3:1: error[dangling-reference]: p 'b' is in no row of t.csv; there are: a"],
        ),
        (  # in a join
            mapping(
                triples_map(pom(ex("in"), joined("u", ("{ref}", "{id}")))),
                triples_map(a("U"), name="u", source=OTHER, subject=ex("u/{name}")),
            ),
            {"t": "id,ref\n1,x\n2,\n3,z\n", "u": "id,name\nx,1\n"},
            ["t.csv:4:3: error[dangling-reference]: ref 'z' is in no row of u.csv; there are: x"],
        ),
        (  # made by two tables
            mapping(THINGS, triples_map(a("U"), name="u", source=OTHER)),
            {"t": "id,ref\na,bb\nb,bc\n", "u": "id\nbb\n"},
            ["t.csv:3:3: error[dangling-reference]: ref 'bc' is in no row of t.csv or u.csv; did you mean 'b'?"],
        ),
        (  # a template of several columns
            mapping(
                triples_map(a("T"), subject=ex("t/{x}-{y}")),
                triples_map(pom(ex("r"), ex("t/{x}-{y}")), name="u", source=OTHER, subject=ex("s")),
            ),
            {"t": "x,y\na,1\n", "u": "x,y\na,1\na,2\n"},
            ["u.csv:3:3: error[dangling-reference]: y '2' is in no row of t.csv; there are: 1"],
        ),
        (  # a first column that says the kind, which only the misspelt one of two is blamed for
            mapping(
                triples_map(a("E"), subject=ex("event/{id}")),
                triples_map(a("P"), subject=ex("place/{id}"), source=OTHER, name="u"),
                triples_map(
                    pom(ex("r"), ex("{kind}/{ref}")), subject=ex("s"), source=LogicalSource("v.csv"), name="v"
                ),
            ),
            {"t": "id\na\n", "u": "id\nb\n", "v": "kind,ref\nevent,a\nevnt,a\nplace,bb\n"},
            [
                "v.csv:3:1: error[dangling-reference]: kind 'evnt' is no kind of node; did you mean 'event'?",
                "v.csv:4:7: error[dangling-reference]: ref 'bb' is in no row of u.csv; did you mean 'b'?",
            ],
        ),
        (  # what many tables make
            mapping(
                *(triples_map(a("T"), name=f"t{n}", source=LogicalSource(f"t{n}.csv")) for n in range(4)),
                triples_map(pom(ex("r"), ex("t/{ref}")), subject=ex("s"), source=OTHER, name="u"),
            ),
            {**{f"t{n}": f"id\n{n}\n" for n in range(4)}, "u": "ref\n2\nx\n"},
            ["u.csv:3:1: error[dangling-reference]: ref 'x' is in none of 4 tables; there are: 0, 1, 2, 3"],
        ),
        (  # after encoding, both are the same
            mapping(THINGS),
            {"t": 'id,ref\n"a b/c",\n"d","a b/c"\n'},
            [],
        ),
        (  # nothing gives nodes under this prefix, so nothing is known of them
            mapping(triples_map(a("T"), pom(ex("r"), ex("other/{ref}"), iri("https://x.org/{ref}")))),
            {"t": "id,ref\na,zz\n"},
            [],
        ),
        (  # literals and blank nodes refer to nothing
            mapping(triples_map(a("T"), pom(ex("r"), literal(EX + "t/{ref}"), blank("t/{ref}")))),
            {"t": "id,ref\na,zz\n"},
            [],
        ),
        (  # an id that two rows have
            mapping(triples_map(a("T"), a("V"))),
            {"t": 'id,x\n1,a\n2,"b\n"\n1,c\n1,d\n'},
            [
                "t.csv:5:1: error[duplicate-id]: the id '1' is that of line 2 too; give each row its own",
                "t.csv:6:1: error[duplicate-id]: the id '1' is that of line 2 too; give each row its own",
            ],
        ),
        (  # no key: the id is not the first column, or there are two, or the table describes no nodes
            mapping(
                triples_map(a("T")),
                triples_map(a("T"), subject=ex("v/{id}{x}"), name="v"),
                triples_map(pom(ex("p"), literal("{k}")), subject=ex("w/{k}"), source=OTHER, name="w"),
            ),
            {"t": "x,id\na,1\nb,1\n", "u": "k\nk\nk\n"},
            [],
        ),
    ],
)  # fmt: skip
def test_in_a_closed_world(
    given: Mapping, tables: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    """Ids stand for one row, and references lead to a node."""
    assert told(given, put(tmp_path, **tables)) == expected


def test_references_may_lead_to_terms_of_the_ontology(tmp_path: Path) -> None:
    """A concept, a class; the hint knows them all."""
    (tmp_path / "o.ttl").write_text(
        f"@prefix c: <{EX}c/> . c:广播 a c:Concept . c:television a c:Concept .", encoding="utf-8"
    )
    ontology = read_ontology([tmp_path / "o.ttl"])
    given = mapping(triples_map(a("T"), pom(ex("kind"), ex("c/{kind}"))))
    put(tmp_path, t="id,kind\n1,广播\n2,televison\n3,television\n")
    assert told(given, tmp_path, ontology) == [
        "t.csv:3:3: error[dangling-reference]: kind 'televison' is not in the ontology; did you mean 'television'?"
    ]
    assert told(given, tmp_path, ontology=None) == []


def test_one_run_tells_everything_in_the_order_of_the_files(tmp_path: Path) -> None:
    """And the same each time, also where more is wrong than is shown."""
    rows = "".join(f"{n},x{n},{n}\n" for n in range(300))
    put(tmp_path, t="id,ref,year\n" + rows + "0,,二\n", u="id,v\n1,a b\n")
    given = mapping(
        triples_map(a("T"), pom(ex("r"), ex("t/{ref}"), literal("{year}", datatype=XSD + "integer"))),
        triples_map(pom(ex("p"), iri("{v}")), source=OTHER, subject=ex("x/{id}"), name="u"),
    )
    findings = found(given, tmp_path)
    places = [finding.place for finding in findings if finding.place]
    assert places == sorted(places)
    dangling = [finding.value for finding in findings if finding.rule == DanglingReference.rule()]
    assert dangling == [f"x{n}" for n in range(sources.MOST_FINDINGS)]
    others = {(finding.rule, str(finding.place)) for finding in findings if finding.value not in dangling}
    table = tmp_path / "t.csv"
    expected = {(DuplicateId.rule(), f"{table}:302:1"), (IllTyped.rule(), f"{table}:302:4")}
    assert others == expected | {(InvalidTerm.rule(), f"{tmp_path / 'u.csv'}:2:3")}


def test_only_a_table_of_nodes_needs_ids(tmp_path: Path) -> None:
    """And only in a closed world."""
    put(tmp_path, t="id,ref\n,a\n")
    link = triples_map(pom(ex("r"), literal("{ref}")))
    assert (
        found(mapping(link), tmp_path) == found(mapping(triples_map(a("T"))), tmp_path, ontology=None) == []
    )
    (finding,) = found(mapping(triples_map(a("T"), *link.predicate_objects)), tmp_path)
    assert (finding.rule, finding.place) == (MissingId.rule(), Place(tmp_path / "t.csv", 2, 1))


def test_two_faults_of_one_cell_are_both_told(tmp_path: Path) -> None:
    put(tmp_path, t="id,v\n1,x y\n")
    poms = pom(ex("p"), literal("{v}", datatype=XSD + "integer"), ex("t/{v}"))
    rules = [finding.rule for finding in found(mapping(triples_map(a("T"), poms)), tmp_path)]
    assert sorted(rules) == [DanglingReference.rule(), IllTyped.rule()]


def test_braces_in_cells_and_file_names_are_text(tmp_path: Path) -> None:
    (tmp_path / "{x}.csv").write_text("id,r\na,{b}\n", encoding="utf-8")
    source = LogicalSource("{x}.csv")
    assert told(mapping(triples_map(a("T"), pom(ex("r"), ex("t/{r}")), source=source)), tmp_path) == [
        "{x}.csv:2:3: error[dangling-reference]: r '{b}' is in no row of {x}.csv; there are: a"
    ]


def test_a_fault_without_a_line_is_told_by_its_record(tmp_path: Path) -> None:
    """Two of one file are two."""
    (tmp_path / "a.xml").write_text("<r><e><n>x</n></e><e><n>1</n><n>y</n></e></r>", encoding="utf-8")
    source = LogicalSource("a.xml", "xml", "/r/e")
    given = mapping(
        triples_map(pom(ex("p"), literal("{n}", datatype=XSD + "integer")), source=source, subject=ex("s"))
    )
    found = told(given, tmp_path, None)
    assert [re.sub(":\\d+|record \\d+: ", "", each) for each in found] == [
        f"a.xml: error[ill-typed]: n '{text}' is no xsd:integer; expected a whole number" for text in "xy"
    ]
    assert all(re.search(":\\d+:|record [12]", each) for each in found)


@pytest.mark.parametrize(
    ("template", "base"), [("{a}", ""), ("x/{a}", ""), (EX + "a b/{a}", EX), ("<{a}", EX)]
)
def test_a_template_that_makes_no_iri(template: str, base: str, tmp_path: Path) -> None:
    """Relative without a base, or with characters of its own that no IRI has."""
    put(tmp_path, t="id,a\n1,x\n")
    only = TermMap(Template((Reference("a"),))) if template == "{a}" else iri(template)
    (found,) = told(mapping(triples_map(pom(ex("p"), only)), base=base), tmp_path, None)
    assert found.startswith("t.csv:2:3: error[invalid-term]: a ")


def test_checks_are_made_without_running_anything(tmp_path: Path) -> None:
    put(tmp_path, t="id,ref\na,zz\n")
    table = sources.table(SOURCE, tmp_path)
    unbound = plan.unbound({SOURCE: table.columns})
    (only,) = [
        check for check in checks.of_references(mapping(THINGS), unbound, ()) if check.column.name == "ref"
    ]
    assert (only.error, only.column) == (DanglingReference, checks.Column(SOURCE, "ref"))
    with started([table]) as running:
        running.keep(checks.KNOWN, [], checks.nodes(mapping(THINGS), unbound))
        (row,) = running.rows(only.relation, 9)
    assert (row["row"], row["value"]) == (1, "zz")


@pytest.mark.parametrize(
    "made",
    [
        pom(ex("p"), replace(literal("{year}", datatype=XSD + "gYear"), condition=Reference("wanted"))),
        pom(ex("p"), literal("{name}", language="{year}")),
    ],
)
def test_a_value_of_which_no_term_is_made_is_not_looked_at(made: PredicateObjectMap, tmp_path: Path) -> None:
    """Because a condition does not hold, or another of its values is missing, or there is no subject."""
    put(tmp_path, t="id,name,year,wanted\n1,,not_a_year,false\n,a,not_a_year,true\n")
    given = mapping(triples_map(made))
    assert found(given, tmp_path) == []
    put(tmp_path, t="id,name,year,wanted\n1,a,not_a_year,true\n")
    assert [finding.value for finding in found(given, tmp_path)] == ["not_a_year"]


def test_the_condition_of_the_subject_counts_for_all_of_it(tmp_path: Path) -> None:
    put(tmp_path, t="id,year,wanted\n1,x,false\n2,y,true\n")
    subject = replace(ex("t/{id}"), condition=Reference("wanted"))
    given = mapping(triples_map(pom(ex("p"), literal("{year}", datatype=XSD + "gYear")), subject=subject))
    assert [finding.value for finding in found(given, tmp_path)] == ["y"]


def test_the_cell_that_is_told_is_the_value_and_the_mapping_that_asks(tmp_path: Path) -> None:
    """Not that of the condition, although both belong to the term map."""
    put(tmp_path, t="id,year,wanted\n1,x,true\n")
    place = Place(Path("m.yml"), 9, 7)
    made = replace(literal("{year}", datatype=XSD + "gYear"), condition=Reference("wanted"), place=place)
    (finding,) = found(mapping(triples_map(pom(ex("p"), made))), tmp_path)
    assert finding.place == Place(tmp_path / "t.csv", 2, 3)
    assert str(finding).endswith("asked for at m.yml:9:7")
