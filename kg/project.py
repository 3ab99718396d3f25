"""A project is a folder: an ontology, curated tables with their mapping, named queries; nothing else is set.

::

    ontology/*.ttl       classes, properties, concepts, alignments, shapes
    data/mapping.yml     the mapping (YARRRML; or mapping.ttl, RML), beside the tables it reads
    data/functions.py    functions of the project's own that the mapping calls, if it has any; a build runs it
    queries/*.rq         named queries, each with its expected rows in a .csv of the same name
    build/               what a build makes
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import MappingError, MissingFile, NoProject, Place, Unwritable

MAPPINGS = ("mapping.yml", "mapping.yaml", "mapping.ttl")
DATA, FUNCTIONS = "data", "functions.py"


@dataclass(frozen=True)
class Project:
    """The folder `root` and what stands where in it."""

    root: Path

    @property
    def mapping(self) -> Path:
        """The mapping file. Raises MissingFile where there is none any more.

        Raises MappingError where there are several: none is passed over in silence.
        """
        there = [path for path in _mappings(self.root) if path.is_file()]
        if len(there) > 1:
            names = " and ".join(path.name for path in there)
            raise MappingError(f"there are several mappings: {names}", place=Place(there[1]), fix="keep one")
        if not there:
            wanted = self.root / DATA / MAPPINGS[0]
            raise MissingFile(f"there is no mapping {wanted}", fix="put it back")
        return there[0]

    @property
    def functions(self) -> Path | None:
        """The file of the project's own functions, which is part of it; None where it has none."""
        path = self.root / DATA / FUNCTIONS
        return path if path.is_file() else None

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The Turtle files of the ontology, by name; none is fine."""
        return _files(self.root / "ontology", ".ttl")

    @property
    def queries(self) -> dict[str, Path]:
        """The named queries: name to file, by name."""
        return {path.stem: path for path in _files(self.root / "queries", ".rq")}

    @property
    def build(self) -> Path:
        """The folder that holds builds, and nothing that is not made anew by one."""
        return self.root / "build"

    def beside(self, out: Path | str) -> Path:
        """`out` as a path to write to. Raises Unwritable for a file that the project is made of."""
        path = Path(out)
        folders = [(self.root / name).resolve() for name in ("ontology", DATA, "queries")]
        if path.is_file() and any(path.resolve().is_relative_to(folder) for folder in folders):
            raise Unwritable(f"{path} is a source of the project", fix="name another file")
        return path


def find(start: Path | str = ".") -> Project:
    """The project that `start` is in: the nearest folder, walking up, with a mapping in its data/.

    Raises NoProject, which says what was looked for.
    """
    here = Path(start).resolve()
    for folder in (here, *here.parents):
        if any(path.is_file() for path in _mappings(folder)):
            return Project(folder)
    raise NoProject(
        f"no project in {here} or above it",
        fix=f"a project has data/{MAPPINGS[0]}; name its folder with -C DIR",
    )


def _files(folder: Path, suffix: str) -> tuple[Path, ...]:
    """The files in a folder that may be missing; one that cannot be listed raises OSError, unlike a glob."""
    there = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(path for path in there if path.suffix == suffix and not path.name.startswith(".")))


def _mappings(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / DATA / name for name in MAPPINGS)
