"""Values of databases, which come as texts, in the canonical form of their datatypes."""

from __future__ import annotations

import pytest

from kg import sql_values
from kg.mapping import XSD
from kg.sql_values import Convert, Raw


@pytest.mark.parametrize(
    ("convert", "value", "text", "datatype"),
    [
        (sql_values.integer, "-5", "-5", "integer"),
        (sql_values.integer, "00042", "42", "integer"),
        (sql_values.integer, "abc", "abc", ""),
        (sql_values.decimal, "80.250", "80.25", "decimal"),
        (sql_values.decimal, "100", "100", "decimal"),
        (sql_values.decimal, 80.25, "80.25", "decimal"),
        (sql_values.decimal, "NaN", "NaN", "double"),
        (sql_values.decimal, "-Infinity", "-INF", "double"),
        (sql_values.decimal, "abc", "abc", ""),
        (sql_values.real, "80.25", "8.025E1", "double"),
        (sql_values.real, 30, "3.0E1", "double"),
        (sql_values.real, "1e+20", "1.0E20", "double"),
        (sql_values.real, "abc", "abc", ""),
        (sql_values.boolean, "t", "true", "boolean"),
        (sql_values.boolean, "f", "false", "boolean"),
        (sql_values.boolean, 1, "true", "boolean"),
        (sql_values.boolean, b"\x00", "false", "boolean"),
        (sql_values.boolean, "7", "7", "integer"),
        (sql_values.boolean, "yes", "yes", ""),
        (sql_values.bits, b"\x02\x01", "513", "integer"),
        (sql_values.bits, "5", "5", "integer"),
        (sql_values.binary, r"\xab01", "AB01", "hexBinary"),
        (sql_values.binary, b"\xab\x01", "AB01", "hexBinary"),
        (sql_values.binary, r"\x", "", "hexBinary"),
        (sql_values.plain, "a", "a", ""),
        (sql_values.plain, b"a", "61", "hexBinary"),
        (sql_values.by_value, 5, "5", "integer"),
        (sql_values.date, "2020-01-31", "2020-01-31", "date"),
        (sql_values.date, "12020-01-31", "12020-01-31", "date"),
        (sql_values.date, "0044-03-15 BC", "-0043-03-15", "date"),
        (sql_values.date, "0001-03-15 BC", "0000-03-15", "date"),
        (sql_values.date, "infinity", "infinity", ""),
        (sql_values.date, "0000-00-00", "0000-00-00", ""),
        (sql_values.date, "2020-00-31", "2020-00-31", ""),
        (sql_values.time, "08:30:00.120", "08:30:00.12", "time"),
        (sql_values.time, "08:30:00.000", "08:30:00", "time"),
        (sql_values.time, "08:30:00+00", "08:30:00Z", "time"),
        (sql_values.time, "08:30:00+05:30", "08:30:00+05:30", "time"),
        (sql_values.time, "24:00:00", "24:00:00", "time"),
        (sql_values.time, "-12:00:00", "-12:00:00", ""),
        (sql_values.time, "838:59:59", "838:59:59", ""),
        (sql_values.instant, "2020-01-31 08:30:00", "2020-01-31T08:30:00", "dateTime"),
        (sql_values.instant, "2020-01-31T08:30:10", "2020-01-31T08:30:10", "dateTime"),
        (sql_values.instant, "2020-01-31 08:30:00.500+08", "2020-01-31T08:30:00.5+08:00", "dateTime"),
        (sql_values.instant, "0044-03-15 12:00:00+00 BC", "-0043-03-15T12:00:00Z", "dateTime"),
        (sql_values.instant, "-infinity", "-infinity", ""),
        (sql_values.instant, "0000-00-00 00:00:00", "0000-00-00 00:00:00", ""),
    ],
)
def test_a_value_has_its_text_and_datatype(convert: Convert, value: Raw, text: str, datatype: str) -> None:
    assert convert(value) == (text, XSD + datatype if datatype else "")
