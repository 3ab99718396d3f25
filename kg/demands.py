"""What the values of term maps must look like for their terms to be valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import terms
from kg.datatypes import IRI, LANGUAGE, LEXICAL, RELATIVE_IRI, Lexical
from kg.errors import DataError, IllTyped, InvalidTerm
from kg.mapping import XSD, Call, Constant, Reference, Template, TermMap, TermType

if TYPE_CHECKING:
    import ibis.expr.types as ir

SAFE_VALUE = "x"
DAY = "^-?([0-9]+-[0-9]{2}-[0-9]{2})"


@dataclass(frozen=True)
class Demand:
    """The texts that `made` makes must be `lexical`, else there is an `error`: they are no `name`."""

    made: TermMap
    lexical: Lexical
    error: type[DataError]
    name: str
    base: str = ""

    @property
    def pieces(self) -> terms.Pieces:
        """The text: of a literal its value, else the IRI."""
        return terms.content(self.made, self.base)


def of(term_map: TermMap, base: str) -> Iterator[Demand]:
    """The demands of a term map, whose relative IRIs get `base` in front. Constants were seen to before."""
    expression = term_map.expression
    if term_map.term_type in (TermType.IRI, TermType.URI):
        made = TermMap(expression, term_map.term_type)
        yield from _of_iri(made, term_map.base or base, "IRI")
    if term_map.language and not isinstance(term_map.language, Constant):
        made = TermMap(term_map.language, TermType.LITERAL)
        yield Demand(made, LANGUAGE, InvalidTerm, "language tag")
    if term_map.datatype:
        yield from _of_iri(TermMap(term_map.datatype), base, "IRI of a datatype")
    if isinstance(term_map.datatype, Constant) and not isinstance(expression, Constant):
        datatype = term_map.datatype.value
        if datatype in LEXICAL:
            made = TermMap(expression, TermType.LITERAL, datatype=term_map.datatype)
            yield Demand(made, LEXICAL[datatype], IllTyped, f"xsd:{datatype.removeprefix(XSD)}")


def _of_iri(made: TermMap, base: str, name: str) -> Iterator[Demand]:
    """Values in a template are made safe, so only the template itself can be no IRI."""
    match made.expression:
        case Reference() | Call():
            yield Demand(made, RELATIVE_IRI if base else IRI, InvalidTerm, name)
        case Template(parts) if made.references:
            filled = "".join(part if isinstance(part, str) else SAFE_VALUE for part in parts)
            absolute = isinstance(parts[0], str) and re.match(terms.SCHEME, parts[0])
            if not re.fullmatch(IRI.pattern, filled if absolute else base + filled):
                yield Demand(made, IRI, InvalidTerm, name, base)


def unmet(text: ir.StringValue, lexical: Lexical) -> ir.BooleanValue:
    """Whether a text is not what is demanded; :meth:`kg.datatypes.Lexical.has` says the same of one text."""
    wrong = ~text.re_search(lexical.pattern)
    if lexical.cast == "date":  # 30 February looks like a date
        day = text.re_extract(DAY, 1)
        return wrong | (text.re_search(DAY) & day.try_cast("date").isnull())
    return wrong | text.try_cast(lexical.cast).isnull() if lexical.cast else wrong
