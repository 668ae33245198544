"""Does a sketch tell how much of two texts is the same, and is it the same from arrays?"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import search.engines.sketches as by_array
from search import Document, Paragraph
from search.analysis.sketch import BINS, SKETCH_BYTES, sketch
from search.analysis.views import analyze
from search.engines.batch import analyze_batch

TEXTS = st.lists(st.sampled_from("huyện Uỷ khe nhạn 12 H'Mông 03-ĐA/TU … XII".split()), max_size=30).map(" ".join)
DOCUMENTS = st.builds(
    Document,
    id=st.just("x"),
    title=TEXTS,
    lead=TEXTS,
    body=st.lists(TEXTS.map(Paragraph), max_size=3).map(tuple),
    captions=st.lists(TEXTS, max_size=1).map(tuple),
    authors=st.lists(TEXTS, max_size=1).map(tuple),
    category=TEXTS,
)


def of(text: str, **others: object) -> bytes:
    return sketch(analyze(Document(id="x", title="Tin", lead=text, **others)))  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(st.lists(DOCUMENTS, max_size=5), st.sampled_from([1, 7, 1 << 14]))
def test_arrays_give_what_the_obvious_way_gives(documents: list[Document], step: int) -> None:
    kept, by_array._STEP = by_array._STEP, step
    try:
        found = bytes(by_array.sketches(analyze_batch(documents)))
    finally:
        by_array._STEP = kept
    assert found == b"".join(sketch(analyze(document)) for document in documents)


LONG = " ".join(f"âm{chr(97 + at % 26)} tiết{chr(97 + at // 26)}" for at in range(60))


@pytest.mark.parametrize(
    "other",
    [
        LONG.upper(),
        LONG.replace("â", "a").replace("ế", "e"),
        f"  {LONG.replace(' ', ' – ')}!",
        f"{LONG} {LONG}"[: len(LONG)],
    ],
)
def test_what_makes_no_other_text_makes_no_other_sketch(other: str) -> None:
    assert of(other) == of(LONG)
    assert of("", body=(Paragraph(LONG),)) == of(LONG)
    assert of(LONG, captions=("Ảnh tư liệu",), authors=("Thu Hoài",), category="Chính trị") == of(LONG)


@pytest.mark.parametrize("text", ["", "!!!", "một hai"])
def test_a_text_without_a_shingle_has_an_empty_sketch(text: str) -> None:
    assert of(text) == bytes(SKETCH_BYTES)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_equal_codes_are_about_as_many_as_equal_shingles(share: float) -> None:
    draw = random.Random(1)  # noqa: S311 - texts, not secrets
    estimated = []
    for _ in range(20):
        words = [f"từ{draw.randrange(10**6)}" for _ in range(800)]
        common = round(800 * 2 * share / (1 + share))
        other = [*words[:common], *(f"từ{draw.randrange(10**6)}" for _ in range(800 - common))]
        codes = [[byte >> shift & 15 for byte in of(" ".join(text)) for shift in (0, 4)] for text in (words, other)]
        equal = sum(one == two for one, two in zip(*codes, strict=True)) / BINS
        estimated.append((equal * 15 - 1) / 14)
    # One of 64 codes is off by .06 at the most on average, the mean of 20 estimates by a quarter of that.
    assert sum(estimated) / len(estimated) == pytest.approx(share, abs=0.05)
