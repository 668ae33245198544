"""Do the systems find what they should, and are their answers rated and told right?"""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Document

from . import expected, tables
from .inputs import Query
from .judging import Row, count_forms, judge, judge_all, make_jobs, summarise
from .systems import PEERS, Answer, Fts5, System, Tantivy

DOCUMENTS = [
    Document("1", "Tin", lead="Huyện ủy họp về đường liên xã"),
    Document("2", "Tin", lead="Dương Văn A", captions=("Toàn cảnh hội nghị",)),
    Document("3", "Tin", lead="Chuyện khác"),
]


class Parrot:
    """A system that finds for every letter the document of that name, and knows no capitals."""

    name = "parrot"

    def search(self, text: str) -> Answer:
        return Answer(tuple(text), len(text), 1.0)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("huyen uy", {"1"}),
        ("HUYỆN UỶ", {"1"}),
        ("huye\u0323\u0302n uy\u0309", {"1"}),
        ("toàn cảnh", {"2"}),
        ('chuyện OR "(họp', {"1", "3"}),
        ("?!", set()),
    ],
)
def test_peers_find_any_word_in_any_form(peer: type[Tantivy | Fts5], text: str, found: set[str]) -> None:
    assert set(peer(DOCUMENTS).search(text).ids) == found


@pytest.mark.parametrize(("peer", "found"), [(Tantivy, {"1", "2"}), (Fts5, {"2"})])
def test_tantivy_folds_the_barred_d_and_fts5_does_not(peer: type[Tantivy | Fts5], found: set[str]) -> None:
    assert set(peer(DOCUMENTS).search("duong").ids) == found


def test_answers_are_rated() -> None:
    queries = [
        Query("title", "ab", frozenset("b")),
        Query("title", "cd", frozenset("cd")),
        Query("date", "x", frozenset("y")),
    ]
    results = judge_all(Parrot, make_jobs(queries))
    title, bare, *dates = summarise(results)
    assert (title.kind, title.mode, title.queries) == ("title", "accented", 2)
    assert (title.mrr, title.recall, title.milliseconds) == (0.75, 1.0, 1.0)
    assert title.ndcg == pytest.approx((1 + 0.6309) / 2, abs=1e-4)
    assert (bare.mode, bare.ndcg) == ("unaccented", title.ndcg)
    assert [(row.kind, row.ndcg) for row in dates] == [("date", 0), ("date", 0)]


def test_unaccented_queries_are_typed_without_accents() -> None:
    (plain, bare) = make_jobs([Query("title", "Đường", frozenset("1"))])
    assert (plain.text, bare.text) == ("Đường", "Duong")


def test_other_forms_are_compared() -> None:
    (job,) = make_jobs([Query("confusable", "ủy", frozenset("y"))], forms=True)
    assert dict(job.forms) == {"NFD": "u\u0309y", "new-style": "uỷ", "upper case": "ỦY"}
    result = judge(Parrot(), job)
    assert count_forms([result]) == {"NFD": (1, 1), "old-style": (0, 0), "new-style": (1, 1), "upper case": (1, 1)}
    assert "new-style: 'ủy'" in tables.forms([result])


def test_processes_give_the_same_results() -> None:
    jobs = make_jobs([Query("title", text, frozenset("b")) for text in ("abc", "cba", "bac")])
    assert judge_all(Parrot, jobs, workers=2) == judge_all(Parrot, jobs)


def row(kind: str, ndcg: float) -> Row:
    return Row(kind, "accented", 10, ndcg, 0.5, 0.5, 1.0, 2.0)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([row("title", 0.8), row("date", 1.0)], []),
        ([row("title", 0.795), row("date", 1.0)], []),
        ([row("title", 0.9), row("date", 1.0)], []),
        ([row("title", 0.7949), row("date", 1.0)], ["title, accented: nDCG@10 0.7949, expected 0.8000"]),
        ([row("title", 0.8)], ["date, accented: expected, but not run"]),
        ([row("title", 0.8), row("date", 1), row("new", 1)], ["new, accented: nothing is expected"]),
    ],
)
def test_only_drops_beyond_the_tolerance_are_wrong(tmp_path: Path, rows: list[Row], wrong: list[str]) -> None:
    expected.save(tmp_path / "e.json", [row("title", 0.80001), row("date", 1.0)])
    assert expected.shortfalls(expected.load(tmp_path / "e.json"), rows) == wrong


def test_a_tolerance_outlives_an_update(tmp_path: Path) -> None:
    file = tmp_path / "e.json"
    file.write_text('{"tolerance": 0.1, "ndcg@10": {}}', encoding="utf-8")
    expected.save(file, [row("title", 0.5)])
    assert expected.load(file) == expected.Expected({"title": {"accented": 0.5}}, 0.1)


def test_tables_line_up() -> None:
    rows: dict[str, list[Row]] = {"ours": [row("title", 0.8)], "theirs": [row("title", 0.85)]}
    assert tables.side_by_side(rows).splitlines() == [
        "kind   mode        ours  theirs  above theirs",
        "title  accented  0.8000  0.8500        -0.050",
    ]


def test_the_parrot_is_a_system() -> None:
    system: System = Parrot()
    assert system.search("a").ids == ("a",)
