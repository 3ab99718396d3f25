"""The files of sources: found, decompressed, decoded."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import socket
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import zstandard
from test_records import look, rows, said

from kg import files, sources
from kg.errors import Encoding, MappingError, MissingTable, TableError
from kg.mapping import LogicalSource
from kg.records import records

CONTENT = "id,name\n1,毕节\n".encode()
ROWS = [("1", "毕节")]


def tar(kind: str, *names: str, content: bytes = CONTENT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("in")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name in names or ("in/t.csv",):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("in/", b"")
        for name in names or ("in/t.csv",):
            archive.writestr(name, CONTENT)
    return out.getvalue()


PACKED: dict[str, Callable[[], bytes]] = {
    "gzip": partial(gzip.compress, CONTENT),
    "zip": zipped,
    "xz": partial(lzma.compress, CONTENT),
    "zstd": lambda: zstandard.compress(CONTENT),
    "bzip2": partial(bz2.compress, CONTENT),
    "tar.gz": partial(tar, "gz"),
    "tar.xz": partial(tar, "xz"),
    "tar.bz2": partial(tar, "bz2"),
}
OUTSIDE = {"tar.gz": "gzip", "tar.xz": "xz", "tar.bz2": "bzip2"}


@pytest.mark.parametrize("compression", PACKED)
def test_compressed_files_are_read(compression: str, tmp_path: Path) -> None:
    """Of archives their one file, whatever folder it is in."""
    assert rows(tmp_path, PACKED[compression](), compression=compression) == ROWS


@pytest.mark.parametrize(("name", "kind"), [("targz", "tar.gz"), ("TarXZ", "tar.xz"), ("gz", "gzip")])
def test_compressions_have_other_names(name: str, kind: str, tmp_path: Path) -> None:
    assert rows(tmp_path, PACKED[kind](), compression=name) == ROWS


def test_every_compression_is_tried() -> None:
    assert {*PACKED, ""} == set(files.COMPRESSIONS)


@pytest.mark.parametrize("said_to_be", PACKED)
@pytest.mark.parametrize("is_in_truth", [*PACKED, ""])
def test_another_compression_is_told(said_to_be: str, is_in_truth: str, tmp_path: Path) -> None:
    """With what the file looks like; every pair of two."""
    content = PACKED[is_in_truth]() if is_in_truth else CONTENT
    looks_like = OUTSIDE.get(is_in_truth, is_in_truth)
    if said_to_be == is_in_truth or OUTSIDE.get(is_in_truth) == said_to_be:
        return
    with pytest.raises(TableError) as caught:
        rows(tmp_path, content, compression=said_to_be)
    (message,) = said(caught.value, tmp_path)
    assert message.startswith(f"t.txt: error[table-error]: the file is no {said_to_be}")
    seen = f"it is {looks_like}" if OUTSIDE.get(said_to_be) != looks_like else "is it "
    assert (seen if is_in_truth else "how it is compressed, if at all") in message


SAID = {"gzip": "gzip", "zip": "zip", "tar.gz": "targz", "tar.xz": "tarxz"}


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("formulation", ["csv", "json", "xml"])
def test_a_file_that_does_not_say_that_it_is_compressed(kind: str, formulation: str, tmp_path: Path) -> None:
    """With how to say it, if mappings can."""
    name = f"t.{kind}"
    (tmp_path / name).write_bytes(PACKED[kind]())
    with pytest.raises(TableError) as caught:
        sources.table(LogicalSource(name, formulation), tmp_path, ())
    (message,) = said(caught.value, tmp_path)
    told = SAID.get(kind, "")
    fix = (
        f"let the source say rml:compression rml:{told}, in YARRRML compression: {told}"
        if told
        else "decompress it"
    )
    looks_like = OUTSIDE.get(kind, kind)
    assert message == (
        f"{name}: error[table-error]: the file is compressed: it looks like {looks_like}; {fix}"
    )


@pytest.mark.parametrize("compression", PACKED)
def test_a_file_that_breaks_off_is_told(compression: str, tmp_path: Path) -> None:
    packed = PACKED[compression]()
    with pytest.raises(TableError, match=f"the file is no {compression}"):
        rows(tmp_path, packed[: len(packed) // 2], compression=compression)


@pytest.mark.parametrize(("content", "kind"), [(zipped("a", "b"), "zip"), (tar("gz", "a", "b"), "tar.gz")])
def test_an_archive_of_several_files_is_told(content: bytes, kind: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the archive holds 2 files, not one: a, b"):
        rows(tmp_path, content, compression=kind)


def test_unknown_compressions_and_encodings_are_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"m\.ttl:3: .*no compression 'gzp'; did you mean 'gzip'"):
        rows(tmp_path, CONTENT, compression="gzp")
    for name in ("utf-61", "base64"):
        with pytest.raises(MappingError, match=f"m.ttl:3: .*no encoding '{name}'; such as UTF-8"):
            rows(tmp_path, CONTENT, encoding=name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "GB18030", "utf-8"])
def test_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    raw = CONTENT.decode().encode(encoding)
    assert rows(tmp_path, gzip.compress(raw), encoding=encoding, compression="gzip") == ROWS


@pytest.mark.parametrize(
    ("content", "encoding", "compression", "message"),
    [
        ("id,name\n1,毕\udcff".encode("utf-8", "surrogateescape"), "UTF-8", "gzip", "t.txt:2:4: error[encoding]: the file is not UTF-8"),
        (b"id,name\n1,\xff", "ascii", "", "t.txt:2:3: error[encoding]: the file is not ASCII"),
        ("id\n1".encode("utf-16") + b"\0", "utf-16", "", "t.txt:2:2: error[encoding]: the file is not UTF-16"),
    ],
)  # fmt: skip
def test_another_encoding_is_told_at_its_first_byte(
    content: bytes, encoding: str, compression: str, message: str, tmp_path: Path
) -> None:
    content = gzip.compress(content) if compression else content
    with pytest.raises(Encoding) as caught:
        rows(tmp_path, content, encoding=encoding, compression=compression)
    assert said(caught.value, tmp_path) == [f"{message}; let the source name the encoding that it has"]


def test_standard_input_is_read_as_often_as_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the source is -; it is read once."""
    files._standard_input.cache_clear()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CONTENT)))
    table = sources.table(LogicalSource("-"), tmp_path)
    assert (table.columns, [*records(table)], [*records(table)]) == (("id", "name"), ROWS, ROWS)
    files._standard_input.cache_clear()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Tests say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_source_may_be_on_the_web(server: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(CONTENT)
    assert [*records(sources.table(LogicalSource(f"{server}/t.csv"), tmp_path))] == ROWS
    with pytest.raises(MissingTable, match=r"cannot fetch http://.*/gone: .*404"):
        sources.table(LogicalSource(f"{server}/gone"), tmp_path)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"no HTTP\r\n\r\n", "BadStatusLine: no HTTP"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\nid,name\n", "it breaks off, 91 bytes before its end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nid", "IncompleteRead"),
    ],
)
def test_an_answer_that_is_none_or_breaks_off_is_told(answer: bytes, what: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/t.csv"
        with pytest.raises(MissingTable, match=f"cannot fetch {url}: {what}"):
            sources.table(LogicalSource(url), tmp_path)
        thread.join()


def test_what_is_too_large_is_not_fetched(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_bytes(CONTENT)
    monkeypatch.setattr(files, "LARGEST", len(CONTENT) - 1)
    with pytest.raises(MissingTable, match="it is larger than"):
        sources.table(LogicalSource(f"{server}/t.csv"), tmp_path)


def test_a_file_for_those_who_need_one(tmp_path: Path) -> None:
    """The source's own, or a copy while it is needed."""
    path = look(tmp_path, CONTENT).path
    with files.local(LogicalSource("t.txt"), path) as own:
        assert own == path
    path.write_bytes(gzip.compress(CONTENT))
    with files.local(LogicalSource("t.txt", compression="gzip"), path) as copy:
        assert copy.read_bytes() == CONTENT
    assert not copy.exists()
