"""Which generation does a document of the book belong to?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.opensearch import ids


@given(st.integers(1, 10**8), st.integers(0, 10**6))
def test_of_one(generation: int, number: int) -> None:
    documents = (
        ids.state(generation),
        ids.part(generation, number),
        ids.lease(generation, number),
        f"{ids.recorded(generation, number)}0",
        f"{ids.groups(generation, number)}0",
        f"{ids.brought_by(generation, number, 'tally')}11",
    )
    assert {ids.generation_of(id_) for id_ in documents} == {generation}
    assert {id_.partition("-")[0] for id_ in documents} == set(ids.KINDS)
    assert [id_.startswith(ids.brought(generation)) for id_ in documents] == [False] * 5 + [True]


@pytest.mark.parametrize("id_", ["lease", "published", "build", "note-run", "note-state-000012", "state-12"])
def test_of_none(id_: str) -> None:
    assert ids.generation_of(id_) is None
