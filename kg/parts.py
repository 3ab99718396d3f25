"""The parts of a run: rules compiled together, so that hundreds of them are compiled in no time.

Rules with one subject map share one scan of their table; one that joins is a pair of tables. Those that call
functions or find several values in a cell have a relation of their own (:mod:`kg.plan`), compiled once for
all that differ in names and texts only (:mod:`kg.forms`). Parts stand on unbound tables, like relations; none
runs here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from kg import demands, plan, terms
from kg.forms import Line, Numbers
from kg.lazily import ibis
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

if TYPE_CHECKING:
    import ibis.expr.types as ir

SINGLE = "subject"


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
    terms: tuple[terms.Pieces, ...]


@dataclass(frozen=True)
class Relation:
    """The lines of one rule that is like no other: a relation with the one column `line`."""

    table: ir.Table = field(compare=False)
    terms: tuple[terms.Pieces, ...]


@dataclass(frozen=True)
class Side:
    """One side of a join: of each record its part of the line, and what must equal the other side's `keys`.

    `node` is the term in it that names what the record is of. With `key` no two records make the same one;
    else each combination of part and keys is taken once.
    """

    table: str
    types: tuple[tuple[str, str], ...]
    line: Line
    node: terms.Pieces
    keys: tuple[Line, ...]
    key: bool = False


@dataclass(frozen=True)
class Pairs:
    """The lines of a rule that joins two tables: what the child makes, then the parent, then the `end`.

    With `distinct` the same line may come of several pairs, and is taken once.
    """

    child: Side
    parent: Side
    end: str
    terms: tuple[terms.Pieces, ...]
    distinct: bool = True


Part: TypeAlias = Lines | Pairs | Scan | Relation
"""What an engine compiles and runs by itself."""


def lines(rules: Iterable[Rule], tables: Tables, *, skip: bool = False) -> Iterator[Part]:
    """The quads of all rules as lines of N-Quads; some come twice.

    With `skip`, records whose values would make an invalid term make no quad of it.
    """
    yield from (part(group, tables, skip=skip) for group in groups(rules, tables))


def groups(rules: Iterable[Rule], tables: Tables) -> tuple[tuple[Rule, ...], ...]:
    """Rules that share their subject map.

    A rule with a join, with a condition or a call, or with several values in a cell is alone.
    """
    types = {source: tables.types(source) for source in tables}
    shared: dict[object, list[Rule]] = {}
    for rule in rules:
        key = (rule.source, rule.subject, rule.base) if _is_plain(rule, types[rule.source]) else rule
        shared.setdefault(key, []).append(rule)
    return tuple(map(tuple, shared.values()))


def part(group: tuple[Rule, ...], tables: Tables, *, skip: bool = False) -> Part:
    """The lines of one group of rules."""
    source = group[0].source
    types = tables.types(source)
    if group[0].parent and not skip and _is_pair(group[0], tables):
        return _of_pair(group[0], tables)
    if not _is_plain(group[0], types):
        return _of_rule(group[0], tables, skip)
    name = SINGLE
    while name in map(str.lower, types):
        name += "#"
    subject = _line(group[0], (group[0].subject,), types, skip=skip)
    made = tuple(_of_plain(rule, subject, name, types, skip) for rule in group)
    return Lines(tables.name(source), tuple(types.items()), name, subject, made)


def _is_plain(rule: Rule, types: Map[str, str]) -> bool:
    term_maps = [each for each in (rule.subject, rule.predicate, rule.object, rule.graph) if each]
    return rule.parent is None and are_plain(term_maps, types)


def _is_pair(rule: Rule, tables: Tables) -> bool:
    """Whether a join is of one value to a column on both sides, with nothing called and no condition."""
    if rule.parent is None or not rule.parent.joins or (rule.graph and rule.graph.references):
        return False
    own = [each for each in (rule.subject, rule.predicate, rule.graph) if each]
    own += [TermMap(join.child, TermType.LITERAL) for join in rule.parent.joins]
    others = [rule.parent.subject, *(TermMap(join.parent, TermType.LITERAL) for join in rule.parent.joins)]
    every = (rule.source, own), (rule.parent.source, others)
    return all(are_plain(term_maps, tables.types(source)) for source, term_maps in every)


def are_plain(term_maps: Iterable[TermMap], types: Map[str, str]) -> bool:
    """Whether each has one value at most in a record, and nothing to call or to be true before."""
    term_maps = tuple(term_maps)
    several = any(
        types[column(each.name, types)].startswith("array")
        for term_map in term_maps
        for each in term_map.references
    )
    conditional = any(
        isinstance(part, Call) or part is each.condition for each in term_maps for part in each.parts
    )
    return not several and not conditional


def _line(rule: Rule, term_maps: Iterable[TermMap], types: Map[str, str], *, skip: bool) -> Line:
    return lined(term_maps, types, base=rule.base, skip=skip)


def lined(term_maps: Iterable[TermMap], types: Map[str, str], *, base: str = "", skip: bool = False) -> Line:
    """The terms of term maps with spaces between them, over columns of these types."""
    given = tuple(term_maps)
    made = tuple(terms.spelled(term_map, base) for term_map in given)
    needed = dict.fromkeys(reference.name for term_map in given for reference in term_map.references)
    demanded = [demand for term_map in given for demand in demands.of(term_map, base)] if skip else []
    line = Line(
        _spaced(made), tuple(needed), tuple((demand.pieces, demand.lexical) for demand in demanded), made
    )
    return line.renamed(lambda name: column(name, types))


def single(source: LogicalSource, tables: Tables, line: Line, given: TermMap | None = None) -> Lines:
    """A part that makes one line of each record, in which the references of `given` have values too."""
    types = tables.types(source)
    needed = (column(each.name, types) for each in (given.references if given else ()))
    made = Line((terms.Column(SINGLE),), tuple(dict.fromkeys(needed)))
    return Lines(tables.name(source), tuple(types.items()), SINGLE, line, (made,))


def _spaced(made: Iterable[terms.Pieces]) -> terms.Pieces:
    every = [piece for pieces in made for piece in (" ", *pieces)]
    return terms.merged(every[1:])


def _of_plain(rule: Rule, subject: Line, name: str, types: Map[str, str], skip: bool) -> Line:
    term_maps = [rule.predicate, cast("TermMap", rule.object), *([rule.graph] if rule.graph else [])]
    line = _line(rule, term_maps, types, skip=skip)
    pieces = terms.merged((terms.Column(name), " ", *line.pieces, " ."))
    return replace(line, pieces=pieces, terms=(*subject.terms, *line.terms))


def _of_pair(rule: Rule, tables: Tables) -> Pairs:
    parent = cast("Parent", rule.parent)
    types, other_types = tables.types(rule.source), tables.types(parent.source)
    of_child = _line(rule, (rule.subject, rule.predicate), types, skip=False)
    of_parent = _line(rule, (parent.subject,), other_types, skip=False)
    graph = terms.spelled(rule.graph, rule.base) if rule.graph else ()
    child = Side(
        tables.name(rule.source),
        tuple(types.items()),
        replace(of_child, pieces=terms.merged((*of_child.pieces, " "))),
        of_child.terms[0],
        tuple(_compared(join.child, types) for join in parent.joins),
    )
    other = Side(
        tables.name(parent.source),
        tuple(other_types.items()),
        of_parent,
        of_parent.terms[0],
        tuple(_compared(join.parent, other_types) for join in parent.joins),
    )
    made = (*of_child.terms, *of_parent.terms, *([graph] if rule.graph else []))
    end = "".join(cast("tuple[str, ...]", (*([" ", *graph] if rule.graph else []), " .")))
    return Pairs(child, other, end, made)


def _compared(expression: Expression, types: Map[str, str]) -> Line:
    """What a join condition compares, on one of its sides."""
    needed = TermMap(expression, TermType.LITERAL).references
    line = Line(terms.plain(expression), tuple(dict.fromkeys(reference.name for reference in needed)))
    return line.renamed(lambda name: column(name, types))


def _of_rule(rule: Rule, tables: Tables, skip: bool) -> Part:
    """A rule by itself. What a function is called with decides what is compiled, so calls stay."""
    given = plan.spelled(rule, skip=skip)
    every = [*plan.roles(rule).values(), *_conditions(rule)]
    if any(isinstance(part, Call) for term_map in every for part in term_map.parts):
        made = tuple(pieces for _, pieces in given.texts)
        return Relation(_lines_of(plan.quads(rule, given, tables), rule), made)
    return _scan(rule, given, tables)


def _conditions(rule: Rule) -> Iterator[TermMap]:
    for join in rule.parent.joins if rule.parent else ():
        yield TermMap(join.child, TermType.LITERAL)
        yield TermMap(join.parent, TermType.LITERAL)


def _scan(rule: Rule, given: plan.Spelled, tables: Tables) -> Scan:
    numbers = Numbers()
    sources = dict.fromkeys((rule.source, *([rule.parent.source] if rule.parent else [])))
    numbered = {source: LogicalSource(numbers.name(tables.name(source))) for source in sources}
    types = {source: tables.types(source) for source in sources}
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
    made = tuple(pieces for _, pieces in given.texts)
    return Scan(Scheme(scheme, spelled, shapes), *numbers.given, made)


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
