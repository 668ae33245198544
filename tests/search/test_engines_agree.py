"""The engine on disk gives the same pages as the reference, whatever happened to the index before."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import search.engines.whoosh.writer as writing
from search import FACETS, MISSING, Document, Index, Paragraph, open_index, open_writer
from search.engines.memory import MemoryEngine
from search.equivalents.file import EquivalentsFile

WORDS = (
    "huyện uỷ ủy Khe Nhạn nhạn đường Dương khóa XII 12 03-ĐA/TU 12/6/2021 ngày tháng 6 năm 2021 Đắk Lắk daklak "
    "H'Mông hmong TP.HCM 3.654 100ha 7h30 và của chính trị xã hội ca sĩ Covid-19 QL1A KN HU kỹ kĩ"
).split()
EQUIVALENTS = (
    "KN\tKhe Nhạn\nHU\tHuyện ủy\nHU\tđường Dương\nTP HCM\tĐắk Lắk\tKhe Nhạn đường\n"
    "CT-XH\tchính trị - xã hội\nXH\txã hội\n"
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
VALUES = st.sampled_from(["Chính trị", "chính trị", "Văn hoá", "Văn hóa"])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    return Document(
        id=str(draw(st.integers(0, 7))),
        title=draw(TEXTS),
        lead=draw(TEXTS),
        body=tuple(Paragraph(text) for text in draw(st.lists(TEXTS, max_size=2))),
        captions=tuple(draw(st.lists(TEXTS, max_size=1))),
        authors=tuple(draw(st.lists(VALUES, max_size=2, unique=True))),
        category=draw(st.none() | VALUES),
        published=draw(st.none() | st.dates(date(2020, 12, 30), date(2021, 1, 2))),
    )


OPERATORS = st.sampled_from(['"', '" ', " -", " +", " OR ", "(", ")", "* ", " tiêu đề:", " từ:2021 ", " chuyên mục:"])
QUERIES = st.lists(st.sampled_from(WORDS).map(" {} ".format) | OPERATORS, max_size=8).map("".join)
CHANGES = st.lists(st.tuples(st.sampled_from(["replace", "delete", "commit"]), documents()), max_size=14)
SELECTIONS = st.dictionaries(
    st.sampled_from(FACETS), st.lists(VALUES | st.sampled_from(["2021", MISSING]), max_size=2), max_size=2
)


def carry_out(index: Index, changes: list[tuple[str, Document]], before: list[Document]) -> None:
    with index.writer() as writer:
        for document in before:
            writer.replace(document)
        writer.commit()
        for change, document in changes:
            if change == "commit":
                writer.commit()
            elif change == "delete":
                writer.delete(document.id)
            else:
                writer.replace(document)
        writer.commit()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    before=st.lists(documents(), max_size=6),
    changes=CHANGES,
    queries=st.lists(QUERIES, min_size=1, max_size=4),
    filters=SELECTIONS,
    exclude=SELECTIONS,
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    exact=st.booleans(),
    date_from=st.none() | st.dates(date(2020, 12, 30), date(2021, 1, 2)),
    policy=st.sampled_from([(0.0, 1.0), (1.0, 1.0), (8.0, 0.2), (1e9, 1.0)]),
)
def test_same_page(
    before: list[Document],
    changes: list[tuple[str, Document]],
    queries: list[str],
    filters: dict[str, list[str]],
    exclude: dict[str, list[str]],
    sort: str,
    exact: bool,
    date_from: date | None,
    policy: tuple[float, float],
) -> None:
    kept, writing.APART, writing.MUCH_DELETED = (writing.APART, writing.MUCH_DELETED), *policy
    try:
        with tempfile.TemporaryDirectory() as folder:
            open_writer(folder).close()
            Path(folder, "equivalents.tsv").write_text(EQUIVALENTS, encoding="utf-8")
            with open_index(folder) as on_disk:
                reference = Index(MemoryEngine(), EquivalentsFile(Path(folder)))
                for index in (on_disk, reference):
                    carry_out(index, changes, before)
                assert on_disk.check() == []
                for query in queries:
                    pages = [
                        replace(
                            index.search(
                                query,
                                filters=filters,
                                exclude=exclude,
                                sort=sort,
                                exact=exact,
                                date_from=date_from,
                                budget=60,
                            ),
                            took_ms=0.0,
                        )
                        for index in (on_disk, reference)
                    ]
                    assert pages[0] == pages[1]
                for id_ in reference.ids():
                    assert on_disk.article(id_) == reference.article(id_)
                    assert on_disk.highlight(id_, queries[0]) == reference.highlight(id_, queries[0])
    finally:
        writing.APART, writing.MUCH_DELETED = kept


def test_worker_processes_write_what_one_process_writes(tmp_path: Path) -> None:
    kept = writing.BATCH_DOCUMENTS, writing.WORTH_WORKERS
    writing.BATCH_DOCUMENTS, writing.WORTH_WORKERS = 3, 0
    try:
        made = [
            Document(
                id=str(number),
                title=f"Bài {number} về {WORDS[number % len(WORDS)]}",
                published=date(2021, 1, 1 + number),
            )
            for number in range(20)
        ]
        pages = []
        for workers in (1, 2):
            with open_writer(tmp_path / str(workers), workers=workers) as writer:
                for document in made:
                    writer.add(document)
                writer.replace(Document(id="3", title="Bài 3 thay"))
                writer.delete("5")
                writer.commit()
            with open_index(tmp_path / str(workers)) as index:
                pages.append(replace(index.search("bài", per_page=50), took_ms=0.0))
        assert pages[0] == pages[1]
        assert pages[0].total == 19
    finally:
        writing.BATCH_DOCUMENTS, writing.WORTH_WORKERS = kept
