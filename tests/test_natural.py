"""Values as sources have them, in their canonical form."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from kg.mapping import XSD
from kg.natural import natural


@pytest.mark.parametrize(
    ("value", "text", "datatype"),
    [
        (True, "true", "boolean"),
        (False, "false", "boolean"),
        (-5, "-5", "integer"),
        (30.0, "3.0E1", "double"),
        (0.0, "0.0E0", "double"),
        (-0.0, "-0.0E0", "double"),
        (1e-7, "1.0E-7", "double"),
        (123456.789, "1.23456789E5", "double"),
        (1e300, "1.0E300", "double"),
        (float("inf"), "INF", "double"),
        (float("-inf"), "-INF", "double"),
        (float("nan"), "NaN", "double"),
        (Decimal("80.250"), "80.25", "decimal"),
        (Decimal("100"), "100", "decimal"),
        (Decimal("-0.00"), "0", "decimal"),
        (date(2020, 1, 31), "2020-01-31", "date"),
        (time(8, 30, 0, 120000), "08:30:00.12", "time"),
        (datetime(2020, 1, 31, 8, 30), "2020-01-31T08:30:00", "dateTime"),
        (datetime(2020, 1, 31, 8, 30, 1, 500, tzinfo=UTC), "2020-01-31T08:30:01.0005Z", "dateTime"),
        (b"\xab\x01", "AB01", "hexBinary"),
    ],
)
def test_a_value_has_its_text_and_datatype(value: object, text: str, datatype: str) -> None:
    assert natural(value) == (text, XSD + datatype)


def test_a_text_has_no_datatype() -> None:
    """Whatever it looks like."""
    assert natural("30.0E0") == ("30.0E0", "")
