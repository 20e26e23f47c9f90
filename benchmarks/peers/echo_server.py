"""The least that a FastAPI endpoint can do: it answers with the body that it got. Serves on the port given."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response

app = FastAPI()


@app.post("/{path:path}")
async def echo(path: str, request: Request) -> Response:  # noqa: ARG001 - any path is answered
    return Response(await request.body(), media_type="application/octet-stream")


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
