"""The curated tables: every cell well formed, every reference met, every count as it must be.

The graph built from them is tested elsewhere; here the tables are read as plain CSV.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from lunardate import LunarDate
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import SKOS

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
CONCEPTS = Namespace("https://kg.example/concept/")
SCHEMES = Namespace("https://kg.example/scheme/")

Row = dict[str, str]

# The header of every table. A node table begins with `id`, which is unique in it.
NODES = {
    "documents": "id class zh en issued source_text",
    "passages": "id class document paragraph sentence spoken_by zh en",
    "organisations": "id class type zh en parent operates_in",
    "groups": "id class zh en",
    "people": "id class zh en",
    "posts": "id class zh en organisation",
    "places": "id class type zh en pinyin code parent longitude latitude coordinate_source",
    "systems": "id class type zh en built_by part_of",
    "services": "id class type zh en phone availability",
    "events": "id class type zh en start end precision time_text part_of",
    "figures": "id class zh en describes_kind describes measure value unit comparator lower upper"
    " value_text passage",
}
LINKS = {
    "requests": "id requested_by addressed_to",
    "person_posts": "person post",
    "system_clients": "system organisation",
    "system_connections": "system organisation",
    "system_locations": "system place",
    "service_providers": "service organisation",
    "event_places": "event place",
    "event_performers": "event agent_kind agent",
    "event_beneficiaries": "event agent_kind agent",
    "event_formed": "event organisation",
    "event_target_systems": "event system",
    "event_used_systems": "event system",
    "event_target_services": "event service",
    "event_used_services": "event service",
    "event_causes": "event relation cause",
    "event_purposes": "event purpose",
    "event_manners": "event manner",
    "event_topics": "event topic",
    "stated_in": "kind id passage",
    "inferences": "kind id part",
    "alternative_names": "kind id zh en",
    "notes": "kind id zh en",
}
TABLES = NODES | LINKS

# Which table holds the nodes of a kind.
KINDS = {
    "document": "documents",
    "passage": "passages",
    "organisation": "organisations",
    "group": "groups",
    "person": "people",
    "post": "posts",
    "place": "places",
    "system": "systems",
    "service": "services",
    "event": "events",
    "figure": "figures",
}

# (table, column) -> the kind of node that the cell names.
REFERENCES = {
    ("passages", "document"): "document",
    ("passages", "spoken_by"): "person",
    ("organisations", "parent"): "organisation",
    ("organisations", "operates_in"): "place",
    ("posts", "organisation"): "organisation",
    ("places", "parent"): "place",
    ("systems", "built_by"): "organisation",
    ("systems", "part_of"): "system",
    ("events", "part_of"): "event",
    ("figures", "passage"): "passage",
    ("requests", "id"): "event",
    ("requests", "requested_by"): "organisation",
    ("requests", "addressed_to"): "organisation",
    ("person_posts", "person"): "person",
    ("person_posts", "post"): "post",
    ("system_clients", "system"): "system",
    ("system_clients", "organisation"): "organisation",
    ("system_connections", "system"): "system",
    ("system_connections", "organisation"): "organisation",
    ("system_locations", "system"): "system",
    ("system_locations", "place"): "place",
    ("service_providers", "service"): "service",
    ("service_providers", "organisation"): "organisation",
    ("event_places", "event"): "event",
    ("event_places", "place"): "place",
    ("event_performers", "event"): "event",
    ("event_beneficiaries", "event"): "event",
    ("event_formed", "event"): "event",
    ("event_formed", "organisation"): "organisation",
    ("event_target_systems", "event"): "event",
    ("event_target_systems", "system"): "system",
    ("event_used_systems", "event"): "event",
    ("event_used_systems", "system"): "system",
    ("event_target_services", "event"): "event",
    ("event_target_services", "service"): "service",
    ("event_used_services", "event"): "event",
    ("event_used_services", "service"): "service",
    ("event_causes", "event"): "event",
    ("event_causes", "cause"): "event",
    ("event_purposes", "event"): "event",
    ("event_manners", "event"): "event",
    ("event_topics", "event"): "event",
    ("stated_in", "passage"): "passage",
}

# (table, column) -> the column beside it that says the kind of node.
KIND_COLUMNS = {
    ("event_performers", "agent"): "agent_kind",
    ("event_beneficiaries", "agent"): "agent_kind",
    ("figures", "describes"): "describes_kind",
    ("stated_in", "id"): "kind",
    ("inferences", "id"): "kind",
    ("alternative_names", "id"): "kind",
    ("notes", "id"): "kind",
}

# (table, column) -> the schemes in which the concept may be.
CONCEPT_COLUMNS = {
    ("organisations", "type"): {"organisationKind"},
    ("places", "type"): {"divisionLevel", "placeKind"},
    ("systems", "type"): {"systemKind"},
    ("services", "type"): {"serviceKind"},
    ("events", "type"): {"activityKind"},
    ("events", "precision"): {"timePrecision"},
    ("event_purposes", "purpose"): {"purpose"},
    ("event_manners", "manner"): {"manner"},
    ("event_topics", "topic"): {"subject"},
    ("figures", "measure"): {"measure"},
    ("figures", "unit"): {"unit"},
    ("figures", "comparator"): {"comparator"},
    ("inferences", "part"): {"inference"},
}

CLASSES = {
    "documents": {"Document"},
    "passages": {"Passage", "Quotation"},
    "organisations": {
        "Organisation",
        "NetworkOperator",
        "Branch",
        "PartyOrganisation",
        "PublicAuthority",
        "Team",
    },
    "groups": {"Group"},
    "people": {"Person"},
    "posts": {"Post"},
    "places": {"Place", "AdministrativeDivision", "DevelopmentZone", "Site"},
    "systems": {
        "NetworkSystem",
        "ConferencingSystem",
        "BroadcastingSystem",
        "SurveillanceSystem",
        "InformationPlatform",
        "Equipment",
    },
    "services": {"Service", "ServiceChannel", "ServiceOffering"},
    "events": {"Event", "Incident", "Activity", "Request", "Installation", "Repair", "Operation", "Measure"},
    "figures": {"Figure"},
}

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
IDS = {"passages": re.compile(r"p(0[3-9]|[12]\d|3[01])-[1-9]"), "figures": re.compile(r"f(0[1-9]|1\d|2[01])")}
CJK = re.compile(r"[\u4e00-\u9fff]")


def rows(table: str) -> list[Row]:
    """Give the rows of a table; a ragged one shows as a key or value of None."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_id(table: str) -> dict[str, Row]:
    return {row["id"]: row for row in rows(table)}


