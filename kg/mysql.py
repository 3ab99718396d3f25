"""MySQL and MariaDB: rows as the server sends them, none kept, within a transaction that only reads."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kg import sql_values
from kg.mapping import Database
from kg.sql_values import Column, Convert

if TYPE_CHECKING:
    import ssl

PATIENCE = 10  # seconds until a server that does not answer is given up
PORT = 3306
# Identifiers in double quotes, as SQL and R2RML have them; CHAR with its padding. MariaDB alone, which would
# compare each row with each, is also allowed to join by hashes.
SESSION = (
    "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, ''), 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH')"
    "/*M! , SESSION join_cache_level = 4 */",
    "START TRANSACTION READ ONLY",
)
OPTIONS = ("unix_socket", "ssl_ca", "ssl_cert", "ssl_key")
BINARY = 63  # the character set of bytes
BIT, TINY = 16, 1
# By the protocol's numbers of types: how values are converted, and how they are compared.
TYPES: dict[int, tuple[Convert, str]] = {
    **dict.fromkeys((TINY, 2, 3, 8, 9), (sql_values.integer, "number")),
    13: (sql_values.integer, ""),  # a year
    **dict.fromkeys((0, 246), (sql_values.decimal, "decimal")),
    **dict.fromkeys((4, 5), (sql_values.real, "")),
    **dict.fromkeys((10, 14), (sql_values.date, "date")),
    11: (sql_values.time, ""),
    **dict.fromkeys((7, 12), (sql_values.instant, "")),
    BIT: (sql_values.bits, ""),
    **dict.fromkeys((252, 253), (sql_values.plain, "text")),
}
# A BOOLEAN of MySQL is a TINYINT(1): a type and the length that is told of it.
NARROW = {(TINY, 1): (sql_values.boolean, "boolean"), (BIT, 1): (sql_values.boolean, "")}
UNKNOWN = (sql_values.plain, "")
BYTES = (sql_values.plain, "bytes")
# Collations take A for a: the first comparison is for indexes, the second one tells.
TEXTS_EQUAL = (
    "{0} = {1} AND CAST(CONVERT({0} USING utf8mb4) AS BINARY) = CAST(CONVERT({1} USING utf8mb4) AS BINARY)"
)
TABLES = """
    SELECT CONCAT(IF(table_schema = DATABASE(), '', CONCAT(table_schema, '.')), table_name)
    FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1
"""
NO_TABLE = (1146, 1049, 1051)


class MySQL:
    """A connection. Raises ImportError where PyMySQL is not installed, and PyMySQL's own errors."""

    def __init__(self, database: Database) -> None:
        import pymysql
        from pymysql.converters import encoders
        from pymysql.cursors import SSCursor

        parts = urlsplit(database.url)
        given: dict[str, Any] = {
            **{name: value for name, value in parse_qsl(parts.query) if name in OPTIONS},
            "host": parts.hostname,
            "port": parts.port or PORT,
            "database": unquote(parts.path.removeprefix("/")),
            "user": database.user,
            "password": database.password or os.environ.get("MYSQL_PWD", ""),
        }
        conversions: dict[Any, Any] = dict(encoders)
        told = {name: value for name, value in given.items() if value}
        # Without decoders all values are texts or bytes: Python has no date 0000-00-00.
        own_keys = any(name.startswith("ssl") for name in told)
        self.connection = pymysql.connect(
            **told,
            conv=conversions,
            charset="utf8mb4",
            cursorclass=SSCursor,
            connect_timeout=PATIENCE,
            read_timeout=PATIENCE,
            ssl_disabled=not own_keys,
            defer_connect=True,
        )
        connection: Any = self.connection
        if not own_keys:
            connection.ssl, connection.ctx = True, _encrypting()
        with ExitStack() as failing:
            failing.callback(self.close)
            self.connection.connect()
            # What is no MySQL may be silent when it is spoken to; a query may take its time.
            connection._read_timeout = None
            for statement in SESSION:
                self._asked(statement)
            failing.pop_all()

    @staticmethod
    def errors() -> tuple[type[Exception], ...]:
        """The errors of PyMySQL, and of texts that are not in their encoding."""
        import pymysql

        return (pymysql.Error, UnicodeError)

    def described(self, query: str) -> tuple[Column, ...]:
        """The columns of a query, of which no row is asked."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"{query}\nLIMIT 0")
            return _columns(cursor)

    def rows(self, query: str) -> Generator[tuple[Any, ...], None, None]:
        """The rows of a query, after a first one of its columns; each is fetched when it is asked for."""
        cursor = self.connection.cursor()
        cursor.execute(query)
        try:
            yield _columns(cursor)
            while (row := cursor.fetchone()) is not None:
                yield row
        finally:
            self._abandon()

    def _asked(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def tables(self) -> list[str]:
        """The tables and views."""
        return [str(name) for (name,) in self._asked(TABLES)]

    def lacks_table(self, error: Exception) -> bool:
        """Whether the error says that there is no such table."""
        return bool(error.args) and error.args[0] in NO_TABLE

    def equal(self, comparison: str) -> str:
        """How two columns of one comparison are compared."""
        return TEXTS_EQUAL if comparison == "text" else "{0} = {1}"

    def close(self) -> None:
        """Leave the server, rows or no rows: those that it still has to send are not waited for."""
        self._abandon()
        connection: Any = self.connection
        connection._force_close()

    def _abandon(self) -> None:
        """Let PyMySQL not read the rest of the rows, as it does when a cursor is closed or forgotten."""
        connection: Any = self.connection
        result = connection._result
        if result is not None:
            result.unbuffered_active = False


def _encrypting() -> ssl.SSLContext:
    """Encryption for servers that have it, as PyMySQL has it where no keys are given.

    Whose certificate it is does not matter, so the authorities, whose reading takes longest, are left out.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _columns(cursor: Any) -> tuple[Column, ...]:
    """PyMySQL's description lacks the character set, without which text and bytes are the same type."""
    fields = cursor._result.fields
    return tuple(
        Column(each.name, *_type(each.type_code, each.length, each.charsetnr == BINARY)) for each in fields
    )


def _type(code: int, length: int, is_binary: bool) -> tuple[Convert, str]:
    found = NARROW.get((code, length)) or TYPES.get(code, UNKNOWN)
    return BYTES if found[1] == "text" and is_binary else found
