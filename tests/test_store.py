"""Builds on disk: whole or not there, whatever happens to the one who builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from models import write

import kg
from kg import store
from kg.errors import DataError, NoBuild, Unwritable

Make = Callable[..., Path]
TWO_PLACES = "id,name,parent,area\nguizhou,贵州省,,1\nbijie,毕节市,guizhou,\n"
THREE_PLACES = TWO_PLACES + "jinsha,金沙县,bijie,\n"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?place a ex:Place }"


def places(path: Path) -> int:
    """How many places the published build has, in its index and in its file."""
    graph = kg.open(path)
    (row,) = graph.query(COUNT)  # type: ignore[misc]
    in_file = sum(quad.predicate.value.endswith("#type") for quad in graph.quads())
    assert int(row["n"].value) == in_file
    return in_file


def test_a_build_is_a_folder_that_a_link_leads_to(project: Make) -> None:
    """The manifest tells what it holds and from what it was made."""
    root = project({"ontology/o.ttl": "<urn:a> a <urn:b> ."})
    build = kg.build(root).build
    assert os.readlink(root / "build/current") == "builds/1"
    assert {path.name for path in build.folder.iterdir()} == {
        "graph.nq",
        "ontology.nq",
        "store",
        "manifest.json",
        "state",
    }
    assert store.current(root / "build") == build
    assert build.graph.read_text().count("\n") == build.manifest.quads == 6
    assert build.manifest.ontology_quads == 1
    assert build.manifest.kg == kg.__version__
    assert build.manifest.files == store.hashes([build.graph, build.ontology], build.folder)
    inputs = [root / name for name in ("data/mapping.yml", "data/places.csv", "ontology/o.ttl")]
    assert build.manifest.inputs == store.hashes(inputs, root)


def test_the_last_build_stays_beside_the_new_one_and_older_ones_go(project: Make) -> None:
    for _ in range(4):
        kg.build(project(), clean=True)
    assert {path.name for path in (project() / "build/builds").iterdir()} == {"3", "4"}


def test_an_open_graph_stays_what_it_was(project: Make) -> None:
    """Through one further build; after more, its files are gone, and that is told."""
    root = project({"data/places.csv": TWO_PLACES})
    graph = kg.build(root)
    (before,) = graph.query(COUNT)  # type: ignore[misc]
    (root / "data/places.csv").write_text(THREE_PLACES, encoding="utf-8")
    kg.build(root)
    assert places(root) == 3
    (after,) = graph.query(COUNT)  # type: ignore[misc]
    assert (before["n"].value, after["n"].value) == ("2", "2")
    assert len(list(graph.quads())) == graph.build.manifest.quads
    kg.build(root, clean=True)
    with pytest.raises(NoBuild):
        list(graph.quads())


def spoil_manifest(content: bytes) -> Callable[[Path], object]:
    return lambda build: (build / "manifest.json").write_bytes(content)


def spoil_store(pattern: str) -> Callable[[Path], object]:
    return lambda build: [path.write_bytes(b"xx") for path in (build / "store").glob(pattern)]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda build: (build / "manifest.json").unlink(), "nothing is built in "),
        (spoil_manifest(b""), r"manifest\.json cannot be read: "),
        (spoil_manifest(b"{}"), r"manifest\.json cannot be read: "),
        (spoil_manifest(b"[1]"), r"manifest\.json cannot be read: "),
        (spoil_manifest(b"\xff"), r"manifest\.json cannot be read: "),
        (lambda build: (build / "graph.nq").unlink(), "has lost its graph.nq"),
        (lambda build: (build / "ontology.nq").unlink(), "has lost its ontology.nq"),
        (shutil.rmtree, "nothing is built in "),
        (lambda build: shutil.rmtree(build / "store"), "the store of .* is damaged"),
        (spoil_store("*.sst"), "the store of .* is damaged"),
        (spoil_store("CURRENT"), "the store of .* is damaged"),
        (spoil_store("MANIFEST*"), "the store of .* is damaged"),
        (lambda build: (build / "graph.nq").write_bytes(b"<urn:a> <urn"), r"graph\.nq.* is damaged"),
    ],
)
def test_a_build_that_is_not_whole_is_none(
    spoil: Callable[[Path], object], message: str, project: Make
) -> None:
    """What is lost is named, and building again mends it."""
    build = kg.build(project()).build
    spoil(build.folder)
    with pytest.raises(NoBuild, match=message + ".*; run: kg build$"):
        places(project())
    kg.build(project())
    assert places(project()) == 2


def test_without_a_build_there_is_none(project: Make) -> None:
    with pytest.raises(NoBuild, match=r"nothing is built in .*build; run: kg build"):
        kg.open(project())
    assert not (project() / "build").exists()


@pytest.mark.parametrize("files", [{"build": "a file"}, {"build/builds": "a file"}])
def test_a_folder_that_cannot_be_made(files: dict[str, str], project: Make) -> None:
    root = project(files)
    with pytest.raises(Unwritable, match=f"cannot write in {root / 'build'}: .*; make it a writable folder"):
        kg.build(root)
    with pytest.raises(NoBuild):
        kg.open(root)


def test_a_folder_without_permission(project: Make) -> None:
    root = project({"build/x": ""})
    (root / "build").chmod(0o555)
    if os.access(root / "build", os.W_OK):
        pytest.skip("permissions do not hold for this user")
    with pytest.raises(Unwritable):
        kg.build(root)


def test_a_copy_in_which_the_link_became_a_folder_can_be_built_again(project: Make, tmp_path: Path) -> None:
    """As copies, archives and shared folders make it."""
    kg.build(project())
    copy = tmp_path / "copy"
    shutil.copytree(project() / "data", copy / "data")
    shutil.copytree(project() / "build", copy / "build")
    assert places(copy) == 2
    (copy / "data/places.csv").write_text(THREE_PLACES, encoding="utf-8")
    kg.build(copy)
    assert places(copy) == 3


# Builds again and again in children, each of which kills itself at the next of its doings that others may see;
# after each, a sound child tells how many places the published build has.
KILLER = """
import json, os, pathlib, signal, sys
import duckdb, ibis, pyoxigraph, filelock
import kg, kg.pipeline, kg.checks, kg.engine, kg.increments, kg.store, kg.graph, kg.answers
sys.path.insert(0, sys.argv[2])
import test_store as tests

