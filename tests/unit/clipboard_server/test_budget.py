from __future__ import annotations

import asyncio

import pytest

from screenagent_clipboard.budget import Budget
from screenagent_clipboard.refusals import Busy


def test_who_asks_first_is_served_first_however_much_it_asks_for() -> None:
    async def story() -> None:
        budget = Budget(10)
        first = await budget.take(8, 60)
        large = asyncio.create_task(budget.take(10, 60))
        await asyncio.sleep(0)
        small = asyncio.create_task(budget.take(1, 60))
        await asyncio.sleep(0)
        assert not small.done()
        first.shrink(0)
        (await large).shrink(9)
        await small

    asyncio.run(story())


def test_who_waits_in_vain_is_told_that_it_is_busy_and_holds_nobody_up() -> None:
    async def story() -> None:
        budget = Budget(10)
        held = await budget.take(5, 60)
        large = asyncio.create_task(budget.take(6, 0.01))
        await asyncio.sleep(0)
        small = asyncio.create_task(budget.take(5, 60))
        with pytest.raises(Busy) as caught:
            await large
        assert (caught.value.status, caught.value.headers["Retry-After"]) == (503, "2")
        (await small).shrink(0)
        held.shrink(0)
        await budget.take(10, 0)

    asyncio.run(story())


@pytest.mark.parametrize("served", [False, True], ids=["in the line", "just served"])
def test_who_is_cancelled_takes_nothing_along(served: bool) -> None:
    async def story() -> None:
        budget = Budget(10)
        held = await budget.take(10, 60)
        waiting = asyncio.create_task(budget.take(10, 60))
        await asyncio.sleep(0)
        if served:
            held.shrink(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        held.shrink(0)
        await budget.take(10, 0)

    asyncio.run(story())


def test_more_than_there_is_at_all_is_all_there_is() -> None:
    async def story() -> None:
        budget = Budget(10)
        room = await budget.take(1_000, 0)
        room.shrink(100)
        with pytest.raises(Busy):
            await budget.take(1, 0)
        room.shrink(0)
        await budget.take(10, 0)

    asyncio.run(story())
