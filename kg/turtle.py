"""Turtle and TriG as SQL: sorted lines of N-Quads in, the text that people read out. Nothing is run here.

A block is a file of lines whose subjects stand together, as sorting leaves them. :func:`block` makes of it
one text: class and labels first, the other properties by their IRIs, objects in the order of the lines. What
there is little of, properties and datatypes, is shortened here, once each, and joined to the lines as
:class:`Words`; subjects and objects are shortened in SQL, by the same rules. Terms stay as the lines spell
them, but that control characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from itertools import count

from kg.mapping import RDF_TYPE, XSD

Prefixes = Map[str, str]

FIRST = (RDF_TYPE, "http://www.w3.org/2000/01/rdf-schema#label")

# Turtle, section 6.5: PN_CHARS_U, and what PN_CHARS has besides.
STARTS = (
    "AZ az __ \u00c0\u00d6 \u00d8\u00f6 \u00f8\u02ff \u0370\u037d \u037f\u1fff \u200c\u200d \u2070\u218f "
    "\u2c00\u2fef \u3001\ud7ff \uf900\ufdcf \ufdf0\ufffd \U00010000\U000effff"
)
CONTINUES = "09 \u00b7\u00b7 \u0300\u036f \u203f\u2040"
ESCAPED = "~!$&'()*+,;=/?#@%"  # in a local name, wherever they stand; - and . if they are first
# What is no character of a short string, and how it is written; the lines escape quotes and line ends.
CONTROLS = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    8: "\\b",
    9: "\\t",
    12: "\\f",
}
CONTROL = "[" + "".join(rf"\x{{{code:x}}}" for code in CONTROLS) + "]"
ABBREVIATED = {
    XSD + "integer": "[+-]?[0-9]+",
    XSD + "decimal": r"[+-]?[0-9]*\.[0-9]+",
    XSD + "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+",
    XSD + "boolean": "true|false",
}
DEFAULT, BEGIN = "", "-"  # the default graph, and what is before every graph
GRAPH_END = "}\n"

FIELD_END = "> "
FIELDS = "abcdef"  # of a line of three terms, the last of them a text with some ends in it
NODE = r"(?:<[^<>\"]*>|_:[^ <>\"]+)"  # IRIs that a mapping left unsafe may have blanks
LITERAL = r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^ <>"]*>)?'
TRIPLE = rf'({NODE}) (<[^<>"]*>) ({NODE}|{LITERAL})'
QUAD = rf"{TRIPLE}(?: ({NODE}))? \."
PREFIX = re.compile("[A-Za-z][A-Za-z0-9_-]*|")  # others, such as those with dots, not every reader knows
NO_NAMESPACE = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


def _characters(ranges: str) -> str:
    return "".join(
        first if first == last else f"{first}-{last}" for first, last in map(tuple, ranges.split())
    )


NAME_START = _characters(STARTS) + ":0-9"
NAME = _characters(STARTS) + ":" + _characters(CONTINUES) + r"\-"
OF_ESCAPES = re.escape(ESCAPED)
PLAIN = rf"(?:[{NAME_START}](?:[{NAME}.]*[{NAME}])?)?"
"""Local names that are written as they are."""
BEGIN_OR_ALL = rf"{NAME_START}{OF_ESCAPES}\-"
LOCAL = rf"(?:[{BEGIN_OR_ALL}]|[{BEGIN_OR_ALL}.][{NAME}{OF_ESCAPES}.]*[{NAME}{OF_ESCAPES}])?"
"""Local names that can be written, some characters after a backslash.

