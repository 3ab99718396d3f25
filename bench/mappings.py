"""Mappings of the scenarios, for every engine: RML of both vocabularies; JSON for those that read neither.

>>> name = ("http://example.com/name", Column("name"))
>>> people = Map("people", "people.csv", "http://example.com/{id}", objects=(name,))
>>> print(rml((people,), LEGACY).splitlines()[-1])
  rr:predicateObjectMap [ rr:predicate <http://example.com/name> ; rr:objectMap [ rml:reference "name" ] ] .
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Column:
    """The value of a column: a literal, or an IRI that stands in the cell as it is."""

    name: str
    datatype: str = ""
    language: str = ""
    iri: bool = False


@dataclass(frozen=True)
class Template:
    """An IRI of which the columns in braces are a part."""

    text: str


@dataclass(frozen=True)
class Join:
    """The subjects of another map's rows whose column `theirs` holds what this map's column `ours` does."""

    map: str
    ours: str
    theirs: str


Object = Column | Template | Join


@dataclass(frozen=True)
class Map:
    """One triples map: a table, a template of subjects, their class, and pairs of predicate and object."""

    name: str
    table: str
    subject: str
    type: str = ""
    objects: tuple[tuple[str, Object], ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """What two generations of RML call the same things."""

    prefixes: dict[str, str]
    word: str
    source: str


LEGACY = Vocabulary(
    {
        "rr": "http://www.w3.org/ns/r2rml#",
        "rml": "http://semweb.mmlab.be/ns/rml#",
        "ql": "http://semweb.mmlab.be/ns/ql#",
    },
    "rr",
    "rml:source {table} ; rml:referenceFormulation ql:CSV",
)
# An empty cell is a value in RML-Core, unless the source says otherwise; in legacy RML it never is.
CORE = Vocabulary(
    {"rml": "http://w3id.org/rml/"},
    "rml",
    "rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path {table} ; "
    "rml:null {empty} ] ; rml:referenceFormulation rml:CSV",
)


def rml(maps: Iterable[Map], vocabulary: Vocabulary) -> str:
    """The mapping in Turtle."""
    heads = [f"@prefix {name}: <{iri}> ." for name, iri in vocabulary.prefixes.items()]
    blocks = ["\n".join([*heads, "@base <http://example.com/mapping/> ."])]
    blocks += (" ;\n  ".join(_lines(each, vocabulary)) + " ." for each in maps)
    return "\n\n".join(blocks) + "\n"


def _lines(each: Map, vocabulary: Vocabulary) -> Iterator[str]:
    word = vocabulary.word
    source = vocabulary.source.format(table=_quoted(each.table), empty=_quoted(""))
    type = f" ; {word}:class <{each.type}>" if each.type else ""
    yield f"<#{each.name}> a {word}:TriplesMap"
    yield f"rml:logicalSource [ {source} ]"
    yield f"{word}:subjectMap [ {word}:template {_quoted(each.subject)}{type} ]"
    for predicate, made in each.objects:
        object = "; ".join(_object(made, word))
        yield f"{word}:predicateObjectMap [ {word}:predicate <{predicate}> ; {word}:objectMap [ {object} ] ]"


def _object(made: Object, word: str) -> Iterator[str]:
    match made:
        case Template(text):
            yield f"{word}:template {_quoted(text)}"
        case Join(parent, ours, theirs):
            yield f"a {word}:RefObjectMap"
            yield f"{word}:parentTriplesMap <#{parent}>"
            yield f"{word}:joinCondition [ {word}:child {_quoted(ours)} ; {word}:parent {_quoted(theirs)} ]"
        case Column(name, datatype, language, iri):
            yield f"rml:reference {_quoted(name)}"
            if iri:
                yield f"{word}:termType {word}:IRI"
            if datatype:
                yield f"{word}:datatype <{XSD}{datatype}>"
            if language:
                yield f"{word}:language {_quoted(language)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def as_json(maps: Iterable[Map]) -> str:
    """The same for scripts: each object says what it is under "kind"."""
    told = [
        asdict(each)
        | {"objects": [[name, {"kind": type(made).__name__} | asdict(made)] for name, made in each.objects]}
        for each in maps
    ]
    return json.dumps(told, ensure_ascii=False, indent=1)
