"""The named queries of the repository: what each says of itself, and its answers in two SPARQL engines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from kg import answers, expectations, query_text, results
from kg.expectations import Row, normal
from kg.graph import Graph

if TYPE_CHECKING:
    import rdflib

FILES = {path.stem: path for path in sorted((Path(__file__).parents[1] / "queries").glob("*.rq"))}
QUESTIONS = [
    "five-operators",
    "party-branches-that-acted",
    "who-is-quoted",
    "who-asked-whom-at-noon",
    "requests-and-parties",
    "chain-of-places",
    "events-within-a-place",
    "systems-secured-by-day",
    "video-conferencing-systems",
    "who-watches-what",
    "broadcasting-cases-compared",
    "service-halls-open-or-closed",
    "time-in-words",
    "network-incidents-in-order",
    "open-and-closed-intervals",
    "set-top-boxes-for-a-place",
    "hotline-report",
    "figures-by-comparator-and-division",
    "durations-in-hours",
    "two-hotlines-compared",
]
MORE = [
    "timeline",
    "events-on-a-day",
    "figures-certainly-at-least",
    "causes-of-an-event",
    "posts-and-holders",
    "systems-of-a-class",
    "statements-of-a-paragraph",
    "inferred-not-stated",
    "places-without-coordinates",
    "units-of-an-operator",
]

# What rdflib says of itself when a Dataset is parsed or asked.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
every_query = pytest.mark.parametrize("name", FILES)


@pytest.fixture(scope="session")
def dataset(repository: Graph) -> rdflib.Dataset:
    """Graph and ontology in rdflib's own store; in one parse, since a second empties the default graph."""
    import rdflib

    files = (repository.build.graph, repository.build.ontology)
    quads = "".join(file.read_text(encoding="utf-8") for file in files)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=quads, format="nquads")
    assert len(dataset) == repository.build.manifest.quads + repository.build.manifest.ontology_quads
    return dataset


def in_oxigraph(graph: Graph, name: str, **parameters: str) -> list[Row]:
    answer = answers.run(query_text.read(FILES[name]), graph.store, graph.prefixes, parameters)
    return table(results.render(answer, "csv", graph.prefixes))


def in_rdflib(graph: Graph, dataset: rdflib.Dataset, name: str, **parameters: str) -> list[Row]:
    from rdflib.util import from_n3

    query = query_text.read(FILES[name])
    values = dict(query.defaults) | parameters
    terms = {key: from_n3(str(answers.term(value, graph.prefixes))) for key, value in values.items()}
    bindings = cast("dict[str, rdflib.term.Identifier]", terms)
    answer = dataset.query(query.text, initNs=graph.prefixes, initBindings=bindings)
    assert answer.vars is not None
    found = cast("Iterable[rdflib.query.ResultRow]", answer)
    solutions = [tuple("" if cell is None else str(cell) for cell in row) for row in found]
    return [normal(row) for row in [tuple(map(str, answer.vars)), *solutions]]


def table(text: str) -> list[Row]:
    return [normal(tuple(row)) for row in csv.reader(io.StringIO(text)) if row]


def expected(name: str) -> list[Row]:
    return [normal(row) for row in expectations.rows(FILES[name].with_suffix(".csv"))]


# ---- what the files say ----


def test_there_are_thirty_queries() -> None:
    assert sorted(FILES) == sorted(QUESTIONS + MORE)
    assert len(FILES) == 30


@every_query
def test_head_has_title_and_question_in_both_languages(name: str) -> None:
    query = query_text.read(FILES[name])
    questions = dict(query.questions)
    assert query.title != name
    assert query.title.isascii()
    assert re.search("[一-鿿].*[？。]$", questions["zh"])
    assert re.search("^[A-Z].*[?.]$", questions["en"])


def test_no_two_queries_share_a_title_or_question() -> None:
    read = [query_text.read(path) for path in FILES.values()]
    said = Counter(text for query in read for text in (query.title, *dict(query.questions).values()))
    assert [text for text, times in said.items() if times > 1] == []


def test_every_query_has_expected_rows_and_no_rows_lack_a_query() -> None:
    folder = next(iter(FILES.values())).parent
    assert {path.stem for path in folder.glob("*.csv")} == set(FILES)
    assert [name for name in FILES if len(expected(name)) < 2] == []


@every_query
def test_text_declares_no_prefix_and_orders_its_rows(name: str) -> None:
    query = query_text.read(FILES[name])
    assert not query_text.DECLARATION.search(query.text)
    assert query.is_ordered


@every_query
def test_text_uses_no_not_exists(name: str) -> None:
    """MINUS says the same and is far faster in Oxigraph on a large graph."""
    assert not re.search(r"NOT\s+EXISTS", query_text.read(FILES[name]).text, re.IGNORECASE)


