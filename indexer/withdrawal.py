"""How is an article withdrawn for good, and brought back?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from search import Location, locate, open_index, open_writer

from .ledger import Ledger, Run, Withdrawal, dump
from .live import check_folder, load_of, write_withdrawn
from .run import now


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What :func:`remove` or :func:`restore` did with each id: ``done``, ``already`` so, or ``unknown``."""

    done: tuple[str, ...]
    already: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def remove(index: str | Location, ids: Iterable[str]) -> Withdrawn:
    """Take the articles ``ids`` out of the live index in ``index`` and keep them out until :func:`restore`.

    An id that the index does not hold is ``unknown``, and nothing is recorded about it. Raises what
    :func:`search.open_writer` raises, and :class:`~indexer.errors.LedgerDamaged`.
    """
    path = _require(index)
    wanted = tuple(dict.fromkeys(ids))
    with open_writer(path, workers=0) as writer:
        ledger = load_of(path, writer.user_data)
        done = tuple(id_ for id_ in wanted if id_ in ledger.articles)
        already = tuple(id_ for id_ in wanted if id_ in ledger.withdrawn and id_ not in ledger.articles)
        if done:
            when = now()
            withdrawn = {**ledger.withdrawn, **{id_: Withdrawal(when, ledger.articles[id_].origin) for id_ in done}}
            articles = {id_: article for id_, article in ledger.articles.items() if id_ not in withdrawn}
            # Before the commit: should this process end in between, the article is withdrawn again, never forgotten.
            write_withdrawn(path, withdrawn)
            for id_ in done:
                writer.delete(id_)
            after = replace(
                ledger, articles=articles, withdrawn=withdrawn, run=Run("remove", now(), {"removed": len(done)})
            )
            writer.commit(dump(after), purge=True)
    return Withdrawn(done, already, tuple(id_ for id_ in wanted if id_ not in done and id_ not in already))


def restore(index: str | Location, ids: Iterable[str]) -> Withdrawn:
    """Let the withdrawn articles ``ids`` into the index in ``index`` again: the next update reads their files and
    adds them.

    An id that is in the index is ``already`` there, one that was never withdrawn is ``unknown``. Raises as
    :func:`remove` does.
    """
    path = _require(index)
    wanted = tuple(dict.fromkeys(ids))
    with open_writer(path, workers=0) as writer:
        ledger = load_of(path, writer.user_data)
        done = tuple(id_ for id_ in wanted if id_ in ledger.withdrawn)
        already = tuple(id_ for id_ in wanted if id_ in ledger.articles)
        if done:
            after = _without(ledger, done)
            writer.commit(dump(replace(after, run=Run("restore", now(), {"restored": len(done)}))))
            write_withdrawn(path, after.withdrawn)
    return Withdrawn(done, already, tuple(id_ for id_ in wanted if id_ not in done and id_ not in already))


def _require(index: str | Location) -> Location:
    """Raise :class:`search.IndexMissing` where there is no index, before a writer would make one."""
    path = locate(index)
    check_folder(path)
    open_index(path).close()
    return path


def _without(ledger: Ledger, ids: Iterable[str]) -> Ledger:
    """``ledger`` without the withdrawals of ``ids``, and with their files marked to be read again."""
    files = dict(ledger.files)
    withdrawn = dict(ledger.withdrawn)
    for id_ in ids:
        origin = withdrawn.pop(id_).origin
        if origin in files:
            files[origin] = replace(files[origin], again=True)
    return replace(ledger, files=files, withdrawn=withdrawn)
