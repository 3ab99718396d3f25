"""The words of the languages that mappings are written in: RML-Core, and legacy RML with those of R2RML."""

from __future__ import annotations

from dataclasses import dataclass

from kg.mapping import RDF, XSD
from kg.rml_files import CSVW, DCAT
from kg.rml_sources import D2RQ
from kg.rml_vocabulary import FORMATS, FORMULATIONS, LEGACY_FNML, LEGACY_RML, R2RML, RML, TERM_TYPES

FNO = "https://w3id.org/function/ontology#"
VOID = "http://rdfs.org/ns/void#"
TARGET = "http://semweb.mmlab.be/ns/rml-target#"
COMPRESSION = "http://semweb.mmlab.be/ns/rml-compression#"
PREFIXES = {
    "rml": RML,
    "rr": R2RML,
    "ql": FORMULATIONS,
    "fnml": LEGACY_FNML,
    "fno": FNO,
    "rmlt": TARGET,
    "comp": COMPRESSION,
    "void": VOID,
    "csvw": CSVW,
    "dcat": DCAT,
    "d2rq": D2RQ,
    "formats": FORMATS,
    "rdf": RDF,
    "xsd": XSD,
}
"""What the namespaces of mappings are called, unless the mapping calls them otherwise."""
SPACES = (RML, LEGACY_RML, R2RML, FORMULATIONS, LEGACY_FNML, FNO, TARGET, COMPRESSION)
"""The namespaces of mappings alone, whose prefixes are those of the language that is written."""
TYPE_NAMES = {kind: name for name, kind in TERM_TYPES.items()}
JSON, CSV = "JSONPath", "CSV"
FORMULATION_NAMES = {"csv": CSV, "parquet": CSV, "excel": CSV, "json": JSON, "jsonl": JSON, "xml": "XPath"}
_OF_LEGACY_RML = (
    *("logicalSource", "source", "referenceFormulation", "iterator", "query", "reference"),
    *("languageMap", "logicalTarget"),
)


@dataclass(frozen=True)
class Language:
    """A language's name and the namespaces of its words: `other`, unless `own` has the word."""

    name: str
    other: str
    own: dict[str, str]
    formulations: str
    prefixes: dict[str, str]

    @property
    def legacy(self) -> bool:
        """Whether it is the older one."""
        return self.other == R2RML

    def word(self, name: str) -> str:
        """The IRI of a word."""
        return self.own.get(name, self.other) + name


LANGUAGES = {
    "rml": Language("RML", RML, {}, RML, PREFIXES),
    "legacy": Language(
        "legacy RML",
        R2RML,
        {"functionValue": LEGACY_FNML, **dict.fromkeys(_OF_LEGACY_RML, LEGACY_RML)},
        FORMULATIONS,
        PREFIXES | {"rml": LEGACY_RML},
    ),
}
"""The languages that :mod:`kg.rml_writer` writes."""
