"""Regular expressions of RE2, as mappings and the planner write them, in the syntax of java.util.regex.

Both look for the leftmost match and prefer the first alternative, so only the spelling differs, and what a
few escapes mean: to Java `$` is also before a last line feed, `.` is no NEL, `\\s` has the vertical tab and
`\\b` other scripts.
"""

from __future__ import annotations

import re

from kg.errors import Unsupported

# Beside each escape of RE2 what it is in Java, outside a class of characters.
ESCAPES = {
    "s": r"[\t\n\f\r ]",
    "S": r"[^\t\n\f\r ]",
    "v": r"\x0B",
    "b": r"(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))",
    "B": r"(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))",
    "C": r"[\s\S]",
}
POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7F", "blank": r"\t ",
    "cntrl": r"\x00-\x1F\x7F", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
CATEGORY = re.compile(r"[CLMNPSZ][a-z]?")
TOKEN = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\(?P<property>[pP](?:\{\^?\w+\}|\w))|\\(?P<octal>[0-7]{1,3})"
    r"|\\x(?P<hex>\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|\\(?P<escape>.)|\[(?P<class>\^?)"
    r"|\(\?P?<(?P<name>\w+)>|\(\?(?P<flags>[A-Za-z-]+)(?=[:)])|(?P<count>\{[0-9]+(?:,[0-9]*)?\})|(?P<other>.)",
    re.DOTALL,
)
IN_CLASS = re.compile(
    r"(?P<end>\])|\[:(?P<not>\^?)(?P<posix>\w+):\]|\\(?P<property>[pP](?:\{\^?\w+\}|\w))|\\(?P<octal>[0-7]{1,3})"
    r"|\\x(?P<hex>\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|\\(?P<escape>.)|(?P<other>.)",
    re.DOTALL,
)
# Characters of IRIs as kg.datatypes writes them. What follows them there is none of them, so none is given
# back; and Java, which calls itself once more for each that might be, is not deep enough for long IRIs.
OF_IRIS = re.compile(
    r"(\(\[A-Za-z0-9\._~!\$&'\(\)\*\+,;=[^\]]*\u00a0-\ud7ff[^\]]*-\]\|%\[0-9A-Fa-f\]\{2\}\)\*)"
)


def java(pattern: str) -> str:
    r"""The pattern in Java's syntax. Raises Unsupported for flags that Java has not.

    >>> java(r"^\p{Han}+[[:alpha:]\s]$"), java("a{2}{")
    ('(?d)^\\p{IsHan}+[A-Za-z\\t\\n\\f\\r ]\\z', '(?d)a{2}\\{')
    """
    pattern = OF_IRIS.sub(r"\1+", pattern)
    made, at = [], 0
    while found := TOKEN.match(pattern, at):
        at = found.end()
        if found["class"] is not None:
            inside, at = _class(pattern, at)
            made.append(f"[{found['class']}{inside}]")
        else:
            made.append(_outside(found))
    return "(?d)" + "".join(made)


def _outside(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return re.sub(r"([^\w\s])", r"\\\1", found["quoted"])
    if found["name"]:
        return f"(?<{found['name'].replace('_', '')}>"
    if found["flags"]:
        return _flags(found["flags"])
    if found["escape"] in ESCAPES:
        return ESCAPES[found["escape"]]
    if found["other"]:
        return {"$": r"\z", "{": r"\{", "}": r"\}"}.get(found["other"], found["other"])
    return found["count"] or _escape(found)


def _flags(flags: str) -> str:
    """Flags, those of letter case for all of Unicode; `(?P<name>` was seen before."""
    on, _, off = flags.partition("-")
    if set(on + off) - set("is"):
        raise Unsupported(
            f"the flags ({'?' + flags}) of a regular expression are not run on Spark",
            fix="write the pattern without them, or run it with --engine duckdb",
        )
    return "(?" + on.replace("i", "iu") + ("-" + off.replace("i", "iu") if off else "")


def _escape(found: re.Match[str]) -> str:
    """What both have, inside a class and outside."""
    if found["property"]:
        kind, name = found["property"][0], found["property"][1:].strip("{}")
        if name.startswith("^"):
            kind, name = {"p": "P", "P": "p"}[kind], name[1:]
        if name == "Any":
            return r"[\s\S]" if kind == "p" else r"[^\s\S]"
        return rf"\{kind}{{{name if CATEGORY.fullmatch(name) else 'Is' + name}}}"
    if found["octal"]:
        return f"\\x{{{int(found['octal'], 8):X}}}"
    if found["hex"]:
        return f"\\x{found['hex']}"
    return "\\" + found["escape"]


def _class(pattern: str, at: int) -> tuple[str, int]:
    """What stands in a class of characters, as Java has it, and where it ends."""
    made: list[str] = []
    while found := IN_CLASS.match(pattern, at):
        at = found.end()
        if found["end"] and made:
            break
        if found["posix"]:
            inside = POSIX[found["posix"]]
            made.append(f"[^{inside}]" if found["not"] else inside)
        elif found["escape"] in ("s", "S", "v"):
            spaces = {"s": r"\t\n\f\r ", "S": r"[^\t\n\f\r ]", "v": r"\x0B"}
            made.append(spaces[found["escape"]])
        elif found["other"] or found["end"]:
            char = found["other"] or found["end"]
            made.append("\\" + char if char in "[]&^#" else char)
        else:
            made.append(_escape(found))
    return "".join(made), at