None ends in a dot: rdflib takes even an escaped one for the end of the statement.
"""


@dataclass
class Words:
    """Properties and datatypes that are known so far, and the prefixes that were met in the text."""

    prefixes: Prefixes
    predicates: set[str] = field(default_factory=set)
    datatypes: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def unused(self) -> list[str]:
        """The prefixes that nothing was written with yet."""
        return [name for name in self.prefixes if name not in self.used]

    def learn(self, predicates: Iterable[str], datatypes: Iterable[str]) -> None:
        """Know these too, written as IRIs in brackets; properties count as written."""
        for each in predicates:
            self.predicates.add(each)
            written = predicate(each, self.prefixes)
            if ":" in written and not written.startswith("<"):
                self.used.add(written.partition(":")[0])
        self.datatypes.update(datatypes)


def usable(prefixes: Prefixes) -> dict[str, str]:
    """The prefixes that Turtle can declare, the longest namespaces first, one for each namespace.

    >>> usable({"ex": "https://example.org/", "e": "https://example.org/", "1": "urn:x", "bad": "a b"})
    {'e': 'https://example.org/'}
    """
    by_namespace = {
        namespace: name
        for name, namespace in sorted(prefixes.items(), reverse=True)
        if PREFIX.fullmatch(name) and namespace and not NO_NAMESPACE.search(namespace)
    }
    longest = sorted(by_namespace, key=lambda namespace: (-len(namespace.encode()), namespace))
    return {by_namespace[namespace]: namespace for namespace in longest}


def header(prefixes: Prefixes, used: Iterable[str]) -> str:
    """The declarations of the prefixes that are in use.

    >>> print(header({"ex": "https://example.org/", "other": "urn:x"}, ["ex"]), end="")
    @prefix ex: <https://example.org/> .
    """
    return "".join(sorted(f"@prefix {name}: <{prefixes[name]}> .\n" for name in used))


def short(iri: str, prefixes: Prefixes) -> str:
    """An IRI in brackets as Turtle writes it: by the longest namespace after which a local name can stand.

    >>> short("<https://example.org/a(b)>", {"ex": "https://example.org/"})
    'ex:a\\\\(b\\\\)'
    """
    for name, namespace in prefixes.items():
        local = iri[1 + len(namespace) : -1]
        if iri[1:-1].startswith(namespace) and re.fullmatch(LOCAL, local):
            return f"{name}:{local if re.fullmatch(PLAIN, local) else _escaped(local)}"
    return iri


def predicate(iri: str, prefixes: Prefixes) -> str:
    """A property as Turtle writes it."""
    return "a" if iri == f"<{RDF_TYPE}>" else short(iri, prefixes)


ESCAPING = ((rf"([{OF_ESCAPES}])", r"\\\1"), (r"^([.-])", r"\\\1"))
"""Applied in turn to a local name."""


def _escaped(local: str) -> str:
    for pattern, replacement in ESCAPING:
        local = re.sub(pattern, replacement, local)
    return local


def quoted(text: str) -> str:
    """A text literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(rows: str, column: str, prefixes: Prefixes) -> str:
    """SQL of `rows` with IRIs in brackets in a column as :func:`short` writes them; all else as it is.

    The longest namespace is found first. Another one is tried only where no local name can stand after it.
    """
    each = list(prefixes.items())
    if not each:
        return rows
    cases = " ".join(
        f"WHEN starts_with({column}, {quoted(f'<{namespace}')}) THEN {index}"
        for index, (_, namespace) in enumerate(each, start=1)
    )
    starts = f"[{', '.join(str(len(namespace) + 2) for _, namespace in each)}][k]"
    names = f"[{', '.join(quoted(f'{name}:') for name, _ in each)}][k]"
    found = f"SELECT *, CASE {cases} END AS k FROM ({rows})"
    parted = f"SELECT *, substr({column}, {starts}, length({column}) - {starts}) AS name FROM ({found})"
    shorter = [one for one in each if any(other != one[1] and other.startswith(one[1]) for _, other in each)]
    return (
        f"SELECT * EXCLUDE (k, name) REPLACE (CASE WHEN k IS NULL THEN {column}\n"
        f"WHEN regexp_full_match(name, {quoted(PLAIN)}) THEN concat({names}, name)\n"
        f"WHEN regexp_full_match(name, {quoted(LOCAL)}) THEN concat({names}, {_escaped_sql('name')})\n"
        f"ELSE {_any_fitting(column, shorter)} END AS {column}) FROM ({parted})"
    )


