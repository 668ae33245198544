"""What the reader has to say besides articles: refusals and notices, with codes that a program can rely on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

EXCERPT_CHARACTERS = 80


class RefusalCode(StrEnum):
    """Why an input was refused. The values are stable: reports and scripts may compare them."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not-a-file"
    EMPTY = "empty"
    BINARY = "binary"
    TOO_LARGE = "too-large"
    FILE_TOO_LARGE = "file-too-large"
    BROKEN_ARCHIVE = "broken-archive"
    BAD_JSON = "bad-json"
    NO_ARTICLES = "no-articles"
    BAD_FRONT_MATTER = "bad-front-matter"
    BAD_FIELD = "bad-field"
    BAD_DATE = "bad-date"
    UNDECODABLE = "undecodable"
    LEGACY_TCVN3 = "tcvn3"
    LEGACY_VNI = "vni"
    MOJIBAKE = "mojibake"
    GARBLED = "garbled"
    DUPLICATE_ID = "duplicate-id"

    @property
    def cuts_short(self) -> bool:
        """Whether part of the source was not seen: articles known from there earlier may still exist."""
        return self in _CUTS_SHORT


_CUTS_SHORT = frozenset(
    {
        RefusalCode.MISSING,
        RefusalCode.UNREADABLE,
        RefusalCode.FILE_TOO_LARGE,
        RefusalCode.BROKEN_ARCHIVE,
    }
)

REFUSAL_REASONS: dict[RefusalCode, str] = {
    RefusalCode.MISSING: "there is no such file or folder",
    RefusalCode.UNREADABLE: "cannot be read",
    RefusalCode.NOT_A_FILE: "is neither a file nor a folder",
    RefusalCode.EMPTY: "holds no text",
    RefusalCode.BINARY: "is not text",
    RefusalCode.TOO_LARGE: "the article is larger than the limit (max_article_bytes)",
    RefusalCode.FILE_TOO_LARGE: "the file is larger than the limit (max_file_bytes); the rest was not read",
    RefusalCode.BROKEN_ARCHIVE: "the compressed file is damaged or cut off; the rest was not read",
    RefusalCode.BAD_JSON: "is not valid JSON",
    RefusalCode.NO_ARTICLES: "valid JSON, but there is no article in it",
    RefusalCode.BAD_FRONT_MATTER: "the front matter cannot be read",
    RefusalCode.BAD_FIELD: "a field has a value that cannot be used",
    RefusalCode.BAD_DATE: "the date cannot be read",
    RefusalCode.UNDECODABLE: "is in no known encoding (UTF-8, UTF-16, Windows-1258): convert it to UTF-8",
    RefusalCode.LEGACY_TCVN3: "looks like TCVN3 (ABC) text: convert it to UTF-8",
    RefusalCode.LEGACY_VNI: "looks like VNI text: convert it to UTF-8",
    RefusalCode.MOJIBAKE: "looks like UTF-8 decoded with the wrong encoding (mojibake): export it again as UTF-8",
    RefusalCode.GARBLED: "holds damaged letters: export it again as UTF-8",
    RefusalCode.DUPLICATE_ID: "an article with this id was read already",
}


class NoticeCode(StrEnum):
    """What the reader decided by itself about an article that it did read. The values are stable."""

    TITLE_FROM_TEXT = "title-from-text"
    NO_BODY = "no-body"
    URL_DROPPED = "url-dropped"
    BOILERPLATE_CUT = "boilerplate-cut"
    EXTRA_CATEGORIES = "extra-categories"
    SHADOWED_FIELD = "shadowed-field"
    CHANGED_WHILE_READ = "changed-while-read"


NOTICE_REASONS: dict[NoticeCode, str] = {
    NoticeCode.TITLE_FROM_TEXT: "the article has no title; its first sentence was taken",
    NoticeCode.NO_BODY: "the article has a title and nothing else",
    NoticeCode.URL_DROPPED: "the url is not an http or https address and was left out",
    NoticeCode.BOILERPLATE_CUT: "text after a boilerplate line was left out",
    NoticeCode.EXTRA_CATEGORIES: "the article has several categories; only the first was kept",
    NoticeCode.SHADOWED_FIELD: "two fields mean the same; the second was left out",
    NoticeCode.CHANGED_WHILE_READ: "the file changed while it was read; read it again on the next run",
}


def excerpt(value: object) -> str:
    """Return `value` as one printable line of at most 80 characters."""
    try:
        raw = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    except RecursionError:
        raw = f"a deeply nested {type(value).__name__}"
    shown = " ".join("".join(c if c.isprintable() else " " for c in raw[: 4 * EXCERPT_CHARACTERS]).split())
    return shown if len(shown) <= EXCERPT_CHARACTERS else shown[: EXCERPT_CHARACTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article, a file or a folder that was not read, and why.

    `line` is the 1-based line of the decompressed file where the refused article (or the fault) begins; None where
    lines mean nothing. `value` is a printable excerpt of the offending input, `detail` what exactly is wrong.
    `article_id` is set when the article was refused after its id was known.
    """

    path: Path
    code: RefusalCode
    line: int | None = None
    value: str = ""
    detail: str = ""
    article_id: str | None = None

    @property
    def cuts_short(self) -> bool:
        """Whether part of the source was not seen, so that its absence proves nothing."""
        return self.code.cuts_short

    @property
    def message(self) -> str:
        """One line for the operator: file, line, reason, detail, value."""
        return _message(self.path, self.line, REFUSAL_REASONS[self.code], self.detail, self.value)

    def as_dict(self) -> dict[str, str | int | None]:
        """The refusal as a flat mapping for a JSON Lines report."""
        return _as_dict("refusal", self)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader decided by itself about an article that it did read; fields as in `Refusal`."""

    path: Path
    code: NoticeCode
    line: int | None = None
    value: str = ""
    detail: str = ""
    article_id: str | None = None

    @property
    def message(self) -> str:
        """One line for the operator: file, line, what was decided, value."""
        return _message(self.path, self.line, NOTICE_REASONS[self.code], self.detail, self.value)

    def as_dict(self) -> dict[str, str | int | None]:
        """The notice as a flat mapping for a JSON Lines report."""
        return _as_dict("notice", self)


def _message(path: Path, line: int | None, reason: str, detail: str, value: str) -> str:
    where = f"{path}:{line}" if line is not None else f"{path}"
    shown = where.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"{shown}: {reason}" + (f": {detail}" if detail else "") + (f" [{value}]" if value else "")


def _as_dict(kind: str, report: Refusal | Notice) -> dict[str, str | int | None]:
    return {
        "kind": kind,
        "code": report.code.value,
        "path": str(report.path).encode("utf-8", "backslashreplace").decode("utf-8"),
        "line": report.line,
        "id": report.article_id,
        "value": report.value,
        "message": report.message,
    }
