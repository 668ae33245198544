"""May eight threads use one open index while it is updated and rebuilt? Each answer is that of one commit, whole."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest

from search import Document, DocumentNotFound, Index, Page, open_index

from .articles import ARTICLES

THREADS = 8
COMMITS = 6
PATIENCE = 60
"""Seconds after which a commit that some thread does not see is not waited for."""

QUERIES = (
    "",
    "huyen uy khe nhan",
    "huyện uỷ",
    '"nhà văn hoá"',
    "đường OR đảng",
    "hội nghị -đường",
    "03-DA/TU",
    "12-06-2021",
    "cov*",
    "tieu de:duong",
    "HĐND",
    "van hoa thon xom cui rong bat ngat menh mong",
    "không có từ này đâu",
)


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Let threads take turns so often that what is not safe shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def told(page: Page) -> object:
    """What a page says that depends on nothing but the articles and the query; how exact scores are depends on the
    engine.
    """
    hits = [(hit.id, hit.title, hit.category, hit.highlights) for hit in page.hits]
    facets = {name: [(value.value, value.count) for value in values] for name, values in page.facets.items()}
    return page.total, hits, facets, dict(page.months), page.reading


def everything(index: Index, query: str) -> object:
    """Ask ``index`` whatever can be asked about ``query``."""
    page = index.search(query, explain=True)
    ids = [hit.id for hit in page.hits]
    return (
        told(page),
        [hit.explanation for hit in page.hits],
        (page.restored, page.did_you_mean),
        [index.article(id_) for id_ in ids],
        [index.highlight(id_, query) for id_ in ids],
        [[hit.id for hit in index.related(id_)] for id_ in ids],
        index.suggest(query),
        index.complete(query),
    )


def at_once(work: Callable[[int], object]) -> list[object]:
    """Do ``work`` in every thread, all beginning together, and return what each gives; an error is raised."""
    barrier = threading.Barrier(THREADS)

    def begin(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(begin, range(THREADS)))


def test_threads_get_the_answers_that_one_alone_gets(index: Index) -> None:
    def ask_in_turn(number: int) -> object:
        order = [QUERIES[(at + number * 3) % len(QUERIES)] for at in range(len(QUERIES))]
        return {query: everything(index, query) for query in order * 2}

    answers = at_once(ask_in_turn)  # first: nothing is remembered yet
    expected = {query: everything(index, query) for query in QUERIES}
    for answer in answers:
        assert answer == expected


def edition(number: int) -> list[Document]:
    """The articles as they are after commit ``number``: each says so, and there is one more every time."""
    articles = [*ARTICLES, *(replace(ARTICLES[0], id=f"thêm-{more}") for more in range(number))]
    return [replace(article, category=f"Lần {number}") for article in articles]


def bring(index: Index, number: int, *, rebuild: bool) -> None:
    with index.writer(rebuild=rebuild) as writer:
        for article in edition(number):
            writer.replace(article)
        writer.commit()
        if rebuild:
            writer.publish()


def expected_answers() -> dict[tuple[str, int], object]:
    """What each query gives after each commit."""
    expected: dict[tuple[str, int], object] = {}
    for number in range(COMMITS + 1):
        with open_index("memory:") as alone:
            bring(alone, number, rebuild=False)
            expected |= {(query, number): told(alone.search(query)) for query in QUERIES}
    return expected


def commit_seen(index: Index, query: str, expected: Mapping[tuple[str, int], object], newest: int) -> int:
    """Ask once, demand that one commit gave all of the answer and none older than ``newest``, and return which."""
    page = index.search(query)
    seen = [number for number in range(COMMITS + 1) if expected[query, number] == told(page)]
    assert seen, (query, told(page))
    assert seen[-1] >= newest, (query, seen, newest)
    for hit in page.hits[:1]:
        try:
            assert index.article(hit.id).title == hit.title
        except DocumentNotFound:  # a later commit has come between
            assert hit.id not in {article.id for article in ARTICLES}
    return max(newest, seen[0])


def test_threads_see_whole_commits_while_the_index_changes(own: Index) -> None:
    expected = expected_answers()
    bring(own, 0, rebuild=False)
    newest = [0] * THREADS
    gone, written = threading.Event(), threading.Event()

    def ask(number: int) -> None:
        try:
            for at in count(number):
                last = written.is_set()
                query = "huyện uỷ" if last else QUERIES[at % len(QUERIES)]
                newest[number] = commit_seen(own, query, expected, newest[number])
                if last:
                    assert newest[number] == COMMITS
                    return
        except BaseException:
            gone.set()
            raise

    def write() -> None:
        try:
            for number in range(1, COMMITS + 1):
                bring(own, number, rebuild=number % 3 == 0)
                until = time.monotonic() + PATIENCE
                while min(newest) < number and not gone.is_set() and time.monotonic() < until:
                    time.sleep(0.01)
        finally:
            written.set()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        at_once(ask)
    finally:
        gone.set()
        writing.join()
    assert min(newest) == COMMITS
