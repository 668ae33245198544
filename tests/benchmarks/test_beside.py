"""Is an answer of a half index told from those of whole ones?"""

from __future__ import annotations

import json

import pytest

from .beside import PER_UPDATE, Whole

WHOLE = Whole(before={"/all": 50, "/old": 7}, more={"/all": PER_UPDATE, "/old": 0}, updates=2)


def answer(total: int, *years: int) -> bytes:
    return json.dumps({"total": total, "facets": {"year": [{"count": count} for count in years]}}).encode()


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("/all", answer(50, 20, 30), ""),
        ("/all", answer(50 + 2 * PER_UPDATE, 50 + 2 * PER_UPDATE), ""),
        ("/all", answer(51, 51), "51 articles, which no state of the index holds"),
        ("/all", answer(50 + 3 * PER_UPDATE, 80), "80 articles, which no state of the index holds"),
        ("/old", answer(7, 7), ""),
        ("/old", answer(7, 3), "7 articles, but 3 by their years"),
        ("/search?q=a", b"<html>\n</html>\n", ""),
        ("/search?q=a", b"<html>\n", "it is not whole"),
        ("/suggest.json?q=a", b'["a", []]', ""),
    ],
)
def test_answers_of_whole_states_are_known(path: str, body: bytes, wrong: str) -> None:
    assert WHOLE.check(path, body) == wrong
