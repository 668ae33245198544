"""The names under which other systems keep the parts of an article, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .text import field_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Our field → foreign names of it, the surest first. Names are compared by `text.field_key`, so "Tiêu đề" covers
# "tieu_de".
FOREIGN_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "_id", "guid", "uuid", "article id", "post id", "mã số", "mã bài"),
    "title": ("title", "headline", "tiêu đề", "tít", "nhan đề", "tên bài", "post title"),
    "lead": (
        "lead", "sapo", "chapo", "summary", "excerpt", "description", "abstract", "standfirst", "tóm tắt", "mô tả",
        "lời dẫn", "dẫn đề", "trích dẫn", "post excerpt",
    ),
    "body": (
        "body", "content", "text", "full text", "article body", "body html", "content html", "html", "content encoded",
        "paragraphs", "nội dung", "nội dung bài", "chi tiết", "bài viết", "post content",
    ),
    "captions": ("captions", "caption", "image captions", "chú thích", "chú thích ảnh"),
    "authors": (
        "authors", "author", "byline", "creator", "dc creator", "writer", "tác giả", "người viết", "bút danh",
        "phóng viên",
    ),
    "category": (
        "category", "categories", "section", "article section", "channel", "topic", "chuyên mục", "danh mục", "mục",
        "thể loại", "chủ đề", "category name",
    ),
    "places": (
        "places", "place", "location", "locations", "content location", "địa điểm", "địa danh", "địa phương", "nơi",
    ),
    "published": (
        "published", "published at", "date published", "publish date", "published date", "pub date", "published time",
        "date", "datetime",
        "post date", "ngày đăng", "ngày xuất bản", "ngày", "thời gian", "created at", "date created",
    ),
    "source": ("source", "publisher", "newspaper", "site name", "nguồn", "nguồn tin", "tên báo", "tờ báo", "báo"),
    "url": ("url", "link", "href", "permalink", "canonical", "canonical url", "đường dẫn", "liên kết", "địa chỉ"),
}  # fmt: skip

ARTICLE_FIELDS: tuple[str, ...] = tuple(FOREIGN_NAMES)


class FieldNames:
    """Finds our fields in an object with foreign names; names of `extra` (foreign → ours) go before the table's."""

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        self._ranks: dict[str, tuple[str, int]] = {}
        for ours, names in FOREIGN_NAMES.items():
            for rank, name in enumerate(names):
                self._ranks.setdefault(field_key(name), (ours, rank))
        for rank, (name, ours) in enumerate((extra or {}).items(), start=-len(extra or ())):
            self._ranks[field_key(name)] = (ours, rank)

    def target(self, name: str) -> str | None:
        """Return which of our fields `name` means, or None."""
        found = self._ranks.get(field_key(name))
        return found[0] if found else None

    def group(self, items: Iterable[tuple[str, object]]) -> dict[str, list[object]]:
        """Return ours → the non-empty values found for it, the surest name first; unknown names are left out."""
        found: dict[str, list[tuple[int, object]]] = {}
        for name, value in items:
            known = self._ranks.get(field_key(name))
            if known and value not in (None, "", [], {}):
                found.setdefault(known[0], []).append((known[1], value))
        return {
            ours: [value for _, value in sorted(values, key=lambda pair: pair[0])] for ours, values in found.items()
        }
