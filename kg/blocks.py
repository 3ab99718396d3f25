"""Files of quads written anew in bounded memory: sorted by DuckDB, then block after block as text.

A block is a part of the sorted file in which subjects are whole; threads make the texts of several at a time
(DuckDB runs without the interpreter's lock), and they are written in order. A file whose lines are laid out
in another way than `kg` and Oxigraph write them is parsed and written anew first.
"""

from __future__ import annotations

import gzip
import itertools
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from kg import amounts, turtle
from kg.errors import Unwritable

if TYPE_CHECKING:
    import duckdb

BLOCK = 16_000_000  # bytes at most; a subject that has more is written in several parts
LONGEST_LINE = 32_000_000  # bytes
LONG_LINE = 2_000_000  # bytes; longer ones cost DuckDB buffers
PLACES, SAMPLE = 64, 100  # places in a file, lines there, whose properties are known from the start
AT_ONCE = 1 << 20
COMPRESSIONS = (".gz", ".zst")
DELIMITER = "\x01\x02\x03\x04"  # in no line; else the line is written anew, without control characters
READ = "auto_detect = false, header = false, quote = '', escape = ''"
AS_LINES = (
    f"delim = '{DELIMITER}', columns = {{'line': 'VARCHAR'}}, "
    f"max_line_size = {LONGEST_LINE}, buffer_size = {LONGEST_LINE}"
)
AS_FIELDS = (
    f"delim = '{turtle.FIELD_END}', null_padding = true, strict_mode = false, max_line_size = {LONG_LINE}, "
    f"columns = {{{', '.join(f'{each}: {chr(39)}VARCHAR{chr(39)}' for each in turtle.FIELDS)}}}"
)
QUAD = re.compile(rf"{turtle.QUAD}\n?".encode())


class OtherLayout(Exception):
    """A line that is not laid out as expected: N-Quads of others, or quads where triples are expected."""


class NamedGraphs(Exception):
    """A quad in a named graph, in a format that has none."""


@contextmanager
def opened(out: Path, suffix: str) -> Iterator[IO[bytes]]:
    """A file to write to, compressed as a last `suffix` of .gz or .zst says: the same bytes each time."""
    with out.open("wb") as file:
        if suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
                yield cast("IO[bytes]", compressed)
        elif suffix == ".zst":
            import zstandard

            with zstandard.ZstdCompressor(threads=-1).stream_writer(file, closefd=False) as stream:
                yield stream
        else:
            yield file


def copied(source: Path, out: Path, suffix: str, head: bytes = b"") -> None:
    """Write a file to `out` as it is, after `head`, compressed as `suffix` says."""
    with source.open("rb") as content, opened(out, suffix) as file:
        file.write(head)
        shutil.copyfileobj(content, file, AT_ONCE)


