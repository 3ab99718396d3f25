"""Addresses of databases, as mappings and people write them; a mapping over the one that is given."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from kg.errors import KgError, MappingError, NoDatabase, Place, Unsupported
from kg.mapping import Database, LogicalSource, Mapping

# What databases are called in URLs, in those of JDBC and in YARRRML, and what they are called here.
SYSTEMS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
SPELLINGS = ("postgresql://USER@HOST/NAME", "mysql://USER@HOST/NAME", "sqlite:///FILE")
# Databases that RML and YARRRML know as well.
OTHERS = ("sqlserver", "oracle", "db2", "h2", "hsqldb", "snowflake", "duckdb")
SECRET = ("password", "passwd", "pwd")
NAMED = ("user", "username")
# Where what stands around it is misread, a password may be in any part: each has only what it must have.
HOST = re.compile(r"[A-Za-z0-9._-]*")
NO_PATH = re.compile("[@;()]")


def database(written: str, user: str = "", password: str = "", *, place: Place | None = None) -> Database:
    """The database of an address: a URL, or one of JDBC. Credentials in it give way to those beside it.

    Raises MappingError for what is no address, Unsupported for a database that is not read and for passwords
    of other things, such as keys; neither repeats what may be a password.

    >>> database("jdbc:mariadb://db.example:3307/shop?user=me&password=secret")
    Database(url='mysql://db.example:3307/shop', user='me')
    >>> database("jdbc:sqlite:people.db").url, database("postgres:///people").url
    ('sqlite:///people.db', 'postgresql:///people')
    """
    scheme, colon, rest = written.strip().removeprefix("jdbc:").partition(":")
    system = SYSTEMS.get(scheme.lower(), "")
    if not system:
        raise _refused(scheme.lower() if colon else "", place)
    if system == "sqlite":
        path = rest.partition("?")[0].removeprefix("//")
        return Database(f"sqlite:///{path.removeprefix('/') if rest.startswith('//') else path}")
    try:
        parts = urlsplit(f"{system}:{rest}" if rest.startswith("//") else f"{system}:///{rest}")
        host = _host(parts)
    except ValueError:
        raise MappingError(
            f"the address of the {system} database is no URL", place=place, fix=f"{FIX}; {ESCAPE}"
        ) from None
    options = parse_qsl(parts.query)
    for name in (name for name, _ in options if any(word in name.lower() for word in SECRET)):
        if name.lower() not in SECRET:
            raise Unsupported(f"the option {name!r} of a database is not run yet", place=place, value=name)
    said = {name.lower(): value for name, value in options if value}
    kept = urlencode([(name, value) for name, value in options if name.lower() not in SECRET + NAMED])
    return Database(
        f"{system}://{host}{parts.path}" + (f"?{kept}" if kept else ""),
        user or unquote(parts.username or "") or _first(said, NAMED),
        password or unquote(parts.password or "") or _first(said, SECRET),
    )


FIX = f"write {', '.join(SPELLINGS[:-1])} or {SPELLINGS[-1]}"
ESCAPE = "in a password, write / as %2F, # as %23, ? as %3F and @ as %40"


def _host(parts: SplitResult) -> str:
    """Host and port without credentials. Raises ValueError where any part of a URL is not what it must be."""
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{IPv6Address(host)}]"
    elif not HOST.fullmatch(host):
        raise ValueError("the host")
    names = parts.query if not parts.path.strip("/") else "".join(re.findall("(?:^|&)([^=&]*)", parts.query))
    if NO_PATH.search(parts.path) or parts.fragment or "@" in names:
        raise ValueError("what follows the host")
    return f"{host}:{parts.port}" if parts.port else host


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if name in said), "")


def _refused(scheme: str, place: Place | None) -> KgError:
    if scheme in OTHERS:
        return Unsupported(f"databases of {scheme} are not read", place=place, fix=FIX)
    return MappingError("this is no address of a database", place=place, fix=FIX)


def run_over(mapping: Mapping, address: str) -> Mapping:
    """The mapping with the database of an address for all sources of SQL that name none.

    An address is as :func:`database` takes it; the file of SQLite is one of the working directory. Without an
    address the mapping stays as it is.
    """
    lacking = [source for source in mapping.sources if source.formulation == "sql" and not source.database]
    if not lacking or not address:
        return mapping
    given = database(address)
    if given.url.startswith("sqlite:"):
        given = replace(given, url=f"sqlite:///{file(given, Path.cwd()).as_posix()}")
    maps = (
        replace(each, source=replace(each.source, database=given)) if each.source in lacking else each
        for each in mapping.triples_maps
    )
    return replace(mapping, triples_maps=tuple(maps))


def of(source: LogicalSource) -> Database:
    """The database of a source. Raises NoDatabase where it has none."""
    if source.database is None:
        raise NoDatabase(
            f"the mapping does not say in which database {shown(source)} is",
            place=source.place,
            fix=f"name it with --db {SPELLINGS[0]}, or in KG_DB",
        )
    given = source.database
    return database(given.url, given.user, given.password, place=source.place)


def shown(source: LogicalSource) -> str:
    """What messages call a source of SQL: the name of its table, or what it is.

    >>> shown(LogicalSource("people", "sql")), shown(LogicalSource("", "sql", query="SELECT 1"))
    ("the table 'people'", 'the query')
    """
    return "the query" if source.query else f"the table {source.path!r}"


def file(given: Database, folder: Path) -> Path:
    """The file of a database of SQLite, relative to `folder`; that of a server is no file.

    >>> file(Database("sqlite:///a.db"), Path("data")).as_posix(), file(Database("mysql://h/a"), Path("data"))
    ('data/a.db', PosixPath('.'))
    """
    system, _, path = given.url.partition(":///")
    return folder / path if system == "sqlite" else Path()
