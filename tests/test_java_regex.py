"""Patterns of RE2 mean the same to Java: Python's re stands for neither, so both engines are asked."""

from __future__ import annotations

import ibis
import pytest
from sparks import executed

from kg.datatypes import IRI, RELATIVE_IRI, Lexical
from kg.errors import Unsupported
from kg.java_regex import java

pytestmark = pytest.mark.usefixtures("on_each_engine")
TEXTS = (
    "", "a", "A", "ab\n", "a\u0085b", "a\u2028b", "a\x0bb", "a\u00a0b", "a b", "a\rb", "毕节", "é", "ſ", "\u212a", "{", "}", "a{1",
    "a&&b", "[", "]", "^", "-", "a_b", "éa", "12", "١", "$", "#", "\\d", "x.y", "\0",
)  # fmt: skip
PATTERNS = (
    "b$", "^a.b$", r"a\sb", r"a\Sb", r"[\s]", r"[^\s]$", r"\bb", r"\Bb", r"\w+$", r"[\w&&]", "[[]", "[]]", "[^]a]", "a{", "}",
    "{1", r"\d", r"\p{Han}", r"\p{^Han}", r"\PN", r"\pL\pL", "[[:alpha:]]", "[[:^alpha:]]", "[[:space:]_-]", "(?i)[a-z]", "(?i)K",
    "(?i:S)", r"\Q.\E", r"\x{6BD5}", r"\x61", r"\141", r"\v", r"a|^$", "(?P<one_two>a)b", "[#^]", r"\.", r"\z", "(?s)a.b",
)  # fmt: skip
TABLE = ibis.table({"at": "int64", "text": "string"}, name="texts")


def test_all_patterns_find_the_same_in_all_texts(on_each_engine: str) -> None:
    columns = {f"p{number}": TABLE.text.re_search(pattern) for number, pattern in enumerate(PATTERNS)}
    rows = [*enumerate(TEXTS)]
    asked, tables = TABLE.select("at", **columns), {"texts": ({"at": "int64", "text": "string"}, rows)}
    expected, found = (sorted(executed(asked, tables, name)) for name in ("duckdb", on_each_engine))
    assert len(found) == len(TEXTS)
    for row, (at, *cells) in zip(expected, found, strict=True):
        told = [PATTERNS[n] for n, same in enumerate(zip(row[1:], cells, strict=True)) if same[0] != same[1]]
        assert not told, TEXTS[int(str(at))]


LONG = 200_000
IRIS = (
    "https://a@example.org:80/" + "a" * LONG,
    "http://e/?" + "%E8a" * (LONG // 4) + "#x",
    "http://e/#" + "毕" * LONG + "|",
    "urn:" + "😀" * LONG,
    "http://" + "a:" * (LONG // 2) + "@h:1/",
    "http://" + "a:" * (LONG // 2) + "1",
    "http://" + "a" * LONG + ":x",
    "a" * LONG + "?#%0",
)


@pytest.mark.parametrize("lexical", [IRI, RELATIVE_IRI], ids=["absolute", "relative"])
def test_iris_may_be_long(lexical: Lexical, on_each_engine: str) -> None:
    """Also where one that is none is found out at its very end."""
    asked = TABLE.select("at", found=TABLE.text.re_search(lexical.pattern))
    tables = {"texts": ({"at": "int64", "text": "string"}, [*enumerate(IRIS)])}
    found = sorted(executed(asked, tables, on_each_engine))
    assert found == [(number, lexical.has(text)) for number, text in enumerate(IRIS)]
    assert {valid for _, valid in found} == {True, False}


def test_flags_that_java_has_not_are_refused() -> None:
    with pytest.raises(Unsupported, match="--engine duckdb"):
        java("(?U)a+")
