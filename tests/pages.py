"""The sample graph as a page, and what tests of pages share."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import pyoxigraph as ox
import pytest
import sample

from kg.network import network
from kg.page import render

ZHIJIN = f"{sample.ID}place/zhijin"
REPAIR = f"{sample.ID}repair/zhijin"
HOSTILE = (
    "</script><script>window.__xss=1</script>",
    "<script>window.__xss=2</script>",
    "<img src=x onerror=window.__xss=3>",
    "<svg onload=window.__xss=4>",
    "<!--<script>",
    "\u2028window.__xss=5\u2029",
    "\"'`{{ 7*7 }}{% raw %}&lt;b&gt; href",
)
browsing = pytest.mark.browser


@pytest.fixture(scope="session")
def sample_graph() -> Any:
    """The network of the sample; not to be changed."""
    return network(sample.data(), sample.ontology())


@pytest.fixture(scope="session")
def sample_page(sample_graph: Any) -> str:
    """Its page in Chinese."""
    return render(sample_graph, title="应急 <图谱>")


def told(page: Any, expression: str) -> Any:
    """A value of window.kgPage after the next frame."""
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return page.evaluate(f"window.kgPage.{expression}")


def unpacked(html: str, name: str = "data") -> str:
    """A block of the page that travels compressed, as text."""
    found = re.search(f'<script type="text/plain" id="{name}">(.*?)</script>', html)
    assert found
    return zlib.decompress(base64.b64decode(found[1])).decode()


def hostile() -> tuple[list[ox.Quad], list[ox.Quad]]:
    """A graph in which every text and every kind of IRI is an attack."""
    data, words = sample.data(), sample.ontology()
    for i, text in enumerate(HOSTILE):
        key = ox.NamedNode(f"javascript:window.__xss={i}//")
        kind, link = ox.NamedNode(f"javascript:class{i}"), ox.NamedNode(f"javascript:link{i}")
        source = ox.NamedNode(f"javascript:source{i}")
        label = ox.NamedNode(sample.RDFS + "label")
        literals = [ox.Literal(text, language="zh"), ox.Literal(text, language="en")]
        data += [ox.Quad(key, ox.NamedNode(sample.RDF + "type"), kind)]
        data += [ox.Quad(key, label, literal) for literal in literals]
        data += [ox.Quad(source, label, literal) for literal in literals]
        data += [ox.Quad(key, link, sample.iri(ZHIJIN)), ox.Quad(key, link, ox.Literal(text))]
        data += [ox.Quad(key, sample.iri("timeText"), ox.Literal(text, language="zh"))]
        data += [ox.Quad(key, sample.iri("tookPlaceIn"), sample.iri(ZHIJIN))]
        data += [ox.Quad(key, link, ox.NamedNode("javascript:window.__xss=9"))]
        data += [ox.Quad(key, link, ox.NamedNode("data:text/html,%3Cscript%3Ealert(1)%3C/script%3E"))]
        data += [ox.Quad(key, sample.iri("statedIn"), source)]
        words += [ox.Quad(term, label, literal) for term in (kind, link) for literal in literals]
    return data, words
