from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from .conftest import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
EAST = timezone(timedelta(hours=7))
DAY = date(2023, 11, 27)
MORNING = datetime(2023, 11, 27, 8, 15, tzinfo=HERE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-11-27", DAY),
        ("20231127", DAY),
        ("2023/11/27", DAY),
        ("27/11/2023", DAY),
        ("27-11-2023", DAY),
        ("27.11.2023", DAY),
        ("27/ 11/ 2023", DAY),
        ("7/1/2023", date(2023, 1, 7)),
        ("ngày 27 tháng 11 năm 2023", DAY),
        ("Thứ Hai, ngày 27/11/2023", DAY),
        ("2023-11-27T08:15", MORNING),
        ("2023-11-27 08:15:00", MORNING),
        ("2023-11-27T08:15:00Z", datetime(2023, 11, 27, 8, 15, tzinfo=UTC)),
        ("2023-11-27T08:15:00+07:00", datetime(2023, 11, 27, 8, 15, tzinfo=EAST)),
        ("2023-11-27 08:15:00 +0700", datetime(2023, 11, 27, 8, 15, tzinfo=EAST)),
        ("08:15 27/11/2023", MORNING),
        ("27/11/2023 08:15", MORNING),
        ("27/11/2023 - 08:15", MORNING),
        ("27/11/2023 | 8h15", MORNING),
        ("8 giờ 15 phút, ngày 27/11/2023", MORNING),
        ("Cập nhật lúc 08:15:30 ngày 27-11-2023", MORNING.replace(second=30)),
        ("27/11/2023 8:15 PM", MORNING.replace(hour=20)),
        ("27/11/2023 8:15 CH", MORNING.replace(hour=20)),
        ("27/11/2023 12:15 SA", MORNING.replace(hour=0)),
        ("Thứ Hai, 27/11/2023, 08:15 (GMT+7)", datetime(2023, 11, 27, 8, 15, tzinfo=EAST)),
        ("Thứ hai, 27/11/2023 | 08:15 GMT+07:00", datetime(2023, 11, 27, 8, 15, tzinfo=EAST)),
        ("Chủ Nhật, 26-11-2023", date(2023, 11, 26)),
        ("Mon, 27 Nov 2023 08:15:00 +0700", datetime(2023, 11, 27, 8, 15, tzinfo=EAST)),
        (1701047700, datetime(2023, 11, 27, 1, 15, tzinfo=UTC)),
        ("1701047700", datetime(2023, 11, 27, 1, 15, tzinfo=UTC)),
        (1701047700000, datetime(2023, 11, 27, 1, 15, tzinfo=UTC)),
        ("", None),
        (None, None),
        (["27/11/2023"], DAY),
    ],
)
def test_dates(reading: Callable[..., Outcome], value: object, expected: date | None) -> None:
    published = reading(json.dumps({"title": "Tin", "body": "b", "published": value})).article.published
    assert published == expected
    assert type(published) is type(expected)
    if isinstance(published, datetime):
        assert published.tzinfo is not None


@pytest.mark.parametrize(
    "value",
    [
        "hôm qua",
        "11/27/2023",
        "31/02/2023",
        "27/11/23",
        "27/11",
        "0000-00-00",
        "2023-13-01",
        "27/11/2023 25:00",
        "27/11/2023 và 28/11/2023",
        "khoảng 27/11/2023",
        "1701",
        12,
        1701047700.5,
        True,
        "27/11/0023",
        "2023-11-27T08:15:00+99:00",
        "99999999999999",
    ],
)
def test_what_is_not_plainly_a_date_refuses_the_article(reading: Callable[..., Outcome], value: object) -> None:
    outcome = reading(json.dumps({"title": "Tin", "body": "b"}) + "\n" + json.dumps({"title": "b", "date": value}))
    assert len(outcome.articles) == 1
    refusal = outcome.refusal
    assert (refusal.code, refusal.line) == ("bad-date", 2)
    assert refusal.value == str(value)


def test_the_zone_of_times_without_one_is_a_setting(reading: Callable[..., Outcome]) -> None:
    settings = settled(time_zone="Europe/Paris")
    article = reading(json.dumps({"title": "Tin", "date": "27/11/2023 08:15"}), settings=settings).article
    assert article.published == datetime(2023, 11, 27, 8, 15, tzinfo=ZoneInfo("Europe/Paris"))
