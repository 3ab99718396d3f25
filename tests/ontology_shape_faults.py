"""Faults to seed for the shapes: each changes a copy of one node of `ontology_sample.ttl`.

`SHAPE_FAULTS` is a table of node, properties that the copy loses, statements that it gains, and the shape
that must report it: its name and, where a property shape reports it, that of the path.
"""

from __future__ import annotations

import itertools

Fault = tuple[str, tuple[str, ...], str, str]

_START, _END = "kg:startsAt", "kg:endsAt"
_TIME = ("kg:timePrecision", _START, _END)
_DAY, _NEXT = "2020-01-25", "2020-01-26"


def _stamp(value: str) -> str:
    return f'"{value}+08:00"^^xsd:dateTime'


def time(precision: str, start: str = "", end: str = "") -> str:
    """The statements of a time; an empty bound is left out."""
    bounds = ((_START, start), (_END, end))
    return f"kg:timePrecision c:{precision}" + "".join(
        f" ; {name} {_stamp(value)}" for name, value in bounds if value
    )


GOOD_TIMES = (
    time("instant", "2020-01-24T00:00:00", "2020-01-24T00:00:00"),
    time("partOfDay", "2020-01-25T10:00:00", "2020-01-25T14:00:00"),
    time("toTheDay", "2020-01-26T00:00:00", "2020-01-26T23:59:59"),
    time("toTheHour", "2020-01-27T01:00:00", "2020-01-27T01:00:00"),
    time("interval", "2020-01-23T00:00:00", "2020-01-26T23:59:59"),
    time("openEnd", "2020-01-23T00:00:00"),
    time("openStart", "", "2020-01-31T23:59:59"),
    time("namedPeriod"),
    time("sinceNamedPeriod"),
)
"""A time of each precision, as the scope notes of the concepts say."""

_BAD_BOUNDS = (
    time("instant", f"{_DAY}T00:00:00"),
    time("instant", f"{_DAY}T00:00:00", f"{_DAY}T00:00:01"),
    time("toTheHour", f"{_DAY}T18:30:00", f"{_DAY}T18:30:00"),
    time("partOfDay", f"{_DAY}T10:00:00", f"{_DAY}T10:00:00"),
    time("partOfDay", f"{_DAY}T10:00:00"),
    time("toTheDay", f"{_DAY}T00:00:00", f"{_NEXT}T00:00:00"),
    time("toTheDay", f"{_DAY}T08:00:00", f"{_DAY}T23:59:59"),
    time("interval", f"{_DAY}T00:00:00"),
    time("openStart", f"{_DAY}T00:00:00", f"{_NEXT}T23:59:59"),
    time("openStart", "", f"{_DAY}T12:00:00"),
    time("openEnd", f"{_DAY}T00:00:00", f"{_NEXT}T23:59:59"),
    time("openEnd", f"{_DAY}T12:00:00"),
    time("namedPeriod", f"{_DAY}T00:00:00"),
    time("sinceNamedPeriod", "", f"{_DAY}T23:59:59"),
)
_BAD_DAYS = (
    time("partOfDay", f"{_DAY}T10:00:00", f"{_NEXT}T14:00:00"),
    time("toTheDay", f"{_DAY}T00:00:00", f"{_NEXT}T23:59:59"),
    time("interval", f"{_DAY}T00:00:00", f"{_DAY}T23:59:59"),
)

_BOUNDS = ("kg:comparator", "kg:lowerBound", "kg:upperBound")
_BOTH, _LOWER, _UPPER = "kg:lowerBound 2.0 ; kg:upperBound 2.0", "kg:lowerBound 2.0", "kg:upperBound 2.0"
_BAD_COMPARISONS = tuple(
    f"kg:comparator c:{comparator}" + (f" ; {bounds}" if bounds else "")
    for comparator, wrong in {
        "exactly": (
            _LOWER,
            _UPPER,
            "",
            "kg:lowerBound 1.0 ; kg:upperBound 2.0",
            "kg:lowerBound 2.0 ; kg:upperBound 3.0",
        ),
        "moreThan": (_BOTH, _UPPER, "", "kg:lowerBound 1.0"),
        "atLeast": (_BOTH, _UPPER, "", "kg:lowerBound 3.0"),
        "nearly": (_BOTH, _LOWER, "", "kg:upperBound 3.0"),
        "atMost": (_BOTH, _LOWER, "", "kg:upperBound 1.0"),
        "about": (_LOWER, _UPPER),
    }.items()
    for bounds in wrong
)

