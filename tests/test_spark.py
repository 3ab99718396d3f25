"""Spark on a real cluster, a master and two workers on this machine: the same triples as DuckDB's, to the byte."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import ibis
import pytest
from models import table_text, write
from sparks import missing

import kg
from kg import clusters, sources, spark, spark_session
from kg.clusters import Cluster
from kg.errors import ClusterError, DataError, MissingFile, Unwritable
from kg.mapping import LogicalSource

PATIENCE = 90  # seconds
NASTY = (
    'say "x", y',
    "a\\b",
    "毕节",
    "😀",
    "${x}",
    "'",
    "tab\t|",
    "\u2028\x85\x0b",
    " ",
    "%E8",
    "\ufdd0",
    "-- \\u0041",
)
BROKEN = ("a\r\nb", "c\nd", "e\rf")
PREFIXES = """\
prefixes: {ex: "https://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#",
           grel: "http://users.ugent.be/~bjdmeest/function/grel.ttl#", fn: "https://example.org/fn#",
           idlab-fn: "https://w3id.org/imec/idlab/function#"}
"""
MAPPING = (
    PREFIXES
    + """\
mappings:
  texts:
    sources: [[texts.csv~csv]]
    s: ex:text/$(id)
    po:
      - [a, ex:Text]
      - [ex:text, $(text), zh~lang]
      - [ex:by, ex:by/$(text)~iri]
      - [ex:number, $(number), xsd:integer]
      - p: ex:kind
        o: {mapping: kinds, condition: {function: equal, parameters: [[str1, $(kind)], [str2, $(id)]]}}
      - p: ex:upper
        o: {function: grel:toUpperCase, parameters: [[grel:valueParameter, $(text)]]}
      - p: ex:own
        o: {function: fn:turned, parameters: [[fn:text, $(text)]]}
  nodes:
    sources: [[texts.csv~csv]]
    po: [[ex:of, $(id)]]
  broken:
    sources: [[broken.csv~csv]]
    po: [[ex:of, $(text)]]
  kinds:
    sources: [[kinds.csv~csv]]
    s: ex:kind/$(id)
    po: [[ex:label, $(label)]]
    graphs: [ex:kinds]
  things:
    sources: [[things.json~jsonpath, "$[*]"]]
    s: ex:thing/$(name)
    po: [[ex:tag, "$(tags[*])"], [ex:size, $(size)]]
"""
)
PYTHON = """\
import kg
@kg.function("https://example.org/fn#turned")
def turned(text: str) -> list[str]:
    return [text[::-1], "same"]
