"""PostgreSQL and MariaDB for tests: started when the first test wants them, on loopback, stopped at the end.

Data are in a folder of their own, and neither server runs as root. Nothing of what is installed as a service is
touched. Every run, and every worker of pytest-xdist, has its own servers.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

USER, PASSWORD = "kg", "s3cret/@:word"
PACKAGES = ("postgresql", "mariadb-server")
JDBC = Path("/usr/share/java/postgresql.jar")
JDBC_PACKAGE = "libpostgresql-jdbc-java"
PATIENCE = 60  # seconds
LOCALE = ("-E", "UTF8", "--locale=C.UTF-8")
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec")


@dataclass(frozen=True)
class Server:
    """Where a running server is."""

    system: str
    port: int

    @property
    def address(self) -> str:
        """Its URL without credentials."""
        return f"{self.system}://127.0.0.1:{self.port}/test"

    @property
    def url(self) -> str:
        """Its URL with credentials."""
        return self.address.replace("//", f"//{USER}:{quote(PASSWORD, safe='')}@", 1)


@dataclass(frozen=True)
class TestDatabase:
    """An empty database for one test."""

    __test__ = False
    system: str
    url: str
    address: str
    execute: Callable[[Iterable[str]], None]

    def run(self, *statements: str) -> TestDatabase:
        """Execute statements, one after the other."""
        self.execute(statements)
        return self

    def mapping(self, folder: Path, text: str) -> Path:
        """A mapping in Turtle with the usual prefixes."""
        file = folder / "mapping.ttl"
        file.write_text(PREFIXES + text, encoding="utf-8")
        return file

    @property
    def source(self) -> str:
        """It as a source in the words of D2RQ."""
        return f'[ a d2rq:Database; d2rq:jdbcDSN "{self.url}" ]'


PREFIXES = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix old: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/> .
@base <https://example.org/> .
"""


def missing() -> list[str]:
    """The servers that are not installed, or that root alone could run."""
    there = {
        "PostgreSQL": _postgresql("initdb") and _account("postgres") is not None,
        "MariaDB": _program("mariadbd", "mysqld")
        and _program("mariadb-install-db", "mysql_install_db")
        and _account("mysql") is not None,
    }
    return [name for name, found in there.items() if not found]


def _program(*names: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS))
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def _postgresql(name: str) -> str | None:
    """Debian keeps the programs of each version in a folder of its own."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which(name, path=os.pathsep.join(map(str, reversed(folders)))) or shutil.which(name)


def _account(name: str) -> dict[str, Any] | None:
    """As whom a server runs: oneself, in place of root the account of its package; None where that lacks."""
    import pwd

    if os.geteuid():
        return {}
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _made(folder: Path, account: dict[str, Any]) -> Path:
    folder.mkdir()
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


def _ran(command: list[str], account: dict[str, Any], folder: Path) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, timeout=PATIENCE, **account
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def _started(
    command: list[str], account: dict[str, Any], folder: Path, ready: Callable[[], object]
) -> subprocess.Popen[bytes]:
    """A server that answers. Raises AssertionError, with what it wrote, where it does not."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_ends_with_this,  # noqa: PLW1509  (the child calls one function of the system)
            **account,
        )
    until = time.monotonic() + PATIENCE
    while True:
        try:
            ready()
        except Exception as error:
            if process.poll() is not None or time.monotonic() > until:
                _stopped(process)
                raise AssertionError(f"{error}\n{log.read_text(errors='replace')}") from error
            time.sleep(0.1)
        else:
            return process


