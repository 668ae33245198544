"""Is an answer sent again only where it may have changed?"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Document, open_index, open_writer
from webui import create_app

ADDRESSES = (
    "/api/v1/search?q=huyen",
    "/api/v1/suggest?q=huy",
    "/api/v1/articles/1",
    "/api/v1/related/1",
    "/api/v1/facets/category",
    "/api/v1/export?format=csv",
    "/export.jsonl",
    "/feed.atom?q=huyen",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_writer(tmp_path) as writer:
        writer.add(Document(id="1", title="Huyện uỷ họp HĐND", category="Chính trị"))
        writer.commit()
    return tmp_path


def client_of(folder: Path, **settings: object) -> FlaskClient:
    return create_app({"TIMTIN_INDEX": str(folder), **settings}).test_client(use_cookies=False)


def tag(client: FlaskClient, address: str, **headers: str) -> str:
    with client.get(address, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["ETag"].startswith('W/"')
        return response.headers["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_has_not_changed_is_not_sent_again(folder: Path, address: str) -> None:
    client = client_of(folder)
    known = tag(client, address)
    for method in ("GET", "HEAD"):
        with client.open(address, method=method, headers={"If-None-Match": f'"other", {known}'}) as response:
            assert (response.status_code, response.data) == (304, b"")
            assert response.headers["ETag"] == known
            assert "Content-Type" not in response.headers
    with client.get(address, headers={"If-None-Match": '"other"'}) as response:
        assert response.status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_commit_and_a_rebuild_change_every_answer(folder: Path, address: str) -> None:
    client = client_of(folder)
    seen = [tag(client, address)]
    with open_index(folder) as index, index.writer() as writer:
        writer.add(Document(id="2", title="Huyện uỷ"))
        writer.commit()
    seen.append(tag(client, address))
    with open_writer(folder, rebuild=True) as writer:
        writer.add(Document(id="1", title="Huyện uỷ họp HĐND"))
        writer.commit()
        writer.publish()
    seen.append(tag(client, address))
    assert len(set(seen)) == len(seen)


def test_the_file_of_equivalents_changes_answers(folder: Path) -> None:
    client = client_of(folder)
    before = tag(client, ADDRESSES[0])
    (folder / "equivalents.tsv").write_text("hđnd\thội đồng\n", encoding="utf-8")
    after = tag(client, ADDRESSES[0])
    (folder / "equivalents.tsv").unlink()
    assert before != after
    assert tag(client, ADDRESSES[0]) == before


def test_answers_to_different_questions_have_different_tags(folder: Path) -> None:
    client = client_of(folder)
    seen = [tag(client, address) for address in ADDRESSES]
    seen += [tag(client, "/api/v1/search?q=huyen&page=2"), tag(client, ADDRESSES[0], **{"Accept-Language": "en"})]
    seen += [tag(client_of(folder, PER_PAGE=20), ADDRESSES[0])]
    assert len(set(seen)) == len(seen)
    assert tag(client_of(folder), ADDRESSES[0]) == seen[0], "another process gives the same"


def test_only_answers_are_tagged(folder: Path) -> None:
    client = client_of(folder)
    known = tag(client, "/api/v1/search")
    for address in ("/api/v1/search?page=0", "/api/v1/articles/nowhere"):
        response = client.get(address, headers={"If-None-Match": f"{known}, *"})
        assert response.status_code in {400, 404}
        assert "ETag" not in response.headers
    assert client.get("/api/v1/search?page=0", headers={"If-None-Match": "*"}).status_code == 400
    assert client.post("/api/v1/search", headers={"If-None-Match": known}).status_code == 405


def test_without_an_index_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    response = client_of(tmp_path / "nowhere").get("/api/v1/search")
    assert response.status_code == 503
    assert "ETag" not in response.headers