@contextmanager
def started(memory: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB, for a process of so many bytes of `memory`, with the disk for the rest. Raises Unwritable."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        config: dict[str, Any] = {"temp_directory": folder, **amounts.of_duckdb(memory)}
        try:
            with duckdb.connect(config=config) as connection:
                connection.execute("SET enable_progress_bar = false")
                try:
                    yield connection
                except duckdb.InvalidInputException as error:  # a line that it cannot read
                    raise OtherLayout(str(error)) from error
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            scarce = isinstance(error, (duckdb.OutOfMemoryException, duckdb.IOException))
            fix = "give it more memory, or room on the disk" if scarce else ""
            raise Unwritable(f"the graph cannot be written: {told}", fix=fix) from error


def in_order(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[Path], out: Path, *, graphs: bool = False
) -> None:
    """Write the lines of the files to `out`, each once, sorted; with `graphs`, those of a graph together."""
    every = " UNION ALL ".join(f"SELECT line FROM {_scan(each)}" for each in sources)
    by = f"{turtle.by_graph('line')}, line" if graphs else "line"
    as_it_is = f"FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '{DELIMITER}'"
    connection.execute(
        f"COPY (SELECT line FROM (SELECT DISTINCT line FROM ({every})) ORDER BY {by}) "
        f"TO {turtle.quoted(str(out))} ({as_it_is})"
    )


def triples(source: Path, out: Path, *, named_graphs: bool = False) -> None:
    """Copy a file line by line. Raises OtherLayout, or NamedGraphs unless lines may name graphs."""
    with source.open("rb") as file, out.open("wb") as copy:
        for line in file:
            if not (found := QUAD.fullmatch(line)):
                raise OtherLayout(source.name)
            if found[4] and not named_graphs:
                raise NamedGraphs(source.name)
            copy.write(line)


def has_graphs(connection: duckdb.DuckDBPyConnection, source: Path) -> bool:
    """Whether a line of a file names a graph. Raises OtherLayout."""
    graph = turtle.graph_of("line")
    (row,) = connection.execute(
        f"SELECT coalesce(bool_or(g IS NULL), false), coalesce(bool_or(g <> ''), false)\n"
        f"FROM (SELECT {graph} AS g FROM {_scan(source)})"
    ).fetchall()
    if row[0]:
        raise OtherLayout(source.name)
    return bool(row[1])


def normalised(source: Path, out: Path) -> None:
    """Write any N-Quads as lines that are laid out as `kg` does. Raises SyntaxError."""
    import pyoxigraph

    n_quads = pyoxigraph.RdfFormat.N_QUADS
    parsed = pyoxigraph.parse(path=str(source), format=n_quads, lenient=True)
    pyoxigraph.serialize(parsed, output=str(out), format=n_quads)


def text(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    prefixes: turtle.Prefixes,
    out: Path,
    *,
    graphs: bool = False,
    size: int = BLOCK,
) -> str:
    """Write a sorted file as the body of Turtle, or with `graphs` of TriG; the header that goes before it.

    Raises OtherLayout where a line has another layout, or names a graph without `graphs`.
    """
    workers = _threads(connection)
    size = even(source.stat().st_size, workers, size)
    connection.execute("SET threads TO 1")  # rows stay in order; the threads are those below
    words = turtle.Words(turtle.usable(prefixes))
    words.learn(*_sample(source))
    writer = _Writer(connection, words, graphs)
    graph = turtle.BEGIN
    with out.open("wb") as file, ThreadPoolExecutor(workers) as threads:
        waiting: deque[Future[bytes]] = deque()
        for number, content in enumerate(_blocks(source, size)):
            part = out.with_name(f"{out.name}-{number}")
            part.write_bytes(content)
            waiting.append(threads.submit(writer.text, part, graph))
            graph = _graph_of(content) if graphs else graph
            if len(waiting) > workers:
                file.write(waiting.popleft().result())
        for each in waiting:
            file.write(each.result())
        if graph not in (turtle.BEGIN, turtle.DEFAULT):
            file.write(turtle.GRAPH_END.encode())
    connection.execute(f"SET threads TO {workers}")
    return turtle.header(words.prefixes, words.used)


def even(whole: int, workers: int, most: int) -> int:
    """The size of blocks such that so many workers have as many each: at most `most` bytes.

    >>> even(100, 2, 30), even(0, 2, 30)
    (25, 30)
    """
    rounds = -(-whole // (most * workers))
    return -(-whole // (rounds * workers)) if rounds else most


class _Writer:
    """Makes the texts of blocks; what one of them has taught is known for the next."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, words: turtle.Words, graphs: bool) -> None:
        self.connection, self.words, self.graphs = connection, words, graphs
        self.escape, self.fast = False, not graphs
        self.learning = Lock()

    def text(self, part: Path, before: str) -> bytes:
        """The text of a block, whose file is then removed; `before` is the graph before it."""
        rows = (turtle.quads if self.graphs else turtle.lines)(_scan(part))
        fields = turtle.fields(_scan(part, AS_FIELDS))
        cursor = self.connection.cursor()
        while True:
            fast = self.fast
            with self.learning:
                query, asked = turtle.block(
                    fields if fast else rows,
                    self.words,
                    graphs=self.graphs,
                    before=before,
                    escape=self.escape,
                )
            content, other_layout, unknown, controls, *begun = self._asked(cursor, query, fast)
            if other_layout:
                if not fast:
                    raise OtherLayout(part.name)
                self.fast = False
                continue
            self.escape |= controls > 0
            if not unknown and not controls:
                break
            predicates, kinds = cursor.execute(turtle.vocabulary(rows)).fetchall()[0]
            with self.learning:
                self.words.learn(predicates or (), filter(None, kinds or ()))
        with self.learning:
            self.words.used.update(name for name, used in zip(asked, begun, strict=True) if used)
        part.unlink()
        return bytes(content)

    def _asked(self, cursor: duckdb.DuckDBPyConnection, query: str, fast: bool) -> tuple[Any, ...]:
        import duckdb

        try:
            (row,) = cursor.execute(query).fetchall()
        except duckdb.InvalidInputException:
            if not fast:
                raise
            return b"", 1, 0, 0  # more fields than any line of three terms has
        return tuple(row)


def _threads(connection: duckdb.DuckDBPyConnection) -> int:
    (row,) = connection.execute("SELECT current_setting('threads')").fetchall()
    return int(row[0])


def _scan(path: Path, columns: str = AS_LINES) -> str:
    file = re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", str(path))
    return f"read_csv({turtle.quoted(file)}, {READ}, {columns})"


def _sample(source: Path) -> tuple[set[str], set[str]]:
    """Properties and datatypes that a file has, found in places of it."""
    size = source.stat().st_size
    predicates: set[str] = set()
    datatypes: set[str] = set()
    with source.open("rb") as file:
        for place in range(PLACES):
            file.seek(size * place // PLACES)
            if place:
                file.readline()
            for line in itertools.islice(file, SAMPLE):
                if found := QUAD.fullmatch(line):
                    predicates.add(found[2].decode())
                    _, typed, datatype = found[3].rpartition(b'"^^')
                    datatypes.update([datatype.decode()] * bool(typed))
    return predicates, datatypes


def _graph_of(content: bytes) -> str:
    """The graph of the last line of a block."""
    found = QUAD.fullmatch(content[content.rfind(b"\n", 0, len(content) - 1) + 1 :])
    return (found[4] or b"").decode() if found else turtle.DEFAULT


def _blocks(source: Path, size: int) -> Iterator[bytes]:
    """The file in parts that end where a subject ends, or else where a line does."""
    with source.open("rb") as file:
        begin, whole = 0, source.stat().st_size
        while begin < whole:
            end = _end(file, begin + size, begin + 2 * size)
            file.seek(begin)
            yield file.read(end - begin)
            begin = end


def _end(file: BinaryIO, place: int, furthest: int) -> int:
    """The first end of a subject after a place, but an end of a line before one that is far away."""
    file.seek(place)
    end = place + len(file.readline())
    subject = b""
    for line in file:
        now = line.partition(b" ")[0]
        if subject and (now != subject or end > furthest):
            break
        subject = now
        end += len(line)
    return end
