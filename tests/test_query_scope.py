"""What a query can see: never less than the store looks at."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.query_scope import Scope, scope

PREFIXES = {"": "urn:", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def seen(text: str) -> str:
    """The local names of what is seen: predicates, then classes behind a bar, "any" for any."""
    found = scope(text, PREFIXES)
    if found is None:
        return "everything"
    names = sorted(iri.replace(TYPE, "<urn:a>")[5:-1] for iri in found.predicates)
    classes = ["any"] if found.classes is None else sorted(iri[5:-1] for iri in found.classes)
    return " ".join([*names, *(["|", *classes] if "a" in names else [])])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s :p ?o }", "p"),
        ("select distinct * where{?s :p ?o;:q 5,'x'@en . <urn:x> <urn:r> _:b}", "p q r"),
        ("ASK { ?s a :C, :D ; :p [ a :E ; :q [] ] . [ :r true ] . [] :t -1.5e3 }", "a p q r t | C D E"),
        ("ASK { ?s rdf:type :C }", "a | C"),
        ("ASK { ?s a ?c }", "a | any"),
        ("ASK { ?s a/:p :C }", "a p | any"),
        ("ASK { ?s (:p|^:q)/:r+ ?o }", "p q r"),
        ("ASK { ?s ^a :C }", "a | any"),
        ("ASK { ?s (a) :C }", "a | any"),
        ("PREFIX x: <urn:y#> PREFIX : <urn:z> ASK { ?s x:p/:q ?o }", "y#p zq"),
        ("CONSTRUCT { ?s :new ?o } WHERE { ?s :p ?o }", "new p"),
        ("CONSTRUCT WHERE { ?s :p ?o }", "p"),
        ("ASK { { ?s :p ?o } UNION { ?s :q ?o } OPTIONAL { ?s :r ?o } MINUS { ?s :t ?o } }", "p q r t"),
        ("ASK { ?s :p ?o FILTER NOT EXISTS { ?o :q ?x } FILTER(?o > 3 || EXISTS { ?o :r 1 }) }", "p q r"),
        ("ASK { ?s :p ?o . FILTER REGEX(STR(?o), 'x*') BIND(!(?o != 3) AS ?b) ?b :q :z }", "p q"),
        ("SELECT (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?s HAVING(COUNT(*) > 2 * 3) ORDER BY DESC(?n)", "p"),
        ("SELECT ?s { { SELECT ?s { ?s :p ?o } ORDER BY ?s LIMIT 3 } ?s :q ?o } LIMIT 5", "p q"),
        ("SELECT ?s { VALUES (?s ?o) { (:a 'x') (UNDEF :b) } ?s :p ?o } VALUES ?s { :c }", "p"),
        ("SELECT (EXISTS { ?s :q 1 } AS ?e) { ?s :p ?o }", "p q"),
        ('# ?s ?p ?o\nASK { ?s :p \'?s ?p ?o # }\', """"{""" , 5 . } # GRAPH', "p"),
        ("ASK { ?s :p?o }", "p"),
        ("ASK { ?s :p?true }", "p"),
        ("ASK { ?s :p 5. ?s :q 1.5.}", "p q"),
        ("ASK { ?s :p ?o FILTER :f(?o) }", "p"),
        ("ASK { }", ""),
        ("ASK { ?s ?p ?o }", "everything"),
        ("ASK { ?s :p ?o ; ?p ?o }", "everything"),
        ("ASK { ?s :p [ ?p ?o ] }", "everything"),
        ("ASK { [ ?p ?o ] }", "everything"),
        ("ASK { ?s :p* ?o }", "everything"),
        ("ASK { ?s :p? ?o }", "everything"),
        ("ASK { ?s (:p/:q)* ?o }", "everything"),
        ("ASK { ?s !:p ?o }", "everything"),
        ("ASK { ?s !(:p|^:q) ?o }", "everything"),
        ("ASK { ?s :p (1 2) }", "everything"),
        ("ASK { (1 2) :p ?s }", "everything"),
        ("ASK { ?s :p () }", "everything"),
        ("ASK { GRAPH ?g { ?s :p ?o } }", "everything"),
        ("ASK { GRAPH ?g { } }", "everything"),
        ("ASK FROM :g { ?s :p ?o }", "everything"),
        ("ASK FROM:g { ?s :p ?o }", "everything"),
        ("ASK FROM NAMED <urn:g> { ?s :p ?o }", "everything"),
        ("ASK FROMNAMED<urn:g> { ?s :p ?o }", "everything"),
        ("ASK { SERVICE :s { ?s :p ?o } }", "everything"),
        ("ASK { ?s :p ?o LATERAL { ?s ?q ?o } }", "everything"),
        ("ASK { ?s :p ?o {| ?q ?z |} }", "everything"),
        ("ASK { << ?s :p ?o >> :q ?z }", "everything"),
        ("ASK { ?s :p ?o FILTER NOT EXISTS { ?o ?q ?x } }", "everything"),
        ("ASK { ?s :p ?o FILTER(?o > 3 && EXISTS { ?o ?q ?x }) }", "everything"),
        ("ASK { ?s :p ?o FILTER(IF(EXISTS { ?o ?q ?x }, 1, 2)) }", "everything"),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?e) { ?s :p ?o }", "everything"),
        ("ASK { ?s :p ?o } ORDER BY EXISTS { ?s ?p ?o }", "everything"),
        ("ASK { ?s :p ?o FILTER(?o<?b)?s?p?o.FILTER(?c>?d) }", "everything"),
        ("ASK { { SELECT * { ?s :p ?o } GROUP BY ?s } ?s ?q 1 }", "everything"),
        ("ASK { ?s \\u003ap ?o }", "everything"),
        ("ASK { ?s :p ?o FILTER(?o = '\\u0022') ?s ?p ?o }", "everything"),
        ("ASK { ?s unknown:p ?o }", "everything"),
        ("ASK { ?s :a\\-b ?o }", "everything"),
        ("BASE <urn:x> ASK { ?s <p> ?o }", "everything"),
        ("VERSION '1.2' ASK { ?s :p ?o }", "everything"),
        ("DESCRIBE :a", "everything"),
        ("DESCRIBE ?s { ?s :p ?o }", "everything"),
        ("ASK { ?s :p ?o FILTERNOT EXISTS { ?s ?p 1 } }", "everything"),
        ("ASK " + "{" * 5000, "everything"),
        ("no query", "everything"),
        ("", "everything"),
        ("ASK { ?s :p ", "everything"),
        ("ASK { VALUES ?s { :a", "everything"),
        ("ASK { VALUES ?s", "everything"),
        ("PREFIX : ASK { ?s :p ?o }", "everything"),
        ("ASK { ?s :p ?o FILTER(?o", "everything"),
        ("ASK { ?s :p ?o FILTER ?o }", "everything"),
        ("ASK { ?s :p ?o OPTIONAL ?o }", "everything"),
    ],
)
def test_what_a_query_can_see(text: str, expected: str) -> None:
    assert seen(text) == expected


