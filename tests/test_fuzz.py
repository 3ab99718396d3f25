"""Whatever is in the files, a run ends with quads or with findings: no other error, nothing half-written.

`make fuzz` tries ten thousand mappings and as many tables.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from fuzzing import Project, damaged, damaged_bytes, projects
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg.errors import KgError

TRIES = int(os.environ.get("KG_FUZZ", "120"))
LONGEST = 120  # seconds: then it hangs, and the process ends with a traceback
FUZZ = settings(
    max_examples=TRIES // len(projects()),
    deadline=None,
    database=None,
    derandomize="KG_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


def run(folder: Path, mapping: str, **options: Any) -> None:
    """Runs a mapping, and sees that it ends well or says what is wrong and leaves nothing."""
    out = folder / "out.nq"
    before = {path.name for path in folder.iterdir()}
    faulthandler.dump_traceback_later(LONGEST, exit=True, file=sys.__stderr__)
    try:
        kg.map(folder / mapping, out, **options)
        said = []
    except KgError as error:
        said = [finding.message for finding in error.findings]
    finally:
        faulthandler.cancel_dump_traceback_later()
    if out.exists():
        assert not said
        assert all(True for _ in ox.parse(path=str(out), lenient=True))
    else:
        assert said, "an error says what is wrong"
        assert all(said)
        assert {path.name for path in folder.iterdir()} == before, "nothing is written on failure"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where logical targets are written too."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


def put(project: Project, folder: Path, *, text: str | None = None, content: bytes | None = None) -> None:
    """A project's files, with another mapping or another table."""
    clear(folder)
    for name, beside in project.beside:
        (folder / name).write_text(beside, encoding="utf-8")
    (folder / project.mapping).write_bytes((project.text if text is None else text).encode())
    (folder / project.table).write_bytes(project.content if content is None else content)


@pytest.mark.parametrize("name", projects())
def test_the_projects_run_while_they_are_whole(name: str, folder: Path) -> None:
    project = projects()[name]
    put(project, folder)
    run(folder, project.mapping, **dict(project.options))
    assert (folder / "out.nq").stat().st_size


@pytest.mark.parametrize("name", projects())
def test_a_damaged_mapping_is_run_or_refused(name: str, folder: Path) -> None:
    project = projects()[name]

    @FUZZ
    @given(text=damaged(project.text))
    def holds(text: str) -> None:
        put(project, folder, text=text)
        run(folder, project.mapping, **dict(project.options))

    holds()


@pytest.mark.parametrize("name", projects())
def test_a_damaged_table_is_read_or_refused(name: str, folder: Path) -> None:
    project = projects()[name]

    @FUZZ
    @given(content=damaged_bytes(project.content))
    def holds(content: bytes) -> None:
        put(project, folder, content=content)
        run(folder, project.mapping, **dict(project.options))

    holds()


@FUZZ
@given(content=st.binary(max_size=200))
@pytest.mark.parametrize("suffix", [".ttl", ".yml"])
def test_any_bytes_are_no_mapping(
    suffix: str, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / f"m{suffix}").write_bytes(content)
    run(folder, f"m{suffix}")
