"""The app's beginning and end, in ASGI's terms; what keeps it from beginning is raised.

uvicorn's own logs that as a traceback, and keeps it from the caller.
"""

import asyncio
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp, Message, Scope

from tendigits.errors import ServingError

__all__ = ["Lifespan"]


class Lifespan:
    """An app that is asked to begin when this is entered, and to end when it is left.

    Args:
        app: the app.
        state: what each request finds in its scope, to which the app may add.

    """

    def __init__(self, app: ASGIApp, state: dict[str, Any]) -> None:
        self.state = state
        self._app = app
        self._asked: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        self._task = asyncio.create_task(self._run(scope))
        await self._ask("lifespan.startup")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ask("lifespan.shutdown")

    async def _run(self, scope: Scope) -> None:
        await self._app(scope, self._asked.get, self._answers.put)

    async def _ask(self, event: str) -> None:
        """Ask the app, and wait for its answer or its end.

        Raises:
            ServingError: it does not say that it is done.
            Exception: what it raised.

        """
        await self._asked.put({"type": event})
        answer = asyncio.create_task(self._answers.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done() and answer.result()["type"] == f"{event}.complete":
            return
        answer.cancel()
        await self._task
        raise ServingError(f"the server's app does not know what to do at {event}")
