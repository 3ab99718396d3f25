"""The small grammars inside a mapping: IRIs, templates, language tags and datatypes.

Readers of mappings (:mod:`kg.rml`, :mod:`kg.yarrrml`) pass what a person wrote through these functions:
each gives it back ready for the model, or raises a MappingError that says what is wrong with it.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from kg.errors import MappingError, Place
from kg.mapping import RDF, XSD, Call, Constant, Expression, Fresh, Reference, Template

# RFC 3986, section 3.1
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# RFC 3987, section 2.2: what stands in no IRI. N-Quads (IRIREF) forbids the same.
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
# RFC 5646, section 2.1. Its ABNF also allows a language of four to eight letters, but the registry has none.
LANGUAGE_TAG = re.compile(
    r"""(?xi)
    [a-z]{2,3} (-[a-z]{3}){0,3}                             # language, extended language
    (-[a-z]{4})? (-([a-z]{2}|[0-9]{3}))?                    # script, region
    (-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*                    # variants
    (-[0-9a-wy-z](-[a-z0-9]{2,8})+)* (-x(-[a-z0-9]{1,8})+)? # extensions, private use
    | x(-[a-z0-9]{1,8})+
    | i-(ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)
    | en-gb-oed | sgn-(be-fr|be-nl|ch-de)
    | art-lojban | cel-gaulish | no-(bok|nyn) | zh-(guoyu|hakka|min|min-nan|xiang)
    """
)
# XSD 1.1, part 2, section 3: the datatypes that have a name.
XSD_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        anyAtomicType anySimpleType anyType anyURI base64Binary boolean byte date dateTime dateTimeStamp
        dayTimeDuration decimal double duration ENTITIES ENTITY float gDay gMonth gMonthDay gYear gYearMonth
        hexBinary ID IDREF IDREFS int integer language long Name NCName negativeInteger NMTOKEN NMTOKENS
        nonNegativeInteger nonPositiveInteger normalizedString NOTATION positiveInteger QName short string
        time token unsignedByte unsignedInt unsignedLong unsignedShort yearMonthDuration
        """,
    )
)
LANGUAGE_DATATYPES = frozenset((RDF + "langString", RDF + "dirLangString"))
# SQL:2008, "delimited identifier", as R2RML writes columns that are no regular identifiers.
DELIMITED = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`', re.DOTALL)
# SQL:2008, "regular identifier", with what databases allow besides.
REGULAR = re.compile(r"[^\W\d][\w$]*")
BRACES = re.compile(r"\\[\\{}]|[\\{}]|[^\\{}]+")


# Files of other formats that are read like tables, or like JSON, one record for each line.
SUFFIXES = {
    ("csv", ".parquet"): "parquet",
    ("csv", ".xlsx"): "excel",
    ("json", ".jsonl"): "jsonl",
    ("json", ".ndjson"): "jsonl",
}
TABS = (".tsv", ".tab")


def formulation(said: str, path: str) -> str:
    """The formulation of a file: that which is `said`, unless the file's name tells more.

    >>> formulation("csv", "a.csv"), formulation("csv", "a.parquet"), formulation("json", "a.jsonl.gz")
    ('csv', 'parquet', 'jsonl')
    """
    return next((SUFFIXES[said, name] for name in _suffixes(path) if (said, name) in SUFFIXES), said)


def delimiter(formulation: str, path: str) -> str:
    """What separates the cells of a CSV file that does not say it: a tab if its name tells so.

    >>> delimiter("csv", "a.csv"), delimiter("csv", "a.TSV.gz"), delimiter("json", "a.tsv")
    (',', '\\t', ',')
    """
    tabs = formulation == "csv" and any(name in TABS for name in _suffixes(path))
    return "\t" if tabs else ","


def _suffixes(path: str) -> list[str]:
    return ["." + name for name in PurePath(path).name.lower().split(".")[1:]]


def identifier(name: str) -> str:
    """The name as a delimited identifier of SQL.

    >>> print(identifier('a "b"'))
    "a \"\"b\"\""
    """
    return '"' + name.replace('"', '""') + '"'


def undelimited(name: str) -> str:
    """The name of a column of SQL, without the quotes, or MySQL's backticks, of a delimited identifier.

    >>> undelimited('"Country Code"'), undelimited("`a b`"), undelimited("id")
    ('Country Code', 'a b', 'id')
    """
    found = DELIMITED.fullmatch(name)
    return name[1:-1].replace(name[0] * 2, name[0]) if found else name


def regular(name: str) -> bool:
    """Whether SQL takes the name for an identifier without quotes, whose case does not matter."""
    return bool(REGULAR.fullmatch(name))


def absolute(text: str) -> bool:
    """Whether `text` starts with a scheme.

    >>> absolute("urn:isbn:0451450523"), absolute("place/1")
    (True, False)
    """
    return bool(SCHEME.match(text))


def iri(
    expression: Expression, place: Place | None, *, base: str = "", what: str = "", safe: bool = True
) -> Expression:
    """An expression that can make IRIs; a relative constant gets `base` in front, by concatenation.

    Raises MappingError for a character that no IRI has (only where it is `safe`: an rml:UnsafeIRI may have
    any), and for what cannot become absolute because there is no base IRI. Relative templates are left as
    they are: their base is that of the rule.

    >>> iri(Constant("place/1"), None, base="https://example.org/")
    Constant(value='https://example.org/place/1')
    """
    match expression:
        case Reference() | Fresh() | Call():
            return expression
        case Constant(value):
            full = value if absolute(value) else base + value
            _check_absolute(full, full, place, what)
            _check_characters(full if safe else "", full, place, what)
            return Constant(full)
        case Template(parts):
            start = parts[0] if isinstance(parts[0], str) else ""
            shown = written(expression)
            _check_absolute(start if absolute(start) else base + start, shown, place, what)
            for part in parts if safe else ():
                if isinstance(part, str):
                    _check_characters(part, shown, place, what)
            return expression


def rebased(expression: Expression, base: str) -> Expression:
    """A relative template with `base` in front, for a rule whose base is another; others as they are.

    >>> rebased(Template((Reference("id"),)), "https://example.org/").parts
    ('https://example.org/', Reference(name='id'))
    """
    match expression:
        case Template((str() as start, *rest)) if not absolute(start):
            return Template((base + start, *rest))
        case Template((Reference(), *_) as parts):
            return Template((base, *parts))
        case _:
            return expression


def _check_absolute(start: str, shown: str, place: Place | None, what: str) -> None:
    if not absolute(start):
        raise MappingError(
            f"{what}{shown!r} is no absolute IRI, and there is no base IRI",
            place=place,
            value=shown,
            fix="begin it with a declared prefix or a scheme such as https:, or give the mapping a base IRI",
        )


def _check_characters(text: str, shown: str, place: Place | None, what: str) -> None:
    found = NOT_IN_IRI.search(text)
    if found:
        raise MappingError(
            f"{what}{shown!r} has a character that no IRI may have: {found.group()!r}",
            place=place,
            value=shown,
            fix=f"write it as %{ord(found.group()):02X}, or make a literal of it",
        )


def language(expression: Expression, place: Place | None, *, what: str = "") -> Expression:
    """An expression that can make language tags. A constant must be well-formed (BCP 47), else MappingError.

    >>> language(Constant("zh-Hans"), None)
    Constant(value='zh-Hans')
    """
    if isinstance(expression, Constant) and not well_formed_tag(expression.value):
        raise MappingError(
            f"{what}{expression.value!r} is no language tag",
            place=place,
            value=expression.value,
            fix="write a tag of BCP 47, such as en, zh or zh-Hans",
        )
    return expression


def well_formed_tag(text: str) -> bool:
    """Whether `text` is a language tag that can exist (BCP 47).

    >>> well_formed_tag("de-CH"), well_formed_tag("english"), well_formed_tag("a-english")
    (True, False, False)
    """
    return bool(LANGUAGE_TAG.fullmatch(text))


def datatype(expression: Expression, place: Place | None, *, base: str = "", what: str = "") -> Expression:
    """An expression that can make datatype IRIs.

    Raises MappingError for a name that XML Schema does not have, and for rdf:langString, which is the
    datatype of literals with a language and of no others.
    """
    checked = iri(expression, place, base=base, what=what)
    if not isinstance(checked, Constant):
        return checked
    name = checked.value.removeprefix(XSD)
    if name != checked.value and name not in XSD_NAMES:
        raise MappingError(
            f"{what}XML Schema has no datatype {name!r}", place=place, value=name, exists=sorted(XSD_NAMES)
        )
    if checked.value in LANGUAGE_DATATYPES:
        raise MappingError(
            f"{what}{checked.value} cannot be said as a datatype",
            place=place,
            value=checked.value,
            fix="give the language instead",
        )
    return checked


def written(expression: Expression) -> str:
    """An expression as text, references in braces: what messages show.

    >>> written(Template(("https://example.org/", Reference("id"))))
    'https://example.org/{id}'
    """
    match expression:
        case Constant(value):
            return value
        case Reference(name):
            return "{" + name + "}"
        case Template(parts):
            return "".join(part if isinstance(part, str) else "{" + part.name + "}" for part in parts)
        case Fresh():
            return "[]"
        case Call(function, inputs):
            return function + "(" + ", ".join(written(value) for _, value in inputs) + ")"


def template(text: str, place: Place | None, *, what: str = "") -> Expression:
    r"""A template as RML-Core writes it: references in braces; braces and backslashes escaped by a backslash.

    A template without references is a constant; one that is a reference and nothing else stays a template,
    because its value is made IRI-safe and that of a reference is not (RML-Core, "Template-valued expression
    maps"). Raises MappingError for braces that are nested or not closed, and for a backslash that escapes
    nothing.

    >>> template(r"https://example.org/{id}\{x\}", None)
    Template(parts=('https://example.org/', Reference(name='id'), '{x}'))
    """
    parts: list[str | Reference] = []
    open_at = -1
    piece = ""
    for token in BRACES.finditer(text):
        match token.group():
            case "{" if open_at < 0:
                parts += [piece] if piece else []
                open_at, piece = token.start(), ""
            case "}" if open_at >= 0 and piece:
                parts.append(Reference(piece))
                open_at, piece = -1, ""
            case "{" | "}" | "\\" as mark:
                raise _invalid(text, FAULTS[mark], token.start(), place, what)
            case other:
                piece += other[1] if other.startswith("\\") else other
    if open_at >= 0:
        raise _invalid(text, "the brace is not closed", open_at, place, what)
    parts += [piece] if piece else []
    return joined(parts)


FAULTS = {
    "{": "a brace inside a reference",
    "}": "a closing brace without a reference",
    "\\": "a backslash that escapes no brace and no backslash",
}


def joined(parts: list[str | Reference]) -> Expression:
    """The expression of these parts: a constant where none of them is a reference."""
    if any(isinstance(part, Reference) for part in parts):
        return Template(tuple(parts))
    return Constant("".join(part for part in parts if isinstance(part, str)))


def _invalid(text: str, fault: str, at: int, place: Place | None, what: str) -> MappingError:
    return MappingError(
        f"{what}invalid template '{text}': {fault} (character {at + 1})",
        place=place,
        value=text,
        fix=r"write \{ and \} for braces that are meant, \\ for a backslash (in Turtle each backslash twice)",
    )
