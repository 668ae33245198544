"""Are queries drawn evenly, typed key by key, and demanding where they should be?"""

from __future__ import annotations

import json
from pathlib import Path

from search import Document, Paragraph

from .queries import FIXED, choose, demanding, keystrokes, windows


def test_queries_are_the_fixed_ones_and_an_even_draw(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    texts = ["a", "a", FIXED[0], *"bcdefgh"]
    lines = [json.dumps({"kind": "title", "query": text, "relevant": ["1"]}) for text in texts]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert choose(file, 4) == [*FIXED, "a", "c", "e", "g"]
    assert choose(file, 100) == [*FIXED, *"abcdefgh"]
    assert choose(None, 100) == [*FIXED]


def test_keystrokes() -> None:
    assert keystrokes(["ab", "c d"], 100) == ["a", "ab", "c", "c ", "c d"]
    assert keystrokes(["ab", "c d"], 2) == ["a", "c"]


def test_windows_of_titles_are_distinct() -> None:
    documents = [Document("1", "một hai ba bốn năm sáu bảy"), Document("2", "một hai ba"), Document("3", "hai ba bốn")]
    assert windows(documents, 10) == ["một hai ba", "bốn năm sáu", "hai ba bốn"]
    assert windows(documents, 2) == ["một hai ba", "bốn năm sáu"]


def test_demanding_queries_are_long() -> None:
    documents = [Document(str(number), "Tin", body=(Paragraph('chữ "số" ' * 60),)) for number in range(3)]
    queries = demanding(documents)
    assert len(queries["200 words of one text"].split()) == 200
    assert queries["phrase of 200 words"].count('"') == 2
    assert queries["200 alternatives"].count(" OR ") == 199
    assert {"n*", "th* ch* tr*", "của và là có"} <= set(queries.values())
