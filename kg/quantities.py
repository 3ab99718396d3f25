"""Which properties tell a quantity together: number, unit, bounds, how exact it is, the source's words.

They are those of schema.org and QUDT and what an ontology puts under them. Where it says nothing of the kind,
the end of the property's IRI decides, as for times. Nothing here knows a given ontology.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.vocabulary import SCHEMA, Words, local_name

QUDT = "http://qudt.org/schema/qudt/"

# Role: properties of the standards, and the ends of others.
ROLES: dict[str, tuple[tuple[str, ...], str]] = {
    "value": (
        ("value", "numericValue", "hasValue", "amount"),
        r"(has_?)?((numeric|numerical)_?)?(value|amount|quantity)",
    ),
    "unit": (
        ("unit", "hasUnit", "unitText", "unitCode", "currency"),
        r"(has_?)?(unit|currency)(_?(text|code))?",
    ),
    "least": (
        ("minValue", "lowerBound", "minInclusive"),
        r"(has_?)?((min|minimum|lower|least)_?(value|bound|limit|amount))",
    ),
    "most": (
        ("maxValue", "upperBound", "maxInclusive"),
        r"(has_?)?((max|maximum|upper|most)_?(value|bound|limit|amount))",
    ),
    "comparator": ((), r"(has_?)?(value_?)?(comparator|qualifier|comparison)"),
    "stated": (
        (),
        r"(value|amount|quantity|number|figure)_?(text|note|(as_?)?stated|verbatim|wording)"
        r"|(verbatim|stated)_?(value|amount|quantity|number|figure)",
    ),
    "inferred": ((), r"(is_?)?inferred(_?\w+)?"),
}


def roles(properties: Iterable[str], words: Words) -> dict[str, str]:
    """The role of each of these properties that has one."""
    standards = {
        role: words.under(*(space + name for space in (*SCHEMA, QUDT) for name in names))
        for role, (names, _) in ROLES.items()
    }
    found = {}
    for iri in properties:
        known = [role for role, under in standards.items() if iri in under]
        alike = [role for role, (_, end) in ROLES.items() if re.fullmatch(end, local_name(iri), re.I)]
        if known or alike:
            found[iri] = (known or alike)[0]
    return found
