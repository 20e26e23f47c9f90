"""The end of a connection whose client is gone."""

import asyncio
import socket
import struct

from tendigits.serving.connections.ending import EndingTransport


async def ended_after_a_reset():
    loop = asyncio.get_running_loop()
    lost = loop.create_future()

    class Ending(asyncio.Protocol):
        def connection_made(self, transport):
            transport.pause_reading()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()  # which resets the connection
            ending = EndingTransport(transport, loop, 60)
            ending.unread = True
            ending.close()
            loop.call_later(0.5, ending.relax)

        def connection_lost(self, error):
            lost.set_result(error)

    server = await loop.create_server(Ending, "127.0.0.1", 0)
    client = socket.create_connection(server.sockets[0].getsockname())
    try:
        await asyncio.wait_for(lost, 1)
    finally:
        server.close()


def test_a_client_that_has_reset_its_connection_is_not_waited_for():
    asyncio.run(ended_after_a_reset())
