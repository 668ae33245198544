"""How does a test get hold of the cluster?

`cluster_url` for a test that only uses it, `cluster` for one that breaks it. For a fixture that lasts longer than a
test: ``with cluster_of_run.turns.shared(), cluster_of_run.index() as url: yield url``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

import pytest

from .cluster import Cluster, unused_folder
from .distribution import NotAvailable

RUN = "TESTS_CLUSTER"
"""The variable by which the processes of a run agree on one cluster: the id of the first of them, and a folder."""


def pytest_configure(config: pytest.Config) -> None:
    """In the first process of a run: name its cluster."""
    if RUN not in os.environ:
        os.environ[RUN] = f"{os.getpid()}:{unused_folder()}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the cluster start, beside the other tests, as soon as it is known that one will need it."""
    if not session.config.option.collectonly and any(map(needs_cluster, session.items)):
        with suppress(NotAvailable):  # cluster_of_run says so
            _cluster().start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In the first process of a run: take its cluster down."""
    if os.environ[RUN].startswith(f"{os.getpid()}:"):
        _cluster().stop()


@pytest.fixture(scope="session")
def cluster_of_run() -> Cluster:
    """The cluster of the run, whole when it is first asked for. Where none can be had: a failure in CI, elsewhere a
    skipped test.
    """
    found = _cluster()
    try:
        found.start()
        found.wait_for("green")
        assert all(node.reachable for node in found.nodes), [node.log for node in found.nodes]
    except NotAvailable as missing:
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(str(missing))
        pytest.fail(str(missing))
    return found


@pytest.fixture
def cluster(cluster_of_run: Cluster) -> Iterator[Cluster]:
    """The cluster, for this test alone, which may break it: afterwards it is mended."""
    with cluster_of_run.turns.alone():
        yield cluster_of_run
        cluster_of_run.mend()


@pytest.fixture
def cluster_url(request: pytest.FixtureRequest, cluster_of_run: Cluster) -> Iterator[str]:
    """An address of the cluster with an index name of this test's own: opensearch://HOST:PORT,HOST:PORT,HOST:PORT/NAME.

    Whatever is called NAME… is removed afterwards. A test that does not ask for `cluster` too shares the cluster.
    """
    if "cluster" in request.fixturenames:
        request.getfixturevalue("cluster")
        turn: AbstractContextManager[None] = nullcontext()
    else:
        turn = cluster_of_run.turns.shared()
    with turn, cluster_of_run.index() as url:
        yield url


def _cluster() -> Cluster:
    run, _, folder = os.environ[RUN].partition(":")
    return Cluster(Path(folder), int(run))


def needs_cluster(item: pytest.Item) -> bool:
    """Whether a test uses the cluster."""
    if "cluster_of_run" in _fixtures(item):
        return True
    # The tests of search that every engine has to pass name it.
    call = getattr(item, "callspec", None)
    return call is not None and "turn_on_cluster" in _fixtures(item) and "opensearch" in call.params.values()


def _fixtures(item: pytest.Item) -> Collection[str]:
    return getattr(item, "fixturenames", ())
