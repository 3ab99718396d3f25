"""Graphs of any size for tests and measurements: clusters around hubs, zh and en labels, times, coordinates."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyoxigraph as ox
import sample

# Class, share of the nodes, Chinese and English name of one, and the properties that lead from it.
KINDS = (
    ("Place", 14, "村", "village", ("containedIn",)),
    ("Branch", 12, "分公司", "branch", ("partOf", "operatesIn")),
    ("Person", 22, "职工", "worker", ("worksFor",)),
    ("System", 12, "设备", "device", ("deployedAt", "partOf")),
    ("Incident", 14, "故障", "incident", ("tookPlaceIn",)),
    ("Repair", 16, "抢修", "repair", ("resolves", "performedBy", "tookPlaceIn", "usesSystem")),
    ("Figure", 10, "数据", "figure", ("describes",)),
)
COUNTIES = tuple(entry.strip().partition(" ")[::2] for entry in sample.COUNTIES.split(","))
ALONE = 0.02  # of the nodes have no link
OUTSIDE = 0.06  # of the links lead to another cluster


def large(nodes: int, seed: int = 1) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Data of so many nodes, about 1.5 links and 5.5 statements each, and their ontology.

    The same numbers give the same quads. Clusters are of very different sizes; in each, few nodes have most
    of the links.
    """
    return list(quads(nodes, seed)), sample.ontology()


def node(number: int) -> str:
    """The IRI of a node; 0 is the hub of the largest cluster."""
    return f"{sample.ID}thing/{number:06d}"


def quads(nodes: int, seed: int = 1) -> Iterator[ox.Quad]:
    """The data alone, one statement after another: for graphs that need not be in memory."""
    dice = random.Random(seed)
    starts = _starts(nodes, dice)
    for start, end in zip(starts, [*starts[1:], nodes], strict=True):
        for number in range(start, end):
            yield from _about(number, start, starts, dice)


def _starts(nodes: int, dice: random.Random) -> list[int]:
    """The first node of each cluster; the largest has a sixteenth of all, the smallest a four-hundredth."""
    starts, size = [0], nodes / 16
    while starts[-1] + size < nodes:
        starts.append(starts[-1] + max(1, int(size)))
        size = max(3.0, nodes / 400, size * (0.88 + 0.1 * dice.random()))
    return starts


def _about(number: int, start: int, starts: list[int], dice: random.Random) -> Iterator[ox.Quad]:
    subject = ox.NamedNode(node(number))
    hub = number == start
    kind = dice.choices(KINDS, [share for _, share, *_ in KINDS])[0] if not hub else KINDS[1 if start else 0]
    name, _, zh, en, properties = kind
    county, english = COUNTIES[starts.index(start) % len(COUNTIES)] if hub else dice.choice(COUNTIES)
    order = "" if hub and starts.index(start) < len(COUNTIES) else str(number)
    yield _quad(subject, sample.RDF + "type", sample.iri(name))
    yield _quad(
        subject, sample.RDFS + "label", ox.Literal(f"{county}{order}{'' if hub else zh}", language="zh")
    )
    yield _quad(
        subject,
        sample.RDFS + "label",
        ox.Literal(f"{english}{'' if hub else f' {en}'} {order}".strip(), language="en"),
    )
    if name == "Place":
        yield _quad(subject, sample.KG + "latitude", _decimal(24.5 + 4 * dice.random()))
        yield _quad(subject, sample.KG + "longitude", _decimal(104 + 5 * dice.random()))
    if name in ("Incident", "Repair"):
        date = f"2020-0{dice.randint(1, 6)}-{dice.randint(1, 28):02d}"
        yield _quad(
            subject, sample.KG + "startsAt", ox.Literal(date, datatype=ox.NamedNode(sample.XSD + "date"))
        )
    if name == "Figure":
        yield _quad(subject, sample.KG + "value", ox.Literal(dice.randint(1, 10_000)))
    if hub and start:  # hubs hang together
        yield _quad(
            subject, sample.KG + properties[0], ox.NamedNode(node(dice.choice(starts[: starts.index(start)])))
        )
    if hub or dice.random() < ALONE:
        return
    for _ in range(dice.choice((1, 1, 2, 2))):
        if dice.random() < OUTSIDE:
            other = dice.choice(starts)
        else:  # the first of a cluster have most of its links
            other = start + int((number - start) * dice.random() ** 3)
        yield _quad(subject, sample.KG + dice.choice(properties), ox.NamedNode(node(other)))


def _decimal(value: float) -> ox.Literal:
    return ox.Literal(f"{value:.4f}", datatype=ox.NamedNode(sample.XSD + "decimal"))


def _quad(
    subject: ox.NamedNode, predicate: str | ox.NamedNode, object_: ox.NamedNode | ox.Literal
) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate) if isinstance(predicate, str) else predicate, object_)
