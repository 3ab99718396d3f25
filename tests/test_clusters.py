"""What a person names of a cluster and its output is seen to before Spark starts."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
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


MAPPING = """\
prefixes: {ex: "https://example.org/"}
mappings: {t: {sources: [[t.csv~csv]], s: ex:$(id), po: [[ex:name, $(name)]]}}
"""
READERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
}


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize("suffix", READERS)
def test_the_files_are_compressed_as_the_suffix_says(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,name\na,金沙\nb,b\n", encoding="utf-8")
    out = tmp_path / f"graph.nt{suffix}"
    assert kg.map(tmp_path / "m.yml", out, engine="spark").quads == 2
    files = [file for file in out.iterdir() if file.name.startswith("part-")]
    assert files
    assert {file.name.partition(".")[2] for file in files} == {f"nt{suffix}"}
    lines = [line for file in files for line in READERS[suffix](file.read_bytes()).decode().splitlines()]
    name = "<https://example.org/name>"
    assert sorted(lines) == [
        f'<https://example.org/{one}> {name} "{text}" .' for one, text in (("a", "金沙"), ("b", "b"))
    ]


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


@pytest.mark.parametrize(
    ("engine", "told", "message"),
    [
        (
            "spark",
            {"memory": "1GB"},
            "the engine spark takes no memory; leave it out, or choose the engine duckdb",
        ),
        ("spark", {"memory": "1GB", "sort": True}, "the engine spark takes no memory and no sort; "),
        ("spark", {"sort": True}, "the engine spark takes no sort; "),
        (
            "duckdb",
            {"master": "local"},
            "the engine duckdb takes no master; leave it out, or choose the engine spark",
        ),
        ("duckdb", {"conf": iter(["spark.x=y"])}, "the engine duckdb takes no conf; "),
        ("duckdb", {"jars": ["a.jar"]}, "the engine duckdb takes no jars; "),
    ],
)
def test_an_engine_is_told_nothing_that_only_another_one_knows(
    engine: Any, told: dict[str, Any], message: str, tmp_path: Path
) -> None:
    """Before the mapping is read."""
    with pytest.raises(UsageError, match=message):
        kg.map(tmp_path / "gone.yml", tmp_path / "out.nq", engine=engine, **told)


@pytest.mark.parametrize("engine", ["flink", "", "DuckDB", "sparc"])
def test_an_engine_that_is_none_is_told_with_those_that_are(engine: Any, tmp_path: Path) -> None:
    for ask in (
        lambda: kg.map(tmp_path / "gone.yml", tmp_path / "out.nq", engine=engine),
        lambda: kg.sql(tmp_path / "gone.yml", engine=engine),
    ):
        with pytest.raises(UsageError, match=f"there is no engine '{engine}'") as caught:
            ask()
        (finding,) = caught.value.findings
        assert (finding.value, finding.exists) == (engine, ("duckdb", "spark"))
