"""What runs a plan: DuckDB in this process, or Spark on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg.clusters import Cluster
from kg.errors import Finding
from kg.shapes import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kg import parts
    from kg.questions import Question


class Engine(Protocol):
    """An engine that runs, with a table source_0, source_1 … for each of `tables`."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of sources."""

    @property
    def faults(self) -> list[Finding]:
        """What is wrong with single cells, where these are skipped."""

    def write(self, lines: Iterable[parts.Part], out: Path | str, *, ordered: bool = True) -> int:
        """Write the lines of all parts, each once; their number. Into one file they can be `ordered`."""

    def rows(self, relation: ir.Table, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a relation, in the order of its columns."""

    def doubts(self, questions: tuple[Question, ...]) -> set[Question]:
        """The questions to which the answer is yes, or may be."""

    def valueless(self, index: int) -> tuple[str, ...]:
        """The columns of a table that have a value in no record; none of a table without records."""

    def keep(self, name: str, values: Iterable[str], relations: Iterable[parts.Part | ir.Table] = ()) -> None:
        """Make a table `name` with one column `term`, that holds `values` and the rows of `relations`."""

    def define(self, name: str, columns: Map[str, str]) -> None:
        """Make a table without rows."""

    def define_as(self, name: str, relation: ir.Table) -> None:
        """Make a table of the rows of a relation."""

    def insert(self, name: str, columns: Map[str, str], rows: Iterable[Iterable[Any]]) -> None:
        """Put rows into a table that was made; they need not fit into memory."""

    def fetched(self, relation: ir.Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation, of which few are in memory; nothing else may run before the last."""


def start(
    tables: Iterable[Table],
    outputs: Iterable[str],
    cluster: Cluster | None,
    *,
    skip: bool,
    memory: int = 0,
    step: Callable[[str], None],
) -> AbstractContextManager[Engine]:
    """The engine that is meant: Spark where there is a cluster, which has to know what it will write."""
    if cluster:
        from kg import spark

        return spark.start(tables, cluster, outputs, skip=skip, step=step)
    from kg import engine

    return engine.start(tables, skip=skip, memory=memory, step=step)
