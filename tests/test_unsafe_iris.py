"""IRIs with characters that none may have: whoever reads a file finds just these quads in it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import exports, unsafe_iris

RDF = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}
TEXTS = st.text(st.sampled_from('ab <>"{}|^`\\\u2200\u2263\u2800é\n.;'), min_size=1, max_size=6)


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04X}" if unsafe_iris.FORBIDDEN.match(char) else char for char in text)


def literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@pytest.mark.parametrize("suffix", RDF)
@given(subject=TEXTS, thing=TEXTS, text=TEXTS, datatype=TEXTS)
def test_what_is_written_is_read(suffix: str, subject: str, thing: str, text: str, datatype: str) -> None:
    lines = (
        f"<http://e/{escaped(subject)}> <http://e/p> <http://e/{escaped(thing)}> .\n"
        f'<http://e/{escaped(subject)}> <http://e/q> "{literal(text)}"^^<http://e/{escaped(datatype)}> .\n'
    )
    parsed = [*ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS, lenient=True)]
    content = exports.spelled(parsed, {"e": "http://e/"}, exports.SUFFIXES[suffix])
    again = ox.parse(content, format=RDF[suffix], lenient=True)
    assert {*map(str, again)} == {*map(str, parsed)}


def test_a_cell_adds_no_statement_to_turtle(tmp_path: Path) -> None:
    """Whatever stands in an IRI; in upper case a suffix names the same format."""
    line = r"<http://e/1> <http://e/p> <http://e/a\u003E\u0020,\u0020\u003Chttp://e/b> ." "\n"
    made = tmp_path / "made.nq"
    made.write_text(line, encoding="utf-8")
    exports.rewrite(made, {"e": "http://e/"}, tmp_path / "OUT.TTL")
    (only,) = ox.parse(path=made, format=ox.RdfFormat.TURTLE, lenient=True)
    assert made.read_text(encoding="utf-8").startswith("@prefix e:")
    assert only.object.value == "http://e/a> , <http://e/b"


def test_others_are_as_they_were() -> None:
    quads = [ox.Quad(ox.NamedNode("http://e/∀"), ox.NamedNode("http://e/p"), ox.Literal("a > b"))]
    found, revealed = unsafe_iris.disguised(quads)
    assert found is quads
    assert revealed(b"\xe2\x88\x80") == b"\xe2\x88\x80"
