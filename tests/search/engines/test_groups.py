"""Do groups of reprints hold what the obvious way finds, whatever was added and removed meanwhile?"""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import search.engines.resemblance as resemblance
from search.analysis.sketch import BINS, CODES, alike
from search.engines.groups import Groups, Text
from search.engines.memory_groups import all_groups

IDS = "abcdefghijklmnop"


def sketch_of(kind: int, bins: int, changes: int, seed: int) -> bytes:
    """Return the sketch of a text of a ``kind`` that fills so many ``bins``, of which some are changed."""
    base, draw = random.Random(kind), random.Random(seed)  # noqa: S311  # no secrets
    codes = [base.randint(1, CODES) if at < bins else 0 for at in base.sample(range(BINS), BINS)]
    for at in draw.sample([at for at in range(BINS) if codes[at]], min(changes, bins)):
        codes[at] = draw.randint(1, CODES)
    return bytes(low | high << 4 for low, high in zip(codes[::2], codes[1::2], strict=True))


SKETCHES = st.builds(
    sketch_of,
    kind=st.integers(0, 2),
    bins=st.sampled_from([0, 7, 8, 12, 40, BINS]),
    changes=st.integers(0, 14),
    seed=st.integers(0, 9),
)
NUMBERS = st.frozensets(st.sampled_from(["7", "12", "19"]), max_size=2)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SKETCHES, st.booleans()), min_size=1, max_size=12), st.sampled_from([1, 5, 1 << 20]))
def test_arrays_find_who_is_alike_to_whom(rows: list[tuple[bytes, bool]], at_once: int) -> None:
    places = range(len(rows))
    obvious = [[alike(rows[one][0], rows[other][0]) for other in places] for one in places]
    sketches = resemblance.as_sketches(b"".join(sketch for sketch, _ in rows))
    fresh = np.asarray([is_fresh for _, is_fresh in rows])
    kept, resemblance.PAIRS_AT_ONCE = resemblance.PAIRS_AT_ONCE, at_once
    try:
        found, heads = resemblance.alike_to(sketches, fresh).tolist(), resemblance.families(sketches).tolist()
    finally:
        resemblance.PAIRS_AT_ONCE = kept
    for one in places:
        assert resemblance.alike(sketches[one], sketches).tolist() == obvious[one]
    linked = [list(line) for line in obvious]
    for way, one, other in itertools.product(places, repeat=3):
        linked[one][other] |= linked[one][way] and linked[way][other]
    assert heads == [min([one, *(other for other in places if linked[one][other])]) for one in places]
    concerned = {
        one for one, other in itertools.permutations(places, 2) if obvious[one][other] and (fresh[one] or fresh[other])
    }
    assert concerned <= set(found)
    # With the same sketch come others of their families.
    assert {heads[one] for one in found} == {heads[one] for one in concerned}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(IDS), st.none() | st.tuples(SKETCHES, NUMBERS), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    )
)
def test_what_changes_leaves_what_a_fresh_index_has(
    commits: list[dict[str, tuple[bytes, frozenset[str]] | None]],
) -> None:
    there: dict[str, Text] = {}
    groups = Groups()
    for commit in commits:
        for id_, made in commit.items():
            there.pop(id_, None)
            if made:
                there[id_] = Text(id_, *made)
        fresh = {id_ for id_, made in commit.items() if made}
        alike_ones = {
            id_
            for pair in itertools.combinations(there.values(), 2)
            if alike(pair[0].sketch, pair[1].sketch) and not fresh.isdisjoint(text.id for text in pair)
            for id_ in (pair[0].id, pair[1].id)
        }
        groups = groups.changed(commit, alike_ones, lambda ids: [there[id_] for id_ in ids if id_ in there])
        whole = Groups().changed((), there.keys(), lambda ids: [there[id_] for id_ in ids])
        obvious = all_groups(there.values())
        assert groups == whole == Groups.unpacked(groups.packed())
        assert {id_: groups.of(id_) for id_ in there} == {id_: obvious.of(id_) for id_ in there}
        for family in groups.families:
            for one, other in (pair for group in family for pair in itertools.combinations(group, 2)):
                assert alike(there[one].sketch, there[other].sketch)
                assert there[one].numbers <= there[other].numbers or there[one].numbers >= there[other].numbers


def test_thousands_may_be_alike() -> None:
    draw = random.Random(1)  # noqa: S311  # no secret
    texts = [
        Text(f"{number:05}", sketch_of(0, BINS, 3, draw.randint(0, 1 << 32)), frozenset({f"{number // 10}"}))
        for number in range(2000)
    ]
    (family,) = Groups().changed((), [text.id for text in texts], lambda _: texts).families
    assert sum(map(len, family)) == 2000
    assert len(family) >= 200


@pytest.mark.parametrize("data", [b"", b"nothing", Groups(((("a", "b"),),)).packed()[:-1]])
def test_what_is_damaged_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?i)incorrect|incomplete"):
        Groups.unpacked(data)
