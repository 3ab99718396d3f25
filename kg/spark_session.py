"""A session of Spark and the files that it sees: started, its refusals told, folders published whole.

A session that runs already, as in a notebook, is used and stays; one that is started here ends here. All file
systems are those of Hadoop: local folders, HDFS, S3 and whatever the cluster has a connector for.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.clusters import Cluster, Folder, elsewhere, uri
from kg.errors import ClusterError, Unsupported, Unwritable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SUCCESS = "_SUCCESS"
OURS = {
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.variable.substitute": "false",  # ${…} is text
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.datetime.java8API.enabled": "true",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.optimizer.maxIterations": "500",
}
"""Without these, texts would mean something else."""
DEFAULTS = {
    "spark.app.name": "kg map",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",  # the folder is renamed as a whole
    "spark.scheduler.minRegisteredResourcesRatio": "0.8",
}
"""What --conf may say otherwise."""
LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %m%n
logger.quiet.name = org.apache.spark
logger.quiet.level = off
"""
OPENED = (
    *(
        "java.base/java.lang",
        "java.base/java.lang.invoke",
        "java.base/java.lang.reflect",
        "java.base/java.io",
    ),
    *("java.base/java.net", "java.base/java.nio", "java.base/java.util", "java.base/java.util.concurrent"),
    *("java.base/java.util.concurrent.atomic", "java.base/jdk.internal.ref", "java.base/sun.nio.ch"),
    *("java.base/sun.nio.cs", "java.base/sun.security.action", "java.base/sun.util.calendar"),
)
"""Packages of Java that Spark looks into; its own scripts open them."""
JAVA = "install Java 17 or later, or say in JAVA_HOME where it is"


