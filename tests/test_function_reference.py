"""docs/functions.md lists every function with its IRI, its parameters and its results, as they are."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

import kg
from kg.arguments import Function, Kind, Parameter
from kg.mapping import GREL, IDLAB
from kg.signatures import FUNCTIONS, REFUSED

PREFIXES = {"grel:": GREL, "idlab-fn:": IDLAB}
HEAD = "| function | parameters | result | what it gives |\n|---|---|---|---|\n"


@pytest.fixture(scope="module")
def page(root: Path) -> Path:
    return root / "docs" / "functions.md"


def short(iri: str) -> str:
    return next(
        f"`{prefix}{iri.removeprefix(space)}`" for prefix, space in PREFIXES.items() if iri.startswith(space)
    )


def parameter(given: Parameter) -> str:
    kind = (
        f"any number of values, each {given.items.value}" if given.kind is Kind.SEVERAL else given.kind.value
    )
    kind = " or ".join(f'"{choice}"' for choice in given.choices) or kind
    return f"{' '.join(map(short, given.iris))} {kind}{'' if given.required else ', or none'}"


def result(function: Function) -> str:
    kinds = dict.fromkeys(function.outputs.values())
    named = {kind: [short(iri) for iri, each in function.outputs.items() if each is kind] for kind in kinds}
    listed = GREL + "output_array" in function.outputs
    return "<br>".join(
        f"{' '.join(iris)} {'texts' if listed else kind.value}" for kind, iris in named.items()
    )


def row(iri: str, told: str) -> str:
    function = FUNCTIONS[iri]
    parameters = "<br>".join(map(parameter, function.parameters))
    return f"| {short(iri)} | {parameters} | {result(function)} | {told} |\n"


def test_the_table_is_that_of_the_functions(page: Path) -> None:
    """KG_UPDATE=1 writes it anew; what a function gives is told by hand."""
    text = page.read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (`[^`]+`) \|.*\| ([^|]*) \|$", text, re.MULTILINE))
    table = HEAD + "".join(row(iri, told.get(short(iri), "")) for iri in FUNCTIONS)
    if os.environ.get("KG_UPDATE"):
        text = re.sub(rf"{re.escape(HEAD)}(\|.*\n)*", lambda _: table, text)
        page.write_text(text, encoding="utf-8")
    assert table in text
    assert [iri for iri in FUNCTIONS if not told.get(short(iri))] == []


def test_the_functions_that_are_not_run_are_listed(page: Path) -> None:
    listed = page.read_text(encoding="utf-8").partition("## Not run")[2]
    assert set(re.findall(r"`([a-z-]+:\w+)`", listed)) == {short(iri).strip("`") for iri in REFUSED}


def test_the_namespaces_are_said(page: Path) -> None:
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert all(f"`{prefix}` is `{space}`" in text for prefix, space in PREFIXES.items())


def test_the_examples_of_the_page_run(page: Path, tmp_path: Path) -> None:
    """The mapping with a lookup and a function of the project's own, over the page's own tables."""
    text = page.read_text(encoding="utf-8")
    blocks = {
        kind: re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        for kind in ("yaml", "python", "csv", "turtle")
    }
    (mapping,), (functions,) = blocks["yaml"], blocks["python"]
    for name, content in zip(("stations.csv", "kinds.csv"), blocks["csv"], strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert yaml.safe_load(mapping)
    (tmp_path / "mapping.yml").write_text(mapping, encoding="utf-8")
    (tmp_path / "functions.py").write_text(functions, encoding="utf-8")
    kg.map(tmp_path / "mapping.yml", tmp_path / "out.nq", functions=tmp_path / "functions.py")
    made = (tmp_path / "out.nq").read_text(encoding="utf-8").replace("https://example.org/", "ex:")
    for prefixed, iri in re.findall(r"^@prefix (\S+:) <(.*)> \.$", blocks["turtle"][0], re.MULTILINE):
        assert (prefixed, iri) == ("ex:", "https://example.org/")
    shown = [line for line in blocks["turtle"][0].splitlines() if line and not line.startswith("@")]
    assert re.sub(r"<(ex:[^>]*)>", r"\1", made).splitlines() == shown
