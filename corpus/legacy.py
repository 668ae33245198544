"""The damage that Vietnamese text brings along: TCVN3 and VNI font encodings, and UTF-8 decoded with the wrong
encoding.

Each reader undoes one kind of damage, so that what comes out can be judged by `syllables.is_syllable`. The tables
are those of TCVN 5712:1993 (VN3, the ".VnTime" fonts) and of VNI for Windows; both lie in the range of Latin-1.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ"
    " B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ"
    " CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị"
    " DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ"
    " EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3: dict[str, str] = {chr(int(code[:2], 16)): code[2] for code in _TCVN3_CODES.split()}

# In VNI a vowel is followed by a letter that stands for its marks; six letters stand alone.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    table |= {vowel + mark: vowel + tone for vowel in "aeouy" for mark, tone in _VNI_TONES.items()}
    table |= {vowel + mark: _VNI_ALONE[vowel] + tone for vowel in "ôö" for mark, tone in _VNI_TONES.items()}
    table |= {vowel + mark: f"{vowel}\u0302{tone}" for vowel in "aeo" for mark, tone in _VNI_CIRCUMFLEX.items()}
    table |= {f"a{mark}": f"a\u0306{tone}" for mark, tone in _VNI_BREVE.items()}
    table |= {key.capitalize(): value.capitalize() for key, value in table.items()} | {
        key.upper(): value.upper() for key, value in table.items()
    }
    return {key: unicodedata.normalize("NFC", value) for key, value in table.items()}


VNI: dict[str, str] = _vni_table()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))


def _byte_of() -> dict[str, int]:
    """Character → the byte that Latin-1, Windows-1252 or Windows-1258 shows as this character."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    for encoding in ("cp1252", "cp1258"):
        for byte in range(0x80, 0x100):
            shown = bytes((byte,)).decode(encoding, "ignore")
            if shown:
                table.setdefault(shown, byte)
    return table


def _class_of(first: int, last: int) -> str:
    return "".join(re.escape(char) for char, byte in _BYTE_OF.items() if first <= byte <= last)


_BYTE_OF = _byte_of()
_ANY = _class_of(0x80, 0xFF)
# Runs of such characters that begin as UTF-8 does, which hardly any in a right text do.
_RUNS = re.compile(f"[{_class_of(0xC2, 0xF4)}](?<![{_ANY}].)[{_class_of(0x80, 0xBF)}][{_ANY}]*", re.DOTALL)
_FROM_1258 = {
    bytes((byte,)).decode("cp1258", "ignore"): chr(byte)
    for byte in range(0x80, 0x100)
    if bytes((byte,)).decode("cp1258", "ignore") not in ("", chr(byte))
}


def _as_latin_1(text: str) -> str:
    """Show text that was decoded as Windows-1258 as Latin-1 shows its bytes."""
    if not any(c in text for c in _FROM_1258):
        return text
    loose = "".join(_loosened(c) for c in text)
    return "".join(_FROM_1258.get(c, c) for c in loose)


def _loosened(char: str) -> str:
    """Take a tone mark that composition has joined to its letter off again."""
    if ord(char) < 0x100:
        return char
    base, mark = unicodedata.normalize("NFD", char)[:-1], unicodedata.normalize("NFD", char)[-1]
    return unicodedata.normalize("NFC", base) + mark if base and mark in _FROM_1258 else char


def from_tcvn3(text: str) -> str:
    """Read TCVN3 text that was decoded as Latin-1, Windows-1252 or Windows-1258."""
    return "".join(TCVN3.get(c, c) for c in _as_latin_1(text))


def from_vni(text: str) -> str:
    """Read VNI text that was decoded as Latin-1, Windows-1252 or Windows-1258."""
    return _VNI_PATTERN.sub(lambda match: VNI[match[0]], _as_latin_1(text))


def from_misread_1258(text: str) -> str:
    """Read Windows-1258 text that was decoded as Latin-1 or Windows-1252."""
    raw = bytes(_BYTE_OF.get(c, 0x20) if c > "\x7f" else ord(c) for c in text)
    return unicodedata.normalize("NFC", raw.decode("cp1258", "ignore"))


def mojibake_share(text: str) -> float:
    """Return which share of the characters beyond ASCII are UTF-8 sequences shown in a single-byte encoding."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if not beyond:
        return 0.0
    undone = 0
    for run in _RUNS.findall(text):
        raw = bytes(_BYTE_OF[c] for c in run)
        undone += len(raw) - raw.decode("utf-8", "replace").count("\ufffd") if _is_utf8(raw) else 0
    return undone / beyond


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
