"""The vocabularies that the ontology is aligned with, as files to test against.

`python tests/vocabularies.py` fetches them with npm into `.cache/vocabularies`; set KG_VOCABULARIES to
keep them elsewhere.
Each is one package `@vocabulary/<prefix>` that holds `<prefix>.nq`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

NAMESPACES = {
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dcterms": "http://purl.org/dc/terms/",
    "ebucore": "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "gn": "http://www.geonames.org/ontology#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "schema": "http://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "unit": "http://qudt.org/vocab/unit/",
    "vann": "http://purl.org/vocab/vann/",
}
"""The prefix of each vocabulary, which is the name of its package too, and its namespace."""


def folder() -> Path:
    """The folder of the packages; it need not exist."""
    default = Path(__file__).parents[1] / ".cache" / "vocabularies"
    return Path(os.environ.get("KG_VOCABULARIES", default))


def file(prefix: str) -> Path:
    """The N-Quads file of one vocabulary; it need not exist."""
    return folder() / "node_modules" / "@vocabulary" / prefix / f"{prefix}.nq"


def missing() -> list[str]:
    """The prefixes of the vocabularies that are not in the folder."""
    return [prefix for prefix in NAMESPACES if not file(prefix).is_file()]


def fetch() -> None:
    """Install the packages with npm, without running any script of theirs."""
    packages = [f"@vocabulary/{prefix}" for prefix in NAMESPACES]
    folder().mkdir(parents=True, exist_ok=True)
    options = ["--prefix", str(folder()), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(["npm", "install", *options, *packages], check=True)


if __name__ == "__main__":
    fetch()
