"""The files of sources: found, opened, decompressed and decoded (RML-IO, "Source").

A source may be a file, standard input or a resource of the web. Archives hold one file.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

from kg import encoding
from kg.errors import Encoding, KgError, MappingError, MissingTable, Place, TableError
from kg.mapping import LogicalSource
from kg.shapes import UTF_8, is_file

CHUNK = 1 << 20
PATIENCE = 60  # seconds, for each answer of a server
LARGEST = 1 << 30  # bytes that are fetched
BROKEN = (
    EOFError,
    OSError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
Opener = Callable[[Any], AbstractContextManager[Any]]

# What a compression is called besides, and what is around the one file of an archive.
ALIASES = {
    "none": "", "gz": "gzip", "bz2": "bzip2", "zst": "zstd",
    "targz": "tar.gz", "targzip": "tar.gz", "tarxz": "tar.xz",
}  # fmt: skip
AROUND = {"tar.gz": "gzip", "tar.xz": "xz", "tar.bz2": "bzip2"}
# What mappings call compressions, and how the names of archives end, whose first bytes do not tell.
SAID = {"gzip": "gzip", "zip": "zip"}
TARS = {"targz": (".tar.gz", ".tgz"), "tarxz": (".tar.xz", ".txz")}
# What the first bytes of compressed files are.
SIGNS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"\xfd7zXZ\0": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def find(source: LogicalSource, folder: Path) -> Path:
    """The file of a source, whose path is relative to `folder`; raises MissingTable, with what is there."""
    if not is_file(source):
        return Path(source.path)
    path = folder / source.path
    if path.is_dir():
        raise MissingTable(f"{source.path} is a folder, not a table", place=source.place)
    if not path.is_file():
        raise _missing(source, path)
    return path


def compression(source: LogicalSource) -> str:
    """The compression of a source by its name here; "" for none."""
    name = source.compression.lower()
    return ALIASES.get(name, name)


@contextmanager
def binary(source: LogicalSource, path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a source, decompressed as it says.

    Raises MappingError for a compression that I do not know, TableError where the file has another one.
    """
    kind = compression(source)
    if kind not in COMPRESSIONS:
        raise MappingError(
            f"no compression {source.compression!r}",
            place=source.place,
            value=source.compression,
            exists=filter(None, COMPRESSIONS),
        )
    try:
        with _raw(source, path) as raw, COMPRESSIONS[kind](raw) as file:
            yield file
    except BROKEN as error:
        raise _unreadable(source, path, error) from error


@contextmanager
def text(source: LogicalSource, path: Path) -> Iterator[IO[str]]:
    """The text of a source, line ends as they are; a byte order mark is no part of it.

    Raises MappingError for an encoding that I do not know, Encoding at what it cannot be.
    """
    codec = "utf-8-sig" if source.encoding.lower() in UTF_8 else source.encoding
    try:
        "".encode(codec)
    except LookupError:
        raise MappingError(
            f"no encoding {source.encoding!r}", place=source.place, fix="such as UTF-8, UTF-16 or GB18030"
        ) from None
    try:
        with binary(source, path) as raw:
            yield io.TextIOWrapper(raw, encoding=codec, newline="")
    except UnicodeError:
        raise _undecodable(source, path, codec) from None


def check(source: LogicalSource, path: Path) -> None:
    """Raise Encoding where a file is not UTF-8; TableError where that is because it is compressed."""
    try:
        encoding.check(path)
    except Encoding:
        found = compressed(source, path)
        if found:
            raise found from None
        raise


def compressed(source: LogicalSource, path: Path, besides: str = "") -> KgError | None:
    """The error that a source is compressed and does not say so, if it looks like that.

    It may be compressed `besides`, because its format is.
    """
    seems = "" if compression(source) else _sign(source, path)
    if seems in ("", besides):
        return None
    name = path.name.lower()
    kind = next((kind for kind, ends in TARS.items() if name.endswith(ends)), SAID.get(seems, ""))
    return TableError(
        f"the file is compressed: it looks like {seems}",
        place=Place(path),
        fix=f"let the source say rml:compression rml:{kind}, in YARRRML compression: {kind}"
        if kind
        else "decompress it",
    )


@contextmanager
def local(source: LogicalSource, path: Path) -> Iterator[Path]:
    """A file that holds the bytes of a source: its own, or one that is there for as long as it is needed."""
    if is_file(source) and not compression(source):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="kg-") as folder, binary(source, path) as file:
        copy = Path(folder, "source")
        with copy.open("wb") as out:
            shutil.copyfileobj(file, out)
        yield copy


def _missing(source: LogicalSource, path: Path) -> KgError:
    beside = sorted(p.name for p in path.parent.glob("*" + path.suffix)) if path.parent.is_dir() else []
    return MissingTable(
        f"there is no table {source.path} in {path.parent}",
        place=source.place,
        value=path.name,
        exists=beside,
    )


