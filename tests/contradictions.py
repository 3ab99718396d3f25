"""Where a suite contradicts itself or its specification: what kg does instead, and why.

`readings` say what the expected graph becomes; "refused" that the case must end with an error, "written"
that it must not, although the suite says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from datasets import canonical

XSD = "http://www.w3.org/2001/XMLSchema#"
Quads = Iterable[ox.Quad]


@dataclass(frozen=True)
class Contradiction:
    """What holds instead of what the suite says; `why` in a sentence."""

    instead: str
    why: str


def typed(quads: Quads) -> frozenset[ox.Quad]:
    """Plain whole numbers become xsd:integer."""
    return _with_literals(quads, lambda text: ox.NamedNode(XSD + "integer") if text.isdigit() else None)


def plain(quads: Quads) -> frozenset[ox.Quad]:
    """Typed literals become plain ones."""
    return _with_literals(quads, lambda text: None)


def _with_literals(quads: Quads, datatype: Callable[[str], ox.NamedNode | None]) -> frozenset[ox.Quad]:
    made = []
    for quad in quads:
        found = quad.object
        if isinstance(found, ox.Literal) and not found.language:
            found = ox.Literal(found.value, datatype=datatype(found.value))
        made.append(ox.Quad(quad.subject, quad.predicate, found, quad.graph_name))
    return canonical(made)


READINGS = {"typed": typed, "plain": plain}
REFUSED, WRITTEN = "refused", "written"

_NUMBERS = Contradiction(
    "typed", "the same file's JSON numbers are xsd:integer in the other cases of the suite, here plain"
)
_GRAPH = Contradiction(
    REFUSED, "a literal names no graph: an error for R2RML and in RML-Core's case of the same number"
)
_IRI = Contradiction(
    REFUSED, "a value with a blank is no IRI: R2RML calls it a data error, and RML-Core's case expects one"
)
_COLUMN = Contradiction(REFUSED, "the mapping refers to a column that its query does not have")
_LEGACY = {"RMLTC0007h": _GRAPH, "RMLTC0019b": _IRI, "RMLTC0020b": _IRI}
_QUERIES = {"RMLTC0002i": _COLUMN, "RMLTC0002j": _COLUMN}
_OF_LEGACY = {"csv": "CSV", "json": "JSON", "xml": "XML", "postgresql": "PostgreSQL", "mysql": "MySQL"}

CONTRADICTIONS: dict[str, Contradiction] = {
    **{
        f"rml-io/RMLTTC{number}": _NUMBERS
        for number in (
            *("0004a", "0004c", "0004e", "0004f", "0004g", "0005b", "0006b", "0006c", "0006d", "0006e"),
        )
    },
    "rml-io/RMLSTC0003": Contradiction(
        "plain", "results of SPARQL in CSV have no datatypes, and the case expects them"
    ),
    "rml-io/RMLSTC0009a": Contradiction(
        WRITTEN,
        "a valid table with its graph; the metadata miss it because the file is not called default.nq",
    ),
    **{
        f"legacy-{kind}/{name}-{source}": found
        for kind, source in _OF_LEGACY.items()
        for name, found in (_LEGACY | (_QUERIES if "SQL" in source else {})).items()
    },
    "rml-io-registry/RMLIOREGTC0007a": _NUMBERS,
    "rml-io-registry/RMLIOREGTC0008a": _NUMBERS,
    "rml-io-registry/RMLIOREGTC0004k": Contradiction(
        "typed", "a column of integers, which the other cases of the suite type"
    ),
}
# Cases that say nothing about a processor: what they want cannot be had.
VOID = {
    "legacy-postgresql/RMLTC0013a-PostgreSQL": "the script folds the names of columns that the mapping needs as written",
    "legacy-postgresql/RMLTC0015a-PostgreSQL": "a query quotes a name that the script folds, so it fails in PostgreSQL",
    "legacy-mysql/RMLTC0002f-MySQL": "an error is expected of names that MySQL takes as they are",
    "r2rml-mysql/R2RMLTC0002f": "an error is expected of names that MySQL takes as they are",
    "r2rml-mysql/R2RMLTC0018a": "the suite itself excludes it for MySQL",
    "rml-io-registry/RMLIOREGTC0003d": "the mapping's namespace is not that of the document",
    "rml-io-registry/RMLIOREGTC0004l": "the query has a column that does not exist, and a graph is expected",
    "rml-io-registry/RMLIOREGTC0005d": "the expected graph of a valid mapping is not there",
    "rml-io-registry/RMLIOREGTC0005k": "the query's names are not quoted as in the script, so it fails",
    "rml-io-registry/RMLIOREGTC0005l": "the query has a column that does not exist, and a graph is expected",
    "rml-io-registry/RMLIOREGTC0012i": "the mapping names columns that the file does not have",
}
