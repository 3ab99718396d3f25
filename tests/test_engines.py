"""Which engine runs, and what Spark says where it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from models import SOURCE, put

from kg import engine, engines, sources, spark
from kg.clusters import Cluster
from kg.errors import ClusterError


def silent(step: str) -> None:
    """Nobody listens."""


def test_without_a_cluster_it_is_duckdb_with_its_memory_and_its_listener(tmp_path: Path) -> None:
    put(tmp_path, t="id\n1\n")
    table = sources.table(SOURCE, tmp_path)
    with engines.start([table], (), None, skip=False, memory=10**9, step=silent) as running:
        assert isinstance(running, engine.Engine)
        assert (running.tables, running.memory, running.step) == ((table,), 10**9, silent)
        assert running.do("SELECT current_setting('memory_limit')") == [("671.3 MiB",)]


def test_with_a_cluster_it_is_spark(spark_session: object, tmp_path: Path) -> None:
    """Also of the default master."""
    put(tmp_path, t="id\n1\n")
    table = sources.table(SOURCE, tmp_path)
    with engines.start([table], (), Cluster(), skip=True, step=silent) as running:
        assert isinstance(running, spark.Engine)
        assert (running.tables, running.skip, running.step) == ((table,), True, silent)


def test_what_spark_says_is_told(spark_session: Any) -> None:
    """In its own words."""
    from kg.spark_session import refusing

    with pytest.raises(ClusterError, match="no_such_table"), refusing():
        spark_session.sql("SELECT * FROM no_such_table")
