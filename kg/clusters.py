"""Where Spark runs, with what, and the folder that it writes: as a person names them, seen to beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import UnknownFormat, Unsupported, UsageError
from kg.mapping import LogicalTarget
from kg.rules import Rule

SUFFIXES = (".nt", ".nq")
COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".zst": "zstd"}
SERIALIZATIONS = {"N-Triples": ".nt", "N-Quads": ".nq"}
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
