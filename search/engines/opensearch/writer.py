"""How do articles get into an index on a cluster?

Everything is sent under the number of the next commit, which nobody sees. A commit writes one document, the state; from
then on readers look at what has its number, and past what it replaced, which is then deleted.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from ...document import Document
from ...errors import ClusterFailure, DuplicateDocument, SearchError
from ..base import Merging
from ..groups import Groups
from . import layout
from .batches import FIRST, cluster_id
from .control import Control, Recorded
from .lease import Lease
from .reprints import Reprints
from .sending import Sender
from .state import State
from .tally import Tally
from .upkeep import Upkeep, shards
from .versions import Versions
from .wordlist import Wordlist

BATCH_DOCUMENTS = 500
BATCH_CHARACTERS = 1_000_000
"""A batch is full with so many articles or code points, whichever comes first."""

PART = 20_000
"""Articles that become visible in one step, where an update has more."""

GRACE = 2.0
"""Seconds for which what an update replaced stays, for readers that have not heard of it."""


@dataclass(slots=True)
class _Changes:
    """What was asked for since the last commit. ``sent`` has the commit under which each article was sent,
    ``outdated`` what was sent and is wanted no more.
    """

    waiting: dict[str, Document] = field(default_factory=dict)
    characters: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    outdated: set[tuple[str, int]] = field(default_factory=set)
    counted: int = 0


class OpenSearchWriter:
    """The write side of an index on a cluster (:class:`search.engines.base.Writer`)."""

    def __init__(
        self,
        control: Control,
        lease: Lease,
        generation: int,
        recorded: Recorded | None,
        workers: int,
        cleanup: ExitStack,
    ) -> None:
        self.generation = generation
        self._client = control.client
        self._control = control
        self._lease = lease
        self._recorded = recorded
        self._published = recorded is not None
        self._cleanup = cleanup
        self._articles = layout.articles(control.name, generation)
        words = layout.words(control.name, generation)
        self._wordlist = Wordlist(self._client, words, lease.require)
        self._versions = Versions(self._client, self._articles)
        self._sender = Sender(self._client, self._articles, workers, lease.require)
        self._reprints = Reprints(self._client, self._articles)
        self._upkeep = Upkeep(self._client, self._articles, words, lease.require)
        self._changes = _Changes()
        self._tally_is_whole = True
        self._at_once = False

    @property
    def user_data(self) -> bytes | None:
        """What the last commit of this generation stored beside the documents."""
        return self._control.data(self._recorded) if self._recorded else None

    def add(self, document: Document) -> None:
        """Add ``document``; raises :class:`DuplicateDocument`."""
        normal = document.normalized()
        if self._holds(normal.id):
            raise DuplicateDocument(normal.id)
        self._put(normal)

    def replace(self, document: Document) -> None:
        """Add ``document``, in place of the one with its id if there is one."""
        self._put(document.normalized())

    def delete(self, id_: str) -> bool:
        """Remove the document with ``id_``; return whether there was one."""
        held = self._holds(id_)
        changes = self._changes
        changes.waiting.pop(id_, None)
        if id_ in changes.sent:
            changes.outdated.add((id_, changes.sent.pop(id_)))
        changes.deleted.add(id_)
        return held

    def commit(self, user_data: bytes | None = None, *, purge: bool = False, merging: Merging | None = None) -> None:
        """Make everything so far visible and durable; what is sent of more than :data:`PART` articles in several steps,
        of which the last has ``user_data``.
        """
        self._flush()
        self._sender.drain()
        self._sender.rest()
        changes = self._changes
        self._versions.delete(cluster_id(id_, commit) for id_, commit in changes.outdated)
        self._versions.refresh()
        if self._recorded is None:
            self._commit_first(user_data)
        else:
            self._commit_next(user_data)
        self._changes, self._tally_is_whole = _Changes(), True
        self._sender.tallies.clear()
        self._sender.sketches.clear()
        if self._at_once and not self._published:
            self.publish()
        if purge:
            self._control.keep_only(self.generation, *([] if self._published else [self._control.live()]))
            if merging:
                merging(1, self._upkeep.deleted()["count"])
            self._upkeep.purge()

    def publish(self) -> None:
        """Make this generation the live one, once its segments are merged and its replicas there, or have had time
        enough.
        """
        self._lease.renew()
        self._upkeep.merge()
        self._lease.renew()
        self._upkeep.replicate()
        live = self._control.live()
        self._lease.renew()
        self._control.publish(self.generation)
        self._published = True
        self._control.keep_only(self.generation, live if live != self.generation else self._control.former())

    def close(self) -> None:
        """Drop what was not committed, stop the workers, let go of the lease."""
        try:
            self._sender.close()
            # What cannot be swept now is by the next writer.
            with suppress(SearchError):
                self._lease.require()
                self._client.request("GET", "/")
                if not self._published:
                    self._drop()
                elif self._recorded and self._changes.sent:
                    self._versions.refresh()
                    self._versions.delete(self._versions.after(self._recorded.state.commit))
        finally:
            self._cleanup.close()

    def _drop(self) -> None:
        """Remove what was written of a generation that did not become the live one."""
        self._control.drop(self.generation)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What is asked for

    @property
    def _next(self) -> int:
        """The number of the commit that what comes now belongs to."""
        return FIRST if self._recorded is None else self._recorded.state.commit + 1 + self._changes.counted // PART

    def _holds(self, id_: str) -> bool:
        changes = self._changes
        if id_ in changes.waiting or id_ in changes.sent:
            return True
        return id_ not in changes.deleted and bool(self._outdated([id_]))

    def _outdated(self, ids: Iterable[str]) -> list[str]:
        """Return the documents of the cluster that the last commit shows for articles ``ids``."""
        if self._recorded is None:
            return []
        state = self._recorded.state
        return self._versions.of(ids, state.commit, state.replaced)

    def _put(self, document: Document) -> None:
        changes = self._changes
        before = changes.sent.pop(document.id, None)
        if before is not None:
            changes.outdated.add((document.id, before))
        changes.waiting[document.id] = document
        changes.characters += sum(len(text) for _, _, text in document.blocks())
        if len(changes.waiting) >= BATCH_DOCUMENTS or changes.characters >= BATCH_CHARACTERS:
            self._sender.start()
            self._flush()

    def _flush(self) -> None:
        changes = self._changes
        if not changes.waiting:
            return
        commit = self._next
        again = {(id_, commit) for id_ in changes.waiting} & changes.outdated
        if again or changes.outdated:
            self._tally_is_whole = False
        if again:
            # The newer version must arrive after the older one, whose place it takes.
            self._sender.drain()
            changes.outdated -= again
        self._sender.send(list(changes.waiting.values()), commit)
        changes.sent |= dict.fromkeys(changes.waiting, commit)
        changes.counted += len(changes.waiting)
        changes.waiting, changes.characters = {}, 0

    # Commits

    def _commit_first(self, user_data: bytes | None) -> None:
        state = self._versions.state(self.generation, FIRST, ())
        if state.documents != len(self._changes.sent):
            raise ClusterFailure(
                200, "incomplete", f"{len(self._changes.sent):,} articles were sent, but {state.documents:,} are there"
            )
        tally = self._sender.tallies[FIRST]
        if self._changes.outdated or not self._tally_is_whole:
            tally = Tally()
            self._versions.tally(self._versions.all(), tally)
        self._wordlist.write(tally.entries(state.documents))
        groups = self._reprints.first(self._sketches(self._changes.sent.items()), state)
        self._record(state, user_data, groups, words=FIRST)

    def _commit_next(self, user_data: bytes | None) -> None:
        """Make each part visible in turn."""
        assert self._recorded  # noqa: S101  # the caller asked
        changes = self._changes
        first = self._recorded.state.commit + 1
        last = max(changes.sent.values(), default=first)
        for commit in range(first, last + 1):
            touched = {id_ for id_, sent in changes.sent.items() if sent == commit}
            if commit == last:
                touched |= changes.deleted - changes.sent.keys()
            replaced = tuple(self._outdated(touched))
            state = self._versions.state(self.generation, commit, replaced)
            changed = bool(replaced) or commit in self._sender.tallies
            words = self._recorded.words if changed else commit
            groups = self._regrouped(state, touched)
            self._record(state, user_data if commit == last else None, groups, words=words)
            self._settle(self._sender.tallies[commit])
        self._upkeep.expunge_much()

    def _regrouped(self, state: State, touched: Collection[str]) -> Groups:
        """Return the groups of reprints of a commit that adds, replaces or removes the articles ``touched``."""
        assert self._recorded  # noqa: S101  # the caller asked
        before = self._control.groups(self._recorded)
        sent = ((id_, commit) for id_, commit in self._changes.sent.items() if commit == state.commit)
        self._lease.require()
        return self._reprints.next(before, touched, self._sketches(sent), state)

    def _sketches(self, sent: Iterable[tuple[str, int]]) -> dict[str, bytes]:
        """Return the sketches of what was ``sent`` of articles, each under the number of a commit."""
        return {id_: self._sender.sketches[commit][id_] for id_, commit in sent}

    def _record(self, state: State, data: bytes | None, groups: Groups | None, words: int) -> None:
        """Write the state, which is the moment when everything counts."""
        self._lease.renew()
        holder = self._lease.holder
        self._recorded = self._control.write(state, self._recorded, data=data, groups=groups, words=words, by=holder)

    def _settle(self, tally: Tally) -> None:
        """Count the words anew that the last commit changed, and delete what it replaced, once no reader looks at it
        any more. ``tally`` has the terms of what it added.
        """
        assert self._recorded  # noqa: S101  # just written
        state = self._recorded.state
        told = time.monotonic()
        self._versions.tally(state.replaced, tally)
        if not tally.counts and not state.replaced:
            return
        counted = tally.recounted(
            lambda terms: self._versions.counts(terms, state.commit, state.replaced), state.documents
        )
        self._wordlist.write(counted)
        if state.replaced:
            time.sleep(max(0.0, told + GRACE - time.monotonic()))
            self._lease.require()
            self._versions.delete(state.replaced)
            self._versions.refresh()
        self._record(replace(state, replaced=()), None, None, words=state.commit)

    # Housekeeping

    def recover(self) -> None:
        """Take away what an update that broke off left."""
        assert self._recorded  # noqa: S101  # the caller asked
        state = self._recorded.state
        self._versions.refresh()
        left = self._versions.after(state.commit)
        if left:
            self._versions.delete(left)
            self._versions.refresh()
        if self._recorded.words < state.commit:
            tally = Tally()
            self._versions.tally(self._versions.between(self._recorded.words, state.commit), tally)
            self._settle(tally)
        self._control.sweep_data(self._recorded)

    def create(self) -> None:
        """Make the empty indices of this generation; an index that is new is shown with its first commit."""
        self._control.create(self.generation, shards())

    def show_at_once(self) -> None:
        """Make the first commit the live one."""
        self._at_once = True
