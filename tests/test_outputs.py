"""Large runs ask before they write: what comes out is what comes of putting all together and sorting it."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import EX, a, blank, ex, iri, joined, literal, mapping, pom, put, table_text, triples_map

from kg import amounts, engine, outputs, parts, plan
from kg.errors import TableError
from kg.mapping import Fresh, LogicalSource, Mapping, TermMap, TermType
from kg.rules import rules
from kg.runs import look_at

OTHER = LogicalSource("u.csv")
CELLS = st.sampled_from(["", "1", "2", "a b", 'a"b', "é", "a\\b", "1-2", "a/b"])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)
OBJECTS = (
    literal("{y}"),
    literal("{x}", language="zh"),
    literal("{x}-{y}"),
    ex("o/{y}"),
    ex("o/{x}-{y}"),
    iri(f"{EX}o/{{x}}"),
    blank("{y}"),
    TermMap(Fresh(), TermType.BLANK_NODE),
    joined("v", ("{x}", "{y}")),
    joined("v", ("{id}", "{id}"), ("{y}", "{x}")),
    ex("Class"),
    literal("always"),
)
SUBJECTS = (
    ex("s/{id}"),
    ex("s/{x}"),
    ex("s/{x}-{y}"),
    ex("s/{x}/{y}"),
    ex("same"),
    blank("{id}"),
    TermMap(Fresh(), TermType.BLANK_NODE),
)
POMS = st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from(OBJECTS)), min_size=1, max_size=5)
MAPS = st.tuples(st.sampled_from(SUBJECTS), POMS, st.sampled_from([None, ex("g"), ex("g/{x}")]))  # fmt: skip


def written(
    given: Mapping, folder: Path, *, large: bool, ordered: bool, skip: bool = False, memory: int = 0
) -> str:
    """The file, whose number of lines is the number that is told."""
    tables = look_at(given, folder)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "FEW", -1 if large else outputs.FEW)
        with engine.start(tables.values(), memory=memory) as running:
            out = folder / "out.nq"
            count = running.write(parts.lines(rules(given), unbound, skip=skip), out, ordered=ordered)
    text = out.read_bytes().decode()
    assert text.count("\n") == count
    assert sorted(file.name for file in folder.iterdir()) == ["out.nq", "t.csv", "u.csv"], (
        "nothing else is left"
    )
    return text


@settings(deadline=None, max_examples=60)
@given(rows=ROWS, others=ROWS, first=MAPS, second=MAPS, third=MAPS)
def test_any_tables_and_any_rules_make_the_same_lines(
    rows: list, others: list, first: tuple, second: tuple, third: tuple
) -> None:  # type: ignore[type-arg]
    """Keys and none, rows that come twice, subjects that meet, joins, graphs, blank nodes, empty cells."""
    maps = [
        triples_map(
            *(pom(ex(predicate), term_map, graphs=(graph,) if graph else ()) for predicate, term_map in poms),
            subject=subject,
            source=source,
            name=name,
        )
        for (subject, poms, graph), source, name in zip(
            (first, second, third),
            (LogicalSource("t.csv"), LogicalSource("t.csv"), OTHER),
            "tuw",
            strict=True,
        )
    ]
    made = mapping(*maps, triples_map(a("V"), subject=ex("s/{x}"), source=OTHER, name="v"))
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), t=table_text([("id", "x", "y"), *rows]), u=table_text([("id", "x", "y"), *others]))
        expected = written(made, Path(folder), large=False, ordered=True)
        assert written(made, Path(folder), large=True, ordered=True) == expected
        unordered = written(made, Path(folder), large=True, ordered=False)
        assert sorted(unordered.split("\n")) == sorted(expected.split("\n"))


def one(folder: Path, *poms: object, subject: TermMap, **how: object) -> str:
    given = mapping(
        triples_map(*poms, subject=subject), triples_map(a("U"), source=OTHER, name="u", subject=ex("u/{id}"))
    )  # type: ignore[arg-type]
    return written(given, folder, large=True, **{"ordered": False, **how})  # type: ignore[arg-type]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are run, as they come."""
    found: list[str] = []
    do = engine.Engine.do
    monkeypatch.setattr(
        engine.Engine, "do", lambda self, text, out=None: found.append(text) or do(self, text, out)
    )
    return found


def test_only_what_may_come_twice_is_made_unique(asked: list[str], tmp_path: Path) -> None:
    """With a key there is no DISTINCT but to look for it; without one there is."""
    put(tmp_path, t="id,x\n1,a\n2,a\n", u="id\n1\n")
    one(tmp_path, pom(ex("p"), literal("{x}")), pom(ex("q"), ex("o/{x}")), subject=ex("s/{id}"))
    assert any(each.startswith("COPY") for each in asked)
    assert not any("DISTINCT" in each for each in asked if each.startswith("COPY"))
    asked.clear()
    one(tmp_path, pom(ex("p"), literal("{x}")), subject=ex("s/{x}"))
    assert any("DISTINCT" in each for each in asked if each.startswith("COPY"))


