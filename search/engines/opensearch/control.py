"""Which generations are there, which is the live one, and what is recorded of each?

What decides is written in one step each: the alias, and the document of a state. Everything else is written before it
and swept after it, so whatever breaks off in between leaves a whole index, and at most something to sweep.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...analysis.fingerprint import Analyzer
from ...errors import ClusterFailure, IndexCorrupt, IndexMissing, IndexStale
from ..groups import Groups
from . import ids, layout
from .book import MANAGER, NOT_FOUND, NOTHING, Book, Kept, digest, version_of
from .client import Client
from .patience import QUICK, Patience
from .state import State

REMEMBERED = 20
"""Publications that are remembered."""

_PUBLISHED = "published"
_TRIES = 5

_changes: Counter[str] = Counter()


def changes(client: Client) -> int:
    """Return how often this process has changed what an index shows."""
    return _changes[str(client.address)]


def demand_usable(client: Client) -> None:
    """Raise within seconds where the cluster cannot be used: nobody answers, its version, no manager."""
    patience = QUICK.within(QUICK.seconds)
    client.learn_version(patience)
    Control(client, patience).live()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A ``state`` with what stands beside it: the ``data`` that the indexer recorded, and the ``groups`` of reprints;
    up to which commit the ``words`` are counted; and where it stands among the versions of its document.
    """

    state: State
    data: Kept = NOTHING
    groups: Kept = NOTHING
    words: int = 0
    version: Mapping[str, int] = field(default_factory=dict)

    def pieces(self) -> dict[str, Kept]:
        """Return how the ids begin of the pieces of each."""
        generation = self.state.generation
        return {
            ids.recorded(generation, self.data.commit): self.data,
            ids.groups(generation, self.groups.commit): self.groups,
        }


