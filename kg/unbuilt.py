"""One answer without a build: the part of the graph that a query can see is made, loaded and asked in memory.

Nothing is written. The tables are checked whole, as in a build; the answer is that of a build made now.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kg import answers, documents, loading, ontology, query_scope, query_text, runs
from kg.errors import UnknownParameter
from kg.project import Project
from kg.runs import Options

if TYPE_CHECKING:
    from kg.query_scope import Scope
    from kg.rules import Rule
    from kg.terms import Pieces


@documents.kept()
def ask(
    given: str, of: Project | Path, params: Map[str, str], options: Options
) -> tuple[answers.Answer, dict[str, str]]:
    """The answer to a query over the graph that a project, or a mapping by itself, would have if built now.

    `given` is a named query of the project, a file or text. The prefixes of the graph come with the answer.
    Without ORDER BY rows may come in another order than from a build. Raises what is wrong with the query,
    and what a build, or a run of the mapping, raises.
    """
    project = of if isinstance(of, Project) else None
    query = query_text.find(given, project.queries if project else {})
    options.step("reading the mapping")
    terms = ontology.read(project.ontology) if project else None
    file = of.mapping if isinstance(of, Project) else of
    mapping = runs.read(file, options)
    prefixes = (dict(terms.prefixes) if terms else {}) | dict(mapping.prefixes)
    answers.check(query, prefixes)
    tables = runs.look_at(mapping, file.parent, options, terms)

    def answer(scope: Scope | None) -> answers.Answer:
        import pyoxigraph

        store = pyoxigraph.Store()
        with TemporaryDirectory(prefix="kg-") as folder:
            graph, known = Path(folder, "graph.nq"), Path(folder, "ontology.nq")
            as_made = replace(options, ordered=False)
            runs.materialise(mapping, tables, {None: graph}, as_made, terms, wanted=seen_by(scope))
            if terms:
                terms.write(known)
            files = (graph, known) if terms else (graph,)
            loading.in_memory(store, files, lambda done: options.step(f"loading: {done:,} quads"))
        return answers.run(query, store, prefixes, params)

    scope = query_scope.scope(query.text, prefixes)
    try:
        return answer(scope), prefixes
    except UnknownParameter:  # the graph may have a node of which the query sees nothing
        if scope is None:
            raise
        return answer(None), prefixes


def seen_by(scope: Scope | None) -> Callable[[Rule], bool]:
    """Whether a query that sees `scope` may see a quad of a rule: always where the rule's terms are open."""
    from kg import plan, terms

    def sees(rule: Rule) -> bool:
        made = plan.roles(rule)
        predicate, object_ = (
            _constant(terms.spelled(made[role], rule.base)) for role in ("predicate", "object")
        )
        return scope is None or predicate is None or scope.sees(predicate, object_)

    return sees


def _constant(pieces: Pieces) -> str | None:
    """The term as N-Quads has it, if it is the same in every record."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if len(texts) == len(pieces) else None