def _any_fitting(column: str, prefixes: list[tuple[str, str]]) -> str:
    """The same as :func:`named` where each namespace is tried with its local name, one after the other."""
    cases = []
    for prefix, namespace in prefixes:
        before = len(namespace) + 2
        local = f"substr({column}, {before}, length({column}) - {before})"
        pattern = f"<{re.escape(namespace)}{LOCAL}>"
        cases.append(
            f"WHEN regexp_full_match({column}, {quoted(pattern)}) THEN concat({quoted(f'{prefix}:')}, "
            f"CASE WHEN regexp_full_match({local}, {quoted(PLAIN)}) THEN {local} "
            f"ELSE {_escaped_sql(local)} END)\n"
        )
    return f"CASE {''.join(cases)}ELSE {column} END" if cases else column


def _escaped_sql(local: str) -> str:
    for pattern, replacement in ESCAPING:
        local = f"regexp_replace({local}, {quoted(pattern)}, {quoted(replacement)}, 'g')"
    return local


def lines(scan: str) -> str:
    """SQL of the triples of `scan`: s, p, o as they stand, whether `plain`, whether with `controls`.

    That is: laid out as expected, with no graph; with a control character in a text.
    """
    first = f"SELECT line, instr(line, ' ') AS i FROM {scan}"
    halves = f"SELECT line, i, substr(line, i + 1) AS rest FROM ({first})"
    thirds = f"SELECT line, i, rest, instr(rest, ' ') AS j FROM ({halves})"
    split = (
        "SELECT substr(line, 1, i - 1) AS s, substr(rest, 1, j - 1) AS p,\n"
        "substr(rest, j + 1, length(rest) - j - 2) AS o, '' AS g, ends_with(line, ' .') AS ended\n"
        f"FROM ({thirds})"
    )
    typed = r'".*"(?:@[A-Za-z0-9-]+|\^\^<[^ <>"]*>)'
    return (
        "SELECT s, p, o, g, ended AND (starts_with(s, '<') AND ends_with(s, '>') OR starts_with(s, '_:'))\n"
        "AND starts_with(p, '<') AND ends_with(p, '>')\n"
        "AND CASE WHEN starts_with(o, '\"') THEN (ends_with(o, '\"') AND o <> '\"') OR\n"
        f"regexp_full_match(o, {quoted(typed)}, 's')\n"
        "ELSE (starts_with(o, '<') AND ends_with(o, '>') OR starts_with(o, '_:'))\n"
        "AND NOT contains(o, ' ') END AS plain,\n"
        f"starts_with(o, '\"') AND regexp_matches(o, {quoted(CONTROL)}) AS controls FROM ({split})"
    )


def fields(scan: str) -> str:
    """The same of a scan that has split each line at `FIELD_END`, into a to f, which is much faster.

    Blank nodes as subjects, and texts with `FIELD_END` or control characters, are not as it expects.
    """
    plain = rf'"{CONTROL.replace("[", "[^")}*"'
    tail, typed = plain + "(?:@[A-Za-z0-9-]+)?", plain + r'\^\^<[^ <>"]*'
    ended = "d = '.' AND e IS NULL"
    return (
        f"SELECT concat(a, '>') AS s, concat(b, '>') AS p, o, '' AS g,\n"
        "starts_with(a, '<') AND starts_with(b, '<') AND CASE\n"
        f"WHEN starts_with(c, '<') THEN {ended}\n"
        "WHEN d IS NULL THEN ends_with(c, ' .') AND (starts_with(o, '_:') AND NOT contains(o, ' ')\n"
        f"OR regexp_full_match(o, {quoted(tail)}))\n"
        f"ELSE {ended} AND regexp_full_match(c, {quoted(typed)}) END AS plain, false AS controls\n"
        f"FROM (SELECT *, CASE WHEN d IS NULL THEN c[:-3] ELSE concat(c, '>') END AS o FROM {scan})"
    )


def quads(scan: str) -> str:
    """SQL of the quads of `scan`, as :func:`lines` gives triples; g is empty in the default graph."""
    parts = f"regexp_extract(line, {quoted(f'^{QUAD}$')}, ['s', 'p', 'o', 'g'])"
    return (
        "SELECT part.s AS s, part.p AS p, part.o AS o, part.g AS g, part.s <> '' AS plain,\n"
        f"regexp_matches(part.o, {quoted(CONTROL)}) AS controls FROM (SELECT {parts} AS part FROM {scan})"
    )


