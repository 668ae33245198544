"""The bars over time: which months each stands for, where it leads, and what is chosen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webui.addresses import SearchAddress
from webui.params import SearchRequest
from webui.timeline import HEIGHT, MOST_BARS, Timeline, make_timeline

from .site import read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def timeline(app: Flask, months: dict[str, int], asked: SearchRequest | None = None) -> Timeline | None:
    with app.test_request_context():
        return make_timeline(asked or SearchRequest(q="a"), months, SearchAddress())


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        ({}, None),
        ({"2021-03": 4}, None),
        ({"2021-11": 4, "2022-01": 1}, ["tháng 11, 2021", "tháng 12, 2021", "tháng 1, 2022"]),
        ({"2019-12": 4, "2022-02": 1}, ["tháng 10–12, 2019", "tháng 1–3, 2020", "tháng 4–6, 2020"]),
        ({"2014-12": 4, "2022-02": 1}, ["tháng 7–12, 2014", "tháng 1–6, 2015", "tháng 7–12, 2015"]),
        ({"2006-12": 4, "2022-02": 1}, ["2006", "2007", "2008"]),
        ({"1990-12": 4, "2022-02": 1}, ["1990–1991", "1992–1993", "1994–1995"]),
    ],
)
def test_bars_are_as_fine_as_they_can_be_hit(app: Flask, months: dict[str, int], labels: list[str] | None) -> None:
    made = timeline(app, months)
    assert ([bar.label for bar in made.bars[:3]] if made else None) == labels


def test_a_bar_leads_to_its_time_and_nothing_else_changes(app: Flask) -> None:
    asked = SearchRequest(q="lũ", exclude={"year": ("2020",)}, date_from=date(2021, 5, 1), sort="newest", page=3)
    made = timeline(app, {"2021-02": 5, "2021-06": 10}, asked)
    assert made
    assert parse_qsl(urlsplit(made.bars[0].address).query) == [
        ("q", "lũ"),
        ("-year", "2020"),
        ("from", "2021-02-01"),
        ("to", "2021-02-28"),
        ("sort", "newest"),
    ]
    assert [(bar.count, bar.height, bar.chosen) for bar in made.bars] == [
        (5, 50, False),
        (0, 0, False),
        (0, 0, False),
        (0, 0, True),
        (10, HEIGHT, True),
    ]
    assert made.ranged


MONTHS = st.dictionaries(st.dates().map(lambda day: day.isoformat()[:7]), st.integers(1, 10**6), min_size=2)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(months=MONTHS)
def test_whatever_the_times_every_article_stands_in_one_of_few_bars(app: Flask, months: dict[str, int]) -> None:
    made = timeline(app, months)
    assert made
    assert len(made.bars) <= MOST_BARS
    assert sum(bar.count for bar in made.bars) == sum(months.values())
    assert made.bars[0].count
    assert made.bars[-1].count
    assert max(bar.height for bar in made.bars) == HEIGHT
    assert all(bool(bar.height) is bool(bar.count) for bar in made.bars)


def test_each_bar_finds_what_it_promises(client: FlaskClient) -> None:
    page = read(client.get("/search").get_data(as_text=True))
    bars = [attributes for tag, attributes in page.elements if tag == "a" and "data-n" in attributes]
    assert len(bars) > 3
    for bar in bars:
        found = client.get("/api/v1" + str(bar["href"])).get_json()
        assert found["total"] == int(str(bar["data-n"]))


def test_the_same_numbers_stand_in_a_table(client: FlaskClient) -> None:
    page = read(client.get("/").get_data(as_text=True))
    assert "Thời gian Số bài tháng 1–3, 2020 12 tháng 4–6, 2020 0" in page.text
