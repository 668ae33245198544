"""Is what goes wrong seen, and is the application spared by what a short run asks?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from werkzeug.datastructures import Headers

from search import Document
from webui import create_app

from .__main__ import Counts, rude_to
from .asking import Answer, within
from .drawn import by_hypothesis, by_schemathesis
from .rude import Request


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    built = create_app({"TIMTIN_INDEX": "memory:", "PROXIES": 1})
    access = built.extensions["timtin"].index
    with access.get().writer() as writer:
        for number in range(30):
            title = f"Huyện uỷ Khe Nhạn họp lần {number}"
            writer.add(Document(id=f"tin/{number}", title=title, category=f"Mục {number % 7}"))
        writer.commit()
    yield built
    access.close()


def test_requests_are_the_same_for_the_same_seed(app: Flask) -> None:
    first, again, other = (rude_to(app, seed) for seed in (1, 1, 2))
    requests = [first.request() for _ in range(100)]
    assert [again.request() for _ in range(100)] == requests
    assert [other.request() for _ in range(100)] != requests


def test_a_short_run_finds_no_fault(app: Flask) -> None:
    counts, rude = Counts(), rude_to(app, 3)
    for _ in range(150):
        request = rude.request()
        counts.count("rude", request, within(app, request))
    for source, found in (
        ("hypothesis", by_hypothesis(lambda one: within(app, one), 40, 3)),
        ("schemathesis", by_schemathesis(app, 40, 3)),
    ):
        for drawn, answer in found:
            counts.count(source, drawn, answer)
    assert counts.faults == []
    assert {source: counter.total() for source, counter in counts.statuses.items()} == {
        "rude": 150,
        "hypothesis": 40,
        "schemathesis": 40,
    }
    assert counts.statuses["rude"][200] > 50
    assert counts.table().splitlines()[0].startswith("source")


def test_an_error_is_a_fault_and_names_its_request() -> None:
    broken = Flask("broken")

    @broken.get("/")
    def fail() -> Response:
        raise ValueError

    counts = Counts()
    request = Request("GET", b"/", b"q=a")
    counts.count("rude", request, within(broken, request))
    assert counts.faults == [f"rude: status 500: {request}"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(200, Headers()), ""),
        (Answer(404, Headers()), ""),
        (Answer(503, Headers({"Retry-After": "1"})), ""),
        (Answer(503, Headers()), "status 503"),
        (Answer(0, Headers()), "status 0"),
        (Answer(200, Headers(), complete=False), "a header is missing that protects the reader"),
    ],
)
def test_faults(answer: Answer, fault: str) -> None:
    assert answer.fault == fault


def test_what_cannot_stand_in_the_first_line_is_escaped() -> None:
    request = Request("GET", b"/article/tin 1", "q=huyện uỷ\n&x=%zz".encode())
    assert request.target == b"/article/tin%201?q=huy%E1%BB%87n%20u%E1%BB%B7%0A&x=%zz"
