"""Calls that look a value up in a table: which table, which of its columns.

`idlab-fn:lookup` and `idlab-fn:lookupWithDelimiter` of the functions of IDLab: the first row that has the
text in one column gives the value of another. The table is a logical source of the run like any other, whose
path starts at the mapping's folder. Columns by number count from 0, and then the first row is a record, as
with IDLab's own; columns by name are those of a header. The suffix says how the file is written, CSV being
meant where it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from kg.errors import Place
from kg.mapping import IDLAB, Call, Constant, Dialect, Expression, LogicalSource

OLD_IDLAB = "http://example.com/idlab/function/"
LOOKUPS = (IDLAB + "lookup", IDLAB + "lookupWithDelimiter")
FILE = (IDLAB + "_inputFile", IDLAB + "inputFile")
FROM = (IDLAB + "_fromColumn", IDLAB + "fromColumn")
TO = (IDLAB + "_toColumn", IDLAB + "toColumn")
DELIMITER = (IDLAB + "_delimiter", IDLAB + "delimiter")
FORMULATIONS = {
    ".xlsx": "excel", ".parquet": "parquet", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
COMPRESSIONS = {".gz": "gzip", ".zip": "zip", ".xz": "xz", ".bz2": "bzip2", ".zst": "zstd"}
DELIMITERS = {".tsv": "\t"}
SUFFIX = re.compile(r"\.[^./]*$")
NUMBER = re.compile("[0-9]{1,9}")


def now(iri: str) -> str:
    """The IRI in the namespace that is in use now."""
    return IDLAB + iri.removeprefix(OLD_IDLAB) if iri.startswith(OLD_IDLAB) else iri


@dataclass(frozen=True)
class Lookup:
    """A table, the column in which a text is looked for, and the one that holds the value."""

    source: LogicalSource
    key: str
    value: str
    place: Place | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """A name for its values, that any database takes: another one for each lookup."""
        source = self.source
        what = repr((source.path, source.formulation, source.dialect, self.key, self.value))
        stem = re.sub("[^A-Za-z0-9]+", "_", source.path.rpartition("/")[2].partition(".")[0]).strip("_")
        return f"lookup_{stem}_{sha256(what.encode()).hexdigest()[:8]}".lower()

    def said(self, column: str) -> str:
        """A column as a person says it: a number counts from 0."""
        return column if self.source.dialect.header else str(int(column) - 1)


def of(call: Call) -> Lookup | None:
    """The lookup that a call is, as far as it says what it must."""
    if now(call.function) not in LOOKUPS:
        return None
    said = {now(iri): each.value for iri, each in call.inputs if isinstance(each, Constant)}
    path, key, value, delimiter = (
        next((said[iri] for iri in iris if iri in said), "") for iris in (FILE, FROM, TO, DELIMITER)
    )
    if not path or not key or not value:
        return None
    numbered = all(map(NUMBER.fullmatch, (key, value)))
    source = _source(path, delimiter, header=not numbered, place=call.place)
    if source.dialect.header:
        return Lookup(source, key, value, call.place)
    return Lookup(source, str(int(key) + 1), str(int(value) + 1), call.place)


def _source(path: str, delimiter: str, *, header: bool, place: Place | None) -> LogicalSource:
    compressed = SUFFIX.search(path.lower())
    compression = COMPRESSIONS.get(compressed[0], "") if compressed else ""
    named = SUFFIX.search(path.lower()[: -len(compressed[0])] if compressed and compression else path.lower())
    suffix = named[0] if named else ""
    formulation = "csv" if delimiter else FORMULATIONS.get(suffix, "csv")
    if formulation != "csv":
        iterator = "$[*]" if formulation == "json" else None
        return LogicalSource(path, formulation, iterator, compression=compression, place=place)
    dialect = Dialect(delimiter or DELIMITERS.get(suffix, ","), header=header)
    return LogicalSource(path, dialect=dialect, compression=compression, place=place)


def inside(expressions: Iterable[Expression]) -> Iterator[Lookup]:
    """The lookups of expressions, those inside of other calls too."""
    for expression in expressions:
        if isinstance(expression, Call):
            yield from inside(argument for _, argument in expression.inputs)
            found = of(expression)
            if found:
                yield found
