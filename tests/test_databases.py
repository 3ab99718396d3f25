"""Addresses of databases, and mappings run over each kind: R2RML, legacy RML, RML-Core and YARRRML."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers import TestDatabase

import kg
from kg import databases, runs
from kg.cli import main
from kg.errors import (
    DatabaseError,
    DataError,
    KgError,
    MappingError,
    MissingTable,
    NoDatabase,
    UnknownColumn,
    Unsupported,
)
from kg.mapping import Database
from kg.runs import Options

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("written", "database"),
    [
        ("postgresql://me:a%40b@h:5433/shop", Database("postgresql://h:5433/shop", "me", "a@b")),
        ("postgres://h/shop", Database("postgresql://h/shop")),
        ("jdbc:postgresql://h/shop?user=me&password=x&ssl=false", Database("postgresql://h/shop?ssl=false", "me", "x")),
        ("jdbc:postgresql:shop", Database("postgresql:///shop")),
        ("mysql://me@h/shop", Database("mysql://h/shop", "me")),
        ("jdbc:mariadb://h:3307/shop", Database("mysql://h:3307/shop")),
        ("MySQL://[::1]:3307/shop", Database("mysql://[::1]:3307/shop")),
        ("sqlite:///people.db", Database("sqlite:///people.db")),
        ("sqlite:////data/people.db", Database("sqlite:////data/people.db")),
        ("jdbc:sqlite:people.db", Database("sqlite:///people.db")),
        ("jdbc:sqlite:/data/people.db?mode=ro", Database("sqlite:////data/people.db")),
    ],
)  # fmt: skip
def test_an_address_is_understood_as_it_is_usually_written(written: str, database: Database) -> None:
    assert databases.database(written) == database


def test_credentials_beside_the_address_are_meant_first() -> None:
    assert databases.database("mysql://a:b@h/x", "c", "d") == Database("mysql://h/x", "c", "d")


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("people.db", MappingError),
        ("$CONNECTIONDSN", MappingError),
        ("http://me:secret@h/x", MappingError),
        ("postgresql://me:secret@h:port/x", MappingError),
        ("postgresql://me:secret@[h/x", MappingError),
        ("jdbc:oracle:thin:me/secret@h:1521:x", Unsupported),
        ("jdbc:sqlserver://h;password=secret", Unsupported),
        ("jdbc:mysql://(host=h,user=u,password=secret)/x", MappingError),
        ("jdbc:mysql://address=(host=h)(password=secret)/x", MappingError),
        ("jdbc:mysql://h/x;password=secret", MappingError),
        ("jdbc:mysql://h,me:secret/x", MappingError),
        ("jdbc:postgresql:x#secret", MappingError),
        ("postgresql://me:12/secret@h/x", MappingError),
        ("postgresql://me:secret/34@h/x", MappingError),
        ("mysql://me:12#secret@h/x", MappingError),
        ("mysql://me:12?secret@h/x", MappingError),
        ("mysql://me:12/?a=secret@h/x", MappingError),
        ("mysql://[secret]/x", MappingError),
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(written: str, error: type[KgError]) -> None:
    with pytest.raises(error, match="sqlite:///FILE") as raised:
        databases.database(written)
    assert "secret" not in str(raised.value)


def test_a_name_may_have_an_at_where_it_cannot_be_taken_for_a_password() -> None:
    given = databases.database("postgresql://h/x?user=me@server&password=s&application_name=a@b")
    assert given == Database("postgresql://h/x?application_name=a%40b", "me@server", "s")


@pytest.mark.parametrize("option", ["sslpassword", "trustCertificateKeyStorePassword"])
def test_passwords_of_other_things_are_refused_and_not_repeated(option: str) -> None:
    with pytest.raises(Unsupported, match=option) as raised:
        databases.database(f"postgresql://h/x?{option}=secret")
    assert "secret" not in str(raised.value)


def quads(
    database: TestDatabase, folder: Path, text: str, *, db: str | None = None, base: str = ""
) -> list[str]:
    """What a mapping makes, run over a database that is given for the run."""
    out = folder / "out.nq"
    url = database.url if db is None else db
    kg.map(database.mapping(folder, text), out, db=url, base=base)
    written = out.read_text(encoding="utf-8").splitlines()
    return [
        line.removesuffix(" .").replace("https://example.org/", "").replace(XSD, "xsd:") for line in written
    ]


STUDENTS = (
    'CREATE TABLE students (id INTEGER, "Name" VARCHAR(20), sport INTEGER)',
    "INSERT INTO students VALUES (1, 'Venus Williams', 100), (2, NULL, NULL), (3, 'Demi', 200)",
    "CREATE TABLE sports (id INTEGER, name VARCHAR(20))",
    "INSERT INTO sports VALUES (100, 'Tennis'), (200, NULL)",
)
TABLE = 'rr:logicalTable [ rr:tableName "students" ]'


def students(*poms: str, table: str = TABLE, subject: str = 'rr:template "student/{id}"') -> str:
    """A triples map in R2RML; what is said of an object follows its predicate."""
    made = (pom.split(" ", 1) for pom in poms)
    objects = (
        (name, said if said.startswith("rr:object") else f"rr:objectMap [ {said} ]") for name, said in made
    )
    maps = "".join(f"; rr:predicateObjectMap [ rr:predicate ex:{name}; {said} ]" for name, said in objects)
    return f"<students> {table}; rr:subjectMap [ {subject} ]{maps} ."


SPORTS = '<sports> rr:logicalTable [ rr:tableName "sports" ]; rr:subjectMap [ rr:template "sport/{id}" ] .'
JOIN = 'rr:parentTriplesMap <sports>; rr:joinCondition [ rr:child "sport"; rr:parent "id" ]'
# What R2RML demands, by what it is about.
R2RML = {
    "a table, classes and columns; NULL makes no triple, and takes no other with it": (
        students(r'name rr:column "\"Name\""', subject='rr:template "{ID}"; rr:class ex:Student'),
        [
            *(f"<{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <Student>" for n in (1, 2, 3)),
            '<1> <name> "Venus Williams"',
            '<3> <name> "Demi"',
        ],
    ),
    "a NULL in the subject drops the row": (
        students('id rr:column "ID"', subject=r'rr:template "{\"Name\"}"'),
        ['<Demi> <id> "3"^^<xsd:integer>', '<Venus%20Williams> <id> "1"^^<xsd:integer>'],
    ),
    "delimited identifiers": (
        students(
            r'name rr:column "\"Name\""',
            table=r'rr:logicalTable [ rr:tableName "\"students\"" ]',
            subject=r'rr:template "{\"id\"}"',
        ),
        ['<1> <name> "Venus Williams"', '<3> <name> "Demi"'],
    ),
    "a query with its version, over all columns that it computes": (
        students(
            'count rr:column "n"',
            table='rr:logicalTable [ rr:sqlQuery """SELECT \'all\' AS id, COUNT(*) AS n FROM students;"""; '
            "rr:sqlVersion rr:SQL2008 ]",
        ),
        ['<student/all> <count> "3"^^<xsd:integer>'],
    ),
    "an inverse expression is a hint": (
        students('id rr:column "id"; rr:inverseExpression "{id} = 1"', subject='rr:constant ex:s'),
        [f'<s> <id> "{n}"^^<xsd:integer>' for n in (1, 2, 3)],
    ),
    "term types, language and datatype": (
        students(
            r'lang rr:column "\"Name\""; rr:language "en"',
            'typed rr:column "id"; rr:datatype xsd:positiveInteger',
            'text rr:column "id"; rr:datatype xsd:string',
            'node rr:column "id"; rr:termType rr:BlankNode',
            'literal rr:template "{id}-{sport}"; rr:termType rr:Literal',
            r'iri rr:column "\"Name\""; rr:termType rr:IRI',
            table='rr:logicalTable [ rr:sqlQuery "SELECT * FROM students WHERE id = 3" ]',
        ),
        [
            '<student/3> <iri> <Demi>',
            '<student/3> <lang> "Demi"@en',
            '<student/3> <literal> "3-200"',
            '<student/3> <node> _:b3',
            '<student/3> <text> "3"',
            '<student/3> <typed> "3"^^<xsd:positiveInteger>',
        ],
    ),
    "constants, several predicates, objects and graphs, and the default graph": (
        students(
            'p rr:object "a", ex:b; rr:predicate ex:q; rr:graph ex:g, rr:defaultGraph',
            table='rr:logicalTable [ rr:sqlQuery "SELECT 1 AS one" ]',
            subject="rr:constant ex:s",
        ),
        [f"<s> <{p}> {o}{g}" for p in "pq" for o in ('"a"', "<b>") for g in ("", " <g>")],
    ),
    "graphs by column": (
        students('id rr:column "id"', subject='rr:template "{id}"; rr:graphMap [ rr:template "g/{sport}" ]'),
        ['<1> <id> "1"^^<xsd:integer> <g/100>', '<3> <id> "3"^^<xsd:integer> <g/200>'],
    ),
    "a join": (students(f"plays {JOIN}") + SPORTS, ["<student/1> <plays> <sport/100>", "<student/3> <plays> <sport/200>"]),
    "a parent of the same table without a condition": (
        students('same rr:parentTriplesMap <other>')
        + '<other> rr:logicalTable [ rr:tableName "students" ]; rr:subjectMap [ rr:template "other/{sport}" ] .',
        ["<student/1> <same> <other/100>", "<student/3> <same> <other/200>"],
    ),
    "a join with itself": (
        students('like rr:parentTriplesMap <students>; rr:joinCondition [ rr:child "sport"; rr:parent "sport" ]'),
        ["<student/1> <like> <student/1>", "<student/3> <like> <student/3>"],
    ),
    "many to many, through a third triples map": (
        students(
            'plays rr:parentTriplesMap <sports>; rr:joinCondition [ rr:child "sport"; rr:parent "id" ]',
            'name rr:column "sportname"; rr:language "en"',
            table='rr:logicalTable [ rr:sqlQuery """SELECT s.id, s.sport, t.name AS sportname FROM students s '
            'LEFT JOIN sports t ON t.id = s.sport""" ]',
        )
        + SPORTS,
        [
            '<student/1> <name> "Tennis"@en',
            "<student/1> <plays> <sport/100>",
            "<student/3> <plays> <sport/200>",
        ],
    ),
    "languages by query": (
        students(
            'label rr:column "en"; rr:language "en"',
            'label rr:column "es"; rr:language "es"',
            table='rr:logicalTable [ rr:sqlQuery "SELECT 1 AS id, \'one\' AS en, \'uno\' AS es" ]',
        ),
        ['<student/1> <label> "one"@en', '<student/1> <label> "uno"@es'],
    ),
    "blank nodes by columns of several types": (
        students(
            'amount rr:column "amount"',
            table='rr:logicalTable [ rr:sqlQuery "SELECT 30 AS amount, 1 AS n" ]',
            subject='rr:template "{n}{amount}"; rr:termType rr:BlankNode',
        ),
        ['_:b130 <amount> "30"^^<xsd:integer>'],
    ),
    "identifiers of SQL in any case": (
        students(
            'count rr:column "SPORTCOUNT"',
            'text rr:template "{Role}"; rr:termType rr:Literal',
            'delimited rr:column "\\"Exactly\\""',
            table='rr:logicalTable [ rr:sqlQuery """SELECT id AS StudentId, COUNT(sport) AS SPORTCOUNT, '
            '\'a\' AS ROLE, 2 AS "Exactly" FROM students WHERE id = 1 GROUP BY id""" ]',
            subject='rr:template "student/{STUDENTID}"',
        ),
        [
            '<student/1> <count> "1"^^<xsd:integer>',
            '<student/1> <delimited> "2"^^<xsd:integer>',
            '<student/1> <text> "a"',
        ],
    ),
    "the exact label of a query": (
        students(
            'name rr:column "Name"',
            table=r'rr:logicalTable [ rr:sqlQuery "SELECT id, \"Name\" FROM students" ]',
        ),
        ['<student/1> <name> "Venus Williams"', '<student/3> <name> "Demi"'],
    ),
    "a column by two identifiers": (
        students('a rr:column "SPORT"', r'b rr:column "\"sport\""', subject='rr:template "{Id}"'),
        [f'<{n}> <{p}> "{n}00"^^<xsd:integer>'.replace("300", "200") for n in (1, 3) for p in "ab"],
    ),
    "identifiers in joins": (
        students('plays rr:parentTriplesMap <sports>; rr:joinCondition [ rr:child "SPORT"; rr:parent "ID" ]')
        + SPORTS.replace("{id}", r"{\"id\"}"),
        ["<student/1> <plays> <sport/100>", "<student/3> <plays> <sport/200>"],
    ),
    "identical rows make one triple": (
        students('any rr:column "x"', table='rr:logicalTable [ rr:sqlQuery "SELECT 1 AS id, 2 AS x FROM students" ]'),
        ['<student/1> <any> "2"^^<xsd:integer>'],
    ),
}  # fmt: skip


