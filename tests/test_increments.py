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
}
VALUES = {
    "id": ("guizhou", "bijie", "zhijin", "new", "e1", "e2", "", "a b/ü"),
    "name": ("毕节市", "毕节", "贵州省", "", '"a, ""b"""', "x\\y"),
    "parent": ("guizhou", "bijie", "new", "", "nowhere"),
    "area": ("1.5", "1.50", "1.500", "2", "", "large"),
    "place": ("guizhou", "bijie", "zhijin", "new", "", "nowhere"),
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
)
PREFIX = "@prefix ex: <https://example.org/> . "


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
    kind = draw(st.sampled_from(["cell", "cell", "cell", "add", "remove", "again", "order", "rename"]))
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
