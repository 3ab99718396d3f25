"""A session of Spark: started, waited for, its refusals told, ended.

A session that runs already, as in a notebook, is used and stays; one that is started here ends here.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.clusters import Cluster, Storage, elsewhere
from kg.errors import ClusterError, MissingFile

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
JAVA = "install Java 17 or later, or say in JAVA_HOME where it is"
STACK = "-Xss16m"  # Java's regular expressions call themselves
PARTS = "spark.sql.files.minPartitionNum"
LEAST_PARTS = 32  # of a table on a cluster, of which some executors may come later
REACH = 10  # seconds, for a master to answer
WAIT = 120  # seconds, for the first executor


@contextmanager
def session(cluster: Cluster, step: Callable[[str], None]) -> Iterator[SparkSession]:
    """A session on the cluster: a new one, or that of this process, if one is active.

    Raises ClusterError where there is no PySpark, none starts, or the active one is of another master.
    """
    try:
        from pyspark import SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        raise ClusterError("PySpark is not installed", fix="pip install 'kgwright[spark]'") from None
    active = SparkSession.getActiveSession()
    if active:
        _check_same(active, cluster)
        apart = active.newSession()
        _set(apart, cluster.conf)
        yield settled(apart)
        return
    _reach(cluster.master)
    step(f"starting Spark on {cluster.master}")
    ours = SparkContext._gateway is None
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        started = _started(cluster, Path(folder))
        try:
            with refusing():
                _wait(started, step)
                settled(started)
            yield started
        finally:
            _stop(started, ours)


def _set(apart: SparkSession, conf: Iterable[tuple[str, str]]) -> None:
    """Give a session its settings. Raises ClusterError for those that count only when Spark starts."""
    from pyspark.errors import PySparkException

    late = []
    for key, value in conf:
        if apart.conf.get(key, None) == value:
            continue
        try:
            apart.conf.set(key, value)
        except PySparkException:
            late.append(key)
    if late:
        raise ClusterError(
            f"Spark runs in this process already, and cannot change {', '.join(late)} any more",
            fix="set them before it starts, or stop that session first",
        )
    for key, value in OURS.items():
        apart.conf.set(key, value)


def settled(session: SparkSession) -> SparkSession:
    """The session, in which each job cuts a table into the same parts, whatever executors come and go."""
    if not session.conf.get(PARTS, None):
        context = session.sparkContext
        said = session.conf.get("spark.sql.leafNodeDefaultParallelism", None)
        parts = int(said or context.defaultParallelism)
        session.conf.set(PARTS, parts if str(context.master).startswith("local") else max(parts, LEAST_PARTS))
    return session


def _reach(master: str) -> None:
    """Raise ClusterError where a standalone master does not answer, for which Spark takes a minute."""
    why = ""
    for each in master.removeprefix("spark://").split(",") if master.startswith("spark://") else ():
        host, _, port = each.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port or 0)), REACH).close()
        except ValueError:
            return
        except OSError as error:
            why = error.strerror or str(error)
        else:
            return
    if why:
        raise ClusterError(f"no master answers at {master}: {why}", fix="is it there, and is this its URL?")


def _wait(session: SparkSession, step: Callable[[str], None]) -> None:
    """Wait for an executor. Raises ClusterError where none comes."""
    context: Any = session.sparkContext
    conf, master = context.getConf(), str(context.master)
    if master.startswith("local") or conf.get("spark.dynamicAllocation.enabled", "false") == "true":
        return
    ends, told = time.monotonic() + WAIT, False
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # one is the driver
        if time.monotonic() > ends:
            memory, cores = (
                conf.get(f"spark.executor.{key}", default)
                for key, default in (("memory", "1g"), ("cores", "all its"))
            )
            raise ClusterError(
                f"{master} gave no executor in {WAIT} s; asked for was one with {memory} of memory "
                f"and {cores} cores",
                fix="are workers there, and have they room? ask for less, such as "
                "--conf spark.executor.memory=512m --conf spark.executor.cores=1",
            )
        if not told:
            step(f"waiting for an executor of {master}")
            told = True
        time.sleep(0.2)


def _stop(session: SparkSession, java_too: bool) -> None:
    """End a session, also where its Java has ended by itself, and that Java, if it was started for it."""
    from pyspark import SparkContext

    gateway: Any = SparkContext._gateway
    with warnings.catch_warnings(), suppress(_java_error(), OSError):
        warnings.simplefilter("ignore")
        session.stop()
    stop_context()
    if not java_too:
        return
    with suppress(_java_error(), OSError):
        gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process:
        process.stdin.close()  # which Java waits for
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=REACH)
    SparkContext._gateway = SparkContext._jvm = None


def _check_same(active: SparkSession, cluster: Cluster) -> None:
    """Raise ClusterError where an active session cannot be what is asked for."""
    master = active.sparkContext.master
    if cluster.master not in (Cluster.master, master):
        raise ClusterError(
            f"Spark runs in this process already, on {master}, not on {cluster.master}",
            fix="stop that session first, or leave the master out to use it",
        )
    if cluster.jars:
        raise ClusterError(
            f"Spark runs in this process already, and takes no more jars: {', '.join(cluster.jars)}",
            fix="give them to that session as spark.jars when it starts",
        )


def _started(cluster: Cluster, folder: Path) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    if not shutil.which("java") and not _java_home():
        raise ClusterError("there is no Java, which Spark needs", fix=JAVA)
    said = dict(cluster.conf)
    for jar in cluster.jars:
        if not elsewhere(jar) and not Path(jar).is_file():
            raise MissingFile(f"there is no jar {jar}", value=jar, fix="is the path right?")
    logging = folder / "log4j2.properties"
    logging.write_text(LOGGING, encoding="utf-8")
    quiet = any("log4j" in value for value in said.values())
    options = {
        "spark.driver.extraJavaOptions": _options(
            said.get("spark.driver.extraJavaOptions", ""),
            STACK,
            "" if quiet else f"-Dlog4j2.configurationFile=file:{logging}",
        ),
        "spark.executor.defaultJavaOptions": _options(
            said.get("spark.executor.defaultJavaOptions", ""), STACK
        ),
    }
    jars = ",".join(filter(None, [said.get("spark.jars"), *cluster.jars]))
    warehouse = {"spark.sql.warehouse.dir": f"file:{folder}"}  # else a folder where kg was started
    settings = {**DEFAULTS, **warehouse, **said, **options, **OURS, **({"spark.jars": jars} if jars else {})}
    conf = SparkConf(loadDefaults=False).setMaster(cluster.master).setAll([*settings.items()])
    heard = folder / "stderr"
    with heard.open("wb") as stderr:
        try:
            gateway = SparkContext._gateway or launch_gateway(conf, {"stderr": stderr})
            return SparkSession(SparkContext(gateway=gateway, conf=conf))
        except (PySparkException, _java_error(), OSError) as error:
            stop_context()
            said_by_java = heard.read_text("utf-8", "replace")
            telling = TELLING.search(said_by_java)
            what = (
                telling[0].strip() if telling else first_line(error) or said_by_java.strip().split("\n")[-1]
            )
            raise ClusterError(
                f"Spark does not start on {cluster.master}: {what}",
                fix=advice(what) or f"is the master there? {JAVA}",
            ) from error


TELLING = re.compile(r".*(?:UnsupportedClassVersionError|Could not reserve|^Invalid |^Unrecognized ).*", re.M)


def _options(said: str, *ours: str) -> str:
    """Options of Java: those that were said, and ours; a size of stacks that was said counts."""
    return " ".join(filter(None, [said, *(each for each in ours if each != STACK or "-Xss" not in said)]))


def stop_context() -> None:
    """End a context that is half started."""
    from pyspark import SparkContext

    half = SparkContext._active_spark_context
    if half:
        with suppress(_java_error(), OSError):
            half.stop()


def _java_home() -> bool:
    return Path(os.environ.get("JAVA_HOME", ""), "bin", "java").is_file()


def _java_error() -> Any:
    from py4j.protocol import Py4JError

    return Py4JError


@contextmanager
def refusing(what: str = "Spark refuses") -> Iterator[None]:
    """What Spark refuses, as an error that says why in one line; also that it has ended."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        raise ClusterError(f"{what}: {first_line(error)}", fix=advice(str(error))) from error
    except (_java_error(), OSError) as error:
        if _ended():
            raise ClusterError(
                "Spark ended before the work was done",
                fix="was it killed for want of memory? give it more, or less: --conf spark.driver.memory=4g",
            ) from error
        if isinstance(error, OSError):
            raise
        raise ClusterError(f"{what}: {first_line(error)}", fix=advice(str(error))) from error


def _ended() -> bool:
    """Whether the Java of this process has ended."""
    from pyspark import SparkContext

    process = getattr(SparkContext._gateway, "proc", None)
    if not process:
        return False
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return False
    return True


ADVICE = {
    "FAILED_READ_FILE.FILE_NOT_EXIST|PATH_NOT_FOUND|FileNotFoundException": (
        "tables and OUT must be on storage that all workers see under the same path"
    ),
    "UnsupportedClassVersionError": JAVA,
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


@contextmanager
def staging(storage: Storage, near: str) -> Iterator[str]:
    """A hidden folder that all workers see, beside `near`; removed at the end."""
    storage.make(near)
    try:
        yield near
    finally:
        try:
            storage.remove(near)
        except (_java_error(), OSError):
            if not elsewhere(near):  # as where Spark has ended
                shutil.rmtree(near, ignore_errors=True)
