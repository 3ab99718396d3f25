"""A sorted file looked up and written anew: as if its lines were a set."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from kg import sorted_lines

LINES = st.sets(st.text("abc é", min_size=1, max_size=4))


def written(lines: set[str]) -> bytes:
    return b"".join(line + b"\n" for line in sorted(each.encode() for each in lines))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=200)
@given(LINES, LINES, st.text("abc é", max_size=2))
def test_lines_are_found_and_changed_as_in_a_set(
    tmp_path: Path, old: set[str], new: set[str], prefix: str
) -> None:
    """With the hashes of both files."""
    (tmp_path / "old").write_bytes(written(old))
    removed, added = ([line.encode() for line in each] for each in (old - new, new - old))
    with sorted_lines.opened(tmp_path / "old") as lines:
        assert all((line.encode() in lines) == (line in old) for line in old | new)
        found = [line.decode() for line in lines.starting(prefix.encode())]
        hashes = lines.changed(removed, added, tmp_path / "new")
    assert sorted(found) == sorted(line for line in old if line.startswith(prefix))
    assert (tmp_path / "new").read_bytes() == written(new)
    assert hashes == (sha256(written(old)).hexdigest(), sha256(written(new)).hexdigest())
