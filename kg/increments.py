"""A build that makes only what a change asks for: the last graph, without some lines and with some others.

What the changed rules and rows made is made once more, from copies of what they were made of, and taken out
unless something else makes it too; what they make now is put in. Whatever this cannot follow, and whatever
looks like a fault in the data, is left to a build that starts anew: so faults are told as such a build tells
them, and the files are the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg import near_rows, row_changes, rule_changes, runs, sorted_lines, state, store, store_changes
from kg.errors import KgError
from kg.mapping import LogicalSource, Mapping
from kg.row_changes import RowChanges
from kg.rule_changes import RuleChanges, described, subject_of
from kg.rules import Rule, only, rules, sources_of
from kg.runs import Sources
from kg.shapes import Table
from kg.sorted_lines import ChangedLines, SortedLines
from kg.state import Changes, Inputs, Made

if TYPE_CHECKING:
    from kg.engine import Engine
    from kg.plan import Tables

FEW_ROWS, FEW_BYTES, FEW_LINES = 1_000, 2_000_000, 10_000
"""However small a graph is, so much may change in it."""
BYTES_PER_ROW = 500  # one row of so many bytes of a table may change
PART = 5  # of the tables read whole, and of the graph's lines, one in so many may
MOST_REFERENCES = 200_000
FAULT = "there may be a fault"
MUCH = "much has changed"
DAMAGED = "the last build is damaged"
Lines = set[bytes]


class Unfollowed(Exception):
    """A change that only a build that starts anew can follow; in a few words, why."""


def follow(last: state.Last, now: Inputs, staged: Path) -> Made:
    """Make graph, ontology and store of a staging folder from the last build.

    Raises Unfollowed where one has to start anew; there is then nothing in the folder.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            return _Following(last, now, staged, _Making(now, Path(folder))).run()
    except (Unfollowed, KgError) as error:
        store.clear(staged)
        raise Unfollowed(str(error) if isinstance(error, Unfollowed) else FAULT) from error


@dataclass
class _Making:
    """Lines made of tables, in an engine for each time.

    Remembered is which rows of which tables have changed, and to what new ones refer.
    """

    now: Inputs
    folder: Path
    rows: dict[LogicalSource, RowChanges] = field(default_factory=dict)
    referred: Lines = field(default_factory=set)
    files: int = 0

    def made(
        self, wanted: Iterable[Rule], tables: Sources, *, checked: bool = False, nodes: Iterable[Rule] = ()
    ) -> Lines:
        """The lines that rules make of tables, which are `checked` where new, else the ids of `nodes`."""
        from kg import answering, parts, plan

        given, described = tuple(wanted), tuple(nodes)
        if not given and not described:
            return set()
        mapping, unbound = only(self.now.mapping, given), plan.unbound(runs.columns(tables))
        with self.started(tables) as running:
            answering.fill(running, mapping, unbound)
            if checked:
                self._check(running, mapping, tables)
            self._check_keys(running, only(mapping, described), unbound)
            out = self.new_file()
            running.write(parts.lines(given, unbound), out)
        lines = set(out.read_bytes().split(b"\n"))
        return lines - {b""}

    def subjects(self, wanted: Iterable[Rule], which: str) -> dict[Rule, Lines]:
        """The subjects that rules make of the changed rows."""
        from kg import plan

        given, tables = self.of_rows(wanted, which)
        unbound, found = plan.unbound(runs.columns(tables)), {}
        with self.started(tables) as running:
            for rule in given:
                rows = running.rows(near_rows.subjects(rule, unbound), MOST_REFERENCES)
                found[rule] = {row["term"].encode() for row in rows}
        if any(len(subjects) == MOST_REFERENCES for subjects in found.values()):
            raise Unfollowed(MUCH)
        return found

    def count(self, source: LogicalSource, path: Path) -> int:
        with self.started({source: replace(self.now.tables[source], path=path)}) as running:
            ((count,),) = running.do("SELECT count(*) FROM source_0")
        return int(count)

    def of(self, wanted: Iterable[Rule]) -> Sources:
        used = {source for rule in wanted for source in sources_of(rule)}
        return {source: table for source, table in self.now.tables.items() if source in used}

    def of_rows(self, local: Iterable[Rule], which: str) -> tuple[tuple[Rule, ...], Sources]:
        """The rules that read changed tables, and these with the changed rows alone."""
        tables: Sources = {}
        for source, changes in self.rows.items():
            if lines := getattr(changes, which):
                path = changes.write(lines, self.new_file())
                tables[source] = replace(self.now.tables[source], path=path)
        return tuple(rule for rule in local if rule.source in tables), tables

    def new_file(self) -> Path:
        self.files += 1
        return self.folder / f"{self.files}.csv"

    @contextmanager
    def started(self, tables: Sources) -> Iterator[Engine]:
        from kg import engine

        with engine.start(tables.values(), memory=self.now.options.memory) as running:
            yield running

    def _check(self, running: Engine, part: Mapping, tables: Sources) -> None:
        """No fault may be in the tables; to what they refer is remembered."""
        from kg import checks, plan

        others = {source: table for source, table in self.now.tables.items() if source not in tables}
        unbound = plan.unbound(runs.columns(tables | others))
        for check in checks.of_terms(part, unbound):
            if running.rows(check.relation, 1):
                raise Unfollowed(FAULT)
        self._check_keys(running, part, unbound)
        running.keep(checks.KNOWN, ())
        known = self.now.terms.terms
        for check in checks.of_references(self.now.mapping, unbound, known, of=rules(part)):
            found = running.rows(check.relation, MOST_REFERENCES)
            if len(found) == MOST_REFERENCES or (found and "term" not in found[0]):
                raise Unfollowed(FAULT if found and "term" not in found[0] else MUCH)
            self.referred |= {row["term"].encode() for row in found}

    def _check_keys(self, running: Engine, part: Mapping, unbound: Tables) -> None:
        from kg import checks

        for check in checks.of_keys(part, unbound):
            if running.rows(check.relation, 1):
                raise Unfollowed(FAULT)


