"""What several tests share: the repository as a project, small projects, and a graph built once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import browser, open_page  # noqa: F401  (fixtures)
from models import PROJECT, write
from pages import sample_graph, sample_page  # noqa: F401  (fixtures)
from servers import (  # noqa: F401  (fixtures)
    database,
    mysql,
    mysql_server,
    postgresql,
    postgresql_server,
    served,
    servers_folder,
    sqlite,
)
from sparks import on_each_engine, spark_session  # noqa: F401  (fixtures)

import kg
from kg.graph import Graph

ROOT = Path(__file__).resolve().parent.parent
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
"""
PLACES = "id,name,parent,area\nguizhou,贵州省,,176167.00\nbijie,毕节市,guizhou,\n"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository, which is itself a project."""
    return ROOT


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the repository, built in a copy of it."""
    copy = tmp_path_factory.mktemp("repository")
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, copy / folder)
    return kg.build(copy)


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the project in models.py; nothing in its folder is to be changed."""
    return kg.build(write(tmp_path_factory.mktemp("project"), PROJECT))


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Makes a small project; files are given by path and text, bytes, or None to leave one out."""

    def make(files: dict[str, str | bytes | None] | None = None) -> Path:
        default: dict[str, str | bytes | None] = {"data/mapping.yml": MAPPING, "data/places.csv": PLACES}
        for name, content in (default | (files or {})).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return make
