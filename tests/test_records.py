"""Records of sources of all formulations: what they hold, what is warned of, what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import sources
from kg.errors import KgError, Place, Unsupported
from kg.mapping import LogicalSource
from kg.records import READERS, reader, records
from kg.shapes import Record, Table


def look(folder: Path, content: str | bytes, *references: str, **source: object) -> Table:
    """A table over a file t.txt of `content`."""
    (folder / "t.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    given = {"place": Place(Path("m.ttl"), 3), "nulls": (), **source}
    return sources.table(LogicalSource("t.txt", **given), folder, references)  # type: ignore[arg-type]


def rows(folder: Path, content: str | bytes, *references: str, **source: object) -> list[Record]:
    """All records of it."""
    return [*records(look(folder, content, *references, **source))]


def said(error: KgError, folder: Path) -> list[str]:
    """The findings, their files as seen from the folder."""
    return [str(finding).replace(f"{folder.as_posix()}/", "") for finding in error.findings]


def test_without_a_source_there_is_one_record_without_columns(tmp_path: Path) -> None:
    """What a triples map of constants alone is run over; nothing stands anywhere."""
    table = sources.table(LogicalSource("", ""), tmp_path)
    assert (table.columns, table.types, [*records(table)]) == ((), (), [()])
    assert sources.locate(table, [(1, "#row")]) == {(1, "#row"): Place(Path())}


def test_a_formulation_that_is_not_run_yet_is_named() -> None:
    with pytest.raises(Unsupported, match="'orders' is fixed; this version reads csv, json"):
        reader(LogicalSource("orders", "fixed"))


@pytest.mark.parametrize("formulation", READERS)
def test_each_formulation_has_a_whole_reader(formulation: str) -> None:
    given = READERS[formulation]()
    assert all(callable(each) for each in (given.table, given.records, given.places))
