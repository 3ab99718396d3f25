"""Builds on disk: made beside the last one, published in one step, opened read-only.

::

    build/current          a link to the build that readers open
    build/builds/7/        graph.nq, ontology.nq, store/, manifest.json

`graph.nq` is the graph as the mapping made it, the artefact that counts; `store/` is an Oxigraph index over
it and the ontology, for SPARQL only (Oxigraph rewrites some literals: 1.50 becomes 1.5). The manifest, with
the hashes of the files, is written last: a folder without one is no build. A build that fails or is killed
leaves `current` as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import loading
from kg.errors import Finding, NoBuild, Unwritable

if TYPE_CHECKING:
    import pyoxigraph

GRAPH, ONTOLOGY, STORE, MANIFEST = "graph.nq", "ontology.nq", "store", "manifest.json"
SKIPPED = "skipped.csv"
BUILDS, CURRENT = "builds", "current"
MANIFEST_VERSION = 1
UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Manifest:
    """What a build holds: its quads, the project's prefixes, SHA-256 of its own files and of its inputs."""

    quads: int
    ontology_quads: int
    prefixes: dict[str, str]
    files: dict[str, str]
    inputs: dict[str, str]
    kg: str
    version: int = MANIFEST_VERSION


@dataclass(frozen=True)
class Build:
    """A published build: its folder and what its manifest says."""

    folder: Path
    manifest: Manifest

    @property
    def skipped(self) -> Path:
        """The list of the values that were left out; there only where that was asked for."""
        return self.folder / SKIPPED

    @property
    def graph(self) -> Path:
        """The N-Quads file of the graph, without the ontology."""
        return self.folder / GRAPH

    @property
    def ontology(self) -> Path:
        """The N-Quads file of the ontology."""
        return self.folder / ONTOLOGY

    def store(self) -> pyoxigraph.Store:
        """The index over graph and ontology, read-only."""
        import pyoxigraph

        try:
            return pyoxigraph.Store.read_only(str(self.folder / STORE))
        except (OSError, RuntimeError) as error:
            raise NoBuild(f"the store of {self.folder} is damaged: {error}", fix="run: kg build") from error


def current(build: Path) -> Build:
    """The published build below the folder `build`.

    Raises NoBuild where there is none, or one that lacks its manifest or a file.
    """
    folder = (build / CURRENT).resolve()
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        raise NoBuild(f"nothing is built in {build}", fix="run: kg build") from None
    except (ValueError, TypeError) as error:
        raise NoBuild(f"{folder / MANIFEST} cannot be read: {error}", fix="run: kg build") from error
    if manifest.version != MANIFEST_VERSION:
        raise NoBuild(f"the build in {folder} was made by kg {manifest.kg}", fix="run: kg build")
    for name in manifest.files:
        if not (folder / name).is_file():
            raise NoBuild(f"the build in {folder} has lost its {name}", fix="run: kg build")
    return Build(folder, manifest)


@contextmanager
def staging(build: Path, step: Callable[[str], None] = lambda step: None) -> Iterator[Path]:
    """An empty folder beside the published build, for one builder at a time; removed unless published.

    Waits for another builder, and tells `step` so. Raises Unwritable where the folder cannot be made.
    """
    import filelock

    with _writable(build):
        (build / BUILDS).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(build / ".lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            step("waiting for another build of this project")
            lock.acquire()
    try:
        with _writable(build):
            folder = _empty_folder(build / BUILDS)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Turns what the operating system says into Unwritable."""
    try:
        yield
    except OSError as error:
        raise Unwritable(
            f"cannot write in {folder}: {error.strerror or error}", fix="make it a writable folder"
        ) from error


def _empty_folder(builds: Path) -> Path:
    """A new folder with the next number; what a killed builder left behind is removed."""
    for left_over in builds.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left_over)
    for link in builds.parent.glob(f".{CURRENT}-*"):
        link.unlink()
    number = 1 + max((int(each.name) for each in builds.iterdir() if each.name.isdigit()), default=0)
    folder = builds / f"{UNFINISHED}{number}"
    folder.mkdir()
    return folder


def clear(folder: Path) -> None:
    """Remove whatever is in a staging folder."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def load(folder: Path, step: Callable[[str], None] = lambda step: None) -> None:
    """Load graph and ontology of a staging folder into its store. Raises InvalidTerm for what is no term.

    Blank nodes keep the labels that they have in the files. `step` is told how many quads are in.
    """
    import pyoxigraph

    store = pyoxigraph.Store(str(folder / STORE))
    files = (folder / GRAPH, folder / ONTOLOGY)
    loading.on_disk(store, files, lambda done: step(f"loading: {done:,} quads are in the store"))
    store.flush()


def publish(staged: Path, build: Path, manifest: Manifest) -> Build:
    """Write the manifest and let `current` point to the staged build; all older ones but the last go."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2, sort_keys=True)
    (staged / MANIFEST).write_text(text + "\n", encoding="utf-8")
    for name in (*manifest.files, MANIFEST, STORE, "."):
        _sync(staged / name)
    before = (build / CURRENT).resolve()
    folder = build / BUILDS / staged.name.removeprefix(UNFINISHED)
    link = build / f".{CURRENT}-{folder.name}"
    with _writable(build):
        link.symlink_to(Path(BUILDS) / folder.name, target_is_directory=True)
        staged.rename(folder)
        _sync(build / BUILDS)
        if not (build / CURRENT).is_symlink() and (build / CURRENT).is_dir():  # copied without its links
            shutil.rmtree(build / CURRENT)
        os.replace(link, build / CURRENT)
        _sync(build)
    for old in (build / BUILDS).iterdir():
        if old.name not in (folder.name, before.name):
            shutil.rmtree(old, ignore_errors=True)
    return Build(folder.resolve(), manifest)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A file beside `out` to write to, which takes its place when all went well and is removed otherwise.

    Where `out` is no file but a device or a pipe, the content is copied there. Raises Unwritable.
    """
    if out.is_dir():
        raise Unwritable(f"{out} is a folder", fix="name a file in it")
    if out.exists() and not out.is_file():
        with _writable(out), tempfile.TemporaryDirectory() as folder:
            yield (content := Path(folder) / out.name)
            with content.open("rb") as source, out.open("wb") as device:
                shutil.copyfileobj(source, device)
        return
    if not out.parent.is_dir():
        raise Unwritable(f"there is no folder {out.parent}", fix="make it first, or name another")
    target = out.resolve()
    unfinished = target.with_name(f".{target.name}-{os.getpid()}")
    with _writable(out.parent):
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield unfinished
        with _writable(out.parent):
            if target.exists():
                unfinished.chmod(target.stat().st_mode & 0o777)
            _sync(unfinished)
            os.replace(unfinished, target)
    except Unwritable as error:
        raise Unwritable.of([_called(finding, unfinished, out) for finding in error.findings]) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _called(finding: Finding, unfinished: Path, out: Path) -> Finding:
    """A finding about an unfinished file, as one about the file that it was to be."""
    return replace(finding, message=finding.message.replace(str(unfinished), str(out)))


def hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """SHA-256 of each file, by its path relative to `root` where it is inside."""
    return {named(path, root): sha256(path) for path in paths}


def named(path: Path, root: Path) -> str:
    """How a manifest names a file: by its path relative to `root` where it is inside."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have the system write a file or folder to disk; the names in a folder are its own content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
