"""An answer is worked for as long as somebody waits for it: a page that is written on takes back what is outdated."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

__all__ = ["while_wanted"]

T = TypeVar("T")


async def while_wanted(receive: Receive, answer: Coroutine[Any, Any, T]) -> T:
    """Return what an answer is, or cancel it when its client leaves.

    Args:
        receive: the request's, of which the body has been read.
        answer: to be awaited.

    Raises:
        ClientDisconnect: the client left before the answer was there.

    """
    working, leaving = asyncio.ensure_future(answer), asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        leaving.result()
        raise ClientDisconnect
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