def test_a_triple_is_seen_by_its_predicate_and_class() -> None:
    found = scope("ASK { ?s a :C ; :p ?o }", PREFIXES)
    assert found is not None
    assert found.sees("<urn:p>", None)
    assert not found.sees("<urn:q>", "<urn:C>")
    assert found.sees(TYPE, "<urn:C>")
    assert found.sees(TYPE, None)
    assert not found.sees(TYPE, "<urn:D>")
    assert Scope(frozenset([TYPE]), None).sees(TYPE, "<urn:D>")


NODES = [ox.NamedNode(f"urn:{name}") for name in "xyCD"]
PREDICATES = [*(ox.NamedNode(f"urn:{name}") for name in "pqr"), ox.NamedNode(TYPE[1:-1])]
QUADS = st.frozensets(
    st.builds(
        ox.Quad,
        st.sampled_from(NODES),
        st.sampled_from(PREDICATES),
        st.sampled_from([*NODES, ox.Literal(1)]),
        st.sampled_from([ox.DefaultGraph(), ox.NamedNode("urn:g")]),
    ),
    min_size=4,
    max_size=20,
)
ENDS = st.sampled_from(["?a", "?b", "?c", ":x", ":y"])
PATHS = st.recursive(
    st.sampled_from([":p", ":q", ":r", "a", "rdf:type", "^:p", "?a", "?v", "!:p"]),
    lambda inner: st.one_of(
        st.builds("({}/{})".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, st.sampled_from("+*?")),
        st.builds("^({})".format, inner),
    ),
    max_leaves=3,
)
OBJECTS = st.one_of(
    ENDS, st.sampled_from([":C", ":D", "1", "[]"]), st.builds("[ {} {} ]".format, PATHS, ENDS)
)
TRIPLES = st.one_of(
    st.builds("{} {} {} . ".format, ENDS, PATHS, OBJECTS),
    st.builds("{} {} {}, {} ; {} {} . ".format, ENDS, PATHS, OBJECTS, OBJECTS, PATHS, OBJECTS),
)
GROUPS = st.recursive(
    TRIPLES,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{ {} }} UNION {{ {} }} ".format, inner, inner),
        st.builds("{} OPTIONAL {{ {} }} ".format, inner, inner),
        st.builds("{} MINUS {{ {} }} ".format, inner, inner),
        st.builds("{} FILTER NOT EXISTS {{ {} }} ".format, inner, inner),
        st.builds("{} FILTER(BOUND(?a) || EXISTS {{ {} }}) ".format, inner, inner),
        st.builds("{{ SELECT ?a {{ {} }} GROUP BY ?a }} {} ".format, inner, inner),
        st.builds("GRAPH ?g {{ {} }} ".format, inner),
        st.builds("VALUES ?a {{ :x :y }} {} ".format, inner),
    ),
    max_leaves=4,
)
FORMS = st.sampled_from(
    [
        "SELECT * {{ {} }}",
        "ASK {{ {} }}",
        "SELECT (COUNT(*) AS ?n) {{ {} }}",
        "CONSTRUCT {{ ?a :new ?b }} WHERE {{ {} }}",
        "SELECT ?a FROM :g {{ {} }}",
        "DESCRIBE ?a {{ {} }}",
    ]
)
HEADS = "PREFIX : <urn:> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "


def answered(text: str, quads: frozenset[ox.Quad]) -> list[str]:
    store = ox.Store()
    store.extend(quads)
    answer = store.query(text, use_default_graph_as_union="FROM" not in text)
    if isinstance(answer, ox.QueryBoolean):
        return [str(bool(answer))]
    if isinstance(answer, ox.QueryTriples):
        return sorted(str(each) for each in answer)
    return sorted(str([row[each] for each in answer.variables]) for row in answer)


@settings(max_examples=300)
@given(QUADS, FORMS, GROUPS)
def test_an_answer_is_the_same_without_what_a_query_cannot_see(
    quads: frozenset[ox.Quad], form: str, group: str
) -> None:
    """Over any graph: paths, sub-queries, negation and named graphs."""
    text = HEADS + form.format(group)
    found = scope(text, {})
    if found is None:
        return
    part = {quad for quad in quads if found.sees(str(quad.predicate), str(quad.object))}
    assert answered(text, frozenset(part)) == answered(text, quads)
