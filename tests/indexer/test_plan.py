"""Does applying the plan to the recorded state give exactly the scanned state, and do the guards hold?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.ledger import Ledger, Origin, Withdrawal
from indexer.plan import Action, Keep, Planner, Reading, Removals, Survey

ROOTS = ("/a", "/b")
ORIGINS = [Origin(root, path) for root in ROOTS for path in ("1", "2", "3")]
IDS = [f"id{number}" for number in range(8)]

Files = Mapping[Origin, tuple[tuple[str, str], ...]]
"""What stands in the sources: file → (id, digest of the document) in order."""

FILES: st.SearchStrategy[Files] = st.dictionaries(
    st.sampled_from(ORIGINS),
    st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from("xyz")), max_size=5).map(tuple),
)


@dataclass
class State:
    """An index in miniature (id → digest), its ledger, and what the files held when they were read."""

    index: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    read: dict[Origin, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def run(
        self,
        files: Files,
        *,
        roots: frozenset[str] = frozenset(ROOTS),
        allow: bool = True,
        blind: frozenset[str] = frozenset(),
    ) -> Removals:
        """Do what an update does: skip what has not changed, put what was met, delete what is gone."""
        listed = {origin: held for origin, held in sorted(files.items(), key=str) if origin.root in roots - blind}
        unchanged = {
            origin
            for origin, held in listed.items()
            if origin in self.ledger.files and not self.ledger.files[origin].again and self.read.get(origin) == held
        }
        survey = Survey(roots=roots, listed=listed.keys(), unchanged=unchanged, incomplete=blind)
        planner = Planner(self.ledger, survey, allow_removals=allow)
        for origin, held in listed.items():
            if origin in unchanged:
                continue
            planner.read(origin, Reading(0, 0, "-"))
            for id_, digest in held:
                action = planner.meet(id_, origin, digest)
                if action in {Action.ADD, Action.CHANGE}:
                    self.index[id_] = digest
            self.read[origin] = held
        removals = planner.removals()
        for id_ in removals.gone:
            del self.index[id_]
        self.ledger = planner.ledger(removals, fingerprint="-")
        return removals

    def withdraw(self, id_: str) -> None:
        """Do what a removal does."""
        known = self.ledger.articles.get(id_)
        if known:
            del self.index[id_]
            articles = {key: value for key, value in self.ledger.articles.items() if key != id_}
            withdrawn = {**self.ledger.withdrawn, id_: Withdrawal("then", known.origin)}
            self.ledger = replace(self.ledger, articles=articles, withdrawn=withdrawn)

    def restore(self, id_: str) -> None:
        """Do what a restoration does."""
        withdrawn = dict(self.ledger.withdrawn)
        if gone := withdrawn.pop(id_, None):
            files = dict(self.ledger.files)
            if gone.origin in files:
                files[gone.origin] = replace(files[gone.origin], again=True)
            self.ledger = replace(self.ledger, files=files, withdrawn=withdrawn)


def ids_of(files: Files) -> set[str]:
    return {id_ for held in files.values() for id_, _ in held}


@given(st.lists(st.tuples(FILES, st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS))), max_size=5), FILES)
def test_the_plan_leads_to_what_was_scanned(runs: list[tuple[Files, set[str], set[str]]], last: Files) -> None:
    state = State()
    for files, withdrawn, restored in runs:
        state.run(files)
        for id_ in withdrawn:
            state.withdraw(id_)
        for id_ in restored:
            state.restore(id_)
    state.run(last)
    assert state.index.keys() == ids_of(last) - state.ledger.withdrawn.keys()
    assert state.index == {id_: article.digest for id_, article in state.ledger.articles.items()}
    assert state.ledger.files.keys() == last.keys()
    for id_, article in state.ledger.articles.items():
        first = dict(reversed(last[article.origin]))
        assert first[id_] == article.digest, "an article is as the first one of its id in its file"


@given(FILES, FILES)
def test_a_second_run_changes_nothing(before: Files, files: Files) -> None:
    state = State()
    state.run(before)
    state.run(files)
    ledger, index = state.ledger, dict(state.index)
    assert state.run(files) == Removals()
    assert (state.ledger, state.index) == (ledger, index)


@given(FILES, FILES, st.sampled_from(ROOTS))
def test_a_root_that_was_not_looked_at_keeps_its_articles(before: Files, files: Files, root: str) -> None:
    state = State()
    state.run(before)
    other = {id_ for id_, article in state.ledger.articles.items() if article.origin.root != root}
    state.run(files, roots=frozenset({root}))
    assert state.index.keys() >= other


@given(FILES, FILES, st.sets(st.sampled_from(ROOTS), min_size=1).map(frozenset))
def test_a_root_that_was_not_seen_whole_costs_nothing(before: Files, files: Files, blind: frozenset[str]) -> None:
    state = State()
    state.run(before)
    had = set(state.index)
    removals = state.run(files, allow=False, blind=blind)
    assert not removals.gone
    assert state.index.keys() >= had
    state.run(files)
    assert state.index.keys() == ids_of(files), "once it is seen, what is gone is gone"


@given(FILES, FILES)
def test_too_many_removals_are_held_and_found_again(before: Files, files: Files) -> None:
    state = State()
    state.run(before)
    had = set(state.index)
    removals = state.run(files, allow=False)
    gone = had - ids_of(files)
    if len(gone) > 0.1 * len(had):
        assert removals.too_many
        assert set(removals.held) == gone
        assert state.index.keys() == had | ids_of(files)
        assert set(state.run(files).gone) == gone
    assert state.index.keys() == ids_of(files)


@given(FILES, st.sampled_from(ORIGINS), st.sampled_from(["pending", "cut short", "unnamed", "named"]))
@settings(max_examples=60)
def test_what_may_still_be_there_is_kept(before: Files, origin: Origin, why: str) -> None:
    state = State()
    state.run(before)
    held = {id_ for id_, article in state.ledger.articles.items() if article.origin == origin}
    pending = {origin} if why == "pending" else set()
    survey = Survey(roots=frozenset(ROOTS), listed={origin}, pending=pending, unchanged=before.keys() - {origin})
    planner = Planner(state.ledger, survey, allow_removals=True)
    if why != "pending":
        reading = Reading(0, 0, "-", cut_short=why == "cut short", unnamed=why == "unnamed")
        reading.refused |= held if why == "named" else set()
        planner.read(origin, reading)
    removals = planner.removals()
    expected = {"pending": Keep.PENDING, "cut short": Keep.CUT_SHORT}.get(why, Keep.REFUSED)
    assert removals.kept == dict.fromkeys(held, expected)
    after = planner.ledger(removals, fingerprint="-")
    assert after.articles == state.ledger.articles
    assert not held or after.files[origin].again, "its file is read again until that is settled"
