from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from search import open_writer
from webui import checks, create_app
from webui.errors import SettingError

from .servers import Server, serving, waiting
from .site import documents

if TYPE_CHECKING:
    from flask.testing import FlaskClient

TOKEN = "0123456789abcdef"  # noqa: S105 - of the tests


def site(**more: object) -> FlaskClient:
    app = create_app({"TIMTIN_INDEX": "memory:", "METRICS": True, **more})
    with app.extensions["timtin"].index.get().writer() as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    return app.test_client(use_cookies=False)


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Return every figure under its name and the values of its labels; the parser refuses a malformed text."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_without_the_setting_there_are_no_figures(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404


def test_requests_searches_and_the_index_are_counted() -> None:
    client = site()
    for address in ("/search?q=huyen", "/search?q=lua", "/nowhere", "/elsewhere", "/healthz"):
        client.get(address).close()
    answer = client.get("/metrics")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    found = figures(answer.get_data(as_text=True))
    assert found["timtin_requests_total", "/search", "200"] == 2
    assert found["timtin_requests_total", "none", "404"] == 2
    assert found["timtin_request_seconds_count", "/search"] == 2
    assert found["timtin_search_seconds_count",] == 2
    assert found["timtin_search_seconds_sum",] > 0
    assert found["timtin_searches_cut_total",] == 0
    assert found["timtin_index_documents",] == len(documents())
    assert (found["timtin_index_ready",], found["timtin_index_commit",]) == (1, 1)


def test_figures_name_neither_readers_nor_what_they_look_for() -> None:
    client = site()
    client.get("/search?q=bi-mat").close()
    client.get("/article/tin/0?q=bi-mat").close()
    client.get("/bi-mat").close()
    text = client.get("/metrics").get_data(as_text=True)
    assert "bi-mat" not in text
    assert "tin/0" not in text
    assert "127.0.0.1" not in text


def test_an_index_that_cannot_be_read_is_a_figure_too(tmp_path: Path) -> None:
    client = create_app({"TIMTIN_INDEX": str(tmp_path), "METRICS": True}).test_client()
    found = figures(client.get("/metrics").get_data(as_text=True))
    assert found["timtin_index_ready",] == 0
    assert ("timtin_index_documents",) not in found


@pytest.mark.parametrize(
    ("given", "status"),
    [(None, 401), ("", 401), (TOKEN, 401), (f"Bearer {TOKEN}x", 401), ("Bearer é", 401), (f"Bearer {TOKEN}", 200)],
)
def test_a_token_keeps_figures_from_others(given: str | None, status: int) -> None:
    answer = site(METRICS_TOKEN=TOKEN).get("/metrics", headers={"Authorization": given} if given is not None else {})
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    assert ("timtin_requests" in answer.get_data(as_text=True)) is (status == 200)


def test_open_metrics_is_spoken_too() -> None:
    answer = site().get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.mimetype == "application/openmetrics-text"
    assert answer.get_data(as_text=True).endswith("# EOF\n")


def test_without_the_library_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda _name: None)
    with pytest.raises(SettingError, match=r"pip install 'timtin\[metrics\]'"):
        create_app({"TIMTIN_INDEX": "memory:", "METRICS": "on"})
    create_app({"TIMTIN_INDEX": "memory:"})


@pytest.mark.skipif(sys.platform == "win32", reason="there is but one process there")
def test_all_workers_count_together(tmp_path: Path) -> None:
    with open_writer(tmp_path / "index") as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    shared = tmp_path / "shared"
    shared.mkdir()
    with serving(
        tmp_path, tmp_path / "index", "--workers", "2", TIMTIN_METRICS="1", TIMTIN_ACCESS_LOG="0", TMPDIR=str(shared)
    ) as server:
        asked = _ask_both_workers(server)
        found = figures(server.get("/metrics")[2])
        assert found["timtin_requests_total", "/search", "200"] == asked
        assert found["timtin_search_seconds_count",] == asked
        assert found["timtin_index_documents",] == len(documents())
        (folder,) = shared.glob("timtin-*")
        # As one is that a worker begins at this moment.
        (folder / "counter_0.db").touch()
        assert figures(server.get("/metrics")[2])["timtin_requests_total", "/search", "200"] == asked
        assert len({path.stem.rpartition("_")[2] for path in folder.glob("histogram_*.db")}) >= 2
    assert list(shared.iterdir()) == []
    assert server.process.returncode == 0


def _ask_both_workers(server: Server) -> int:
    """Search until each of the two workers has answered; return how often it took."""
    workers: set[int] = set()
    for asked, _ in enumerate(waiting(), 1):
        server.get("/search?q=huyen")
        workers.add(server.json("/readyz")["worker"])
        if len(workers) == 2:
            return asked
    raise AssertionError(workers)
