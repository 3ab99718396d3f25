"""When and where: the times of a node, the places it is in, the coordinates of a place.

Times are read from the datatypes of values, coordinates and containment from properties that are, or that an
ontology puts under, those of schema.org, W3C Basic Geo, GeoSPARQL, SEM, PROV and Dublin Core terms. Where no
such standard exists (what begins an interval in a plain vocabulary, how precise it is, how the source puts
it), the end of the property's IRI decides. Nothing here knows a given ontology.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from kg.vocabulary import ANY_URI, DCTERMS, META, RDFS, SCHEMA, TEMPORAL, Fact, Words, below, local_name

if TYPE_CHECKING:
    import networkx as nx

WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
GEOSPARQL = "http://www.opengis.net/ont/geosparql#"
GEONAMES = "http://www.geonames.org/ontology#"
PROV = "http://www.w3.org/ns/prov#"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"

BEGIN = (SEM + "hasBeginTimeStamp", PROV + "startedAtTime", *(s + "startDate" for s in SCHEMA))
END = (SEM + "hasEndTimeStamp", PROV + "endedAtTime", *(s + "endDate" for s in SCHEMA))
LATITUDE = (WGS84 + "lat", *(s + "latitude" for s in SCHEMA))
LONGITUDE = (WGS84 + "long", *(s + "longitude" for s in SCHEMA))
WITHIN = (GEOSPARQL + "sfWithin", GEONAMES + "parentFeature", *(s + "containedInPlace" for s in SCHEMA))
PART = (DCTERMS + "isPartOf",)  # containment too, but of documents as well as of places
PLACING = (
    SEM + "hasPlace",
    PROV + "atLocation",
    DCTERMS + "spatial",
    *(s + name for s in SCHEMA for name in ("location", "areaServed")),
)

BEGINS = re.compile(r"(has)?_?(start|begin)", re.I)
ENDS = re.compile(r"(has)?_?end", re.I)
PRECISION = re.compile(r"precision|granularity", re.I)
STATED = re.compile(
    r"(time|date|period)_?(text|note|stated|verbatim|wording)|(verbatim|stated).*(time|date)", re.I
)


class Time(NamedTuple):
    """A time of a node: both ends the same value for an instant, an end of None if it is open or not known.

    `precision` is a term or a word for how exact the ends are, `stated` holds the words of the source. A time
    with neither end has such words alone.
    """

    start: Fact | None
    end: Fact | None
    precision: Fact | None = None
    stated: tuple[Fact, ...] = ()


class Point(NamedTuple):
    """Coordinates in degrees as stated, and the key of the node of which they are stated."""

    latitude: Fact
    longitude: Fact
    origin: str


def times(facts: Iterable[Fact], words: Words) -> tuple[Time, ...]:
    """The times that the facts of one node tell, earliest first.

    Values of temporal datatypes count. The first beginning goes with the first end, and so on; what neither
    begins nor ends is an instant.
    """
    facts = tuple(facts)
    begin, end = words.under(*BEGIN), words.under(*END)
    starts, ends, instants = [], [], []
    for fact in sorted(facts, key=lambda fact: (fact.text, fact)):
        if fact.kind in TEMPORAL:
            name = local_name(fact.property)
            if fact.property in begin or (fact.property not in end and BEGINS.match(name)):
                starts.append(fact)
            elif fact.property in end or ENDS.match(name):
                ends.append(fact)
            else:
                instants.append(fact)
    rest = [fact for fact in facts if fact.kind not in TEMPORAL]
    precision = next((fact for fact in rest if PRECISION.search(local_name(fact.property))), None)
    stated = tuple(fact for fact in rest if fact.kind != ANY_URI and STATED.search(local_name(fact.property)))
    pairs = [*zip_longest(starts, ends), *((each, each) for each in instants)]
    if not pairs and stated:
        pairs = [(None, None)]
    return tuple(Time(first, last, precision, stated) for first, last in pairs)


def locate(graph: nx.MultiDiGraph[str], words: Words) -> None:
    """Give every node of `graph` its ``place`` (bool), ``within``, ``places`` and ``point``.

    Places are the nodes with coordinates and whatever contains them or lies in them. ``within`` are the
    places above a place, nearest first, however far up; circles end. ``point`` is its :class:`Point`, or that
    of the nearest place above that has one, or None. ``places`` are those where a node that is no place
    stands or took place: what it is linked to by a property for places, or one whose range is places only.
    """
    points = {key: point for key in graph if (point := _point(key, graph.nodes[key]["facts"], words))}
    above = _containers(graph, words)
    places = _places(graph, words, points, above)
    placing = _placing(graph, words, places)
    for key in graph:
        chain = _chain(key, above) if key in places else ()
        origin = next((place for place in (key, *chain) if place in points), None)
        links = {o for _, o, p in graph.out_edges(key, keys=True) if p in placing and o in places}
        graph.nodes[key].update(
            place=key in places,
            within=chain,
            places=() if key in places else tuple(sorted(links)),
            point=points[origin] if origin else None,
        )


def _point(key: str, facts: Sequence[Fact], words: Words) -> Point | None:
    """What a node says of its own coordinates; of several the first, none that is not on earth."""
    ends = []
    for properties, most in ((words.under(*LATITUDE), 90.0), (words.under(*LONGITUDE), 180.0)):
        found = [fact for fact in facts if fact.property in properties and _within(fact.text, most)]
        ends.append(min(found, default=None))
    latitude, longitude = ends
    return Point(latitude, longitude, key) if latitude and longitude else None


def _within(text: str, most: float) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


def _containers(graph: nx.MultiDiGraph[str], words: Words) -> dict[str, list[str]]:
    """What each node is stated to lie in."""
    containing = words.under(*WITHIN, *PART)
    above: dict[str, set[str]] = defaultdict(set)
    for subject, object_, predicate in graph.edges(keys=True):
        if predicate in containing and subject != object_:
            above[subject].add(object_)
    return {key: sorted(uppers) for key, uppers in above.items()}


def _places(
    graph: nx.MultiDiGraph[str], words: Words, points: Iterable[str], above: dict[str, list[str]]
) -> set[str]:
    """What has coordinates, what places alone are linked by, what contains these or lies in them."""
    spatial = words.under(*WITHIN)
    seeds = {end for s, o, p in graph.edges(keys=True) if p in spatial for end in (s, o)}
    touching: dict[str, set[str]] = defaultdict(set)
    for key, uppers in above.items():
        for upper in uppers:
            touching[key].add(upper)
            touching[upper].add(key)
    return below({*points, *seeds}, touching)


def _placing(graph: nx.MultiDiGraph[str], words: Words, places: set[str]) -> set[str]:
    """Properties whose objects are places: by standard, by declared range or, if none is, by their use."""
    of_class: dict[str, set[str]] = defaultdict(set)
    for key in graph:
        of_class[graph.nodes[key]["cls"]].add(key)
    objects: dict[str, set[str]] = defaultdict(set)
    for _, object_, predicate in graph.edges(keys=True):
        objects[predicate].add(object_)
    found = set(words.under(*PLACING))
    for predicate, reached in objects.items():
        ranges = {c for c in words.both.objects(predicate, RDFS + "range") if not c.startswith(META)}
        if ranges:
            members = {key for cls in below(ranges, words.classes) for key in of_class[cls]}
        else:
            members = reached
        if members and members <= places:
            found.add(predicate)
    return found


def _chain(key: str, above: dict[str, list[str]]) -> tuple[str, ...]:
    chain = [key]
    for place in chain:
        chain += [upper for upper in above.get(place, ()) if upper not in chain]
    return tuple(chain[1:])
