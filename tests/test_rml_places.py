"""Where triples stand: each place is that of the very word, in any document, as the parser has its triples."""

import re

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.rml_places import of_rdf_1_2, offsets

PREFIXES = "@prefix p: <http://p/> . PREFIX : <http://q/>\n"


def words(text: str) -> list[tuple[str, ...]]:
    """What stands at the places of subject, predicate and object of each triple, up to the next blank."""
    return [tuple(text[at:].split(maxsplit=1)[0] for at in places) for places in offsets(text)]


DOCUMENTS = {
    "<s> <p> <o> .": [("<s>", "<p>", "<o>")],
    "<s> <p> <o> , <o2> ; a <o3> ; . <t> <p> 1.5 .": [
        ("<s>", "<p>", "<o>"),
        ("<s>", "<p>", "<o2>"),
        ("<s>", "a", "<o3>"),
        ("<t>", "<p>", "1.5"),
    ],
    "<s> <p> [ <q> <o> ] .": [("[", "<q>", "<o>"), ("<s>", "<p>", "[")],
    "[ <q> <o> ] <p> [] . [ <r> true ] .": [
        ("[", "<q>", "<o>"),
        ("[", "<p>", "[]"),
        ("[", "<r>", "true"),
    ],
    '<s> <p> """a "b" . [ """ , \'\\\'\' , "x"@en-GB , "y" ^^ <t> .': [
        ("<s>", "<p>", '"""a'),
        ("<s>", "<p>", "'\\''"),
        ("<s>", "<p>", '"x"@en-GB'),
        ("<s>", "<p>", '"y"'),
    ],
    "<s> <p> <o#[> . # <c> . \r\n# [\r<t>#(\n<p> <o> .#": [("<s>", "<p>", "<o#[>"), ("<t>#(", "<p>", "<o>")],
    "PREFIX x: <y> @base <z> . @prefix p: <p> . BASE <z> x:a.b p:中\\,文 _:c.d.": [
        ("x:a.b", "p:中\\,文", "_:c.d.")
    ],
    "<s> <p> ( 1 <b> ) .": [("(", "(", "1"), ("<s>", "<p>", "("), ("<b>", "(", "<b>"), ("(", "(", "<b>")],
}


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS.items(), ids=range(len(DOCUMENTS)))
def test_each_place_is_that_of_its_word(text: str, expected: list[tuple[str, ...]]):
    """Names, texts, brackets and collections are found, comments and directives are passed over."""
    assert words(text)[: len(expected)] == expected


def test_what_rdf_1_2_adds_is_found():
    """A triple term has no use in a mapping; it is found, and not inside of an IRI or a text."""
    assert of_rdf_1_2('<s~> <p> "<<" , <<( <a> <b> <c> )>> .') == 16
    assert of_rdf_1_2("<s> <p> <o> .") == -1


NAMES = [
    "<n{}>",
    "p:n{}",
    ":n.{}.x",
    "p:中文{}",
    "p:a\\,b{}",
    "p:%20{}",
    "_:b{}",
    "_:b.{}",
    "<n{}#(.>",
    "p:😀{}",
]
TEXTS = [
    *('"{} [ . ; , #"', '"""{} \n " "" x"""', "'{} \\' \" ['", "'''{}'\r\n'' [ '''", '"{}"@en-GB', '"\\"{}"'),
    *('"{}"^^<t>', '"{}" ^^ p:t', "{}", "-{}.5", "{}.5e3", ".5e{}", "true"),
]
BETWEEN = [" ", "\n", "\r\n\t", ' # c [ ( " . \n']


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Documents of every construct of Turtle, in which each name and each text has a number of its own."""
    numbers = iter(range(10_000, 99_999))

    def space() -> str:
        return draw(st.sampled_from(BETWEEN))

    def name(patterns: list[str]) -> str:
        return draw(st.sampled_from(patterns)).format(next(numbers)) + space()

    def several(made, most: int = 2) -> list[str]:
        return [made() for _ in range(draw(st.integers(0, most)))]

    def obj(depth: int) -> str:
        kind = draw(st.integers(0, 3 if depth < 3 else 1))
        if kind < 2:
            return name(NAMES if kind else TEXTS)
        if kind == 2:
            return "[" + space() + draw(st.sampled_from(["", properties(depth + 1)])) + "]" + space()
        return "(" + space() + "".join(several(lambda: obj(depth + 1))) + ")" + space()

    def properties(depth: int) -> str:
        def one() -> str:
            predicate = name([*NAMES[:6], "a"])
            return predicate + ", ".join([obj(depth), *several(lambda: obj(depth), 1)])

        return "; ".join([one(), *several(one, 1)]) + draw(st.sampled_from(["", "; ", ";; "]))

    def statement() -> str:
        subject = draw(st.integers(0, 3))
        if subject == 0:
            return "[" + properties(1) + "]" + space() + draw(st.sampled_from(["", properties(1)])) + "."
        if subject == 1:
            return "(" + obj(1) + "".join(several(lambda: obj(1))) + ")" + properties(1) + "."
        return name(NAMES) + properties(0) + draw(st.sampled_from([".", "\n. BASE <http://c/>\n"]))

    return PREFIXES + "".join(several(statement, 3))


def number(text: str) -> str:
    return "".join(re.findall(r"[1-9]\d{4}", text)[:1])


@settings(max_examples=150, deadline=None)
@given(documents())
def test_places_go_with_the_triples_of_the_parser(text: str):
    """In any document there are as many places as triples, and at each stands what the triple says."""
    quads = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE, base_iri="http://z/"))
    places = offsets(text)
    assert len(places) == len(quads)
    anonymous: dict[str, int] = {}
    for quad, triple in zip(quads, places, strict=True):
        for term, at in zip(quad.triple, triple, strict=True):
            if isinstance(term, pyoxigraph.BlankNode) and "." not in term.value and len(term.value) > 9:
                assert anonymous.setdefault(term.value, at) == at
            else:
                assert number(term.value) in text[at : at + 20]