def pairs(table: str, key: str, value: str) -> set[tuple[str, str]]:
    return {(row[key], row[value]) for row in rows(table)}


def cells() -> Iterator[tuple[str, str, str]]:
    """Give every cell as (table, column, value)."""
    for table in TABLES:
        for row in rows(table):
            for column, value in row.items():
                yield table, column, value


def ancestors(place: str) -> list[str]:
    """Give a place and all places above it, the nearest first."""
    places = by_id("places")
    chain = []
    while place:
        chain.append(place)
        place = places[place]["parent"]
    return chain


# ---- the form of the tables ----


def test_every_table_is_known() -> None:
    """A table in the folder that no test knows would go unchecked."""
    assert {path.stem for path in DATA.glob("*.csv")} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_bytes(table: str) -> None:
    """UTF-8 in NFC without a byte order mark, lines ended by LF, the last one too."""
    raw = (DATA / f"{table}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert unicodedata.is_normalized("NFC", raw.decode("utf-8"))


@pytest.mark.parametrize("table", TABLES)
def test_header_and_width(table: str) -> None:
    """The header is the declared one, and no row is ragged."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    assert header == TABLES[table].split()
    assert body
    assert {len(row) for row in body} == {len(header)}


def test_cells_hold_no_stray_white_space() -> None:
    """No blank at an end, no double blank, no tab, line break or other control character."""
    stray = re.compile(r"^\s|\s$|\s\s|[\x00-\x1f\x7f\u00a0\u200b-\u200f\u2028\u2029\ufeff]")
    assert [cell for cell in cells() if stray.search(cell[2])] == []


@pytest.mark.parametrize("table", NODES)
def test_ids(table: str) -> None:
    """The identifier of a node is a slug, and no two rows share it."""
    ids = [row["id"] for row in rows(table)]
    pattern = IDS.get(table, SLUG)
    assert [slug for slug in ids if not pattern.fullmatch(slug)] == []
    assert [slug for slug, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("table", LINKS)
def test_no_link_is_stated_twice(table: str) -> None:
    """A repeated row of a link table is a slip."""
    counts = Counter(tuple(row.values()) for row in rows(table))
    assert [row for row, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("table", CLASSES)
def test_classes(table: str) -> None:
    """Every node is of a class that its table may hold."""
    assert {row["class"] for row in rows(table)} <= CLASSES[table]


def test_labels() -> None:
    """Every node has a Chinese and an English label, each in its own script and but once in its table."""
    for table in NODES:
        found = rows(table)
        assert [row["id"] for row in found if not CJK.search(row["zh"])] == []
        assert [row["id"] for row in found if not row["en"] or CJK.search(row["en"])] == []
        for language in ("zh", "en"):
            assert len({row[language] for row in found}) == len(found), (table, language)


def test_other_names_and_notes_say_something() -> None:
    """A row of names or notes has at least one of the two languages, each in its own script."""
    for table in ("alternative_names", "notes"):
        for row in rows(table):
            assert row["zh"] or row["en"]
            assert not row["zh"] or CJK.search(row["zh"]), row
            assert not CJK.search(row["en"]), row


def test_cells_are_short() -> None:
    """Tables hold facts and summaries, no passages of a document: at most 60 Chinese characters a cell."""
    assert [cell for cell in cells() if len(CJK.findall(cell[2])) > 60] == []


def test_other_names_are_others() -> None:
    """Another name of a node is not its label."""
    labels = {
        (kind, row["id"], row[language])
        for kind, table in KINDS.items()
        for row in rows(table)
        for language in ("zh", "en")
    }
    for row in rows("alternative_names"):
        for language in ("zh", "en"):
            assert (row["kind"], row["id"], row[language]) not in labels, row


# ---- references ----


def test_references_are_declared() -> None:
    """Every column of a link table that is not a declared reference is a kind, relation, concept or text."""
    free = {"kind", "agent_kind", "relation", "zh", "en"}
    declared = REFERENCES.keys() | KIND_COLUMNS.keys() | CONCEPT_COLUMNS.keys()
    for table, header in LINKS.items():
        for column in header.split():
            assert (table, column) in declared or column in free, (table, column)


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_references(table: str, column: str) -> None:
    """A cell that names a node names a row that exists."""
    known = by_id(KINDS[REFERENCES[table, column]])
    assert {row[column] for row in rows(table)} - known.keys() - {""} == set()


@pytest.mark.parametrize(("table", "column"), KIND_COLUMNS)
def test_references_of_varying_kind(table: str, column: str) -> None:
    """A cell whose kind stands beside it names a row of that kind."""
    known = {(kind, slug) for kind, nodes in KINDS.items() for slug in by_id(nodes)}
    assert pairs(table, KIND_COLUMNS[table, column], column) - known == set()


@pytest.fixture(scope="module")
def schemes() -> dict[str, set[str]]:
    """Give the slugs of the concepts of each scheme of the ontology."""
    graph = Graph().parse(ROOT / "ontology" / "concepts.ttl")
    found: dict[str, set[str]] = {}
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        assert isinstance(scheme, URIRef)
        found.setdefault(scheme.removeprefix(SCHEMES), set()).add(str(concept).removeprefix(CONCEPTS))
    return found


@pytest.mark.parametrize(("table", "column"), CONCEPT_COLUMNS)
def test_concepts(table: str, column: str, schemes: dict[str, set[str]]) -> None:
    """A cell that names a concept names one of the scheme that the column is meant for."""
    known = set().union(*(schemes[name] for name in CONCEPT_COLUMNS[table, column]))
    assert {row[column] for row in rows(table)} - known - {""} == set()


# What is marked as inferred -> the tables and columns one of which must hold it for the node.
INFERRED = {
    "inferredYear": {("events", "start"), ("events", "end")},
    "inferredMonth": {("events", "start"), ("events", "end")},
    "inferredDay": {("events", "start"), ("events", "end")},
    "inferredParent": {("organisations", "parent"), ("places", "parent")},
    "inferredName": {("organisations", "zh"), ("systems", "zh")},
    "inferredPerformer": {("event_performers", "agent")},
    "inferredPlace": {
        ("event_places", "place"),
        ("system_locations", "place"),
        ("organisations", "operates_in"),
    },
    "inferredClient": {("system_clients", "organisation")},
    "inferredCause": {("event_causes", "cause")},
    "inferredWhole": {("events", "part_of")},
}


@pytest.mark.parametrize("part", INFERRED)
def test_what_is_inferred_is_there(part: str) -> None:
    """A mark of inference stands beside a fact of that sort, and is used."""
    marked = {(row["kind"], row["id"]) for row in rows("inferences") if row["part"] == part}
    found = set()
    for table, column in INFERRED[part]:
        key = TABLES[table].split()[0]
        kind = next(kind for kind, nodes in KINDS.items() if nodes == table or table.startswith(f"{kind}_"))
        found |= {(kind, row[key]) for row in rows(table) if row[column]}
    assert marked
    assert marked <= found


def test_every_mark_of_inference_is_checked() -> None:
    """A new sort of inference needs a line in the table above."""
    assert {row["part"] for row in rows("inferences")} <= INFERRED.keys()


def test_no_node_is_above_itself() -> None:
    """The chains of places, organisations and parts end."""
    above_columns = {"places": "parent", "organisations": "parent", "systems": "part_of", "events": "part_of"}
    for table, column in above_columns.items():
        above = {row["id"]: row[column] for row in rows(table)}
        for start in above:
            step, seen = start, set()
            while step:
                assert step not in seen, (table, start)
                seen.add(step)
                step = above[step]


# ---- the mapping ----


def test_mapping_uses_every_table_and_column() -> None:
    """Every table is mapped, every column is used, and the mapping names no column that is not there."""
    mapping = yaml.safe_load((DATA / "mapping.yml").read_text(encoding="utf-8"))
    used: dict[str, set[str]] = {}
    for rule in mapping["mappings"].values():
        for (source,) in rule["sources"]:
            table = source.removesuffix(".csv~csv")
            columns = re.findall(r"\$\((\w+)\)", f"{rule['s']} {rule['po']}")
            used.setdefault(table, set()).update(columns)
    assert used == {table: set(header.split()) for table, header in TABLES.items()}


def test_every_kind_has_a_prefix() -> None:
    """The prefix of a kind is its name, and its namespace ends in it."""
    prefixes = yaml.safe_load((DATA / "mapping.yml").read_text(encoding="utf-8"))["prefixes"]
    assert {kind: prefixes[kind] for kind in KINDS} == {kind: f"{prefixes['id']}{kind}/" for kind in KINDS}


# ---- document and passages ----


def test_passages_are_numbered_as_they_are_named() -> None:
    """p07-1 is sentence 1 of paragraph 7; paragraphs 3 to 31 are all there, their sentences from 1 up."""
    sentences: dict[int, list[int]] = {}
    for row in rows("passages"):
        paragraph, sentence = int(row["paragraph"]), int(row["sentence"])
        assert row["id"] == f"p{paragraph:02}-{sentence}"
        sentences.setdefault(paragraph, []).append(sentence)
    assert list(sentences) == list(range(3, 32))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sentences.values())


def test_quotations_have_a_speaker() -> None:
    """A passage is a quotation exactly when it says who speaks."""
    assert all((row["class"] == "Quotation") == bool(row["spoken_by"]) for row in rows("passages"))


def test_document_date() -> None:
    """The document has its title, an xsd:date and the source that it gives itself."""
    (document,) = rows("documents")
    assert date.fromisoformat(document["issued"]) == date(2020, 2, 8)
    assert document["source_text"]


def test_every_event_and_figure_is_stated_somewhere() -> None:
    """Each event and figure names its passage, and each passage is named by something."""
    stated = pairs("stated_in", "kind", "id")
    assert {("event", slug) for slug in by_id("events")} <= stated
    assert all(row["passage"] for row in rows("figures"))
    named = {row["passage"] for row in rows("stated_in") + rows("figures")}
    assert named == by_id("passages").keys()


def test_what_is_not_stated_is_marked() -> None:
    """A node without a passage is a place from the register, which says so in a note."""
    stated = pairs("stated_in", "kind", "id") | {("figure", slug) for slug in by_id("figures")}
    kinds = KINDS.keys() - {"document", "passage"}
    unstated = {(kind, slug) for kind in kinds for slug in by_id(KINDS[kind])} - stated
    assert unstated == {("place", slug) for slug in ("china", "bijie", "qianxinan", "qiandongnan", "anshun")}
    assert unstated <= pairs("notes", "kind", "id")


# ---- events ----

DAY = timedelta(days=1) - timedelta(seconds=1)

# Time precision -> whether start and end fit it. An open or unknown bound is None.
PRECISIONS: dict[str, Callable[[datetime | None, datetime | None], bool]] = {
    "": lambda start, end: start is end is None,
    "instant": lambda start, end: start is not None and start == end,
    "toTheHour": lambda start, end: start is not None and start == end and not start.minute + start.second,
    "partOfDay": lambda start, end: bool(start and end and start < end and start.date() == end.date()),
    "toTheDay": lambda start, end: start is not None and end == start + DAY and not start.hour + start.minute,
    "interval": lambda start, end: bool(start and end and end - start > DAY),
    "openStart": lambda start, end: start is None and end is not None,
    "openEnd": lambda start, end: start is not None and end is None,
    "namedPeriod": lambda start, end: start is end is None,
    "sinceNamedPeriod": lambda start, end: start is end is None,
}


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def test_times_are_date_times_of_china() -> None:
    """Times are xsd:dateTime to the second, at +08:00, in January 2020, and start before they end."""
    shape = re.compile(r"2020-01-\d\dT\d\d:\d\d:\d\d\+08:00")
    for row in rows("events"):
        times = [row[column] for column in ("start", "end") if row[column]]
        assert all(shape.fullmatch(time) for time in times), row["id"]
        assert times == sorted(times), row["id"]


def test_times_match_their_precision() -> None:
    """Start and end are as the precision wants; precision and wording are both there or both missing."""
    for row in rows("events"):
        assert PRECISIONS[row["precision"]](moment(row["start"]), moment(row["end"])), row["id"]
        assert bool(row["precision"]) == bool(row["time_text"]), row["id"]


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("tianjin-level-one-response", "2020-01-24T00:00:00", "2020-01-24T00:00:00"),
        ("ninghe-request", "2020-01-25T10:00:00", "2020-01-25T14:00:00"),
        ("tianjin-live-link-connection", "2020-01-26T00:00:00", "2020-01-26T23:59:59"),
        ("jinghai-commissioning", "2020-01-27T00:00:00", "2020-01-27T23:59:59"),
        ("health-office-network-installation", "2020-01-28T00:00:00", "2020-01-28T23:59:59"),
        ("nankai-deployment", "2020-01-29T00:00:00", "2020-01-29T23:59:59"),
        ("xiehe-cable-damage", "2020-01-25T18:00:00", "2020-01-25T18:00:00"),
        ("xixiu-machine-rooms-offline", "2020-01-25T00:00:00", "2020-01-25T12:00:00"),
        ("yina-signal-loss", "2020-01-26T09:00:00", "2020-01-26T09:00:00"),
        ("chongqing-household-service", "2020-01-23T00:00:00", "2020-01-26T23:59:59"),
        ("guizhou-isolation-setup", "2020-01-23T00:00:00", ""),
        ("guangdong-service-until-31-january", "", "2020-01-31T23:59:59"),
    ],
)
def test_times(event: str, start: str, end: str) -> None:
    """Each way in which the document tells a time is read as agreed."""
    row = by_id("events")[event]
    assert (row["start"].removesuffix("+08:00"), row["end"].removesuffix("+08:00")) == (start, end)


def test_lunar_date() -> None:
    """The third day of the first lunar month of 2020 was Monday, 27 January; Wenquan is dated so."""
    row = by_id("events")["wenquan-installation"]
    assert row["time_text"].startswith("正月初三")
    start = moment(row["start"])
    assert start is not None
    assert start.date() == LunarDate(2020, 1, 3).to_solar_date() == date(2020, 1, 27)
    assert (start.weekday(), start.hour) == (0, 1)


def test_years_and_months_are_marked_as_inferred() -> None:
    """No date states its year, so each dated event is marked; so is one whose wording lacks the month."""
    marks = {(row["id"], row["part"]) for row in rows("inferences") if row["kind"] == "event"}
    dated = {row["id"]: row["time_text"] for row in rows("events") if row["start"] or row["end"]}
    assert {event for event, part in marks if part == "inferredYear"} == dated.keys()
    assert {event for event, part in marks if part == "inferredMonth"} == {
        event for event, text in dated.items() if "月" not in text
    }


def test_requests_have_their_parties() -> None:
    """The four requests are all addressed to someone; two do not say who made them."""
    requests = {row["id"] for row in rows("events") if row["class"] == "Request"}
    parties = rows("requests")
    assert len(parties) == len(requests) == 4
    assert {row["id"] for row in parties} == requests
    assert all(row["addressed_to"] for row in parties)
    nameless = {row["id"] for row in parties if not row["requested_by"]}
    assert nameless == {"health-office-network-request", "yilong-request"}


def test_causes_join_the_right_classes() -> None:
    """A request is fulfilled, an incident is resolved by a repair, and no event causes itself."""
    events = by_id("events")
    activities = CLASSES["events"] - {"Event", "Incident"}
    narrower = {"fulfils": (activities, "Request"), "resolves": ({"Repair"}, "Incident")}
    for row in rows("event_causes"):
        assert row["event"] != row["cause"]
        assert row["relation"] in narrower.keys() | {"triggeredBy"}
        if row["relation"] in narrower:
            acts, caused = narrower[row["relation"]]
            assert events[row["event"]]["class"] in acts, row
            assert events[row["cause"]]["class"] == caused, row


def test_only_activities_are_performed() -> None:
    """Snow and broken cables have no performer, no beneficiary and no means."""
    happenings = {row["id"] for row in rows("events") if row["class"] in {"Event", "Incident"}}
    links = ("performers", "beneficiaries", "used_systems", "used_services", "purposes")
    for table in (f"event_{link}" for link in links):
        assert {row["event"] for row in rows(table)} & happenings == set(), table


def test_every_system_and_service_has_its_event() -> None:
    """A system or service is there because something happens to it or by means of it."""
    for table, column in (("systems", "system"), ("services", "service")):
        targeted = {row[column] for row in rows(f"event_target_{table}")}
        used = {row[column] for row in rows(f"event_used_{table}")}
        assert by_id(table).keys() - targeted - used == set(), table


def test_work_on_a_part_is_work_on_the_whole() -> None:
    """An event that targets a part of a system targets the system too, so that either can be asked for."""
    targets = pairs("event_target_systems", "event", "system")
    whole = {row["id"]: row["part_of"] for row in rows("systems") if row["part_of"]}
    parts = {(event, whole[system]) for event, system in targets if system in whole}
    assert parts
    assert parts <= targets


def test_the_snow_is_behind_the_splice() -> None:
    """The chain splice, cable damage, snow is there, and the part of the snow is marked as inferred."""
    causes = {(row["event"], row["relation"], row["cause"]) for row in rows("event_causes")}
    assert ("xiehe-splice", "resolves", "xiehe-cable-damage") in causes
    assert ("xiehe-cable-damage", "triggeredBy", "qianxi-snowfall") in causes
    assert ("xiehe-cable-damage", "inferredCause") in pairs("inferences", "id", "part")


# ---- figures ----


def test_figures_by_comparator() -> None:
    """Twenty-one figures: thirteen exact, six more than, one at most, one nearly."""
    found = Counter(row["comparator"] for row in rows("figures"))
    assert found == {"exactly": 13, "moreThan": 6, "atMost": 1, "nearly": 1}


def test_figures_by_division() -> None:
    """Tianjin states four figures, Guizhou eight, Shandong one, Guangdong six, Chongqing two."""
    places = {
        "event": pairs("event_places", "event", "place"),
        "organisation": pairs("organisations", "id", "operates_in"),
    }
    found: Counter[str] = Counter()
    for row in rows("figures"):
        near = {place for node, place in places[row["describes_kind"]] if node == row["describes"]}
        (division,) = {ancestors(place)[-2] for place in near}
        found[division] += 1
    assert found == {"tianjin": 4, "guizhou": 8, "shandong": 1, "guangdong": 6, "chongqing": 2}


def test_figures_stand_in_reading_order() -> None:
    """The numbers of the figures follow the passages."""
    figures = rows("figures")
    assert [row["id"] for row in figures] == [f"f{number:02}" for number in range(1, 22)]
    assert [row["passage"] for row in figures] == sorted(row["passage"] for row in figures)


@pytest.mark.parametrize("number", range(1, 22))
def test_bounds_follow_from_value_and_comparator(number: int) -> None:
    """Exact: both bounds; more than, at least: the lower; nearly, at most: the upper; about: none."""
    figure = by_id("figures")[f"f{number:02}"]
    value = figure["value"]
    assert Decimal(value) >= 0
    assert (figure["lower"], figure["upper"]) == {
        "exactly": (value, value),
        "moreThan": (value, ""),
        "atLeast": (value, ""),
        "nearly": ("", value),
        "atMost": ("", value),
        "about": ("", ""),
    }[figure["comparator"]]


def test_durations() -> None:
    """Six durations of work are stated; in hours they are 2, more than 2, 3, 3, at most 24 and 72."""
    hours = {"hour": 1, "day": 24}
    found = [
        (int(row["value"]) * hours[row["unit"]], row["comparator"])
        for row in rows("figures")
        if row["measure"] == "duration"
    ]
    assert sorted(found) == [
        (2, "exactly"),
        (2, "moreThan"),
        (3, "exactly"),
        (3, "exactly"),
        (24, "atMost"),
        (72, "exactly"),
    ]


# ---- places, organisations, services ----

# How many digits of a code say which division of this level it is.
LEVELS = {"province": 2, "prefecture": 4, "county": 6, "town": 9, "village": 12}


def test_division_codes() -> None:
    """Divisions have codes of 6 digits down to the county and of 12 below, zones and sites none."""
    for row in rows("places"):
        digits = {"town": 12, "village": 12}.get(row["type"], 6) if row["type"] in LEVELS else 0
        assert re.fullmatch(rf"\d{{{digits}}}", row["code"]), row["id"]
        assert not row["code"][LEVELS.get(row["type"], 0) :].strip("0"), row["id"]
        assert (row["class"] == "AdministrativeDivision") == (row["type"] in LEVELS or row["id"] == "china")


def test_division_codes_nest() -> None:
    """The code of a division begins with that of the division above it."""
    places = by_id("places")
    for row in places.values():
        above = places.get(row["parent"], {})
        digits = LEVELS.get(above.get("type", ""), 0)
        if row["code"] and digits:
            assert row["code"][:digits] == above["code"][:digits], row["id"]


def test_every_place_lies_in_china() -> None:
    """Every chain of places ends in China; the village of Huahe shows all its levels."""
    assert {ancestors(slug)[-1] for slug in by_id("places")} == {"china"}
    assert ancestors("huahe-village") == ["huahe-village", "yina-town", "zhijin", "bijie", "guizhou", "china"]


def test_coordinates() -> None:
    """Coordinates come in pairs with their source and lie within the bounds of China."""
    for row in rows("places"):
        longitude, latitude, source = row["longitude"], row["latitude"], row["coordinate_source"]
        assert bool(longitude) == bool(latitude) == bool(source), row["id"]
        if source:
            assert Decimal(73) < Decimal(longitude) < Decimal(136), row["id"]
            assert Decimal(18) < Decimal(latitude) < Decimal(54), row["id"]


def test_coordinates_lie_near_those_of_the_place_above() -> None:
    """Below the province no place is further than two degrees from the place that contains it."""
    places = by_id("places")
    for row in places.values():
        above = places.get(row["parent"], row)
        if row["longitude"] and above["longitude"] and above["type"] != "province":
            for column in ("longitude", "latitude"):
                assert abs(Decimal(row[column]) - Decimal(above[column])) < 2, row["id"]


def test_operators_and_their_divisions() -> None:
    """Each of the five divisions has one network operator."""
    operators = [row["operates_in"] for row in rows("organisations") if row["class"] == "NetworkOperator"]
    assert sorted(operators) == ["chongqing", "guangdong", "guizhou", "shandong", "tianjin"]


def test_six_branches_of_guizhou_and_their_party_branches() -> None:
    """Each named branch of the Guizhou operator has one Party branch, and each of those acts."""
    organisations = by_id("organisations")
    local = [slug for slug, row in organisations.items() if row["class"] == "Branch"]
    branches = {slug for slug in local if organisations[slug]["parent"] == "guizhou-network"}
    party = {slug: row["parent"] for slug, row in organisations.items() if row["type"] == "partyBranch"}
    assert len(branches) == 6
    assert sorted(party.values()) == sorted(branches)
    assert party.keys() <= {row["agent"] for row in rows("event_performers")}


def test_phone_numbers() -> None:
    """The two hotlines have their numbers and are open at all hours; nothing else has a number."""
    phones = {row["id"]: (row["phone"], row["availability"]) for row in rows("services") if row["phone"]}
    assert phones == {"hotline-96956": ("96956", "7×24"), "hotline-96868": ("96868", "7×24")}


def test_every_service_has_a_provider() -> None:
    """Nobody is served by no one."""
    assert {row["service"] for row in rows("service_providers")} == by_id("services").keys()