SHAPE_FAULTS: tuple[Fault, ...] = (
    ("system/link", ("rdfs:label",), "", "Labelled label"),
    ("system/link", (), 'rdfs:label "线缆"@zh', "Labelled label"),
    ("system/link", ("rdfs:label",), 'rdfs:label "Câble"@fr , "光缆"@zh', "Labelled label"),
    ("system/link", ("rdfs:label",), 'rdfs:label "光缆"@zh , "Cable "@en', "Labelled label"),
    ("event/snow", ("kg:statedIn",), "", "Sourced statedIn"),
    ("figure/f01", ("kg:statedIn",), "", "Sourced statedIn"),
    ("place/town", (), "kg:inferredPart c:hour", "Inferred inferredPart"),
    ("place/town", (), "kg:holds <post/chair>", "OneNature"),
    ("person/chair", (), "kg:operatesIn <place/town>", "OneKindOfAgent"),
    ("place/zone", (), 'kg:divisionCode "522390"', "OneKindOfPlace"),
    ("event/snow", (), "kg:performedBy <organisation/team>", "OneKindOfEvent"),
    ("service/free-television", (), 'kg:phoneNumber "96956"', "OneKindOfService"),
    ("../concept/hour", ("skos:prefLabel",), "", "Concept prefLabel"),
    ("../concept/hour", ("skos:inScheme",), "", "Concept inScheme"),
    (
        "organisation/branch",
        (),
        "kg:subOrganisationOf <organisation/government>",
        "Organisation subOrganisationOf",
    ),
    ("organisation/team", (), "dcterms:type c:hotline", "Organisation type"),
    ("organisation/operator", ("kg:operatesIn",), "", "NetworkOperator operatesIn"),
    ("organisation/branch", ("kg:subOrganisationOf",), "", "Subordinate subOrganisationOf"),
    ("organisation/party-branch", ("kg:subOrganisationOf",), "", "Subordinate subOrganisationOf"),
    ("post/chair", ("kg:postIn",), "", "Post postIn"),
    ("post/chair", (), "kg:postIn <organisation/team>", "Post postIn"),
    ("post/chair", (), "", "Post ^holds"),
    ("place/town", (), "kg:containedIn <place/prefecture>", "Place containedIn"),
    ("place/province", ("kg:latitude",), "kg:latitude 91.0", "Place latitude"),
    ("place/province", ("kg:longitude",), "kg:longitude -181.0", "Place longitude"),
    ("place/province", ("kg:latitude",), "kg:latitude 26.6e0", "Place latitude"),
    ("place/province", ("kg:latitude",), "", "Coordinates"),
    ("place/province", ("kg:longitude",), "", "Coordinates"),
    ("place/town", ("kg:containedIn",), "", "PlaceInPlace"),
    ("place/zone", ("kg:containedIn",), "", "PlaceInPlace"),
    ("place/town", ("dcterms:type",), "", "AdministrativeDivision type"),
    ("place/town", ("dcterms:type",), "dcterms:type c:market", "AdministrativeDivision type"),
    (
        "place/town",
        ("kg:divisionCode",),
        'kg:divisionCode "520524107"',
        "AdministrativeDivision divisionCode",
    ),
    ("place/town", ("kg:divisionCode",), 'kg:divisionCode "520522107000"', "AdministrativeDivision"),
    ("place/prefecture", ("kg:divisionCode",), 'kg:divisionCode "370500"', "AdministrativeDivision"),
    ("place/village", ("kg:divisionCode",), 'kg:divisionCode "520524108006"', "AdministrativeDivision"),
    ("place/province", ("kg:divisionCode",), 'kg:divisionCode "520100"', "CodeOfLevel"),
    ("place/prefecture", ("kg:divisionCode",), 'kg:divisionCode "520524"', "CodeOfLevel"),
    ("place/county", ("kg:divisionCode",), 'kg:divisionCode "520524000000"', "CodeOfLevel"),
    ("place/town", ("kg:divisionCode",), 'kg:divisionCode "520524107006"', "CodeOfLevel"),
    ("place/village", ("kg:divisionCode",), 'kg:divisionCode "520524"', "CodeOfLevel"),
    ("place/country", (), 'kg:divisionCode "100000"', "CodeOfLevel"),
    ("place/site", ("dcterms:type",), "dcterms:type c:town", "OtherPlace type"),
    ("system/link", (), "dcterms:type c:hotline", "System type"),
    ("service/hotline", ("kg:providedBy",), "", "Service providedBy"),
    ("service/hotline", (), "dcterms:type c:setTopBox", "Service type"),
    ("service/hotline", ("kg:phoneNumber",), 'kg:phoneNumber "969-56"', "ServiceChannel phoneNumber"),
    ("service/hotline", ("kg:availability",), 'kg:availability "always"', "ServiceChannel availability"),
    ("service/hotline", ("kg:availability",), 'kg:availability "7×25"', "ServiceChannel availability"),
    ("event/repair", (), "dcterms:type c:hotline", "Event type"),
    ("event/repair", (), "dcterms:subject c:hotline", "Event subject"),
    ("event/repair", (), "kg:purpose c:quickly", "Event purpose"),
    ("event/repair", (), "kg:manner c:hour", "Event manner"),
    ("event/snow", (), f"kg:startsAt {_stamp('2020-01-25T17:00:00')}", "Event startsAt"),
    ("event/snow", (_START,), 'kg:startsAt "2020-01-25T18:00:00"^^xsd:dateTime', "Event startsAt"),
    ("event/snow", (_START,), 'kg:startsAt "2020-01-25T10:00:00Z"^^xsd:dateTime', "Event startsAt"),
    ("event/snow", (_START,), f"kg:startsAt {_stamp('2020-01-25T19:00:00')}", "Event startsAt"),
    ("event/snow", (_END,), 'kg:endsAt "2020-01-25"^^xsd:date', "Event endsAt"),
    ("event/snow", ("kg:timePrecision",), "kg:timePrecision c:hour", "Event timePrecision"),
    ("event/snow", ("kg:timeText",), 'kg:timeText "25 January"@en', "Event timeText"),
    ("event/snow", ("kg:timePrecision",), "", "Timed timePrecision"),
    ("event/snow", ("kg:timeText",), "", "TimeAsStated"),
    *(("event/snow", _TIME, bad, "TimeBounds") for bad in _BAD_BOUNDS),
    *(("event/snow", _TIME, bad, "TimeWithinOneDay") for bad in _BAD_DAYS),
    ("event/snow", ("kg:tookPlaceIn",), "", "Incident tookPlaceIn"),
    *(
        (f"event/{name}", ("kg:performedBy",), "", "Performed performedBy")
        for name in ("installation", "repair", "operation", "measure")
    ),
    ("event/request", ("kg:addressedTo",), "", "Request addressedTo"),
    ("event/request", ("kg:requestedBy",), "", "Request requestedBy"),
    ("figure/f01", ("kg:value",), "", "Figure value"),
    ("figure/f01", ("kg:value",), "kg:value -2.0", "Figure value"),
    ("figure/f01", ("kg:value",), "kg:value 2", "Figure value"),
    ("figure/f01", ("kg:lowerBound",), "kg:lowerBound 2.5", "Figure lowerBound"),
    ("figure/f01", (), "kg:lowerBound 1.0", "Figure lowerBound"),
    ("figure/f01", (), "kg:upperBound 3.0", "Figure upperBound"),
    *(
        ("figure/f01", (f"kg:{name}",), added and f"kg:{name} {added}", f"Figure {name}")
        for name, added in itertools.product(("unit", "comparator", "measures"), ("", "c:quickly"))
    ),
    ("figure/f01", ("kg:describes",), "", "Figure describes"),
    ("figure/f01", (), "kg:describes <event/snow>", "Figure describes"),
    ("figure/f01", ("kg:valueText",), 'kg:valueText "two hours"@en', "Figure valueText"),
    *(("figure/f01", _BOUNDS, bad, "Bounds") for bad in _BAD_COMPARISONS),
    ("figure/f01", ("kg:unit",), "kg:unit c:item", "UnitOfDuration"),
    ("figure/f02", ("kg:unit",), "kg:unit c:day", "UnitOfDuration"),
    ("passage/p01-1", ("kg:passageOf",), "", "Passage passageOf"),
    ("passage/p01-1", ("kg:paragraphNumber",), "kg:paragraphNumber 0", "Passage paragraphNumber"),
    ("passage/p01-1", ("kg:sentenceNumber",), "", "Passage sentenceNumber"),
    ("passage/p01-1", (), 'kg:text "Zweite"@de', "Passage text"),
    ("passage/p01-1", (), "", "Passage"),
    ("passage/p01-2", ("kg:spokenBy",), "", "Quotation spokenBy"),
    ("document/report", ("dcterms:issued",), "", "Document issued"),
)
