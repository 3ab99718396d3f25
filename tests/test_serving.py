"""A page served to this machine: to those who ask for it by its name, with news of it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from kg import serving


def asked(address: str, path: str = "/", **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_the_page_is_the_last_one_shown() -> None:
    with serving.served() as page:
        assert asked(page.address)[1] == serving.WAITING
        page.show("<p>页", "1")
        status, html, headers = asked(page.address)
    assert (status, html) == (200, "<p>页")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/", "localhost:1", 200), ("/", "elsewhere.example", 421), ("/news", "elsewhere.example", 421), ("/x", "127.0.0.1", 404)],
)  # fmt: skip
def test_others_get_nothing(path: str, host: str, status: int) -> None:
    """A site may have its own name lead to this machine."""
    with serving.served() as page:
        page.show("<p>", "1")
        assert asked(page.address, path, Host=host)[0] == status


def test_news_are_told_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """And ended with the server; silence is broken now and then."""
    monkeypatch.setattr(serving, "BEAT", 0.01)
    with serving.served() as page:
        page.show("", "1")
        connection = HTTPConnection(urlsplit(page.address).netloc, timeout=10)
        connection.request("GET", serving.NEWS)
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "text/event-stream"
        assert answer.readline() == b"data: 1\n"
        assert answer.readline() == b"\n"
        assert answer.readline() == b":\n"
        page.show("", "2")
        while (line := answer.readline()) in (b":\n", b"\n"):
            pass
        assert line == b"data: 2\n"
    assert b"data" not in answer.read()
    connection.close()
