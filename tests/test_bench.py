"""The kit that measures: its scenarios say what they mean, and it judges rightly. No peer is needed, nothing is timed."""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

import kg

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "bench"))

import engines  # noqa: E402
import marks  # noqa: E402
import measuring  # noqa: E402
import report  # noqa: E402
import run  # noqa: E402
import tasks  # noqa: E402
import transport  # noqa: E402
from mappings import Column, Join, Map, Template  # noqa: E402
from measuring import Case, Failed, Output, Run  # noqa: E402
from scenarios import KINDS, scenario  # noqa: E402
from sources import Scenario, fingerprint  # noqa: E402

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD = "http://www.w3.org/2001/XMLSchema#"
SMALL = {
    "raw-20x3": "329cfa98ce7ee1a6",
    "duplicates-50-40": "e00e40b0f4806b6c",
    "empty-30-20": "9509702bdd15f9f9",
    "maps-2x3-10": "f7e2192d60d20353",
    "joins-2-3-50-40": "78673bb9fadd2e09",
    "transport-1": "9d7ed6db1f51af23",
    "curated-200": "67f658697064a9f2",
    "register-30": "84544f38497b33e6",
    "hostile-200": "b487b710d6ebda8c",
}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less of everything that a unit of public transport has much of."""
    for name, count in {
        "TRIPS": 6,
        "SHAPE_POINTS": 60,
        "STOP_TIMES": 50,
        "STOPS": 24,
        "FREQUENCIES": 20,
    }.items():
        monkeypatch.setattr(transport, name, count)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.usefixtures("few")
def test_a_scenario_is_the_same_bytes_each_time(name: str, tmp_path: Path) -> None:
    """Here, in another process and with another version of Python: figures of years can be compared."""
    assert fingerprint(scenario(name).write(tmp_path / "one")) == SMALL[name]


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.usefixtures("few")
def test_kg_makes_of_a_scenario_what_a_loop_makes(name: str, tmp_path: Path) -> None:
    """Of both mappings; the loop is below."""
    made = scenario(name)
    folder = made.write(tmp_path / "scenario")
    wanted = looped(made, folder)
    for mapping in ("mapping.ttl", "core.ttl"):
        out = tmp_path / "out.nt"
        kg.map(folder / mapping, out)
        assert {quad.triple for quad in ox.parse(path=out, format=ox.RdfFormat.N_TRIPLES)} == wanted
    assert len(wanted) > 10


def looped(made: Scenario, folder: Path) -> set[ox.Triple]:
    """The triples of a scenario, by sets and loops alone."""
    tables = {}
    for table in made.tables:
        with (folder / table.name).open(encoding="utf-8", newline="") as file:
            tables[table.name] = [*csv.DictReader(file)]
    maps = {each.name: each for each in made.maps}
    triples = set()
    for each in made.maps:
        for row in tables[each.table]:
            subject = filled(each.subject, row)
            if subject and each.type:
                triples.add(ox.Triple(subject, RDF_TYPE, ox.NamedNode(each.type)))
            for predicate, what in each.objects if subject else ():
                for value in objects(what, row, maps, tables):
                    triples.add(ox.Triple(subject, ox.NamedNode(predicate), value))
    return triples


def filled(template: str, row: dict[str, str]) -> ox.NamedNode | None:
    names = re.findall(r"{([^}]+)}", template)
    if not all(row[name] for name in names):
        return None
    return ox.NamedNode(re.sub(r"{([^}]+)}", lambda found: quote(row[found[1]], safe="~"), template))


def objects(what: Any, row: dict[str, str], maps: dict[str, Map], tables: dict[str, Any]) -> list[Any]:
    if isinstance(what, Template):
        return [node for node in [filled(what.text, row)] if node]
    if isinstance(what, Join):
        other = maps[what.map]
        met = (
            theirs
            for theirs in tables[other.table]
            if row[what.ours] and theirs[what.theirs] == row[what.ours]
        )
        return [node for node in (filled(other.subject, theirs) for theirs in met) if node]
    assert isinstance(what, Column)
    text = row[what.name]
    if not text:
        return []
    if what.iri:
        return [ox.NamedNode(text)]
    datatype = ox.NamedNode(XSD + what.datatype) if what.datatype else None
    return [ox.Literal(text, datatype=datatype, language=what.language or None)]


@pytest.mark.parametrize(
    ("name", "triples"),
    [
        ("raw-20x3", 20 * 3),
        ("duplicates-25-40", 30 * 20 + 20),
        ("empty-0-10", 10 * 20),
        ("maps-2x3-10", 2 * 3 * 10),
        ("joins-2-3-50-60", 10 * 2 * 3),
        ("register-30", 30 * 3 + 1_000 * 2),
    ],
)
def test_a_scenario_has_as_many_triples_as_its_name_says(name: str, triples: int, tmp_path: Path) -> None:
    made = scenario(name)
    assert len(looped(made, made.write(tmp_path / "scenario"))) == triples


def test_points_of_shapes_are_what_a_city_has_most_of(tmp_path: Path) -> None:
    """Some 400,000 triples a unit of scale, most by the join of the table of shapes with itself."""
    points = transport.SHAPE_POINTS * 6
    assert 380_000 < points + 20_000 + 24_000 < 420_000
    joined = [each for each in transport.MAPS if each.table == "shapes.csv"]
    assert [type(what) for each in joined for _, what in each.objects].count(Join) == 1


def test_a_scenario_that_is_half_made_is_made_anew(tmp_path: Path) -> None:
    folder = scenario("raw-5x2").write(tmp_path / "scenario")
    (folder / "rows.csv").write_text("half", encoding="utf-8")
    (stamp,) = folder.glob("made-*")
    stamp.unlink()
    assert "c1-5" in (scenario("raw-5x2").write(folder) / "rows.csv").read_text(encoding="utf-8")


def test_an_unknown_scenario_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="joins-N-M-PERCENT") as caught:
        scenario("join-1")
    assert all(kind.shown in str(caught.value) for kind in KINDS)


def test_every_scenario_that_is_measured_or_judged_is_there() -> None:
    known = tasks.tasks()
    assert all(scenario(name).name == name for name in (*tasks.SCENARIOS, tasks.MILLION, tasks.REPEATING))
    assert set(tasks.QUICK) <= set(tasks.SCENARIOS) <= set(known)
    assert {task for task in known if known[task].quick} >= set(tasks.QUICK)


# ---- running and comparing


def test_what_a_process_and_its_own_take_is_measured(tmp_path: Path) -> None:
    """Memory of all together, processor time of all, and the seconds that it tells itself."""
    child = "x = bytearray(80_000_000); sum(range(3_000_000)); import time; time.sleep(.5)"
    code = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True);"
        "print('text'); print('{\"seconds\": 2.5}')"
    )
    found = measuring.measured([sys.executable, "-c", code], tmp_path, tmp_path, 60)
    assert found.mib > 80
    assert found.wall_s > 0.5
    assert found.cpu_s > 0.02
    assert found.inner_s == 2.5


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="failed with 1: no such thing"):
        measuring.measured(
            [sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path, tmp_path, 60
        )


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="not done in time"):
        measuring.measured([sys.executable, "-c", "while True: pass"], tmp_path, tmp_path, 0.2)


def test_files_of_the_same_lines_have_one_hash(tmp_path: Path) -> None:
    """In whatever order, however often, in however many files; the count is of different ones."""
    one, many = tmp_path / "one" / "out", tmp_path / "many"
    for folder in (one.parent, many):
        folder.mkdir()
    one.write_text("b\na\nc\n", encoding="utf-8")
    (many / "part-1").write_text("c\nb\nc\n", encoding="utf-8")
    (many / "part-2").write_text("a\n", encoding="utf-8")
    (many / "_SUCCESS").write_text("d\n", encoding="utf-8")
    assert measuring.set_of_lines(one) == measuring.set_of_lines(many)
    assert measuring.set_of_lines(one)[1] == 3
    assert measuring.counted(many) == Output(4, 8)


def test_an_escape_more_or_less_is_the_same_triple(tmp_path: Path) -> None:
    files = {"raw": '<a:b> <a:c> "x\ty\u00e9" .\n', "escaped": '<a:b> <a:c> "x\\ty\\u00E9" .\n'}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert len({measuring.set_of_lines(tmp_path / name) for name in files}) == 2
    assert len({measuring.canonical(tmp_path / name) for name in files}) == 1


def test_an_answer_is_its_rows(tmp_path: Path) -> None:
    """A heading, the ends of lines and the order of rows are nothing."""
    for name, text in {
        "kg": "class,n\r\nhttp://a,1\r\nhttp://b,2\r\n",
        "peer": "http://b,2\nhttp://a,1\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    assert tasks.answer(tmp_path / "kg") == tasks.answer(tmp_path / "peer")
    assert tasks.answer(tmp_path / "kg")[1] == 2


def contender(name: str, work: Path, text: str, **more: Any) -> tasks.Contender:
    """One that writes a text."""
    code = f"import pathlib; pathlib.Path({str(work / 'out')!r}).write_text({text!r}, encoding='utf-8')"
    command = [sys.executable, "-c", code]
    how = {"compared": measuring.set_of_lines, "canonical": measuring.canonical, "runs": 2} | more
    return tasks.Contender(name, lambda: command, work, work / "out", work.parent, **how)


def compared(tmp_path: Path, **texts: str) -> dict[str, Case]:
    """Cases of contenders that write these texts."""
    task = tasks.Task(
        "t", "", lambda _: (contender(name, tmp_path / name, text) for name, text in texts.items())
    )
    setting = tasks.Setting(tmp_path, tmp_path, (), 2, 60)
    return {case.contender: case for case in run.measure(task, setting, {})}


A, B = '<a:a> <a:b> "\\t" .\n', '<a:a> <a:b> "2" .\n'


def test_contenders_of_the_same_triples_are_compared(tmp_path: Path) -> None:
    """Also where the one writes an escape and the other does not: then both are parsed."""
    found = compared(tmp_path, kg=A + B, peer=B + A.replace("\\t", "\t") + B)
    assert [(case.note, len(case.runs), case.output.lines) for case in found.values()] == [("", 2, 2)] * 2
    assert all(case.figure("wall_s") for case in found.values())


def test_a_contender_of_other_triples_has_no_figures(tmp_path: Path) -> None:
    found = compared(tmp_path, kg=A + B, one=B + A, other=B)
    assert {name: case.note for name, case in found.items()} == {
        "kg": "",
        "one": "",
        "other": "differs: 1 triples, not 2",
    }
    assert found["other"].figure("wall_s") is None
    assert found["other"].runs


def test_it_is_kg_that_differs_if_all_others_agree(tmp_path: Path) -> None:
    found = compared(tmp_path, kg=A, one=A + B, other=B + A)
    assert [name for name, case in found.items() if case.note] == ["kg"]


def test_what_is_no_triples_at_all_is_said(tmp_path: Path) -> None:
    found = compared(tmp_path, kg=A, one=A, other="<a:a> <a b> <c> .\n")
    assert found["other"].note.startswith("no N-Triples")
    assert not found["kg"].note


def test_an_output_that_changes_from_run_to_run_is_said(tmp_path: Path) -> None:
    case = Case("t", "kg")
    run.once(contender("kg", tmp_path / "kg", A), case, 60)
    run.once(contender("kg", tmp_path / "kg", A + B), case, 60)
    assert "from run to run" in case.note


def test_an_output_of_a_wrong_length_is_said(tmp_path: Path) -> None:
    case = Case("t", "kg")
    run.once(contender("kg", tmp_path / "kg", A, compared=None, expected=2), case, 60)
    assert case.note == "differs: 1 triples, not 2"


# ---- judging

RUNS = [Run(wall, wall * 2, 100, 0.1) for wall in (9.0, 1.0, 2.0)]


def cases(**seconds: float) -> dict[tuple[str, str], Case]:
    """Cases of a task called t, each of one run."""
    return {
        ("t", name): Case("t", name, [Run(wall, wall, 50, 0)], Output(10, 10))
        for name, wall in seconds.items()
    }


def test_the_median_is_told_and_a_fault_leaves_none() -> None:
    case = Case("t", "kg", RUNS)
    assert [case.figure(name) for name in ("wall_s", "cpu_s", "mib", "inner_s")] == [2.0, 4.0, 100, None]
    assert replace(case, note="differs").figure("wall_s") is None


def test_a_case_is_read_as_it_was_written() -> None:
    case = Case("t", "kg", RUNS, Output(3, 40, "abc"), "note", "origin")
    assert measuring.parsed(json.loads(json.dumps(case.as_json()))) == case
    assert measuring.parsed(json.loads(json.dumps(Case("t", "kg").as_json()))) == Case("t", "kg")


@pytest.mark.parametrize(
    ("seconds", "state", "found"),
    [
        ({"kg": 1.0, "morph": 4.0}, "met", 4.0),
        ({"kg": 1.0, "morph": 3.99}, "MISSED", 3.99),
        ({"kg": 1.0}, "not measured", None),
        ({"morph": 1.0}, "not measured", None),
    ],
)
def test_a_ratio_is_met_missed_or_not_measured(
    seconds: dict[str, float], state: str, found: float | None
) -> None:
    verdict = marks.Mark("", marks.ratio("t", "morph"), 4).judged(cases(**seconds))
    assert (verdict.state, verdict.found) == (state, found)


def test_a_ratio_to_other_triples_is_not_measured() -> None:
    known = cases(kg=1.0, morph=9.0)
    known["t", "morph"].note = "differs: 1 triples, not 2"
    assert marks.Mark("", marks.ratio("t", "morph"), 4).judged(known).state == "not measured"


def test_a_bound_from_above_is_kept_below_it() -> None:
    memory = marks.Mark("", marks.of("t", name="mib"), 50, at_least=False, unit="MiB")
    assert memory.judged(cases(kg=1)).state == "met"
    assert replace(memory, bound=49).judged(cases(kg=1)).state == "MISSED"
    more = marks.Mark("", marks.more_than("t", "kg", "python"), 0.15, at_least=False, unit="s")
    assert more.judged(cases(kg=0.5, python=0.25)).state == "MISSED"
    assert more.judged(cases(kg=0.375, python=0.25)).found == 0.125


def test_no_peer_may_be_faster_in_any_scenario() -> None:
    figure = marks.least(["t"])
    assert figure(cases(kg=2, morph=6, maplib=1)) == 0.5
    assert figure(cases(kg=2, other=1)) is None


def test_both_questions_count() -> None:
    one, two = marks.ratio("t", "morph"), marks.ratio("u", "morph")
    known = cases(kg=1, morph=3)
    assert marks.smallest([one, two])(known) is None
    assert marks.smallest([one, one])(known) == 3


def test_triples_a_second_are_of_the_step_itself() -> None:
    case = Case(marks.TURTLE, "kg", [Run(9, 9, 9, 0, inner_s=2.0)], Output(2_500_000, 1))
    assert marks.rate(marks.TURTLE)({(marks.TURTLE, "kg"): case}) == 1_250_000


def test_every_mark_is_of_a_task_that_is_measured() -> None:
    """With figures for all there is, every mark is judged."""
    names = {*engines.ENGINES, *tasks.STARTS, tasks.COPY, "clean", "changed row"}
    made = [
        Case(task, name, [Run(2.0, 2.0, 100, 0, 1.0)], Output(10, 10))
        for task in tasks.tasks()
        for name in names
    ]
    verdicts = marks.judged(made)
    assert [verdict.mark.what for verdict in verdicts if verdict.state == marks.UNKNOWN] == []
    assert len({verdict.mark.what for verdict in verdicts}) == len(marks.MARKS)


@pytest.mark.parametrize(("bound", "code", "last"), [(4, 0, "1 met, 0 MISSED"), (6, 1, "0 met, 1 MISSED")])
def test_the_check_ends_with_1_if_a_mark_is_missed(
    bound: int,
    code: int,
    last: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"cases": [case.as_json() for case in cases(kg=1, morph=5).values()]}))
    one = marks.Mark("t, morph", marks.ratio("t", "morph"), bound)
    monkeypatch.setattr(marks, "MARKS", (one, marks.Mark("u", marks.of("u"), 1)))
    monkeypatch.setattr(sys, "argv", ["marks.py", str(file)])
    with pytest.raises(SystemExit) as caught:
        marks.main()
    assert caught.value.code == code
    assert capsys.readouterr().out.splitlines()[-1] == f"{last}, 1 not measured"


# ---- results of before, and what is shown

MACHINE = {"processor": "P", "cores": 2, "memory_gb": 4, "system": "S"}
RESULT: dict[str, Any] = {
    "when": "2026-01-01",
    "machine": MACHINE,
    "versions": {"kg": {"kgwright": "1"}, "morph": {"morph-kgc": "2"}, "maplib": {"maplib": "3"}},
    "missing": {"rdflib": "not installed"},
    "load_before": 0.5,
    "load_after": 0.25,
    "cases": [
        Case(
            "raw-100000x20", name, [Run(wall, wall, 90, 0)], Output(9, 9, "h"), reused=name == "morph"
        ).as_json()
        for name, wall in {"kg": 1.0, "morph": 12.5, "maplib": 0.5}.items()
    ],
}


def test_figures_of_peers_are_taken_over_where_all_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(RESULT), encoding="utf-8")
    now = RESULT | {"versions": RESULT["versions"] | {"maplib": {"maplib": "4"}}}
    assert set(run.reusable(file, now)) == {("raw-100000x20", "morph")}
    assert run.reusable(file, now | {"machine": MACHINE | {"cores": 4}}) == {}


def test_the_table_tells_ratios_machine_versions_and_what_is_missing() -> None:
    text = report.short(RESULT)
    assert "| raw-100000x20 | 9 | 1.00 s | 12.5×* | 0.5× |" in text
    for part in (
        "P, 2 cores",
        "load 0.5 before, 0.2 after",
        "morph-kgc 2",
        "not installed",
        "measured earlier",
    ):
        assert part in text
    assert "90 MiB" in report.long(RESULT)


def test_the_picture_is_svg_with_every_ratio() -> None:
    drawn = ElementTree.fromstring(report.picture(RESULT))
    texts = [element.text for element in drawn.iter() if element.text]
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"raw-100000x20", "12.5×", "0.5×", "Morph-KGC", "maplib"} <= set(texts)


def test_tables_go_between_their_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "PAGES", {page: "short"})
    monkeypatch.setattr(report, "PICTURE", tmp_path / "speed.svg")
    report.publish(RESULT)
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n<!-- figures -->\n{report.short(RESULT)}\n<!-- /figures -->\nafter\n"


def test_every_page_has_a_place_for_its_table() -> None:
    assert all(report.BETWEEN.search(page.read_text(encoding="utf-8")) for page in report.PAGES)


@pytest.mark.skipif(not marks.RESULTS.exists(), reason="nothing was measured yet")
def test_the_pages_show_the_results_that_are_kept() -> None:
    result = json.loads(marks.RESULTS.read_text(encoding="utf-8"))
    for page, kind in report.PAGES.items():
        assert {"short": report.short, "long": report.long}[kind](result) in page.read_text(encoding="utf-8")
    assert report.PICTURE.read_text(encoding="utf-8") == report.picture(result)


def test_every_peer_has_pinned_versions() -> None:
    for name in engines.ENGINES:
        if name != engines.OURS:
            lines = engines.pins(name).read_text(encoding="utf-8").splitlines()
            assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
            assert len(lines) >= 3


def test_an_engine_that_cannot_be_run_takes_no_part(tmp_path: Path) -> None:
    """One is not installed; the Python of another does not have it."""
    python = tmp_path / "maplib" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    asked = argparse.Namespace(engine=["maplib", "morph", "kg"], venvs=tmp_path)
    there, absent = run.present(asked, {"morph": "no network"})
    assert list(there) == ["kg"]
    assert there["kg"]["kgwright"] == kg.__version__
    assert absent == {"morph": "no network", "maplib": "ModuleNotFoundError: No module named 'maplib'"}