root = sys.argv[1]
SEEN = {"os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}

def in_child(work):
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        status = 1
        try:
            os.write(write, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    _, status = os.waitpid(child, 0)
    with open(read) as answer:
        return os.waitstatus_to_exitcode(status), answer.read()

def build(moment):
    left = [moment]
    def happened(*_):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    def audit(event, arguments):
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if (event in SEEN or writes) and root in str(arguments[0]):
            happened()
    sys.addaudithook(audit)
    kg.build(root, step=happened, clean=sys.argv[3] == "clean")

moment, told = 0, []
while True:
    status, _ = in_child(lambda: build(moment))
    readable, answer = in_child(lambda: tests.places(pathlib.Path(root)))
    told.append([status, readable, answer])
    if status != -signal.SIGKILL or moment > 60:
        break
    moment += 1
print(json.dumps(told))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("how", ["clean", "increment"])
def test_a_build_that_is_killed_leaves_the_last_one(
    how: str, project: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At whatever moment; what is published is always one build or the other, and the next one cleans up."""
    root = project({"data/places.csv": TWO_PLACES})
    kg.build(root)
    (root / "data/places.csv").write_text(THREE_PLACES, encoding="utf-8")
    folder = tmp_path_factory.mktemp("killer")
    (folder / "killer.py").write_text(KILLER, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, folder / "killer.py", root, Path(__file__).parent, how],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    *killed, finished = json.loads(ran.stdout)
    assert len(killed) >= 8
    assert [status for status, _, _ in killed] == [-9] * len(killed)
    assert [readable for _, readable, _ in killed] == [0] * len(killed)
    counts = [int(answer) for _, _, answer in killed]
    assert counts == sorted(counts)
    assert {2, 3} >= set(counts)
    assert counts[0] == 2
    assert finished == [0, 0, "3"]
    left = {path.name for path in (root / "build").iterdir()}
    assert left <= {"builds", "current", ".lock"}
    builds = {path.name for path in (root / "build/builds").iterdir()}
    assert len(builds) <= 2
    assert all(name.isdigit() for name in builds)


def test_what_a_killed_builder_left_is_removed(project: Make) -> None:
    """An unfinished build, a link that was not yet in its place."""
    kg.build(project())
    write(project(), {"build/builds/.unfinished-2/graph.nq": "half"})
    (project() / "build/.current-2").symlink_to("builds/2")
    kg.build(project())
    assert {path.name for path in (project() / "build").iterdir()} == {".lock", "builds", "current"}
    assert {path.name for path in (project() / "build/builds").iterdir()} == {"1"}


def test_a_build_that_fails_leaves_the_last_one(project: Make) -> None:
    """Nothing of the new one stays."""
    root = project({"data/places.csv": TWO_PLACES})
    kg.build(root)
    (root / "data/places.csv").write_text(THREE_PLACES.replace("guizhou,\n", "guizou,\n"), encoding="utf-8")
    with pytest.raises(DataError):
        kg.build(root)
    assert places(root) == 2
    assert [path.name for path in (root / "build/builds").iterdir()] == ["1"]


def test_builders_wait_for_each_other_and_readers_for_none(project: Make) -> None:
    """Several builds at once all go well; readers meet a whole build at any time."""
    root = project({"data/places.csv": TWO_PLACES})
    kg.build(root)
    failures: list[BaseException] = []
    done = threading.Event()

    def build() -> None:
        try:
            kg.build(root, clean=True)
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            failures.append(error)

    def read() -> None:
        while not done.is_set():
            try:
                assert places(root) == 2
            except BaseException as error:  # noqa: BLE001
                failures.append(error)

    builders = [threading.Thread(target=build) for _ in range(3)]
    reader = threading.Thread(target=read)
    reader.start()
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    done.set()
    reader.join()
    assert failures == []
    assert os.readlink(root / "build/current") == "builds/4"


def test_a_file_is_replaced_only_when_all_went_well(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    with store.replacing(out) as unfinished:
        unfinished.write_text("1")
    with pytest.raises(ZeroDivisionError), store.replacing(out) as unfinished:
        unfinished.write_text(str(1 / 0))
    assert out.read_text() == "1"
    assert [path.name for path in out.parent.iterdir()] == ["out.txt"]


def test_a_new_file_has_the_permissions_that_the_user_gives_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with store.replacing(tmp_path / "out"):
        pass
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_written_through_and_a_pipe_into(tmp_path: Path) -> None:
    """What is no plain file stays what it is."""
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    with store.replacing(tmp_path / "link") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    with store.replacing(tmp_path / "pipe") as unfinished:
        unfinished.write_text("through")
    reader.join(timeout=30)
    assert got == ["through"]
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (".", "{} is a folder; name a file in it"),
        ("file", "{}/file is a folder; name a file in it"),
        ("file/out", "there is no folder {}/file; make it first, or name another"),
        ("new/out", "there is no folder {}/new; make it first, or name another"),
    ],
)
def test_where_nothing_can_be_written(out: str, message: str, tmp_path: Path) -> None:
    """No folder is made on the way."""
    if out != "file":
        (tmp_path / "file").touch()
    else:
        (tmp_path / "file").mkdir()
    before = list(tmp_path.iterdir())
    with pytest.raises(Unwritable) as caught, store.replacing(tmp_path / out) as unfinished:
        unfinished.write_text("x")
    assert str(caught.value) == f"error[unwritable]: {message.format(tmp_path)}"
    assert list(tmp_path.iterdir()) == before


def test_messages_name_the_file_that_was_to_be(tmp_path: Path) -> None:
    """Not the unfinished one beside it."""
    out = tmp_path / "out.nq"

    def fail() -> None:
        with store.replacing(out) as unfinished:
            raise Unwritable(f'Cannot open file "{unfinished}": no space left')

    with pytest.raises(Unwritable) as caught:
        fail()
    assert caught.value.findings[0].message == f'Cannot open file "{out}": no space left'


def test_a_build_of_another_version_is_not_opened(project: Make) -> None:
    root = kg.build(project()).project.root
    manifest = root / "build/current/manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"version": 0, "kg": "0.0.1"}), encoding="utf-8")
    with pytest.raises(NoBuild) as caught:
        kg.open(root)
    assert str(caught.value) == (
        f"error[no-build]: the build in {root / 'build/builds/1'} was made by kg 0.0.1; run: kg build"
    )
    assert kg.build(root).build.manifest.version == store.MANIFEST_VERSION


def test_a_builder_that_waits_says_so(project: Make) -> None:
    """And goes on when the other one is done."""
    build = project() / "build"
    steps: list[str] = []
    done = threading.Event()

    def second() -> None:
        with store.staging(build, steps.append):
            done.set()

    with store.staging(build):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not done.wait(0.5)
    waiting.join(timeout=30)
    assert done.is_set()
    assert steps == ["waiting for another build of this project"]


def test_the_index_is_only_read(project: Make) -> None:
    index = kg.build(project()).store
    with pytest.raises((OSError, ValueError, RuntimeError)):
        index.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c")))
