"""One page in a browser of its own: until it can be used, then dragged and zoomed with real input events.

    python bench/browsing.py FILE SECONDS [--hold]

prints JSON. Every request to anything but the file is refused and counted. With --hold a drag starts
between the nodes, for pages in which a node under the pointer would be dragged instead.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]
VIEWPORT = {"width": 1440, "height": 900}
LATE = 3  # the exit status for a page that is not ready in time
MOVING = 2.0  # seconds of each movement
# When the page has loaded, is not busy, shows no bar of progress, and has drawn two frames since.
READY = """
  (() => {
    const frames = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    const barred = () => (document.getElementById("loadingBar")?.style.opacity ?? "0") !== "0";
    const loading = () => document.readyState !== "complete" || document.querySelector("main[aria-busy]");
    const waiting = () => loading() || barred();
    const ready = () => { window.benchReady = performance.now(); };
    const look = () => (waiting() ? setTimeout(look, 4) : frames(ready));
    look();
  })();
"""
FRAMES = """() => {
  window.benchFrames = [];
  const again = () => { window.benchTick = requestAnimationFrame(tick); };
  const tick = (at) => { window.benchFrames.push(at); again(); };
  again();
}"""
STOP = "() => { cancelAnimationFrame(window.benchTick); return window.benchFrames; }"
STAGE = """() => {
  const { x, y, width, height } = document.querySelector("#graph, #mynetwork").getBoundingClientRect();
  return { x, y, width, height: Math.min(height, innerHeight - y) };
}"""
# In pyvis's page `network` is a global; points from the middle outwards, until one is free.
FREE = """({ x, y, width, height }) => {
  for (let i = 0; i < 400; i += 1) {
    const [right, down] = [Math.cos(i) * i / 900, Math.sin(i) * i / 900];
    const at = { x: width * (0.5 + right), y: height * (0.5 + down) };
    if (network.getNodeAt(at) === undefined) return [x + at.x, y + at.y];
  }
  return [x + width / 2, y + height / 2];
}"""
LABELS = """() => { const page = window.kgPage; if (!page || !page.labels) return null;
  const { labels, overlaps } = page;
  return { labels: labels.length, overlaps, smallest: Math.min(...labels.map(({ size }) => size)) }; }"""


def measured(file: Path, limit: float, hold: bool) -> dict[str, Any]:
    """The figures of one opening of a page; without those of its movements if it is not ready in time."""
    import browser as browsers
    from playwright.sync_api import sync_playwright

    flags = [*browsers.QUIET, "--no-sandbox", "--js-flags=--expose-gc"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browsers.find(), args=flags)
        page = running.new_page(viewport=VIEWPORT)
        refused: list[str] = []
        page.route(lambda url: not url.startswith("file:"), lambda route: _refuse(route, refused))
        page.add_init_script(READY)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(file.resolve().as_uri(), wait_until="commit", timeout=1000 * limit)
        began = time.monotonic()
        while not page.evaluate("() => window.benchReady"):  # wait_for_function would need eval in the page
            if time.monotonic() - began > limit:
                sys.exit(LATE)
            page.wait_for_timeout(50)
        found: dict[str, Any] = {
            "browser": running.version,
            "interactive_s": page.evaluate("window.benchReady") / 1000,
            "cpu_s": _metric(session, "TaskDuration"),
        }
        page.wait_for_timeout(300)
        stage = page.evaluate(STAGE)
        start = page.evaluate(FREE, stage) if hold else _middle(stage)
        found |= _moving(page, session, "pan", start)
        found |= _moving(page, session, "zoom", _middle(stage))
        session.send("HeapProfiler.collectGarbage")
        found |= {"heap_mb": _metric(session, "JSHeapUsedSize") / 1e6, "requests": len(refused)}
        found |= page.evaluate(LABELS) or {}
        running.close()
    return found


def _refuse(route: Any, refused: list[str]) -> None:
    refused.append(route.request.url)
    route.abort()


def _metric(session: Any, name: str) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == name))


def _middle(stage: dict[str, float]) -> tuple[float, float]:
    return stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2


def _moving(page: Any, session: Any, way: str, start: tuple[float, float]) -> dict[str, float]:
    """Frames per second and CPU of a frame, while the pointer drags in loops or the wheel goes in and out."""
    x, y = start

    def mouse(kind: str, at: tuple[float, float] = (x, y), **more: Any) -> None:
        event = {"type": kind, "x": at[0], "y": at[1], "pointerType": "mouse", **more}
        session.send("Input.dispatchMouseEvent", event)

    mouse("mouseMoved")
    if way == "pan":
        mouse("mousePressed", button="left", buttons=1, clickCount=1)
    before, began = _metric(session, "TaskDuration"), time.monotonic()
    page.evaluate(FRAMES)
    step = 0
    while time.monotonic() - began < MOVING:
        step += 1
        if way == "pan":
            turn = step / 12
            mouse(
                "mouseMoved",
                (x + 140 * math.sin(turn), y + 90 * math.sin(2 * turn)),
                button="left",
                buttons=1,
            )
        else:
            mouse("mouseWheel", deltaX=0, deltaY=-60 if step // 12 % 2 else 60)
        time.sleep(max(0.0, began + step / 60 - time.monotonic()))
    frames, after = page.evaluate(STOP), _metric(session, "TaskDuration")
    if way == "pan":
        mouse("mouseReleased", button="left", clickCount=1)
    spent = (frames[-1] - frames[0]) / 1000 if len(frames) > 1 else math.inf
    return {
        f"{way}_fps": (len(frames) - 1) / spent,
        f"{way}_cpu_ms": 1000 * (after - before) / max(1, len(frames)),
    }


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), float(sys.argv[2]), "--hold" in sys.argv)))
