"""YARRRML run: what each section of the specification promises, as the quads that come of small tables."""

from pathlib import Path

import pytest

import kg
from kg import yarrrml
from kg.errors import UnknownColumn
from kg.mapping import Call, Constant, Fresh, Join, LogicalTarget, Reference, ReferencingObjectMap, TermMap

EX = "http://example.org/"
GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PREFIXES = f"""\
prefixes:
  ex: {EX}
  grel: {GREL}
  idlab-fn: https://w3id.org/imec/idlab/function#
"""
FILES = {
    "crew.csv": "id,name,ship,captain,tongue,_port\n1,Ada,x,2,en,Oslo\n2,Bo,y,,sv,Bergen\n",
    "ships.csv": "code,title,built\nX,Fram,1892\ny,Gjøa,1872\n",
    "log.json": '{"days": [{"no": 1, "by": {"id": 2}, "seen": ["ice", "whale"]}, {"no": 2, "seen": []}]}',
    "map.xml": '<m xmlns:g="http://g.org/"><g:port id="1">Oslo</g:port><g:port id="2">Bodø</g:port></m>',
}
CREW = "mappings:\n  crew:\n    sources: [[crew.csv~csv]]\n    s: ex:crew/$(id)\n"
SHIPS = "  ship:\n    sources: [[ships.csv~csv]]\n    s: ex:ship/$(code)\n"


def run(folder: Path, document: str) -> list[str]:
    """The quads of a document over `FILES`, in short: without the namespace of the examples and the dots."""
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "mapping.yml").write_text(PREFIXES + document, encoding="utf-8")
    kg.map(folder / "mapping.yml", folder / "out.nq")
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    return sorted(line.removesuffix(" .").replace(f"<{EX}", "<").replace(TYPE, "a") for line in lines)


def po(*items: str, before: str = "") -> str:
    return CREW + before + "    po:\n" + "".join(f"      - {item}\n" for item in items)


