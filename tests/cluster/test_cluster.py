"""Is the cluster that the tests get what it is said to be?"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..commands import ROOT
from .cluster import GONE_WITHIN, Cluster, unused_folder
from .turns import Turns

ARTICLES = 20
SHARDS = {"settings": {"number_of_shards": 3, "number_of_replicas": 1}}


def test_three_nodes_are_green(cluster_of_run: Cluster, cluster_url: str) -> None:
    assert fill(cluster_of_run, cluster_url) == ARTICLES
    assert cluster_of_run.wait_for("green") == "green"
    assert len({node.pid for node in cluster_of_run.nodes if node.reachable}) == 3
    assert cluster_url.startswith(f"opensearch://{','.join(node.address for node in cluster_of_run.nodes)}/test-")


def test_what_breaks_is_mended(cluster: Cluster) -> None:
    cluster.cut(2)
    cluster.mend()
    assert all(node.reachable for node in cluster.nodes)


def test_an_index_is_gone_after_its_test(cluster_of_run: Cluster) -> None:
    with cluster_of_run.turns.shared(), cluster_of_run.client() as client:
        with cluster_of_run.index() as url:
            client.indices.create(index=f"{name_of(url)}-000001")
            assert client.indices.exists(index=f"{name_of(url)}*", allow_no_indices=False)
        assert not client.indices.exists(index=f"{name_of(url)}*", allow_no_indices=False)


KILLED = """
import os, pathlib, sys, time
from tests.cluster.cluster import Cluster
cluster = Cluster(pathlib.Path(sys.argv[1]), os.getpid())
cluster.start()
print(*[node.pid for node in cluster.nodes], flush=True)
assert all(node.pid for node in cluster.nodes)
time.sleep(60)
"""


@pytest.mark.usefixtures("cluster_of_run")
def test_nothing_is_left_of_a_run_that_is_killed() -> None:
    folder = unused_folder()
    command = [sys.executable, "-c", KILLED, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        started = run.stdout.readline().split()
        run.kill()
    assert len(started) == 3
    wait_until_gone(folder)
    assert not [pid for pid in started if is_running(int(pid))]


def test_whoever_breaks_the_cluster_is_alone(tmp_path: Path) -> None:
    with Turns(tmp_path).shared(), Turns(tmp_path).shared():
        assert not may_be_alone(tmp_path)
    assert may_be_alone(tmp_path)
    with Turns(tmp_path).alone():
        assert not may_be_alone(tmp_path)


def test_a_process_does_not_wait_for_itself(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    with turns.shared(), pytest.raises(RuntimeError, match="would wait for itself"), turns.alone():
        pass
    with turns.alone():
        pass


def may_be_alone(folder: Path) -> bool:
    """Whether another process gets the lock of those who want to be alone, without waiting for it."""
    command = ["flock", "--exclusive", "--nonblock", str(folder / "room"), "true"]
    return subprocess.run(command, check=False).returncode == 0


def fill(cluster: Cluster, url: str) -> int:
    """Index some articles; returns how many are found."""
    lines: list[dict[str, object]] = []
    for number in range(ARTICLES):
        lines += [{"index": {"_id": str(number)}}, {"title": f"tin {number}"}]
    with cluster.client() as client:
        client.indices.create(index=name_of(url), body=SHARDS)
        client.bulk(body=lines, index=name_of(url), refresh=True)
    return count(cluster, url)


def count(cluster: Cluster, url: str) -> int:
    """How many articles an index has, in all its shards."""
    with cluster.client() as client:
        answer = client.count(index=name_of(url))
    assert answer["_shards"]["failed"] == 0
    return int(answer["count"])


def name_of(url: str) -> str:
    """The name of the index in an address."""
    return url.rpartition("/")[2]


def is_running(pid: int) -> bool:
    """Whether a process is there, and more than an exit code for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(folder: Path) -> None:
    """Wait until a keeper has removed its folder, which is the last thing it does."""
    deadline = time.monotonic() + GONE_WITHIN
    while folder.exists():
        assert time.monotonic() < deadline, sorted(folder.iterdir())
        time.sleep(0.05)
