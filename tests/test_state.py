"""What a build remembers: enough to tell that nothing has changed, and nothing that it cannot stand for."""

from __future__ import annotations

import configparser
import json
import os
import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

import kg
from kg import state
from kg.errors import Place
from kg.graph import Graph
from kg.project import find
from kg.runs import Options

Make = Callable[..., Path]
NEITHER_READ_NOR_MAKE = (
    "click",
    "filelock",
    "jinja2",
    "networkx",
    "oxrdflib",
    "packaging",
    "pypinyin",
    "pyvis",
    "rdflib",
    "rich",
    "watchfiles",
    "zstandard",
)
"""Libraries on which no quad of a build depends: those of the command line, of pages, queries and exports."""
FUNCTIONS = """\
import kg
@kg.function("https://example.org/shout")
def shout(text: str) -> str:
    return text.upper()
"""


def nothing(graph: Graph) -> bool:
    return graph.changes is not None and graph.changes.nothing


def test_where_nothing_has_changed_the_last_build_is_the_new_one(project: Make) -> None:
    """Its warnings are told again, at their places."""
    root = project({"data/places.csv": "\ufeffid,name,parent,area\n"})
    first = kg.build(root)
    again = kg.build(root)
    assert nothing(again)
    assert str(again.changes) == "nothing has changed"
    assert (again.build, again.warnings) == (first.build, first.warnings)
    assert again.warnings[0].place == Place(root / "data/places.csv", 1, 1)
    assert kg.build(root, clean=True).changes is None


def test_a_table_that_was_only_touched_has_not_changed(project: Make) -> None:
    root = kg.build(project()).project.root
    os.utime(root / "data/places.csv", (1, 1))
    assert nothing(kg.build(root))


@pytest.mark.parametrize(
    "change",
    [
        {"ontology/new.ttl": "<urn:a> a <urn:b> ."},
        {"data/functions.py": FUNCTIONS},
        {"data/places.csv": "id,name,parent,area\n"},
    ],
)
def test_what_is_new_is_a_change(change: dict[str, str], project: Make) -> None:
    kg.build(project())
    assert not nothing(kg.build(project(change)))


def test_an_ontology_that_is_gone_is_a_change(project: Make) -> None:
    root = project({"ontology/o.ttl": "<urn:a> a <urn:b> ."})
    kg.build(root)
    (root / "ontology/o.ttl").unlink()
    graph = kg.build(root)
    assert not nothing(graph)
    assert graph.build.manifest.ontology_quads == 0


def test_other_options_make_another_build(project: Make) -> None:
    kg.build(project())
    assert kg.build(project(), on_error="skip").changes is None
    assert not (project() / "build/current/state").exists()


def said(build: Path, **values: object) -> None:
    """Let the state say something else."""
    file = build / "state/state.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | values), encoding="utf-8")


def damaged(name: str) -> Callable[[Path], object]:
    return lambda build: (build / name).write_bytes((build / name).read_bytes() + b"\n")


@pytest.mark.parametrize(
    "damage",
    [
        damaged("graph.nq"),
        damaged("ontology.nq"),
        lambda build: [path.unlink() for path in (build / "store").glob("*.sst")],
        lambda build: (build / "store/CURRENT").unlink(),
        lambda build: (build / "state/state.json").write_text("{"),
        lambda build: (build / "state/state.json").write_text("{}"),
        lambda build: (build / "state/state.json").write_text("null"),
        lambda build: said(build, sources=[1]),
        lambda build: said(build, warnings=[{"rule": "unfound"}]),
        lambda build: said(build, mapping=None),
        lambda build: shutil.rmtree(build / "state"),
    ],
)
@pytest.mark.parametrize("edit", ["", "jinsha,金沙县,,\n"])
def test_what_is_damaged_is_made_anew(damage: Callable[[Path], object], edit: str, project: Make) -> None:
    """Whether or not anything has changed."""
    root = project()
    build, table = kg.build(root).build, root / "data/places.csv"
    table.write_text(table.read_text(encoding="utf-8") + edit, encoding="utf-8")
    damage(build.folder)
    graph = kg.build(root)
    assert not nothing(graph)
    assert state.intact(graph.build)
    assert len(graph.store) == graph.build.manifest.quads == 6 + 2 * bool(edit)


def test_a_copy_that_is_damaged_is_not_built_upon(project: Make) -> None:
    root = kg.build(project()).project.root
    (copy,) = (root / "build/current/state").glob("*.csv")
    copy.write_text("id,name,parent,area\nother,其他,,\n", encoding="utf-8")
    (root / "data/places.csv").write_text("id,name,parent,area\nnew,新,,\n", encoding="utf-8")
    graph = kg.build(root)
    assert str(graph.changes) == "made anew: the last build is damaged"
    assert graph.build.manifest.quads == 2


