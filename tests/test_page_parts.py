"""The parts of the page fit: what one of its files names is there, once, and what is there is wanted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import pytest
from pages import browsing

from kg import page as page_module
from kg.page import SCRIPTS, STYLES, render
from kg.query_data import TRIPLE

FILES = {
    name: resources.files("kg.page").joinpath(name).read_text(encoding="utf-8")
    for name in (*SCRIPTS, *STYLES, "template.html.j2")
}
CODE = "\n".join(re.sub(r"^\s*//.*", "", FILES[name], flags=re.M) for name in SCRIPTS)
MARKUP = FILES["template.html.j2"]
STYLE = re.sub(r"/\*.*?\*/", "", "\n".join(FILES[name] for name in STYLES))
# Words, classes and ids whose names are put together.
COMPOSED = r"time-\w+|in[YMDhms]|g[0-8]|deep[1-4]|view-\w+"
TELL = "(window.defined ??= []).push([Object.keys(words.zh), Object.keys(words.en)]); "


@pytest.fixture
def words(
    sample_graph: Any, open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> list[list[list[str]]]:
    """The keys that each call of `kg.words` defines, in both languages; a large graph has words of its own."""
    start = "kg.words = (words) => { "
    telling = page_module.program().replace(start, start + TELL)
    assert TELL in telling
    monkeypatch.setattr(page_module, "program", lambda *, served=False: telling)
    monkeypatch.setattr(page_module, "WHOLE", 20)
    defined: list[list[list[str]]] = open_page(render(sample_graph, title="x")).evaluate("window.defined")
    return defined


@browsing
def test_every_word_is_there_once_in_both_languages_and_said(words: list[list[list[str]]]) -> None:
    """They share one flat name space; one that is defined twice would be said in place of the other."""
    assert [set(zh) ^ set(en) for zh, en in words if set(zh) != set(en)] == []
    defined = Counter(key for zh, _ in words for key in zh)
    assert [key for key, times in defined.items() if times > 1] == []
    quoted = {*re.findall(r'"([\w-]+)"', CODE + MARKUP), *TRIPLE}
    assert [key for key in defined if key not in quoted and not re.fullmatch(COMPOSED, key)] == []
    said = set(re.findall(r'kg\.say\("([\w-]+)"', CODE))
    said |= {key for pair in re.findall(r'kg\.say\([^()"]*\? "([\w-]+)" : "([\w-]+)"', CODE) for key in pair}
    said |= set(re.findall(r'data-(?:text|label|title)="([\w-]+)"', MARKUP))
    assert said - set(defined) == set()


def given() -> Iterator[str]:
    """What the files put on `kg`, which they share."""
    yield from re.findall(r"\bkg\.(\w+) = ", CODE)
    for names in re.findall(r"Object\.assign\(kg, \{(.*?)\}\)", CODE):
        yield from re.findall(r"\w+", names)


def test_every_shared_name_is_given_once_and_taken() -> None:
    times = Counter(given())
    assert [name for name, count in times.items() if count > 1] == []
    taken = Counter(re.findall(r"\bkg\.(\w+)\b(?! = )", CODE))
    for names in re.findall(r"const \{([^{}]*)\} = kg;", CODE):
        taken.update(re.findall(r"\w+", names))
    assert set(taken) == set(times)


def test_every_class_and_id_that_is_styled_is_there() -> None:
    """So a style that is left over is found; classes of the library are not styled."""
    selectors = " ".join(re.findall(r"([^{}]+)\{", STYLE))
    styled = set(re.findall(r"(?<![\d])[.#]([A-Za-z_][\w-]*)", selectors))
    named = set(re.findall(r"[\w-]+", CODE + MARKUP))
    assert {name for name in styled - named if not re.fullmatch(COMPOSED, name)} == set()


def test_every_colour_that_is_used_is_given() -> None:
    used = set(re.findall(r"var\((--[\w-]+)", STYLE))
    assert used == set(re.findall(r"(--[\w-]+):", STYLE))
