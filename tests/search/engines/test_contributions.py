"""Does an engine say truly what a score is made of?"""

from __future__ import annotations

import tempfile
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Document, Index, open_index, open_writer
from search.analysis.normalize import tone_key
from search.engines.base import Reader
from search.query import plan as p
from search.query.compile import compile_query
from search.query.syntax import parse

from ..articles import fill
from ..test_engines_agree import QUERIES, carry_out, documents


def plan_of(reader: Reader, query: str) -> p.Plan:
    compiled = compile_query(parse(query), reader.frequency)
    return p.Plan(compiled.match, compiled.scores, compiled.bonuses, limit=50)


def check(reader: Reader, query: str) -> None:
    plan = plan_of(reader, query)
    found = dict(reader.run(plan).hits)
    for id_ in reader.ids():
        number = reader.number(id_)
        assert number is not None
        assert reader.holds(plan.match, number) == (number in found)
        contributions = reader.explain(plan, number)
        assert all(one.value > 0 for one in contributions)
        if number in found:
            assert sum(one.value for one in contributions) == pytest.approx(found[number], rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=st.lists(documents(), max_size=5),
    changes=st.lists(st.tuples(st.sampled_from(["replace", "delete", "commit"]), documents()), max_size=8),
    queries=st.lists(QUERIES, min_size=1, max_size=4),
)
def test_contributions_make_up_the_score(
    before: list[Document], changes: list[tuple[str, Document]], queries: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        open_writer(folder).close()
        with open_index(folder) as on_disk:
            reference = open_index("memory:")
            for index in (on_disk, reference):
                carry_out(index, changes, before)
                for query in queries:
                    check(index._engine.reader(), query)


@pytest.mark.parametrize(
    "node",
    [
        p.Term("text", "huyen"),
        p.Term("text", "nowhere"),
        p.Phrase("text", ("khe", "nhan")),
        p.Phrase("text", ("nhan", "khe")),
        p.Phrase("exact", ("khe", tone_key("nhạn"))),
        p.Prefix("text", "hu"),
        p.AllOf(()),
        p.AnyOf(()),
        p.AllOf((p.Term("text", "khe"), p.Term("lead", "hoi"))),
        p.Without(p.Term("text", "van"), p.Term("title", "nha")),
        p.MostOf((p.Term("text", "khe"), p.Term("text", "van"), p.Term("text", "hoa")), 0.6),
    ],
)
def test_what_a_document_holds_is_what_a_search_finds(index: Index, node: p.Node) -> None:
    reader = index._engine.reader()
    found = {number for number, _ in reader.run(p.Plan(node, limit=50)).hits}
    assert {number for id_ in reader.ids() if reader.holds(node, number := reader.number(id_) or 0)} == found


def test_a_bonus_counts_where_its_node_holds(index: Index) -> None:
    reader = index._engine.reader()
    phrase, term = p.Phrase("text", ("khe", "nhan")), p.Term("text", "khe")
    plan = p.Plan(term, (p.Score(term, 2.0, frequency=False),), (p.Bonus(phrase, 4.5), p.Bonus(p.AllOf((term,)), 1.0)))
    ((number, score),) = reader.run(plan, deadline=time.monotonic() + 60).hits
    contributions = reader.explain(plan, number)
    assert [(one.node, one.kind) for one in contributions] == [
        (term, "presence"),
        (phrase, "bonus"),
        (p.AllOf((term,)), "bonus"),
    ]
    assert sum(one.value for one in contributions) == pytest.approx(score, abs=1e-6)


def test_documents_of_every_segment_are_explained(empty: Index) -> None:
    for number in range(3):
        with empty.writer() as writer:
            writer.add(Document(id=str(number), title="nhà văn hoá " * (number + 1)))
            writer.commit()
    fill(empty)
    check(empty._engine.reader(), "nhà văn hoá thôn")
