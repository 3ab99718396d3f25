"""Functions called end to end, in each language that a mapping may be written in."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.mapping import GREL, IDLAB

pytestmark = pytest.mark.usefixtures("on_each_engine")
EX = "https://example.org/"
PREFIXES = {"ex": EX, "grel": GREL, "idlab-fn": IDLAB}
Call = tuple[object, ...]


def turtle(lines: str, prefixes: dict[str, str]) -> str:
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()) + lines


def in_fnml(call: Call) -> str:
    """The mapping in RML-FNML."""

    def execution(call: Call) -> str:
        function, *inputs = call
        return f"[ rml:function {function} ; " + " ; ".join(map(given, inputs)) + " ]"

    def given(pair: tuple[str, object]) -> str:
        name, value = pair
        return f"rml:input [ rml:parameter {name} ; rml:inputValueMap {expression(value)} ]"

    def expression(value: object) -> str:
        if isinstance(value, tuple):
            return f"[ rml:functionExecution {execution(value)} ]"
        kind, text = kinded(value)
        return f'[ rml:{kind} "{text}" ]'

    lines = f"""
<#t> a rml:TriplesMap ;
  rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.csv" ] ;
    rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:constant ex:s ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:functionExecution {execution(call)} ] ] .
"""
    return turtle(lines, {**PREFIXES, "rml": "http://w3id.org/rml/"})


def in_fno(call: Call) -> str:
    """The mapping in RML of old, with the triples of a function's execution."""

    def execution(call: Call) -> str:
        function, *inputs = call
        maps = [
            f"rr:predicateObjectMap [ rr:predicate fno:executes ; rr:objectMap [ rr:constant {function} ] ]"
        ]
        maps += [
            f"rr:predicateObjectMap [ rr:predicate {n} ; rr:objectMap {expression(v)} ]" for n, v in inputs
        ]
        return "[ fnml:functionValue [ " + " ; ".join(maps) + " ] ]"

    def expression(value: object) -> str:
        if isinstance(value, tuple):
            return execution(value)
        kind, text = kinded(value)
        return f'[ {"rml" if kind == "reference" else "rr"}:{kind} "{text}" ]'

    lines = f"""
<#t> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:constant ex:s ] ;
  rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap {execution(call)} ] .
"""
    old = {
        "rr": "http://www.w3.org/ns/r2rml#",
        "rml": "http://semweb.mmlab.be/ns/rml#",
        "ql": "http://semweb.mmlab.be/ns/ql#",
        "fnml": "http://semweb.mmlab.be/ns/fnml#",
        "fno": "https://w3id.org/function/ontology#",
    }
    return turtle(lines, {**PREFIXES, **old})


def in_yarrrml(call: Call) -> str:
    """The mapping in YARRRML."""

    def execution(call: Call) -> str:
        function, *inputs = call
        given = ", ".join(f"{{parameter: {n}, value: {expression(v)}}}" for n, v in inputs)
        return f"{{function: {function}, parameters: [{given}]}}"

    def expression(value: object) -> str:
        if isinstance(value, tuple):
            return execution(value)
        return '"' + str(value).replace("{", "$(").replace("}", ")") + '"'

    prefixes = "".join(f"  {name}: {iri}\n" for name, iri in PREFIXES.items())
    po = f"      - {{p: ex:p, o: {execution(call)}}}\n"
    return f"prefixes:\n{prefixes}mappings:\n  t:\n    sources: [[t.csv~csv]]\n    s: ex:s\n    po:\n{po}"


def kinded(value: object) -> tuple[str, str]:
    """How RML says a value: `{a}` is a reference, text with references in it a template."""
    text = str(value)
    if "{" not in text:
        return "constant", text
    return (
        ("reference", text[1:-1])
        if text.startswith("{") and text.find("}") == len(text) - 1
        else ("template", text)
    )


LANGUAGES = {"fnml.ttl": in_fnml, "fno.ttl": in_fno, "yarrrml.yml": in_yarrrml}
VALUE = "grel:valueParameter"


def lookup(text: object, key: str = "0", value: str = "1", file: str = "codes.csv") -> Call:
    return (
        "idlab-fn:lookup", ("idlab-fn:str", text), ("idlab-fn:inputFile", file),
        ("idlab-fn:fromColumn", key), ("idlab-fn:toColumn", value),
    )  # fmt: skip


