"""rdflib and the csv module, as in many a script: the triples of each row go to a graph, which is written.

python rdflib_script.py FOLDER OUT.nt
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rdflib import RDF, XSD, Graph, Literal, URIRef

Row = dict[str, str]
Maker = Callable[[Row], Iterable[URIRef | Literal]]


def rows(folder: Path, table: str) -> Iterator[Row]:
    """The rows of a table, one after the other."""
    with (folder / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def iris(template: str) -> Callable[[Row], URIRef | None]:
    """What fills a template; nothing where a cell of it is empty."""
    pieces = re.split(r"\{([^}]+)\}", template)

    def made(row: Row) -> URIRef | None:
        cells = [row[name] for name in pieces[1::2]]
        if not all(cells):
            return None
        encoded = [quote(cell, safe="~") for cell in cells]
        return URIRef("".join(text + cell for text, cell in zip(pieces[::2], [*encoded, ""], strict=True)))

    return made


def of_column(made: dict[str, Any]) -> Maker:
    """Literals or IRIs of a column."""
    name, language = made["name"], made["language"] or None
    datatype = XSD[made["datatype"]] if made["datatype"] else None
    if made["iri"]:
        return lambda row: (URIRef(row[name]),) if row[name] else ()
    return lambda row: (
        (Literal(row[name], lang=language, datatype=datatype, normalize=False),) if row[name] else ()
    )


def of_template(made: dict[str, Any]) -> Maker:
    """IRIs of a template."""
    iri = iris(made["text"])
    return lambda row: (found,) if (found := iri(row)) else ()


def of_join(made: dict[str, Any], maps: dict[str, Any], folder: Path) -> Maker:
    """Subjects of another map's rows, looked up by the value that both have."""
    other = maps[made["map"]]
    subject, found = iris(other["subject"]), defaultdict(set)
    for row in rows(folder, other["table"]):
        if row[made["theirs"]]:
            found[row[made["theirs"]]].add(subject(row))
    seen = set()

    def met(row: Row) -> Iterable[URIRef]:
        key = row[made["ours"]]
        yield from () if key not in found else found[key] - {None}

    def once(row: Row, ours: Callable[[Row], URIRef | None]) -> Iterable[URIRef]:
        pair = ours(row), row[made["ours"]]
        if pair not in seen:  # rows that say the same again meet the same again
            seen.add(pair)
            yield from met(row)

    own = iris(made["subject"])
    return lambda row: once(row, own)


def main(folder: Path, out: str) -> None:
    """All maps into one graph."""
    maps = {each["name"]: each for each in json.loads((folder / "mapping.json").read_text("utf-8"))}
    graph = Graph()
    for each in maps.values():
        subject = iris(each["subject"])
        makers = [
            (URIRef(predicate), of_join(made | {"subject": each["subject"]}, maps, folder))
            if made["kind"] == "Join"
            else (URIRef(predicate), (of_template if made["kind"] == "Template" else of_column)(made))
            for predicate, made in each["objects"]
        ]
        for row in rows(folder, each["table"]):
            this = subject(row)
            if this is None:
                continue
            if each["type"]:
                graph.add((this, RDF.type, URIRef(each["type"])))
            for predicate, maker in makers:
                for value in maker(row):
                    graph.add((this, predicate, value))
    graph.serialize(out, format="nt", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