def _raw(source: LogicalSource, path: Path) -> AbstractContextManager[IO[bytes]]:
    if source.path == "-":
        return io.BytesIO(_standard_input())
    if is_file(source):
        return path.open("rb")
    try:
        return io.BytesIO(_fetched(source.path))
    except (OSError, ValueError) as error:
        raise MissingTable(f"cannot fetch {source.path}: {error}", place=source.place) from error


def _fetched(url: str) -> bytes:
    """What is at a URL. Raises OSError, or ValueError for what is no URL, no answer, or too much."""
    from http.client import HTTPException  # which takes long, and few sources are on the web
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            content = bytes(answer.read(LARGEST + 1))
            lacking = answer.length
    except HTTPException as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if len(content) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST:,} bytes")
    if lacking:
        raise ValueError(f"it breaks off, {lacking:,} bytes before its end")
    return content


@cache
def _standard_input() -> bytes:
    """All of it: it can be read once only, and is needed more often."""
    return sys.stdin.buffer.read()


def _as_it_is(raw: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return raw


def _gzip(raw: IO[bytes]) -> AbstractContextManager[Any]:
    return gzip.GzipFile(fileobj=raw)


@contextmanager
def _zstd(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """Decompressed beforehand: the library's own stream takes a file that breaks off for its end."""
    import zstandard

    with tempfile.TemporaryFile() as out:
        frame, rest = None, b""
        try:
            while chunk := rest or raw.read(CHUNK):
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                out.write(frame.decompress(chunk))
                rest = frame.unused_data
                frame = None if frame.eof else frame
        except zstandard.ZstdError as error:
            raise OSError(error) from error
        if frame:
            raise EOFError("it breaks off")
        out.seek(0)
        yield out


@contextmanager
def _zip(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(raw) as archive:
        name = _only([info.filename for info in archive.infolist() if not info.is_dir()])
        with archive.open(name) as file:
            yield file


@contextmanager
def _tar(outside: Opener, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    with outside(raw) as inside, tarfile.open(fileobj=inside, mode="r:") as archive:
        name = _only([member.name for member in archive if member.isfile()])
        file = archive.extractfile(name)
        if file is None:
            raise OSError(f"{name} cannot be taken out of the archive")
        with file:
            yield file


def _only(names: list[str]) -> str:
    """The one file of an archive."""
    if len(names) != 1:
        raise OSError(f"the archive holds {len(names)} files, not one: {', '.join(names[:8])}")
    return names[0]


def _unreadable(source: LogicalSource, path: Path, error: Exception) -> KgError:
    """What is wrong: the file's compression is another one, or it is broken, or may not be read."""
    kind = compression(source)
    outside = AROUND.get(kind, kind)
    seems = _sign(source, path) if kind else ""
    if seems == outside:
        what = f"the file is no {kind}" if kind else "the file cannot be read"
        fix = "make it anew" if kind == outside else f"is it {seems} without tar?"
        return TableError(f"{what}: {error}", place=Place(path), fix=fix)
    found = f"it looks like {seems}" if seems else "it is compressed in no way that I know"
    fix = f"let the source say {f'that it is {seems}' if seems else 'how it is compressed, if at all'}"
    return TableError(f"the file is no {kind}, {found}", place=Place(path), fix=fix)


def _sign(source: LogicalSource, path: Path) -> str:
    with _raw(source, path) as raw:
        head = raw.read(8)
    return next((name for sign, name in SIGNS.items() if head.startswith(sign)), "")


def _undecodable(source: LogicalSource, path: Path, codec: str) -> KgError:
    """The first place where the bytes are not of the encoding."""
    found = compressed(source, path)
    if found:
        return found
    if codec == "utf-8-sig" and is_file(source) and not compression(source):
        encoding.check(path)
    with binary(source, path) as file:
        raw = file.read()
    try:
        raw.decode(codec)
        good = ""
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode(codec, errors="ignore")
    line, column = good.count("\n") + 1, len(good) - good.rfind("\n")
    return Encoding(
        f"the file is not {source.encoding.upper()}",
        place=Place(path, line, column),
        fix="let the source name the encoding that it has",
    )


COMPRESSIONS: dict[str, Opener] = {
    "": _as_it_is,
    "gzip": _gzip,
    "zip": _zip,
    "xz": lzma.LZMAFile,
    "zstd": _zstd,
    "bzip2": bz2.BZ2File,
    "tar.gz": partial(_tar, _gzip),
    "tar.xz": partial(_tar, lzma.LZMAFile),
    "tar.bz2": partial(_tar, bz2.BZ2File),
}
