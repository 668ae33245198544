"""Do all engines find what they should, count it right, and bear any query?"""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Document, Paragraph

from .engines import Engine
from .fts5 import Fts5
from .own import Timtin, TimtinWithWorkers
from .stock_whoosh import StockWhoosh, StockWhooshPyvi
from .tantivy_engines import Tantivy, TantivyAllWords, TantivyPyvi

ENGINES: tuple[type[Engine], ...] = (
    *(Timtin, TimtinWithWorkers),
    *(Tantivy, TantivyAllWords, TantivyPyvi),
    *(StockWhoosh, StockWhooshPyvi, Fts5),
)
EVERY_WORD = {Timtin, TimtinWithWorkers, TantivyAllWords, StockWhoosh}

DOCUMENTS = [
    Document("1", "Huyện họp về đường", body=(Paragraph("Chuyện giao thông."),), category="Chính trị"),
    Document("2", "Bóng đá", lead="Huyện thắng trận", captions=("Toàn cảnh trận đấu",), category="Thể thao"),
    Document("3", "Huyện thi đấu", body=(Paragraph("Trận chung kết."),), category="Thể thao"),
    Document("4", "Chuyện khác"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of every engine, by its name."""
    folder = tmp_path_factory.mktemp("engines")
    for engine in ENGINES:
        if engine is not TantivyAllWords:
            engine.build(folder / engine.index, iter(DOCUMENTS))
    return folder


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize(
    ("text", "ids", "categories"),
    [
        ("huyện", {"1", "2", "3"}, {"Chính trị": 1, "Thể thao": 2}),
        ("HUYE\u0323\u0302N", {"1", "2", "3"}, {"Chính trị": 1, "Thể thao": 2}),
        ("họp", {"1"}, {"Chính trị": 1}),
        ("zzz", set(), {}),
        ("", None, None),
        ('"', None, None),
        ('a "b', None, None),
        ("-huyện", None, None),
        ("zz:huyện (", None, None),
    ],
)
def test_a_page_is_right(
    folder: Path, engine: type[Engine], text: str, ids: set[str] | None, categories: dict[str, int] | None
) -> None:
    answer = engine(folder / engine.index).search(text)
    if ids is not None:
        assert set(answer.ids) == ids
        assert {name: count for name, count in answer.categories.items() if count} == categories
    assert len(answer.ids) == min(answer.total, 10)
    assert sum(answer.categories.values()) == answer.total


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_some_demand_every_word_and_some_any(folder: Path, engine: type[Engine]) -> None:
    found = set(engine(folder / engine.index).search("huyện trận").ids)
    assert found == ({"2", "3"} if engine in EVERY_WORD | {StockWhooshPyvi} else {"1", "2", "3"})


@pytest.mark.parametrize("engine", [TantivyPyvi, StockWhooshPyvi], ids=lambda engine: engine.name)
def test_with_pyvi_joined_words_are_one_token(folder: Path, engine: type[Engine]) -> None:
    opened = engine(folder / engine.index)
    assert opened.search("giao thông").total == 1
    assert opened.search("thông").total == 0


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_an_index_has_parts(folder: Path, engine: type[Engine]) -> None:
    assert engine(folder / engine.index).segments() == 1