JOINED = "{function: equal, parameters: [[str1, $(ship)], [str2, $(code)]]}"
LOWER = "{function: grel:toLowerCase, parameters: [[grel:valueParameter, $(code), o]]}"
IS_ADA = "{function: equal, parameters: [[str1, $(name)], [str2, Ada]]}"
EXAMPLES = {
    "predicates and objects: all with all": (
        po("[[ex:p, ex:q], [$(name), $(tongue)]]", before="    condition: " + IS_ADA + "\n"),
        ['<crew/1> <p> "Ada"', '<crew/1> <p> "en"', '<crew/1> <q> "Ada"', '<crew/1> <q> "en"'],
    ),
    "objects that are IRIs": (
        po("{p: ex:under, o: {value: ex:crew/$(captain), type: iri}}", "[ex:under, ex:crew/$(captain)~iri]"),
        ["<crew/1> <under> <crew/2>"],
    ),
    "inverse predicates of IRIs": (
        po("{p: ex:under, i: [ex:over, ex:leads], o: ex:crew/$(captain)~iri, g: ex:g}"),
        ["<crew/1> <under> <crew/2> <g>", "<crew/2> <leads> <crew/1> <g>", "<crew/2> <over> <crew/1> <g>"],
    ),
    "inverse predicates of joins": (
        po(f"{{p: ex:on, o: {{mapping: ship, inversepredicate: ex:has, condition: {JOINED}}}}}") + SHIPS,
        ["<crew/2> <on> <ship/y>", "<ship/y> <has> <crew/2>"],
    ),
    "inverse predicates of other mappings over the same record, and of blank nodes": (
        po("{p: ex:has, iv: ex:of, o: [{mapping: hat}, {type: blank}]}")
        + "  hat: {sources: [[crew.csv~csv]]}\n",
        [
            "<crew/1> <has> _:f1r1",
            "<crew/1> <has> _:fl10c52t0r1",
            "<crew/2> <has> _:f1r2",
            "<crew/2> <has> _:fl10c52t0r2",
            "_:f1r1 <of> <crew/1>",
            "_:f1r2 <of> <crew/2>",
            "_:fl10c52t0r1 <of> <crew/1>",
            "_:fl10c52t0r2 <of> <crew/2>",
        ],
    ),
    "inverse predicates of a record without a subject": (
        "mappings:\n  hat:\n    sources: [[crew.csv~csv]]\n    po: [{p: ex:of, i: ex:has, o: ex:crew/$(id)~iri}]\n",
        ["<crew/1> <has> _:f0r1", "<crew/2> <has> _:f0r2", "_:f0r1 <of> <crew/1>", "_:f0r2 <of> <crew/2>"],
    ),
    "datatypes and languages, each object its own": (
        po("{p: ex:p, o: [[$(id), ex:no], [$(name), nl~lang], {v: $(name), language: $(tongue)}]}"),
        [
            '<crew/1> <p> "1"^^<no>',
            '<crew/1> <p> "Ada"@en',
            '<crew/1> <p> "Ada"@nl',
            '<crew/2> <p> "2"^^<no>',
            '<crew/2> <p> "Bo"@nl',
            '<crew/2> <p> "Bo"@sv',
        ],
    ),
    "references to other mappings: where the condition holds": (
        po(f"{{p: ex:on, o: {{mapping: ship, condition: {JOINED}}}}}") + SHIPS,
        ["<crew/2> <on> <ship/y>"],
    ),
    "references to other mappings: the sides said, the other way round": (
        po(
            "{p: ex:on, o: {mapping: ship, condition: "
            "{function: equal, parameters: [[str1, $(code), o], [str2, $(ship), s]]}}}"
        )
        + SHIPS,
        ["<crew/2> <on> <ship/y>"],
    ),
    "references to other mappings: a function of one side": (
        po(
            "{p: ex:on, o: {mapping: ship, condition: {function: equal, parameters: "
            f"[[str1, $(ship)], {{parameter: str2, value: {LOWER}}}]}}}}}}"
        )
        + SHIPS,
        ["<crew/1> <on> <ship/X>", "<crew/2> <on> <ship/y>"],
    ),
    "references to other mappings: several conditions, one of the object's record only": (
        po(
            "{p: ex:on, o: {mapping: ship, conditions: ["
            f"{{function: equal, parameters: [[str1, $(ship)], {{parameter: str2, value: {LOWER}}}]}}, "
            "{function: idlab-fn:notEqual, parameters: [[str1, $(title), o], [str2, Fram, o]]}]}}"
        )
        + SHIPS,
        ["<crew/2> <on> <ship/y>"],
    ),
    "references to other mappings: a constant is compared": (
        po(
            "{p: ex:on, o: {mapping: ship, condition: {fn: equal, pms: [[str1, Fram], [str2, $(title)]]}}, "
            f"condition: {IS_ADA}}}"
        )
        + SHIPS,
        ["<crew/1> <on> <ship/X>"],
    ),
    "references to other mappings over the same record, on a condition": (
        po(f"{{p: ex:has, o: [{{mapping: hat}}, $(name)], condition: {IS_ADA}}}")
        + "  hat: {sources: [[crew.csv~csv]], s: ex:hat/$(id)}\n",
        ['<crew/1> <has> "Ada"', "<crew/1> <has> <hat/1>"],
    ),
    "graphs of all triples and of some": (
        po("[ex:p, $(name)]", "{p: ex:q, o: $(name), graphs: ex:$(tongue)}", before="    graphs: ex:g\n"),
        [
            '<crew/1> <p> "Ada" <g>',
            '<crew/1> <q> "Ada" <en>',
            '<crew/1> <q> "Ada" <g>',
            '<crew/2> <p> "Bo" <g>',
            '<crew/2> <q> "Bo" <g>',
            '<crew/2> <q> "Bo" <sv>',
        ],
    ),
    "functions on subjects, predicates, objects, graphs, languages and datatypes": (
        f"""mappings:
  crew:
    sources: [[crew.csv~csv]]
    condition: {IS_ADA}
    s: {{function: grel:toLowerCase, parameters: [[grel:valueParameter, "{EX}$(name)"]]}}
    po:
      - p: {{function: grel:toLowerCase(valueParameter = {EX}$(ship))}}
        o: {{value: $(name), language: {{function: grel:toUpperCase(valueParameter = $(tongue))}}}}
        g: {{function: "grel:toLowerCase(valueParameter = {EX}$(_port))"}}
      - p: ex:p
        o:
          - {{function: grel:toUpperCase, parameters: [[grel:valueParameter, $(name)]], datatype: ex:d}}
          - {{v: $(id), datatype: {{function: "grel:toLowerCase(valueParameter = {EX}$(name))"}}}}
""",
        ['<ada> <p> "1"^^<ada>', '<ada> <p> "ADA"^^<d>', '<ada> <x> "Ada"@en <oslo>'],
    ),
    "functions in functions": (
        po(
            "{p: ex:p, o: [{function: grel:toUpperCase, parameters: [{parameter: grel:valueParameter, value: "
            "{function: grel:string_trim, parameters: [[grel:valueParameter, ' $(name) ']]}}]}]}"
        ),
        ['<crew/1> <p> "ADA"', '<crew/2> <p> "BO"'],
    ),
    "conditions on predicate objects": (
        po(f"{{p: ex:p, o: $(name), condition: {IS_ADA}}}", "[ex:q, $(name)]"),
        ['<crew/1> <p> "Ada"', '<crew/1> <q> "Ada"', '<crew/2> <q> "Bo"'],
    ),
    "conditions on predicates, on graphs and on one object": (
        po(
            f"{{p: [{{value: ex:p, condition: {IS_ADA}}}, ex:q], o: x}}",
            f"{{p: ex:r, o: [y, {{v: z, condition: {IS_ADA}}}]}}",
            f"{{p: ex:s, o: x, g: [ex:g, {{value: ex:h, condition: {IS_ADA}}}]}}",
        ),
        [
            '<crew/1> <p> "x"',
            '<crew/1> <q> "x"',
            '<crew/1> <r> "y"',
            '<crew/1> <r> "z"',
            '<crew/1> <s> "x" <g>',
            '<crew/1> <s> "x" <h>',
            '<crew/2> <q> "x"',
            '<crew/2> <r> "y"',
            '<crew/2> <s> "x" <g>',
        ],
    ),
    "external references": (
        "external: {home: Horten, base: 'http://ext.org/', kind: ex:Sailor}\n"
        + po(
            r"[ex:p, [$(_home), 'from $(_home)', $(\_port), $(_port)]]",
            "[ex:q, $(_base)$(id)~iri]",
            "[a, $(_kind)]",
            before=f"    condition: {IS_ADA}\n",
        ),
        [
            '<crew/1> <p> "Horten"',
            '<crew/1> <p> "Oslo"',
            '<crew/1> <p> "from Horten"',
            "<crew/1> <q> <http://ext.org/1>",
            "<crew/1> a <Sailor>",
        ],
    ),
    "JSON: records of an iterator, several values": (
        "mappings:\n  day:\n    sources: [[log.json~jsonpath, '$.days[*]']]\n    s: ex:day/$(no)\n"
        "    po: [[ex:saw, '$(seen[*])'], [ex:by, 'ex:crew/$(by.id)~iri'], [ex:no, $(no)]]\n",
        [
            "<day/1> <by> <crew/2>",
            '<day/1> <no> "1"',
            '<day/1> <saw> "ice"',
            '<day/1> <saw> "whale"',
            '<day/2> <no> "2"',
        ],
    ),
    "XML: the document's prefixes, parentheses in a reference": (
        "  g: http://g.org/\nmappings:\n  port:\n    sources: [[map.xml~xpath, //g:port]]\n"
        "    s: ex:port/$(@id)\n    po: [[ex:name, '$(text())'], [ex:first, \"$(self::*[contains(., 'Os')]/@id)\"]]\n",
        ['<port/1> <first> "1"', '<port/1> <name> "Oslo"', '<port/2> <name> "Bodø"'],
    ),
    "several sources and several subjects": (
        "mappings:\n  m:\n    sources:\n      - [crew.csv~csv]\n"
        "      - {access: crew.csv, referenceFormulation: csv, nulls: ['', Bo]}\n"
        "    s: [ex:$(id), _:$(id)]\n    po: [[ex:p, $(name)]]\n",
        ['<1> <p> "Ada"', '<2> <p> "Bo"', '_:b1 <p> "Ada"', '_:b2 <p> "Bo"'],
    ),
    "what anchors stand for may be kept under variables": (
        "variables: {name: &name [ex:p, $(name)]}\n" + po("*name", before=f"    condition: {IS_ADA}\n"),
        ['<crew/1> <p> "Ada"'],
    ),
}


