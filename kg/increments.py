"""A build that makes only what a change asks for: the last graph, without some lines and with some others.

What the changed rules and rows made is made once more, from copies of what they were made of, and taken out
unless something else makes it too; what they make now is put in. Whatever this cannot follow, and whatever
looks like a fault in the data, is left to a build that starts anew: so faults are told as such a build tells
them, and the files are the same bytes.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg import near_rows, ontology, row_changes, rule_changes, runs, sorted_lines, state, store, store_changes
from kg.errors import Finding, KgError
from kg.mapping import LogicalSource, Mapping
from kg.row_changes import RowChanges
from kg.rule_changes import RuleChanges, described, subject_of
from kg.rules import Rule, only, rules, sources_of
from kg.runs import Options, Sources
from kg.shapes import Table

if TYPE_CHECKING:
    from kg.engine import Engine
    from kg.plan import Tables

FEW_ROWS, FEW_BYTES, FEW_LINES = 1_000, 2_000_000, 10_000
"""However small a graph is, so much may change in it."""
BYTES_PER_ROW = 500  # one row of so many bytes of a table may change
PART = 5  # of the tables read whole, and of the graph's lines, one in so many may
MOST_REFERENCES = 200_000
Lines = set[bytes]


class Unfollowed(Exception):
    """A change that only a build that starts anew can follow."""


@dataclass(frozen=True)
class Inputs:
    """What a build is made of, read and looked at; `hashes` are those of its files, by their names."""

    root: Path
    file: Path
    mapping: Mapping
    tables: Sources
    terms: ontology.Ontology
    options: Options
    hashes: dict[str, str]


@dataclass(frozen=True)
class Increment:
    """What was done: how many tables there are and how many were not looked at again, what went and came."""

    tables: int
    reused: int
    removed: int
    added: int
    quads: int
    files: dict[str, str]
    warnings: tuple[Finding, ...]


def follow(last: state.Last, now: Inputs, staged: Path) -> Increment | None:
    """Make graph, ontology and store of a staging folder from the last build; None for one to start anew.

    There is then nothing in the folder.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            return _Following(last, now, staged, Path(folder)).run()
    except (Unfollowed, KgError):
        store.clear(staged)
        return None