def test_a_mapping_whose_copy_is_damaged_is_not_compared_with(project: Make) -> None:
    """Also where the copy says what the mapping says now."""
    root = kg.build(project()).project.root
    mapping = root / "data/mapping.yml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("rdfs:label", "ex:name"), encoding="utf-8")
    shutil.copy(mapping, root / "build/current/state/mapping.yml")
    graph = kg.build(root)
    assert str(graph.changes) == "made anew: the last build is damaged"
    assert "https://example.org/name" in graph.build.graph.read_text(encoding="utf-8")


def test_a_folder_that_was_copied_goes_on_from_the_copied_build(project: Make, tmp_path: Path) -> None:
    root = kg.build(project()).project.root
    for folder in ("data", "build"):
        shutil.copytree(root / folder, tmp_path / "copy" / folder, symlinks=True)
    assert nothing(kg.build(tmp_path / "copy"))


EDITS = {
    "data/places.csv": ("bijie", "zhijin"),
    "data/mapping.yml": ("rdfs:label", "ex:name"),
    "ontology/o.ttl": ("urn:b", "urn:c"),
}


@pytest.mark.parametrize("file", EDITS)
@pytest.mark.parametrize("when", ["looking", "sorting", "comparing", "writing"])
def test_what_is_saved_during_a_build_is_built_by_the_next(file: str, when: str, project: Make) -> None:
    """Whatever the first made of it: it is not remembered, and the manifest does not say what it was."""
    root = project({"ontology/o.ttl": "<urn:a> a <urn:b> ."})
    if when in ("comparing", "writing"):
        kg.build(root)
        (root / "data/places.csv").write_text("id,name,parent,area\nbijie,毕节,,\n", encoding="utf-8")
    content = (root / file).read_text(encoding="utf-8").replace(*EDITS[file])
    steps: list[str] = []

    def step(told: str) -> None:
        if told.startswith(when):
            steps.append(told)
            (root / file).write_text(content, encoding="utf-8")

    first = kg.build(root, step=step).build
    assert steps
    assert not (first.folder / "state").exists()
    assert first.manifest.inputs[file] == ""
    build = kg.build(root).build
    again = kg.build(root, clean=True).build
    assert build.manifest == again.manifest


def test_a_table_that_goes_after_it_was_mapped_fails_no_build(project: Make) -> None:
    """It was built; there is nothing to remember."""
    root = project()

    def step(told: str) -> None:
        if told.startswith("loading 6"):
            (root / "data/places.csv").unlink()

    assert kg.build(root, step=step).build.manifest.quads == 6
    assert not (root / "build/current/state").exists()


def test_functions_of_the_project_may_read_what_they_like(project: Make) -> None:
    """So nothing that they make is taken over."""
    mapping = (project() / "data/mapping.yml").read_text(encoding="utf-8")
    call = "[ex:name, {function: ex:shout, parameters: [[ex:text, $(id)]]}]"
    root = project(
        {
            "data/mapping.yml": mapping + f"      - p: ex:name\n        o: {call[10:-1]}\n",
            "data/functions.py": FUNCTIONS,
        }
    )
    assert kg.build(root).changes is None
    assert kg.build(root).changes is None


def test_every_library_that_reads_or_makes_data_is_remembered(root: Path) -> None:
    """With another version of one, all is made anew; a new dependency belongs to these or to the others."""
    settings = configparser.ConfigParser()
    settings.read(root / "setup.cfg", encoding="utf-8")
    required = settings["options"]["install_requires"].split("\n")[1:]
    named = [line.partition(" ")[0] for line in required]
    assert sorted(named) == sorted([*state.LIBRARIES, *NEITHER_READ_NOR_MAKE])


@pytest.mark.parametrize("library", state.LIBRARIES)
def test_another_version_of_a_library_is_another_build(
    library: str, project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg.build(project())
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: f"{version(name)}{'+' * (name == library)}")
    monkeypatch.setattr(state, "_program", state._program.__wrapped__)
    assert kg.build(project()).changes is None


def test_what_is_remembered_holds_no_address_of_a_database(project: Make) -> None:
    root = project()
    kg.build(root, db="postgresql://me:secret@example.org/db")
    assert "secret" not in (root / "build/current/state/state.json").read_text(encoding="utf-8")
    assert json.loads((root / "build/current/state/state.json").read_text(encoding="utf-8"))["version"]
    assert state.last(find(root), Options()) is None
