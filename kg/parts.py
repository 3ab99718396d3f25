"""The parts of a run: rules compiled together, so that hundreds of them are compiled in no time.

Rules with one subject map share one scan of their table. Those that join, call functions or find several
values in a cell have a relation of their own (:mod:`kg.plan`). Either way what differs only in names and
texts is compiled once (:mod:`kg.forms`). Parts stand on unbound tables, like relations; none runs here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import ibis
import ibis.expr.types as ir

from kg import demands, plan, terms
from kg.forms import Line, Numbers
from kg.mapping import (
    ROW,
    Call,
    Constant,
    Expression,
    Fresh,
    Join,
    LogicalSource,
    Reference,
    Template,
    TermMap,
    TermType,
)
from kg.plan import Tables, column
from kg.rules import Parent, Rule


@dataclass(frozen=True)
class Lines:
    """The lines of rules that share their subject map, and so one scan of the table of their source.

    `name` is that of the column that holds the `subject` in the other lines; the table has none of that name.
    """

    table: str
    types: tuple[tuple[str, str], ...]
    name: str
    subject: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Scheme:
    """A rule whose columns, tables and fixed texts are numbered, as far as its relation depends on them.

    `types` are those of the columns of its table and of its parent's.
    """

    rule: Rule
    spelled: plan.Spelled
    types: tuple[tuple[LogicalSource, tuple[tuple[str, str], ...]], ...]

    @property
    def relation(self) -> ir.Table:
        """A relation of lines, with the one column `line`, over tables of the numbered columns."""
        tables = {
            source: ibis.table({**dict(columns), ROW: "int64"}, name=source.path)
            for source, columns in self.types
        }
        return _lines_of(plan.quads(self.rule, self.spelled, tables), self.rule)


@dataclass(frozen=True)
class Scan:
    """The lines of one rule: its scheme, with the names and the texts that stand in it."""

    scheme: Scheme
    names: tuple[str, ...]
    texts: tuple[str, ...]


Part: TypeAlias = "Lines | Scan | ir.Table"
"""What an engine compiles and runs by itself: a relation, if need be, with the one column `line`."""


def lines(
    rules: Iterable[Rule],
    tables: Tables,
    *,
    skip: bool = False,
    step: Callable[[str], None] = lambda step: None,
) -> Iterator[Part]:
    """The quads of all rules as lines of N-Quads; some come twice. Each part is told when its turn comes.

    With `skip`, records whose values would make an invalid term make no quad of it.
    """
    every = groups(rules, tables)
    for number, group in enumerate(every, start=1):
        step(f"mapping {group[0].triples_map}: {number} of {len(every)} parts")
        yield part(group, tables, skip=skip)
    step("sorting the quads")


def groups(rules: Iterable[Rule], tables: Tables) -> tuple[tuple[Rule, ...], ...]:
    """Rules that share their subject map.

    A rule with a join, with a condition or a call, or with several values in a cell is alone.
    """
    types = {source: _types(table) for source, table in tables.items()}
    shared: dict[object, list[Rule]] = {}
    for rule in rules:
        key = (rule.source, rule.subject, rule.base) if _is_plain(rule, types[rule.source]) else rule
        shared.setdefault(key, []).append(rule)
    return tuple(map(tuple, shared.values()))


def part(group: tuple[Rule, ...], tables: Tables, *, skip: bool = False) -> Part:
    """The lines of one group of rules."""
    table = tables[group[0].source]
    types = _types(table)
    if not _is_plain(group[0], types):
        return _of_rule(group[0], tables, skip)
    name = "subject"
    while name in map(str.lower, types):
        name += "#"
    subject = _line(group[0], (group[0].subject,), types, skip)
    made = tuple(_of_plain(rule, name, types, skip) for rule in group)
    return Lines(table.get_name(), tuple(types.items()), name, subject, made)


def _types(table: ir.Table) -> dict[str, str]:
    return {name: str(kind) for name, kind in table.schema().items()}


def _is_plain(rule: Rule, types: Map[str, str]) -> bool:
    term_maps = [each for each in (rule.subject, rule.predicate, rule.object, rule.graph) if each]
    several = any(
        types[column(each.name, types)].startswith("array")
        for term_map in term_maps
        for each in term_map.references
    )
    conditional = any(
        isinstance(part, Call) or part is each.condition for each in term_maps for part in each.parts
    )
    return rule.parent is None and not several and not conditional


def _line(
    rule: Rule, term_maps: Iterable[TermMap], types: Map[str, str], skip: bool, before: terms.Pieces = ()
) -> Line:
    """The terms of a rule with spaces between them, after the pieces that come `before`."""
    given = tuple(term_maps)
    pieces = [*before]
    for term_map in given:
        pieces += [*([" "] if pieces else []), *terms.spelled(term_map, rule.base)]
    needed = dict.fromkeys(reference.name for term_map in given for reference in term_map.references)
    demanded = [demand for term_map in given for demand in demands.of(term_map, rule.base)] if skip else []
    line = Line(tuple(pieces), tuple(needed), tuple((demand.pieces, demand.lexical) for demand in demanded))
    return line.renamed(lambda name: column(name, types))


def _of_plain(rule: Rule, subject: str, types: Map[str, str], skip: bool) -> Line:
    term_maps = [rule.predicate, cast("TermMap", rule.object), *([rule.graph] if rule.graph else [])]
    line = _line(rule, term_maps, types, skip, (terms.Column(subject),))
    return replace(line, pieces=terms.merged((*line.pieces, " .")))


def _of_rule(rule: Rule, tables: Tables, skip: bool) -> Part:
    """A rule by itself. What a function is called with decides what is compiled, so calls stay."""
    given = plan.spelled(rule, skip=skip)
    every = [*plan.roles(rule).values(), *_compared(rule)]
    if any(isinstance(part, Call) for term_map in every for part in term_map.parts):
        return _lines_of(plan.quads(rule, given, tables), rule)
    return _scan(rule, given, tables)


def _compared(rule: Rule) -> Iterator[TermMap]:
    for join in rule.parent.joins if rule.parent else ():
        yield TermMap(join.child, TermType.LITERAL)
        yield TermMap(join.parent, TermType.LITERAL)


def _scan(rule: Rule, given: plan.Spelled, tables: Tables) -> Scan:
    numbers = Numbers()
    sources = dict.fromkeys((rule.source, *([rule.parent.source] if rule.parent else [])))
    numbered = {source: LogicalSource(numbers.name(tables[source].get_name())) for source in sources}
    types = {source: _types(tables[source]) for source in sources}
    used: dict[LogicalSource, dict[str, str]] = {source: {} for source in sources}

    def of(source: LogicalSource) -> Callable[[str], str]:
        def called(name: str) -> str:
            if name == ROW:
                return ROW
            there = column(name, types[source])
            slot = numbers.name(there, numbered[source].path)
            used[source][slot] = types[source][there]
            return slot

        return called

    def pieces(role: str, text: terms.Pieces) -> terms.Pieces:
        source = rule.parent.source if rule.parent and role == "object" else rule.source
        return Line(text).over(of(source), numbers.text).pieces

    spelled = plan.Spelled(
        tuple((role, pieces(role, terms.merged(text))) for role, text in given.texts),
        tuple((role, pieces(role, terms.merged(text)), lexical) for role, text, lexical in given.demands),
    )
    scheme = _renamed(rule, numbered, of, numbers)
    shapes = tuple((numbered[source], tuple(columns.items())) for source, columns in used.items())
    return Scan(Scheme(scheme, spelled, shapes), *numbers.given)


def _renamed(
    rule: Rule,
    sources: Map[LogicalSource, LogicalSource],
    of: Callable[[LogicalSource], Callable[[str], str]],
    numbers: Numbers,
) -> Rule:
    """The rule with what its relation depends on besides the terms: references, conditions and joins."""
    own = _Renaming(of(rule.source), numbers.text)
    made = Rule(
        "",
        sources[rule.source],
        own.bare(rule.subject),
        own.bare(rule.predicate),
        own.bare(rule.object) if rule.object else None,
        own.bare(rule.graph) if rule.graph else None,
    )
    if rule.parent is None:
        return made
    others = _Renaming(of(rule.parent.source), numbers.text)
    joins = tuple(Join(own.of(join.child), others.of(join.parent)) for join in rule.parent.joins)
    parent = Parent(sources[rule.parent.source], others.bare(rule.parent.subject), joins)
    return replace(made, parent=parent)


@dataclass(frozen=True)
class _Renaming:
    """Expressions over columns as they are `called`, with texts as they are `written`."""

    called: Callable[[str], str]
    written: Callable[[str], str]

    def bare(self, term_map: TermMap) -> TermMap:
        """A term map that refers to the same columns under the same condition."""
        needed = replace(term_map, condition=None).references
        return TermMap(
            Template(tuple(Reference(self.called(reference.name)) for reference in needed)),
            TermType.LITERAL,
            condition=None if term_map.condition is None else self.of(term_map.condition),
        )

    def of(self, expression: Expression) -> Expression:
        """An expression that is no call."""
        match expression:
            case Reference(name):
                return Reference(self.called(name))
            case Constant(value):
                return Constant(self.written(value))
            case Template(parts):
                return Template(
                    tuple(
                        self.written(part) if isinstance(part, str) else Reference(self.called(part.name))
                        for part in parts
                    )
                )
            case Fresh() | Call():
                return expression


def _lines_of(quads: ir.Table, rule: Rule) -> ir.Table:
    parts = [quads.s, quads.p, quads.o, *([quads.g] if rule.graph else []), ibis.literal(".")]
    return quads.select(line=ibis.literal(" ").join(parts))
