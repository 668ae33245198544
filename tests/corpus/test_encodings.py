from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest

from corpus import RefusalCode
from corpus.legacy import TCVN3, VNI

from .conftest import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

TITLE = "Huyện uỷ Sông Mơ tổ chức hội nghị sơ kết"
TEXT = f"""{TITLE}

Ngày 27/11, Huyện uỷ Sông Mơ đã tổ chức hội nghị sơ kết hai năm thực hiện đề án về nâng cao năng lực lãnh đạo.

Dự hội nghị có các đồng chí trong Ban Thường vụ, lãnh đạo các phòng, ban và bí thư các đảng bộ cơ sở."""
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """Encode as Vietnamese Windows did: the base letter composed, the tone after it."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        tones = "".join(c for c in parts if c in TONES)
        out.append((base + tones).encode("cp1258"))
    return b"".join(out)


def by_table(text: str, table: dict[str, str]) -> str:
    """Show `text` as the Latin-1 view of a font encoding."""
    inverse = {shown: code for code, shown in table.items()}
    return "".join(inverse.get(c) or inverse.get(c.lower()) or c for c in unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        unicodedata.normalize("NFD", TEXT).encode("utf-8"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        windows_1258(TEXT),
    ],
    ids=["utf-8", "bom", "nfd", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-bom", "utf-32", "windows-1258"],
)
def test_encodings_that_are_read(reading: Callable[..., Outcome], data: bytes) -> None:
    article = reading(data).article
    assert article.title == TITLE
    assert article.lead.startswith("Ngày 27/11, Huyện uỷ")


@pytest.mark.parametrize("encode", [windows_1258, lambda text: text.encode("utf-16")], ids=["windows-1258", "utf-16"])
def test_json_lines_in_other_encodings(reading: Callable[..., Outcome], encode: Callable[[str], bytes]) -> None:
    text = "".join(json.dumps({"id": n, "title": TITLE, "body": TEXT}, ensure_ascii=False) + "\n" for n in "ab")
    assert [article.title for article in reading(encode(text), "a.jsonl").articles] == [TITLE, TITLE]


def test_the_tables_hold_what_these_encodings_are_known_by() -> None:
    assert by_table("Huyện", TCVN3).encode("latin-1") == b"Huy\xd6n"
    assert by_table("Huyện", VNI) == "Huyeän"
    assert len(TCVN3) == 7 + 67
    assert by_table("đường ươm ỡ", VNI) == "ñöôøng öôm ôõ"


DAMAGE = [
    (by_table(TEXT, TCVN3).encode("latin-1"), "tcvn3"),
    (by_table(TEXT, TCVN3).encode("utf-8"), "tcvn3"),
    (by_table(TEXT, TCVN3).encode("latin-1").decode("cp1258").encode("utf-8"), "tcvn3"),
    (by_table(TEXT, VNI).encode("latin-1"), "vni"),
    (by_table(TEXT, VNI).encode("utf-8"), "vni"),
    (TEXT.encode("utf-8").decode("latin-1").encode("utf-8"), "mojibake"),
    (TEXT.encode("utf-8").decode("cp1258", "replace").encode("utf-8"), "mojibake"),
    (windows_1258(TEXT).decode("latin-1").encode("utf-8"), "garbled"),
    ("".join("\ufffd" if c > "\x7f" else c for c in TEXT).encode("utf-8"), "garbled"),
    (TEXT.encode("utf-8").replace("ộ".encode(), b"\xe1\xbb"), "undecodable"),
    (bytes(range(0x80, 0x100)) * 20 + b" \n", "undecodable"),
]


@pytest.mark.parametrize(("data", "code"), DAMAGE, ids=[f"{code}-{n}" for n, (_, code) in enumerate(DAMAGE)])
def test_damaged_text_is_refused_by_name(reading: Callable[..., Outcome], data: bytes, code: str) -> None:
    outcome = reading(data)
    assert not outcome.articles
    assert outcome.refusal.code == code
    assert "UTF-8" in outcome.refusal.message


@pytest.mark.parametrize(("data", "code"), DAMAGE[:6])
def test_a_damaged_line_costs_itself_only(reading: Callable[..., Outcome], data: bytes, code: str) -> None:
    good = json.dumps({"id": "a", "title": TITLE, "body": TEXT}).encode()
    bad = b'{"id": "b", "title": "' + data.replace(b"\n", b"\\n") + b'"}'
    outcome = reading(b"\n".join((good, bad)), "a.jsonl")
    assert [article.id for article in outcome.articles] == ["a"]
    assert (outcome.refusal.code, outcome.refusal.line) == (code, 2)


def test_mojibake_from_escapes_is_found_too(reading: Callable[..., Outcome]) -> None:
    bad = json.dumps({"title": TITLE.encode("utf-8").decode("latin-1"), "body": "x"})
    assert bad.isascii()
    assert reading(bad).refusal.code == RefusalCode.MOJIBAKE


FOREIGN = {
    "english": "The provincial museum reopened on Monday after a long restoration, officials said. " * 3,
    "english with accents": "The café owner, José Muñoz, said the naïve plan was “fine” for São Paulo and Zürich. " * 3,
    "french": "L’été dernier, l’élève a présenté à la préfecture une thèse très appréciée des étrangers. " * 3,
    "german": "Die Straßen müssen größer werden, erklärte der Bürgermeister höflich den Gästen aus Köln. " * 3,
    "italian": "La città è più bella perché la libertà è già lì, così può andare a metà. " * 3,
    "portuguese": "A região não será a mesma após a eleição, disse João à imprensa em São Luís. " * 3,
    "czech": "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl včera večer ředitel školy. " * 3,
    "russian": "Областной музей открылся в понедельник после долгого ремонта. " * 3,
    "chinese": "省博物馆星期一重新开放。" * 5,
    "lao": "ພິພິທະພັນແຂວງເປີດອີກຄັ້ງໃນວັນຈັນ " * 3,
    "unaccented": "Huyen uy Song Mo to chuc hoi nghi so ket hai nam thuc hien de an. " * 3,
    "ede": "Hruê anei, buôn Ako Dhông mâo lu mnuih čhuêr ênuk hiu čhưn, ƀuôn sang mčeh ênuk. " * 3,
    "quotation": f"{TEXT} Ông nói: “L’été est très agréable à Hà Nội”, “Größe und Straße”.",
    "one stray quote": f"{TEXT} Ông nói: â€œđúng vậyâ€.",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_languages_and_quotations_pass(reading: Callable[..., Outcome], name: str) -> None:
    assert reading(f"Museum\n\n{FOREIGN[name]}").article.body


WESTERN = [
    "The new café on the river bank, run by José Muñoz, said the plan for the old market was “fine” for all of them.",
    "Une élève de la ville a raconté au journal son voyage dans les montagnes du nord avec les amis de sa classe.",
    "Die Stadt will den alten Markt am Fluss größer machen und für die Gäste aus dem Norden öffnen, sagte er.",
]


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_in_windows_1252_passes(reading: Callable[..., Outcome], text: str) -> None:
    assert reading(f"Museum\n\n{text}".encode("cp1252")).article.body[0].text == text


def test_the_threshold_is_a_setting(reading: Callable[..., Outcome]) -> None:
    mixed = windows_1258(f"{TEXT} " + "thắxng bạxn nhữxng " * 12)
    assert reading(mixed).refusal.code == "undecodable"
    assert reading(mixed, settings=settled(syllable_share=0.3)).article


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "JPEG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (bytes(range(256)) * 4, "control"),
    ],
)
def test_binary_files_are_refused_by_kind(reading: Callable[..., Outcome], data: bytes, kind: str) -> None:
    outcome = reading(data, "anh.txt")
    assert outcome.refusal.code == "binary"
    assert kind in outcome.refusal.message


def test_a_text_larger_than_the_limit_is_refused(reading: Callable[..., Outcome]) -> None:
    outcome = reading(TEXT * 10, settings=settled(max_article_bytes=1000))
    assert outcome.refusal.code == "too-large"