def test_rows_that_come_twice_are_made_unique_once(asked: list[str], tmp_path: Path) -> None:
    """Where that makes the subject a key, lines need no DISTINCT of their own."""
    put(tmp_path, t="id,x,y\n1,a,b\n1,a,b\n2,a,b\n", u="id\n1\n")
    poms = [pom(ex(name), literal(f"{{{column}}}")) for name, column in (("p", "x"), ("q", "y"), ("r", "id"))]
    assert one(tmp_path, *poms, subject=ex("s/{id}")).count("\n") == 7
    assert any(each.startswith("CREATE OR REPLACE TEMP TABLE unique_") for each in asked)
    assert not any("DISTINCT" in each for each in asked if each.startswith("COPY"))


def test_a_subject_that_is_the_same_for_every_record_is_described_once(tmp_path: Path) -> None:
    """Also by many lines, none of which takes anything from the record."""
    put(tmp_path, t="id\n1\n2\n", u="id\n1\n")
    found = one(tmp_path, *(pom(ex(name), literal("always")) for name in "pqrs"), subject=ex("same"))
    assert found.count("\n") == 5


def test_values_left_out_are_not_counted(tmp_path: Path) -> None:
    put(tmp_path, t="id,x\n1,zh\n2,no tag\n", u="id\n1\n")
    tagged = replace(literal("{id}"), language=iri("{x}").expression)
    assert one(tmp_path, pom(ex("p"), tagged), subject=ex("s/{id}"), skip=True).count("\n") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,x\n1,a\n", True),
        ('id,x\n1,"a\nb"\n', False),
        ("id,x\r\n1,a\r\n", False),
        ("id,x\n1,a\\b\n", False),
        ("id\n" + "1\n" * engine.CHUNK, True),
        ("id\n" + "1" * (3 * engine.CHUNK) + "\n", False),
        ("id\n" + "1\n" * engine.CHUNK + '"', False),
    ],
)
def test_a_file_of_short_lines_without_marks_needs_no_escape(
    text: str, expected: bool, tmp_path: Path
) -> None:
    """Seen byte by byte; a mark anywhere in it means to look at each column."""
    put(tmp_path, t=text)
    assert engine.are_lines(tmp_path / "t.csv") is expected


def test_a_large_file_of_lines_gives_what_its_quoted_copy_gives(tmp_path: Path) -> None:
    """Though it is read in other parts, its records have the same numbers."""
    rows = [(str(n), "x" * (n % 50)) for n in range(60_000)]
    fresh = TermMap(Fresh(), TermType.BLANK_NODE)
    made = []
    for mark in ("", '"'):
        put(tmp_path, t="id,x\n" + "".join(f"{mark}{n}{mark},{x}\n" for n, x in rows), u="id\n1\n")
        assert engine.are_lines(tmp_path / "t.csv") is (not mark)
        made.append(one(tmp_path, pom(ex("p"), literal("{id}")), subject=fresh, ordered=True))
    assert made[0] == made[1]
    assert made[0].count("\n") == 60_001


def test_many_subjects_are_several_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose files become one."""
    monkeypatch.setattr(outputs, "TOGETHER", 2)
    put(tmp_path, t="id,x\n1,a\n2,a\n", u="id\n1\n")
    maps = [
        triples_map(pom(ex("p"), literal("{x}")), subject=ex(f"{name}/{{id}}"), name=name) for name in "abcde"
    ]
    last = triples_map(a("U"), source=OTHER, name="u", subject=ex("u/{id}"))
    for ordered in (True, False):
        assert written(mapping(*maps, last), tmp_path, large=True, ordered=ordered).count("\n") == 11


def test_a_table_that_breaks_off_leaves_nothing_beside(tmp_path: Path) -> None:
    put(tmp_path, t="id,x\n1,a\n2\n", u="id\n1\n")
    with pytest.raises(TableError, match=r"t\.csv:3"):
        one(tmp_path, pom(ex("p"), literal("{x}")), subject=ex("s/{id}"))
    assert {file.name for file in tmp_path.iterdir()} <= {"out.nq", "t.csv", "u.csv"}


@pytest.mark.parametrize(
    ("size", "memory", "kept"),
    [
        (amounts.LEAST // 8 - 1, amounts.LEAST, True),
        (amounts.LEAST // 8, amounts.LEAST, False),
        (engine.HUGE // 8 - 1, 0, True),
        (engine.HUGE // 8, 0, False),
    ],
)
def test_files_above_a_share_of_the_memory_are_not_kept_as_tables(
    size: int, memory: int, kept: bool, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read each time, and give the same lines."""
    monkeypatch.setattr(engine, "size", lambda table: size if table.path.name == "t.csv" else 5)
    put(tmp_path, t="id,x\n" + "".join(f"{n},{n % 7}\n" for n in range(300)), u="id\n1\n")
    found = one(tmp_path, pom(ex("p"), literal("{x}")), subject=ex("s/{x}"), memory=memory)
    assert found.count("\n") == 8
    tables = {text.split()[5] for text in asked if text.startswith("CREATE OR REPLACE TEMP TABLE cells_")}
    assert tables == ({"cells_0", "cells_1"} if kept else {"cells_1"})


