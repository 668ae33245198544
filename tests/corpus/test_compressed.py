from __future__ import annotations

import bz2
import gzip
import json
import lzma
import sys
from typing import TYPE_CHECKING

import pytest

from .conftest import settled

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

LINES = "".join(
    json.dumps({"id": f"a-{n}", "title": f"Tin {n}", "body": f"Đoạn {n * 7919 % 104729}."}) + "\n" for n in range(5000)
).encode()
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
    "bz2": bz2.compress,
}


@pytest.mark.parametrize("ending", COMPRESS)
def test_compression_is_known_by_its_first_bytes(reading: Callable[..., Outcome], ending: str) -> None:
    outcome = reading(COMPRESS[ending](LINES), "khong-phai-duoi.txt")
    assert not outcome.refusals
    assert len(outcome.articles) == 5000


@pytest.mark.parametrize("ending", COMPRESS)
@pytest.mark.parametrize(
    "text", ["Tiêu đề\n\nMột đoạn.", json.dumps([{"title": "Tiêu đề", "body": "Một đoạn."}], indent=1)]
)
def test_any_format_may_be_compressed(reading: Callable[..., Outcome], ending: str, text: str) -> None:
    assert reading(COMPRESS[ending](text.encode("utf-16")), f"a.{ending}").article.title == "Tiêu đề"


@pytest.mark.parametrize("ending", COMPRESS)
def test_a_cut_off_archive_gives_what_it_has_and_says_so(reading: Callable[..., Outcome], ending: str) -> None:
    data = COMPRESS[ending](LINES)
    outcome = reading(data[: len(data) * 9 // 10], f"a.jsonl.{ending}")
    broken = [refusal for refusal in outcome.refusals if refusal.code == "broken-archive"]
    assert len(broken) == 1
    assert broken[0].cuts_short
    # bzip2 packs so much into a block that the only one is lost.
    assert outcome.articles or ending in ("bz2", "zst")


@pytest.mark.parametrize("ending", COMPRESS)
def test_a_damaged_archive_is_refused(reading: Callable[..., Outcome], ending: str) -> None:
    data = bytearray(COMPRESS[ending](LINES))
    data[12:200] = bytes(188)
    outcome = reading(bytes(data), f"a.jsonl.{ending}")
    assert "broken-archive" in [refusal.code for refusal in outcome.refusals]


def test_an_archive_that_unpacks_without_end_is_cut_short(reading: Callable[..., Outcome]) -> None:
    outcome = reading(gzip.compress(b" " * 5_000_000), "a.gz", settled(max_file_bytes=1_000_000))
    assert outcome.refusal.code in ("file-too-large", "empty")


def test_an_archive_in_an_archive_is_refused_by_name(reading: Callable[..., Outcome]) -> None:
    outcome = reading(gzip.compress(lzma.compress(LINES)), "a.gz")
    assert outcome.refusal.code == "binary"
    assert "archive" in outcome.refusal.message
