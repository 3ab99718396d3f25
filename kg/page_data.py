"""What the page's script reads: a network as JSON values, with all that occurs often told once.

IRIs are cut in two, and the first halves stand in a table; labels stand in the order of a table of languages;
facts, terms, classes, properties and sources are numbered. ``model.js`` of the page puts it together again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from kg.overview import Overview
from kg.pinyin import HAN, speller
from kg.spacetime import Time
from kg.statements import Statement, differences
from kg.vocabulary import ANY_URI, Fact, Labels, local_name

if TYPE_CHECKING:
    import networkx as nx

Key = TypeVar("Key")


def packed(
    network: nx.MultiDiGraph[str], drawn: Iterable[Map[str, float]], overview: Overview | None = None
) -> dict[str, Any]:
    """All of a network, with the places and sizes of its nodes as they are `drawn`: x, y and size of each.

    With an `overview` the page opens on its parts.
    """
    number = _Numbers.of(network)
    words = network.graph
    nodes = network.nodes
    return {
        "spaces": list(number.spaces),
        "languages": list(number.languages),
        "kinds": list(number.kinds),
        "facts": [number.fact(fact) for fact in number.facts],
        "classes": [
            [*number.thing(cls, words["classes"][cls]), number.groups.get(words["groups"].get(cls, ""), -1)]
            for cls in number.classes
        ],
        "groups": [number.classes[group] for group in number.groups],
        "properties": [number.thing(iri, words["properties"][iri]) for iri in number.properties],
        "terms": [number.thing(iri, words["terms"][iri]) for iri in number.terms],
        "sources": [
            [
                *number.thing(key, source.labels),
                [number.facts[fact] for fact in source.facts],
                [number.wholes[whole] for whole in source.part_of],
            ]
            for key, source in words["sources"].items()
        ],
        "names": [number.properties[iri] for iri in words["names"]],
        "wholes": [number.thing(key, words["wholes"][key]) for key in number.wholes],
        "nodes": [
            [
                *number.thing(key, nodes[key]["labels"]),
                number.classes[nodes[key]["cls"]],
                at["x"],
                at["y"],
                at["size"],
                [number.facts[fact] for fact in nodes[key]["facts"]],
                _grouped((number.properties[p], number.sources[s]) for p, s in nodes[key]["sources"]),
            ]
            for key, at in zip(network, drawn, strict=True)
        ],
        "links": _grouped(
            (number.properties[p], end)
            for subject, object_, p in network.edges(keys=True)
            for end in (number.nodes[subject], number.nodes[object_])
        ),
        "times": {
            number.nodes[key]: [number.time(time) for time in nodes[key]["times"]]
            for key in network
            if nodes[key]["times"]
        },
        "places": {
            number.nodes[key]: [_present(nodes[key]["within"], number), *number.point(nodes[key]["point"])]
            for key in network
            if nodes[key]["place"]
        },
        "pinyin": _spelled(network, number),
        "roles": {number.properties[iri]: role for iri, role in sorted(words["roles"].items())},
        "said": _said(network, number),
        "excerpt": words.get("excerpt"),
        "overview": overview and _parts(overview, number),
        "at": {
            number.nodes[key]: places for key in network if (places := _present(nodes[key]["places"], number))
        },
    }


@dataclass(frozen=True)
class _Numbers:
    """What stands in the page once and is referred to by number."""

    nodes: dict[str, int]
    classes: dict[str, int]
    groups: dict[str, int]
    properties: dict[str, int]
    terms: dict[str, int]
    sources: dict[str, int]
    wholes: dict[str, int]
    kinds: dict[str, int]
    facts: dict[Fact, int]
    spaces: dict[str, int]
    languages: dict[str, int]

    @classmethod
    def of(cls, network: nx.MultiDiGraph[str]) -> _Numbers:
        words = network.graph
        sources = words["sources"]
        facts = sorted(set(_facts(network)))
        keys = chain(network, words["parents"], words["properties"], words["terms"], sources, words["wholes"])
        return cls(
            nodes=_numbers(network),
            classes=_numbers(words["parents"]),
            groups=_numbers(words["groups"].values()),
            properties=_numbers(words["properties"]),
            terms=_numbers(words["terms"]),
            sources=_numbers(sources),
            wholes=_numbers(words["wholes"]),
            kinds=_numbers(sorted(fact.kind for fact in facts)),
            facts={fact: number for number, fact in enumerate(facts)},
            spaces=_numbers(sorted(_space(key) for key in keys)),
            languages=_common(chain.from_iterable(_labels(network))),
        )

    def thing(self, key: str, labels: Labels) -> list[Any]:
        """The two parts of a key as "number:rest", and labels by language, 0 where there is none."""
        space = _space(key)
        texts: list[str | int] = [labels.get(language, 0) for language in self.languages]
        while texts and texts[-1] == 0:
            texts.pop()
        return [f"{self.spaces[space]}:{key[len(space) :]}", texts]

    def fact(self, fact: Fact) -> list[int | str]:
        """Property, text and kind; the text of a term is its number."""
        text: int | str = self.terms.get(fact.text, fact.text) if fact.kind == ANY_URI else fact.text
        return [self.properties[fact.property], text, self.kinds[fact.kind]]

    def time(self, time: Time) -> list[int]:
        """Start, end and precision, -1 where there is none, and the words of the source."""
        ends = (time.start, time.end, time.precision)
        return [*(self.facts[end] if end else -1 for end in ends), *(self.facts[f] for f in time.stated)]

    def point(self, point: Any) -> list[int]:
        """Latitude, longitude and, where it is not drawn, -1 in place of the node whose they are."""
        if not point:
            return []
        return [self.facts[point.latitude], self.facts[point.longitude], self.nodes.get(point.origin, -1)]


def _facts(network: nx.MultiDiGraph[str]) -> Iterator[Fact]:
    """What is told of anything; a part of a network may need the coordinates of a node outside of it."""
    for source in network.graph["sources"].values():
        yield from source.facts
    for _, node in network.nodes(data=True):
        yield from node["facts"]
        if node["place"] and node["point"]:
            yield from node["point"][:2]


def _labels(network: nx.MultiDiGraph[str]) -> Iterator[Labels]:
    words = network.graph
    for kind in ("classes", "properties", "terms", "wholes"):
        yield from words[kind].values()
    yield from (source.labels for source in words["sources"].values())
    for _, node in network.nodes(data=True):
        yield node["labels"]


def _spelled(network: nx.MultiDiGraph[str], number: _Numbers) -> dict[int, list[str]]:
    """How the Chinese among a node's labels and other names are said, in the order of the page."""
    aliases = set(network.graph["names"])
    chinese: dict[int, list[str]] = {}
    for key, node in network.nodes(data=True):
        names = [node["labels"].get(language, "") for language in number.languages]
        names += [fact.text for fact in node["facts"] if fact.property in aliases]
        if found := [name for name in names if HAN.search(name)]:
            chinese[number.nodes[key]] = found
    spell = speller() if chinese else str
    return {node: list(map(spell, names)) for node, names in chinese.items()}


