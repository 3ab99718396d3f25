"""Tables as people curate them, like those in data/ of this repository: events, who took part, where.

Names are in Chinese and English, many cells are empty, nodes are named by slugs in several tables. The
hostile kind has the same columns, with keys that must be encoded and texts that must be escaped.
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings import Column, Join, Map, Template
from sources import Scenario, Table, scattered

ONTOLOGY = "http://example.com/ontology#"
ID = "http://example.com/id/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
SHARES = {"places": 5, "organisations": 15, "systems": 10, "performers": 5, "event_places": 5}
"""Of a hundred rows; the others are events."""
LEAST = 20

PROVINCES = ("天津", "河北", "辽宁", "浙江", "福建", "江西", "湖南", "广东", "海南", "四川", "贵州", "青海")
KINDS = {"公司": "Company", "分公司": "Branch", "中心": "Centre", "委员会": "Commission"}
SYSTEMS = {"专网": "network", "平台": "platform", "会议系统": "conferencing", "热线": "hotline"}
HAPPENINGS = {
    "开通": "commissioning",
    "检修": "inspection",
    "捐赠": "donation",
    "通知": "notice",
    "抢修": "repair",
}
# Texts that break whoever quotes, escapes or splits by hand. Each is put around a number.
HOSTILE = (
    'say "{}" aloud',
    "back\\slash {} \\n",
    "two\nlines {}",
    "return\r\nand line {}",
    "a,comma, {}",
    "  blanks around {}  ",
    "tab\there {}",
    "<b>{}</b> & co",
    "it's {} %41 {{}}",
    "emoji 🛰 {}",
    "\u00e9 and e\u0301 {}",
    "{}\\",
)
HOSTILE_KEYS = ("a b/{}", "50%-{}", "c#{}?d", "'{}'", "x,y{}", '"{}"', "[{}]", "{}:{}", "a+b={}", "~{}_-.")


def curated(name: str, rows: int, *, hostile: bool) -> Scenario:
    """So many rows in all tables together."""
    return Scenario(name, tuple(_Content(rows, hostile).tables()), MAPS)


class _Content:
    """What the cells of the tables hold."""

    def __init__(self, rows: int, hostile: bool) -> None:
        self.counts = {name: max(rows * share // 100, LEAST) for name, share in SHARES.items()}
        self.counts["events"] = max(rows - sum(self.counts.values()), LEAST)
        self.hostile = hostile

    def tables(self) -> Iterator[Table]:
        """Each with its columns."""
        columns = {
            "places": "id class zh en code parent longitude latitude",
            "organisations": "id class type zh en parent operates_in homepage",
            "systems": "id class type zh en built_by operator in_service cost",
            "events": "id class type zh en summary start end precision place part_of system source "
            "confidence",
            "performers": "event organisation",
            "event_places": "event place",
        }
        for name, names in columns.items():
            yield Table(f"{name}.csv", tuple(names.split()), getattr(self, name))

    def key(self, kind: str, number: int) -> str:
        """The slug of a node."""
        if not self.hostile:
            return f"{kind}-{number}"
        return kind[0] + HOSTILE_KEYS[number % len(HOSTILE_KEYS)].replace("{}", str(number))

    def any(self, kind: str, number: int, salt: int, gaps: int = 0) -> str:
        """The slug of some node of the table; empty in so many of a hundred cells."""
        if scattered(number, 100, salt) < gaps:
            return ""
        return self.key(kind, scattered(number, self.counts[kind], salt + 1))

    def text(self, number: int, plain: str) -> str:
        """The text, or what stands in its place where it is to hurt."""
        return HOSTILE[number % len(HOSTILE)].replace("{}", str(number)) if self.hostile else plain

    def places(self) -> Iterator[list[str]]:
        """Provinces, and what lies in them."""
        for number in range(self.counts["places"]):
            province = number < len(PROVINCES)
            zh = PROVINCES[number % len(PROVINCES)] + ("" if province else f"第{number}区")
            known = number % 5 < 4
            yield [
                *(self.key("places", number), "Province" if province else "District"),
                *(zh, self.text(number, f"Division {number}"), f"{100_000 + number}"),
                "" if province else self.key("places", number % len(PROVINCES)),
                *((_degrees(98, 24, number), _degrees(20, 25, number)) if known else ("", "")),
            ]

    def organisation(self, number: int) -> str:
        """The name of an organisation; no two have the same."""
        kinds = list(KINDS)
        return f"{PROVINCES[number % len(PROVINCES)]}广电{number}{kinds[number % len(kinds)]}"

    def organisations(self) -> Iterator[list[str]]:
        """Each in a place, many under another one."""
        kinds = list(KINDS.values())
        for number in range(self.counts["organisations"]):
            kind = kinds[number % len(kinds)]
            yield [
                *(self.key("organisations", number), "Organisation", kind.lower()),
                *(self.organisation(number), self.text(number, f"{kind} number {number}")),
                *(self.any("organisations", number, 11, gaps=40), self.any("places", number, 13)),
                f"http://example.com/home/{number}",
            ]

    def systems(self) -> Iterator[list[str]]:
        """Each with its builder by slug, and its operator, if any, by name."""
        kinds = list(SYSTEMS)
        for number in range(self.counts["systems"]):
            kind = kinds[number % len(kinds)]
            operator = scattered(number, self.counts["organisations"], 17)
            yield [
                *(self.key("systems", number), "System", SYSTEMS[kind]),
                *(f"{number}号{kind}", self.text(number, f"{SYSTEMS[kind]} {number}")),
                self.any("organisations", number, 19, gaps=20),
                "" if number % 6 == 5 else self.organisation(operator),
                *(_day(number, 23), f"{scattered(number, 90_000, 29)}.{scattered(number, 9, 31) + 1}"),
            ]

    def events(self) -> Iterator[list[str]]:
        """With two dates, a place, a part of a larger event, a source."""
        kinds = list(HAPPENINGS)
        for number in range(self.counts["events"]):
            kind = kinds[scattered(number, len(kinds), 37)]
            place = PROVINCES[scattered(number, len(PROVINCES), 41)]
            zh, en = f"{place}{kind}{number}", f"{HAPPENINGS[kind]} {number}"
            start, end = sorted((_day(number, 43), _day(number, 47)))
            yield [
                *(self.key("events", number), "Event", HAPPENINGS[kind]),
                *(
                    zh,
                    self.text(number, en),
                    self.text(number + 5, f"{zh}，当日完成，参加{number % 90 + 3}人。"),
                ),
                *(start, "" if number % 3 == 0 else end, ("day", "month", "")[number % 3]),
                *(self.any("places", number, 53), self.any("events", number, 59, gaps=50)),
                self.any("systems", number, 61, gaps=30),
                *(f"http://example.com/news/{number}", f"0.{scattered(number, 99, 67) * 10 + 1:03}"),
            ]

    def performers(self) -> Iterator[list[str]]:
        """Who took part in what."""
        for number in range(self.counts["performers"]):
            yield [self.any("events", number, 71), self.any("organisations", number, 73)]

    def event_places(self) -> Iterator[list[str]]:
        """Where else things happened; some rows say it again."""
        for number in range(self.counts["event_places"]):
            row = number // 2 if number % 10 == 0 else number
            yield [self.any("events", row, 79), self.any("places", row, 83)]


def _day(number: int, salt: int) -> str:
    year, month, day = (scattered(number, most, salt + at) for at, most in enumerate((30, 12, 28)))
    return f"{1995 + year}-{month + 1:02}-{day + 1:02}"


def _degrees(least: int, spread: int, number: int) -> str:
    return f"{least + scattered(number, spread, least)}.{scattered(number, 1000, 89):03}{number % 9 + 1}"


def _link(kind: str, column: str) -> Template:
    return Template(f"{ID}{kind}/{{{column}}}")


def _node(kind: str, *objects: tuple[str, Column | Template | Join]) -> Map:
    """A table of nodes: its class, its names, and what else it says."""
    shared = (
        (RDF_TYPE, Template(ONTOLOGY + "{class}")),
        (LABEL, Column("zh", language="zh")),
        (LABEL, Column("en", language="en")),
    )
    return Map(kind, f"{kind}.csv", f"{ID}{kind}/{{id}}", objects=(*shared, *objects))


MAPS = (
    _node(
        "places",
        (ONTOLOGY + "code", Column("code")),
        (ONTOLOGY + "partOf", _link("places", "parent")),
        (ONTOLOGY + "longitude", Column("longitude", "double")),
        (ONTOLOGY + "latitude", Column("latitude", "double")),
    ),
    _node(
        "organisations",
        (ONTOLOGY + "type", Template(ID + "concept/{type}")),
        (ONTOLOGY + "parent", _link("organisations", "parent")),
        (ONTOLOGY + "operatesIn", _link("places", "operates_in")),
        (ONTOLOGY + "homepage", Column("homepage", iri=True)),
    ),
    _node(
        "systems",
        (ONTOLOGY + "type", Template(ID + "concept/{type}")),
        (ONTOLOGY + "builtBy", _link("organisations", "built_by")),
        (ONTOLOGY + "operator", Join("organisations", "operator", "zh")),
        (ONTOLOGY + "inService", Column("in_service", "date")),
        (ONTOLOGY + "cost", Column("cost", "decimal")),
    ),
    _node(
        "events",
        (ONTOLOGY + "type", Template(ID + "concept/{type}")),
        (COMMENT, Column("summary", language="zh")),
        (ONTOLOGY + "start", Column("start", "date")),
        (ONTOLOGY + "end", Column("end", "date")),
        (ONTOLOGY + "precision", Column("precision")),
        (ONTOLOGY + "place", _link("places", "place")),
        (ONTOLOGY + "partOf", Join("events", "part_of", "id")),
        (ONTOLOGY + "system", _link("systems", "system")),
        (ONTOLOGY + "source", Column("source", iri=True)),
        (ONTOLOGY + "confidence", Column("confidence", "double")),
    ),
    Map(
        "performers",
        "performers.csv",
        f"{ID}events/{{event}}",
        objects=((ONTOLOGY + "performedBy", _link("organisations", "organisation")),),
    ),
    Map(
        "event_places",
        "event_places.csv",
        f"{ID}events/{{event}}",
        objects=((ONTOLOGY + "place", _link("places", "place")),),
    ),
)
