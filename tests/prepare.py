"""Sets up what tests need beyond Python packages, as far as this machine allows; says what is missing.

`python tests/prepare.py` looks for a browser and, where there is none, installs Debian's Chromium and a
Chinese font if the user may; likewise PostgreSQL and MariaDB, which tests start by themselves, and for Spark
Java and a driver of PostgreSQL. Then it fetches the vocabularies that the ontology is aligned with, and
axe-core, if npm is there. What cannot be had is no failure: the tests that need it skip, and
`python tests/prepare.py --closing` says so after the run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import axe
import browser
import servers
import sparks
import vocabularies

PACKAGES = ("chromium", "fonts-noto-cjk")


def main(arguments: list[str]) -> None:
    """Prepare, or with --closing only tell what is missing."""
    if "--closing" not in arguments:
        for prepare in (prepare_browser, prepare_servers, prepare_spark, prepare_vocabularies, prepare_axe):
            prepare()
    lacking = [*missing()]
    print(
        *lacking or ["Nothing was missing: browser, servers, vocabularies and axe-core are there."], sep="\n"
    )


def missing() -> list[str]:
    """One line for each thing that is not there, and what it means."""
    found = []
    if not browser.find():
        found.append("NOT RUN: the browser tests. Install Chromium or Chrome, or name one in KG_BROWSER.")
    if servers.missing():
        names = " and ".join(servers.missing())
        found.append(f"NOT RUN: the tests of databases on {names}. Install {' and '.join(servers.PACKAGES)}.")
    if sparks.missing():
        found.append(f"NOT RUN: the tests on Spark, for {sparks.missing()}. Install {sparks.PACKAGES[0]}.")
    elif not servers.JDBC.is_file():
        found.append(
            f"NOT RUN: the tests of databases on the workers of Spark. Install {servers.JDBC_PACKAGE}."
        )
    if vocabularies.missing():
        found.append("NOT RUN: the tests of the alignments against their vocabularies. Install npm.")
    if axe.missing():
        found.append("NOT RUN: the tests of the page with axe-core. Install npm.")
    return found


def prepare_browser() -> None:
    """Install a browser from Debian's packages where there is none and the user may."""
    if not browser.find():
        _install(PACKAGES)


def prepare_spark() -> None:
    """Install a Java, and a driver of JDBC, where there is none and the user may."""
    if sparks.missing() and not shutil.which("java"):
        _install(sparks.PACKAGES)
    if not servers.JDBC.is_file():
        _install((servers.JDBC_PACKAGE,))


def prepare_servers() -> None:
    """Install the servers of databases where one is missing and the user may."""
    if servers.missing():
        _install(servers.PACKAGES)


def _install(packages: tuple[str, ...]) -> None:
    """Install packages of Debian if this is one and the user may; services of theirs are not started."""
    command = [*_as_root(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-qq"]
    if not shutil.which("apt-get") or not command[0]:
        return
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        if subprocess.run([*command, *step], check=False).returncode:
            return


def prepare_vocabularies() -> None:
    """Fetch the vocabularies where npm is there."""
    if vocabularies.missing() and shutil.which("npm"):
        try:
            vocabularies.fetch()
        except subprocess.CalledProcessError as error:
            print(f"npm could not fetch the vocabularies: {error}")


def prepare_axe() -> None:
    """Fetch axe-core where npm is there."""
    if axe.missing() and shutil.which("npm"):
        try:
            axe.fetch()
        except (subprocess.CalledProcessError, ValueError) as error:
            print(f"npm could not fetch axe-core: {error}")


def _as_root() -> list[str]:
    """What goes before a command to run it as root; [""] where that is not allowed."""
    if os.geteuid() == 0:
        return ["env"]
    sudo = shutil.which("sudo")
    allowed = sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return [sudo, "-n", "env"] if sudo and allowed else [""]


if __name__ == "__main__":
    main(sys.argv[1:])
