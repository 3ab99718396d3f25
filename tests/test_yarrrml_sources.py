"""YARRRML's sources: files, tables and queries, what they mean and where they are wrong."""

from pathlib import Path

import pytest

from kg import yarrrml
from kg.errors import KgError, MappingError, UnknownKey, Unsupported
from kg.mapping import XSD, Constant, Database, Dialect, LogicalSource, Mapping, TermMap

PEOPLE = LogicalSource("people.csv")
NAMED = LogicalSource("n.csv", dialect=Dialect(";"))
JSON = LogicalSource("d.json", "json", "$.x[*]", nulls=(), as_written=True)
EX = (("ex", "http://example.org/"),)
HEAD = """\
prefixes: {ex: http://example.org/}
sources:
  named: {access: n.csv, referenceFormulation: csv, delimiter: ";"}
  other: [people.csv~csv]
mappings:
  person:
    s: ex:$(id)
    sources: """


def read(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.yml"
    path.write_text(HEAD + text + "\n", encoding="utf-8")
    return yarrrml.read(path)


def table(name: str, database: Database | None = None) -> LogicalSource:
    return LogicalSource(name, "sql", nulls=(), database=database)


def query(text: str, database: Database | None = None) -> LogicalSource:
    return LogicalSource("", "sql", nulls=(), database=database, query=text)


FILES = {
    "[people.csv~csv]": (PEOPLE,),
    "[[people.csv~csv]]": (PEOPLE,),
    "[[people.csv~csv], [d.json~jsonpath, '$.x[*]']]": (PEOPLE, JSON),
    "[d.json~jsonpath, '$.x[*]']": (JSON,),
    "named": (NAMED,),
    "[named, other]": (NAMED, PEOPLE),
    "[[named, other]]": (NAMED, PEOPLE),
    "[other, {access: d.json, referenceFormulation: jsonpath, iterator: '$.x[*]'}]": (PEOPLE, JSON),
    "{access: a~b.csv, referenceFormulation: csv, encoding: UTF-8, type: localfile}": (
        LogicalSource("a~b.csv"),
    ),
    "{access: a.csv, referenceFormulation: csv, encoding: UTF-16}": (
        LogicalSource("a.csv", encoding="utf-16"),
    ),
    "[http://x.org/a.xml~xpath, //a]": (LogicalSource("http://x.org/a.xml", "xml", "//a", nulls=()),),
    "[a.xml~xpath, //ex:a]": (LogicalSource("a.xml", "xml", "//ex:a", nulls=(), namespaces=EX),),
    "{access: a.xml, referenceFormulation: xpath, iterator: '//b:a[@ex:c]', "
    "namespaces: {b: 'urn:b', ex: 'urn:x', c: 'urn:c'}}": (
        LogicalSource("a.xml", "xml", "//b:a[@ex:c]", nulls=(), namespaces=(("b", "urn:b"), ("ex", "urn:x"))),
    ),
    "[[a.tsv~csv], [a.TAB.gz~csv]]": (
        LogicalSource("a.tsv", dialect=Dialect("\t")),
        LogicalSource("a.TAB.gz", dialect=Dialect("\t")),
    ),
    "{access: a.tsv, referenceFormulation: csv, delimiter: ','}": (LogicalSource("a.tsv"),),
    "[/dev/stdin~csv]": (LogicalSource("-"),),
    "{access: a.txt, referenceFormulation: csv, quote: \"'\", comment: '#', trim: true, header: false}": (
        LogicalSource("a.txt", dialect=Dialect(",", "'", "#", True, False)),
    ),
    "{access: a.csv, referenceFormulation: csv, nulls: [NA, '-']}": (
        LogicalSource("a.csv", nulls=("-", "NA")),
    ),
    "{access: a.csv, referenceFormulation: csv, nulls: []}": (LogicalSource("a.csv", nulls=()),),
    "{access: a.csv, referenceFormulation: csv, compression: targzip}": (
        LogicalSource("a.csv", compression="targz"),
    ),
    "[[a.parquet~csv], [a.xlsx~csv, Sheet 2], [a.jsonl~jsonpath]]": (
        LogicalSource("a.parquet", "parquet", as_written=True),
        LogicalSource("a.xlsx", "excel", "Sheet 2", as_written=True),
        LogicalSource("a.jsonl", "jsonl", nulls=(), as_written=True),
    ),
    "{access: g.ttl, queryFormulation: sparql11, query: 'SELECT * {}', referenceFormulation: csv}": (
        LogicalSource("g.ttl", "sparql", nulls=(), query="SELECT * {}"),
    ),
    "{access: http://x.org/a.csv, type: remotefile, referenceFormulation: csv}": (
        LogicalSource("http://x.org/a.csv"),
    ),
}


@pytest.mark.parametrize(("text", "sources"), FILES.items(), ids=FILES.keys())
def test_files(text: str, sources: tuple[LogicalSource, ...], tmp_path: Path) -> None:
    """Every form of a source is read; several sources make several triples maps."""
    maps = read(tmp_path, text).triples_maps
    assert tuple(triples_map.source for triples_map in maps) == sources
    assert [m.name for m in maps] == ["person", "person (2)", "person (3)"][: len(sources)]


def test_a_source_is_another_with_some_keys_changed(tmp_path: Path) -> None:
    """YAML's merge keys take over what a source does not say itself."""
    text = "[&x {access: a.csv, referenceFormulation: csv, delimiter: ';'}, {<<: *x, access: b.csv}]"
    first, second = read(tmp_path, text).triples_maps
    assert first.source == LogicalSource("a.csv", dialect=Dialect(";"))
    assert second.source == LogicalSource("b.csv", dialect=Dialect(";"))


SELECT = "query: 'SELECT 1 AS id;'"
MYSQL = Database("mysql://localhost/example", "me", "secret")
DATABASES = {
    f"{{access: http://localhost/example, type: mysql, credentials: {{username: me, password: secret}}, {SELECT}}}": query(
        "SELECT 1 AS id", MYSQL
    ),
    f"{{access: 'jdbc:mysql://me:secret@localhost/example', queryFormulation: sql2008, {SELECT}}}": query(
        "SELECT 1 AS id", MYSQL
    ),
    f"{{access: localhost/example, type: mariadb, credentials: {{username: me, password: secret}}, {SELECT}}}": query(
        "SELECT 1 AS id", MYSQL
    ),
    "{access: //db:5433/shop, type: postgresql, table: people, referenceFormulation: csv}": table(
        "people", Database("postgresql://db:5433/shop")
    ),
    "{access: postgresql://db/shop, table: people, nulls: [NA]}": LogicalSource(
        "people", "sql", nulls=("NA",), database=Database("postgresql://db/shop")
    ),
    "{access: p.db, type: sqlite, table: people}": table("people", Database("sqlite:///p.db")),
    "{access: /data/p.db, type: sqlite, table: people}": table("people", Database("sqlite:////data/p.db")),
    "{access: 'jdbc:sqlite:p.db', table: people}": table("people", Database("sqlite:///p.db")),
    f"{{queryFormulation: sql2008, {SELECT}}}": query("SELECT 1 AS id"),
    "{type: postgresql, table: people}": table("people"),
}


@pytest.mark.parametrize(("text", "source"), DATABASES.items(), ids=DATABASES.keys())
def test_databases(text: str, source: LogicalSource, tmp_path: Path) -> None:
    """Tables and queries, with the address of the database or without one."""
    (made,) = read(tmp_path, text).triples_maps
    assert made.source == source
    given, expected = made.source.database, source.database
    assert (given and given.password) == (expected and expected.password)


def test_values_of_databases_have_their_datatypes(tmp_path: Path) -> None:
    """As in legacy RML: those that nothing else is said of, and of no files."""
    po = "\n    po: [[ex:a, $(n)], [ex:a, x$(n)], [ex:a, $(n), xsd:int], [ex:a, $(n)~iri]]"
    (made,) = read(tmp_path, "{type: sqlite, table: t}" + po).triples_maps
    objects = [pom.objects[0] for pom in made.predicate_objects]
    assert [isinstance(each, TermMap) and each.natural for each in objects] == [True, False, False, False]
    assert isinstance(objects[2], TermMap)
    assert objects[2].datatype == Constant(XSD + "int")
    (file,) = read(tmp_path, "[people.csv~csv]" + po).triples_maps
    assert not any(
        each.natural for pom in file.predicate_objects for each in pom.objects if isinstance(each, TermMap)
    )


# What stands after `sources:`, the class of its error, its column in line 8, and what the message must contain.
FAULTS = {
    "poeple": (MappingError, 14, "no source 'poeple'"),
    "nmaed": (MappingError, 14, "did you mean 'named'?"),
    "{acces: x}": (UnknownKey, 15, "did you mean 'access'?"),
    "[people.csv~cvs]": (MappingError, 15, "did you mean 'csv'?"),
    "[people.csv~csv, a, b]": (MappingError, 14, "[path~formulation, iterator]"),
    "[~csv]": (MappingError, 14, "is empty"),
    "[people.csv~css3]": (Unsupported, 15, "'css3'"),
    "{access: a.csv}": (MappingError, 14, "add referenceFormulation"),
    "{referenceFormulation: csv}": (MappingError, 14, "add access"),
    "{access: a.csv, referenceFormulation: csv, delimiter: ab}": (MappingError, 68, "one character"),
    "{access: a.csv, referenceFormulation: csv, quote: ab}": (MappingError, 64, "one character or none"),
    "{access: a.csv, referenceFormulation: csv, header: no}": (MappingError, 65, "no header 'no'"),
    "{access: a.csv, referenceFormulation: csv, compression: gzp}": (MappingError, 70, "mean 'gzip'?"),
    "{access: a.csv, referenceFormulation: csv, namespaces: [a]}": (MappingError, 69, "no XML"),
    "{access: a.csv, referenceFormulation: csv, encoding: gbj}": (MappingError, 67, "no encoding 'gbj'"),
    "{access: a.csv, referenceFormulation: csv, nulls: [[a]]}": (MappingError, 65, "a null value must be"),
    "{access: a.json, referenceFormulation: jsonpath, delimiter: ;}": (MappingError, 74, "no CSV"),
    "{access: a.xml, referenceFormulation: xpath, namespaces: x}": (MappingError, 71, "keys with values"),
    "{access: a.xml, referenceFormulation: xquery}": (Unsupported, 52, "'xquery'"),
    "{access: g.ttl, queryFormulation: sparql11, referenceFormulation: csv}": (MappingError, 14, "add query"),
    "{access: x, queryFormulation: sql2009, query: SELECT 1}": (MappingError, 44, "mean 'sql2008'?"),
    "{access: x, queryFormulation: sql2008, referenceFormulation: csv}": (MappingError, 44, "no database"),
    "{access: x, type: sparql, query: SELECT 1}": (Unsupported, 32, "queryFormulation: sparql11"),
    "{access: x, type: wot}": (Unsupported, 32, "'wot'"),
    "{access: x, contentType: text/csv}": (Unsupported, 26, "'contentType'"),
    "{access: x, type: mysq, query: SELECT 1}": (MappingError, 32, "did you mean 'mysql'?"),
    "{access: x, type: oracle, query: SELECT 1}": (Unsupported, 32, "mysql, mariadb, postgresql, sqlite are"),
    "{access: 'jdbc:oracle:thin:@h', query: SELECT 1}": (Unsupported, 23, "oracle"),
    "{access: 'jdbc:mysql://h/d', type: sqlite, query: SELECT 1}": (MappingError, 23, "database of sqlite"),
    "{access: x, type: mysql}": (MappingError, 14, "without a query"),
    "{access: x, query: SELECT 1, referenceFormulation: csv}": (MappingError, 23, "add type: postgresql"),
    "{access: x, type: mysql, table: t, delimiter: ;}": (MappingError, 60, "that is a database"),
    "{access: x, type: mysql, table: t, iterator: $}": (MappingError, 59, "that is a database"),
    "{access: x, type: mysql, table: t, referenceFormulation: jsonpath}": (Unsupported, 71, "write csv"),
    "{access: x, type: mysql, table: t, credentials: {user: x}}": (UnknownKey, 63, "mean 'username'?"),
    "{access: x, referenceFormulation: csv, credentials: {username: x}}": (MappingError, 66, "no database"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), FAULTS.items(), ids=FAULTS.keys())
def test_faults_are_told(text: str, fault: tuple[type[KgError], int, str], tmp_path: Path) -> None:
    """A source that is wrong gives an error of its kind, at its place, that says what to do."""
    kind, column, message = fault
    with pytest.raises(kind) as caught:
        read(tmp_path, text)
    finding = caught.value.findings[0]
    assert type(caught.value) is kind
    assert finding.place
    assert (finding.place.line, finding.place.column) == (8, column), finding
    assert message in str(finding)


def test_passwords_are_in_no_message(tmp_path: Path) -> None:
    """Neither that of the credentials nor one in an address."""
    with pytest.raises(MappingError) as caught:
        read(tmp_path, "{access: 'jdbc:mysql://me:secret@h/d', type: sqlite, query: SELECT 1}")
    assert "secret" not in str(caught.value)


def test_a_named_source_without_a_formulation(tmp_path: Path) -> None:
    """It is told where it is defined."""
    path = tmp_path / "mapping.yml"
    path.write_text("mappings: {}\nsources:\n  named: [n.csv]\n", encoding="utf-8")
    with pytest.raises(MappingError, match=r":3:11: .*write path~csv"):
        yarrrml.read(path)
