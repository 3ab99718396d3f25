"""Where Spark runs, with what, and the folders that it writes: as a person names them, and where they are.

File systems are those of Hadoop: local folders, HDFS, S3 and whatever the cluster has a connector for.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import UnknownFormat, Unsupported, Unwritable, UsageError
from kg.mapping import LogicalTarget
from kg.rules import Rule

SUFFIXES = (".nt", ".nq")
COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".zst": "zstd"}
SERIALIZATIONS = {"N-Triples": ".nt", "N-Quads": ".nq"}
SUCCESS = "_SUCCESS"
MASTER = re.compile(r"local(\[[^\]]+\])?|(spark|k8s|sc)://.+|yarn")
ELSEWHERE = re.compile("[A-Za-z][A-Za-z0-9+.-]+:/")


@dataclass(frozen=True)
class Cluster:
    """A cluster: the URL of its master, configuration of Spark, and jars such as drivers of databases."""

    master: str = "local[*]"
    conf: tuple[tuple[str, str], ...] = ()
    jars: tuple[str, ...] = ()


def cluster(master: str = "", conf: Iterable[str] = (), jars: Iterable[str] = ()) -> Cluster:
    """A cluster of settings, each as KEY=VALUE. Raises UsageError for what is none.

    >>> cluster("spark://host:7077", ["spark.executor.memory=4g"]).conf
    (('spark.executor.memory', '4g'),)
    """
    if master.startswith("sc://"):
        raise Unsupported(
            "Spark Connect is not run", value=master, fix="name the master itself, such as spark://HOST:7077"
        )
    if master and not MASTER.fullmatch(master):
        raise UsageError(
            f"{master!r} is no master of Spark", fix="write spark://HOST:7077, yarn, k8s://URL or local[2]"
        )
    settings = []
    for each in conf:
        key, equals, value = each.partition("=")
        if not equals or not key.startswith("spark."):
            raise UsageError(f"{each!r} is no setting of Spark", fix="write --conf spark.KEY=VALUE")
        settings.append((key, value))
    return Cluster(master or Cluster.master, tuple(settings), tuple(jars))


@dataclass(frozen=True)
class Folder:
    """A folder of N-Triples or N-Quads: where, the suffix of its files, and how these are compressed."""

    path: str
    suffix: str
    compression: str = ""

    @property
    def quads(self) -> bool:
        """Whether its lines may name graphs."""
        return self.suffix == ".nq"

    @property
    def files(self) -> str:
        """The whole suffix of its files."""
        return self.suffix + next((end for end, name in COMPRESSIONS.items() if name == self.compression), "")


def folder(out: str) -> Folder:
    """The folder that is named: what its suffix says. Raises Unsupported for other formats.

    >>> folder("hdfs://name/graph.nt.gz")
    Folder(path='hdfs://name/graph.nt.gz', suffix='.nt', compression='gzip')
    """
    name = Path(out)
    packed = name.suffix if name.suffix in COMPRESSIONS else ""
    suffix = Path(name.name.removesuffix(packed)).suffix
    if suffix not in SUFFIXES:
        raise Unsupported(
            f"Spark writes no {suffix or 'files without a suffix'}: {out}",
            fix="name a folder that ends in .nt or .nq, such as graph.nq, with .gz, .bz2 or .zst if need be",
        )
    return Folder(out, suffix, COMPRESSIONS.get(packed, ""))


def of_target(target: LogicalTarget) -> Folder:
    """The folder of a logical target. Raises Unsupported for what Spark does not write."""
    if target.serialization not in SERIALIZATIONS or target.encoding != "utf-8":
        raise Unsupported(
            f"Spark does not write {target.path} as {target.serialization} in {target.encoding}",
            place=target.place,
            fix="let the target be N-Triples or N-Quads in UTF-8, or run it with --engine duckdb",
        )
    if target.compression not in ("", "gzip"):
        raise Unsupported(
            f"Spark does not write archives of {target.compression}: {target.path}",
            place=target.place,
            fix="compress it with gzip or not at all",
        )
    return Folder(target.path, SERIALIZATIONS[target.serialization], target.compression)


def check_graphs(into: Folder, rules: Iterable[Rule]) -> None:
    """Raise UnknownFormat where N-Triples would have to hold named graphs."""
    if not into.quads and (culprit := next((rule for rule in rules if rule.graph), None)):
        raise UnknownFormat(
            f"{into.suffix} cannot hold the named graphs of {culprit.triples_map}", exists=[".nq"]
        )


def elsewhere(path: str) -> bool:
    """Whether a path is a URI, such as that of a file of HDFS or S3.

    >>> elsewhere("s3a://bucket/graph.nt"), elsewhere("data/graph.nt")
    (True, False)
    """
    return ELSEWHERE.match(path) is not None


def uri(path: str | Path) -> str:
    """A path as Hadoop takes it: as it is, or that of a file of this machine."""
    return str(path) if elsewhere(str(path)) else f"file:{Path(path).resolve()}"


@dataclass(frozen=True)
class Storage:
    """The file systems that a session sees."""

    session: Any

    def _at(self, path: str) -> tuple[Any, Any]:
        there = self.session._jvm.org.apache.hadoop.fs.Path(uri(path))
        return there.getFileSystem(self.session._jsc.hadoopConfiguration()), there

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        files, there = self._at(path)
        return bool(files.exists(there))

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        files, there = self._at(path)
        return sorted(str(each.getPath().getName()) for each in files.listStatus(there))

    def is_folder(self, path: str) -> bool:
        """Whether it is one."""
        files, there = self._at(path)
        return bool(files.getFileStatus(there).isDirectory())

    def make(self, path: str) -> None:
        """Make a folder, and those that it is in."""
        files, there = self._at(path)
        files.mkdirs(there)

    def rename(self, path: str, to: str) -> None:
        """Give a file or folder another name."""
        files, there = self._at(path)
        if not files.rename(there, self._at(to)[1]):
            raise Unwritable(f"{path} cannot be renamed to {to}")

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        files, there = self._at(path)
        files.delete(there, True)

    def tidy(self, path: str) -> None:
        """Remove the checksums that Hadoop hides in folders of this machine."""
        for checksum in [] if elsewhere(path) else Path(path).glob(".*.crc"):
            checksum.unlink()

    def bring(self, file: Path, to: str) -> None:
        """Copy a file of this machine."""
        files, there = self._at(to)
        files.copyFromLocalFile(False, True, self.session._jvm.org.apache.hadoop.fs.Path(uri(file)), there)


def beside(out: str, mark: str = "") -> str:
    """A hidden name beside a folder; that of this process, if it has no mark."""
    whole = out.rstrip("/") if elsewhere(out) else str(Path(out).resolve())
    parent, _, name = whole.rpartition("/")
    return f"{parent}/.{name}-{mark or f'{socket.gethostname()}-{os.getpid()}'}"


def recover(storage: Storage, out: str) -> None:
    """Remove what killed runs of this machine have left, and give back a folder that they put aside."""
    old, near = beside(out, "old"), beside(out, f"{socket.gethostname()}-")
    folder, _, begins = near.rpartition("/")
    for name in storage.names(folder) if storage.exists(folder) else ():
        number = name.removeprefix(begins)
        if name != number and number.isdigit() and not _runs(int(number)):
            storage.remove(f"{folder}/{name}")
    if not storage.exists(old):
        return
    if storage.exists(out):
        storage.remove(old)
    else:
        storage.rename(old, out)


def _runs(number: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def check(storage: Storage, out: Folder) -> None:
    """Raise Unwritable where something else than an earlier output stands in the way."""
    recover(storage, out.path)
    if storage.exists(out.path):
        if not storage.is_folder(out.path):
            raise Unwritable(f"{out.path} is a file", fix="name a folder: Spark writes many files")
        names = storage.names(out.path)
        if names and SUCCESS not in names:
            raise Unwritable(f"{out.path} is a folder with other things in it", fix="name another")
    elif not elsewhere(out.path) and not Path(out.path).resolve().parent.is_dir():
        raise Unwritable(f"there is no folder {Path(out.path).parent}", fix="make it first, or name another")


def publish(storage: Storage, made: Iterable[tuple[str, Folder]]) -> None:
    """Give finished folders their names, in place of those of an earlier run."""
    for unfinished, out in made:
        old = beside(out.path, "old")
        if storage.exists(out.path):
            storage.rename(out.path, old)
        storage.rename(unfinished, out.path)
        storage.remove(old)
