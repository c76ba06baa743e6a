"""The brain of the OCR worker: plans from a task's own words, finds labels in read text, judges by what the screen shows.

It knows what any user of a desktop knows (what programs are called, Ctrl+S, how a dialog is answered) and nothing of
windows, processes or files. Pure: the same context and screen give the same answer. It says so when a task is beyond it.
"""

from __future__ import annotations

from ..contract import Context
from ..screen import ScreenText
from .act import act
from .folding import has_cjk
from .judge import judge
from .meaning import moment
from .plan import plan
from .replan import second_plan
from .reply import plan_item, reply, verdict
from .sentences import render

__all__ = ["answer"]

_LONGEST = 20_000


def answer(context: Context, screen: ScreenText) -> str:
    """One reply in the ScreenAgent grammar for the role, task and sub-task of `context` on `screen`. Never raises."""
    if len(context.task) > _LONGEST or len(context.sub_task) > _LONGEST:
        return _impossible(f"The task is longer than {_LONGEST} characters; I read tasks of a few sentences.")
    if context.role == "planner":
        return _plan(context)
    now = moment(context.sub_task or context.task, context.sub_tasks, context.sub_task_index, context.history, context.language)
    if not now.steps:
        return _impossible(
            f"I do not understand the sub-task {context.sub_task or context.task!r}: "
            f"I know plain instructions such as open, type, click, save, press."
        )
    if context.role == "actor":
        sentence, actions = act(now, screen, context.launcher)
        return reply(sentence, actions)
    judged = judge(now, screen)
    return reply(judged.reason, [verdict(judged.situation, judged.advice)])


def _plan(context: Context) -> str:
    if context.advice and context.sub_tasks and 0 <= context.sub_task_index < len(context.sub_tasks):
        left, why = second_plan(context.sub_tasks, context.sub_task_index, context.advice)
        if not left:
            return _impossible(f"I know no other way: {why}")
        items = [part if isinstance(part, str) else render(part, _language(context)) for part in left]
        return reply(f"The plan failed ({context.advice}); I go on another way.", [plan_item(item) for item in items])
    made = plan(context.task, context.language)
    if made.unknown:
        return _impossible(
            f"This is beyond me: {'; '.join(part[:120] for part in made.unknown)!r}. "
            f"I read text and follow plain instructions (open, type, save, click, press, "
            f"calculate, run, rename...); I do not understand pictures or free wishes."
        )
    if not made.steps:
        return _impossible("The task holds no instruction that I understand.")
    language = _language(context)
    return reply("I follow the task's own words.", [plan_item(render(step, language)) for step in made.steps])


def _language(context: Context) -> str:
    return "zh" if context.language == "zh" or _chinese(context.task) else "en"


def _chinese(task: str) -> bool:
    letters = sum(char.isascii() and char.isalpha() for char in task)
    return has_cjk(task) and sum(has_cjk(char) for char in task) * 3 > letters


def _impossible(reason: str) -> str:
    return reply(reason, [verdict("impossible", reason)])
