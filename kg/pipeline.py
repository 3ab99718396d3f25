"""From a project to its graph: the whole story of a build, in one function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from kg import documents, ontology, reports, runs, state, store
from kg.errors import Finding, MissingFile
from kg.project import Project
from kg.reports import Report
from kg.runs import DEFAULTS, Options
from kg.state import Changes, Made
from kg.version import VERSION


@documents.kept()
def build(
    project: Project, options: Options = DEFAULTS, *, clean: bool = False
) -> tuple[store.Build, Report]:
    """Read, map, check, write, load, publish: the build, and its report. On any error the last one stays.

    What the last build made of what has not changed is not made again, unless it is to be `clean`; the files
    are the same bytes. If nothing has changed, the last build is the new one too.
    """
    if not clean and (same := state.unchanged(project, options)):
        return same.build, _same(same, project, options)
    options.step("reading ontology and mapping")
    with _nothing_gone(), ExitStack() as until:
        now = _inputs(project, options)
        staged = until.enter_context(store.staging(project.build, options.step))
        last = None if clean else state.last(project, options)
        made = _made(last, now, staged)
        manifest, warnings = _manifest(now, made), _warnings_of(now, made)
        state.remember(staged, now, warnings, last)
        published = store.publish(staged, project.build, manifest)
    return published, _report(published, warnings, made.skipped, made.changes)


def _same(same: state.Last, project: Project, options: Options) -> Report:
    """The report of a build that is the last one."""
    with store.staging(project.build, options.step):
        pass  # what a killed builder left is removed
    tables = len(same.state.sources)
    changes = Changes(tables, tables, 0, 0, nothing=True)
    return _report(same.build, same.warnings, changes=changes)


@contextmanager
def _nothing_gone() -> Iterator[None]:
    """What goes while it is read is told as what is missing."""
    try:
        yield
    except FileNotFoundError as error:
        raise MissingFile(f"{error.filename} is there no more", fix="put it back, and build again") from error


def _inputs(project: Project, options: Options) -> state.Inputs:
    """Everything that a build is made of, read, and the tables looked at; stamps are taken before."""
    file, of_terms = project.mapping, project.ontology
    stamps = state.stamps((file, *of_terms, *options.python))
    terms = ontology.read(of_terms)
    mapping = runs.read(file, options)
    stamps |= state.stamps(state.files(mapping, file.parent))
    looked_at = runs.look_at(mapping, file.parent, options, terms)
    found = {table.path for table in looked_at.values() if table.path.is_file()}
    stamps |= state.stamps(found - {*stamps})
    hashes = store.hashes(sorted({file, *of_terms, *options.python, *found}), project.root)
    return state.Inputs(project, file, mapping, looked_at, terms, options, hashes, stamps)


def _made(last: state.Last | None, now: state.Inputs, staged: Path) -> Made:
    """Make graph, ontology and store of a staging folder: from the last build, if there is one to follow."""
    if last is None:
        return _anew(now, staged)
    from kg import increments

    try:
        return increments.follow(last, now, staged)
    except increments.Unfollowed as why:
        return replace(_anew(now, staged), changes=Changes(len(now.tables), 0, 0, 0, anew=str(why)))


def _anew(now: state.Inputs, staged: Path) -> Made:
    options, graph = now.options, staged / store.GRAPH
    (quads,), skipped, unfound = runs.materialise(
        now.mapping, now.tables, {None: graph}, options, closed_by=now.terms
    )
    if options.skip:
        reports.write(skipped, staged / store.SKIPPED)
    now.terms.write(staged / store.ONTOLOGY)
    options.step(f"loading {quads + len(now.terms.quads):,} quads")
    store.load(staged, options.step)
    return Made(quads, store.hashes((graph, staged / store.ONTOLOGY), staged), unfound, skipped)


def _warnings_of(now: state.Inputs, made: Made) -> tuple[Finding, ...]:
    from kg import checks

    return (*runs.warnings(now.tables), *made.warnings, *checks.undescribed(now.mapping, now.terms.terms))


def _report(
    made: store.Build,
    warnings: tuple[Finding, ...],
    skipped: tuple[Finding, ...] = (),
    changes: Changes | None = None,
) -> Report:
    return Report(((made.graph, made.manifest.quads),), warnings, skipped, changes=changes)


def _manifest(now: state.Inputs, made: Made) -> store.Manifest:
    """What the build holds. A file that was written while it was read has no hash: none is sure."""
    unsure = dict.fromkeys(state.written(now) & {*now.hashes}, "")
    return store.Manifest(
        quads=made.quads,
        ontology_quads=len(now.terms.quads),
        prefixes=dict(now.terms.prefixes) | dict(now.mapping.prefixes),
        files=made.files,
        inputs=now.hashes | unsure,
        kg=VERSION,
    )
