"""Values looked up in tables: which table is meant, what is found in it, and what is wrong with it."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import openpyxl
import pytest
from models import EX

import kg
from kg import lookups
from kg.errors import EmptyTable, MappingError, MissingTable, TableError, UnknownColumn, Unsupported
from kg.mapping import IDLAB, Call, Constant, Dialect, Reference

pytestmark = pytest.mark.usefixtures("on_each_engine")
HEAD = f"""prefixes:
  ex: {EX}
  f: {IDLAB}
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
mappings:
  t:
    sources: [[t.csv~csv]]
"""
TABLE = "id,code\n1,a\n2,b\n3,\n4,nowhere\n"
CODES = "code,label\na,Alpha\nb,Beta\na,Again\n,Empty\n"


def called(file: str = "codes.csv", key: str = "code", value: str = "label", *, more: str = "") -> str:
    return (
        f"{{function: f:lookup{more and 'WithDelimiter'}, parameters: [[f:str, $(code)], [f:inputFile, {file}], "
        f'[f:fromColumn, "{key}"], [f:toColumn, "{value}"]{more}]}}'
    )


def run(folder: Path, body: str, *, codes: str | None = CODES, table: str = TABLE) -> list[str]:
    """The quads of a mapping, without their full stops and the namespace."""
    (folder / "t.csv").write_text(table, encoding="utf-8")
    if codes is not None:
        (folder / "codes.csv").write_text(codes, encoding="utf-8")
    (folder / "m.yml").write_text(HEAD + body, encoding="utf-8")
    kg.map(folder / "m.yml", folder / "out.nq")
    lines = (folder / "out.nq").read_text(encoding="utf-8").splitlines()
    return [line.removesuffix(" .").replace(EX, "") for line in lines]


def of_object(call: str) -> str:
    return f"    s: ex:$(id)\n    po: [{{p: ex:p, o: {call}}}]\n"


FOUND = ['<1> <p> "Alpha"', '<2> <p> "Beta"']


def test_the_first_row_with_the_text_gives_the_value(tmp_path: Path) -> None:
    """No row, or no text to look for, is no term."""
    assert run(tmp_path, of_object(called())) == FOUND


def test_columns_by_number_count_from_0_and_the_first_row_is_a_record(tmp_path: Path) -> None:
    codes = "a,Alpha\nb,Beta\nc\n".replace("c\n", "c,\n")
    assert run(tmp_path, of_object(called(key="0", value="1")), codes=codes) == FOUND


def test_a_first_row_without_a_value_gives_none(tmp_path: Path) -> None:
    assert run(tmp_path, of_object(called()), codes="code,label\na,\na,Later\nb,Beta\n") == FOUND[1:]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "    s: [{function: ex:none}]\n".replace("[{function: ex:none}]", called())
            + "    po: [[ex:p, x]]\n",
            ['<Alpha> <p> "x"', '<Beta> <p> "x"'],
        ),
        (
            f"    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: x\n        condition: {{function: f:equal, "
            f"parameters: [[grel:valueParameter, {called()}], [grel:valueParameter2, Beta]]}}\n",
            ['<2> <p> "x"'],
        ),
        (
            f"    s: ex:$(id)\n    graphs: [{called()}]\n    po: [[ex:p, x]]\n",
            ['<1> <p> "x" <Alpha>', '<2> <p> "x" <Beta>'],
        ),
    ],
    ids=["subject", "condition", "graph"],
)
def test_a_lookup_may_stand_wherever_a_call_may(body: str, expected: list[str], tmp_path: Path) -> None:
    codes = CODES.replace("Alpha", EX + "Alpha").replace("Beta", EX + "Beta")
    assert run(tmp_path, body, codes=codes if "condition" not in body else CODES) == expected


def test_a_language_may_be_looked_up(tmp_path: Path) -> None:
    prefixes = f"@prefix rml: <http://w3id.org/rml/> .\n@prefix f: <{IDLAB}> .\n"
    inputs = [("str", "reference", "code"), ("inputFile", "constant", "codes.csv")]
    inputs += [("fromColumn", "constant", "code"), ("toColumn", "constant", "label")]
    given = " ; ".join(
        f'rml:input [ rml:parameter f:{n} ; rml:inputValueMap [ rml:{k} "{v}" ] ]' for n, k, v in inputs
    )
    (tmp_path / "m.ttl").write_text(
        prefixes
        + f"""<#t> a rml:TriplesMap ;
        rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ;
          rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
        rml:subjectMap [ rml:template "{EX}{{id}}" ] ;
        rml:predicateObjectMap [ rml:predicate <{EX}p> ; rml:objectMap [ rml:constant "x" ; rml:languageMap
          [ rml:functionExecution [ rml:function f:lookup ; {given} ] ] ] ] .""",
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "codes.csv").write_text("code,label\na,en\nb,zh-Hans\n", encoding="utf-8")
    kg.map(tmp_path / "m.ttl", tmp_path / "out.nq")
    lines = (tmp_path / "out.nq").read_text(encoding="utf-8").replace(EX, "").splitlines()
    assert lines == ['<1> <p> "x"@en .', '<2> <p> "x"@zh-hans .']


def test_each_of_several_texts_is_looked_up_and_their_order_stays(tmp_path: Path) -> None:
    split = (
        "{function: grel:string_split, parameters: [[grel:valueParameter, $(code)], [grel:p_string_sep, ;]]}"
    )
    each = called().replace("$(code)", split)
    joined = (
        f'{{function: grel:array_join, parameters: [[grel:p_array_a, {each}], [grel:p_string_sep, "|"]]}}'
    )
    table = 'id,code\n1,"b;?;a;b"\n2,\n3,?\n4,b;a\n'
    assert run(tmp_path, of_object(joined), table=table) == [
        '<1> <p> "Beta|Alpha|Beta"',
        '<3> <p> ""',
        '<4> <p> "Beta|Alpha"',
    ]


@pytest.mark.parametrize("suffix", ["tsv", "csv.gz", "xlsx", "parquet", "json", "jsonl"])
def test_a_table_may_be_any_that_has_columns(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"codes.{suffix}"
    rows = [("a", "Alpha"), ("b", "Beta")]
    objects = ["{" + f'"code": "{code}", "label": "{label}"' + "}" for code, label in rows]
    if suffix == "xlsx":
        book = openpyxl.Workbook()
        for row in [("code", "label"), *rows]:
            book.active.append(row)
        book.save(path)
    elif suffix == "parquet":
        duckdb.execute(f"COPY (SELECT * FROM (VALUES {rows[0]}, {rows[1]}) t(code, label)) TO '{path}'")
    elif suffix == "csv.gz":
        path.write_bytes(gzip.compress(CODES.encode()))
    else:
        contents = {
            "tsv": CODES.replace(",", "\t"), "json": f"[{', '.join(objects)}]", "jsonl": "\n".join(objects),
        }  # fmt: skip
        path.write_text(contents[suffix], encoding="utf-8")
    assert run(tmp_path, of_object(called(f"codes.{suffix}")), codes=None) == FOUND


def test_a_delimiter_may_be_given(tmp_path: Path) -> None:
    call = called(more=', [f:delimiter, ";"]')
    assert run(tmp_path, of_object(call), codes=CODES.replace(",", ";")) == FOUND


def test_numbers_are_looked_up_by_their_text(tmp_path: Path) -> None:
    """As join conditions compare them: 1 is the text "1", in whatever source."""
    book = openpyxl.Workbook()
    book.active.append(("code", "label"))
    book.active.append((7, 1.5))
    book.save(tmp_path / "codes.xlsx")
    table = "id,code\n1,7\n2,7.0\n"
    assert run(tmp_path, of_object(called("codes.xlsx")), codes=None, table=table) == ['<1> <p> "1.5E0"']


def test_a_table_may_be_looked_up_in_itself(tmp_path: Path) -> None:
    """A source that a triples map reads too is read once."""
    table = "id,code\na,b\nb,c\n"
    body = of_object(called("t.csv", "id", "code"))
    assert run(tmp_path, body, codes=None, table=table) == ['<a> <p> "c"']
    assert kg.sql(tmp_path / "m.yml").count("CREATE VIEW source_") == 1


def test_a_plan_shows_the_lookup_by_its_name_as_a_join(tmp_path: Path) -> None:
    run(tmp_path, of_object(called()))
    sql = kg.sql(tmp_path / "m.yml")
    assert 'CREATE TABLE "lookup_codes_' in sql
    assert "LEFT OUTER JOIN" in sql


def test_many_rows_are_looked_up_by_a_hash_join(tmp_path: Path) -> None:
    """Not row by row: fifty thousand in fifty thousand."""
    codes = "code,label\n" + "".join(f"{n},v{n}\n" for n in range(50_000))
    table = "id,code\n" + "".join(f"{n},{n * 2}\n" for n in range(50_000))
    assert len(run(tmp_path, of_object(called()), codes=codes, table=table)) == 25_000


@pytest.mark.parametrize(
    ("call", "codes", "error", "message"),
    [
        (called("none.csv"), CODES, MissingTable, "m.yml:9:23: error[missing-table]: there is no table none.csv"),
        (called(value="lable"), CODES, UnknownColumn, "has no column 'lable'; did you mean 'label'?"),
        (called(key="0", value="2"), CODES, UnknownColumn, "codes.csv has no column '2'; there are: 0, 1"),
        (called(key="0"), CODES, UnknownColumn, "codes.csv has no column '0'; there are: code, label"),
        (called(), "code,label\na\n", TableError, "codes.csv:2:1: error[ragged]"),
        (called(), "", EmptyTable, "codes.csv:1:1"),
        (called("http://example.org/c.csv"), CODES, Unsupported, "is on the web"),
        (called("$(id)"), CODES, MappingError, "takes a constant only"),
        (called(value="$(id)"), CODES, MappingError, "takes a constant only"),
        (called(more=', [f:delimiter, "||"]'), CODES, MappingError, "takes one character, not '||: these are 2'"),
        (called(more=", [f:encoding, x]"), CODES, MappingError, "has no parameter"),
        ("{function: f:lookup, parameters: [[f:str, $(code)]]}", CODES, MappingError, "lacks its parameter"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_is_written(
    call: str, codes: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        run(tmp_path, of_object(call), codes=codes)
    assert message in str(caught.value).replace(f"{tmp_path}/", "")
    assert not (tmp_path / "out.nq").exists()


def constant(**inputs: str) -> Call:
    return Call(IDLAB + "lookup", tuple((IDLAB + name, Constant(value)) for name, value in inputs.items()))


def test_the_namespace_of_old_means_the_same() -> None:
    new = constant(_inputFile="a/b.csv", fromColumn="0", toColumn="1")
    old = Call(
        lookups.OLD_IDLAB + "lookup",
        tuple((iri.replace(IDLAB, lookups.OLD_IDLAB), value) for iri, value in new.inputs),
    )
    found = lookups.of(old)
    assert found is not None
    assert found == lookups.of(new)
    assert found.source.dialect == Dialect(header=False)
    assert (found.key, found.value, found.said("1")) == ("1", "2", "0")


def test_lookups_differ_by_table_and_columns() -> None:
    """So do their names; they are legal in any database."""
    several = [
        lookups.of(constant(inputFile=file, fromColumn=key, toColumn=value))
        for file, key, value in (
            ("a.csv", "0", "1"),
            ("a.csv", "1", "0"),
            ("b/a.csv", "0", "1"),
            ("编码.csv", "0", "1"),
        )
    ]
    names = {found.name for found in several if found}
    assert len(names) == 4
    assert all(name.isascii() and name.isidentifier() for name in names)


def test_lookups_are_found_within_calls() -> None:
    inner = constant(inputFile="a.csv", fromColumn="0", toColumn="1")
    outer = Call(IDLAB + "slugify", ((IDLAB + "str", inner), (IDLAB + "str", Reference("x"))))
    assert [*lookups.inside((Reference("x"), outer))] == [lookups.of(inner)]
