"""An open graph: for SPARQL, rdflib and networkx, as a page and as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from models import EX
from pages import unpacked

import kg
from kg.errors import NoProject, QueryError, UnknownEntity, UnknownFormat, UnknownQuery, Unwritable
from kg.graph import Graph

BIJIE = EX + "place/bijie"


def test_a_build_can_be_opened_again(graph: Graph) -> None:
    """From any folder of the project; nothing is built."""
    assert kg.open(graph.project.root / "data") == graph
    assert [path.name for path in (graph.project.build / "builds").iterdir()] == ["1"]


def test_without_a_project_nothing_is_opened(tmp_path: Path) -> None:
    for function in (kg.open, kg.build, kg.sql, kg.queries, kg.test):
        with pytest.raises(NoProject):
            function(path=tmp_path)  # type: ignore[operator]


def test_the_quads_are_as_the_tables_have_them(graph: Graph) -> None:
    """The index writes 176167 for 176167.00; the graph does not."""
    areas = {quad.object.value for quad in graph.quads() if quad.predicate.value == EX + "area"}
    assert areas == {"176167.00", "26853.5", "2528"}
    lines = [f"{quad} ." for quad in graph.quads()]
    assert len(lines) == graph.build.manifest.quads == len(set(lines))
    assert {quad.graph_name for quad in graph.quads()} == {ox.DefaultGraph()}
    assert {quad.graph_name for quad in graph.ontology()} == {ox.NamedNode("urn:kg:ontology")}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_sees_the_same_graph(graph: Graph) -> None:
    """Data and ontology as one; prefixes are bound as the project names them."""
    dataset = graph.rdflib
    assert len(dataset) == graph.build.manifest.quads + graph.build.manifest.ontology_quads
    assert (rdflib.URIRef(BIJIE), rdflib.RDFS.label, rdflib.Literal("毕节市", lang="zh")) in dataset
    rows = dataset.query(
        "SELECT ?name { ?place a/rdfs:label ?name FILTER(LANG(?name) = 'en') } GROUP BY ?name"
    )
    assert [str(row[0]) for row in rows] == ["place"]  # type: ignore[index]
    bound = {prefix: str(iri) for prefix, iri in dataset.namespaces()}
    assert bound.items() >= graph.prefixes.items()
    assert graph.rdflib is dataset


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_what_rdflib_sees_cannot_be_changed(graph: Graph) -> None:
    node = rdflib.URIRef("urn:a")
    with pytest.raises((OSError, RuntimeError, TypeError, ValueError)):
        graph.rdflib.add((node, node, node))


def test_networkx_has_the_graph_as_nodes_and_links(graph: Graph) -> None:
    network = graph.network()
    assert network.nodes[BIJIE]["labels"] == {"zh": "毕节市", "en": "Bijie"}
    assert network.nodes[BIJIE]["cls"] == EX + "Place"
    assert network.has_edge(BIJIE, EX + "place/guizhou", EX + "in")


@pytest.mark.parametrize(("lang", "title"), [("zh", "地点图"), ("en", "Places"), ("fr", None)])
def test_a_graph_is_called_what_its_dataset_is_called(lang: str, title: str | None, graph: Graph) -> None:
    """Without a title in the language, what its folder is called."""
    assert graph.title(lang) == (title or graph.project.root.name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_one_file_in_the_language_that_is_asked_for(
    lang: str, graph: Graph, tmp_path: Path
) -> None:
    html = graph.view(tmp_path / "page.html", lang=lang).read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert f'<html lang="{lang}' in html
    assert ("<title>地点图" if lang == "zh" else "<title>Places") in html
    assert html == graph.view(tmp_path / "again.html", lang=lang).read_text(encoding="utf-8")


def test_the_page_has_its_title_in_both_languages(graph: Graph, tmp_path: Path) -> None:
    html = graph.view(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '{"titles":{"zh":"地点图","en":"Places"}' in unpacked(html)


@pytest.mark.parametrize(
    "focus", ["place:jinsha", EX + "place/jinsha", f"<{EX}place/jinsha>", "金沙县", "Jinsha"]
)
@pytest.mark.parametrize(("hops", "others"), [(0, []), (1, ["毕节市"]), (2, ["毕节市", "贵州省"])])
def test_a_page_may_show_what_is_near(
    focus: str, hops: int, others: list[str], graph: Graph, tmp_path: Path
) -> None:
    html = graph.view(tmp_path / "page.html", focus=focus, hops=hops).read_text(encoding="utf-8")
    names = {text for node in json.loads(unpacked(html))["nodes"] for text in node[1] if text}
    assert "金沙县" in names
    assert [name for name in ("毕节市", "贵州省") if name in names] == others


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (
            {"focus": "place:jinshi"},
            UnknownEntity,
            "no entity 'place:jinshi' is drawn; did you mean 'place:jinsha'?",
        ),
        ({"focus": "jinsha"}, UnknownEntity, "no entity 'jinsha' is drawn; did you mean 'place:jinsha'?"),
        (
            {"focus": "plaze:jinsha"},
            UnknownEntity,
            "no entity 'plaze:jinsha' is drawn; did you mean 'place:jinsha'?",
        ),
        (
            {"focus": "place:%"},
            UnknownEntity,
            "no entity 'place:%' is drawn; name it by IRI, prefixed name or label",
        ),
        ({"focus": ""}, UnknownEntity, "no entity '' is drawn; name it by IRI, prefixed name or label"),
        ({"lang": "fr"}, UnknownFormat, "the page does not speak 'fr'; there are: zh, en"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    asked: dict[str, str], error: type[Exception], message: str, graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        graph.view(tmp_path / "page.html", **asked)  # type: ignore[arg-type]
    assert str(caught.value).endswith("]: " + message)
    assert list(tmp_path.iterdir()) == []


def test_a_label_of_several_entities_is_told_with_their_names(
    tmp_path: Path, project: Callable[..., Path]
) -> None:
    """Each is offered as it can be typed."""
    rows = "id,name,parent,area\nguizhou,中心,,\nbijie,中心,guizhou,\n"
    graph = kg.build(project({"data/places.csv": rows}))
    with pytest.raises(UnknownEntity) as caught:
        graph.view(tmp_path / "page.html", focus="中心")
    names = [f"'<{EX}place/{name}>'" for name in ("bijie", "guizhou")]
    assert str(caught.value) == (
        f"error[unknown-entity]: 2 entities are called '中心'; did you mean {' or '.join(names)}?"
    )


def test_a_page_is_not_written_where_a_folder_is_or_none(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match="is a folder; name a file in it"):
        graph.view(tmp_path)
    with pytest.raises(Unwritable, match=r"there is no folder \S+/new; make it first, or name another"):
        graph.view(tmp_path / "new" / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_the_functions_are_the_commands(graph: Graph, tmp_path: Path) -> None:
    """Each works on the project that `path` is in."""
    root = graph.project.root
    assert (
        kg.query("within", root, params={"whole": "place:bijie"}, format="csv")
        == f"part\r\n{EX}place/jinsha\r\n"
    )
    assert kg.queries(root) == "places  All places\nwithin  Within a place  [whole=place:guizhou]\n"
    assert all(outcome.passed for outcome in kg.test(root))
    assert kg.export(tmp_path / "out.nt", root) == tmp_path / "out.nt"
    assert kg.view(path=root) == graph.project.build / "graph.html"
    with pytest.raises(QueryError):
        kg.query("SELECT {", root)


def test_a_project_without_named_queries_is_told(project: Callable[..., Path]) -> None:
    """Nothing to list or to test is not the same as all being well."""
    graph = kg.build(project())
    for function in (kg.queries, kg.test):
        with pytest.raises(UnknownQuery) as caught:
            list(function(graph.project.root))
        assert str(caught.value).startswith(
            "error[unknown-query]: the project has no named query; write queries/"
        )


def test_the_repository_is_a_project(repository: Graph) -> None:
    """Its own graph is built without a warning, and every named query gives what is expected of it."""
    assert repository.warnings == ()
    assert repository.build.manifest.quads > 1000
    failed = [outcome.query.name for outcome in kg.test(repository.project.root) if not outcome.passed]
    assert failed == []
