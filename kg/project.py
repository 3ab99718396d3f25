"""A project is a folder: an ontology, curated tables with their mapping, named queries; nothing else is set.

::

    ontology/*.ttl       classes, properties, concepts, alignments, shapes
    data/mapping.yml     the mapping (YARRRML; or mapping.ttl, RML), beside the tables it reads
    queries/*.rq         named queries, each with its expected rows in a .csv of the same name
    build/               what a build makes
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import NoProject

MAPPINGS = ("mapping.yml", "mapping.yaml", "mapping.ttl")


@dataclass(frozen=True)
class Project:
    """The folder `root` and what stands where in it."""

    root: Path

    @property
    def mapping(self) -> Path:
        """The mapping file, the first of `MAPPINGS` that is there."""
        return next(path for path in _mappings(self.root) if path.is_file())

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The Turtle files of the ontology, by name; none is fine."""
        return tuple(sorted((self.root / "ontology").glob("*.ttl")))

    @property
    def queries(self) -> dict[str, Path]:
        """The named queries: name to file, by name."""
        return {path.stem: path for path in sorted((self.root / "queries").glob("*.rq"))}

    @property
    def build(self) -> Path:
        """The folder that holds builds, and nothing that is not made anew by one."""
        return self.root / "build"


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


def _mappings(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / "data" / name for name in MAPPINGS)
