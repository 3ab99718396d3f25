"""Cases of the suites in YARRRML, as far as it can say them."""

from __future__ import annotations

import re
from typing import Any

import pyoxigraph as ox
import yaml
from derived import HOLE, QL, RDF_TYPE, Form, Infeasible, Node, Triple, local
from suites import Case
from tables import element, write_csv, write_json, write_xml

BEYOND = ("baseIRI", "languageMap", "datatypeMap", "childMap", "parentMap")


class Document:
    """A mapping's triples, each node's properties by their local names."""

    def __init__(self, triples: list[Triple], form: Form) -> None:
        self.form = form
        self.of: dict[Any, dict[str, list[Any]]] = {}
        for s, p, o in triples:
            self.of.setdefault(s, {}).setdefault("type" if p == RDF_TYPE else local(p), []).append(o)

    def all(self, node: Node, name: str) -> list[Any]:
        return self.of.get(node, {}).get(name, [])

    def one(self, node: Node, name: str) -> Any:
        return next(iter(self.all(node, name)), None)


def yarrrml(case: Case, triples: list[Triple], form: Form, files: dict[Node, str]) -> str:
    """The mapping, whose references and sources are those of `form` already. Raises Infeasible."""
    if case.error:
        raise Infeasible("errors are those of the other language")
    given = Document(triples, form)
    if any(isinstance(o, ox.NamedNode) and "://" not in o.value for _, _, o in triples):
        raise Infeasible("an IRI that looks like a prefixed name")
    if any(name in BEYOND for properties in given.of.values() for name in properties):
        raise Infeasible("not in YARRRML")
    mappings = {}
    for node in given.of:
        if given.all(node, "logicalSource"):
            mappings[local(node.value)] = _triples_map(given, node, files)
    return yaml.safe_dump({"mappings": mappings}, allow_unicode=True, sort_keys=False, width=1000)


def _triples_map(given: Document, node: Node, files: dict[Node, str]) -> dict[str, Any]:
    source = f"{files[given.one(node, 'logicalSource')]}~{local(given.form.formulation)}"
    (subject,) = given.all(node, "subjectMap") or [None]
    (short,) = given.all(node, "subject") or [None]
    made: dict[str, Any] = {"sources": [[source, *([given.form.iterator] if given.form.iterator else [])]]}
    made["s"] = short.value if short else _iri(given, subject)
    made |= _graphs(given, subject)
    made["po"] = [{"p": "a", "o": [f"{each.value}~iri"]} for each in given.all(subject, "class")]
    made["po"] += [_predicate_object(given, each) for each in given.all(node, "predicateObjectMap")]
    return made


def _graphs(given: Document, node: Node) -> dict[str, Any]:
    found = [each.value for each in given.all(node, "graph")] + [
        _iri(given, each) for each in given.all(node, "graphMap")
    ]
    return {"graphs": found} if found else {}


def _predicate_object(given: Document, node: Node) -> dict[str, Any]:
    predicates = [each.value for each in given.all(node, "predicate")]
    predicates += [_iri(given, each) for each in given.all(node, "predicateMap")]
    objects = [_constant(each) for each in given.all(node, "object")]
    objects += [_object(given, each) for each in given.all(node, "objectMap")]
    return {"p": predicates, "o": objects} | _graphs(given, node)


def _object(given: Document, node: Node) -> Any:
    parent = given.one(node, "parentTriplesMap")
    if parent is not None:
        return _joined(given, node, parent)
    kind, language, datatype = (given.one(node, name) for name in ("termType", "language", "datatype"))
    if kind is not None and local(kind.value) not in ("IRI", "Literal"):
        raise Infeasible("a type of terms")
    constant = given.one(node, "constant")
    if constant is not None:
        return _constant(constant)
    value, reference = _value(given, node)
    literal = local(kind.value) == "Literal" if kind else reference or bool(language or datatype)
    made = {"value": value, "type": "literal" if literal else "iri"}
    made |= {"language": language.value} if language else {}
    return made | ({"datatype": datatype.value} if datatype else {})


def _joined(given: Document, node: Node, parent: Node) -> dict[str, Any]:
    conditions = [
        {
            "function": "equal",
            "parameters": [
                ["str1", f"$({given.one(each, 'child').value})", "s"],
                ["str2", f"$({given.one(each, 'parent').value})", "o"],
            ],
        }
        for each in given.all(node, "joinCondition")
    ]
    return {"mapping": local(parent.value)} | ({"condition": conditions} if conditions else {})


def _constant(term: Node) -> Any:
    if isinstance(term, ox.NamedNode):
        return {"value": term.value, "type": "iri"}
    made = {"value": term.value, "type": "literal"}
    if term.language:
        return made | {"language": term.language}
    return made if local(term.datatype.value) == "string" else made | {"datatype": term.datatype.value}


def _iri(given: Document, node: Node) -> str:
    kind, constant = given.one(node, "termType"), given.one(node, "constant")
    if kind is not None and local(kind.value) != "IRI":
        raise Infeasible("a type of terms")
    return constant.value if constant is not None else _value(given, node)[0]


def _value(given: Document, node: Node) -> tuple[str, bool]:
    """The text with its references, and whether it is nothing but a reference."""
    reference, template = given.one(node, "reference"), given.one(node, "template")
    if reference is not None:
        return f"$({reference.value})", True
    if template is None:
        raise Infeasible("a node for each record")
    if HOLE.fullmatch(template.value):
        raise Infeasible("a template of one reference")
    return re.sub(r"\\(.)", r"\1", HOLE.sub(lambda hole: f"$({hole[1]})", template.value)), False


WAY: dict[str, Any] = {"legacy": True, "spelled": yarrrml, "language": ".yml"}
FORMS = {
    form.name: form
    for form in (
        Form("yarrrml-csv", ".csv", QL + "csv", write_csv, **WAY),
        Form("yarrrml-json", ".json", QL + "jsonpath", write_json, "$.records[*]", every="[*]", **WAY),
        Form("yarrrml-xml", ".xml", QL + "xpath", write_xml, "/root/record", element, every="", **WAY),
    )
}
