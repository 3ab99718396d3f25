"""How the command line starts and speaks: what each command loads, and `python -m kg`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest
from models import PROJECT, write

import kg
from kg import terminal
from kg.errors import Finding, Place

QUERY = {"click", "kg", "pyoxigraph"}
ENGINE = {"duckdb", "filelock", "ibis", "packaging", "sqlglot", "yaml"}
# What Ibis itself needs.
OF_IBIS = {
    "atpublic",
    "dateutil",
    "mypy_extensions",
    "parsy",
    "public",
    "rich",
    "six",
    "toolz",
    "typing_extensions",
}
LOADED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "--help": (("--help",), {"click", "kg"}),
    "a command's help": (("query", "--help"), {"click", "kg"}),
    "--version": (("--version",), {"click", "kg"}),
    "the named queries": (("query",), {"click", "kg"}),
    "a table": (("query", "places"), QUERY | {"rich"}),
    "CSV": (("query", "places", "-f", "csv"), QUERY),
    "Turtle": (("query", "DESCRIBE place:bijie"), QUERY),
    "the page": (
        ("view", "--no-open", "-o", "page.html"),
        QUERY | {"jinja2", "markupsafe", "networkx", "pypinyin"},
    ),
    "N-Quads": (("export", "out.nq"), QUERY),
    "the tests": (("test",), QUERY),
    "a build": (("build",), QUERY | ENGINE | OF_IBIS),
    "a build of what has not changed": (("build",), QUERY | ENGINE | OF_IBIS),
    "a mapping": (("map", "data/mapping.yml", "-o", "out.nq"), QUERY | ENGINE | OF_IBIS),
    "a live query": (("query", "places", "--live", "-f", "csv"), QUERY | ENGINE | OF_IBIS),
    "a mapping with Turtle": (("map", "data/mapping.yml", "-o", "out.ttl"), QUERY | ENGINE | OF_IBIS),
}
TOLD = """
import sys
at_start = set(sys.modules)
from kg.cli import main
try:
    main(prog_name="kg")
finally:
    sys.stderr.write("\\n" + " ".join(sys.modules.keys() - at_start))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project."""
    path = write(tmp_path_factory.mktemp("project"), PROJECT)
    kg.build(path)
    return path


def loaded(root: Path, *arguments: str) -> set[str]:
    """The packages, not of Python's own, that a command has loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", TOLD, *arguments],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in ran.stderr
    modules = {name.split(".")[0] for name in ran.stderr.splitlines()[-1].split()}
    return modules & packages_distributions().keys()


@pytest.mark.parametrize("what", LOADED)
def test_a_command_loads_only_what_it_needs(what: str, root: Path) -> None:
    """By name, each package that is installed: none that comes along with another unseen."""
    arguments, allowed = LOADED[what]
    found = loaded(root, *arguments)
    assert "click" in found
    assert found - allowed == set()


def test_kg_is_a_module_that_runs(root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kg", "query", "places", "-f", "csv"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == kg.query("places", root, format="csv").splitlines()


def test_places_are_shown_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where they are inside; a finding goes to standard error."""
    monkeypatch.chdir(tmp_path)
    assert terminal.shown(tmp_path / "a" / "b") == str(Path("a", "b"))
    assert terminal.shown(Path("/elsewhere/c")) == str(Path("/elsewhere/c"))
    terminal.tell(Finding("rule", "what", Place(tmp_path / "t.csv", 2, 3), severity="warning"))
    out, err = capsys.readouterr()
    assert (out, click.unstyle(err)) == ("", "t.csv:2:3: warning[rule]: what\n")


def test_progress_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress(quiet=False) as step:
        step("reading")
    assert capsys.readouterr() == ("", "")


def test_a_process_that_is_asked_to_end_leaves_nothing(tmp_path: Path) -> None:
    """As by Ctrl-C, in the middle of a run."""
    write(tmp_path, SLEEPING)
    (tmp_path / "tmp").mkdir()
    before = {*tmp_path.rglob("*")}
    command = [sys.executable, "-m", "kg", "map", "m.yml", "-o", "out.nq", "--functions", "f.py"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        while not (tmp_path / "called").exists() and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 128 + signal.SIGTERM
        assert running.stderr
        assert running.stderr.read() == "stopped; nothing is written\n"
    assert {*tmp_path.rglob("*")} - before == {tmp_path / "called"}


SLEEPING = {
    "m.yml": """\
prefixes: {ex: "https://example.org/"}
mappings:
  rows:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    po:
      - p: ex:slept
        o: {function: ex:sleep, parameters: [[ex:text, $(id)]]}
""",
    "t.csv": "id\n1\n",
    "f.py": """\
import time
from pathlib import Path

import kg


@kg.function("https://example.org/sleep", text="https://example.org/text")
def sleep(text: str) -> str:
    Path("called").touch()
    time.sleep(60)
    return text
""",
}
