"""A real browser for tests of pages: opened from a file, asked to stay silent and to itself.

`open_page` writes HTML to a file, opens it and, at the end of the test, fails it for every console message,
every error and every request to anything but a file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)


def find() -> str | None:
    """The browser to use: KG_BROWSER, or the first of `NAMES` on the path."""
    return os.environ.get("KG_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium or Chrome: KG_BROWSER, or the first found on the path."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = find()
    if not path:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} on the path, and KG_BROWSER is not set")
    flags = [*QUIET, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open HTML from a file; `allow` names the starts of console messages that the test provokes."""
    opened: list[tuple[Any, list[str], tuple[str, ...]]] = []

    def opener(html: str, *, fragment: str = "", allow: tuple[str, ...] = (), **context: Any) -> Any:
        file = tmp_path / f"page{len(opened)}.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **context}
        page = browser.new_context(**options).new_page()
        heard: list[str] = []
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: _request(request, heard))
        opened.append((page, heard, allow))
        page.goto(file.as_uri() + fragment)
        page.wait_for_selector("main:not([aria-busy])", state="attached")
        page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        return page

    yield opener
    complaints = []
    for page, heard, allow in opened:
        page.context.close()
        complaints += [entry for entry in heard if not entry.startswith(allow or ("\0",))]
    assert not complaints, "\n".join(complaints)


def _request(request: Any, heard: list[str]) -> None:
    if not request.url.startswith(("file:", "data:", "about:")):
        heard.append(f"request: {request.url}")
