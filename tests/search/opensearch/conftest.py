"""A cluster for the tests: one that somebody runs, named by TIMTIN_TEST_CLUSTER (HOST:PORT)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from search.engines.opensearch.address import Address
from search.engines.opensearch.client import PATIENT, Client
from search.engines.opensearch.control import Control


@pytest.fixture
def cluster_url() -> Iterator[str]:
    """The address of an index that is not there yet."""
    hosts = os.environ.get("TIMTIN_TEST_CLUSTER")
    if not hosts:
        pytest.skip("TIMTIN_TEST_CLUSTER names no cluster (HOST:PORT)")
    url = f"opensearch://{hosts}/w-{secrets.token_hex(5)}"
    yield url
    client = Client(Address.parse(url))
    control = Control(client, PATIENT)
    for generation in control.generations():
        control.drop(generation)
    client.request("DELETE", f"/{client.address.name}.control", None, {"ignore_unavailable": "true"})
    client.close()
