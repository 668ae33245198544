"""Twenty-odd tiny articles about an invented district, some of them hostile, and what the tests look up in pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise

from search import Document, Paragraph

EVIL = """<script>alert(1)</script>"><img src=x onerror=alert(1)>'"""

ODD_IDS = (
    "bài/số #1 ?a=b%20.txt",
    "https://bao.example/tin/1?x=1&y=2#z",
    "../../etc/passwd",
    "/đầu/gạch",
    "cuối/gạch/",
    "tab\tvà  hai cách",
    "ngược\\gạch",
)

STORIES = (
    (
        "Huyện uỷ Khe Nhạn họp phiên thường kỳ",
        "Chính trị",
        "Báo Lam Khê",
        date(2023, 3, 1),
        ("Lan Chi",),
        ("Khe Nhạn",),
    ),
    (
        "Huyện ủy Vạn Gò gặp thanh niên",
        "Chính trị",
        "Đài Lam Khê",
        date(2022, 3, 2),
        ("Lan Chi", "Hoàng Sơn"),
        ("Vạn Gò",),
    ),
    ("Khai mạc lễ hội đua thuyền", "Văn hóa", "Báo Lam Khê", date(2021, 4, 3), ("Thu Hoài",), ("Cồn Mây",)),
    ("Giá lúa vụ hè thu tăng", "Kinh tế", "Báo Lam Khê", date(2021, 7, 4), (), ("Đồng Sim",)),
    ("Khám bệnh miễn phí cho người cao tuổi", "Y tế", "Báo Lam Khê", date(2022, 8, 5), ("Minh Khuê",), ()),
    ("Học sinh Khe Nhạn trở lại trường", "Giáo dục", None, date(2023, 9, 6), ("Minh Khuê",), ("Khe Nhạn",)),
    ("Bắt nhóm hút cát trên sông Ngà", "Pháp luật", "Báo Lam Khê", datetime(2023, 9, 6, 20, 30, tzinfo=UTC), (), ()),
)


def documents() -> list[Document]:
    """Return the articles of the test site."""
    told = [
        Document(
            id=f"tin/{number}",
            title=title,
            lead=f"Sáng nay, {title.lower()} với 03-ĐA/TU.",
            body=(
                Paragraph("Đại diện Huyện uỷ dự và phát biểu. Huyện uỷ biểu dương bà con."),
                Paragraph("Huyện uỷ nói gì", crosshead=True),
                Paragraph(f"Bài số {number} kể thêm về 3.654 đảng viên của huyện."),
            ),
            captions=("Toàn cảnh buổi làm việc ở huyện",),
            authors=authors,
            category=category,
            places=places,
            published=published,
            source=source,
            url=f"https://bao.example/tin/{number}",
        )
        for number, (title, category, source, published, authors, places) in enumerate(STORIES)
    ]
    short = [
        Document(id=f"ngắn-{n}", title=f"Tin vắn số {n}", category=f"Mục {n}", published=date(2020, 1, n))
        for n in range(1, 13)
    ]
    odd = [Document(id=id_, title=f"Chuyện lạ {n}", body=(Paragraph("Nội dung lạ."),)) for n, id_ in enumerate(ODD_IDS)]
    evil = Document(
        id=EVIL,
        title=f"Bài xấu {EVIL}",
        lead=EVIL,
        body=(Paragraph(EVIL), Paragraph(EVIL, crosshead=True)),
        captions=(EVIL,),
        authors=(EVIL,),
        category=EVIL,
        places=(EVIL,),
        source=EVIL,
        url="javascript:alert(1)",
    )
    return [*told, *short, *odd, evil]


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class PageReader(HTMLParser):
    """Reads a page strictly: every element that is opened has to be closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.mistakes: list[str] = []
        self.words: list[str] = []
        self.titles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if len(dict(attrs)) < len(attrs):
            self.mistakes.append(f"{tag} repeats an attribute")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.mistakes.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.titles.append(data)
        if self.open and self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        """The text of the page with white space as single spaces."""
        return " ".join(" ".join(self.words).split())

    def links(self) -> list[str]:
        """The targets of all links."""
        return [attributes["href"] or "" for tag, attributes in self.elements if tag == "a" and "href" in attributes]


def read(html: str) -> PageReader:
    """Return ``html``, read."""
    reader = PageReader()
    reader.feed(html)
    reader.close()
    return reader


def faults(html: str) -> list[str]:
    """Return what is wrong with a page: its structure, and what a script could have slipped in through."""
    page = read(html)
    found = [*page.mistakes, *(f"<{tag}> is never closed" for tag in page.open)]
    tags = [tag for tag, _ in page.elements]
    found += [f"{tags.count(tag)} <{tag}>" for tag in ("h1", "main", "html") if tags.count(tag) != 1]
    found += [f"{len(page.titles)} titles"] if len(page.titles) != 1 else []
    levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3", "h4"}]
    found += [f"h{after} follows h{before}" for before, after in pairwise(levels) if after > before + 1]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    found += [f"id {id_} is given twice" for id_ in set(ids) if ids.count(id_) > 1]
    labelled = {attributes.get("for") for tag, attributes in page.elements if tag == "label"}
    for tag, attributes in page.elements:
        found += [f"{tag} has {name}" for name in attributes if name.startswith("on") or name == "style"]
        if tag == "script" and not (attributes.get("src") or "").startswith("/assets/"):
            found.append("a script that is not ours")
        if tag in {"style", "iframe", "object", "embed", "base"}:
            found.append(f"<{tag}>")
        for name in ("href", "src", "action"):
            if (attributes.get(name) or "").split(":")[0].strip().lower() in {"javascript", "data", "vbscript"}:
                found.append(f"{tag} leads to {attributes[name]}")
        if tag == "input" and attributes.get("type") in {"search", "text"} and attributes.get("id") not in labelled:
            found.append(f"input {attributes.get('name')} has no label")
        for name in ("aria-labelledby", "for", "popovertarget"):
            found += [f"{tag} points to {id_}" for id_ in (attributes.get(name) or "").split() if id_ not in ids]
    return found
