"""axe-core, which judges pages by the rules of WCAG, as a script to run in them.

`python tests/axe.py` fetches it with npm into `.cache/axe-core`: one version, by the digest of its package.
Set KG_AXE to keep it elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""The digest of the package, in base64, as the registry of npm states it."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """(tags) => axe.run(document, { runOnly: tags, resultTypes: ["violations", "incomplete"], preload: false })
  .then((found) => ["violations", "incomplete"].map((kind) => found[kind].flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) =>
      [id, target.join(" "), [...any, ...all, ...none].map(({ message }) => message).join("; ")]))))"""
# What axe-core leaves open, by rule and a part of its message, and how it is settled; returns what is not.
OPEN = """(incomplete) => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const linear = (part) => (part / 255 <= .04045 ? part / 255 / 12.92 : ((part / 255 + .055) / 1.055) ** 2.4);
  const light = (colours) => {
    for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1); }
    const [red, green, blue] = [...brush.getImageData(0, 0, 1, 1).data].map(linear);
    return .2126 * red + .7152 * green + .0722 * blue + .05;
  };
  // With what its ancestors paint behind it, or its own halo if it is drawn, whatever lies over or under it.
  const contrast = (item) => {
    const behind = [];
    for (let each = item; each; each = each.parentElement) behind.unshift(getComputedStyle(each).backgroundColor);
    const { color, fill, stroke } = getComputedStyle(item);
    const drawn = item.namespaceURI.endsWith("svg");
    const paper = ["Canvas", ...behind, ...(drawn && stroke !== "none" ? [stroke] : [])];
    const [dark, bright] = [light(paper), light([...paper, drawn ? fill : color])].sort((a, b) => a - b);
    return bright / dark;
  };
  const readable = (item) => contrast(item) >= 4.5;
  // Half under the head of a table that scrolls: its row is the target.
  const large = (item) => { const { width, height } = (item.closest("tr") ?? item).getBoundingClientRect(); return Math.min(width, height) >= 24; };
  // Signs such as × need not be in the name of their button; words do.
  const named = ({ ariaLabel, textContent }) => !/\\p{L}/u.test(textContent) || ariaLabel.includes(textContent.trim());
  const ways = [
    ["color-contrast", "overlapped by another element", readable],
    ["color-contrast", "obscured by another element", readable],
    ["color-contrast", "contains an image node", readable],
    ["color-contrast", "content is too short", readable],
    ["color-contrast", "Element has no value", readable],
    ["color-contrast", "only non-text characters", (item) => contrast(item) >= 3],
    ["target-size", "Is this a target?", large],
    ["color-contrast", "Axe encountered an error", readable],
    ["label-content-name-mismatch", "Unable to determine", named],
  ];
  return incomplete.filter(([rule, selector, message]) => {
    const way = ways.find(([about, part]) => about === rule && message.includes(part));
    return !way || !way[2](document.querySelector(selector));
  });
}"""


def folder() -> Path:
    """The folder of the script; it need not exist."""
    return Path(os.environ.get("KG_AXE", Path(__file__).parents[1] / ".cache" / "axe-core"))


def script() -> Path:
    """The script of this version; it need not exist."""
    return folder() / f"axe-{VERSION}.min.js"


def missing() -> bool:
    """Whether it has to be fetched."""
    return not script().is_file()


def fetch() -> None:
    """Take the script out of its package; nothing of it is run. Raises ValueError for another digest."""
    folder().mkdir(parents=True, exist_ok=True)
    package = folder() / f"axe-core-{VERSION}.tgz"
    command = ["npm", "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", str(folder())]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != SHA512:
        package.unlink()
        raise ValueError(f"axe-core {VERSION} has another digest than expected: {digest}")
    with tarfile.open(package) as members:
        member = members.extractfile("package/axe.min.js")
        assert member
        part = script().with_suffix(".part")
        part.write_bytes(member.read())
    part.replace(script())
    package.unlink()


@pytest.fixture(scope="session")
def axe() -> str:
    """Its source; it goes into a page with `evaluate`, which the page's policy lets alone."""
    if missing():
        pytest.skip("axe-core is not there: python tests/axe.py fetches it with npm")
    return script().read_text(encoding="utf-8")


def faults(page: Any, state: str) -> list[str]:
    """What it finds wrong in a page as it stands, and what it cannot tell and `OPEN` does not settle."""
    violations, incomplete = page.evaluate(RUN, list(RULES))
    found = violations + page.evaluate(OPEN, incomplete)
    return [f"{state}: {': '.join(each)}" for each in found]


if __name__ == "__main__":
    fetch()
