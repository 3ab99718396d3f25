"""The graph as a networkx network: what is drawn, what is told beside it, where it stands.

A node of the network is a described thing: an individual with links to others. What only says *what kind*
(classes, concepts) or *where it was read* (sources and what they are part of) is not drawn: kinds become
facts of the node, sources stand in the graph attribute ``sources``. Nothing here knows a given ontology;
the roles are read from RDFS, SKOS and Dublin Core terms and from the sub-properties an ontology declares.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import UnknownEntity
from kg.layout import Box, arrange
from kg.quantities import roles
from kg.spacetime import locate, times
from kg.statements import inferred
from kg.vocabulary import (
    ALIASES,
    ANY_URI,
    NAMES,
    TYPE,
    XSD,
    Fact,
    Labels,
    Triples,
    Words,
    local_name,
    named,
    node_key,
    origin,
)

if TYPE_CHECKING:
    import networkx as nx

GROUPS = 9  # in a legend
CROWD = 600  # nodes, from where on labels get no room of their own


@dataclass(frozen=True)
class Source:
    """Something that nodes were read from, such as a passage, or a whole that contains one."""

    labels: Labels
    facts: tuple[Fact, ...] = ()
    part_of: tuple[str, ...] = ()


def network(data: Iterable[ox.Quad], ontology: Iterable[ox.Quad]) -> nx.MultiDiGraph[str]:
    """The network of what `data` describes, with the words that `ontology` has for it.

    Nodes are keyed by IRI (or "_:" and a label) and carry ``labels`` {language: text}, ``cls`` (the most
    specific class), ``facts`` (a tuple of :class:`kg.vocabulary.Fact`), ``sources`` (pairs of property and
    key), ``times`` (of :class:`kg.spacetime.Time`), ``inferred`` (each :class:`kg.statements.Statement`
    that is in the named graph kg.vocabulary.INFERRED alone) and what :func:`kg.spacetime.locate` gives them.
    Edges are keyed by the predicate's IRI, and ``inferred`` ones say so. The graph carries ``classes``,
    ``properties`` and ``terms`` {IRI: labels}, ``parents`` {class: class above it, or ""}, ``groups`` {class:
    the class that stands for it in a legend of at most nine}, ``names`` (the properties of other names),
    ``roles`` (of :func:`kg.quantities.roles`), ``sources`` {key: :class:`Source`}, ``wholes`` {what a source
    is part of: labels} and, as ``said``, all that was read.

    Sources are the objects of dcterms:source and of every property that RDFS puts under it, and their
    siblings in the same whole (dcterms:isPartOf and below); they are told, not drawn. An IRI of which
    nothing is said is drawn if it shares scheme and authority with a described node, otherwise it is a fact.
    The result does not depend on the order of the quads.
    """
    import networkx as nx

    said, meant = Triples.of(data), Triples.of(ontology)
    words = Words.of(said, meant)
    hidden = _sources(said, words)
    described = {key for key in said.about if not words.is_term(key) and key not in hidden}
    if not described:  # a thesaurus: its concepts are what there is to draw
        described = {key for key in said.about if said.objects(key, TYPE) & words.concepts}
        words.terms -= described
    drawn = described | set(_mentioned(said, described, hidden, words))
    nodes = drawn | hidden

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key in sorted(drawn):
        labels, facts = _told(key, said, nodes)
        cls = words.cls(said.objects(key, TYPE))
        graph.add_node(key, labels=labels, cls=cls, facts=facts, sources=(), times=times(facts, words))
        graph.nodes[key]["inferred"] = inferred(said, key)
    _link(graph, said, hidden)
    locate(graph, words)

    counts = Counter(str(graph.nodes[key]["cls"]) for key in graph)
    parents = words.parents(counts)
    sources = {key: _source(key, said, words, nodes) for key in sorted(hidden)}
    told: set[Fact] = {fact for key in graph for fact in graph.nodes[key]["facts"]}
    told |= {fact for source in sources.values() for fact in source.facts}
    links = {p for _, _, p in graph.edges(keys=True)}
    links |= {p for key in graph for p, _ in graph.nodes[key]["sources"]}
    terms = {fact.text for fact in told if fact.kind == ANY_URI and words.is_term(fact.text)}
    graph.graph.update(
        classes={cls: words.label(cls) for cls in sorted(parents)},
        properties={p: words.label(p) for p in sorted(links | {fact.property for fact in told})},
        terms={term: words.label(term) for term in sorted(terms)},
        names=tuple(sorted(words.under(*NAMES, *ALIASES) & {fact.property for fact in told})),
        parents=parents,
        groups=_groups(counts, parents),
        sources=sources,
        wholes={whole: _whole(whole, sources, graph) for whole in _wholes(sources)},
        roles=roles({fact.property for fact in told}, words),
        said=said,
    )
    return graph


def _link(graph: nx.MultiDiGraph[str], said: Triples, hidden: Set[str]) -> None:
    """Link the nodes of `graph`, and tell each of them the sources that it is linked with."""
    cited: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for subject, predicate, object_ in sorted(_links(said)):
        if subject in graph and object_ in graph:
            follows = (predicate, object_, "") in graph.nodes[subject]["inferred"]
            graph.add_edge(subject, object_, key=predicate, **({"inferred": True} if follows else {}))
        elif subject in graph and object_ in hidden:
            cited[subject].add((predicate, object_))
        elif subject in hidden and object_ in graph:
            cited[object_].add((predicate, subject))
    for key, pairs in cited.items():
        graph.nodes[key]["sources"] = tuple(sorted(pairs))


def subgraph(network: nx.MultiDiGraph[str], focus: str, hops: int) -> nx.MultiDiGraph[str]:
    """The part of `network` within `hops` links of the node `focus`, whichever way the links point.

    A copy; words and groups stay those of the whole, so colours do not change, but there are only the sources
    that the part cites. Raises UnknownEntity.
    """
    if focus not in network:
        raise UnknownEntity(f"no node <{focus}> in the graph", value=focus, exists=sorted(network))
    near = {focus}
    ring = {focus}
    for _ in range(hops):
        ring = {other for node in ring for other in _neighbours(network, node)} - near
        near |= ring
    return part(network, near)


def part(network: nx.MultiDiGraph[str], keys: Iterable[str]) -> nx.MultiDiGraph[str]:
    """The part of `network` that these nodes and the links among them make, as :func:`subgraph` gives it."""
    wanted = set(keys)
    kept: nx.MultiDiGraph[str] = network.copy()  # a view of few nodes would have the order of a set
    kept.remove_nodes_from([key for key in network if key not in wanted])
    cited = {source for key in kept for _, source in kept.nodes[key]["sources"]}
    sources = {key: source for key, source in network.graph["sources"].items() if key in cited}
    wholes = {whole: network.graph["wholes"][whole] for whole in _wholes(sources)}
    kept.graph.update(sources=sources, wholes=wholes)
    return kept


def positions(network: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    """Where each node stands: near what it is linked to, with room for most labels, no two on each other.

    The same network gives the same numbers, rounded to a tenth; nothing is random. One second for 240 nodes.
    """
    keys = list(network)
    number = {key: i for i, key in enumerate(keys)}
    links = [sorted({number[other] for other in _neighbours(network, key)} - {number[key]}) for key in keys]
    crowd = len(keys) > CROWD
    hubs = set() if crowd else _hubs(network)
    boxes = [
        _box({} if crowd else network.nodes[key]["labels"], radius(network.degree(key)), hub=key in hubs)
        for key in keys
    ]
    return dict(zip(keys, arrange(links, boxes), strict=True))


def radius(degree: int) -> float:
    """How large a node with so many links is drawn.

    >>> radius(0), radius(9), radius(10_000)
    (6.0, 12.6, 24.0)
    """
    return min(24.0, round(6 + 2.2 * math.sqrt(degree), 1))


def _neighbours(network: nx.MultiDiGraph[str], key: str) -> Iterator[str]:
    yield from network.successors(key)
    yield from network.predecessors(key)


def _hubs(network: nx.MultiDiGraph[str]) -> set[str]:
    """The nodes that are named before all others: the sixteenth part of them with the most links."""
    ranked = sorted(network, key=lambda key: (-network.degree(key), key))
    return set(ranked[: max(3, len(ranked) // 16)])


def _box(labels: Labels, size: float, *, hub: bool) -> Box:
    """The room for a node and the shortest of its labels under it, if any, about 13 units high.

    A hub has room for two lines on either side.
    """
    if not labels:
        return Box(2 * size + 14, 2 * size + 14)
    width = min(sum(13.0 if ord(letter) > 0x2E7F else 7.0 for letter in text) for text in labels.values())
    if hub:
        return Box(max(2 * size, min(1.2 * width, 130.0)) + 10, 2 * size + 60)
    return Box(max(2 * size, min(width, 80.0)) + 10, 2 * size + 16)


def _links(said: Triples) -> Iterator[tuple[str, str, str]]:
    for subject, pairs in said.about.items():
        for predicate, term in pairs:
            if predicate != TYPE and (key := node_key(term)):
                yield subject, predicate, key


def _sources(said: Triples, words: Words) -> set[str]:
    """What was read from, its siblings, and the wholes that no described node outside is linked with."""
    links = list(_links(said))
    parts = [(s, o) for s, p, o in links if p in words.containing]
    read = {o for _, p, o in links if p in words.sourcing}
    wholes = {o for s, o in parts if s in read}
    read |= {s for s, o in parts if o in wholes}
    while more := {o for s, o in parts if s in wholes} - wholes - read:
        wholes |= more
    outside = {key for key in said.about if not words.is_term(key)} - read - wholes
    linked = {end for s, _, o in links for end in (s, o) if {s, o} & outside}
    return read | (wholes - linked)


def _mentioned(said: Triples, described: set[str], hidden: set[str], words: Words) -> Iterator[str]:
    """IRIs of the graph's own of which nothing is said, and blank nodes likewise."""
    own = {origin(key) for key in described}
    for subject, _, object_ in _links(said):
        told = object_ in hidden or words.is_term(object_)
        if subject in described and not told and origin(object_) in own:
            yield object_


