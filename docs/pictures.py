"""Writes the pictures of the documentation: the page of this repository's graph, as a browser shows it.

    python docs/pictures.py [NAME ...]      all, or those that are named

The graph is the one that `kg build` has made last. Places are computed and nothing moves, so the same graph,
browser and fonts give the same pictures.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]
EVENT = "https://kg.example/id/event/xiehe-cable-damage"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {  # name: address, and what differs in the browser
    "network": ("", {}),
    "timeline": ("view=timeline", {}),
    "map": ("view=map", {}),
    "table": ("view=table", {}),
    "queries": ("view=queries&ask=five-operators", {}),
    "selected": (EVENT, {}),
    "dark": (f"{EVENT}&lang=en", {"color_scheme": "dark"}),
    "narrow": (EVENT, {"viewport": NARROW, "device_scale_factor": 2}),
}
MOST = 200_000
"""Bytes of a picture."""
QUALITIES = (90, 80, 70, 60)


def main(names: list[str]) -> None:
    """Write the pictures beside this file, each as WebP of the best quality that is small enough."""
    import browser
    from playwright.sync_api import sync_playwright

    import kg

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = kg.view(Path(folder) / "graph.html", HERE.parent)
        running = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        for name in names or PICTURES:
            address, settings = PICTURES[name]
            settings = {"viewport": WIDE, "reduced_motion": "reduce", "color_scheme": "light", **settings}
            shown = running.new_context(**settings).new_page()
            shown.goto(f"{page.as_uri()}#{address}")
            shown.wait_for_selector("main:not([aria-busy])", state="attached")
            shown.wait_for_timeout(500)  # fonts and the last frame
            picture = taken(shown)
            file = HERE / f"page-{name}.webp"
            file.write_bytes(picture)
            shown.context.close()
            sys.stdout.write(f"{file.name} {len(picture):,}\n")
        running.close()


def taken(page: Any) -> bytes:
    """What is seen, as WebP. Raises ValueError if it cannot be made small enough."""
    session = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) < MOST:
            return picture
    raise ValueError(f"a picture has {len(picture):,} bytes, more than {MOST:,}")


if __name__ == "__main__":
    main(sys.argv[1:])