@every_query
def test_parameters_are_variables_that_the_answer_does_not_show(name: str) -> None:
    query = query_text.read(FILES[name])
    parameters = {key for key, _ in query.defaults}
    assert "lang" in parameters
    assert parameters <= query.variables
    assert not parameters & set(expected(name)[0])


@every_query
def test_every_variable_is_used(name: str) -> None:
    """Named twice, a parameter, or the subject of several statements; anything else is a slip of the pen."""
    query = query_text.read(FILES[name])
    named = Counter(
        match["variable"] for match in query_text.TOKENS.finditer(query.text) if match["variable"]
    )
    parameters = {key for key, _ in query.defaults}
    once = [variable for variable, times in named.items() if times == 1 and variable not in parameters]
    assert [variable for variable in once if not re.search(rf"\?{variable}\s[^.{{}}]*;", query.text)] == []


@every_query
def test_columns_are_the_projected_variables(name: str) -> None:
    text = "\n".join(line for line in query_text.read(FILES[name]).text.splitlines() if line[:1] != "#")
    projection = text.partition("WHERE")[0]
    computed = re.compile(r"\([^?]*\?\w+\)\s+AS\s+(\?\w+)\)|\(\w+\(.*?\)\s+AS\s+(\?\w+)\)")
    names = re.findall(r"\?(\w+)", computed.sub(lambda match: match[1] or match[2], projection))
    assert tuple(names) == expected(name)[0]


# ---- what they answer ----


@every_query
def test_answer_in_oxigraph(repository: Graph, name: str) -> None:
    outcome = expectations.outcome(repository, query_text.read(FILES[name]))
    assert outcome.passed, outcome


@every_query
def test_answer_in_rdflib(repository: Graph, dataset: rdflib.Dataset, name: str) -> None:
    assert in_rdflib(repository, dataset, name) == expected(name)


@every_query
def test_english_answer_has_as_many_rows(repository: Graph, name: str) -> None:
    """Whatever has a label in Chinese has one in English."""
    english = in_oxigraph(repository, name, lang="en")
    assert len(english) == len(expected(name))
    assert english[0] == expected(name)[0]


def test_outcomes_of_the_project_are_all_passed(repository: Graph) -> None:
    outcomes = list(expectations.outcomes(repository))
    assert [outcome.query.name for outcome in outcomes] == list(FILES)
    assert [outcome.query.name for outcome in outcomes if not outcome.passed] == []


# ---- other values of the parameters ----