def _ends_with_this() -> None:
    """On Linux a server also ends where the tests are killed (prctl, PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _stopped(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder that the accounts of the servers can reach; its path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="kg-servers-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def postgresql_server(servers_folder: Path) -> Iterator[Server]:
    """A PostgreSQL of this run."""
    psycopg = pytest.importorskip("psycopg")
    account = _account("postgres")
    if "PostgreSQL" in missing() or account is None:
        pytest.skip("no PostgreSQL: apt-get install --no-install-recommends postgresql")
    folder = _made(servers_folder / "pg", account)
    secret = servers_folder / "password"
    secret.write_text(PASSWORD)
    data, port = str(folder / "data"), _free_port()
    initdb, postgres = _postgresql("initdb"), _postgresql("postgres")
    assert initdb
    assert postgres
    _ran(
        [
            *(initdb, "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}"),
            *LOCALE,
            "--no-sync",
        ],
        account,
        folder,
    )
    given = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
    settings = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    server = Server("postgresql", port)
    admin = server.url.replace("/test", "/postgres")

    process = _started(
        [postgres, "-D", data, *settings], account, folder, lambda: psycopg.connect(admin).close()
    )
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE test")
        yield server
    finally:
        _stopped(process)


@pytest.fixture(scope="session")
def mysql_server(servers_folder: Path) -> Iterator[Server]:
    """A MariaDB, or a MySQL, of this run."""
    pymysql = pytest.importorskip("pymysql")
    account = _account("mysql")
    if "MariaDB" in missing() or account is None:
        pytest.skip("no MariaDB: apt-get install --no-install-recommends mariadb-server")
    folder = _made(servers_folder / "my", account)
    port, to = _free_port(), folder / "socket"
    server, own = Server("mysql", port), ["--no-defaults", f"--datadir={folder / 'data'}"]
    install = _program("mariadb-install-db", "mysql_install_db")
    daemon = _program("mariadbd", "mysqld")
    assert install
    assert daemon
    _ran([install, *own, "--auth-root-authentication-method=normal"], account, folder)

    def ready() -> None:
        if not to.exists():  # PyMySQL would leave a socket open
            raise FileNotFoundError(to)
        pymysql.connect(unix_socket=str(to), user="root").close()

    listening = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={to}", "--skip-name-resolve"]
    quick = [f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0"]
    process = _started([daemon, *own, *listening, *quick], account, folder, ready)
    try:
        with closing(pymysql.connect(unix_socket=str(to), user="root")) as connection:
            cursor = connection.cursor()
            cursor.execute(f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            cursor.execute(f"GRANT ALL ON *.* TO {USER}@'127.0.0.1'")
            cursor.execute("CREATE DATABASE IF NOT EXISTS test")
        yield server
    finally:
        _stopped(process)


@pytest.fixture
def postgresql(postgresql_server: Server) -> TestDatabase:
    """An empty database of PostgreSQL."""
    import psycopg

    def execute(statements: Iterable[str]) -> None:
        with psycopg.connect(postgresql_server.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    execute(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"])
    return TestDatabase("postgresql", postgresql_server.url, postgresql_server.address, execute)


@pytest.fixture
def mysql(mysql_server: Server) -> TestDatabase:
    """An empty database of MariaDB."""
    import pymysql

    def execute(statements: Iterable[str]) -> None:
        given: dict[str, Any] = {"host": "127.0.0.1", "user": USER, "password": PASSWORD, "database": "test"}
        modes = "SET sql_mode = 'ANSI_QUOTES,NO_ENGINE_SUBSTITUTION'"
        with closing(pymysql.connect(port=mysql_server.port, charset="utf8mb4", **given)) as connection:
            cursor = connection.cursor()
            for statement in (modes, *statements):
                cursor.execute(statement)
            connection.commit()

    execute(["DROP DATABASE test", "CREATE DATABASE test CHARACTER SET utf8mb4"])
    return TestDatabase("mysql", mysql_server.url, mysql_server.address, execute)


@pytest.fixture
def sqlite(tmp_path: Path) -> TestDatabase:
    """An empty database of SQLite, the file people.db beside the mapping."""
    file = tmp_path / "people.db"

    def execute(statements: Iterable[str]) -> None:
        with closing(sqlite3.connect(file)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    execute(())
    file.touch()
    return TestDatabase("sqlite", f"sqlite:///{file}", f"sqlite:///{file}", execute)


SYSTEMS = ("sqlite", "postgresql", "mysql")


@pytest.fixture(params=SYSTEMS)
def database(request: pytest.FixtureRequest) -> TestDatabase:
    """An empty database of each kind."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, TestDatabase)
    return found


@pytest.fixture(params=SYSTEMS[1:])
def served(request: pytest.FixtureRequest) -> TestDatabase:
    """An empty database of each kind that has a server."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, TestDatabase)
    return found
