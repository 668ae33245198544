"""A handful of articles that every test of search may use, and how to make an index of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from search import Document, Index, Paragraph

ARTICLES = (
    Document(
        id="khe-nhan",
        title="Huyện uỷ Khe Nhạn sơ kết 02 năm thực hiện Đề án 03",
        lead="Ngày 27/ 11, Huyện uỷ Khe Nhạn tổ chức hội nghị sơ kết Đề án số 03-ĐA/TU ngày 12/ 6/ 2021.",
        body=(
            Paragraph("Đồng chí Lò Văn Sình, Chủ tịch HĐND huyện, phát biểu. Đảng bộ có 3.654 đảng viên, đạt 87,03%."),
            Paragraph("Kết quả", crosshead=True),
            Paragraph(
                "Nghị quyết khóa XII, giai đoạn 2021 – 2025. Các tổ chức chính trị - xã hội trong sách, vững mạnh."
            ),
        ),
        captions=("Toàn cảnh hội nghị tại nhà văn hoá huyện",),
        authors=("Thu Hoài", "Minh Khuê"),
        category="Chính trị",
        places=("huyện Khe Nhạn",),
        published=date(2023, 11, 28),
        source="Báo Lam Khê",
        url="https://baolamkhe.example/khe-nhan",
    ),
    Document(
        id="duong",
        title="Đường về bản của người H'Mông",
        lead="Con đường dài 25km, rộng 500m², qua QL.1A, mở lúc 7h30 ngày 30/4.",
        body=(Paragraph("Ông Dương Văn Đặng ở Đắk Lắk và Kon Tum. Covid-19 không cản được bà con; TP.HCM, Q.1."),),
        authors=("Đức Thoại",),
        category="Giao thông",
        places=("huyện Mường Tấu", "xã Nậm Cúm"),
        published=datetime(2022, 5, 1, 8, 30, tzinfo=timezone(timedelta(hours=7))),
        source="Đài PT-TH Lam Khê",
    ),
    Document(
        id="van-hoa",
        title="Nhà văn hóa thôn Xóm Củi rộng 100 ha",
        body=(
            Paragraph("Cấp ủy và Đảng ủy xã; ca sĩ Lan hát. Ảnh: Daklak, Kontum, Hmông, covid 19, haiphong, TPHCM."),
        ),
        category="Văn hoá",
        published=date(2021, 2, 9),
        source="Báo Lam Khê",
    ),
    Document(id="trang", title="Trong sạch, vững mạnh", category="chính  trị", published=date(2021, 2, 9)),
    Document(id="so", title="Số 007 và 0912345678; 1.000.000 đồng, 4.0, 3,654, năm 2021, tháng 6/2021"),
)


def fill(index: Index, documents: Iterable[Document] = ARTICLES) -> Index:
    """Put ``documents`` into ``index`` with one commit."""
    with index.writer() as writer:
        for document in documents:
            writer.add(document)
        writer.commit()
    return index
