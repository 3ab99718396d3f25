"""Tables that write themselves, the same bytes each time, and folders of them with their mapping."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import mappings
from mappings import Map

VERSION = 1
"""Goes up when a generator writes something else."""


@dataclass(frozen=True)
class Table:
    """A table that writes itself: `rows` gives them afresh; `plain`, faster, gives them as CSV text."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Iterable[str]]]
    plain: Callable[[], Iterable[str]] | None = None

    def write(self, folder: Path) -> None:
        """The CSV file in the folder."""
        with (folder / self.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            if self.plain:
                file.writelines(self.plain())
            else:
                writer.writerows(self.rows())


@dataclass(frozen=True)
class Scenario:
    """Tables and the mapping that reads them."""

    name: str
    tables: tuple[Table, ...]
    maps: tuple[Map, ...]

    def write(self, folder: Path) -> Path:
        """Make the folder, unless it is there already; half of one never is."""
        whole = folder / f"made-{VERSION}"
        if whole.exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for table in self.tables:
            table.write(folder)
        for name, text in self.mappings().items():
            (folder / name).write_text(text, encoding="utf-8")
        whole.touch()
        return folder

    def mappings(self) -> dict[str, str]:
        """The mapping as each of its files."""
        return {
            "mapping.ttl": mappings.rml(self.maps, mappings.LEGACY),
            "core.ttl": mappings.rml(self.maps, mappings.CORE),
            "mapping.json": mappings.as_json(self.maps),
        }


def scattered(number: int, below: int, salt: int = 0) -> int:
    """A number under `below` that looks like chance and never changes, whatever the version of Python."""
    mixed = (
        number * 0x9E3779B97F4A7C15 + salt * 0xC2B2AE3D27D4EB4F + 0x165667B19E3779F9
    ) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ (mixed >> 29)) % below


def fingerprint(folder: Path) -> str:
    """What the files of a scenario hold, as a hash."""
    found = sha256()
    for file in sorted(each for each in folder.iterdir() if each.suffix in (".csv", ".ttl")):
        found.update(file.name.encode())
        with file.open("rb") as content:
            while part := content.read(1 << 20):
                found.update(part)
    return found.hexdigest()[:16]