@contextmanager
def session(cluster: Cluster, step: Callable[[str], None]) -> Iterator[SparkSession]:
    """A session on the cluster. Raises Unsupported without PySpark, ClusterError where none starts."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Unsupported("PySpark is not installed", fix="pip install 'kgwright[spark]'") from None
    active = SparkSession.getActiveSession()
    if active:
        apart = active.newSession()
        for key, value in (*cluster.conf, *OURS.items()):
            apart.conf.set(key, value)
        yield apart
        return
    step(f"starting Spark on {cluster.master}")
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        started = _started(cluster, Path(folder))
        try:
            yield started
        finally:
            started.stop()


def _started(cluster: Cluster, folder: Path) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if not shutil.which("java") and not _java_home():
        raise Unsupported("there is no Java, which Spark needs", fix=JAVA)
    said = dict(cluster.conf)
    for jar in cluster.jars:
        if not elsewhere(jar) and not Path(jar).is_file():
            raise Unsupported(f"there is no jar {jar}", fix="name the file of the driver")
    logging = folder / "log4j2.properties"
    logging.write_text(LOGGING, encoding="utf-8")
    quiet = (
        {}
        if any("log4j" in value for value in said.values())
        else {
            "spark.driver.extraJavaOptions": " ".join(
                filter(
                    None,
                    [said.get("spark.driver.extraJavaOptions"), f"-Dlog4j2.configurationFile=file:{logging}"],
                )
            )
        }
    )
    jars = ",".join(filter(None, [said.get("spark.jars"), *cluster.jars]))
    settings = {**DEFAULTS, **said, **quiet, **OURS, **({"spark.jars": jars} if jars else {})}
    conf = SparkConf(loadDefaults=False).setMaster(cluster.master).setAll([*settings.items()])
    heard = folder / "stderr"
    with heard.open("wb") as stderr:
        try:
            gateway = launch_gateway(conf, {"stderr": stderr})
            return SparkSession(SparkContext(gateway=gateway, conf=conf))
        except (PySparkException, _java_error(), OSError) as error:
            stop_context()
            what = first_line(error) or heard.read_text("utf-8", "replace").strip().split("\n")[-1]
            raise ClusterError(
                f"Spark does not start on {cluster.master}: {what}", fix=f"is the master there? {JAVA}"
            ) from error


def stop_context() -> None:
    """End a context that is half started."""
    from pyspark import SparkContext

    half = SparkContext._active_spark_context
    if half:
        half.stop()


def _java_home() -> bool:
    import os

    return Path(os.environ.get("JAVA_HOME", ""), "bin", "java").is_file()


def _java_error() -> Any:
    from py4j.protocol import Py4JError

    return Py4JError


@contextmanager
def refusing(what: str = "Spark refuses") -> Iterator[None]:
    """What Spark refuses, as an error that says why in one line."""
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, _java_error()) as error:
        raise ClusterError(f"{what}: {first_line(error)}", fix=advice(str(error))) from error


ADVICE = {
    "FAILED_READ_FILE.FILE_NOT_EXIST|PATH_NOT_FOUND|FileNotFoundException": (
        "tables and OUT must be on storage that all workers see under the same path"
    ),
    "OutOfMemoryError|Java heap space": "give the workers more memory: --conf spark.executor.memory=4g",
    "No suitable driver|ClassNotFoundException": "name the jar of the driver with --jars",
}


def advice(text: str) -> str:
    """How to mend what an error of Spark says."""
    return next((fix for pattern, fix in ADVICE.items() if re.search(pattern, text)), "")


def first_line(error: Exception) -> str:
    """What an error of Spark says, without the trace of Java."""
    text = str(error)
    causes = re.findall(r"Caused by: [\w.$]+: (.+)", text)
    lines = [*causes[-1:], *(line for line in text.split("\n") if line.strip())]
    found = next((line for line in lines if not line.startswith("An error occurred while calling")), "")
    return re.sub(r"^(?:: )?(?:[a-z]\w*\.)+[A-Z]\w+: ", "", found).strip()


@dataclass(frozen=True)
class Storage:
    """The file systems that a session sees."""

    session: Any

    def _at(self, path: str) -> tuple[Any, Any]:
        there = self.session._jvm.org.apache.hadoop.fs.Path(uri(path))
        return there.getFileSystem(self.session._jsc.hadoopConfiguration()), there

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there."""
        files, there = self._at(path)
        return bool(files.exists(there))

    def names(self, path: str) -> list[str]:
        """What is in a folder."""
        files, there = self._at(path)
        return sorted(str(each.getPath().getName()) for each in files.listStatus(there))

    def is_folder(self, path: str) -> bool:
        """Whether it is one."""
        files, there = self._at(path)
        return bool(files.getFileStatus(there).isDirectory())

    def make(self, path: str) -> None:
        """Make a folder, and those that it is in."""
        files, there = self._at(path)
        files.mkdirs(there)

    def rename(self, path: str, to: str) -> None:
        """Give a file or folder another name."""
        files, there = self._at(path)
        if not files.rename(there, self._at(to)[1]):
            raise Unwritable(f"{path} cannot be renamed to {to}")

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        files, there = self._at(path)
        files.delete(there, True)

    def tidy(self, path: str) -> None:
        """Remove the checksums that Hadoop hides in folders of this machine."""
        for checksum in [] if elsewhere(path) else Path(path).glob(".*.crc"):
            checksum.unlink()

    def bring(self, file: Path, to: str) -> None:
        """Copy a file of this machine."""
        files, there = self._at(to)
        files.copyFromLocalFile(False, True, self.session._jvm.org.apache.hadoop.fs.Path(uri(file)), there)


def beside(out: str, mark: str) -> str:
    """A hidden name beside a folder."""
    whole = out.rstrip("/") if elsewhere(out) else str(Path(out).resolve())
    parent, _, name = whole.rpartition("/")
    return f"{parent}/.{name}-{mark}"


def check(storage: Storage, out: Folder) -> None:
    """Raise Unwritable where something else than an earlier output stands in the way."""
    if storage.exists(out.path):
        if not storage.is_folder(out.path):
            raise Unwritable(f"{out.path} is a file", fix="name a folder: Spark writes many files")
        names = storage.names(out.path)
        if names and SUCCESS not in names:
            raise Unwritable(f"{out.path} is a folder with other things in it", fix="name another")
    elif not elsewhere(out.path) and not Path(out.path).resolve().parent.is_dir():
        raise Unwritable(f"there is no folder {Path(out.path).parent}", fix="make it first, or name another")


def publish(storage: Storage, made: Iterable[tuple[str, Folder]]) -> None:
    """Give finished folders their names, in place of those of an earlier run."""
    for unfinished, out in made:
        old = beside(out.path, "old")
        if storage.exists(out.path):
            storage.rename(out.path, old)
        storage.rename(unfinished, out.path)
        storage.remove(old)


@contextmanager
def staging(storage: Storage, near: str) -> Iterator[str]:
    """A hidden folder that all workers see, beside `near`; removed at the end."""
    with ExitStack() as cleaning:
        storage.make(near)
        cleaning.callback(storage.remove, near)
        yield near