"""
FILES = {
    "m.yml": MAPPING,
    "functions.py": PYTHON,
    "kinds.csv": "id,label\n0,zero\n1,one\n1,uno\n,none\n",
    "texts.csv": table_text(
        [("id", "text", "kind", "number"), *((str(n), text, str(n % 3), str(n)) for n, text in enumerate(NASTY * 9))]
    ),
    "broken.csv": table_text([("id", "text"), *((str(n), text) for n, text in enumerate(BROKEN))]),
    "things.json": '[{"name": "a b", "tags": ["x", "y\\n"], "size": 1.50}, {"name": "c", "tags": [], "size": null}]',
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


OPENED = (
    *(
        "java.base/java.lang",
        "java.base/java.lang.invoke",
        "java.base/java.lang.reflect",
        "java.base/java.io",
    ),
    *("java.base/java.net", "java.base/java.nio", "java.base/java.util", "java.base/java.util.concurrent"),
    *("java.base/java.util.concurrent.atomic", "java.base/jdk.internal.ref", "java.base/sun.nio.ch"),
    *("java.base/sun.nio.cs", "java.base/sun.security.action", "java.base/sun.util.calendar"),
)
"""Packages of Java that Spark looks into; its own scripts open them."""


@contextmanager
def process(folder: Path, name: str, *arguments: str) -> Iterator[None]:
    """One of Spark's servers, on loopback; stopped at the end."""
    import pyspark

    home = Path(pyspark.__file__).parent
    command = ["java", "-Xmx256m", "-cp", f"{home / 'jars'}/*", f"org.apache.spark.deploy.{name}", *arguments]
    given = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_SCALA_VERSION": "2.13",
    }
    command[1:1] = [f"--add-opens={package}=ALL-UNNAMED" for package in OPENED]
    with (folder / f"{name}{arguments[-1][-5:]}.log").open("wb") as log:
        running = subprocess.Popen(command, env=given, stdout=log, stderr=log, cwd=folder)
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def workers(web: int) -> int:
    """How many workers the master knows."""
    try:
        with urlopen(f"http://127.0.0.1:{web}/json/", timeout=5) as answer:
            return str(answer.read().decode()).replace(" ", "").count('"state":"ALIVE"')
    except OSError:
        return 0


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of one master and two workers."""
    if missing():
        pytest.skip(missing())
    folder = tmp_path_factory.mktemp("cluster")
    port, web = free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"
    host = ("--host", "127.0.0.1")
    with ExitStack() as servers:
        servers.enter_context(
            process(folder, "master.Master", *host, "--port", str(port), "--webui-port", str(web))
        )
        for _ in range(2):
            worker = ("worker.Worker", url, *host, "--cores", "1", "--memory", "1g", "--webui-port")
            servers.enter_context(process(folder, *worker, str(free_port())))
        ends = time.monotonic() + PATIENCE
        while workers(web) < 2:
            assert time.monotonic() < ends, [log.read_text()[-2000:] for log in folder.glob("*.log")]
            time.sleep(0.5)
        yield url


def run(
    folder: Path, *arguments: str, more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command line as a process, in a folder; Spark finds no Python for its workers."""
    return subprocess.run(
        [sys.executable, "-m", "kg", "map", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": "/none", **(more or {})},
    )


def content(folder: Path) -> list[bytes]:
    """The lines of all files of a folder, sorted."""
    return sorted(
        line for file in folder.glob("part-*") for line in file.read_bytes().splitlines(keepends=True)
    )


QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SMALL = tuple(
    each
    for setting in (
        "sql.shuffle.partitions=3",
        "sql.files.maxPartitionBytes=1k",
        "sql.adaptive.coalescePartitions.enabled=false",
        f"driver.extraJavaOptions={QUICK}",
        f"executor.extraJavaOptions={QUICK}",
    )
    for each in ("--conf", f"spark.{setting}")
)


@pytest.mark.slow
def test_a_cluster_makes_the_same_bytes_as_duckdb(master: str, tmp_path: Path) -> None:
    """CSV in parts, CSV with line breaks in cells, JSON; joins, functions, graphs, new blank nodes."""
    write(tmp_path, FILES)
    assert run(tmp_path, "m.yml", "-o", "d.nq", "--functions", "functions.py").returncode == 0
    out = ("--functions", "functions.py", "--engine", "spark", "--master", master, *SMALL)
    made = run(tmp_path, "m.yml", "-o", "s.nq", *out)
    assert made.returncode == 0, made.stderr
    expected = sorted((tmp_path / "d.nq").read_bytes().splitlines(keepends=True))
    assert content(tmp_path / "s.nq") == expected
    assert made.stdout == f"{len(expected):,} quads in s.nq\n"
    names = {path.name for path in (tmp_path / "s.nq").iterdir()}
    assert "_SUCCESS" in names
    assert all(name == "_SUCCESS" or name.endswith(".nq") for name in names)
    assert len(names) > 2
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "d.nq", "s.nq"}


