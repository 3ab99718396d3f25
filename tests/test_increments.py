"""A build after a change: the same bytes, quads and faults as one that starts anew, whatever changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import kg
from kg import near_rows
from kg.errors import KgError

Make = Callable[..., Path]
MAPPING = """\
prefixes:
  ex: https://example.org/
  rdfs: http://www.w3.org/2000/01/rdf-schema#
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  places:
    sources: [[places.csv~csv]]
    s: ex:place/$(id)
    po:
      - [a, ex:Place]
      - [rdfs:label, $(name), zh~lang]
      - [ex:in, ex:place/$(parent)~iri]
      - [ex:area, $(area), xsd:decimal]
  names:
    sources: [[names.csv~csv]]
    s: ex:place/$(place)
    po:
      - [rdfs:label, $(name), zh~lang]
      - [ex:area, $(area), xsd:decimal]
  events:
    sources: [[events.csv~csv]]
    s: ex:event/$(id)
    po:
      - [a, ex:Event]
      - [ex:on, $(on), xsd:date]
      - p: ex:at
        o:
          - mapping: places
            condition: {function: equal, parameters: [[str1, $(place)], [str2, $(id)]]}
  notes:
    sources: [[notes.csv~csv]]
    po:
      - [ex:of, ex:place/$(place)~iri]
      - [ex:text, $(text)]
  kinds:
    sources: [[kinds.csv~csv]]
    s: ex:place/$(id)
    graphs: ex:graph/$(graph)
    po:
      - [a, ex:Place]
      - [ex:text, $(text)]
  terms:
    sources: [[terms.csv~csv]]
    s: ex:term/$(id)
    graphs: urn:kg:ontology
    po:
      - [a, ex:Class]
      - [ex:p, $(area), xsd:decimal]
  others:
    sources: [[others.csv~csv]]
    s: ex:place/$(id)
    po:
      - [rdfs:label, $(name), zh~lang]
      - [rdfs:label, $(name), ZH~lang]
      - [ex:area, $(area), xsd:decimal]
      - [ex:text, $(name)]
"""
TABLES = {
    "places": [
        "id,name,parent,area",
        "guizhou,贵州省,,1.50",
        "bijie,毕节市,guizhou,1.5",
        "zhijin,织金县,bijie,",
    ],
    "names": ["place,name,area", "bijie,毕节,1.5", "bijie,毕节市,1.500", "guizhou,黔,"],
    "events": ["id,on,place", "e1,2020-01-24,bijie", "e2,2020-02-01,zhijin"],
    "notes": ["place,text", "bijie,一", "bijie,一", "guizhou,二"],
    "kinds": ["id,text,graph", "nayong,一,one", "new,二,", "weining,三,two"],
    "terms": ["id,area", "bijie,1.5", "new,"],
    "others": ["id,name,area", "bijie,毕节,1.5", "bijie,毕节市,", "guizhou,贵州省,1.50", "zhijin,织金县,"],
}
VALUES = {
    "id": ("guizhou", "bijie", "zhijin", "new", "e1", "e2", "", "a b/ü"),
    "name": ("毕节市", "毕节", "贵州省", "", '"a, ""b"""', "x\\y"),
    "parent": ("guizhou", "bijie", "new", "", "nowhere"),
    "area": ("1.5", "1.50", "1.500", "2", "", "large"),
    "place": ("guizhou", "bijie", "zhijin", "new", "", "nowhere"),
    "graph": ("one", "two", ""),
    "on": ("2020-01-24", "2020-02-30", "2020-02-01", ""),
    "text": ("一", "二", "", '"two\nlines"'),
}
RULES = (
    ("[ex:area, $(area), xsd:decimal]", "[ex:area, $(area), xsd:double]"),
    ("[ex:area, $(area), xsd:decimal]", "[ex:size, $(area)]"),
    ("[rdfs:label, $(name), zh~lang]", "[rdfs:label, $(name), en~lang]"),
    ("[a, ex:Event]", "[a, ex:Happening]"),
    ("      - [a, ex:Event]\n", ""),
    ("ex:place/$(parent)~iri", "ex:spot/$(parent)~iri"),
    ("ex:event/$(id)", "ex:place/$(id)"),
    ("[ex:of, ", "[ex:about, "),
    ("$(text)", "$(txt)"),
    ("    po:\n      - [ex:of", "    s: ex:note/$(text)\n    po:\n      - [ex:of"),
)
ONTOLOGY = (
    "ex:Place a ex:Class . ",
    "<https://example.org/place/nowhere> a ex:Place . ",
    "[] ex:p [ ex:q 1.50 ] . ",
    "ex:Place ex:p 1.5, 1.50 . ",
    "<https://example.org/term/bijie> a ex:Class . ",
    "<https://example.org/term/new> a ex:Class ; ex:p 1.5, 1.50 . ",
)
PREFIX = "@prefix ex: <https://example.org/> . @prefix t: <https://example.org/t/> . "


