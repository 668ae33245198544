"""How fast is an index on a cluster, beside bare requests to the same one?

- Indexing with two processes, beside sending the same bytes from memory: what the cluster itself takes for them. Both
  after a first build, from which the bytes are and which warms the cluster up.
- Searching, the whole call (five facets, highlighted titles and passages, corrections), beside one bare request a
  query: title and body under the standard analyzer, folded to ASCII beforehand since not every OpenSearch can; any of
  the words; the number of all matches, one aggregation, the cluster's own highlighter. Its index is left as sending
  made it; ours was merged by its build.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from statistics import median
from typing import Any
from unittest.mock import patch

from opensearchpy import OpenSearch
from unidecode import unidecode

from search import Document, Page, open_index, open_writer
from search.engines.opensearch import layout
from search.engines.opensearch.address import Address
from search.engines.opensearch.client import Client
from search.engines.opensearch.sending import IN_FLIGHT
from search.engines.opensearch.upkeep import replicas, shards

from .articles import read_prepared
from .bench import Bench
from .engines import HITS, Answer, texts_of, typed
from .figures import Figure, Section, Table, Target
from .own import WORKERS
from .timing import Times, take_turns

OWN, BARE = "timtin on the cluster", "bare OpenSearch"

BULK = 500
"""Articles in a bare request that adds some."""

_BARE_MAPPING = {
    "dynamic": "strict",
    "properties": {
        "title": {"type": "text", "analyzer": "standard"},
        "body": {"type": "text", "analyzer": "standard"},
        "category": {"type": "keyword"},
    },
}


def cluster_section(bench: Bench, url: str) -> Section:
    """Measure on the cluster of ``url``, whose name is that of the index; what is written is removed."""
    documents = [document.normalized() for document in read_prepared(bench.articles, bench.limit)]
    with ExitStack() as stack:
        address = Address.parse(url)
        scheme = "https" if address.tls else "http"
        hosts = [f"{scheme}://{host}:{port}" for host, port in address.hosts]
        client = stack.enter_context(closing(OpenSearch(hosts)))
        stack.callback(client.indices.delete, index=f"{address.name}*", expand_wildcards="all")
        _, requests, _ = _build(url, documents)
        bare = _send(client, f"{address.name}-sent", requests)
        own, _, merging = _build(url, documents)
        _fill(client, f"{address.name}-bare", documents)
        index = stack.enter_context(open_index(url))
        asked: Mapping[str, Callable[[str], Answer]] = {
            OWN: lambda text: _own_answer(index.search(text)),
            BARE: lambda text: _bare_answer(client, f"{address.name}-bare", text),
        }
        times = take_turns(asked, bench.queries, bench.rounds)
    return _told(bench, len(documents), own, merging, bare, times)


def _told(bench: Bench, count: int, own: float, merging: float, bare: float, times: Mapping[str, Times]) -> Section:
    section = Section(f"On a cluster: {count:,} articles, {len(bench.queries)} queries, {bench.rounds} rounds")
    ours, theirs = times[OWN], times[BARE]
    section.figures = [
        Figure(
            f"indexing, {WORKERS} workers", count / own, "articles/s", Target(0.5, at_least=True), BARE, count / bare
        ),
        Figure("merging and replicas, afterwards", merging, "s", None),
        Figure("search asked again, median", ours.median, "ms", Target(1.5), BARE, theirs.median),
        Figure("search asked again, 95 %", ours.p95, "ms", None, BARE, theirs.p95),
        Figure("new to a warm process, median", median(ours.new), "ms", None, BARE, median(theirs.new)),
    ]
    rows = [(query[:48], ours.milliseconds[at], theirs.milliseconds[at]) for at, query in enumerate(bench.queries)]
    section.tables = [Table("Milliseconds query by query", ("query", OWN, BARE), rows)]
    section.data = {"seconds": {OWN: own, BARE: bare}, "warm": {name: asdict(one) for name, one in times.items()}}
    return section


def _build(url: str, documents: Sequence[Document]) -> tuple[float, list[bytes], float]:
    """Build an index; return the seconds until all is there, the requests with articles, and the seconds until the
    index is the live one, merged and with replicas.
    """
    with _recorded() as requests, open_writer(url, rebuild=True, workers=WORKERS) as writer:
        began = time.perf_counter()
        for document in documents:
            writer.add(document)
        writer.commit()
        took = time.perf_counter() - began
        writer.publish()
        published = time.perf_counter() - began - took
    articles = [request for request in requests if b'.words"' not in request[: request.index(b"\n")]]
    return took, articles, published


@contextmanager
def _recorded() -> Iterator[list[bytes]]:
    """Keep what is sent in bulk."""
    kept: list[bytes] = []
    bulk = Client.bulk

    def keep(self: Client, lines: bytes) -> None:
        kept.append(lines)
        bulk(self, lines)

    with patch.object(Client, "bulk", keep):
        yield kept


def _send(client: OpenSearch, index: str, requests: Iterable[bytes]) -> float:
    """Send recorded requests to a new index of the same layout; return the seconds until all is there."""
    client.indices.create(index=index, body=layout.articles_body(shards(), 0))
    lines = [_redirected(request, index) for request in requests]
    began = time.perf_counter()
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        for answer in threads.map(lambda body: client.bulk(body=body, request_timeout=120), lines):
            if answer["errors"]:
                raise RuntimeError(f"a bare request was refused: {str(answer)[:500]}")
    client.indices.refresh(index=index)
    return time.perf_counter() - began


def _redirected(request: bytes, index: str) -> str:
    lines = request.decode().splitlines()
    for at in range(0, len(lines), 2):
        action = json.loads(lines[at])
        action["index"]["_index"] = index
        lines[at] = json.dumps(action)
    return "\n".join(lines) + "\n"


def _fill(client: OpenSearch, index: str, documents: Sequence[Document]) -> None:
    copies = {"auto_expand_replicas": f"0-{replicas()}"}
    settings = {"number_of_shards": shards(), **copies}
    client.indices.create(index=index, body={"settings": settings, "mappings": _BARE_MAPPING})
    for start in range(0, len(documents), BULK):
        lines: list[Mapping[str, Any]] = []
        for document in documents[start : start + BULK]:
            title, body = map(unidecode, texts_of(document))
            lines += [{"index": {"_id": document.id}}, {"title": title, "body": body, "category": document.category}]
        client.bulk(body=lines, index=index, request_timeout=120)
    client.indices.refresh(index=index)
    client.cluster.health(index=index, wait_for_status="green", request_timeout=60)


def _own_answer(page: Page) -> Answer:
    categories = {value.value: value.count for value in page.facets["category"]}
    return Answer(tuple(hit.id for hit in page.hits), page.total, categories)


def _bare_answer(client: OpenSearch, index: str, text: str) -> Answer:
    asked = {
        "query": {"multi_match": {"query": unidecode(typed(text)), "fields": ["title", "body"]}},
        "size": HITS,
        "track_total_hits": True,
        "aggs": {"category": {"terms": {"field": "category", "size": 1000}}},
        "highlight": {"fields": {"title": {}, "body": {}}},
    }
    found = client.search(index=index, body=asked)
    categories = {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["category"]["buckets"]}
    return Answer(tuple(hit["_id"] for hit in found["hits"]["hits"]), found["hits"]["total"]["value"], categories)