def _told(
    key: str, said: Triples, nodes: Set[str], more: Set[str] = frozenset()
) -> tuple[Labels, tuple[Fact, ...]]:
    """The labels of a node, and all that is said of it besides links to `nodes` or `more`."""
    pairs = said.about.get(key, set())
    labels, taken = named(key, pairs)
    linked = ((p, term, node_key(term)) for p, term in pairs - taken if p != TYPE)
    rest = [(p, term) for p, term, end in linked if end not in nodes and end not in more]
    return labels, tuple(sorted(_fact(p, term) for p, term in rest))


def _fact(predicate: str, term: Any) -> Fact:
    if key := node_key(term):
        return Fact(predicate, key, ANY_URI)
    if not isinstance(term, ox.Literal):  # a quoted triple (RDF 1.2)
        return Fact(predicate, str(term), XSD + "string")
    return Fact(predicate, term.value, term.language or term.datatype.value)


def _source(key: str, said: Triples, words: Words, drawn: set[str]) -> Source:
    wholes = {whole for p in words.containing for whole in said.objects(key, p)}
    labels, facts = _told(key, said, drawn | wholes)
    return Source(labels, facts, tuple(sorted(wholes)))


def _wholes(sources: Mapping[str, Source]) -> list[str]:
    return sorted({whole for source in sources.values() for whole in source.part_of})