class Control(Book):
    """The book of an index: states, what the indexer recorded, groups of reprints, publications."""

    def live(self, patience: Patience | None = None) -> int | None:
        """Return the live generation, or None where there is none."""
        try:
            # The one way to ask for an alias on which a cluster without a manager does not keep one waiting.
            path = f"/{layout.alias(self.name)}/_settings/index.uuid"
            found = self._ask("GET", path, params={"cluster_manager_timeout": "1s"}, patience=patience)
        except ClusterFailure as failure:
            if failure.status == NOT_FOUND:
                return None
            raise
        numbers = [self._number(index) for index in found]
        if len(numbers) != 1 or numbers[0] is None:
            raise IndexCorrupt(self.place, f"the alias {self.name} does not name one generation, but {sorted(found)}")
        return numbers[0]

    def read(self, generation: int, patience: Patience | None = None) -> Recorded | None:
        """Return the newest commit of a generation, or None where there is none. Raises
        :class:`~search.errors.IndexStale` where another version laid it out.
        """
        found = self._get(ids.state(generation), patience)
        if found is None:
            return None
        value = found["_source"]["value"]
        if value["state"]["layout"] != layout.LAYOUT:
            raise IndexStale(value["state"]["layout"], layout.LAYOUT, self.place)
        return Recorded(
            State.of(value["state"]),
            Kept(**value["data"]),
            Kept(**value["groups"]),
            value["words"],
            version_of(found),
        )

    def newest(self, patience: Patience | None = None) -> Recorded:
        """Return the newest commit of the live generation; raises :class:`~search.errors.IndexMissing`."""
        generation = self.live(patience)
        found = None if generation is None else self.read(generation, patience)
        if found is None:
            raise IndexMissing(self.place)
        return found

    def write(
        self,
        state: State,
        before: Recorded | None,
        *,
        data: bytes | None,
        groups: Groups | None,
        words: int,
        by: str,
    ) -> Recorded:
        """Write a commit, which is the moment when it counts; ``data`` is what the indexer records with it, ``groups``
        are those of reprints, None for what was there ``before``.

        ``words`` is the commit up to which words are counted, ``by`` names the writer. Raises
        :class:`~search.errors.IndexLocked` where another one wrote meanwhile.
        """
        last = before or Recorded(state)
        generation, commit = state.generation, state.commit
        own = last.data if data is None else self._keep(ids.recorded(generation, commit), commit, data)
        packed = b"" if groups is None or not groups.families else groups.packed()
        same = groups is None or digest(packed) == last.groups.digest
        grouped = last.groups if same else self._keep(ids.groups(generation, commit), commit, packed)
        value = {
            "state": state.plain(),
            "data": own._asdict(),
            "groups": grouped._asdict(),
            "words": words,
            "by": by,
        }
        params: dict[str, object] = dict(before.version) if before and before.version else {"op_type": "create"}
        version = self._put(ids.state(generation), "state", value, params)
        self.changed()
        written = Recorded(state, own, grouped, words, version)
        self._remove(set(_pieces(last)) - set(_pieces(written)))
        return written

    def data(self, recorded: Recorded) -> bytes | None:
        """Return what the indexer recorded with a commit, or with the one that took its place meanwhile."""
        for _ in range(_TRIES):
            if not recorded.data.digest:
                return None
            generation = recorded.state.generation
            read = self._read_pieces(ids.recorded(generation, recorded.data.commit), recorded.data)
            if read is not None:
                return read
            newer = self.read(generation)
            if newer is None or newer.version == recorded.version:
                break
            recorded = newer
        raise IndexCorrupt(self.place, "what the indexer recorded is damaged or missing")

    def groups(self, recorded: Recorded, patience: Patience | None = None) -> Groups:
        """Return the groups of reprints of a commit; raises :class:`~search.errors.IndexCorrupt` where they are not
        there any more: another commit took its place, or they are damaged.
        """
        start = ids.groups(recorded.state.generation, recorded.groups.commit)
        read = self._read_pieces(start, recorded.groups, patience)
        if read is None:
            raise IndexCorrupt(self.place, "the groups of reprints are damaged or missing")
        return Groups.unpacked(read) if read else Groups()

    def generations(self) -> list[int]:
        """Return the numbers of all generations of which there is anything, in order."""
        return self._generations(self._ids("state"))

    def create(self, generation: int, shards: int) -> None:
        """Make the empty indices of a generation, without replicas."""
        bodies = {
            layout.articles(self.name, generation): layout.articles_body(shards, 0),
            layout.words(self.name, generation): layout.words_body(1, 0),
        }
        for index, body in bodies.items():
            self._make(index, body)

    def publish(self, generation: int) -> None:
        """Make a generation the live one, in one step."""
        past = [*self._past(), generation][-REMEMBERED:]
        self._put(_PUBLISHED, "published", {"generations": past}, {})
        swapped = (
            (layout.alias(self.name), layout.articles(self.name, generation), f"{self.name}-*"),
            (layout.words_alias(self.name), layout.words(self.name, generation), f"{self.name}-*.words"),
        )
        actions: list[dict[str, Any]] = []
        for alias, index, others in swapped:
            actions.append({"remove": {"index": others, "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias}})
        self._ask("POST", "/_aliases", {"actions": actions}, MANAGER)
        self.changed()

    def former(self) -> int | None:
        """Return the generation that was live before the live one and that is still there, or None."""
        live = self.live()
        past = self._past()
        if live in past:
            # What is recorded after it was never published: that broke off.
            past = past[: len(past) - past[::-1].index(live) - 1]
        if not set(past) - {live}:
            return None
        there = set(map(ids.generation_of, self._ids("state")))
        return next((one for one in reversed(past) if one != live and one in there), None)

    def keep_only(self, *generations: int | None) -> None:
        """Remove everything of all other generations."""
        listed = self._ids(*ids.KINDS)
        there = self._generations(listed)
        for generation in there:
            if generation not in generations:
                self._drop(generation, listed)
        known = {None, *there, *generations}
        self._remove(id_ for id_ in listed if ids.generation_of(id_) not in known)

    def drop(self, generation: int) -> None:
        """Remove everything of a generation."""
        self._drop(generation, self._ids(*ids.KINDS))

    def _drop(self, generation: int, listed: Iterable[str]) -> None:
        """Remove the indices of a generation, then its documents among those ``listed``."""
        indices = (layout.articles(self.name, generation), layout.words(self.name, generation))
        self._ask("DELETE", f"/{','.join(indices)}", None, {**MANAGER, "ignore_unavailable": "true"})
        self._remove(id_ for id_ in listed if ids.generation_of(id_) == generation)

    def sweep_data(self, recorded: Recorded) -> None:
        """Remove what a commit that broke off recorded."""
        generation, own = recorded.state.generation, set(_pieces(recorded))
        self._remove(id_ for id_ in self._ids("data") if ids.generation_of(id_) == generation and id_ not in own)

    def _generations(self, listed: Iterable[str]) -> list[int]:
        """Return the numbers of the generations that have an index, or a state among the documents ``listed``."""
        found = map(self._number, self._ask("GET", f"/{self.name}-*/_alias"))
        stated = (ids.generation_of(id_) for id_ in listed if id_.startswith("state-"))
        return sorted({number for number in (*found, *stated) if number is not None})

    def _number(self, index: str) -> int | None:
        found = re.fullmatch(rf"{re.escape(self.name)}-(\d{{6,}})(\.words)?", index)
        return int(found[1]) if found else None

    def _past(self) -> list[int]:
        found = self._get(_PUBLISHED)
        return list(found["_source"]["value"]["generations"]) if found else []

    def changed(self) -> None:
        """Let every reader of this process look for a newer commit."""
        _changes[self.place] += 1


def own_analyzer(state: State) -> bool:
    """Say whether this version's analyzer gives the terms that a generation has."""
    return Analyzer(state.fingerprint, state.sources).is_own


def _pieces(recorded: Recorded) -> list[str]:
    """Return the ids of what stands beside a state."""
    return [f"{start}{number}" for start, kept in recorded.pieces().items() for number in range(kept.chunks)]
