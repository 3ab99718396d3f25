"""A graph of 158 nodes with zh and en labels, and its ontology, for tests of the network and the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pyoxigraph as ox

KG = "https://graph.example/ontology#"
ID = "https://graph.example/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SCHEMA = "http://schema.org/"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"
DCTERMS = "http://purl.org/dc/terms/"

CLASSES = {  # class: (class above, zh, en)
    "Agent": ("", "行动者", "agent"),
    "Organisation": ("Agent", "组织机构", "organisation"),
    "Operator": ("Organisation", "运营商", "operator"),
    "Branch": ("Organisation", "分公司", "branch"),
    "Person": ("Agent", "人物", "person"),
    "Place": ("", "地点", "place"),
    "System": ("", "技术系统", "system"),
    "Event": ("", "事件", "event"),
    "Incident": ("Event", "突发事件", "incident"),
    "Repair": ("Event", "抢修恢复", "repair"),
    "Figure": ("", "数据", "figure"),
    "Document": ("", "文献", "document"),
    "Passage": ("", "段落", "passage"),
}
PROPERTIES = {
    "partOf": ("隶属于", "is part of"),
    "operatesIn": ("服务区域", "operates in"),
    "containedIn": ("直接位于", "is contained in"),
    "worksFor": ("任职于", "works for"),
    "deployedAt": ("部署地点", "deployed at"),
    "tookPlaceIn": ("发生地", "took place in"),
    "performedBy": ("实施者", "performed by"),
    "usesSystem": ("使用系统", "uses system"),
    "resolves": ("处置事件", "resolves"),
    "describes": ("描述对象", "describes"),
    "statedIn": ("出处", "stated in"),
    "passageOf": ("所属文献", "passage of"),
    "spokenBy": ("发言人", "spoken by"),
    "startsAt": ("开始时间", "starts at"),
    "endsAt": ("结束时间", "ends at"),
    "timeText": ("时间原文", "time as stated"),
    "latitude": ("纬度", "latitude"),
    "longitude": ("经度", "longitude"),
    "value": ("数值", "value"),
    "code": ("代码", "code"),
    "purpose": ("目的", "purpose"),
    "paragraph": ("段落序号", "paragraph number"),
}
PROVINCES = {
    "贵州": "Guizhou",
    "广东": "Guangdong",
    "山东": "Shandong",
    "重庆": "Chongqing",
    "天津": "Tianjin",
}
COUNTIES = """
织金县 Zhijin,黔西县 Qianxi,大方县 Dafang,纳雍县 Nayong,赫章县 Hezhang,威宁县 Weining,兴义市 Xingyi
普安县 Pu'an,晴隆县 Qinglong,贞丰县 Zhenfeng,望谟县 Wangmo,册亨县 Ceheng,安龙县 Anlong,清镇市 Qingzhen
开阳县 Kaiyang,息烽县 Xifeng,修文县 Xiuwen,福泉市 Fuquan,荔波县 Libo,贵定县 Guiding,瓮安县 Weng'an
独山县 Dushan,平塘县 Pingtang,罗甸县 Luodian,长顺县 Changshun,龙里县 Longli,惠水县 Huishui,三都县 Sandu
""".strip().replace("\n", ",")
SYSTEMS = {
    "视频会议系统": "conferencing system",
    "应急广播": "emergency broadcasting",
    "光缆线路": "fibre route",
}


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if ":" in name else KG + name)


def quad(subject: str, predicate: str, object_: object) -> ox.Quad:
    term = object_ if isinstance(object_, ox.Literal | ox.BlankNode) else iri(str(object_))
    return ox.Quad(iri(subject), iri(predicate), term)


def labels(subject: str, zh: str, en: str) -> Iterator[ox.Quad]:
    yield quad(subject, RDFS + "label", ox.Literal(zh, language="zh"))
    yield quad(subject, RDFS + "label", ox.Literal(en, language="en"))


def ontology() -> list[ox.Quad]:
    quads = [
        quad("statedIn", RDFS + "subPropertyOf", DCTERMS + "source"),
        quad("passageOf", RDFS + "subPropertyOf", DCTERMS + "isPartOf"),
        quad("containedIn", RDFS + "subPropertyOf", SCHEMA + "containedInPlace"),
        quad("latitude", RDFS + "subPropertyOf", SCHEMA + "latitude"),
        quad("longitude", RDFS + "subPropertyOf", SCHEMA + "longitude"),
        quad("startsAt", RDFS + "subPropertyOf", SEM + "hasBeginTimeStamp"),
        quad("endsAt", RDFS + "subPropertyOf", SEM + "hasEndTimeStamp"),
        *(quad(name, RDFS + "range", "Place") for name in ("tookPlaceIn", "operatesIn", "deployedAt")),
        quad("Agent", RDFS + "subClassOf", "http://www.w3.org/ns/prov#Agent"),
        quad("Figure", RDFS + "subClassOf", "http://www.w3.org/ns/prov#Entity"),
        quad("System", RDFS + "subClassOf", "http://www.w3.org/ns/prov#Entity"),
        quad("http://www.w3.org/ns/prov#Entity", RDF + "type", OWL + "Class"),
        quad("https://graph.example/concept/command", RDF + "type", SKOS + "Concept"),
        quad(
            "https://graph.example/concept/command", SKOS + "prefLabel", ox.Literal("指挥调度", language="zh")
        ),
        quad(
            "https://graph.example/concept/command", SKOS + "prefLabel", ox.Literal("command", language="en")
        ),
    ]
    for name, (above, zh, en) in CLASSES.items():
        quads += [quad(name, RDF + "type", OWL + "Class"), *labels(name, zh, en)]
        quads += [quad(name, RDFS + "subClassOf", above)] if above else []
    for name, (zh, en) in PROPERTIES.items():
        quads += [quad(name, RDF + "type", RDF + "Property"), *labels(name, zh, en)]
    return quads


def thing(kind: str, slug: str, zh: str, en: str) -> list[ox.Quad]:
    key = f"{ID}{kind.lower()}/{slug}"
    return [quad(key, RDF + "type", kind), *labels(key, zh, en)]


def data() -> list[ox.Quad]:
    quads = thing("Document", "article", "一篇报道", "an article")
    for number in range(1, 25):
        passage = f"{ID}passage/p{number}"
        quads += thing("Passage", f"p{number}", f"第 {number} 段摘要", f"summary of paragraph {number}")
        quads += [quad(passage, "passageOf", f"{ID}document/article")]
        quads += [quad(passage, "paragraph", ox.Literal(number))]
    for number, (zh, en) in enumerate(PROVINCES.items()):
        slug = en.lower()
        quads += _at(f"{ID}place/{slug}", 26 + 3 * number, 106 + 3 * number)
        quads += thing("Place", slug, zh, en) + thing(
            "Operator", slug, f"{zh}广电网络公司", f"{en} Broadcast Network"
        )
        quads += [quad(f"{ID}operator/{slug}", "operatesIn", f"{ID}place/{slug}")]
    links = count()
    for entry in COUNTIES.split(","):
        zh, en = entry.split(" ")
        quads += _county(zh, en, next(links))
    quads += thing("Person", "li", "李工", "Engineer Li")
    quads += [quad(f"{ID}person/li", "worksFor", f"{ID}branch/zhijin")]
    quads += [quad(f"{ID}passage/p3", "spokenBy", f"{ID}person/li")]
    return quads


def _at(key: str, latitude: float, longitude: float) -> list[ox.Quad]:
    """Coordinates, as text with the digits that they have."""
    ends = {"latitude": latitude, "longitude": longitude}
    return [
        quad(key, name, ox.Literal(f"{end:.3f}", datatype=iri(XSD + "decimal"))) for name, end in ends.items()
    ]


def _end(repair: str, number: int) -> list[ox.Quad]:
    """A third of the repairs have an end, in four hours or at an instant; a third are told in words besides."""
    moment = ["", "2020-01-25T20:00:00+08:00", "2020-01-26T00:00:00+08:00"][number % 3]
    quads = [quad(repair, "endsAt", ox.Literal(moment, datatype=iri(XSD + "dateTime")))] if moment else []
    return quads + ([quad(repair, "timeText", ox.Literal("当晚", language="zh"))] if number % 3 == 2 else [])


def _county(zh: str, en: str, number: int) -> list[ox.Quad]:
    slug = en.lower().replace("'", "-")
    province = list(PROVINCES.values())[number % 7 % 5].lower()
    place, branch, system = f"{ID}place/{slug}", f"{ID}branch/{slug}", f"{ID}system/{slug}"
    repair, figure = f"{ID}repair/{slug}", f"{ID}figure/f{number:02}"
    kind, name = list(SYSTEMS.items())[number % 3]
    quads = thing("Place", slug, zh, f"{en} County") + thing("Branch", slug, f"{zh}分公司", f"{en} branch")
    quads += thing("System", slug, f"{zh}{kind}", f"{en} {name}")
    quads += thing("Repair", slug, f"{zh}光缆抢修恢复", f"repair of the fibre route in {en}")
    quads += thing("Figure", f"f{number:02}", f"{number + 2} 个小时", f"{number + 2} hours")
    quads += [
        quad(place, "containedIn", f"{ID}place/{province}"),
        quad(place, "code", ox.Literal(f"5205{number:02}")),
        quad(branch, "partOf", f"{ID}operator/{province}"),
        quad(branch, "operatesIn", place),
        quad(system, "deployedAt", place),
        quad(repair, "tookPlaceIn", place),
        quad(repair, "performedBy", branch),
        quad(repair, "usesSystem", system),
        quad(repair, "purpose", "https://graph.example/concept/command"),
        quad(repair, "startsAt", ox.Literal("2020-01-25T20:00:00+08:00", datatype=iri(XSD + "dateTime"))),
        quad(figure, "describes", repair),
        quad(figure, "value", ox.Literal(str(number + 2), datatype=iri(XSD + "decimal"))),
        *(_at(place, 26 + number / 10, 106 + number / 10) if number % 6 != 5 else []),
        *_end(repair, number),
        *(quad(node, "statedIn", f"{ID}passage/p{number % 24 + 1}") for node in (repair, figure, branch)),
    ]
    if number % 4 == 0:
        incident = f"{ID}incident/{slug}"
        quads += thing("Incident", slug, f"{zh}光缆受损", f"fibre damage in {en}")
        quads += [quad(incident, "tookPlaceIn", place), quad(repair, "resolves", incident)]
    return quads
