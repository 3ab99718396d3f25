"""maplib as its users write it: each table a Polars frame, each map a template, joins by Polars.

python maplib_script.py FOLDER --out OUT.nt      the triples as a file
python maplib_script.py FOLDER --ask QUERY       the answer to a query, without writing anything
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
from maplib import IRI, Model, Parameter, RDFType, Template, Triple, Variable, rdf

XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
UNRESERVED = r"^[A-Za-z0-9._~-]*$"
AS = {
    "integer": lambda text: text.cast(pl.Int64),
    "double": lambda text: text.cast(pl.Float64),
    "decimal": lambda text: text.cast(pl.Decimal(38, 12)),
    "boolean": lambda text: text == "true",
    "date": lambda text: text.str.to_date(),
}


class Tables:
    """The tables, each read once; empty cells are nulls."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.read = folder, {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self.read:
            self.read[name] = pl.read_csv(self.folder / name, infer_schema=False)
        return self.read[name]

    def encoded(self, table: str, column: str) -> pl.Expr:
        """A value as part of an IRI; only columns that need it are encoded, cell by cell."""
        if self[table][column].drop_nulls().str.contains(UNRESERVED).all():
            return pl.col(column)
        return pl.col(column).map_elements(lambda text: quote(text, safe="~"), return_dtype=pl.String)

    def filled(self, table: str, template: str) -> pl.Expr:
        """IRIs of a template; null where a column of it is."""
        pieces = re.split(r"\{([^}]+)\}", template)
        parts = [self.encoded(table, piece) if at % 2 else pl.lit(piece) for at, piece in enumerate(pieces)]
        return pl.concat_str(parts)


def column(made: dict[str, Any]) -> tuple[Any, pl.Expr]:
    """The type and the values of a column's objects."""
    text = pl.col(made["name"])
    if made["iri"]:
        return RDFType.IRI, text
    if made["language"]:
        tagged = pl.when(text.is_not_null()).then(pl.lit(made["language"]))
        return RDFType.Literal(rdf.langString), pl.struct(text.alias(f"<{LANG_STRING}>"), tagged.alias("l"))
    datatype = made["datatype"] or "string"
    return RDFType.Literal(XSD + datatype), AS.get(datatype, lambda same: same)(text)


def add(model: Model, each: dict[str, Any], maps: dict[str, Any], tables: Tables) -> None:
    """All triples of a map: one template for those of its own row, one for each join."""
    table = tables[each["table"]]
    subject = tables.filled(each["table"], each["subject"]).alias("s")
    parameters, triples, values = [Parameter(Variable("s"), rdf_type=RDFType.IRI)], [], [subject]
    if each["type"]:
        triples.append(Triple(Variable("s"), rdf.type, IRI(each["type"])))
    joins = []
    for at, (predicate, made) in enumerate(each["objects"]):
        if made["kind"] == "Join":
            joins.append((at, predicate, made))
            continue
        kind, value = (
            (RDFType.IRI, tables.filled(each["table"], made["text"]))
            if made["kind"] == "Template"
            else column(made)
        )
        parameters.append(Parameter(Variable(f"o{at}"), optional=True, rdf_type=kind))
        triples.append(Triple(Variable("s"), IRI(predicate), Variable(f"o{at}")))
        values.append(value.alias(f"o{at}"))
    name = f"http://example.com/template/{each['name']}"
    if triples:
        model.add_template(Template(IRI(name), parameters, triples))
        model.map(name, table.select(values).filter(pl.col("s").is_not_null()))
    for at, predicate, made in joins:
        other = maps[made["map"]]
        theirs = tables[other["table"]].select(
            tables.filled(other["table"], other["subject"]).alias("o"), pl.col(made["theirs"]).alias("k")
        )
        ours = table.select(subject, pl.col(made["ours"]).alias("k"))
        met = ours.unique().join(theirs.unique(), on="k").select("s", "o")
        ends = [Parameter(Variable(end), rdf_type=RDFType.IRI) for end in "so"]
        link = Triple(Variable("s"), IRI(predicate), Variable("o"))
        model.add_template(Template(IRI(f"{name}-{at}"), ends, [link]))
        model.map(f"{name}-{at}", met)


def main() -> None:
    """Map, then write or ask."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out")
    parser.add_argument("--ask")
    asked = parser.parse_args()
    maps = {each["name"]: each for each in json.loads((asked.folder / "mapping.json").read_text("utf-8"))}
    tables, model = Tables(asked.folder), Model()
    for each in maps.values():
        add(model, each, maps, tables)
    if asked.out:
        model.write(asked.out, format="ntriples")
    if asked.ask:
        for row in model.query(asked.ask).rows():
            print(*(str(value).strip("<>") for value in row), sep=",")


if __name__ == "__main__":
    main()