SPLIT = ("grel:string_split", (VALUE, "{a}"), ("grel:p_string_sep", ";"))
TRIM = ("grel:string_trim", (VALUE, "{a}"))
BLANK = ("grel:controls_isBlank", ("grel:p_any_e", "{a}"))
INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"
DECIMAL = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("call", "cell", "terms"),
    [
        pytest.param(SPLIT, "甲;乙;甲", ['"乙"', '"甲"'], id="split into a term each"),
        pytest.param(TRIM, "\u3000a ", ['"a"'], id="trim"),
        pytest.param(("grel:toUpperCase", (VALUE, "{a}")), "é节", ['"É节"'], id="upper case"),
        pytest.param(("grel:toLowerCase", (VALUE, "{a}")), "ÄB", ['"äb"'], id="lower case"),
        pytest.param(
            ("grel:string_replace", (VALUE, "{a}"), ("grel:p_string_find", "."), ("grel:p_string_replace", "-")),
            "a.b", ['"a-b"'], id="replace",
        ),
        pytest.param(
            ("grel:string_substring", (VALUE, "{a}"), ("grel:p_int_i_from", "1"), ("grel:p_int_i_opt_to", "2")),
            "毕节市", ['"节"'], id="substring",
        ),
        pytest.param(
            ("idlab-fn:concat", ("idlab-fn:str", "{a}"), ("idlab-fn:otherStr", "{b}"), ("idlab-fn:delimiter", "/")),
            "x", ['"x/b"'], id="concat",
        ),
        pytest.param(
            ("grel:date_toDate", (VALUE, "{a}"), ("grel:p_string_pattern", "d/M/yyyy")), "3/2/2020",
            [f'"2020-02-03"{DATE}'], id="date",
        ),
        pytest.param(("grel:string_toNumber", ("grel:p_any_e", "{a}")), " +012", [f'"12"{INTEGER}'], id="number"),
        pytest.param(
            ("grel:string_toNumber", ("grel:p_any_e", "{a}")), "1.50", [f'"1.5"{DECIMAL}'], id="number with fraction"
        ),
        pytest.param(
            ("grel:controls_if", ("grel:bool_b", BLANK), ("grel:any_true", "none"), ("grel:any_false", "{a}")),
            "", ['"none"'], id="if",
        ),
        pytest.param(
            ("grel:other_coalesce", ("grel:p_any_rep_e", lookup("{a}")), ("grel:p_any_rep_e", "other")),
            "unknown", ['"other"'], id="default",
        ),
        pytest.param(lookup("{a}"), "gz", ['"Guizhou"'], id="lookup"),
        pytest.param(lookup("{a}", "code", "name", "named.csv"), "gz", ['"贵州"'], id="lookup by names of columns"),
        pytest.param(lookup("{a}"), "unknown", [], id="lookup without a result"),
        pytest.param(("grel:toUpperCase", (VALUE, lookup(TRIM))), " gz ", ['"GUIZHOU"'], id="lookup within"),
        pytest.param(lookup("{a}-{b}"), "gz", ['"both"'], id="lookup of a template"),
        pytest.param(lookup(SPLIT), "gz;xx;tj", ['"Guizhou"', '"Tianjin"'], id="lookup of each"),
        pytest.param(lookup(lookup("{a}")), "Q", ['"Guizhou"'], id="lookup of what was looked up"),
    ],
)  # fmt: skip
def test_a_function_returns_the_same_in_each_language(
    language: str, call: Call, cell: str, terms: list[str], tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(f'a,b\n"{cell}",b\n', encoding="utf-8")
    (tmp_path / "codes.csv").write_text(
        "gz,Guizhou\ntj,Tianjin\nQ,gz\ngz,Second\ngz-b,both\n", encoding="utf-8"
    )
    (tmp_path / "named.csv").write_text("name,code\n贵州,gz\n", encoding="utf-8")
    mapping = tmp_path / language
    mapping.write_text(LANGUAGES[language](call), encoding="utf-8")
    kg.map(mapping, tmp_path / "out.nq")
    lines = (tmp_path / "out.nq").read_text(encoding="utf-8").splitlines()
    assert lines == [f"<{EX}s> <{EX}p> {term} ." for term in terms]
