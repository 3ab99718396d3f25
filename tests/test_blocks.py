"""kg.blocks: files of quads are cut, sorted and copied whole."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import amounts, blocks
from kg.errors import Unwritable

LINE = st.builds('<urn:{}> <urn:p> "{}" .\n'.format, st.sampled_from("abc"), st.text("x>< 金", max_size=9))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=20).map(sorted), size=st.integers(1, 400))
def test_blocks_are_the_file_cut_where_a_subject_ends(lines: list[str], size: int, tmp_path: Path) -> None:
    """But one that is larger than two blocks is cut where a line ends."""
    source = tmp_path / "quads.nq"
    source.write_text("".join(lines), encoding="utf-8")
    parts = list(blocks._blocks(source, size))
    assert b"".join(parts) == source.read_bytes()
    assert all(part.endswith(b"\n") for part in parts)
    for one, other in pairwise(parts):
        last, first = one.splitlines()[-1].split()[0], other.split(None, 1)[0]
        assert last != first or len(one) >= size


def test_lines_are_put_in_order_each_once(tmp_path: Path) -> None:
    """With `graphs` by graph: IRIs, the default graph, blank nodes."""
    lines = [
        f"<urn:{name}> <urn:p> <urn:o>{graph} .\n" for name in "ba" for graph in ("", " _:g", " <urn:g>")
    ]
    sources = [tmp_path / "1.nq", tmp_path / "2[0]*.nq"]
    sources[0].write_text("".join(lines[:4]), encoding="utf-8")
    sources[1].write_text("".join(lines[2:]), encoding="utf-8")
    with blocks.started() as connection:
        blocks.in_order(connection, sources, tmp_path / "sorted")
        assert blocks.has_graphs(connection, tmp_path / "sorted")
        blocks.in_order(connection, sources, tmp_path / "together", graphs=True)
    assert (tmp_path / "sorted").read_text(encoding="utf-8") == "".join(sorted(lines))
    by_graph = [lines[n] for n in (5, 2, 3, 0, 4, 1)]
    assert (tmp_path / "together").read_text(encoding="utf-8") == "".join(by_graph)


def test_triples_are_copied_and_graphs_and_other_lines_are_not(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    for text, refused in (
        ('<urn:s> <urn:p> "x\\"> <urn:g>"@en .\n', None),
        ("<urn:s> <urn:p> <urn:o> <urn:g> .\n", blocks.NamedGraphs),
        ("<urn:s> <urn:p>  <urn:o> .\n", blocks.OtherLayout),
    ):
        source.write_text(text, encoding="utf-8")
        if refused:
            with pytest.raises(refused):
                blocks.triples(source, out)
        else:
            blocks.triples(source, out)
            assert out.read_text(encoding="utf-8") == text


def test_a_copy_is_compressed_with_what_goes_before_it(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"body")
    undone = {
        "": bytes,
        ".gz": gzip.decompress,
        ".zst": lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
    }
    for suffix, read in undone.items():
        blocks.copied(source, out, suffix, b"head ")
        assert read(out.read_bytes()) == b"head body"


def test_what_the_engine_cannot_do_is_told() -> None:
    for statement, told in (
        ("COPY (SELECT 1) TO '/no/such/folder'", "; give it more memory, or room on the disk"),
        ("SELECT count(DISTINCT i) FROM range(10000) r(i)", "; give it more memory, or room on the disk"),
        ("SELECT no_such_function(1)", "(?!.*memory)"),
    ):
        with (
            pytest.raises(Unwritable, match=f"the graph cannot be written: .*{told}"),
            blocks.started(amounts.OWN + 1_000_000) as connection,
        ):
            connection.execute(statement)


def test_the_engine_keeps_to_its_memory() -> None:
    """To the part of it that is not Python's; without any said, to what it thinks right."""
    asked = "SELECT current_setting('memory_limit')"
    with blocks.started(10**9) as bounded, blocks.started() as free, duckdb.connect() as usual:
        assert bounded.execute(asked).fetchall() == [("671.3 MiB",)]
        assert free.execute(asked).fetchall() == usual.execute(asked).fetchall()
