"""Plans: which sub-task is current, and what choosing another does to the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screenagent.domain.plan import Plan, Progress

texts = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6)


@given(texts, st.integers(-3, 9))
def test_choosing_marks_earlier_sub_tasks_done_and_later_ones_waiting(items, index):
    plan = Plan.of(items).choose(index)
    at = plan.current
    assert 0 <= at <= len(items)
    assert [sub.progress for sub in plan.sub_tasks] == [
        *[Progress.DONE] * at,
        *[Progress.CURRENT] * (at < len(items)),
        *[Progress.WAITING] * (len(items) - at - 1),
    ]


@given(texts)
def test_advancing_through_every_sub_task_completes_the_plan(items):
    plan = Plan.of(items)
    for text in items:
        assert plan.current_text == text
        assert not plan.complete
        plan = plan.advance()
    assert plan.complete
    assert plan.current_text == ""


def test_an_empty_plan_is_complete():
    assert Plan.of([]).complete
