"""The part of a large graph that a page holds: what is linked most, or what is near one entity.

The quads are read one after another, twice, and only what is chosen is kept, so memory does not grow with the
graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.vocabulary import NAMES, TYPE, node_key, origin

if TYPE_CHECKING:
    import pyoxigraph as ox

    Read = Callable[[], Iterable[ox.Quad]]

NODES = 50_000
QUADS = 300_000
COUNTED = 8  # keys that are counted at once, for each that is wanted


@dataclass(frozen=True)
class Excerpt:
    """Some quads of a graph, and how many of its entities they describe."""

    quads: list[ox.Quad]
    shown: int
    entities: int


def most_linked(
    read: Read, terms: Set[str] = frozenset(), *, nodes: int = NODES, quads: int = QUADS
) -> Excerpt:
    """What is said of the entities with the most links, at most `nodes` of them and about so many `quads`.

    `read` gives the quads of the graph, sorted by subject, each time it is called. Links to entities that are
    left out are left out, those to `terms` of the ontology are not. The same quads give the same excerpt.
    """
    counts: dict[str, int] = {}
    entities = total = 0
    last = ""
    for quad in read():
        subject, object_ = node_key(quad.subject), node_key(quad.object)
        if subject != last:
            entities, last = entities + 1, subject
            counts[subject] = counts.get(subject, 0) + 1
        if object_:
            counts[subject] = counts.get(subject, 0) + (quad.predicate.value != TYPE)
            counts[object_] = counts.get(object_, 0) + 1
        total += 1
        if len(counts) > COUNTED * nodes:
            counts = _pruned(counts, COUNTED * nodes // 2)
    room = min(nodes, max(1, quads * entities // max(1, total)))
    chosen = {key for _, key in sorted((-count, key) for key, count in counts.items())[:room]}
    kept = list(_about(read(), chosen, terms))
    return Excerpt(kept, len({node_key(quad.subject) for quad in kept}), entities)


def near(
    read: Read, store: ox.Store, starts: Iterable[str], hops: int, terms: Set[str] = frozenset()
) -> Excerpt:
    """What is said of `starts` and of what is within `hops` links of them, up to :data:`NODES` entities.

    The `store` says what is linked; the quads are those of `read`, as they were written.
    """
    import pyoxigraph as ox

    ring = list(starts)
    chosen = set(ring)
    for _ in range(hops):
        found: set[str] = set()
        for key in ring:
            node = ox.BlankNode(key[2:]) if key.startswith("_:") else ox.NamedNode(key)
            found |= {node_key(quad.object) for quad in store.quads_for_pattern(node, None, None, None)}
            found |= {node_key(quad.subject) for quad in store.quads_for_pattern(None, None, node, None)}
        ring = sorted(found - chosen - terms - {""})[: max(0, NODES - len(chosen))]
        chosen.update(ring)
    kept = list(_about(read(), chosen, terms))
    shown = len({node_key(quad.subject) for quad in kept})
    return Excerpt(kept, shown, shown)


def named(read: Read, name: str, prefixes: dict[str, str]) -> list[str]:
    """What a person may mean by an IRI, a prefixed name or a label, if something is said of it."""
    prefix, _, local = name.partition(":")
    wanted = {name.removeprefix("<").removesuffix(">"), prefixes.get(prefix, prefix + ":") + local}
    found = {
        node_key(quad.subject)
        for quad in read()
        if node_key(quad.subject) in wanted
        or (quad.predicate.value in NAMES and getattr(quad.object, "value", "") == name)
    }
    return sorted(found)


def _pruned(counts: dict[str, int], most: int) -> dict[str, int]:
    """The largest counts, less what the next one has: what is frequent stays (Misra and Gries 1982)."""
    floor = sorted(counts.values(), reverse=True)[most]
    return {key: count - floor for key, count in counts.items() if count > floor}


def _about(quads: Iterable[ox.Quad], chosen: set[str], terms: Set[str]) -> Iterator[ox.Quad]:
    """What is said of the chosen, without links to others of the graph's own."""
    for quad in quads:
        subject, object_ = node_key(quad.subject), node_key(quad.object)
        if subject in chosen and (
            not object_
            or object_ in chosen
            or object_ in terms
            or quad.predicate.value == TYPE
            or origin(object_) != origin(subject)
        ):
            yield quad
