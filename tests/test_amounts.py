"""Amounts of memory: as a person says them, and what is left of one for DuckDB."""

from __future__ import annotations

import os

import duckdb
import pytest

from kg import amounts
from kg.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("1GB", 10**9),
        ("1 gib", 2**30),
        ("1.5g", 15 * 10**8),
        ("3000000000", 3 * 10**9),
        ("900000 kib", 900_000 * 2**10),
        ("2T", 2 * 10**12),
        (f" {amounts.LEAST // 10**6} MB ", amounts.LEAST),
    ],
)
def test_memory_is_a_number_with_a_unit(text: str, expected: int) -> None:
    assert amounts.size(text) == expected


@pytest.mark.parametrize("text", ["much", "1 XB", "-1GB", "GB", "1GB2", "1,5GB", "1e9", ".5GB", " "])
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="is no amount of memory; such as 1GB or 512MiB") as caught:
        amounts.size(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["1MB", "255.9MB", f"{amounts.LEAST - 1}", "256", "0"])
def test_what_is_too_little_is_told_with_the_least(text: str) -> None:
    least = f"{amounts.LEAST // 10**6}MB"
    with pytest.raises(UsageError, match=f"{text} of memory are not enough; name at least {least}"):
        amounts.size(text)
    assert amounts.size(least) == amounts.LEAST


def test_duckdb_gets_what_python_leaves() -> None:
    """And the more threads the more room there is for what each of them needs; nothing is set of no amount."""
    assert amounts.of_duckdb(0) == {}
    before = 0
    for memory in (amounts.LEAST, 10**9, 10**10, 10**12):
        settings = amounts.of_duckdb(memory)
        limit, threads = int(str(settings["memory_limit"]).removesuffix("B")), int(settings["threads"])
        assert before < limit < memory - amounts.OWN
        assert 1 <= threads <= (os.cpu_count() or 1)
        assert threads * amounts.OF_THREAD <= memory - amounts.OWN
        before = limit


def test_duckdb_understands_its_settings() -> None:
    asked = "SELECT current_setting('memory_limit'), current_setting('threads')"
    with duckdb.connect(config=amounts.of_duckdb(10**9)) as connection:
        assert connection.execute(asked).fetchall() == [("671.3 MiB", amounts.threads(10**9))]