@pytest.mark.parametrize(("document", "quads"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_documents_make(document: str, quads: list[str], tmp_path: Path) -> None:
    """Each example gives exactly these quads."""
    assert run(tmp_path, document) == quads


def test_targets_of_every_term_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a predicate, an object, a language, a datatype, a graph, and of all that a mapping makes."""
    monkeypatch.chdir(tmp_path)
    names = ("all", "p", "o", "l", "d", "g")
    named = "targets:\n" + "".join(f"  {name}: [{name}.nq~void, nquads]\n" for name in names[:-1])
    document = named + po(
        "{p: {value: ex:p, targets: p}, o: [a, {value: b, targets: o}]}",
        "{p: ex:q, o: {value: c, language: {value: en, targets: l}}}",
        "{p: ex:q, o: {value: d, datatype: {value: ex:d, targets: d}}}",
        "{p: ex:q, o: e, g: [ex:f, {value: ex:g, targets: {access: g.nq, type: localfile}}]}",
        before=f"    targets: all\n    condition: {IS_ADA}\n",
    )
    assert run(tmp_path, document) == []
    found = {
        name: sorted(line.split(" ", 2)[2][:3] for line in (tmp_path / f"{name}.nq").read_text().splitlines())
        for name in names[1:]
    }
    assert found == {"p": ['"a"', '"b"'], "o": ['"b"'], "l": ['"c"'], "d": ['"d"'], "g": ['"e"']}
    assert len((tmp_path / "all.nq").read_text().splitlines()) == 6


def test_a_target_with_an_encoding(tmp_path: Path) -> None:
    """The targets of a mapping are those of its subjects, each once."""
    path = tmp_path / "mapping.yml"
    text = PREFIXES + CREW.replace("ex:crew/$(id)", "{value: ex:x, targets: t}") + "    targets: t\n"
    path.write_text(text + "targets: {t: {access: t.ttl, serialization: turtle, encoding: UTF-16}}\n")
    assert yarrrml.read(path).triples_maps[0].subject.targets == (LogicalTarget("t.ttl", "Turtle", "utf-16"),)


ARGUMENT = "http://users.ugent.be/~bjdmeest/function/grel.ttl#valueParameter"
IS_SET = "https://w3id.org/imec/idlab/function#notEqual"
A, B, TRUE = Reference("a"), Reference("b"), Constant("true")
# The conditions of an object of another mapping, and the joins that they are.
JOINS = {
    "[{fn: equal, pms: [[str1, $(a)], [str2, $(b)]]}]": (Join(A, B),),
    "[{fn: equal, pms: [[str2, $(b)], [str1, $(a)]]}]": (Join(A, B),),
    "[{fn: equal, pms: [[str1, $(a), o], [str2, $(b)]]}]": (Join(B, A),),
    "[{fn: equal, pms: [[str1, $(a)], [str2, $(b), subject]]}]": (Join(B, A),),
    "[{fn: equal, pms: [{pm: str1, v: $(a), from: object}, {pm: str2, v: $(b), from: subject}]}]": (Join(B, A),),
    "[{fn: 'grel:f(p = $(a))'}]": (Join(Call(GREL + "f", ((GREL + "p", A),)), TRUE),),
    "[{fn: grel:f, pms: [[grel:p, $(a), o], [grel:q, x]]}]": (
        Join(TRUE, Call(GREL + "f", ((GREL + "p", A), (GREL + "q", Constant("x"))))),
    ),
    "[{fn: grel:f}]": (Join(Call(GREL + "f"), TRUE),),
}  # fmt: skip


@pytest.mark.parametrize(("text", "joins"), JOINS.items(), ids=JOINS.keys())
def test_joins(text: str, joins: tuple[Join, ...], tmp_path: Path) -> None:
    """The side that is not said is the other one; a function of one record's values is compared with true."""
    path = tmp_path / "mapping.yml"
    path.write_text(PREFIXES + po(f"{{p: ex:p, o: {{mapping: crew, conditions: {text}}}}}"))
    (made,) = yarrrml.read(path).triples_maps[0].predicate_objects[0].objects
    assert isinstance(made, ReferencingObjectMap)
    assert made.joins == joins


MISSPELT = {
    "child": ("[{fn: equal, pms: [[str1, $(idd)], [str2, $(id)]]}]", "$(idd)", "id"),
    "parent": ("[{fn: equal, pms: [[str1, $(id)], [str2, $(idd)]]}]", "$(idd)", "id"),
    "function": (
        "[{fn: equal, pms: [[str1, $(id)], [str2, {fn: 'grel:toLowerCase(valueParameter = $(nmae))'}]]}]",
        "$(nmae)",
        "name",
    ),
}


@pytest.mark.parametrize(("condition", "mark", "meant"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_column_in_a_join_has_its_place(
    condition: str, mark: str, meant: str, tmp_path: Path
) -> None:
    """At the reference itself, whichever side of the join it is on."""
    document = po(f"{{p: ex:p, o: {{mapping: crew, conditions: {condition}}}}}")
    with pytest.raises(UnknownColumn, match=f"did you mean '{meant}'") as caught:
        run(tmp_path, document)
    place = caught.value.findings[0].place
    assert place is not None
    line = (tmp_path / "mapping.yml").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(mark)


def test_blank_nodes_without_a_label_have_no_name(tmp_path: Path) -> None:
    """kg.rules names them, unless an inverse predicate needs the name before."""
    path = tmp_path / "mapping.yml"
    path.write_text(PREFIXES + po("{p: ex:p, o: {type: blank}}"))
    (made,) = yarrrml.read(path).triples_maps[0].predicate_objects[0].objects
    assert isinstance(made, TermMap)
    assert made.expression == Fresh()
