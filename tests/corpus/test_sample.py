from __future__ import annotations

from pathlib import Path

import corpus

from .conftest import read_all

SAMPLE = Path(corpus.__file__).parent / "sample"


def test_the_sample_is_read_whole() -> None:
    outcome = read_all(SAMPLE)
    assert not [refusal.message for refusal in outcome.refusals]
    assert len(outcome.articles) >= 80
    assert len({article.category for article in outcome.articles}) >= 8
    assert all(article.body for article in outcome.articles)
    assert set(outcome.notice_codes) <= {"boilerplate-cut"}
