"""Connections to databases, of which each kind has a module: :mod:`kg.postgresql`, `mysql` and `sqlite`.

All are asked by SQL as R2RML has it: names in double quotes, rows streamed, nothing written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

from kg import databases
from kg.errors import DatabaseError, MissingTable, Place, Unreachable, Unsupported
from kg.mapping import Database, LogicalSource
from kg.mysql import OPTIONS as MYSQL_OPTIONS
from kg.mysql import MySQL
from kg.postgresql import OPTIONS as POSTGRESQL_OPTIONS
from kg.postgresql import PostgreSQL
from kg.sql_values import Column
from kg.sqlite import SQLite

INSTALL = "install it: pip install 'kgwright[databases]'"
DRIVERS = {"postgresql": "psycopg", "mysql": "PyMySQL"}
OPTIONS = {"postgresql": POSTGRESQL_OPTIONS, "mysql": MYSQL_OPTIONS}
OFF = ("", "0", "false", "disable", "disabled")
POSITION = re.compile(r"^LINE \d+:.*\n *\^$", re.MULTILINE)  # what PostgreSQL shows of the query
LONGEST = 300  # characters of what a database says
Errors = Callable[[], tuple[type[Exception], ...]]


class Connection(Protocol):
    """What is asked of a database."""

    @staticmethod
    def errors() -> tuple[type[Exception], ...]:
        """The errors of its driver, which is there."""

    def described(self, query: str) -> tuple[Column, ...]:
        """The columns of a query, which is not run."""

    def rows(self, query: str) -> Generator[tuple[Any, ...], None, None]:
        """Its rows, some at once, after a first one of its columns."""

    def tables(self) -> list[str]:
        """The names of all tables, as they are written in a query."""

    def lacks_table(self, error: Exception) -> bool:
        """Whether an error says that there is no such table."""

    def equal(self, comparison: str) -> str:
        """SQL that compares {0} with {1}, of one comparison, as their texts are compared."""

    def close(self) -> None:
        """End it, at any time."""


class Pool:
    """Connections that are open until its end, one for each database: many things are asked, one by one.

    One that has refused something is closed: PostgreSQL would refuse all that follows.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[Database, Path], Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    @contextmanager
    def opened(self, source: LogicalSource, path: Path) -> Iterator[Connection]:
        """The connection to the database of a source, whose file, if it is one, is `path`.

        What the database then refuses is a DatabaseError in its words, or a MissingTable with those that
        exist. Raises Unreachable where there is no connection. Passwords are in no message.
        """
        database = databases.of(source)
        _check_secure(source, database)
        key = (database, path)
        connection = self._open.get(key) or _connected(source, database, path)
        self._open[key] = connection
        try:
            yield connection
        except connection.errors() as error:
            try:
                raise _refused(source, database, connection, error) from None
            finally:
                connection.close()
                self._open.pop(key, None)


@contextmanager
def opened(source: LogicalSource, path: Path) -> Iterator[Connection]:
    """As :meth:`Pool.opened`, with a connection of its own."""
    with Pool() as pool, pool.opened(source, path) as connection:
        yield connection


def _connected(source: LogicalSource, database: Database, path: Path) -> Connection:
    openers: dict[str, tuple[Callable[[], Connection], Errors]] = {
        "postgresql": (lambda: PostgreSQL(database), PostgreSQL.errors),
        "mysql": (lambda: MySQL(database), MySQL.errors),
        "sqlite": (lambda: SQLite(path), SQLite.errors),
    }
    system = database.url.partition(":")[0]
    if system == "sqlite" and not path.is_file():
        there = sorted(each.name for each in path.parent.glob("*.*") if each.is_file())
        raise MissingTable(
            f"there is no database {path.name}", place=source.place, value=path.name, exists=there
        )
    connect, errors = openers[system]
    try:
        return connect()
    except ImportError:
        raise Unreachable(
            f"{address(database)} is read with {DRIVERS[system]}, which is not there",
            place=source.place,
            fix=INSTALL,
        ) from None
    except errors() + (OSError, RuntimeError, ValueError) as error:  # noqa: RUF005  (mypy)
        raise Unreachable(
            f"no connection to {address(database)}: {_said(error)}", place=source.place
        ) from None


def _refused(
    source: LogicalSource, database: Database, connection: Connection, error: Exception
) -> DatabaseError | MissingTable:
    said = _said(error)
    if connection.lacks_table(error):
        return MissingTable(
            f"{address(database)}: {said}",
            place=source.place,
            value="" if source.query else source.path,
            exists=_tables(connection),
        )
    return DatabaseError(f"{address(database)} refuses {databases.shown(source)}: {said}", place=source.place)


def _tables(connection: Connection) -> list[str]:
    """The tables; none where even these cannot be told."""
    try:
        return connection.tables()
    except connection.errors():
        return []


def _said(error: Exception) -> str:
    """What a driver says, on one line; none of them repeats a password."""
    # PyMySQL gives the number of the error and the text, sometimes within an OSError.
    text = str(error.args[-1]) if error.args else str(error)
    line = " ".join(POSITION.sub("", text).split())
    return _printable(line if len(line) <= LONGEST else f"{line[:LONGEST]} …")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def address(database: Database) -> str:
    """A database as messages call it: its URL, without parameters."""
    return _printable(database.url.partition("?")[0])


def _check_secure(source: LogicalSource, database: Database) -> None:
    """Raise Unsupported for an option that asks for security and would be passed over."""
    parts = urlsplit(database.url)
    for name, value in parse_qsl(parts.query):
        asked = name.lower().removeprefix("use").removeprefix("require").startswith("ssl")
        if asked and name not in OPTIONS.get(parts.scheme, ()) and value.lower() not in OFF:
            raise Unsupported(
                f"the option {name!r} of {address(database)} is not run yet",
                place=source.place,
                value=name,
                exists=OPTIONS.get(parts.scheme, ()),
            )


def place(source: LogicalSource, path: Path) -> Place:
    """What stands before a finding about a record: the file, or the server and the table."""
    database = databases.of(source)
    if database.url.startswith("sqlite:"):
        return Place(path)
    parts = urlsplit(database.url)
    return Place(Path((parts.netloc or "localhost") + parts.path, "query" if source.query else source.path))