def _whole(key: str, sources: Mapping[str, Source], graph: nx.MultiDiGraph[str]) -> Labels:
    """The labels of what a source is part of: a source itself, a drawn node, or neither."""
    if key in sources:
        return sources[key].labels
    labels: Labels = graph.nodes[key]["labels"] if key in graph else {"": local_name(key)}
    return labels


def _groups(counts: Mapping[str, int], parents: Mapping[str, str]) -> dict[str, str]:
    """The class that stands for each, largest group first: the roots of the tree, split as GROUPS allow.

    The split that parts most nodes from the rest comes first; a class with nodes of its own stays beside
    its parts.
    """
    paths = {cls: _path(cls, parents) for cls in counts}
    groups = {cls: path[0] for cls, path in paths.items()}
    while True:
        splits = []
        for group in sorted(set(groups.values())):
            parts = {c: _next(paths[c], group) for c, g in groups.items() if g == group}
            sizes = Counter[str]()
            for cls, part in parts.items():
                sizes[part] += counts[cls]
            if set(sizes) != {group} and len(set(groups.values())) - 1 + len(sizes) <= GROUPS:
                smaller = sum(sizes.values()) - max(sizes.values())
                splits.append((len(sizes) == 1, smaller, group, parts))
        if not splits:
            total = Counter[str]()
            for cls, group in groups.items():
                total[group] += counts[cls]
            return dict(sorted(groups.items(), key=lambda item: (-total[item[1]], item[1], item[0])))
        groups |= max(splits, key=lambda split: split[:3])[3]


def _path(cls: str, parents: Mapping[str, str]) -> list[str]:
    path = [cls]
    while above := parents[path[0]]:
        path.insert(0, above)
    return path


def _next(path: list[str], group: str) -> str:
    """The class one below `group` on the way down to a class, or the group itself at the end."""
    return path[min(path.index(group) + 1, len(path) - 1)]
