"""A folder with a mapping in its data/ is a project; nothing else has to be said."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.errors import MappingError, MissingFile, NoProject
from kg.project import MAPPINGS, Project, find


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("below", ["", "data", "queries/old", "build"])
def test_a_project_is_found_from_any_folder_in_it(mapping: str, below: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / mapping).touch()
    (tmp_path / below).mkdir(parents=True, exist_ok=True)
    found = find(tmp_path / below)
    assert found == Project(tmp_path.resolve())
    assert found.mapping == tmp_path / "data" / mapping
    assert found.build == tmp_path / "build"


def test_the_nearest_project_is_taken(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "inner"):
        (root / "data").mkdir(parents=True)
        (root / "data/mapping.yml").touch()
    assert find(tmp_path / "inner" / "data").root == tmp_path / "inner"


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations(MAPPINGS, 2)])
def test_several_mappings_are_refused(first: str, second: str, project: Callable[..., Path]) -> None:
    """None is passed over in silence, and nothing is built."""
    root = project({"data/mapping.yml": None})
    for name in (first, second):
        (root / "data" / name).touch()
    with pytest.raises(MappingError) as caught:
        kg.build(root)
    message = f"there are several mappings: {first} and {second}; keep one"
    assert str(caught.value) == f"{root}/data/{second}: error[mapping-error]: {message}"
    assert not (root / "build").exists()


def test_a_mapping_that_has_gone_is_named(project: Callable[..., Path]) -> None:
    found = find(project())
    found.mapping.unlink()
    with pytest.raises(MissingFile) as caught:
        _ = found.mapping
    assert (
        str(caught.value)
        == f"error[missing-file]: there is no mapping {found.root}/data/mapping.yml; put it back"
    )


def test_a_folder_called_like_a_mapping_is_none(tmp_path: Path) -> None:
    (tmp_path / "data/mapping.yml").mkdir(parents=True)
    with pytest.raises(NoProject) as caught:
        find(tmp_path)
    assert str(caught.value) == (
        f"error[no-project]: no project in {tmp_path} or above it; "
        "a project has data/mapping.yml; name its folder with -C DIR"
    )


def test_without_a_folder_the_current_one_counts(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project() / "data")
    assert kg.build().project.root == project()


def test_ontology_and_queries_are_listed_by_name(project: Callable[..., Path]) -> None:
    names = [
        "ontology/b.ttl",
        "ontology/a.ttl",
        "ontology/x.txt",
        "ontology/checks/c.ttl",
        "queries/b.rq",
        "queries/a.rq",
    ]
    found = find(project(dict.fromkeys(names, "")))
    assert [path.name for path in found.ontology] == ["a.ttl", "b.ttl"]
    assert {name: path.name for name, path in found.queries.items()} == {"a": "a.rq", "b": "b.rq"}
    assert list(found.queries) == ["a", "b"]


def test_a_project_needs_neither_ontology_nor_queries(project: Callable[..., Path]) -> None:
    found = find(project())
    assert (found.ontology, found.queries) == ((), {})
    assert kg.build(found.root).build.manifest.ontology_quads == 0
