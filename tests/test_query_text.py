"""kg.query_text: queries as names, files and text, and what their heads say."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import EX, PROJECT, values, write

from kg import query_text
from kg.errors import Encoding, KgError, MissingFile, Place, UnknownQuery
from kg.graph import Graph


def test_a_query_is_a_name_a_file_or_text(graph: Graph, tmp_path: Path) -> None:
    text = PROJECT["queries/places.rq"]
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    (tmp_path / "plain").write_text(text, encoding="utf-8")
    expected = [
        (f"{EX}place/bijie", "毕节市"),
        (f"{EX}place/guizhou", "贵州省"),
        (f"{EX}place/jinsha", "金沙县"),
    ]
    for given in ("places", text, str(tmp_path / "q.rq"), str(tmp_path / "plain")):
        assert values(graph, given) == expected


def test_text_needs_no_blank_but_a_brace(graph: Graph) -> None:
    assert bool(graph.query("ASK{?place?p?o}"))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("place", UnknownQuery, "error[unknown-query]: no query is called 'place'; did you mean 'places'?"),
        ("zzz", UnknownQuery, "error[unknown-query]: no query is called 'zzz'; there are: places, within"),
        ("", UnknownQuery, "error[unknown-query]: no query is called ''; there are: places, within"),
        ("gone.rq", MissingFile, "error[missing-file]: there is no file gone.rq"),
        (
            "x" * 5000,
            UnknownQuery,
            f"error[unknown-query]: no query is called '{'x' * 5000}'; there are: places, within",
        ),
    ],
)
def test_what_is_no_query_is_told_with_what_exists(
    given: str, error: type[KgError], message: str, graph: Graph
) -> None:
    with pytest.raises(error) as caught:
        graph.query(given)
    assert str(caught.value) == message


def test_the_head_of_a_file_describes_it(tmp_path: Path) -> None:
    text = (
        "# title: Parts of a place\n#zh:哪些?\n# en : Which: these?\n# param whole = place:guizhou\n"
        "# param ?name = a = b\n# other: x\nSELECT * WHERE { ?part ex:in ?whole }\n"
    )
    path = write(tmp_path, {"parts.rq": text}) / "parts.rq"
    query = query_text.read(path)
    assert (query.name, query.title, query.file, query.text) == ("parts", "Parts of a place", path, text)
    assert query.questions == (("zh", "哪些?"), ("en", "Which: these?"))
    assert query.defaults == (("whole", "place:guizhou"), ("name", "a = b"))
    assert query.variables == {"part", "whole"}
    bare = query_text.read(write(tmp_path, {"bare.rq": "ASK {}"}) / "bare.rq")
    assert (bare.title, bare.questions, bare.defaults) == ("bare", (), ())


def test_variables_in_texts_iris_and_comments_are_none() -> None:
    text = "SELECT ?a $b { # ?c\n ?a <http://x.org/?d> '?e', \"?f\", '''\n?g''' . FILTER(?名>1) }"
    assert query_text.Query(text).variables == {"a", "b", "名"}


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    """It is told by line and column, with what it seems to be."""
    path = write(tmp_path, {"q.rq": "ASK {} # ok\n# 毕节\n".encode("gb18030")}) / "q.rq"
    with pytest.raises(Encoding, match=r"it looks like GB18030; save it as UTF-8, .*q\.rq$") as caught:
        query_text.read(path)
    assert caught.value.findings[0].place == Place(path, 2, 3)


def test_a_byte_order_mark_is_no_part_of_a_query(graph: Graph, tmp_path: Path) -> None:
    path = write(tmp_path, {"q.rq": "\ufeff# title: Marked\nASK {}"}) / "q.rq"
    assert query_text.read(path).title == "Marked"
    assert bool(graph.query(str(path)))
