"""Is what is said of a hit's score true, and in terms of what was typed?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from search import ZONES, Document, DocumentNotFound, Index, Paragraph, open_index, open_writer
from search.__main__ import run
from search.page import HOW, Explanation

from .articles import fill
from .test_engines_agree import QUERIES, documents


def explain(index: Index, query: str, id_: str, **choices: object) -> Explanation:
    page = index.search(query, explain=True, per_page=100, **choices)  # type: ignore[arg-type]
    (found,) = [hit.explanation for hit in page.hits if hit.id == id_]
    assert found is not None
    return found


def ways(explanation: Explanation) -> dict[str, str]:
    return {word.text: word.how for word in explanation.words}


@pytest.mark.parametrize(
    ("query", "id_", "expected"),
    [
        ("đường bản", "duong", {"đường": "exact", "bản": "exact"}),
        ("dương bản", "duong", {"dương": "exact", "bản": "exact"}),
        ("duong ban", "duong", {"duong": "folded", "ban": "folded"}),
        ("trong sạch", "khe-nhan", {"trong": "exact", "sạch": "folded"}),
        ("huyện ủy", "khe-nhan", {"huyện": "exact", "ủy": "exact"}),
        ("03-DA/TU", "khe-nhan", {"03-DA/TU": "document"}),
        ("de an 03", "khe-nhan", {"de": "folded", "an": "folded", "03": "number"}),
        ("hội nghị 12-06-2021", "khe-nhan", {"hội": "exact", "nghị": "exact", "12-06-2021": "date"}),
        ("7 giờ 30", "duong", {"7 giờ 30": "time"}),
        ("500m2", "duong", {"500m2": "measure"}),
        ("3654", "khe-nhan", {"3654": "number"}),
        ("ban daklak", "duong", {"ban": "folded", "daklak": "joined"}),
        ("dak lak", "duong", {"dak": "folded", "lak": "folded"}),
        ("kon tum rong", "van-hoa", {"kon": "joined", "tum": "joined", "rong": "folded"}),
        ('"hội nghị" huy*', "khe-nhan", {"hội nghị": "exact", "huy*": "prefix"}),
        ('"hoi nghi"', "khe-nhan", {"hoi nghi": "folded"}),
        ("+đường -huyện", "duong", {"đường": "exact"}),
        ("tiêu đề:nhạn lò", "khe-nhan", {"nhạn": "folded", "lò": "exact"}),
        ("chuyên mục:(chinh tri) đảng", "khe-nhan", {"chinh": "folded", "tri": "folded", "đảng": "exact"}),
        ("nhạn HOẶC củi", "khe-nhan", {"nhạn": "exact"}),
        ("đảng ĐẢNG đảng", "khe-nhan", {"đảng": "exact"}),
    ],
)
def test_how_each_word_matches(index: Index, query: str, id_: str, expected: dict[str, str]) -> None:
    assert ways(explain(index, query, id_)) == expected


def test_missing_words_are_named(index: Index) -> None:
    explanation = explain(index, "huyện uỷ khe nhạn tổng kết hai năm thực hiện đề án", "khe-nhan")
    assert explanation.missing == ("tổng", "hai")
    assert "hai" not in ways(explanation)
    assert explain(index, "nhạn HOẶC củi", "khe-nhan").missing == ("củi",)
    assert explain(index, "-đường khe", "khe-nhan").missing == ()


def test_what_stands_there_only_in_part_is_missing_and_says_so(index: Index) -> None:
    explanation = explain(index, 'nhạn HOẶC "đồng chí sình"', "khe-nhan")
    assert explanation.missing == ("đồng chí sình",)
    assert ways(explanation) == {"nhạn": "exact", "đồng chí sình": "part"}


def test_the_zone_of_each_match_is_named(index: Index) -> None:
    (word, _) = explain(index, "khe nhan", "khe-nhan").words
    assert {match.zone for match in word.matches} == {"title", "lead", "text"}
    assert {match.how for match in word.matches} >= {"folded", "pair", "phrase"}
    (word,) = explain(index, "tac gia:hoai", "khe-nhan").words
    assert [(match.how, match.zone) for match in word.matches] == [("folded", "authors")]
    assert word.share == 0.0


def test_a_rare_word_weighs_more(empty: Index) -> None:
    fill(empty, [Document(id=str(number), title="bài viết" if number else "bài hiếm") for number in range(20)])
    shares = {word.text: word.share for word in explain(empty, "bài hiếm", "0").words}
    assert shares["hiếm"] > 0.6 > 0.4 > shares["bài"]


def test_words_beyond_what_is_read_are_not_called_missing(index: Index) -> None:
    explanation = explain(index, "khe " * 220 + "nhạn zzz", "khe-nhan")
    assert (ways(explanation), explanation.missing) == ({"khe": "exact"}, ())


def test_a_long_query_is_explained_too(empty: Index) -> None:
    """Of more scores than a cluster takes at once, too: it leaves out the least ones."""
    rhymes = ("è", "ịch", "ến", "iêu", "ấn", "ong", "ứt", "ao")
    words = [onset + rhyme for onset in ("b", "kh", "l", "m", "ngh", "ph", "s", "v") for rhyme in rhymes]
    found = [Document(id="1", title="Tin vắn", lead=" ".join(words)), Document(id="2", title="bè")]
    asked = " ".join(words)
    expected = {word.text: word.share for word in explain(fill(open_index("memory:"), found), asked, "1").words}
    shares = {word.text: word.share for word in explain(fill(empty, found), asked, "1").words}
    assert shares == pytest.approx(expected, rel=0.3)


def test_exact_mode(index: Index) -> None:
    assert ways(explain(index, "đường", "duong", exact=True)) == {"đường": "exact"}
    explanation = explain(index, "+sạch HOẶC nhạn", "khe-nhan")
    assert explanation.missing == ("sạch",)
    assert ways(explanation) == {"sạch": "folded", "nhạn": "exact"}


def test_the_order_does_not_matter(index: Index) -> None:
    by_score, by_date = (explain(index, "khe nhan", "khe-nhan", sort=sort) for sort in ("relevance", "newest"))
    assert by_score == by_date
    assert by_score.score == pytest.approx(index.search("khe nhan").hits[0].score, abs=1e-6)


@pytest.mark.parametrize("query", ["", "!!!", "-huyen", "từ:2022"])
def test_where_nothing_is_scored_nothing_is_explained(index: Index, query: str) -> None:
    for hit in index.search(query, explain=True).hits:
        assert hit.explanation == Explanation(score=0.0)


def test_only_where_asked_for(index: Index) -> None:
    assert index.search("khe nhan").hits[0].explanation is None


def test_it_can_be_written_as_json(index: Index) -> None:
    explanation = explain(index, "khe nhan", "khe-nhan")
    record = json.loads(json.dumps(asdict(explanation)))
    assert record["words"][0]["matches"][0].keys() == {"how", "zone", "share"}


def test_the_command_line_prints_it(tmp_path: Path) -> None:
    open_writer(tmp_path).close()
    with open_index(tmp_path) as index:
        fill(index)
        score = explain(index, "nhạn HOẶC củi", "khe-nhan").score
    call = CliRunner().invoke
    printed = call(run, ["--index", str(tmp_path), "--explain", "nhạn HOẶC củi"]).output
    assert f"   score {score:.3f}\n" in printed
    assert "% nhạn (exact): exact in text " in printed
    assert "% not of the words" in printed  # but of the date
    assert "     missing: củi\n" in printed
    page = json.loads(call(run, ["--index", str(tmp_path), "--explain", "--json", "khe nhan"]).output)
    assert [word["text"] for word in page["hits"][0]["explanation"]["words"]] == ["khe", "nhan"]
    assert "score" not in call(run, ["--index", str(tmp_path), "nhạn"]).output


@settings(max_examples=60, deadline=None)
@given(found=st.lists(documents(), min_size=1, max_size=4, unique_by=lambda one: one.id), query=QUERIES)
def test_shares_make_up_the_whole(found: list[Document], query: str) -> None:
    index = fill(open_index("memory:"), [*found, Document(id="x", title="t", body=(Paragraph("Huyện uỷ Khe Nhạn"),))])
    for hit in index.search(query, explain=True, dated=False).hits:
        explanation = hit.explanation
        assert explanation is not None
        assert explanation.score == pytest.approx(hit.score, abs=1e-6)
        total = sum(word.share for word in explanation.words) + explanation.rest
        assert total == pytest.approx(1.0 if explanation.score else 0.0)
        # Every part of a score comes from a word that was typed.
        assert explanation.rest == pytest.approx(0.0, abs=1e-9)
        for word in explanation.words:
            assert word.share == pytest.approx(sum(match.share for match in word.matches))
            assert word.how in HOW
            assert {match.how for match in word.matches} <= set(HOW)
            assert {match.zone for match in word.matches} <= {*ZONES, "text", "category", "source", "place"}


@pytest.mark.parametrize("query", ["đường bản", "huyện ủy", '"hoi nghi"', "duong khong co", "thiếu hẳn một từ nhạn"])
@pytest.mark.parametrize("exact", [False, True])
def test_one_document_is_explained_as_in_a_search(index: Index, query: str, exact: bool) -> None:
    for hit in index.search(query, explain=True, per_page=100, exact=exact).hits:
        assert index.explain(hit.id, query, exact=exact) == hit.explanation


def test_a_document_that_is_not_found_is_explained_by_what_it_lacks(index: Index) -> None:
    explanation = index.explain("duong", "đường xyzzy", exact=True)
    assert explanation.missing == ("xyzzy",)
    assert ways(explanation) == {"đường": "exact"}


def test_a_document_that_is_not_there_cannot_be_explained(index: Index) -> None:
    with pytest.raises(DocumentNotFound):
        index.explain("none", "đường")
