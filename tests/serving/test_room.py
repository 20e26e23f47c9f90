"""Room for bodies: who gets it, and in which order."""

import asyncio

import pytest

from tendigits.serving.guarding.room import Room


def test_what_fits_is_taken_at_once():
    async def take():
        room = Room(10)
        return [await room.take(size, 0) for size in (4, 6)]

    assert asyncio.run(take()) == [True, True]


def test_what_does_not_fit_is_refused_after_a_while():
    async def take():
        room = Room(10)
        return [await room.take(size, 0.01) for size in (4, 7, 6)]

    assert asyncio.run(take()) == [True, False, True]


def test_who_waits_gets_what_is_given_back():
    async def take():
        room = Room(10)
        await room.take(10, 0)
        waiting = asyncio.create_task(room.take(5, 10))
        await asyncio.sleep(0)
        assert not waiting.done()
        room.give_back(10)
        return await waiting

    assert asyncio.run(take())


def test_a_small_one_does_not_pass_a_large_one_that_waits():
    async def take():
        room, order = Room(10), []

        async def one(size):
            await room.take(size, 10)
            order.append(size)

        await room.take(8, 0)
        async with asyncio.TaskGroup() as waiting:
            for size in (9, 1):
                waiting.create_task(one(size))
            await asyncio.sleep(0)
            assert not order
            room.give_back(8)
        return order

    assert asyncio.run(take()) == [9, 1]


def test_who_stood_behind_one_that_gives_up_is_let_in():
    async def take():
        room = Room(10)
        await room.take(5, 0)
        large = asyncio.create_task(room.take(9, 0.01))
        await asyncio.sleep(0)
        small = asyncio.create_task(room.take(2, 10))
        return await large, await small

    assert asyncio.run(take()) == (False, True)


@pytest.mark.parametrize("given_back_first", [True, False])
def test_nothing_is_lost_when_somebody_leaves_while_waiting(given_back_first):
    async def take():
        room = Room(10)
        await room.take(10, 0)
        leaving = asyncio.create_task(room.take(10, 10))
        await asyncio.sleep(0)
        steps = [lambda: room.give_back(10), leaving.cancel]
        for step in steps if given_back_first else reversed(steps):
            step()
        await asyncio.wait([leaving])
        return await room.take(10, 0)

    assert asyncio.run(take())
