"""PostgreSQL: rows by a cursor of the server, within a transaction that only reads."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kg import sql_values
from kg.mapping import Database
from kg.sql_values import Column, Convert

if TYPE_CHECKING:
    import psycopg

PATIENCE = 10  # seconds until a server that does not answer is given up
AT_ONCE = 10_000  # rows
# What the texts of values look like, whatever the server, the role or the database is set to.
SESSION = (
    "SET DateStyle = 'ISO'",
    "SET IntervalStyle = 'iso_8601'",
    "SET TimeZone = 'UTC'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET default_transaction_read_only = on",
)
OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "host", "options", "service", "application_name")
# By the names of types: how values are converted, and how they are compared. Texts of a padded CHAR lose
# their padding in comparisons, and the floating-point zeros 0 and -0 are equal: these are not compared.
TYPES: dict[str, tuple[Convert, str]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), (sql_values.integer, "number")),
    "numeric": (sql_values.decimal, "decimal"),
    **dict.fromkeys(("float4", "float8"), (sql_values.real, "")),
    "bool": (sql_values.boolean, "boolean"),
    "date": (sql_values.date, "date"),
    **dict.fromkeys(("time", "timetz"), (sql_values.time, "")),
    "timestamp": (sql_values.instant, "timestamp"),
    "timestamptz": (sql_values.instant, "timestamptz"),
    "bytea": (sql_values.binary, "bytes"),
    "uuid": (sql_values.plain, "uuid"),
    **dict.fromkeys(("text", "varchar"), (sql_values.plain, "text")),
}
UNKNOWN = (sql_values.plain, "")
TEXTS_EQUAL = '({0})::text COLLATE "C" = ({1})::text COLLATE "C"'
TABLES = """
    SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END
        || quote_ident(c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""


class PostgreSQL:
    """A connection. Raises ImportError where psycopg is not installed, and psycopg's own errors."""

    def __init__(self, database: Database) -> None:
        import psycopg
        from psycopg.types.string import TextLoader

        parts = urlsplit(database.url)
        given: dict[str, Any] = {
            **{name: value for name, value in parse_qsl(parts.query) if name in OPTIONS},
            **({"host": parts.hostname} if parts.hostname else {}),
            "port": parts.port,
            "dbname": unquote(parts.path.removeprefix("/")),
            "user": database.user,
            "password": database.password,
        }
        told = {name: value for name, value in given.items() if value}  # else libpq's own defaults
        self.connection = psycopg.connect(**told, connect_timeout=PATIENCE, client_encoding="UTF8")
        with ExitStack() as failing:
            failing.callback(self.close)
            # All values as texts: Python has no dates before Christ, no infinite ones, no 24:00.
            for kind in psycopg.adapters.types:
                for oid in filter(None, (kind.oid, kind.array_oid)):
                    self.connection.adapters.register_loader(oid, TextLoader)
            self.connection.execute("; ".join(SESSION).encode())
            self.connection.commit()
            failing.pop_all()

    @staticmethod
    def errors() -> tuple[type[Exception], ...]:
        """The errors of psycopg, and of texts that are not in their encoding."""
        import psycopg

        return (psycopg.Error, UnicodeError)

    def described(self, query: str) -> tuple[Column, ...]:
        """The columns of a query, of which no row is asked."""
        found = self.connection.execute(f"{query}\nLIMIT 0".encode(), prepare=True)
        return self._columns(found)

    def rows(self, query: str) -> Generator[tuple[Any, ...], None, None]:
        """The rows of a query, after a first one of its columns; the server sends some at once."""
        with self.connection.cursor(name="kg") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query.encode())
            yield self._columns(cursor)
            yield from cursor

    def _columns(self, cursor: psycopg.Cursor[Any]) -> tuple[Column, ...]:
        names = {kind.oid: kind.name for kind in self.connection.adapters.types}
        return tuple(
            Column(each.name, *TYPES.get(names.get(each.type_code, ""), UNKNOWN))
            for each in cursor.description or ()
        )

    def tables(self) -> list[str]:
        """The tables and views, as a person writes them."""
        self.connection.rollback()
        return [name for (name,) in self.connection.execute(TABLES.encode())]

    def lacks_table(self, error: Exception) -> bool:
        """Whether the error says that there is no such table."""
        return getattr(error, "sqlstate", None) in ("42P01", "3F000")

    def equal(self, comparison: str) -> str:
        """How two columns of one comparison are compared."""
        return TEXTS_EQUAL if comparison == "text" else "{0} = {1}"

    def close(self) -> None:
        """Leave the server, rows or no rows."""
        self.connection.close()