def in_order(lines: list[str]) -> list[str]:
    return sorted(lines)


@pytest.mark.parametrize("case", R2RML)
def test_r2rml_means_the_same_on_each_database(case: str, database: TestDatabase, tmp_path: Path) -> None:
    text, expected = R2RML[case]
    assert in_order(quads(database.run(*STUDENTS), tmp_path, text)) == in_order(expected)


ERRORS = {
    "a column that is not there": (students('x rr:column "names"'), UnknownColumn, "no column 'names'"),
    "a delimited identifier in another case": (
        students(r'x rr:column "\"name\""'), UnknownColumn, """did you mean '"?Name"?'""",
    ),
    "a table that is not there": (students(table='rr:logicalTable [ rr:tableName "student" ]'), MissingTable, "students"),
    "a query that is none": (students(table='rr:logicalTable [ rr:sqlQuery "SELEC 1" ]'), DatabaseError, "refuses the query"),
    "a version that is none": (
        students(table='rr:logicalTable [ rr:tableName "students"; rr:sqlVersion rr:SQL2099 ]'), MappingError, "SQL2099",
    ),
    "neither a table nor a query": (students(table="rr:logicalTable [ ]"), MappingError, "neither a table nor a query"),
    "a literal as subject": (students(subject='rr:column "id"; rr:termType rr:Literal'), MappingError, "must be IRI"),
    "no subject map": (f"<students> {TABLE} .", MappingError, "exactly one subject map"),
    "a language that is none": (students('x rr:column "id"; rr:language "english"'), MappingError, "english"),
    "an unknown parent": (students('x rr:parentTriplesMap <nobody>'), MappingError, "nobody"),
    "another table without a condition": (
        students('x rr:parentTriplesMap <sports>') + SPORTS, MappingError, "without a join condition",
    ),
    "a value that makes no IRI": (
        students('x rr:column "id"', subject=r'rr:column "\"Name\""'), DataError, "record",
    ),
    "a value that is none of the datatype": (
        students(r'x rr:column "\"Name\""; rr:datatype xsd:integer'), DataError, "Venus",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_what_r2rml_forbids_is_refused_on_each_database(
    case: str, database: TestDatabase, tmp_path: Path
) -> None:
    """Before any output."""
    text, error, words = ERRORS[case]
    with pytest.raises(error, match=words):
        quads(database.run(*STUDENTS), tmp_path, text)
    assert not (tmp_path / "out.nq").exists()


def test_types_of_sql_are_natural_in_r2rml(database: TestDatabase, tmp_path: Path) -> None:
    """In literals and, in the same form, in templates (R2RML, section 10)."""
    binary = {"sqlite": "BLOB", "postgresql": "BYTEA", "mysql": "VARBINARY(9)"}[database.system]
    written = {"sqlite": "x'ab01'", "postgresql": r"'\xab01'", "mysql": "x'ab01'"}[database.system]
    database.run(
        f"CREATE TABLE t (weight FLOAT, price DECIMAL(10,2), paid BOOLEAN, day DATE, at TIMESTAMP, pic {binary}, pad CHAR(8))",
        f"INSERT INTO t VALUES (80.25, 30, FALSE, '1981-10-10', '2009-10-10 12:12:22', {written}, 'ab')",
    )
    names = ("weight", "price", "paid", "day", "at", "pic", "pad")
    poms = [f'{name} rr:column "{name}"' for name in names]
    template = 'all rr:template "{weight}/{pic}/{paid}"; rr:termType rr:Literal'
    table = 'rr:logicalTable [ rr:tableName "t" ]'
    made = quads(database, tmp_path, students(*poms, template, table=table, subject="rr:constant ex:s"))
    assert dict(line.split(" ", 2)[1:] for line in made) == {
        "<weight>": '"8.025E1"^^<xsd:double>',
        "<price>": '"30"^^<xsd:decimal>',
        "<paid>": '"false"^^<xsd:boolean>',
        "<day>": '"1981-10-10"^^<xsd:date>',
        "<at>": '"2009-10-10T12:12:22"^^<xsd:dateTime>',
        "<pic>": '"AB01"^^<xsd:hexBinary>',
        "<pad>": '"ab"' if database.system == "sqlite" else '"ab      "',
        "<all>": '"8.025E1/AB01/false"',
    }


@pytest.mark.parametrize(
    ("what", "weight"),
    [
        ('old:logicalSource [ rr:tableName "t" ]', "8.025E1"),
        ('rml:logicalSource [ rml:referenceFormulation rml:SQLTable; rml:iterator "t" ]', "80.25"),
    ],
    ids=["legacy RML", "RML-Core"],
)
def test_the_vocabulary_decides_how_doubles_are_written(
    what: str, weight: str, database: TestDatabase, tmp_path: Path
) -> None:
    database.run("CREATE TABLE t (weight FLOAT)", "INSERT INTO t VALUES (80.25)")
    made = quads(
        database, tmp_path, students('weight old:reference "weight"', table=what, subject="rr:constant ex:s")
    )
    assert made == [f'<s> <weight> "{weight}"^^<xsd:double>']


def test_names_of_sql_are_exact_in_other_languages(database: TestDatabase, tmp_path: Path) -> None:
    """Legacy RML has labels of columns, which no database folds."""
    table = 'old:logicalSource [ rr:tableName "students" ]'
    text = students('name old:reference "Name"', table=table, subject='rr:template "{id}"')
    assert quads(database.run(*STUDENTS), tmp_path, text) == [
        '<1> <name> "Venus Williams"',
        '<3> <name> "Demi"',
    ]
    with pytest.raises(UnknownColumn, match="'name'"):
        quads(database, tmp_path, text.replace('"Name"', '"name"'))


def test_a_table_whose_columns_are_delimited(database: TestDatabase, tmp_path: Path) -> None:
    """PostgreSQL reads ID as id, which the table does not have; the others do not tell the case."""
    database.run('CREATE TABLE t ("ID" INTEGER)', "INSERT INTO t VALUES (1)")
    text = students(
        'id rr:column "ID"', table='rr:logicalTable [ rr:tableName "t" ]', subject="rr:constant ex:s"
    )
    if database.system == "postgresql":
        with pytest.raises(UnknownColumn, match="""no column 'ID'; did you mean '"ID"'"""):
            quads(database, tmp_path, text)
    else:
        assert quads(database, tmp_path, text.replace('"ID"', '"id"')) == ['<s> <id> "1"^^<xsd:integer>']


@pytest.mark.parametrize("what", ["rr:logicalTable", "old:logicalSource"])
def test_the_name_of_a_table_may_have_a_blank(what: str, database: TestDatabase, tmp_path: Path) -> None:
    database.run('CREATE TABLE "Country Info" (id INTEGER)', 'INSERT INTO "Country Info" VALUES (1)')
    table = what + ' [ rr:tableName "Country Info" ]'
    poms = ('id rr:column "id"', JOIN.replace("<sports>", "<students>").replace('"sport"', '"id"'))
    text = students(poms[0], f"same {poms[1]}", table=table, subject='rr:template "{id}"')
    assert quads(database, tmp_path, text) == ['<1> <id> "1"^^<xsd:integer>', "<1> <same> <1>"]
    with pytest.raises(MissingTable, match="Country"):
        quads(database, tmp_path, text.replace("Country Info", "Country Infos"))


LEGACY = '<students> old:logicalSource [ old:source {source}; {what} ]; rr:subjectMap [ rr:template "{{id}}" ]; rr:predicateObjectMap [ rr:predicate ex:id; rr:objectMap [ old:reference "id" ] ] .'
CORE = '<students> rml:logicalSource [ rml:source {source}; {what} ]; rml:subjectMap [ rml:template "{{id}}" ]; rml:predicateObjectMap [ rml:predicate ex:id; rml:objectMap [ rml:reference "id" ] ] .'
DESCRIBED = {
    "legacy RML, a table": LEGACY.replace("{what}", 'rr:sqlVersion rr:SQL2008; rr:tableName "students"'),
    "legacy RML, a query, which is meant rather than the table": LEGACY.replace(
        "{what}",
        'rr:tableName "nothing"; old:query "SELECT id FROM students"; old:referenceFormulation ql:CSV',
    ),
    "RML-Core, a table": CORE.replace(
        "{what}", 'rml:referenceFormulation rml:SQL2008Table; rml:iterator "students"'
    ),
    "RML-Core, a query": CORE.replace(
        "{what}", 'rml:referenceFormulation rml:SQL2008Query; rml:iterator "SELECT id FROM students"'
    ),
}


@pytest.mark.parametrize("case", DESCRIBED)
def test_a_mapping_may_describe_its_database(case: str, database: TestDatabase, tmp_path: Path) -> None:
    """Then that is meant, whatever database is given for the run; numbers are numbers in all vocabularies."""
    text = DESCRIBED[case].replace("{source}", database.source).replace("{{id}}", "{id}")
    database.run(*STUDENTS)
    expected = [f'<{n}> <id> "{n}"^^<xsd:integer>' for n in (1, 2, 3)]
    assert quads(database, tmp_path, text, db="sqlite:///nothing.db") == expected


def test_yarrrml_reads_the_same(database: TestDatabase, tmp_path: Path) -> None:
    database.run(*STUDENTS)
    file = tmp_path / "m.yml"
    file.write_text(
        "prefixes: {ex: https://example.org/}\nmappings:\n  students:\n    sources:\n"
        f"      - {{type: {database.system}, table: students}}\n"
        "    s: ex:$(id)\n    po: [[ex:sport, $(sport)]]\n"
    )
    assert kg.map(file, tmp_path / "out.nq", db=database.url).quads == 2


def test_joins_across_databases_compare_texts(
    sqlite: TestDatabase, served: TestDatabase, tmp_path: Path
) -> None:
    served.run("CREATE TABLE sports (id VARCHAR(9))", "INSERT INTO sports VALUES ('100')")
    text = students(f"plays {JOIN}") + SPORTS.replace(
        'rr:logicalTable [ rr:tableName "sports" ]',
        f'old:logicalSource [ old:source {served.source}; rr:tableName "sports" ]',
    )
    assert quads(sqlite.run(*STUDENTS), tmp_path, text) == ["<student/1> <plays> <sport/100>"]


def test_without_a_database_a_run_says_how_to_name_one(tmp_path: Path, sqlite: TestDatabase) -> None:
    with pytest.raises(NoDatabase, match="--db postgresql://USER@HOST/NAME, or in KG_DB"):
        quads(sqlite, tmp_path, students(), db="")


@pytest.fixture
def here(sqlite: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs kg in the folder of people.db, over a mapping in another one."""
    (tmp_path / "mappings").mkdir()
    sqlite.run(*STUDENTS).mapping(tmp_path / "mappings", students('id rr:column "id"'))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str) -> str:
        result = CliRunner().invoke(main, [*arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_the_command_takes_a_database_whose_file_is_seen_from_here(here: Callable[..., str]) -> None:
    given = ("map", "mappings/mapping.ttl", "-o", "out.nq")
    assert here(*given, "--db", "sqlite:///people.db") == "3 quads in out.nq\n"
    assert here(*given, KG_DB="sqlite:///people.db") == "3 quads in out.nq\n"


def test_a_plan_shows_what_the_database_is_asked(here: Callable[..., str]) -> None:
    plan = here("map", "mappings/mapping.ttl", "--plan", "--db", "sqlite:///people.db")
    assert '--   SELECT "id" FROM (SELECT * FROM students) AS kg\n--   WHERE "id" IS NOT NULL\n' in plan


def test_a_project_is_built_over_a_database(database: TestDatabase, tmp_path: Path) -> None:
    """In which each row is checked, also one that would make nothing."""
    text = students(r'name rr:column "\"Name\""', subject='rr:template "{id}"; rr:class ex:Student')
    (tmp_path / "data").mkdir()
    database.run(*STUDENTS).mapping(tmp_path / "data", text)
    assert kg.build(tmp_path, db=database.url).build.manifest.quads == 5
    assert "CREATE TABLE source_0" in kg.sql(path=tmp_path, db=database.url)
    database.run("INSERT INTO students VALUES (NULL, 'Nobody', NULL)")
    with pytest.raises(DataError, match="missing-id"):
        kg.build(tmp_path, db=database.url)


def test_two_triples_maps_over_one_table_read_it_once(sqlite: TestDatabase, tmp_path: Path) -> None:
    text = students('id rr:column "id"') + students('sport rr:column "sport"').replace(
        "<students>", "<again>"
    )
    file = sqlite.run(*STUDENTS).mapping(tmp_path, text)
    tables = runs.look_at(runs.read(file, Options(db=sqlite.url)), tmp_path)
    assert [table.columns for table in tables.values()] == [("id", "sport")]


def test_the_example_of_the_page_is_true(
    root: Path, sqlite: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (root / "docs" / "databases.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    sqlite.run(*filter(str.strip, shown["sql"].split(";")))
    (tmp_path / "people.ttl").write_text(shown["turtle"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, shown["sh"].split()[1:]).exit_code == 0
    assert (tmp_path / "people.nq").read_text(encoding="utf-8") == shown["nquads"]
