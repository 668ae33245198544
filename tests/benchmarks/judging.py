"""How well does a system answer the queries of a benchmark?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean, median

from .forms import FORMS, unaccented
from .inputs import Query, modes_of
from .metrics import ndcg, percentile, recall, reciprocal_rank
from .systems import System


@dataclass(frozen=True, slots=True)
class Job:
    """One text to search for. ``forms`` are (name, text) of other ways to type it that must give the same list."""

    kind: str
    mode: str
    text: str
    relevant: frozenset[str]
    forms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """How a system did on one job: nDCG@10, 1/rank within ten, recall@50, milliseconds.

    ``forms`` are (name, text, whether the list was the same) of the forms that were compared.
    """

    kind: str
    mode: str
    text: str
    ndcg: float
    reciprocal_rank: float
    recall: float
    milliseconds: float
    forms: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The means over the queries of one kind in one mode; of the times the median and the 95th percentile."""

    kind: str
    mode: str
    queries: int
    ndcg: float
    mrr: float
    recall: float
    milliseconds: float
    slow: float


def make_jobs(queries: Iterable[Query], *, forms: bool = False) -> list[Job]:
    """Return what has to be searched for: every query in the modes of its kind, with ``forms`` in other forms too."""
    queries = list(queries)
    modes = modes_of(query.kind for query in queries)
    texts = (
        (query, mode, query.text if mode == "accented" else unaccented(query.text))
        for query in queries
        for mode in modes[query.kind]
    )
    return [
        Job(query.kind, mode, text, query.relevant, _forms_of(text) if forms else ()) for query, mode, text in texts
    ]


def judge(system: System, job: Job) -> Result:
    """Search for one job and for its other forms, and rate the list."""
    answer = system.search(job.text)
    same = (
        (name, text, (found.ids, found.total) == (answer.ids, answer.total))
        for name, text in job.forms
        for found in [system.search(text)]
    )
    return Result(
        kind=job.kind,
        mode=job.mode,
        text=job.text,
        ndcg=ndcg(answer.ids, job.relevant),
        reciprocal_rank=reciprocal_rank(answer.ids, job.relevant),
        recall=recall(answer.ids, job.relevant),
        milliseconds=answer.milliseconds,
        forms=tuple(same),
    )


def judge_all(make: Callable[[], System], jobs: Sequence[Job], workers: int = 1) -> list[Result]:
    """Return the results of ``jobs`` in their order, with ``workers`` processes that each ``make`` the system."""
    if workers == 1:
        system = make()
        return [judge(system, job) for job in jobs]
    # Not forked: a copy of a process with threads may stand still.
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (make,)) as pool:
        return list(pool.map(_judge_in_worker, jobs, chunksize=8))


def summarise(results: Iterable[Result]) -> list[Row]:
    """Return a row for each kind and mode, in the order in which they were met."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.kind, result.mode), []).append(result)
    return [_row(kind, mode, group) for (kind, mode), group in groups.items()]


def count_forms(results: Iterable[Result]) -> Mapping[str, tuple[int, int]]:
    """Return for each form how many lists were compared, and how many of them differed."""
    counts = dict.fromkeys(FORMS, (0, 0))
    for result in results:
        for name, _, same in result.forms:
            compared, differing = counts[name]
            counts[name] = compared + 1, differing + (not same)
    return counts


def _forms_of(text: str) -> tuple[tuple[str, str], ...]:
    made = ((name, make(text)) for name, make in FORMS.items())
    return tuple((name, form) for name, form in made if form != text)


def _row(kind: str, mode: str, group: Sequence[Result]) -> Row:
    times = [result.milliseconds for result in group]
    return Row(
        kind=kind,
        mode=mode,
        queries=len(group),
        ndcg=fmean(result.ndcg for result in group),
        mrr=fmean(result.reciprocal_rank for result in group),
        recall=fmean(result.recall for result in group),
        milliseconds=median(times),
        slow=percentile(times, 0.95),
    )


_of_worker: list[System] = []


def _start_worker(make: Callable[[], System]) -> None:
    _of_worker.append(make())


def _judge_in_worker(job: Job) -> Result:
    return judge(_of_worker[0], job)