@dataclass
class _Following:
    """One attempt to follow a change."""

    last: state.Last
    now: Inputs
    staged: Path
    folder: Path
    rows: dict[LogicalSource, RowChanges] = field(default_factory=dict)
    referred: Lines = field(default_factory=set)
    files: int = 0

    def run(self) -> Increment:
        self.now.options.step("comparing with the last build")
        before, every = rules(self._old_mapping()), rules(self.now.mapping)
        changed = self._changed()
        changes = rule_changes.between(before, every, changed, self.rows)
        self._see_to_size(changes)
        with sorted_lines.opened(self.last.build.graph) as graph:
            gone, come = self._lines(changes, graph)
            self._see_to_references(changes, before, Graph(graph, gone, come))
            self.now.options.step(f"writing {len(gone):,} quads less and {len(come):,} more")
            was, sha256 = graph.changed(gone, come, self.staged / store.GRAPH)
            if was != self.last.build.manifest.files[store.GRAPH]:
                raise Unfollowed
            self._write_store(graph, gone, come)
        touched = changed | {
            source for rule in (*changes.come, *changes.local) for source in sources_of(rule)
        }
        return Increment(
            tables=len(self.now.tables),
            reused=sum(source not in touched for source in self.now.tables),
            removed=len(gone),
            added=len(come),
            quads=self.last.build.manifest.quads - len(gone) + len(come),
            files={
                store.GRAPH: sha256,
                store.ONTOLOGY: store.sha256(self.staged / store.ONTOLOGY),
            },
            warnings=tuple(
                each for each in state.warnings(self.last, self.now.root) if each.rule == runs.UNFOUND
            ),
        )

    def _old_mapping(self) -> Mapping:
        name = store.named(self.now.file, self.now.root)
        if self.last.build.manifest.inputs.get(name) == self.now.hashes[name]:
            return self.now.mapping
        if any(source.formulation in runs.NAMELESS for source in self.now.tables):
            raise Unfollowed  # whose references that find nothing are told with their places
        return runs.read(self.last.copy(self.last.state.mapping), replace(self.now.options, functions=None))

    def _changed(self) -> set[LogicalSource]:
        """The sources whose content or columns are not those of the last build; of some, their rows."""
        changed = set()
        for source, table in self.now.tables.items():
            old = self.last.remembered(source)
            sha256 = self.now.hashes[store.named(table.path, self.now.root)]
            if old is None or (old.sha256, old.columns, old.types) == (sha256, table.columns, table.types):
                continue
            if source.formulation in runs.NAMELESS:
                raise Unfollowed
            changed.add(source)
            before = self._before(source)
            if table.plain and old.columns == table.columns:
                most = FEW_ROWS + table.path.stat().st_size // BYTES_PER_ROW
                found = row_changes.between(before.path, table.path, partial(self._count, source), most=most)
                self.rows |= {source: found} if found else {}
        return changed

    def _count(self, source: LogicalSource, path: Path) -> int:
        with self._started({source: replace(self.now.tables[source], path=path)}) as running:
            ((count,),) = running.do("SELECT count(*) FROM source_0")
        return int(count)

    def _before(self, source: LogicalSource) -> Table:
        found = self.last.table(source)
        if found is None:
            raise Unfollowed
        return found

    def _see_to_size(self, changes: RuleChanges) -> None:
        """What has to be read whole must be little, or it is faster to start anew."""
        sizes = {source: table.path.stat().st_size for source, table in self.now.tables.items()}
        whole = {source for rule in (*changes.gone, *changes.come) for source in sources_of(rule)}
        asked = sum(sizes.get(source, 0) for source in whole)
        if asked > FEW_BYTES + sum(sizes.values()) // PART:
            raise Unfollowed

    def _lines(self, changes: RuleChanges, graph: sorted_lines.SortedLines) -> tuple[Lines, Lines]:
        """The lines that go, and those that come."""
        old = {source: self._before(source) for rule in changes.gone for source in sources_of(rule)}
        gone = self._made(changes.gone, old)
        gone |= self._made(*self._of_rows(changes.local, "removed"))
        come = self._made(changes.come, self._of(changes.come), checked=True)
        come |= self._made(*self._of_rows(changes.local, "added"), checked=True)
        few = FEW_LINES + self.last.build.manifest.quads // PART
        if len(gone) + len(come) > few:
            raise Unfollowed
        gone, come = gone - come, come - gone
        if any(line not in graph for line in gone):
            raise Unfollowed
        gone -= self._still_made(gone, changes)
        return gone, {line for line in come if line not in graph}

    def _of(self, wanted: Iterable[Rule]) -> Sources:
        used = {source for rule in wanted for source in sources_of(rule)}
        return {source: table for source, table in self.now.tables.items() if source in used}

    def _of_rows(self, local: Iterable[Rule], which: str) -> tuple[tuple[Rule, ...], Sources]:
        """The rules that read changed tables, and these with the changed rows alone."""
        tables: Sources = {}
        for source, changes in self.rows.items():
            if lines := getattr(changes, which):
                path = changes.write(lines, self._new_file())
                tables[source] = replace(self.now.tables[source], path=path)
        return tuple(rule for rule in local if rule.source in tables), tables

    def _new_file(self) -> Path:
        self.files += 1
        return self.folder / f"{self.files}.csv"

    def _made(
        self, wanted: Iterable[Rule], tables: Sources, *, checked: bool = False, nodes: Iterable[Rule] = ()
    ) -> Lines:
        """The lines that rules make of tables, which are `checked` where new, else the ids of `nodes`."""
        from kg import answering, parts, plan

        given, described = tuple(wanted), tuple(nodes)
        if not given and not described:
            return set()
        mapping, unbound = only(self.now.mapping, given), plan.unbound(runs.columns(tables))
        with self._started(tables) as running:
            answering.fill(running, mapping, unbound)
            if checked:
                self._check(running, mapping, tables)
            self._check_keys(running, only(mapping, described), unbound)
            out = self._new_file()
            running.write(parts.lines(given, unbound), out)
        lines = set(out.read_bytes().split(b"\n"))
        return lines - {b""}

    @contextmanager
    def _started(self, tables: Sources) -> Iterator[Engine]:
        from kg import engine, engines

        with engine.start(tables.values(), memory=engines.size(self.now.options.memory)) as running:
            yield running

    def _check(self, running: Engine, part: Mapping, tables: Sources) -> None:
        """No fault may be in the tables; to what they refer is remembered."""
        from kg import checks, plan

        others = {source: table for source, table in self.now.tables.items() if source not in tables}
        unbound = plan.unbound(runs.columns(tables | others))
        for check in checks.of_terms(part, unbound):
            if running.rows(check.relation, 1):
                raise Unfollowed
        self._check_keys(running, part, unbound)
        running.keep(checks.KNOWN, ())
        known = self.now.terms.terms
        for check in checks.of_references(self.now.mapping, unbound, known, of=rules(part)):
            found = running.rows(check.relation, MOST_REFERENCES)
            if len(found) == MOST_REFERENCES or (found and "term" not in found[0]):
                raise Unfollowed
            self.referred |= {row["term"].encode() for row in found}

    def _check_keys(self, running: Engine, part: Mapping, unbound: Tables) -> None:
        from kg import checks

        for check in checks.of_keys(part, unbound):
            if running.rows(check.relation, 1):
                raise Unfollowed

    def _still_made(self, gone: Lines, changes: RuleChanges) -> Lines:
        """Those of the lines that other rows make, or other rules. New rows may not have the id of others."""
        makers = rule_changes.makers((*changes.local, *changes.untouched)).of(gone)
        nodes = [rule for rule in rule_changes.of_nodes(changes.local) if self.rows[rule.source].added]
        by_subject = {rule: lines for rule, lines in makers.items() if self._is_by_subject(rule)}
        found = self._near_by_text([*by_subject, *nodes])
        near: dict[LogicalSource, dict[Rule, Lines]] = {
            rule.source: {} for rule in (*by_subject, *nodes) if rule.source not in found
        }
        for rule, lines in by_subject.items():
            if rule.source in near:
                near[rule.source][rule] = {subject_of(line) for line in lines}
        for rule, subjects in self._new_subjects(rule for rule in nodes if rule.source in near).items():
            near[rule.source].setdefault(rule, set()).update(subjects)
        tables = near_rows.tables(near, self.now.tables, self._new_file) | found
        whole = [rule for rule in makers if rule not in by_subject]
        return gone & (self._made(by_subject, tables, nodes=nodes) | self._made(whole, self._of(whole)))

    def _near_by_text(self, wanted: Iterable[Rule]) -> Sources:
        """Of large tables whose rules have one subject, the rows that may have that of a changed one."""
        by_source: dict[LogicalSource, dict[object, Rule]] = {}
        for rule in wanted:
            by_source.setdefault(rule.source, {})[rule.subject] = rule
        found: Sources = {}
        for source, (rule, *others) in ((key, [*each.values()]) for key, each in by_source.items()):
            table = self.now.tables[source]
            if source in self.rows and not others and near_rows.is_large(table) and self._is_by_subject(rule):
                near = near_rows.by_text(rule, table, self.rows[source], self._new_file())
                found |= {source: near} if near else {}
        return found

    def _is_by_subject(self, rule: Rule) -> bool:
        """Whether the rows of a subject can be found without making lines."""
        plain = self.now.tables[rule.source].plain
        return plain and rule.parent is None and rule_changes.is_simple(rule.subject)

    def _new_subjects(self, nodes: Iterable[Rule]) -> dict[Rule, Lines]:
        """The subjects of the new rows of large tables, for each rule that describes them."""
        from kg import plan

        large = [rule for rule in nodes if near_rows.is_large(self.now.tables[rule.source])]
        if not large:
            return {}
        if not all(map(self._is_by_subject, large)):
            raise Unfollowed
        _, tables = self._of_rows(large, "added")
        unbound, found = plan.unbound(runs.columns(tables)), {}
        with self._started(tables) as running:
            for rule in {(rule.source, rule.subject): rule for rule in large}.values():
                rows = running.rows(near_rows.subjects(rule, unbound), MOST_REFERENCES)
                found[rule] = {row["term"].encode() for row in rows}
        if any(len(subjects) == MOST_REFERENCES for subjects in found.values()):
            raise Unfollowed
        return found

    def _see_to_references(self, changes: RuleChanges, before: Iterable[Rule], graph: Graph) -> None:
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
        lost = any(not graph.describes(subject) for subject in described(graph.removed))
        if old != new or known != known_before or not by_graph or lost:
            self._see_to_all_references(graph)
        elif any(term not in known and not graph.describes(term) for term in self.referred):
            raise Unfollowed

    def _see_to_all_references(self, graph: Graph) -> None:
        from kg import checks, plan

        mapping, tables = self.now.mapping, self.now.tables
        unbound = plan.unbound(runs.columns(tables))
        with self._started(tables) as running:
            known = (f"<{iri}>" for iri in self.now.terms.terms)
            running.keep(checks.KNOWN, known, checks.nodes(mapping, unbound))
            for check in checks.of_references(mapping, unbound, self.now.terms.terms):
                if running.rows(check.relation, 1):
                    raise Unfollowed

    def _write_store(self, graph: sorted_lines.SortedLines, gone: Lines, come: Lines) -> None:
        """The ontology's file, and the store of both files."""
        terms, step = self.now.terms, self.now.options.step
        terms.write(self.staged / store.ONTOLOGY)
        step("bringing the store up to date")
        if store.sha256(self.last.build.ontology) != self.last.build.manifest.files[store.ONTOLOGY]:
            raise Unfollowed
        before, after = (
            {*path.read_bytes().split(b"\n")} - {b""}
            for path in (self.last.build.ontology, self.staged / store.ONTOLOGY)
        )
        now = Graph(graph, gone, come, after)
        removed, added = gone | (before - after), come | (after - before)
        if not store_changes.update(self.last.build, self.staged, removed, added, now.starting):
            step(f"loading {self.last.build.manifest.quads:,} quads")
            store.load(self.staged, step)


@dataclass(frozen=True)
class Graph:
    """The graph as it is going to be, with the lines `beside` it."""

    before: sorted_lines.SortedLines
    removed: Lines
    added: Lines
    beside: Lines = field(default_factory=set)

    @cached_property
    def _new(self) -> list[bytes]:
        return sorted(self.added | self.beside)

    def starting(self, prefix: bytes) -> Iterator[bytes]:
        """The lines that begin with `prefix`."""
        yield from (line for line in self.before.starting(prefix) if line not in self.removed)
        for line in islice(self._new, bisect_left(self._new, prefix), None):
            if not line.startswith(prefix):
                return
            yield line

    def describes(self, subject: bytes) -> bool:
        """Whether a line gives the subject a class."""
        return any(True for _ in self.starting(subject + rule_changes.TYPED))