def test_what_does_not_fit_into_memory_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More lines than DuckDB may hold are sorted."""
    monkeypatch.setattr(outputs, "FEW", -1)
    monkeypatch.setattr(outputs, "TOGETHER", 0)
    long, many = "x" * 100, 100_000
    put(tmp_path, t="id,x\n" + "".join(f"{n},{n % 7}\n" for n in range(many)))
    given = mapping(triples_map(*(pom(ex(p), literal("{x}")) for p in "pqrs"), subject=ex(f"{long}/{{id}}")))
    tables = look_at(given, tmp_path)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    spilled: list[int] = []
    do = engine.Engine.do

    def watched(self: engine.Engine, statement: str, out: Path | None = None) -> list[tuple[object, ...]]:
        found = do(self, statement, out)
        ((size,),) = self.connection.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchall()
        spilled.append(size or 0)
        return found

    with engine.start(tables.values(), memory=amounts.OWN + 75_000_000) as running:
        monkeypatch.setattr(engine.Engine, "do", watched)
        count = running.write(parts.lines(rules(given), unbound), tmp_path / "out.nq")
    assert count == 4 * many
    assert max(spilled) > 0
    made = (f'<{EX}{long}/{n}> <{EX}{p}> "{n % 7}" .\n' for n in range(many) for p in "pqrs")
    with (tmp_path / "out.nq").open(encoding="utf-8") as lines:
        assert all(line == expected for line, expected in zip(lines, sorted(made), strict=True))


def test_too_little_memory_is_told_with_what_to_do(tmp_path: Path) -> None:
    put(tmp_path, t="id,x\n" + "".join(f"{n},{n}\n" for n in range(50_000)))
    given = mapping(triples_map(pom(ex("p"), literal("{x}")), subject=ex("{id}")))
    tables = look_at(given, tmp_path)
    told = r"cannot be mapped in the memory there is: .*; allow more of it with --memory"
    with engine.start(tables.values()) as running:
        running.do("SET memory_limit = '1MB'")
        with pytest.raises(TableError, match=told):
            running.do("CREATE TABLE kept AS FROM source_0")


def test_what_counts_is_the_size_of_records_not_of_a_file(tmp_path: Path, asked: list[str]) -> None:
    """A compressed table is as large as what is in it."""
    rows = "id,x\n" + "".join(f"{n},same\n" for n in range(40_000))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(rows.encode()))
    source = LogicalSource("t.csv.gz", compression="gzip")
    given = mapping(triples_map(pom(ex("p"), literal("{x}")), subject=ex("{id}"), source=source))
    tables = look_at(given, tmp_path)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    with engine.start(tables.values()) as running:
        count = running.write(parts.lines(rules(given), unbound), tmp_path / "out.nq", ordered=False)
    assert count == 40_000
    assert (tmp_path / "t.csv.gz").stat().st_size < outputs.FEW < len(rows) * 5
    assert not any("DISTINCT" in each for each in asked if each.startswith("COPY"))


@pytest.mark.parametrize(
    ("ordered", "then"),
    [
        (True, ["sorting the lines"]),
        (False, [f"writing lines: {n} of 3 parts" for n in (1, 2, 3)]),
    ],
)
def test_a_large_run_tells_its_steps(
    ordered: bool, then: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small one has one, whether or not an order is asked for."""
    monkeypatch.setattr(outputs, "TOGETHER", 2)
    put(tmp_path, t="id,x\n1,a\n2,b\n")
    maps = [
        triples_map(pom(ex("p"), literal("{x}")), subject=ex(f"{name}/{{id}}"), name=name) for name in "abcde"
    ]
    given = mapping(*maps)
    tables = look_at(given, tmp_path)
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    of_large = ["reading the tables", "looking for keys", *then]
    for few, expected in ((outputs.FEW, ["sorting the lines"]), (-1, of_large)):
        monkeypatch.setattr(outputs, "FEW", few)
        steps: list[str] = []
        with engine.start(tables.values(), step=steps.append) as running:
            running.write(parts.lines(rules(given), unbound), tmp_path / "out.nq", ordered=ordered)
        assert steps == expected


def test_a_number_of_a_record_stands_for_its_place_in_the_file(tmp_path: Path) -> None:
    many = 2000
    put(tmp_path, t="id\n" + "".join(f"v{n}\n" for n in range(1, many + 1)), u="id\n1\n")
    fresh = TermMap(Fresh(), TermType.BLANK_NODE)
    found = one(tmp_path, pom(ex("p"), literal("{id}")), subject=fresh).splitlines()
    made = [(line.split()[0].split("r")[-1], line.split('"')[1]) for line in found if '"' in line]
    assert sorted(made) == sorted((str(n), f"v{n}") for n in range(1, many + 1))