def _said(network: nx.MultiDiGraph[str], number: _Numbers) -> dict[str, Any]:
    """What nodes say more, less or by inference than follows from the rest, as numbers of rows."""
    told: dict[str, dict[int, Iterable[Statement]]] = {"more": {}, "less": {}, "inferred": {}}
    for key, node in number.nodes.items():
        told["more"][node], told["less"][node] = differences(network, key)
        told["inferred"][node] = network.nodes[key]["inferred"]
    rows = _numbers(sorted({row for nodes in told.values() for each in nodes.values() for row in each}))
    return {
        "rows": list(rows),
        **{
            name: {node: [rows[row] for row in each] for node, each in nodes.items() if each}
            for name, nodes in told.items()
        },
    }


def _parts(overview: Overview, number: _Numbers) -> dict[str, Any]:
    return {
        "parts": [
            [
                number.nodes.get(part.hub, -1),
                number.classes.get(part.gathered, -1),
                number.classes[part.cls],
                part.count,
                part.x,
                part.y,
                part.size,
            ]
            for part in overview.parts
        ],
        "of": overview.of,
        "links": overview.links,
    }


def _present(keys: Iterable[str], number: _Numbers) -> list[int]:
    return [number.nodes[key] for key in keys if key in number.nodes]


def _space(key: str) -> str:
    """An IRI up to its last / # or :, that is, without its local name.

    >>> _space("https://a.example/x#y"), _space("_:b"), _space("https://a.example/x/")
    ('https://a.example/x#', '', 'https://a.example/')
    """
    return "" if key.startswith("_:") else key[: key.rindex(local_name(key))]


def _numbers(keys: Iterable[Key]) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def _common(keys: Iterable[str]) -> dict[str, int]:
    """The commonest first."""
    counts = Counter(keys)
    return _numbers(sorted(counts, key=lambda key: (-counts[key], key)))


def _grouped(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """What goes with the same first number, behind it.

    >>> _grouped([(7, 1), (8, 2), (7, 3)])
    [[7, 1, 3], [8, 2]]
    """
    groups: dict[int, list[int]] = {}
    for first, second in pairs:
        groups.setdefault(first, [first]).append(second)
    return list(groups.values())
