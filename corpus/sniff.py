"""What format a file has, by its content; its name decides only where the content leaves it open."""

from __future__ import annotations

import re
from enum import Enum

from .errors import Refused
from .reports import RefusalCode


class Format(Enum):
    """The formats that the room reads."""

    JSON = "json"
    TEXT = "text"


# First bytes → what kind of file it is, for the message; what starts otherwise is judged by its control characters.
BINARY_KINDS: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a RIFF file (WebP, WAV or AVI)",
    b"ID3": "an MP3 sound",
    b"\x00\x00\x00\x18ftyp": "an MP4 video",
    b"\x00\x00\x00\x20ftyp": "an MP4 video",
    b"SQLite format 3": "an SQLite database",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "an archive inside an archive",
    b"\xfd7zXZ": "an archive inside an archive",
    b"\x28\xb5\x2f\xfd": "an archive inside an archive",
    b"BZh9": "an archive inside an archive",
}
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CONTROL_SHARE = 0.01
STRAY_CONTROLS = 8

_JSON_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*(?:\{|\]\s*\Z))')
_LOOSE_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_COMPRESSED_ENDING = re.compile(r"\.(gz|xz|zst|bz2)$")
LINES_NAMES = (".jsonl", ".ndjson", ".jsonlines")


def refuse_binary(head: bytes) -> None:
    """Raise `Refused` (binary) where the first bytes of a file, its UTF-16 already recoded, are not text."""
    kind = next((kind for magic, kind in BINARY_KINDS.items() if head.startswith(magic)), None)
    if kind is None and len(_CONTROLS.findall(head)) > STRAY_CONTROLS + CONTROL_SHARE * len(head):
        kind = "full of control characters"
    if kind is not None:
        raise Refused(RefusalCode.BINARY, head[:24], kind)


def sniff(head: bytes, name: str) -> Format:
    """Decide the format from the first bytes (in an encoding that keeps ASCII for ASCII) and the name."""
    name = _COMPRESSED_ENDING.sub("", name.lower())
    likely = name.endswith(LINES_NAMES) or (name.endswith(".json") and _LOOSE_JSON_START.match(head))
    return Format.JSON if likely or _JSON_START.match(head) else Format.TEXT


def is_lines_name(name: str) -> bool:
    """Whether a file calls itself JSON Lines."""
    return _COMPRESSED_ENDING.sub("", name.lower()).endswith(LINES_NAMES)
