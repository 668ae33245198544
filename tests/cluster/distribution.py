"""Where do OpenSearch and the Java that runs it come from?

The distribution is the one on Maven Central: no plugins, no modules but its transport. It is kept in var/opensearch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

VERSION = os.environ.get("OPENSEARCH_VERSION", "2.19.3")
"""2.x runs on Java 17, 3.x on Java 21."""

ARTIFACT = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
CACHE = Path(__file__).resolve().parents[2] / "var" / "opensearch"
ARCHIVE = CACHE / f"opensearch-{VERSION}.zip"

WANTED = "the cluster of the tests needs {}: on Debian, apt-get install default-jre-headless maven iproute2"


class NotAvailable(Exception):
    """No cluster can be had here; the message says what to install."""


def check() -> None:
    """Raise NotAvailable where something that a cluster needs is missing; nothing is started or fetched."""
    if not sys.platform.startswith("linux"):
        raise NotAvailable("the cluster of the tests needs Linux: it starts nodes with setpriv")
    if not java():
        raise NotAvailable(WANTED.format("Java"))
    if not ARCHIVE.exists() and not shutil.which("mvn"):
        raise NotAvailable(WANTED.format("Maven"))


def java() -> str | None:
    """The folder of the Java to use: the one that the environment names, else the one in PATH."""
    named = os.environ.get("OPENSEARCH_JAVA_HOME") or os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{named}/bin") if named else shutil.which("java")
    return str(Path(found).resolve().parents[1]) if found else None


def fetch() -> Path:
    """Return the archive of the distribution; the first time, Maven fetches it.

    Raises:
        NotAvailable: Maven fails, with the first line of what it says.
    """
    if not ARCHIVE.exists():
        fresh = CACHE / f"{os.getpid()}"
        command = ["mvn", "-q", "-B", FETCH, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={fresh}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                said = (done.stdout + done.stderr).strip().partition("\n")[0]
                raise NotAvailable(f"Maven cannot fetch {ARTIFACT}: {said}")
            (fresh / ARCHIVE.name).replace(ARCHIVE)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return ARCHIVE


def unpack(folder: Path) -> Path:
    """Unpack the distribution into ``folder``, for every user to read; returns its home."""
    with zipfile.ZipFile(fetch()) as archive:
        archive.extractall(folder)
    home = folder / f"opensearch-{VERSION}"
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    return home
