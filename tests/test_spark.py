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
from urllib.request import urlopen

import pytest
from models import table_text, write
from sparks import missing

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
    from kg.spark_session import OPENED

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


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "kg", "map", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
    )


def content(folder: Path) -> list[bytes]:
    """The lines of all files of a folder, sorted."""
    return sorted(
        line for file in folder.glob("part-*") for line in file.read_bytes().splitlines(keepends=True)
    )


SMALL = tuple(
    each
    for key in (
        "shuffle.partitions=3",
        "files.maxPartitionBytes=1k",
        "adaptive.coalescePartitions.enabled=false",
    )
    for each in ("--conf", f"spark.sql.{key}")
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
