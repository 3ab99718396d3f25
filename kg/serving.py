"""One page served to the browsers of this machine, which are told when there is another version of it.

It is served on the loopback interface alone, to those who call it by that name: a page of some other site
that has its own name lead here gets nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
PAGE, NEWS = "/", "/news"
BEAT = 10.0
"""Seconds after which a browser that has heard nothing is told so, to find out whether it is still there."""
WAITING = "<!DOCTYPE html><meta charset=utf-8><meta http-equiv=refresh content=1><title>kg</title><p>…"
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass
class Served:
    """The page that is served at `address`."""

    address: str = ""
    html: str = WAITING
    version: str = ""
    changed: Condition = field(default_factory=Condition)
    closed: bool = False

    def show(self, html: str, version: str) -> None:
        """Serve another page, and tell those who have one of another version."""
        with self.changed:
            self.html, self.version = html, version
            self.changed.notify_all()

    def close(self) -> None:
        """Tell nobody any more."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def versions(self) -> Iterator[str]:
        """The version of the page, each that comes, and now and then nothing, until it is closed."""
        told = ""
        while True:
            with self.changed:
                if not self.closed and self.version == told:
                    self.changed.wait(BEAT)
                if self.closed:
                    return
                before, told = told, self.version
            yield told if told != before else ""


@contextmanager
def served() -> Iterator[Served]:
    """A server on a free port, until the end."""
    page = Served()

    class Handler(_Handler):
        serving = page

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    page.address = f"http://{HOST}:{server.server_port}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers with the page, or with news of it (HTML, section 9.2, "Server-sent events")."""

    serving: Served

    def do_GET(self) -> None:
        """Answer."""
        host, _, _ = self.headers.get("Host", "").partition(":")
        if host not in NAMES:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path == PAGE:
            body = self.serving.html.encode()
            self._begin("text/html; charset=utf-8", **{"Content-Length": str(len(body))})
            with suppress(ConnectionError):
                self.wfile.write(body)
        elif self.path == NEWS:
            self._begin("text/event-stream")
            with suppress(ConnectionError):
                for version in self.serving.versions():
                    self.wfile.write(f"data: {version}\n\n".encode() if version else b":\n\n")
                    self.wfile.flush()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _begin(self, kind: str, **others: str) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": kind, **HEADERS, **others}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: only the command line prints."""
