"""SQLite, whose columns hold anything: a value has the type that its column declares, else its own."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg import sql_values
from kg.natural import Value
from kg.sql_values import Column, Convert, Raw

VIEW = '"kg described"'
AGAIN = re.compile(r"(.+):\d+")
# By the beginnings and parts of declared types (SQLite, "Datatypes", 3.1): how values of which Python types
# are converted, and how they are compared.
DECLARED: tuple[tuple[str, Convert, tuple[type, ...], str], ...] = (
    (r"BOOL", sql_values.boolean, (int, str), ""),
    (r"(DATETIME|TIMESTAMP)", sql_values.instant, (str,), ""),
    (r"DATE", sql_values.date, (str,), ""),
    (r"TIME", sql_values.time, (str,), ""),
    (r"(DECIMAL|NUMERIC|NUMBER)", sql_values.decimal, (int, float), ""),
    (r".*INT", sql_values.by_value, (), "number"),
    (r".*(CHAR|CLOB|TEXT)", sql_values.by_value, (), "text"),
    (r".*(REAL|FLOA|DOUB)", sql_values.real, (int, float), ""),
)
TABLES = """
    SELECT name FROM sqlite_master
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1
"""
EQUAL = {"text": "{0} COLLATE BINARY = {1} COLLATE BINARY"}


class SQLite:
    """A file, opened for reading only. Raises sqlite3's own errors."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)

    @staticmethod
    def errors() -> tuple[type[Exception], ...]:
        """The errors of SQLite, and of texts that are not in their encoding."""
        return (sqlite3.Error, sqlite3.Warning, UnicodeError)

    def described(self, query: str) -> tuple[Column, ...]:
        """The columns of a query, as a view of it would have them; two of one name are told as such."""
        self.connection.execute(f"CREATE TEMP VIEW {VIEW} AS {query}")
        try:
            found = self.connection.execute(f"PRAGMA temp.table_info({VIEW})").fetchall()
        finally:
            self.connection.execute(f"DROP VIEW {VIEW}")
        names = [name for _, name, *_ in found]
        return tuple(_column(_shown(name, names), declared) for _, name, declared, *_ in found)

    def rows(self, query: str) -> Generator[tuple[Any, ...], None, None]:
        """The rows of a query, after a first one of its columns; each is looked up when it is asked for."""
        yield self.described(query)
        yield from self.connection.execute(query)

    def tables(self) -> list[str]:
        """The tables and views."""
        return [name for (name,) in self.connection.execute(TABLES)]

    def lacks_table(self, error: Exception) -> bool:
        """Whether the error says that there is no such table."""
        return "no such table" in str(error)

    def equal(self, comparison: str) -> str:
        """How two columns of one comparison are compared."""
        return EQUAL.get(comparison, "{0} = {1}")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _shown(name: str, names: list[str]) -> str:
    """The name that a column was given: of several with one name, SQLite calls the second "name:1"."""
    again = AGAIN.fullmatch(name)
    return again[1] if again and again[1] in names else name


def _column(name: str, declared: str | None) -> Column:
    for pattern, convert, kinds, comparison in DECLARED:
        if re.match(pattern, declared or "", re.IGNORECASE):
            return Column(name, partial(_converted, convert, kinds), comparison)
    return Column(name, sql_values.by_value)


def _converted(convert: Convert, kinds: tuple[type, ...], value: Raw) -> Value:
    """The value as one of the declared type, unless it is none."""
    return convert(value) if isinstance(value, kinds) else sql_values.by_value(value)
