"""Documents: their normal form, and their way to another process."""

from __future__ import annotations

import pickle
import unicodedata
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from search import Document, Paragraph

TEXTS = st.text(st.sampled_from("aà Đ\u0300\u0323ê\ud83d\udc4d👍ﬁ\u1ee5"), max_size=6)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
DOCUMENTS = st.builds(
    Document,
    id=TEXTS.filter(bool),
    title=TEXTS,
    lead=TEXTS,
    body=st.lists(st.builds(Paragraph, TEXTS, st.booleans()), max_size=3).map(tuple),
    captions=LISTS,
    authors=LISTS,
    category=st.none() | TEXTS,
    places=LISTS,
    published=st.none() | st.dates() | st.datetimes(min_value=datetime(1900, 1, 1)),  # noqa: DTZ001  # gets its zone
    source=st.none() | TEXTS,
    url=st.none() | TEXTS,
)


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))


@given(DOCUMENTS)
def test_normal_form(document: Document) -> None:
    found = document.normalized()
    assert [text for _, _, text in found.blocks()] == [normal(text) for _, _, text in document.blocks()]
    assert (found.id, found.places) == (normal(document.id), tuple(map(normal, document.places)))
    assert found.category == (None if document.category is None else normal(document.category))
    assert [paragraph.crosshead for paragraph in found.body] == [paragraph.crosshead for paragraph in document.body]
    assert not isinstance(found.published, datetime) or found.published.tzinfo is not None
    assert found.normalized() is found


@given(DOCUMENTS)
def test_pickling_changes_nothing(document: Document) -> None:
    normalized = document.normalized()
    assert pickle.loads(pickle.dumps(normalized)) == normalized  # noqa: S301  # our own bytes
    assert pickle.loads(pickle.dumps(document)).published == document.published  # noqa: S301


def test_what_is_normal_is_not_copied() -> None:
    document = Document(id="1", title="Cầu", body=(Paragraph("Thông xe."),), published=date(2021, 1, 2))
    assert document.normalized() is document
