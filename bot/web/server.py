"""The HTTP server, which closes the streams of open pages before it waits for connections to end."""

import socket

import uvicorn
from fastapi import FastAPI

from bot.web.live import Live

SECONDS_TO_STOP = 10


class Server(uvicorn.Server):
    """A server that stops promptly although pages hold streams open."""

    def __init__(self, app: FastAPI, live: Live, *, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,  # ours names the route, never the address: it may hold a secret
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_STOP,
            )
        )
        self.live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the streams, then stop."""
        self.live.close()
        await super().shutdown(sockets)
