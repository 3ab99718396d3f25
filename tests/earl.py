"""Reports in W3C's Evaluation and Report Language (EARL 1.0 Schema), as Turtle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

import kg

EARL, DCT, DOAP, FOAF, XSD = (
    "http://www.w3.org/ns/earl#",
    "http://purl.org/dc/terms/",
    "http://usefulinc.com/ns/doap#",
    "http://xmlns.com/foaf/0.1/",
    "http://www.w3.org/2001/XMLSchema#",
)
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SUBJECT, ASSERTOR = "urn:kg", "urn:kg:conformance"
PREFIXES = {"earl": EARL, "dct": DCT, "doap": DOAP, "foaf": FOAF, "xsd": XSD}


@dataclass(frozen=True)
class Result:
    """The outcome of a test, by the IRI of the test: passed, failed or untested, and why."""

    test: str
    outcome: str
    why: str = ""


def write(path: Path, results: Iterable[Result], day: date) -> None:
    """Write the report on kg; what kg is and which version stands in it."""
    quads = [ox.Triple(s, ox.NamedNode(p), o) for s, p, o in (*_about(day), *_assertions(results, day))]
    path.parent.mkdir(parents=True, exist_ok=True)
    ox.serialize(quads, str(path), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


Statement = tuple[ox.NamedNode | ox.BlankNode, str, ox.NamedNode | ox.BlankNode | ox.Literal]


def _about(day: date) -> Iterable[Statement]:
    subject, assertor, release = ox.NamedNode(SUBJECT), ox.NamedNode(ASSERTOR), ox.BlankNode("release")
    for kind in (EARL + "TestSubject", EARL + "Software", DOAP + "Project"):
        yield subject, RDF_TYPE, ox.NamedNode(kind)
    yield subject, DOAP + "name", ox.Literal("kg")
    yield subject, DOAP + "release", release
    yield release, DOAP + "revision", ox.Literal(kg.__version__)
    for kind in (EARL + "Assertor", EARL + "Software"):
        yield assertor, RDF_TYPE, ox.NamedNode(kind)
    yield assertor, DCT + "title", ox.Literal("make conformance", language="en")
    yield assertor, DCT + "date", _date(day)


def _assertions(results: Iterable[Result], day: date) -> Iterable[Statement]:
    for number, result in enumerate(results):
        assertion, outcome = ox.BlankNode(f"a{number}"), ox.BlankNode(f"r{number}")
        yield assertion, RDF_TYPE, ox.NamedNode(EARL + "Assertion")
        yield assertion, EARL + "assertedBy", ox.NamedNode(ASSERTOR)
        yield assertion, EARL + "subject", ox.NamedNode(SUBJECT)
        yield assertion, EARL + "test", ox.NamedNode(result.test)
        yield assertion, EARL + "mode", ox.NamedNode(EARL + "automatic")
        yield assertion, EARL + "result", outcome
        yield outcome, RDF_TYPE, ox.NamedNode(EARL + "TestResult")
        yield outcome, EARL + "outcome", ox.NamedNode(EARL + result.outcome)
        yield outcome, DCT + "date", _date(day)
        if result.why:
            yield outcome, DCT + "description", ox.Literal(result.why, language="en")


def _date(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))
