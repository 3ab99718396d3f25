"""kg.page_data: what is in the page's data block can be put together again."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import REPAIR, ZHIJIN

from kg.network import network, positions, subgraph
from kg.page import to_pyvis
from kg.page_data import packed


@pytest.fixture(scope="module")
def data(sample_graph: Any) -> Any:
    return read(sample_graph)


def read(graph: Any) -> Any:
    return json.loads(json.dumps(packed(graph, to_pyvis(graph, positions(graph)).nodes)))


def iri(data: Any, text: str) -> str:
    space, _, rest = text.partition(":")
    return str(data["spaces"][int(space)] + rest)


def labels(data: Any, texts: list[Any]) -> dict[str, str]:
    return {lang: text for lang, text in zip(data["languages"], texts, strict=False) if text != 0}


def numbers(data: Any) -> dict[str, int]:
    return {iri(data, node[0]): number for number, node in enumerate(data["nodes"])}


def fact(data: Any, number: int) -> tuple[str, str, str]:
    property_, text, kind = data["facts"][number]
    text = iri(data, data["terms"][text][0]) if isinstance(text, int) else text
    return iri(data, data["properties"][property_][0]), text, data["kinds"][kind]


def test_nodes_come_back(data: Any, sample_graph: Any) -> None:
    assert list(numbers(data)) == list(sample_graph)
    for key, (_, texts, cls, *_, facts, cited) in zip(sample_graph, data["nodes"], strict=True):
        node = sample_graph.nodes[key]
        assert labels(data, texts) == node["labels"]
        assert iri(data, data["classes"][cls][0]) == node["cls"]
        assert tuple(fact(data, number) for number in facts) == node["facts"]
        pairs = [
            (iri(data, data["properties"][p][0]), iri(data, data["sources"][s][0]))
            for p, *rest in cited
            for s in rest
        ]
        assert tuple(pairs) == node["sources"]


def test_links_come_back(data: Any, sample_graph: Any) -> None:
    keys = list(sample_graph)
    links = [
        (keys[a], keys[b], iri(data, data["properties"][p][0]))
        for p, *ends in data["links"]
        for a, b in zip(ends[::2], ends[1::2], strict=True)
    ]
    assert sorted(links) == sorted(sample_graph.edges(keys=True))


def test_times_and_places_come_back(data: Any, sample_graph: Any) -> None:
    number = numbers(data)
    start, end, precision, *stated = data["times"][str(number[REPAIR])][0]
    assert fact(data, start)[1] == "2020-01-25T20:00:00+08:00"
    assert (end, precision, stated) == (-1, -1, [])
    assert data["at"][str(number[REPAIR])] == [number[ZHIJIN]]
    within, latitude, longitude, origin = data["places"][str(number[ZHIJIN])]
    assert within == [number[f"{sample.ID}place/guizhou"]]
    assert [fact(data, each)[1] for each in (latitude, longitude)] == ["26.000", "106.000"]
    assert origin == number[ZHIJIN]
    assert len(data["places"]) == sum(sample_graph.nodes[key]["place"] for key in sample_graph)


def test_a_part_keeps_the_coordinates_of_a_place_outside_of_it(sample_graph: Any) -> None:
    key = f"{sample.ID}place/weining"
    data = read(subgraph(sample_graph, key, 0))
    within, latitude, _, origin = data["places"]["0"]
    assert (within, origin) == ([], -1)
    assert fact(data, latitude)[1] == "26.000"


def test_a_part_embeds_the_sources_that_it_cites(sample_graph: Any) -> None:
    data = read(subgraph(sample_graph, REPAIR, 0))
    assert [iri(data, source[0]) for source in data["sources"]] == [f"{sample.ID}passage/p1"]
    assert [labels(data, whole[1])["zh"] for whole in data["wholes"]] == ["一篇报道"]


def test_chinese_names_come_with_how_they_are_said(data: Any, sample_graph: Any) -> None:
    """Labels in the order of the languages, then other names; nothing for what has no Chinese."""
    number = numbers(data)
    assert data["pinyin"][str(number[f"{sample.ID}place/chongqing"])] == ["chong qing"]
    assert set(data["pinyin"]) == {str(i) for i in number.values()}
    a, alt = f"{sample.ID}a", f"{sample.SKOS}altLabel"
    texts = [(f"{sample.RDFS}label", "Guizhou", "en"), (alt, "贵州", "zh"), (alt, "Kweichow", "en")]
    quads = [sample.quad(a, p, ox.Literal(text, language=lang)) for p, text, lang in texts]
    told = read(network([*quads, sample.quad(a, "knows", f"{a}2")], []))
    assert told["pinyin"] == {"0": ["gui zhou"]}
    assert [iri(told, told["properties"][p][0]) for p in told["names"]] == [alt]


def test_nothing_is_told_twice(data: Any) -> None:
    for table in ("spaces", "languages", "kinds", "facts", "classes", "properties", "terms"):
        rows = [json.dumps(row) for row in data[table]]
        assert len(rows) == len(set(rows))
