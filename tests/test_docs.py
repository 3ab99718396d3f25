"""The documentation is true: its commands run, its examples print what it says, its lists are complete."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kg
from kg import errors
from kg.cli import main

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def fences(text: str, language: str) -> list[str]:
    """The fenced blocks in a language, without their indentation."""
    return [textwrap.dedent(body) for kind, body in FENCE.findall(text) if kind == language]


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to run the README in."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(root / folder, copy / folder)
    kg.build(copy)
    return copy


@pytest.mark.parametrize(("page", "least"), [("README.md", 9), ("docs/page.md", 5)])
def test_every_command_of_a_page_runs(
    page: str, least: int, root: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    commands = [line for line in told(root / page) if line.startswith("kg ")]
    assert len(commands) >= least
    for command in commands:
        result = CliRunner().invoke(main, shlex.split(command, comments=True)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}"


def told(page: Path) -> list[str]:
    """The lines of a page that are for a shell."""
    return [line for block in fences(page.read_text(encoding="utf-8"), "sh") for line in block.splitlines()]


def test_the_readme_needs_two_targets_of_make(root: Path) -> None:
    lines = told(root / "README.md")
    assert {line for line in lines if line.startswith("make ")} == {"make demo", "make test"}


def test_every_picture_and_page_that_is_linked_is_there(root: Path) -> None:
    pages = [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 10
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_the_answer_shown_in_the_readme_is_the_answer(readme: str, checkout: Path) -> None:
    shown = next(block for block in fences(readme, "") if "row" in block)
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?e a kg:Figure }"
    assert query in readme
    assert kg.query(query, checkout).split() == shown.split()


def test_the_error_shown_in_the_readme_is_the_error(readme: str, root: Path, tmp_path: Path) -> None:
    shown = next(block for block in fences(readme, "") if "error[" in block).strip()
    for folder in ("ontology", "data"):
        shutil.copytree(root / folder, tmp_path / folder)
    table = tmp_path / "data" / "places.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    number, column = map(int, re.search(r":(\d+):(\d+):", shown).groups())
    before, after = lines[number - 1][: column - 1], lines[number - 1][column - 1 :]
    lines[number - 1] = before + after.replace("zhijin", "zhijn", 1)
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(errors.DataError) as raised:
        kg.build(tmp_path)
    assert str(raised.value).replace(f"{tmp_path}{os.sep}", "") == shown


def test_the_python_of_the_readme_runs(
    readme: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    code = "\n".join(fences(readme, "python"))
    exec(compile(code, "README.md", "exec"), {})
    assert "天津广电网络" in capsys.readouterr().out


def test_the_example_of_the_guide_builds_and_answers(root: Path, tmp_path: Path) -> None:
    """Its mapping builds, and its query answers over what the mapping made."""
    guide = (root / "docs" / "curating.md").read_text(encoding="utf-8")
    table = "id,name,parent,area\nguizhou,贵州省,,176167\nbijie,毕节市,guizhou,\nzhijin,织金县,bijie,\n"
    files = {
        "data/mapping.yml": fences(guide, "yaml")[0],
        "data/places.csv": table,
        "queries/places-within.rq": fences(guide, "sparql")[0],
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert kg.build(tmp_path).build.manifest.quads == 9
    assert kg.query("places-within", tmp_path, format="csv").split() == ["name", "毕节市", "织金县"]


def test_the_examples_of_yarrrml_make_what_is_shown(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "yarrrml.md").read_text(encoding="utf-8")
    for name, table in zip(("crew.csv", "ships.csv"), fences(page, "csv"), strict=True):
        (tmp_path / name).write_text(table, encoding="utf-8")
    examples = list(zip(fences(page, "yaml"), fences(page, "nquads"), strict=True))
    assert len(examples) == 2
    for mapping, quads in examples:
        (tmp_path / "mapping.yml").write_text(mapping, encoding="utf-8")
        kg.map(tmp_path / "mapping.yml", tmp_path / "out.nq")
        assert (tmp_path / "out.nq").read_text(encoding="utf-8") == quads


def test_the_example_of_rml_makes_what_is_shown(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "rml.md").read_text(encoding="utf-8")
    files = {"crew.csv": "csv", "ships.json": "json", "mapping.ttl": "turtle"}
    for name, language in files.items():
        (tmp_path / name).write_text(fences(page, language)[0], encoding="utf-8")
    kg.map(tmp_path / "mapping.ttl", tmp_path / "out.nq")
    assert (tmp_path / "out.nq").read_text(encoding="utf-8") == fences(page, "nquads")[0]


def test_the_page_of_yarrrml_has_every_key(root: Path) -> None:
    """In the table of keys, with all their spellings; none that is refused, none that does not exist."""
    from kg import yarrrml_keys
    from kg.yarrrml_nodes import Shape

    page = (root / "docs" / "yarrrml.md").read_text(encoding="utf-8")
    told = {
        key
        for row in re.findall(r"^\|(?!-)(.*)\|$", page, re.MULTILINE)
        for cell in row.split("|")[1:3]
        for key in re.findall(r"`(\w+)`", cell)
    }
    shapes = [shape for shape in vars(yarrrml_keys).values() if isinstance(shape, Shape)]
    spelled = {
        name
        for shape in shapes
        for key, short in shape.keys.items()
        if key not in shape.unsupported
        for name in (key, *short)
    }
    inside = {"name", "email", "website", "username", "password"}
    assert told == spelled - inside


def test_every_finding_has_its_heading(root: Path) -> None:
    headings = re.findall(
        r"^### (\S+)$", (root / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    classes = [errors.KgError]
    for each in classes:
        classes += each.__subclasses__()
    rules = {each.rule() for each in classes} | {
        "byte-order-mark",
        "not-asked",
        "system",
        "undescribed",
        "unfound",
    }
    assert sorted(headings) == sorted(rules)


def test_the_reference_of_commands_is_what_help_prints(root: Path) -> None:
    """KG_UPDATE=1 writes the reference anew."""
    file = root / "docs" / "commands.md"
    if os.environ.get("KG_UPDATE"):
        file.write_text(reference(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == reference()


def reference() -> str:
    """docs/commands.md: the help of kg and of each command."""
    parts = ["# Commands\n\nWhat `kg --help` and `kg COMMAND --help` print.\n"]
    for name in ("", *main.commands):
        result = CliRunner().invoke(
            main, [*([name] if name else []), "--help"], prog_name="kg", terminal_width=90
        )
        text = result.output.replace("\b\n", "")
        parts.append(f"\n## {f'kg {name}'.strip()}\n\n```\n{text}```\n")
    return "".join(parts)


def test_commands_are_documented_in_the_order_of_help() -> None:
    context = click.Context(main)
    assert main.list_commands(context) == list(main.commands)
    assert next(iter(main.commands)) == "build"
