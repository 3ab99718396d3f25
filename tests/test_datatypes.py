"""What the text of a value must look like: the same to Python, to the database and in the message."""

from __future__ import annotations

import re
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.datatypes import IRI, LANGUAGE, LEXICAL, RELATIVE_IRI, Lexical
from kg.mapping import XSD

EVERY = [*LEXICAL.values(), IRI, RELATIVE_IRI, LANGUAGE]
# What texts of these kinds are made of, and what is near it.
NEAR = st.text(st.sampled_from('0123456789+-.:TZEeINFaxyzh_/ \n\t<>"{}|^`\\毕１'), max_size=12)
ALMOST = st.sampled_from(
    [
        "2020-01-25",
        "2020-01-25T18:00:00+08:00",
        "24:00:00",
        "-0.5E-3",
        "+INF",
        "zh-Hans",
        "urn:x:y",
        "-00",
        "2020-12",
        "true",
    ]
)
EDITED = st.builds(lambda text, at, more: text[:at] + more + text[at:], ALMOST, st.integers(0, 26), NEAR)


@pytest.mark.parametrize("lexical", EVERY, ids=lambda lexical: lexical.expected)
def test_the_examples_of_a_message_are_good_texts(lexical: Lexical) -> None:
    examples = (
        re.findall(r"(?:such as|or|,) (\S+)(?= or|$)", lexical.expected)
        if "such as" in lexical.expected
        else []
    )
    assert examples or "such as" not in lexical.expected
    assert all(re.fullmatch(lexical.pattern, example) for example in examples)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.one_of(NEAR, EDITED), min_size=50, max_size=200))
def test_a_pattern_means_the_same_to_python_and_the_database(texts: list[str]) -> None:
    """Line breaks at the end, digits of other scripts and classes of characters among it."""
    with duckdb.connect() as connection:
        for lexical in EVERY:
            query = "SELECT regexp_matches(text, $2) FROM (SELECT unnest($1) AS text)"
            found = [row[0] for row in connection.execute(query, [texts, lexical.pattern]).fetchall()]
            assert found == [bool(re.fullmatch(lexical.pattern, text)) for text in texts], lexical


@pytest.mark.parametrize("name", ["date", "dateTime"])
def test_every_day_of_some_years_has_its_pattern(name: str) -> None:
    """Whether 31 April is a day is not for a pattern to say; that 32 is none, is."""
    pattern = LEXICAL[XSD + name].pattern
    rest = "T00:00:00" * (name == "dateTime")
    days = [date(1999, 1, 1) + timedelta(days=n) for n in range(800)]
    assert all(re.fullmatch(pattern, day.isoformat() + rest) for day in days)
    for wrong in (
        "1999-00-01",
        "1999-13-01",
        "1999-01-00",
        "1999-01-32",
        "99-01-01",
        "1999-1-1",
        "01999-01-01",
    ):
        assert not re.fullmatch(pattern, wrong + rest)


@pytest.mark.parametrize(
    ("lexical", "good", "bad"),
    [
        (
            IRI,
            "https://x.org/毕节 urn:x mailto:a@b a+b.c-1:x x: https://x.org/%E6%AF%95?a=b/?#c/? http://u:p@[::1]:80/ x:/y",
            "x /x 1a:x :x a_b:x https://x.org/% https://x.org/%zz https://x.org/a#b#c https://x.org/[a] https://x.org:a/",
        ),
        (RELATIVE_IRI, "x ../x #x ?x //x 毕节 urn:x", '<x> a"b {x} a|b a^b a`b a\\b'),
        (
            LANGUAGE,
            "zh en-GB zh-Hans-CN x-private de-1996 sl-IT-nedis zh-cmn-Hans ZH-hant es-419 en-a-bbb-x-a i-klingon zh-min-nan",
            "中文 zh_CN e- -e zh- zh--CN toolonglanguage zh-123456789 1a zh-a zh-Hans-Hant i-mandarin x chinese",
        ),
    ],
)
def test_what_an_iri_or_a_language_tag_looks_like(lexical: Lexical, good: str, bad: str) -> None:
    assert [text for text in good.split(" ") if not re.fullmatch(lexical.pattern, text)] == []
    assert [text for text in bad.split(" ") if re.fullmatch(lexical.pattern, text)] == []
    assert not re.fullmatch(lexical.pattern, good.split(" ", maxsplit=1)[0] + " ")
