"""Which rules have to be run again after a change, over which rows; which rules could make a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from kg import lookups, plan, terms
from kg.mapping import RDF_TYPE, Call, Constant, Fresh, LogicalSource, TermMap
from kg.rules import Rule, sources_of, term_maps
from kg.state import said


@dataclass(frozen=True)
class RuleChanges:
    """The rules of two builds by what a change means for them.

    `gone` and `come` are those of one build alone, and those that read a changed source and need all of its
    records; these are in both. `local` ones make each line of one record, so that those which differ do.
    `untouched` ones make what they made.
    """

    gone: tuple[Rule, ...]
    come: tuple[Rule, ...]
    local: tuple[Rule, ...]
    untouched: tuple[Rule, ...]

    @property
    def nothing(self) -> bool:
        """Whether all rules make what they made."""
        return not (self.gone or self.come or self.local)


def between(
    old: tuple[Rule, ...],
    new: tuple[Rule, ...],
    changed: Collection[LogicalSource],
    by_rows: Collection[LogicalSource],
) -> RuleChanges:
    """Compare the rules of two builds, of which some sources have changed, some of these `by_rows`."""
    before = {rule if old is new else said(rule): rule for rule in old}
    after = before if old is new else {said(rule): rule for rule in new}
    gone = [rule for key, rule in before.items() if key not in after]
    come = [rule for key, rule in after.items() if key not in before]
    local: list[Rule] = []
    untouched: list[Rule] = []
    for key, rule in after.items():
        if key not in before:
            continue
        touched = {source for source in changed if source in sources_of(rule)}
        if not touched:
            untouched.append(rule)
        elif touched <= {*by_rows} and _is_local(rule):
            local.append(rule)
        else:
            gone.append(before[key])
            come.append(rule)
    return RuleChanges(tuple(gone), tuple(come), tuple(local), tuple(untouched))


def _is_local(rule: Rule) -> bool:
    """Whether each line of a rule is made of one record, whatever the others and its number are."""
    every = [term_map for _, term_map in term_maps(rule)]
    fresh = any(isinstance(term_map.expression, Fresh) for term_map in every)
    looked_up = any(True for term_map in every for _ in lookups.inside(term_map.parts))
    return rule.parent is None and not fresh and not looked_up


def is_simple(term_map: TermMap) -> bool:
    """Whether a term is made of cells alone, without calls, conditions and the number of the record."""
    return term_map.condition is None and not any(isinstance(part, Call | Fresh) for part in term_map.parts)


@dataclass(frozen=True)
class Makers:
    """Rules with the form of their lines."""

    forms: tuple[tuple[Rule, re.Pattern[str]], ...]

    def of(self, lines: Iterable[bytes]) -> dict[Rule, list[bytes]]:
        """The rules that could make some of the lines, each with these: none is left out."""
        found: dict[Rule, list[bytes]] = {}
        for line in lines:
            text = line.decode()
            for rule, form in self.forms:
                if form.fullmatch(text):
                    found.setdefault(rule, []).append(line)
        return found


def makers(rules: Iterable[Rule]) -> Makers:
    """The forms of the lines of rules.

    >>> from kg.mapping import LogicalSource, Reference, Template, TermType
    >>> subject = TermMap(Template(("urn:a:", Reference("id"))))
    >>> label = TermMap(Reference("name"), TermType.LITERAL, language=Constant("en"))
    >>> named = Rule("t", LogicalSource("t.csv"), subject, TermMap(Constant("urn:name")), label, None)
    >>> lines = b'<urn:a:1> <urn:name> "x"@en .', b'<urn:a:1> <urn:name> "x" .'
    >>> [len(makers([named]).of([line])) for line in lines]
    [1, 0]
    """
    return Makers(tuple((rule, _form(rule)) for rule in rules))


def _form(rule: Rule) -> re.Pattern[str]:
    made = plan.roles(rule).values()
    pieces = [terms.spelled(term_map, rule.base) for term_map in made]
    return _like((*chain.from_iterable((*piece, " ") for piece in pieces), "."))


def _like(pieces: terms.Pieces) -> re.Pattern[str]:
    return re.compile("".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in pieces))


def of_nodes(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that give their subject a class: what they make may be referred to."""
    return tuple(rule for rule in rules if rule.predicate.expression == Constant(RDF_TYPE))


def hides(rule: Rule) -> bool:
    """Whether a rule of nodes may describe one without making a line of it: where more than that is needed.

    What the checks take for a node is a subject with an object.
    """
    others = [rule.predicate, *([rule.graph] if rule.graph else [])]
    return rule.parent is not None or any(each.references or each.condition for each in others)


def may_give_class(rule: Rule) -> bool:
    """Whether a rule that is none of nodes might give a class all the same, by what a cell says."""
    said = terms.spelled(rule.predicate, rule.base)
    return rule.predicate.expression != Constant(RDF_TYPE) and bool(_like(said).fullmatch(f"<{RDF_TYPE}>"))


def subject_of(line: bytes) -> bytes:
    """The subject of a line.

    >>> subject_of(b"<urn:a b> <urn:p> <urn:o> ."), subject_of(b"_:b1 <urn:p> <urn:o> .")
    (b'<urn:a b>', b'_:b1')
    """
    return line[: line.index(b">") + 1] if line[:1] == b"<" else line[: line.index(b" ")]


def described(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The subjects of the lines that give a class."""
    for line in lines:
        subject = subject_of(line)
        if line[len(subject) :].startswith(TYPED):
            yield subject


TYPED = f" <{RDF_TYPE}> ".encode()