def graph_of(line: str) -> str:
    """SQL of the graph of a line, empty for the default graph, NULL for what is laid out in another way."""
    matched = f"regexp_extract({line}, {quoted(f'^{QUAD}$')}, ['s', 'p', 'o', 'g'])"
    return f"CASE WHEN regexp_full_match({line}, {quoted(QUAD)}) THEN ({matched}).g END"


def by_graph(line: str) -> str:
    """SQL of what orders graphs in TriG: IRIs, the default graph, blank nodes."""
    return f"coalesce(nullif({graph_of(line)}, ''), 'DEFAULT')"


def vocabulary(rows: str) -> str:
    """SQL of the properties and the datatypes of a block, each a list of IRIs in brackets."""
    return f"SELECT array_agg(DISTINCT p), array_agg(DISTINCT d) FROM ({_typed(rows, ())})"


def _typed(rows: str, datatypes: Iterable[str]) -> str:
    """The rows with the datatype of the literals that have one, in brackets."""
    known = "".join(
        f"WHEN ends_with(o, {quoted(f'^^{each}')}) THEN {quoted(each)}\n" for each in sorted(datatypes)
    )
    any_other = r"regexp_extract(o, '\^\^(<[^<>" + '"' + r"]*>)$', 1)"
    found = f"CASE {known}ELSE {any_other} END" if known else any_other
    return (
        "SELECT *, CASE WHEN starts_with(o, '\"') AND ends_with(o, '>') AND plain\n"
        f"THEN {found} END AS d FROM ({rows})"
    )


def _objects(rows: str, words: Words, escape: bool) -> str:
    """The rows with objects as Turtle writes them, but for datatypes, which stay in d."""
    value = "substr(o, 2, length(o) - length(d) - 4)"
    kinds = "\n".join(
        f"WHEN {quoted(f'<{iri}>')} THEN regexp_full_match({value}, {quoted(pattern)})"
        for iri, pattern in ABBREVIATED.items()
    )
    short_form = f"SELECT *, d IS NOT NULL AND CASE d {kinds} ELSE false END AS abbreviated FROM ({rows})"
    text = "CASE WHEN d IS NULL THEN o ELSE substr(o, 1, length(o) - length(d)) END"
    for code, spelled in CONTROLS.items() if escape else ():
        text = f"replace({text}, chr({code}), {quoted(spelled)})"
    spelled = (
        f"SELECT n, run, s, p, g, plain, {'false' if escape else 'controls'} AS controls,\n"
        "CASE WHEN abbreviated THEN NULL ELSE d END AS d,\n"
        f"CASE WHEN abbreviated THEN {value} WHEN starts_with(o, '\"') THEN {text} ELSE o END AS o\n"
        f"FROM ({short_form})"
    )
    return named(spelled, "o", words.prefixes)


