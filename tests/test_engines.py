"""Which engine runs, and in how much memory."""

from __future__ import annotations

import pytest
from sparks import missing

from kg import engines
from kg.errors import ClusterError, UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("1GB", 10**9),
        ("1 gib", 2**30),
        ("1.5g", 15 * 10**8),
        ("300000000", 3 * 10**8),
        ("2T", 2 * 10**12),
    ],
)
def test_memory_is_a_number_with_a_unit(text: str, expected: int) -> None:
    assert engines.size(text) == expected


@pytest.mark.parametrize("text", ["much", "1 XB", "-1GB", "1MB", "GB", "1GB2"])
def test_what_is_no_amount_or_too_little_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="is no amount of memory that is enough; such as 1GB"):
        engines.size(text)


def test_what_spark_says_is_told(spark_session: object) -> None:
    """In its own words, with what may help."""
    from kg.spark_session import refusing

    assert not missing()
    with pytest.raises(ClusterError, match="no_such_table"), refusing():
        spark_session.sql("SELECT * FROM no_such_table")  # type: ignore[attr-defined]
