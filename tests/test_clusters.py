"""What a person names of a cluster and its output is seen to before Spark starts."""

from __future__ import annotations

import pytest

from kg import clusters
from kg.errors import UnknownFormat, Unsupported, UsageError
from kg.mapping import Constant, LogicalSource, LogicalTarget, TermMap
from kg.rules import Rule

ONE = TermMap(Constant("http://e/"))


@pytest.mark.parametrize(
    "master", ["local", "local[2]", "local[*]", "spark://h:7077", "yarn", "k8s://https://h:6443"]
)
def test_a_master_is_taken_as_spark_takes_it(master: str) -> None:
    assert clusters.cluster(master).master == master


@pytest.mark.parametrize("master", ["host:7077", "spark:", "http://h"])
def test_what_is_no_master_is_wrong_use(master: str) -> None:
    with pytest.raises(UsageError, match="is no master of Spark"):
        clusters.cluster(master)


def test_spark_connect_is_refused() -> None:
    with pytest.raises(Unsupported, match="Spark Connect"):
        clusters.cluster("sc://h:15002")


@pytest.mark.parametrize("setting", ["spark.x", "x=y", "=y"])
def test_a_setting_is_a_key_and_a_value(setting: str) -> None:
    with pytest.raises(UsageError, match="is no setting of Spark"):
        clusters.cluster("", [setting])
    assert clusters.cluster("", ["spark.x=a=b"]).conf == (("spark.x", "a=b"),)


@pytest.mark.parametrize(
    ("out", "files"),
    [("a.nt", ".nt"), ("x/a.nq", ".nq"), ("a.nq.gz", ".nq.gz"), ("s3a://b/a.nt.zst", ".nt.zst")],
)
def test_the_suffix_says_what_the_files_are(out: str, files: str) -> None:
    assert clusters.folder(out).files == files


@pytest.mark.parametrize("out", ["a.ttl", "a", "a.gz", "nq", "out/"])
def test_other_formats_are_refused(out: str) -> None:
    with pytest.raises(Unsupported, match=r"ends in \.nt or \.nq"):
        clusters.folder(out)


def test_logical_targets_are_folders_of_lines() -> None:
    target = LogicalTarget("t", "N-Triples", compression="gzip")
    assert clusters.of_target(target) == clusters.Folder("t", ".nt", "gzip")
    for wrong in (
        LogicalTarget("t", "Turtle"),
        LogicalTarget("t", encoding="utf-16"),
        LogicalTarget("t", compression="zip"),
    ):
        with pytest.raises(Unsupported):
            clusters.of_target(wrong)


def test_n_triples_hold_no_named_graphs() -> None:
    source = LogicalSource("t.csv")
    plain, named = Rule("t", source, ONE, ONE, ONE, None), Rule("t", source, ONE, ONE, ONE, ONE)
    clusters.check_graphs(clusters.folder("a.nt"), [plain])
    clusters.check_graphs(clusters.folder("a.nq"), [named])
    with pytest.raises(UnknownFormat, match=r"\.nq"):
        clusters.check_graphs(clusters.folder("a.nt"), [plain, named])