def block(
    rows: str, words: Words, *, graphs: bool = False, before: str = BEGIN, escape: bool = False
) -> tuple[str, list[str]]:
    """SQL of the text of a block, and the prefixes that it asks about.

    Its one row: the text as bytes; the number of lines that are not laid out as :func:`lines` expects; of
    those with an unknown property or datatype; of those with control characters that only `escape` escapes;
    whether each prefix was written. `rows` is what :func:`lines` or :func:`fields` makes, or with `graphs`
    what :func:`quads` makes, of which `before` is the graph before the block. The order of the rows counts.
    """
    asked = words.unused()
    ranks = dict(zip(sorted(words.predicates, key=_rank), count(1)))
    known = [
        f"({quoted(each)}, {rank}, {quoted(predicate(each, words.prefixes))})" for each, rank in ranks.items()
    ] or ["(NULL::VARCHAR, NULL::INTEGER, NULL::VARCHAR)"]
    types = [
        f"({quoted(each)}, {quoted(short(each, words.prefixes))})" for each in sorted(words.datatypes)
    ] or ["(NULL::VARCHAR, NULL::VARCHAR)"]
    # Rows of a subject are together: ordered by its number they need no comparison of texts.
    new = f"s <> s_before{' OR g <> g_before' * graphs}"
    befores = f"lag(s, 1, '') OVER () AS s_before{', lag(g) OVER () AS g_before' * graphs}"
    numbered = (
        f"SELECT *, sum(coalesce({new}, true)::INTEGER) OVER (ROWS UNBOUNDED PRECEDING) AS run\n"
        f"FROM (SELECT *, row_number() OVER () AS n, {befores} FROM ({rows}))"
    )
    objects = _objects(_typed(numbered, words.datatypes), words, escape)
    in_order = (
        "SELECT s, g, o, plain, controls, d, rank, verb, datatype\n"
        f"FROM ({objects}) LEFT JOIN (VALUES {', '.join(known)}) AS known(iri, rank, verb) ON p = known.iri\n"
        f"LEFT JOIN (VALUES {', '.join(types)}) AS types(iri, datatype) ON d = types.iri\n"
        "ORDER BY run, rank, n"
    )
    graph = ", CASE WHEN g <> g_before THEN g END AS graph" * graphs
    beside = (
        f"SELECT *, CASE WHEN {new} THEN s END AS subject{graph}\n"
        "FROM (SELECT *, lag(s, 1, '') OVER () AS s_before, lag(rank, 1, 0) OVER () AS rank_before,\n"
        f"lag(g, 1, {quoted(before)}) OVER () AS g_before FROM ({in_order}))"
    )
    places = ("subject", "graph")[: 1 + graphs]
    for each in places:
        beside = named(beside, each, words.prefixes)
    begun = "".join(f", {_begins((*places, 'o', 'datatype'), each)}" for each in asked)
    return (
        f"SELECT encode(concat(string_agg({_in_graphs() if graphs else _in_one_graph()}, ''), ' .\n')),\n"
        "count(*) FILTER (plain IS NOT TRUE),\n"
        "count(*) FILTER (rank IS NULL OR d IS NOT NULL AND datatype IS NULL),\n"
        f"count(*) FILTER (controls){begun}\nFROM ({beside})"
    ), asked


def _begins(places: Iterable[str], prefix: str) -> str:
    """SQL of whether any text of these columns begins with a prefix."""
    begin = quoted(f"{prefix}:")
    return f"bool_or({' OR '.join(f'coalesce(starts_with({each}, {begin}), false)' for each in places)})"


def _rank(iri: str) -> tuple[int, str]:
    bare = iri[1:-1]
    return (FIRST.index(bare) if bare in FIRST else len(FIRST)), bare


VERB_AND_OBJECT = "verb, ' ', o, datatype"
END = "CASE WHEN s_before = '' THEN '' ELSE ' .\n' END"


def _in_one_graph() -> str:
    """SQL of what a row adds to the text: its subject, its property, or its object alone."""
    return (
        f"CASE WHEN s <> s_before THEN concat({END}, '\n', subject, ' ', {VERB_AND_OBJECT})\n"
        f"WHEN rank <> rank_before THEN concat(' ;\n    ', {VERB_AND_OBJECT})\n"
        "ELSE concat(' , ', o, datatype) END"
    )


def _in_graphs() -> str:
    """The same in TriG, where graphs are in braces, their statements indented."""
    close = f"CASE WHEN g_before IN ('{DEFAULT}', '{BEGIN}') THEN '' ELSE '{GRAPH_END}' END"
    begin = f"CASE g WHEN '{DEFAULT}' THEN '\n' ELSE concat('\n', graph, ' {{\n    ') END"
    indent = f"CASE g WHEN '{DEFAULT}' THEN '\n' ELSE '    ' END"
    deeper = f"CASE g WHEN '{DEFAULT}' THEN ' ;\n    ' ELSE ' ;\n        ' END"
    return (
        f"CASE WHEN g <> g_before THEN concat({END}, {close}, {begin}, subject, ' ', {VERB_AND_OBJECT})\n"
        f"WHEN s <> s_before THEN concat({END}, {indent}, subject, ' ', {VERB_AND_OBJECT})\n"
        f"WHEN rank <> rank_before THEN concat({deeper}, {VERB_AND_OBJECT})\n"
        "ELSE concat(' , ', o, datatype) END"
    )
