"""A small index whose vocabulary has something to suggest."""

from __future__ import annotations

import pytest

from search import Document, open_index
from search.engines.base import Reader

SENTENCES = """
Huyện uỷ Khe Nhạn tổ chức hội nghị tổng kết công tác xây dựng Đảng
Hội nghị tổng kết phong trào thi đua yêu nước của huyện Khe Nhạn
Hội nghị trực tuyến triển khai nhiệm vụ năm 2021
Hội nghị tổng kết năm học của ngành giáo dục
Con đường về bản đã được mở rộng, người dân phấn khởi
Mở rộng đường tỉnh qua huyện Khe Nhạn, người dân hiến đất
Ông Dương Văn Đặng là người dân hiến đất làm đường
Ông Đặng Văn Sình, ông Lò Văn Sinh và bà Lò Thị Dương dự hội nghị
Tiếng hát về từ bản làng xa, tiếng khèn của người dân
Dân làng mở hội mùa xuân, tiếng hát vang xa
Xây dựng nông thôn mới ở huyện Khe Nhạn: đường về thôn đã mở
Thành phố Hồ Chí Minh hỗ trợ đồng bào vùng lũ
Thành phố Hồ Chí Minh đón người dân về quê ăn Tết
Đang xây dựng đường tỉnh; đang mở rộng trường học
Trường học vùng cao đón năm học mới
Đội U 23 đá hay, bán kết U 23
Ban Thường vụ Huyện uỷ họp bàn công tác xây dựng Đảng
"""


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader of an article for each sentence."""
    index = open_index("memory:")
    with index.writer() as writer:
        for number, sentence in enumerate(SENTENCES.strip().split("\n")):
            writer.add(Document(id=str(number), title=sentence))
        writer.commit()
    return index._engine.reader()
