from __future__ import annotations

import inspect
import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

import corpus
from corpus import Article, Block, Notice, NoticeCode, ReaderSettings, Refusal, RefusalCode, SeenIds, SourceFile
from corpus.reports import NOTICE_REASONS, REFUSAL_REASONS

VALUES = [
    Article("a", "Tiêu đề", body=(Block("Đoạn"),), published=datetime(2023, 11, 27, 8, tzinfo=UTC)),
    Refusal(Path("a.txt"), RefusalCode.BAD_DATE, 3, "31/31", "no such month", "a"),
    Notice(Path("a.txt"), NoticeCode.URL_DROPPED, 3, "javascript:"),
    SourceFile(Path("root"), "a.txt", 10, 20),
    ReaderSettings(field_map={"tua": "title"}),
]


def test_all_names_exactly_what_is_public() -> None:
    public = {name for name, value in vars(corpus).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert public - {"annotations"} == set(corpus.__all__)


def test_everything_public_is_explained() -> None:
    assert all(inspect.getdoc(getattr(corpus, name)) for name in corpus.__all__)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_can_be_sent_to_worker_processes(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_frozen(value: object) -> None:
    name = next(iter(type(value).__dataclass_fields__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, "x")


def test_settings_errors_survive_pickling() -> None:
    error = corpus.SettingsError("max_file_bytes", -1, "more", "reader.toml")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(copy), copy.key, copy.path) == (str(error), "max_file_bytes", "reader.toml")


def test_every_code_has_a_reason() -> None:
    assert set(REFUSAL_REASONS) == set(RefusalCode)
    assert set(NOTICE_REASONS) == set(NoticeCode)


def test_a_refusal_names_file_line_reason_and_value() -> None:
    refusal = Refusal(Path("bao/a.jsonl"), RefusalCode.BAD_DATE, 7, "31/31/2020", "month must be in 1..12", "a-1")
    assert refusal.message == ("bao/a.jsonl:7: the date cannot be read: month must be in 1..12 [31/31/2020]")
    assert refusal.as_dict() == {
        "kind": "refusal",
        "code": "bad-date",
        "path": "bao/a.jsonl",
        "line": 7,
        "id": "a-1",
        "value": "31/31/2020",
        "message": refusal.message,
    }


def test_only_what_hides_articles_cuts_a_source_short() -> None:
    assert RefusalCode.UNREADABLE.cuts_short
    assert RefusalCode.BROKEN_ARCHIVE.cuts_short
    assert not RefusalCode.BAD_DATE.cuts_short


def test_the_second_article_with_an_id_is_refused() -> None:
    seen = SeenIds()
    assert seen.claim("x", Path("a.txt")) is None
    assert seen.claim("y", Path("b.txt")) is None
    refusal = seen.claim("x", Path("b.txt"), 4)
    assert refusal is not None
    assert (refusal.code, refusal.path, refusal.line, refusal.article_id) == ("duplicate-id", Path("b.txt"), 4, "x")
    assert "a.txt" in refusal.message