def files(root: Path, mapping: str, tables: dict[str, list[str]], ontology: frozenset[str]) -> None:
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "ontology").mkdir(exist_ok=True)
    (root / "data/mapping.yml").write_text(mapping, encoding="utf-8")
    (root / "ontology/o.ttl").write_text(PREFIX + "".join(sorted(ontology)), encoding="utf-8")
    for name, lines in tables.items():
        (root / f"data/{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def outcome(root: Path, *, clean: bool = False) -> tuple[list[str], dict[str, bytes], set[str]]:
    """What a person is told, the files, and what is in the store."""
    try:
        graph = kg.build(root, clean=clean)
    except KgError as error:
        return [str(finding).replace(str(root), "") for finding in error.findings], {}, set()
    told = [str(finding).replace(str(root), "") for finding in graph.warnings]
    names = ("graph.nq", "ontology.nq", "manifest.json")
    return (
        told,
        {name: (graph.build.folder / name).read_bytes() for name in names},
        set(map(str, graph.store)),
    )


@st.composite
def edited(draw: st.DrawFn, lines: list[str]) -> list[str]:  # noqa: PLR0911  # one for each kind
    """A table after one edit."""
    columns, rows = lines[0].split(","), lines[1:]
    kinds = ["cell", "cell", "cell", "add", "remove", "remove", "again", "order", "rename", "swallow"]
    kind = draw(st.sampled_from(kinds))
    if kind == "rename":
        return [draw(st.sampled_from([lines[0], ",".join(reversed(columns)), lines[0] + "x"])), *rows]
    if kind == "order":
        return [lines[0], *draw(st.permutations(rows))]
    if kind == "add":
        row = ",".join(draw(st.sampled_from(VALUES.get(name, ("x",)))) for name in columns)
        at = draw(st.integers(0, len(rows)))
        return [lines[0], *rows[:at], row, *rows[at:]]
    if not rows:
        return lines
    at = draw(st.integers(0, len(rows) - 1))
    if kind == "remove":
        return [lines[0], *rows[:at], *rows[at + 1 :]]
    if kind == "again":
        return [*lines, rows[at]]
    cells = rows[at].split(",")
    if kind == "swallow":  # a cell that begins here and ends some lines on
        end = draw(st.integers(at, len(rows) - 1))
        inside = [*rows[at : end + 1]]
        inside[0] = ",".join([*cells[:-1], f'"{cells[-1]}'])
        return [lines[0], *rows[:at], *inside[:-1], inside[-1] + '"', *rows[end + 1 :]]
    column = draw(st.integers(0, min(len(cells), len(columns)) - 1))
    cells[column] = draw(st.sampled_from(VALUES.get(columns[column], ("x",))))
    return [lines[0], *rows[:at], ",".join(cells), *rows[at + 1 :]]


@settings(
    max_examples=int(os.environ.get("KG_INCREMENTS", "15")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_whatever_changes_an_increment_is_what_a_clean_build_is(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Tables, rules and ontology; to what is faulty and back."""
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    mapping, tables, ontology = MAPPING, dict(TABLES), frozenset(ONTOLOGY[:1])
    files(one, mapping, tables, ontology)
    kg.build(one)
    good = (mapping, tables, ontology)
    for _ in range(data.draw(st.integers(1, 4))):
        for _ in range(data.draw(st.sampled_from([1, 1, 1, 2, 3]))):
            what = data.draw(st.sampled_from([*TABLES, *TABLES, "mapping", "ontology"]))
            if what == "mapping":
                old, new = data.draw(st.sampled_from(RULES))
                mapping = (
                    mapping.replace(old, new)
                    if old in mapping
                    else mapping.replace(new, old)
                    if new
                    else mapping
                )
            elif what == "ontology":
                ontology ^= {data.draw(st.sampled_from(ONTOLOGY))}
            else:
                tables = tables | {what: data.draw(edited(tables[what]))}
        for root in (one, other):
            files(root, mapping, tables, ontology)
        with pytest.MonkeyPatch.context() as patch:  # as if tables were large
            few = data.draw(st.sampled_from([(near_rows.FEW_BYTES, 8), (0, 8), (0, 0)]))
            patch.setattr(near_rows, "FEW_BYTES", few[0])
            patch.setattr(near_rows, "FEW_TEXTS", few[1])
            made = outcome(one)
        assert made == outcome(other, clean=True)
        if made[1]:
            good = (mapping, tables, ontology)
        else:  # mended
            mapping, tables, ontology = good
            tables = dict(tables)


MEETING = """\
prefixes: {ex: "https://example.org/"}
mappings:
  t: {sources: [[t.csv~csv]], s: ex:t/$(id), graphs: urn:kg:$(graph), po: [[a, ex:T], [ex:name, $(name), en~lang]]}
  u:
    sources: [[u.csv~csv]]
    s: ex:t/$(id)
    graphs: urn:kg:$(graph)
    po: [[ex:name, $(name), en~lang], [ex:name, $(name), EN~lang]]
  of: {sources: [[of.csv~csv]], s: ex:of/$(id), po: [[ex:of, ex:t/$(id)~iri]]}
"""
MET = ("t:a a ex:T . ", 't:a ex:name "x"@en . ', 't:b ex:name "x"@en . ')


Rows = dict[str, tuple[str, str]]


@st.composite
def meeting(draw: st.DrawFn, before: Rows) -> Rows:
    """The rows of a table by their ids, some of them as they were."""
    found: Rows = {}
    for key in "abc":
        kept = before.get(key) if draw(st.booleans()) else None
        drawn = st.tuples(st.sampled_from(["ontology", "ontology", "a", ""]), st.sampled_from("xxy"))
        if row := kept or draw(st.one_of(st.none(), drawn, drawn)):
            found[key] = row
    return found


def written(rows: Rows, *, swallowing: bool) -> list[str]:
    """The lines of a table; of one that is `swallowing`, the last cell of the first row goes on to the end."""
    lines = [f"{key},{graph},{name}" for key, (graph, name) in rows.items()]
    if swallowing and lines:
        begin, _, name = lines[0].rpartition(",")
        text = "\n".join([name, *lines[1:]])
        lines = [f'{begin},"{text}"']
    return ["id,graph,name", *lines]


@settings(
    max_examples=int(os.environ.get("KG_INCREMENTS", "15")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_what_several_make_goes_with_the_last_of_them(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Tables, rules and the ontology that make the same few quads, some of which have no graph."""
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patch:  # as if tables were large
        large, texts = data.draw(st.sampled_from([(True, 8), (True, 8), (True, 0), (False, 0)]))
        patch.setattr(near_rows, "FEW_BYTES", 0 if large else near_rows.FEW_BYTES)
        patch.setattr(near_rows, "FEW_TEXTS", texts)
        tables: dict[str, Rows] = {"t": {}, "u": {}}
        ontology: frozenset[str] = frozenset()
        referring: list[str] = []
        for _ in range(data.draw(st.integers(2, 4))):
            tables = {name: data.draw(meeting(rows)) for name, rows in tables.items()}
            ontology = data.draw(
                st.sampled_from([ontology, ontology, frozenset(MET[:2]), frozenset(MET[1:])])
            )
            swallowing = data.draw(st.sampled_from(["", "", "", "t", "u"]))
            lines = {name: written(rows, swallowing=name == swallowing) for name, rows in tables.items()}
            if "b" in tables["t"]:  # else what refers to it stays
                referring = data.draw(st.sampled_from([[], ["b"], ["b"]]))
            lines["of"] = ["id", *referring]
            for root in (one, other):
                files(root, MEETING, lines, ontology)
            assert outcome(one) == outcome(other, clean=True)


def test_a_changed_cell_is_told_as_what_it_changes(project: Make) -> None:
    """One quad for another; the other table is taken over, with the quads that both make."""
    more = """\
  more:
    sources: [[more.csv~csv]]
    s: ex:place/$(id)
    po: [[rdfs:label, $(name), zh~lang]]
"""
    root = project({"data/more.csv": "id,name\nbijie,毕节市\n"})
    mapping, table = root / "data/mapping.yml", root / "data/places.csv"
    mapping.write_text(mapping.read_text(encoding="utf-8") + more, encoding="utf-8")
    kg.build(root)
    table.write_text(table.read_text(encoding="utf-8").replace("毕节市", "毕节"), encoding="utf-8")
    first = kg.build(root)
    assert str(first.changes) == "reused 1 of 2 tables; 1 quads added, 0 removed"
    table.write_text(table.read_text(encoding="utf-8").replace("毕节", "毕节市"), encoding="utf-8")
    assert str(kg.build(root).changes) == "reused 1 of 2 tables; 0 quads added, 1 removed"


def both(root: Path, other: Path, edits: dict[str, str]) -> None:
    """Build on, and anew in another folder, with the same outcome."""
    for folder in (root, other):
        for name, text in edits.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    assert outcome(root) == outcome(other, clean=True)


def test_a_line_that_another_table_gave_up_is_kept_by_a_large_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although other rows of the large one have changed."""
    monkeypatch.setattr(near_rows, "FEW_BYTES", 0)
    rules = "".join(
        f"  {name}:\n    sources: [[{name}.csv~csv]]\n    s: ex:$(id)\n    po: [[ex:name, $(name)]]\n"
        for name in "tu"
    )
    mapping = f"prefixes: {{ex: 'https://example.org/'}}\nmappings:\n{rules}"
    given = {
        "data/mapping.yml": mapping,
        **dict.fromkeys(("data/t.csv", "data/u.csv"), "id,name\na,x\nb,y\n"),
    }
    both(tmp_path / "one", tmp_path / "other", given)
    edits = {"data/t.csv": "id,name\na,x2\nb,y\n", "data/u.csv": "id,name\na,x\nb,y2\n"}
    both(tmp_path / "one", tmp_path / "other", edits)
    graph = kg.build(tmp_path / "one").build.graph.read_text(encoding="utf-8")
    assert [line.split()[0][-2:] + line.split()[2] for line in graph.splitlines()] == [
        'a>"x"', 'a>"x2"', 'b>"y"', 'b>"y2"',
    ]  # fmt: skip


def test_a_node_without_a_line_is_missed_when_it_goes(tmp_path: Path) -> None:
    """Its row has no graph, so that nothing of the graph changes with it."""
    mapping = """\
prefixes: {ex: "https://example.org/"}
mappings:
  t: {sources: [[t.csv~csv]], s: ex:t/$(id), graphs: ex:g/$(g), po: [[a, ex:T]]}
  u: {sources: [[u.csv~csv]], s: ex:u/$(id), po: [[ex:of, ex:t/$(t)~iri]]}
"""
    given = {"data/mapping.yml": mapping, "data/t.csv": "id,g\na,g\nb,\n", "data/u.csv": "id,t\n1,b\n"}
    both(tmp_path / "one", tmp_path / "other", given)
    both(tmp_path / "one", tmp_path / "other", {"data/t.csv": "id,g\na,g\n"})
    with pytest.raises(KgError, match="dangling-reference"):
        kg.build(tmp_path / "one")
