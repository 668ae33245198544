"""Which requests do hypothesis and schemathesis think of?

Each is asked in turns of some hundred examples that are not kept: hypothesis remembers what it has drawn, and memory is
what is measured here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from schemathesis import GenerationMode
from werkzeug.datastructures import Headers

from webui.openapi import OPERATIONS

from .asking import Answer
from .rude import NAMES, Request

if TYPE_CHECKING:
    from flask import Flask

AT_ONCE = 200
DOCUMENT = "/api/v1/openapi.json"

PATHS = st.sampled_from(
    "/ /search /article/ /values/author /values/year /export.csv /export.jsonl /export.xlsx /feed.atom /opensearch.xml "
    "/suggest.json /citation/ris /api/v1/search /api/v1/suggest /api/v1/articles/ /api/v1/facets/place /api/v1/export"
    .split()
)  # fmt: skip
TAILS = st.just(b"") | st.binary(max_size=20)
FIELDS = st.builds(lambda name, text: name.encode() + b"=" + text, st.sampled_from(NAMES), st.binary(max_size=30))
TEXTS = st.builds(
    lambda name, text: f"{name}={text}".encode("utf-8", "surrogatepass"),
    st.sampled_from(NAMES),
    st.text(st.characters(), max_size=40),
)
QUERIES = st.binary(max_size=80) | st.lists(TEXTS | FIELDS, max_size=6).map(b"&".join)
VALUES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Host", "If-None-Match", "Range"]),
    VALUES,
    max_size=3,
)
REQUESTS = st.builds(
    lambda path, tail, query, headers: Request("GET", path.encode() + tail, query, headers),
    PATHS, TAILS, QUERIES, HEADERS,
)  # fmt: skip


def by_hypothesis(ask: Callable[[Request], Answer], number: int, seed: int) -> Iterator[tuple[object, Answer]]:
    """Yield ``number`` requests, with what ``ask`` said to each."""
    return _drawn(REQUESTS, lambda request: (request, ask(request)), number, seed)


def by_schemathesis(app: Flask, number: int, seed: int) -> Iterator[tuple[object, Answer]]:
    """Yield ``number`` requests that the document of ``app`` allows or forbids, with the answers."""
    operations = [(one.path, mode) for one in OPERATIONS if one.known for mode in GenerationMode]
    schema = schemathesis.openapi.from_dict(app.test_client().get(DOCUMENT).get_json())
    schema.app = app
    for at, (path, mode) in enumerate(operations):
        share = number * (at + 1) // len(operations) - number * at // len(operations)
        yield from _drawn(schema[path]["GET"].as_strategy(generation_mode=mode), _called, share, seed)


def _called(case: Any) -> tuple[object, Answer]:
    response = case.call(headers={"Accept-Encoding": "identity"})
    headers = Headers([(name, value) for name, values in response.headers.items() for value in values])
    return f"GET {case.formatted_path} {case.query}", Answer(response.status_code, headers)


def _drawn(
    examples: st.SearchStrategy[Any], answered: Callable[[Any], tuple[object, Answer]], number: int, seed: int
) -> Iterator[tuple[object, Answer]]:
    for turn, at in enumerate(range(0, number, AT_ONCE)):
        found: list[tuple[object, Answer]] = []

        @seeded(seed * 10_000 + turn)
        @settings(
            max_examples=min(AT_ONCE, number - at), deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(examples)
        def each(example: Any) -> None:
            found.append(answered(example))  # noqa: B023 - called before the next turn

        each()
        yield from found
