"""What values must look like: which demands a term map makes, and which texts meet them."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sparks import executed

from kg import demands
from kg.datatypes import IRI, LANGUAGE, LEXICAL, RELATIVE_IRI, Lexical
from kg.errors import IllTyped, InvalidTerm
from kg.mapping import XSD, Constant, Reference, Template, TermMap, TermType

pytestmark = pytest.mark.usefixtures("on_each_engine")
ID = Reference("id")


def unmet(texts: list[str], lexical: Lexical) -> list[bool]:
    """Which of the texts the engine finds to be wrong."""
    table = ibis.table({"text": "string", "at": "int64"}, name="texts")
    wrong = table.select("at", line=demands.unmet(table.text, lexical))
    numbered = [(text, at) for at, text in enumerate(texts)]
    found = executed(wrong, {"texts": ({"text": "string", "at": "int64"}, numbered)})
    return [wrong for _, wrong in sorted(found)]


@pytest.mark.parametrize(
    ("term_map", "base", "expected"),
    [
        (TermMap(ID), "", [(IRI, InvalidTerm)]),
        (TermMap(ID), "http://base/", [(RELATIVE_IRI, InvalidTerm)]),
        (TermMap(ID, TermType.URI), "", [(IRI, InvalidTerm)]),
        (TermMap(ID, TermType.UNSAFE_IRI), "", []),
        (TermMap(ID, TermType.BLANK_NODE), "", []),
        (TermMap(ID, TermType.LITERAL), "", []),
        (TermMap(Template(("http://e/", ID))), "", []),
        (TermMap(Template(("no scheme/", ID))), "", [(IRI, InvalidTerm)]),
        (TermMap(Template((ID, "/x"))), "", [(IRI, InvalidTerm)]),
        (TermMap(Template((ID, "/x"))), "http://base/", []),
        (TermMap(Constant("anything")), "", []),
        (TermMap(ID, TermType.LITERAL, language=Reference("tag")), "", [(LANGUAGE, InvalidTerm)]),
        (TermMap(ID, TermType.LITERAL, language=Constant("zh")), "", []),
        (
            TermMap(ID, TermType.LITERAL, datatype=Constant(XSD + "date")),
            "",
            [(LEXICAL[XSD + "date"], IllTyped)],
        ),
        (TermMap(ID, TermType.LITERAL, datatype=Constant("http://e/own")), "", []),
        (TermMap(ID, TermType.LITERAL, datatype=Reference("type")), "", [(IRI, InvalidTerm)]),
        (TermMap(Constant("x"), TermType.LITERAL, datatype=Constant(XSD + "date")), "", []),
    ],
)
def test_what_a_term_map_demands(
    term_map: TermMap, base: str, expected: list[tuple[Lexical, type[Exception]]]
) -> None:
    """Constants were seen to when the mapping was read; values in templates are made safe."""
    assert [(each.lexical, each.error) for each in demands.of(term_map, base)] == expected


TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["2020-02-29", "2020-02-30", "0", "-1", "1e5", "NaN", "INF", "true", "24:00:00", "P1D", "256"]
    ),
    st.from_regex(r"[0-9+.:TZ-]{1,12}", fullmatch=True),
).map(lambda text: text.encode(errors="ignore").decode().replace("\0", ""))


@pytest.mark.parametrize("datatype", sorted(LEXICAL))
def test_the_database_finds_wrong_what_python_finds_wrong(datatype: str) -> None:
    lexical = LEXICAL[datatype]

    @settings(deadline=None, max_examples=5)
    @given(texts=st.lists(TEXTS, min_size=40, max_size=60))
    def both_say_the_same(texts: list[str]) -> None:
        assert unmet(texts, lexical) == [not lexical.has(text) for text in texts]

    both_say_the_same()
