from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from search import HOW
from webui import api
from webui.examples import plain
from webui.index_access import run

from .site import EVIL, ODD_IDS, STORIES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from search import Index, Page
    from webui.params import SearchRequest


def ask(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    return response.json


def test_a_search_has_the_documented_shape(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/search?q=huyen+uy&per_page=2&category=Chính+trị")
    assert " ".join(answer) == (
        "query reading restored did_you_mean total partial page pages per_page sort took_ms hits facets months links"
    )
    assert (answer["query"], answer["total"], answer["page"], answer["per_page"]) == ("huyen uy", 2, 1, 2)
    assert answer["facets"]["category"][0] == {"value": "Chính trị", "count": 2, "state": "included"}
    assert answer["reading"] == {"text": "huyen uy", "notices": [], "expansions": []}
    assert answer["months"] == {"2022-03": 1, "2023-03": 1}
    assert list(answer["facets"]) == ["category", "year", "place", "author", "source"]
    hit = answer["hits"][0]
    assert {"id", "title", "url", "published", "source", "category", "authors", "places", "score", "highlights"} < set(
        hit
    )
    assert "explanation" not in hit
    for part in (hit["highlights"]["title"], *hit["highlights"]["passages"]):
        for start, end in part["marks"]:
            assert 0 <= start < end <= len(part["text"])
    assert any("uỷ" in cut or "ủy" in cut for cut in marked(hit["highlights"]["title"]))


def marked(part: Any) -> list[str]:
    return [part["text"][start:end] for start, end in part["marks"]]


def test_other_queries_and_other_forms_are_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(client, "/api/v1/search?q=HĐND")["reading"]["expansions"] == [
        {"typed": "HĐND", "forms": ["Hội đồng nhân dân"]}
    ]

    def offering(index: Index, asked: SearchRequest) -> Page:
        return replace(run(index, asked), restored="lễ hội", did_you_mean="lệ hội")

    monkeypatch.setattr(api, "run", offering)
    answer = ask(client, "/api/v1/search?q=le hoi")
    assert (answer["restored"], answer["did_you_mean"]) == ("lễ hội", "lệ hội")


def test_hits_are_explained_where_that_is_asked_for(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/search?q=khai mac đua Gò 2020 thuyền&explain=1")
    explanation = answer["hits"][0]["explanation"]
    assert list(explanation) == ["score", "words", "missing", "rest"]
    assert explanation["score"] == pytest.approx(answer["hits"][0]["score"])
    assert [(word["text"], word["how"]) for word in explanation["words"][:3]] == [
        ("khai", "exact"),
        ("mac", "folded"),
        ("đua", "exact"),
    ]
    assert explanation["missing"] == ["Gò", "2020"]
    assert sum(word["share"] for word in explanation["words"]) + explanation["rest"] == pytest.approx(1, abs=0.001)
    for word in explanation["words"]:
        assert sum(match["share"] for match in word["matches"]) == pytest.approx(word["share"], abs=0.001)
        assert {match["how"] for match in word["matches"]} <= set(HOW)
    assert "explain=1" in answer["links"]["self"]


def test_the_links_lead_through_the_whole_result(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/search?per_page=7")
    first, ids = answer, [hit["id"] for hit in answer["hits"]]
    while answer["links"]["next"]:
        previous, answer = answer, ask(client, answer["links"]["next"])
        assert answer["links"]["prev"] == previous["links"]["self"]
        ids += [hit["id"] for hit in answer["hits"]]
    assert len(ids) == len(set(ids)) == answer["total"]
    assert answer["links"]["self"] == first["links"]["last"]
    assert answer["links"]["first"] == first["links"]["self"]
    assert first["links"]["prev"] is None


def test_a_page_past_the_end_is_empty(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/search?page=50")
    assert (answer["hits"], answer["links"]["next"], answer["page"]) == ([], None, 50)
    assert answer["links"]["prev"] == answer["links"]["last"]


def test_the_api_and_the_page_link_to_each_other(client: FlaskClient) -> None:
    hit = ask(client, "/api/v1/search?q=lễ hội")["hits"][0]
    assert client.get(hit["links"]["html"]).status_code == 200
    assert ask(client, hit["links"]["self"])["id"] == hit["id"]


def test_an_article_is_given_whole_and_with_its_marks(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/articles/tin/0?q=huyen+uy")
    assert (answer["title"], answer["category"], answer["published"]) == (STORIES[0][0], "Chính trị", "2023-03-01")
    assert answer["body"][1] == {"text": "Huyện uỷ nói gì", "crosshead": True}
    assert [answer["title"][start:end] for start, end in answer["marks"]["title"]] == ["Huyện uỷ"]
    assert "marks" not in ask(client, "/api/v1/articles/tin/0")
    assert ask(client, "/api/v1/articles/tin/6")["published"] == "2023-09-06T20:30:00+00:00"


@pytest.mark.parametrize("id_", [*ODD_IDS, EVIL])
def test_an_article_can_be_asked_for_by_any_id(client: FlaskClient, id_: str) -> None:
    answer = ask(client, f"/api/v1/articles/?id={quote(id_, safe='')}")
    assert answer["id"] == id_
    assert ask(client, answer["links"]["self"])["id"] == id_


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("page=0", "page", "number"),
        ("page=-1", "page", "number"),
        ("page=abc", "page", "number"),
        ("page=" + "9" * 40, "page", "number"),
        ("per_page=1000", "per_page", "number"),
        ("sort=best", "sort", "choice"),
        ("from=32/1/2021", "from", "date"),
        ("from=2022&to=2021", "from", "swapped"),
        ("q=" + "a" * 1001, "q", "long"),
        ("catgory=X", "catgory", "unknown"),
        ("page=1&page=2", "page", "repeated"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_a_problem_that_names_it(
    client: FlaskClient, query: str, parameter: str, code: str
) -> None:
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    problem = response.json
    assert problem
    assert (problem["status"], problem["type"]) == (400, "urn:timtin:problem:invalid-parameter")
    assert [(error["parameter"], error["code"]) for error in problem["errors"]] == [(parameter, code)]
    assert parameter in problem["detail"] or code == "swapped"


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/api/v1/articles/nowhere", "GET", 404),
        ("/api/v1/articles/", "GET", 404),
        ("/api/v2/search", "GET", 404),
        ("/api/v1/search", "POST", 405),
    ],
)
def test_every_error_is_a_problem_document(client: FlaskClient, address: str, method: str, status: int) -> None:
    response = client.open(address, method=method)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json
    assert (response.json["type"], response.json["status"]) == ("about:blank", status)
    assert set(response.json) == {"type", "title", "status", "detail"}


def test_problems_are_told_in_the_language_of_the_client(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?page=0", headers={"Accept-Language": "en"})
    assert response.headers["Content-Language"] == "en"
    assert response.json
    assert "a number in 1–1000000 is needed" in response.json["detail"]


def test_an_unknown_facet_value_finds_nothing(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/search?category=Không có thật")
    assert (answer["total"], answer["hits"]) == (0, [])


def test_suggestions_lead_to_searches_values_and_articles(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/suggest?q=khe")
    assert answer["query"] == "khe"
    kinds = {one["kind"]: one for one in answer["suggestions"]}
    assert {"query", "place", "title"} <= set(kinds)
    for one in answer["suggestions"]:
        assert list(one) == ["kind", "text", "marks", "id", "count", "links"]
        assert [plain(part) for part in marked(one)] == ["khe"]
        assert client.get(one["links"]["html"]).status_code == 200
    assert (kinds["place"]["text"], kinds["place"]["count"]) == ("Khe Nhạn", 2)
    assert kinds["place"]["links"]["html"] == "/search?place=Khe+Nh%E1%BA%A1n"
    assert kinds["title"]["id"] in {"tin/0", "tin/5"}
    assert kinds["title"]["links"]["html"] == f"/article/{kinds['title']['id']}"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/api/v1/suggest", 0),
        ("/api/v1/suggest?q=", 0),
        ("/api/v1/suggest?q=!!!", 0),
        ("/api/v1/suggest?q=h&limit=2", 2),
    ],
)
def test_there_are_no_more_suggestions_than_wanted(client: FlaskClient, address: str, number: int) -> None:
    assert len(ask(client, address)["suggestions"]) == number


@pytest.mark.parametrize("query", ["limit=0", "limit=99", "limit=x", "q=a&page=2", "q=" + "a" * 1001])
def test_suggestions_refuse_what_makes_no_sense(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/suggest?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "q=a", "limit=1&limit=2", "lang=fr", "limit="])
def test_related_articles_refuse_what_makes_no_sense(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/related/tin/0?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_related_articles_have_the_form_of_hits(client: FlaskClient) -> None:
    answer = ask(client, "/api/v1/articles/tin/0")
    related = ask(client, answer["links"]["related"])
    assert related["id"] == "tin/0"
    assert 0 < len(related["hits"]) <= 5
    assert "tin/0" not in [hit["id"] for hit in related["hits"]]
    assert len(ask(client, "/api/v1/related/tin/0?limit=1")["hits"]) == 1
    assert ask(client, related["links"]["article"])["id"] == "tin/0"
    assert client.get("/api/v1/related/nowhere").status_code == client.get("/api/v1/related/").status_code == 404


@pytest.mark.parametrize("id_", [*ODD_IDS, EVIL])
def test_related_articles_can_be_asked_for_by_any_id(client: FlaskClient, id_: str) -> None:
    assert ask(client, f"/api/v1/related/?id={quote(id_, safe='')}")["id"] == id_


def test_a_long_facet_can_be_looked_through(client: FlaskClient) -> None:
    def values(query: str) -> list[str]:
        return [value["value"] for value in ask(client, f"/api/v1/facets/category?{query}")["values"]]

    answer = ask(client, "/api/v1/facets/category?match=muc+1&order=name&limit=2")
    assert (answer["facet"], answer["match"], answer["order"], answer["total"]) == ("category", "muc 1", "name", 4)
    assert [value["value"] for value in answer["values"]] == ["Mục 1", "Mục 10"]
    assert values("match=MỤC&order=name")[:3] == ["Mục 1", "Mục 10", "Mục 11"]
    assert values("q=huyen+uy") == [
        value["value"] for value in ask(client, "/api/v1/search?q=huyen+uy")["facets"]["category"]
    ]
    assert values("category=Chính+trị&from=2023&match=chinh") == ["Chính trị"]
    assert ask(client, "/api/v1/facets/category?category=Chính+trị&match=chinh")["values"][0]["state"] == "included"
    assert values("match=qqq") == []
    assert client.get("/api/v1/facets/colour").status_code == 404


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("order=best", "order", "choice"),
        ("limit=301", "limit", "number"),
        ("match=" + "a" * 101, "match", "long"),
        ("page=2", "page", "unknown"),
        ("order=name&order=count", "order", "repeated"),
        ("category=", "category", "spaces"),
        ("-category=+", "-category", "spaces"),
        ("order=+name", "order", "spaces"),
        ("lang=fr", "lang", "choice"),
        ("q=" + "+" * 1001, "q", "long"),
        ("category=a&" * 51 + "q=", "category", "many"),
    ],
)
def test_a_facet_refuses_what_makes_no_sense(client: FlaskClient, query: str, parameter: str, code: str) -> None:
    response = client.get(f"/api/v1/facets/category?{query}")
    assert response.status_code == 400
    assert response.json
    assert [(error["parameter"], error["code"]) for error in response.json["errors"]] == [(parameter, code)]


@pytest.mark.parametrize(
    ("format_", "begins"), [("csv", b"\xef\xbb\xbfid,title,"), ("xlsx", b"PK"), ("jsonl", b'{"id"')]
)
def test_a_whole_result_is_sent_with_the_names_of_the_fields(client: FlaskClient, format_: str, begins: bytes) -> None:
    response = client.get(f"/api/v1/export?category=Chính+trị&format={format_}&limit=1")
    assert response.status_code == 200
    assert response.data.startswith(begins)
    assert (response.headers["Timtin-Total"], response.headers["Timtin-Count"]) == ("2", "1")
    assert response.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("query", ["format=pdf", "limit=0", "page=2", "per_page=5", "explain=1", "limit=100001"])
def test_an_export_refuses_what_makes_no_sense(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/export?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