VARIANTS: list[tuple[str, dict[str, str], list[Row]]] = [
    (
        "events-within-a-place",
        {"place": "place:yilong-new-area"},
        [
            ("measure", "P14.2", "Yilong New Area"),
            ("request", "P14.2", "Yilong New Area"),
            ("installation", "P14.2", "Yilong New Area isolation point"),
        ],
    ),
    (
        "chain-of-places",
        {"place": "place:shengyuan-subdistrict"},
        [
            ("1", "Dongying District", "county", "true"),
            ("2", "Dongying City", "prefecture", "true"),
            ("3", "Shandong Province", "province", "false"),
            ("4", "China", "country", "false"),
        ],
    ),
    ("chain-of-places", {"place": "place:china"}, []),
    (
        "causes-of-an-event",
        {"event": "event:xixiu-fault-control"},
        [
            ("1", "resolves", "incident", "true", "P15.4"),
            ("1", "triggered by", "activity", "true", "P15.4"),
            ("2", "triggered by", "incident", "true", "P15.4"),
        ],
    ),
    (
        "causes-of-an-event",
        {"event": "event:yilong-installation"},
        [
            ("1", "fulfils", "request", "true", "P14.2"),
            ("2", "triggered by", "measure", "false", "P14.2"),
        ],
    ),
    ("causes-of-an-event", {"event": "event:epidemic"}, []),
    (
        "who-asked-whom-at-noon",
        {"moment": '"2020-01-28T09:00:00+08:00"^^xsd:dateTime'},
        [("Tianjin Broadcast Network", "28日", "P10.1", "")],
    ),
    ("who-asked-whom-at-noon", {"moment": '"2020-01-25T14:00:01+08:00"^^xsd:dateTime'}, []),
    (
        "time-in-words",
        {"words": "中午"},
        [("25日中午", "2020-01-25T10:00:00+08:00", "2020-01-25T14:00:00+08:00", "P7.1")],
    ),
    (
        "events-on-a-day",
        {"day": "2020-01-31"},
        [
            ("", "2020-01-31T23:59:59+08:00", "true", "Guangdong Province"),
            ("2020-01-23T00:00:00+08:00", "", "true", "Guizhou Province"),
            ("2020-01-23T00:00:00+08:00", "", "true", "Guizhou Province"),
        ],
    ),
    (
        "figures-certainly-at-least",
        {"least": "3", "unit": "c:hour"},
        [("3", "exactly", "3个小时", "P7.2"), ("3", "exactly", "三个小时", "P10.1")],
    ),
    (
        "hotline-report",
        {"hotline": "service:hotline-96868"},
        [("1月23日至1月26日", "more than", "20000", "item", "两万余次", "P31.1")],
    ),
    (
        "party-branches-that-acted",
        {"operator": "organisation:shandong-network"},
        [("Weihai Huancui branch", "", "", "")],
    ),
    ("set-top-boxes-for-a-place", {"place": "place:tianjin"}, []),
    (
        "systems-of-a-class",
        {"class": "kg:SurveillanceSystem"},
        [("Shandong Province",), ("Shandong Province",)],
    ),
    (
        "statements-of-a-paragraph",
        {"paragraph": "12"},
        [("P12.1", "administrative division", "Guizhou Province")],
    ),
    (
        "inferred-not-stated",
        {"part": "c:inferredMonth"},
        [(kind, "inferred month") for kind in ["measure"] * 2 + ["request"] * 2 + ["installation"] * 5],
    ),
    (
        "units-of-an-operator",
        {"operator": "organisation:weihai-huancui-branch"},
        [],
    ),
    (
        "network-incidents-in-order",
        {"division": "place:bijie"},
        [("1月25日18点", "Qianxi County", "P15.1"), ("1月26日9点", "Zhijin County", "P15.2")],
    ),
    (
        "broadcasting-cases-compared",
        {"division": "place:laiyang"},
        [("P19.3", "manner"), ("P19.3", "took place in"), ("P19.3", "uses system")],
    ),
]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize(("name", "parameters", "wanted"), VARIANTS)
def test_answer_for_other_values(
    repository: Graph,
    dataset: rdflib.Dataset,
    engine: str,
    name: str,
    parameters: dict[str, str],
    wanted: list[Row],
) -> None:
    """As many rows as wanted, each with the cells of a wanted row among its own."""
    values = {"lang": "en"} | parameters
    if engine == "rdflib":
        found = in_rdflib(repository, dataset, name, **values)[1:]
    else:
        found = in_oxigraph(repository, name, **values)[1:]
    assert len(found) == len(wanted), found
    unmatched = list(found)
    for row in wanted:
        match = next((each for each in unmatched if not Counter(row) - Counter(each)), None)
        assert match, (row, unmatched)
        unmatched.remove(match)


# ---- a wrong expectation is found ----

FAULTS: dict[str, Callable[[str], str]] = {
    "changed cell": lambda text: text.replace("P5.1", "P6.1"),
    "row too few": lambda text: "".join(text.splitlines(keepends=True)[:-1]),
    "row too many": lambda text: text + text.splitlines(keepends=True)[-1],
    "other order": lambda text: "".join(text.splitlines(keepends=True)[i] for i in (0, 2, 1, 3, 4, 5)),
    "other column": lambda text: text.replace("passage", "paragraph"),
    "no header": lambda text: "".join(text.splitlines(keepends=True)[1:]),
    "empty": lambda text: "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_expectation_fails(repository: Graph, tmp_path: Path, fault: str) -> None:
    source = FILES["five-operators"]
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    right = source.with_suffix(".csv").read_text(encoding="utf-8")
    expectation = copy.with_suffix(".csv")

    expectation.write_text(right, encoding="utf-8")
    assert expectations.outcome(repository, query_text.read(copy)).passed

    wrong = FAULTS[fault](right)
    assert wrong != right
    expectation.write_text(wrong, encoding="utf-8")
    assert not expectations.outcome(repository, query_text.read(copy)).passed


def test_a_missing_expectation_fails(repository: Graph, tmp_path: Path) -> None:
    copy = tmp_path / "five-operators.rq"
    copy.write_bytes(FILES["five-operators"].read_bytes())
    outcome = expectations.outcome(repository, query_text.read(copy))
    assert outcome.untested
    assert not outcome.passed


def test_numbers_are_compared_by_value(repository: Graph, tmp_path: Path) -> None:
    source = FILES["durations-in-hours"]
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    right = source.with_suffix(".csv").read_text(encoding="utf-8")
    copy.with_suffix(".csv").write_text(right.replace(",72,72,72,", ",72.00,7.2E1,72,"), encoding="utf-8")
    assert expectations.outcome(repository, query_text.read(copy)).passed