@dataclass(frozen=True)
class _Remaining:
    """What of the lines that go is made by something else."""

    now: Inputs
    making: _Making

    def of(self, gone: Lines, changes: RuleChanges) -> Lines:
        """Those of the lines that other rows make, or other rules. New rows may not have the id of others."""
        makers = rule_changes.makers((*changes.local, *changes.untouched)).of(gone)
        rows = self.making.rows
        nodes = [rule for rule in rule_changes.of_nodes(changes.local) if rows[rule.source].added]
        by_subject = {rule: lines for rule, lines in makers.items() if self._is_by_subject(rule)}
        found = self._near_by_text(by_subject, nodes)
        near: dict[LogicalSource, dict[Rule, Lines]] = {
            rule.source: {} for rule in (*by_subject, *nodes) if rule.source not in found
        }
        for rule, lines in by_subject.items():
            if rule.source in near:
                near[rule.source][rule] = {subject_of(line) for line in lines}
        for rule, subjects in self._new_subjects(rule for rule in nodes if rule.source in near).items():
            near[rule.source].setdefault(rule, set()).update(subjects)
        tables = (
            near_rows.tables(near, self.now.tables, self.making.new_file, memory=self.now.options.memory)
            | found
        )
        whole = [rule for rule in makers if rule not in by_subject]
        return gone & (
            self.making.made(by_subject, tables, nodes=nodes) | self.making.made(whole, self.making.of(whole))
        )

    def _near_by_text(self, makers: dict[Rule, list[bytes]], nodes: Iterable[Rule]) -> Sources:
        """Of large tables whose rules have one subject, the rows that may have that of a changed one.

        Not where there are lines of other subjects, which another table or rule made before.
        """
        by_source: dict[LogicalSource, dict[object, Rule]] = {}
        for rule in (*makers, *nodes):
            by_source.setdefault(rule.source, {})[rule.subject, rule.base] = rule
        found: Sources = {}
        for source, (rule, *others) in ((key, [*each.values()]) for key, each in by_source.items()):
            table, rows = self.now.tables[source], self.making.rows.get(source)
            if not rows or others or not near_rows.is_large(table) or not self._is_by_subject(rule):
                continue
            near = near_rows.by_text(rule, table, rows, self.making.new_file())
            wanted = {subject_of(line) for each in makers if each.source == source for line in makers[each]}
            if near and (not wanted or wanted <= self.making.subjects([rule], "removed").get(rule, set())):
                found[source] = near
        return found

    def _is_by_subject(self, rule: Rule) -> bool:
        """Whether the rows of a subject can be found without making lines."""
        plain = self.now.tables[rule.source].plain
        return plain and rule.parent is None and rule_changes.is_simple(rule.subject)

    def _new_subjects(self, nodes: Iterable[Rule]) -> dict[Rule, Lines]:
        """The subjects of the new rows of large tables, for each rule that describes them."""
        large = [rule for rule in nodes if near_rows.is_large(self.now.tables[rule.source])]
        if not large:
            return {}
        if not all(map(self._is_by_subject, large)):
            raise Unfollowed("the subjects of a large table are made in several ways")
        return self.making.subjects({(rule.source, rule.subject): rule for rule in large}.values(), "added")


