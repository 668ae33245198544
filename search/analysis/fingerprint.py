"""Would this analyzer give the terms that an index was built with?"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ..document import Document, Paragraph
from .offsets import Offsets
from .sketch import sketch
from .views import FIELDS, analyze, field_length, field_terms

PROBE = Document(
    id="probe",
    title="Huyện uỷ Khe Nhạn sơ kết 02 năm thực hiện Đề án số 03-ĐA/TU ngày 12/ 6/ 2021",
    lead="Ngày 27/ 11, đồng bào H'Mông và H ' Mông ở Đắk Lắk, Kon Tum; TP.HCM, Q.1, PGS.TS, QL.1A, Covid-19.",
    body=(
        Paragraph("Tháng 6/2021, năm 2021, 30/4, 2-9, 20.11, 7h30, 7 giờ 30; 500m², 100 ha; 27/2021/NQ-HĐND."),
        Paragraph("Khóa XII, nhiệm kỳ 2021 – 2025: 3.654 đảng viên, 87,03%, 1.000.000 đồng, 4.0, 007, 02 năm."),
        Paragraph("Hoà, hòa, quý, thuở, nghiêng; Straße, café, Москва, 中文, naïve; \u200bzero\u200dwidth, đường."),
    ),
    captions=("Toàn cảnh hội nghị Mặt trận Tổ quốc, các tổ chức chính trị - xã hội.",),
    authors=("Kim Khánh",),
    category="Chính trị",
    published=date(2021, 12, 1),
)
"""A document that shows what the analyzer does with everything it knows."""


@cache
def fingerprint() -> str:
    """Return a short hash of what the analyzer makes of :data:`PROBE`: it changes with any behaviour, not with
    version numbers.
    """
    blocks = analyze(PROBE.normalized())
    result = [[spec.name, sorted(field_terms(blocks, spec).items()), field_length(blocks, spec)] for spec in FIELDS]
    offsets = Offsets.of(blocks)
    return hashlib.sha256(
        json.dumps([result, offsets.blocks, offsets.keys, sketch(blocks).hex()]).encode()
    ).hexdigest()[:16]


@cache
def sources() -> str:
    """Return a short hash of everything that decides what the analyzer does: its modules, pyvi's model and words, the
    tables of Unidecode, and Python's own of Unicode.

    Where it is the same the :func:`fingerprint` is too, which takes a hundred times as long; where it is another, the
    fingerprint tells whether that makes a difference.
    """
    own = Path(__file__).parent
    model = (_folder("pyvi") / "models" / name for name in ("pyvi3.pkl", "words.txt"))
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for path in (*sorted(own.glob("*.py")), own.parent / "document.py", *model):
        digest.update(path.read_bytes() if path.is_file() else b"")
    with os.scandir(_folder("unidecode")) as tables:
        sizes = sorted((entry.name, entry.stat().st_size) for entry in tables if entry.name.endswith(".py"))
    digest.update(repr(sizes).encode())
    return digest.hexdigest()[:16]


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    return Path((found.submodule_search_locations or [package])[0] if found else package)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """Which analyzer an index was written with: the ``fingerprint`` and the ``sources`` of it."""

    fingerprint: str
    sources: str = ""

    @classmethod
    def own(cls) -> Analyzer:
        """Return that of this version."""
        return cls(fingerprint(), sources())

    @property
    def is_own(self) -> bool:
        """Whether this version's analyzer gives the same terms."""
        return self.sources == sources() or self.fingerprint == fingerprint()
