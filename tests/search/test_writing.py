"""Adding, replacing, deleting, committing; on every engine."""

from __future__ import annotations

import unicodedata

import pytest

from search import Document, DocumentNotFound, DuplicateDocument, Index, IndexLocked, Paragraph


def test_nothing_is_seen_before_the_commit(empty: Index) -> None:
    with empty.writer() as writer:
        writer.add(Document(id="1", title="Bài một"))
        assert empty.search("bài").total == 0
        writer.commit()
        assert empty.search("bài").total == 1


def test_what_was_not_committed_is_dropped(own: Index) -> None:
    before = set(own.ids())
    with own.writer() as writer:
        writer.add(Document(id="new", title="Bài mới"))
        writer.delete("duong")
    assert set(own.ids()) == before


def test_an_id_stands_once(own: Index) -> None:
    with own.writer() as writer:
        with pytest.raises(DuplicateDocument, match="duong"):
            writer.add(Document(id="duong", title="x"))
        writer.add(Document(id="new", title="x"))
        with pytest.raises(DuplicateDocument):
            writer.add(Document(id="new", title="x"))


def test_replacing(own: Index) -> None:
    with own.writer() as writer:
        writer.replace(Document(id="duong", title="Cầu mới"))
        writer.replace(Document(id="moi", title="Bản thứ nhất"))
        writer.replace(Document(id="moi", title="Bản thứ hai"))
        writer.commit()
    assert own.search("đường về bản").total == 0
    assert [hit.id for hit in own.search("cầu mới").hits] == ["duong"]
    assert own.article("moi").title == "Bản thứ hai"
    assert own.search('"thứ nhất"').total == 0
    assert own.info().documents == 6


def test_deleting(own: Index) -> None:
    with own.writer() as writer:
        assert writer.delete("duong")
        assert not writer.delete("duong")
        assert not writer.delete("nobody")
        writer.add(Document(id="a", title="x"))
        assert writer.delete("a")
        writer.commit()
    assert "duong" not in set(own.ids())
    assert "a" not in set(own.ids())
    with pytest.raises(DocumentNotFound):
        own.article("duong")
    assert own.search(filters={"category": ["Giao thông"]}).total == 0


def test_deleted_then_added_again(own: Index) -> None:
    with own.writer() as writer:
        writer.delete("duong")
        writer.add(Document(id="duong", title="Trở lại"))
        writer.commit()
    assert own.article("duong").title == "Trở lại"
    assert own.info().documents == 5


def test_several_commits_of_one_writer(empty: Index) -> None:
    with empty.writer() as writer:
        for number in range(12):
            writer.replace(Document(id=str(number % 7), title=f"Bài số {number}"))
            writer.commit()
    assert {hit.title for hit in empty.search("bài số", per_page=50).hits} == {
        f"Bài số {number}" for number in range(5, 12)
    }


def test_user_data_goes_with_the_commit(own: Index) -> None:
    with own.writer() as writer:
        writer.commit(user_data=b"ledger 1")
        assert writer.user_data == b"ledger 1"
        writer.commit()
        assert writer.user_data == b"ledger 1"
    assert own.user_data == b"ledger 1"


def test_one_writer_at_a_time(own: Index) -> None:
    with own.writer(), pytest.raises(IndexLocked):
        own.writer()
    own.writer().close()


def test_a_rebuild_is_seen_when_it_is_published(own: Index) -> None:
    with own.writer(rebuild=True) as writer:
        assert writer.user_data is None
        writer.add(Document(id="only", title="Chỉ một bài"))
        writer.commit(user_data=b"new")
        assert own.search().total == 5
        writer.publish()
        assert list(own.ids()) == ["only"]
    assert own.user_data == b"new"
    assert own.info().generation == writer.generation


def test_text_is_stored_in_nfc(empty: Index) -> None:
    decomposed = unicodedata.normalize("NFD", "Huyện uỷ")
    with empty.writer() as writer:
        writer.add(
            Document(
                id=decomposed,
                title=decomposed,
                body=(Paragraph(decomposed),),
                captions=(decomposed,),
                category=decomposed,
            )
        )
        writer.commit()
    document = empty.article("Huyện uỷ")
    assert document.title == document.body[0].text == document.captions[0] == document.category == "Huyện uỷ"


@pytest.mark.parametrize("id_", ["", None, 7])
def test_a_document_needs_an_id(empty: Index, id_: object) -> None:
    with empty.writer() as writer, pytest.raises(ValueError, match="id"):
        writer.replace(Document(id=id_, title="x"))  # type: ignore[arg-type]


def test_odd_documents(empty: Index) -> None:
    odd = [
        Document(id="nothing", title=""),
        Document(id="signs", title="!!!", body=(Paragraph("…"), Paragraph(""))),
        Document(id="emoji", title="🎉🎉 中文 \u200b", captions=("",)),
        Document(id="half \ud800", title="half a pair \udfff", category="\ud800"),
        Document(id="long", title="a" * 5000, body=(Paragraph("từ " * 70000),)),
    ]
    with empty.writer() as writer:
        for document in odd:
            writer.add(document)
        writer.commit()
    assert empty.info().documents == len(odd)
    assert [hit.id for hit in empty.search("từ").hits] == ["long"]
    assert [hit.id for hit in empty.search("中文").hits] == ["emoji"]
    assert empty.check() == []
    for id_ in empty.ids():
        empty.highlight(id_, "từ half a 中")