@dataclass
class _Following:
    """One attempt to follow a change."""

    last: state.Last
    now: Inputs
    staged: Path
    making: _Making

    def run(self) -> Made:
        self.now.options.step("comparing with the last build")
        before, every = rules(self._old_mapping()), rules(self.now.mapping)
        changed = self._changed()
        changes = rule_changes.between(before, every, changed, self.making.rows)
        self._refuse_large(changes)
        with sorted_lines.opened(self.last.build.graph) as graph:
            gone, come = self._lines(changes, graph)
            self._check_references(changes, before, ChangedLines(graph, gone, come))
            self.now.options.step(f"writing {len(gone):,} quads less and {len(come):,} more")
            was, sha256 = graph.changed(gone, come, self.staged / store.GRAPH)
            if was != self.last.build.manifest.files[store.GRAPH]:
                raise Unfollowed(DAMAGED)
            self._write_store(graph, gone, come)
        touched = changed | {
            source for rule in (*changes.come, *changes.local) for source in sources_of(rule)
        }
        return Made(
            quads=self.last.build.manifest.quads - len(gone) + len(come),
            files={store.GRAPH: sha256, store.ONTOLOGY: store.sha256(self.staged / store.ONTOLOGY)},
            warnings=tuple(each for each in self.last.warnings if each.rule == runs.UNFOUND),
            changes=Changes(
                tables=len(self.now.tables),
                reused=sum(source not in touched for source in self.now.tables),
                removed=len(gone),
                added=len(come),
            ),
        )

    def _old_mapping(self) -> Mapping:
        name = store.named(self.now.file, self.now.project.root)
        if self.last.build.manifest.inputs.get(name) == self.now.hashes[name]:
            return self.now.mapping
        if any(source.formulation in runs.NAMELESS for source in self.now.tables):
            # Their references that find nothing are told with their places.
            raise Unfollowed(f"{self.now.file.name} has changed, and reads more than tables")
        if self.last.mapping is None:
            raise Unfollowed(DAMAGED)
        return runs.read(self.last.mapping, replace(self.now.options, functions=None))

    def _changed(self) -> set[LogicalSource]:
        """The sources whose content or columns are not those of the last build; of some, their rows."""
        changed = set()
        for source, table in self.now.tables.items():
            old = self.last.remembered(source)
            sha256 = self.now.hashes[store.named(table.path, self.now.project.root)]
            if old is None or (old.sha256, old.columns, old.types) == (sha256, table.columns, table.types):
                continue
            if source.formulation in runs.NAMELESS:
                raise Unfollowed(f"{source.path} has changed, which is no table")
            changed.add(source)
            before = self._before(source)
            if table.plain and old.columns == table.columns:
                most = FEW_ROWS + table.path.stat().st_size // BYTES_PER_ROW
                found = row_changes.between(
                    before.path, table.path, partial(self.making.count, source), most=most
                )
                self.making.rows |= {source: found} if found else {}
        return changed

    def _before(self, source: LogicalSource) -> Table:
        found = self.last.table(source)
        if found is None:
            raise Unfollowed(DAMAGED if self.last.remembered(source) else f"{source.path} is new")
        return found

    def _refuse_large(self, changes: RuleChanges) -> None:
        """What has to be read whole must be little, or it is faster to start anew."""
        sizes = {source: table.path.stat().st_size for source, table in self.now.tables.items()}
        whole = {source for rule in (*changes.gone, *changes.come) for source in sources_of(rule)}
        asked = sum(sizes.get(source, 0) for source in whole)
        if asked > FEW_BYTES + sum(sizes.values()) // PART:
            raise Unfollowed(MUCH)

    def _lines(self, changes: RuleChanges, graph: SortedLines) -> tuple[Lines, Lines]:
        """The lines that go, and those that come."""
        old = {source: self._before(source) for rule in changes.gone for source in sources_of(rule)}
        gone = self.making.made(changes.gone, old)
        gone |= self.making.made(*self.making.of_rows(changes.local, "removed"))
        come = self.making.made(changes.come, self.making.of(changes.come), checked=True)
        come |= self.making.made(*self.making.of_rows(changes.local, "added"), checked=True)
        few = FEW_LINES + self.last.build.manifest.quads // PART
        if len(gone) + len(come) > few:
            raise Unfollowed(MUCH)
        gone, come = gone - come, come - gone
        if any(line not in graph for line in gone):
            raise Unfollowed(DAMAGED)
        gone -= _Remaining(self.now, self.making).of(gone, changes)
        return gone, {line for line in come if line not in graph}

    def _check_references(self, changes: RuleChanges, before: Iterable[Rule], graph: ChangedLines) -> None:
        """Everything referred to must be described, by new rows and by those that are as they were."""
        every = rules(self.now.mapping)
        old, new = (
            {state.said((rule.source, rule.subject)) for rule in rule_changes.of_nodes(each)}
            for each in (before, every)
        )
        known = {f"<{iri}>".encode() for iri in self.now.terms.terms}
        told = self.last.build.ontology.read_bytes().split(b"\n")
        known_before = {subject_of(line) for line in told if line[:1] == b"<"}
        by_graph = not any(map(rule_changes.may_give_class, every))
        lost = any(not _describes(graph, subject) for subject in described(graph.removed))
        hidden = any(map(rule_changes.hides, rule_changes.of_nodes((*changes.gone, *changes.local))))
        if old != new or known != known_before or not by_graph or lost or hidden:
            self._check_all_references(graph)
        elif any(term not in known and not _describes(graph, term) for term in self.making.referred):
            raise Unfollowed(FAULT)

    def _check_all_references(self, graph: ChangedLines) -> None:
        from kg import checks, plan

        mapping, tables = self.now.mapping, self.now.tables
        unbound = plan.unbound(runs.columns(tables))
        with self.making.started(tables) as running:
            known = (f"<{iri}>" for iri in self.now.terms.terms)
            running.keep(checks.KNOWN, known, checks.nodes(mapping, unbound))
            for check in checks.of_references(mapping, unbound, self.now.terms.terms):
                if running.rows(check.relation, 1):
                    raise Unfollowed(FAULT)

    def _write_store(self, graph: SortedLines, gone: Lines, come: Lines) -> None:
        """The ontology's file, and the store of both files."""
        terms, step = self.now.terms, self.now.options.step
        terms.write(self.staged / store.ONTOLOGY)
        step("bringing the store up to date")
        if store.sha256(self.last.build.ontology) != self.last.build.manifest.files[store.ONTOLOGY]:
            raise Unfollowed(DAMAGED)
        before, after = (
            {*path.read_bytes().split(b"\n")} - {b""}
            for path in (self.last.build.ontology, self.staged / store.ONTOLOGY)
        )
        now = ChangedLines(graph, gone, come, after)
        removed, added = gone | (before - after), come | (after - before)
        if not store_changes.update(self.last.build, self.staged, removed, added, now.starting):
            step(f"loading {self.last.build.manifest.quads:,} quads")
            store.load(self.staged, step)


def _describes(graph: ChangedLines, subject: bytes) -> bool:
    """Whether a line gives the subject a class."""
    return any(True for _ in graph.starting(subject + rule_changes.TYPED))