@pytest.mark.slow
def test_a_cluster_without_room_is_told(master: str, tmp_path: Path) -> None:
    """After a time that is shorter here: the workers have less memory than is asked for."""
    write(tmp_path, PLAIN)
    patched = "from kg import cli, spark_session as s; s.WAIT = 3; cli.main(prog_name='kg')"
    asked = (
        "map",
        "m.yml",
        "-o",
        "o.nt",
        "--functions",
        "functions.py",
        "--engine",
        "spark",
        "--master",
        master,
    )
    made = subprocess.run(
        [sys.executable, "-c", patched, *asked, "--conf", "spark.executor.memory=9g"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert made.returncode == 1
    assert f"error[cluster-error]: {master} gave no executor in 3 s" in made.stderr
    assert "9g of memory" in made.stderr
    assert {path.name for path in tmp_path.iterdir()} == {*PLAIN}


PLAIN = {
    "m.yml": PREFIXES
    + """\
mappings:
  t:
    sources: [[t.csv~csv]]
    s: ex:$(id)
    po:
      - [ex:see, $(see)~iri]
      - p: ex:own
        o: {function: fn:turned, parameters: [[fn:text, $(text)]]}
""",
    "functions.py": PYTHON,
    "t.csv": table_text([("id", "see", "text"), ("1", "https://e/1", "a\nb"), ("2", f"https://e/{'a' * 200_000}", "c")]),
}  # fmt: skip


def mapped(folder: Path, out: str = "o.nt", **how: Any) -> Path:
    """What the running session makes."""
    kg.map(folder / "m.yml", folder / out, engine="spark", functions=folder / "functions.py", **how)
    return folder / out


@pytest.mark.usefixtures("spark_session")
def test_functions_of_cells_with_line_breaks_and_long_iris(tmp_path: Path) -> None:
    """Only when the first function is asked for does it turn out that workers cannot read the table."""
    write(tmp_path, PLAIN)
    kg.map(tmp_path / "m.yml", tmp_path / "d.nt", functions=tmp_path / "functions.py")
    expected = sorted((tmp_path / "d.nt").read_bytes().splitlines(keepends=True))
    assert content(mapped(tmp_path)) == expected
    assert max(map(len, expected)) > 200_000


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize("size", [0, 10**6])
def test_no_python_runs_on_workers(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that kg fills are queries of themselves, or, where they are long, files."""
    from pyspark import SparkContext

    def refused(*given: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(SparkContext, "parallelize", refused)
    monkeypatch.setattr(spark, "FEW", size)
    kinds, rows = {"a b": "string", "c": "array<string>"}, [["x\n'\\", ["y"]], [None, []], ["毕节", None]]
    table = ibis.table(kinds, name="t")
    with spark.start([], Cluster()) as running:
        running.define("t", kinds)
        assert [*running.fetched(table)] == []
        running.insert("t", kinds, rows)
        running.insert("t", kinds, [])
        assert [*map(list, running.fetched(table))] == rows
        running.keep("k", ["a", "b"], [table.select(term=table["a b"])])
        assert {row["term"] for row in running.rows(ibis.table({"term": "string"}, name="k"), 9)} == {
            *("a", "b", "x\n'\\", None, "毕节")
        }


@pytest.mark.usefixtures("spark_session")
def test_a_table_that_is_kept_stands_on_one_that_only_the_driver_can_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id,x\n1,"a\nb"\n', encoding="utf-8")
    table = sources.table(LogicalSource("t.csv"), tmp_path)
    of_source = ibis.table({"id": "string", "x": "string"}, name="source_0")
    kept = ibis.table({"term": "string"}, name="k")
    with spark.start([table], Cluster()) as running:
        running.keep("k", ["c"], [of_source.select(term=of_source.x)])
        assert running.rows(kept, 9) == [{"term": "a\nb"}, {"term": "c"}]


@pytest.mark.usefixtures("spark_session")
def test_out_is_a_new_folder_or_an_earlier_output(tmp_path: Path) -> None:
    """Nothing else is written over, and what stood there stays where a run fails."""
    write(tmp_path, {**PLAIN, "file.nt": "", "other.nt/notes": "mine"})
    for out, why in (
        ("file.nt", "is a file"),
        ("other.nt", "other things in it"),
        ("no/o.nt", "there is no folder"),
    ):
        with pytest.raises(Unwritable, match=why):
            mapped(tmp_path, out)
    assert (tmp_path / "other.nt/notes").read_text() == "mine"
    first = content(mapped(tmp_path))
    assert content(mapped(tmp_path)) == first
    (tmp_path / "t.csv").write_text("id,see,text\n1,no iri,b\n", encoding="utf-8")
    with pytest.raises(DataError):
        mapped(tmp_path)
    assert content(tmp_path / "o.nt") == first
    assert {path.name for path in tmp_path.iterdir()} == {*PLAIN, "file.nt", "other.nt", "o.nt"}


@pytest.mark.usefixtures("spark_session")
def test_what_killed_runs_have_left_is_seen_to(tmp_path: Path) -> None:
    """Folders of processes that have ended go; an output that was put aside is given back, or goes too."""
    write(tmp_path, PLAIN)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    ours, dead = (
        Path(clusters.beside(str(tmp_path / "o.nt"), f"{socket.gethostname()}-{number}"))
        for number in (os.getppid(), ended.pid)
    )
    old, elsewhere = tmp_path / ".o.nt-old", tmp_path / f".o.nt-other-{ended.pid}"
    for folder in (ours, dead, elsewhere, old):
        folder.mkdir()
        (folder / "_SUCCESS").write_text(folder.name)
    (tmp_path / "t.csv").write_text("id,see,text\n1,no iri,b\n", encoding="utf-8")
    with pytest.raises(DataError):
        mapped(tmp_path)
    assert (tmp_path / "o.nt/_SUCCESS").read_text() == old.name
    assert [folder.exists() for folder in (ours, dead, elsewhere, old)] == [True, False, True, False]
    old.mkdir()
    (tmp_path / "t.csv").write_text(PLAIN["t.csv"], encoding="utf-8")
    assert len(content(mapped(tmp_path))) == 6
    assert not old.exists()


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"master": "local[7]"}, r"on local\[1\], not on local\[7\]"),
        ({"jars": ["a.jar"]}, r"no more jars: a\.jar"),
        (
            {"conf": ["spark.driver.memory=9g", "spark.sql.ansi.enabled=true", "spark.executor.cores=3"]},
            r"cannot change spark\.driver\.memory, spark\.executor\.cores any more",
        ),
    ],
)
def test_a_session_that_runs_stays_what_it_is(how: Any, message: str, tmp_path: Path) -> None:
    write(tmp_path, PLAIN)
    with pytest.raises(ClusterError, match=message):
        mapped(tmp_path, **how)
    assert mapped(tmp_path, conf=["spark.driver.memory=1g", "spark.sql.shuffle.partitions=2"]).is_dir()


def test_a_master_that_does_not_answer_is_named(tmp_path: Path) -> None:
    write(tmp_path, PLAIN)
    master = f"spark://127.0.0.1:{free_port()}"
    if missing():
        pytest.skip(missing())
    made = run(tmp_path, "m.yml", "-o", "o.nt", *OWN, "--engine", "spark", "--master", master)
    assert made.returncode == 1
    assert f"no master answers at {master}: Connection refused; is it there" in made.stderr


def test_what_java_says_is_told(tmp_path: Path) -> None:
    """As of one that is too old."""
    if missing():
        pytest.skip(missing())
    write(tmp_path, PLAIN)
    java = tmp_path / "bin/java"
    java.parent.mkdir()
    said = (
        "java.lang.UnsupportedClassVersionError: org/apache/spark has been compiled by a more recent version"
    )
    java.write_text(f"#!/bin/sh\necho 'Error: LinkageError occurred' >&2\necho '\t{said}' >&2\nexit 1\n")
    java.chmod(0o755)
    more = {"JAVA_HOME": str(tmp_path)}
    made = run(tmp_path, "m.yml", "-o", "o.nt", *OWN, "--engine", "spark", more=more)
    assert made.returncode == 1
    assert f"Spark does not start on local[*]: {said}; install Java 17 or later" in made.stderr


def test_what_spark_needs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    with pytest.raises(MissingFile, match=r"there is no jar gone\.jar"):
        spark_session._started(Cluster(jars=("gone.jar",)), tmp_path)
    monkeypatch.setattr(spark_session.shutil, "which", lambda name: None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ClusterError, match=r"there is no Java, .*install Java 17"):
        spark_session._started(Cluster(), tmp_path)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with (
        pytest.raises(ClusterError, match=r"PySpark is not installed; pip install 'kgwright\[spark\]'"),
        spark_session.session(Cluster(), lambda step: None),
    ):
        pass


KILLING = """\
import kg
@kg.function("https://example.org/fn#turned")
def turned(text: str) -> str:
    from pyspark import SparkContext
    SparkContext._gateway.proc.kill()
    return text
"""


@pytest.mark.slow
def test_a_spark_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """The error says that it ended, in one line."""
    if missing():
        pytest.skip(missing())
    write(tmp_path, {**PLAIN, "functions.py": KILLING})
    made = run(tmp_path, "m.yml", "-o", "o.nt", *OWN, "--engine", "spark", "--master", "local[1]")
    assert made.returncode == 1
    told = [line for line in made.stderr.splitlines() if line.startswith("error")]
    assert len(told) == 1, made.stderr
    assert told[0].startswith("error[cluster-error]: Spark ended before the work was done; ")
    assert told[0].endswith("--conf spark.driver.memory=4g")
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {*PLAIN}


OWN = ("--functions", "functions.py")
