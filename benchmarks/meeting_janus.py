"""How venues of `benchmarks.meeting` that are no browsers speak with Janus: its API over one WebSocket.

https://janus.conf.meetecho.com/docs/rest.html ("WebSockets interface")
"""

import asyncio
import json
import secrets
import socket
import sys
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult


class Here(AbstractResolver):
    """Every name is the server."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        """Return the server."""
        return [ResolveResult(hostname=host, host=self.address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


class Signalling:
    """Janus over one WebSocket."""

    def __init__(self, link: aiohttp.ClientWebSocketResponse) -> None:
        self.link, self.waiting, self.session = link, {}, None
        self.heard: dict[int, Any] = {}
        self.reader = asyncio.create_task(self._read())
        self.beat = asyncio.create_task(self._keep())

    def close(self) -> None:
        """Listen no more."""
        self.reader.cancel()
        self.beat.cancel()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(15)
            body = {"janus": "keepalive", "session_id": self.session, "transaction": secrets.token_hex(8)}
            await self.link.send_json(body)

    async def _read(self) -> None:
        async for message in self.link:
            said = json.loads(message.data)
            future = self.waiting.get(said.get("transaction"))
            if said["janus"] == "ack":
                continue
            if future is not None and not future.done():
                future.set_result(said)
            elif said.get("sender") in self.heard and "plugindata" in said:
                self.heard[said["sender"]](said["plugindata"]["data"], said.get("jsep"))
            elif said["janus"] in ("hangup", "timeout"):
                print(f"Janus: {said['janus']}: {said.get('reason')}", file=sys.stderr)

    async def ask(self, **message: Any) -> Any:
        """Send a request; return its answer."""
        transaction = secrets.token_hex(8)
        future = self.waiting[transaction] = asyncio.get_running_loop().create_future()
        session = {"session_id": self.session} if self.session else {}
        await self.link.send_json({**session, **message, "transaction": transaction})
        try:
            said = await asyncio.wait_for(future, 30)
        finally:
            self.waiting.pop(transaction, None)
        if said["janus"] == "error":
            raise RuntimeError(said["error"]["reason"])
        return said

    async def attach(self, heard: Any) -> int:
        """Return a new handle; its events go to `heard`."""
        handle = (await self.ask(janus="attach", plugin="janus.plugin.videoroom"))["data"]["id"]
        self.heard[handle] = heard
        return int(handle)

    async def say(self, handle: int, body: dict[str, Any], jsep: Any = None) -> Any:
        """Send the plugin a request; return its data and description."""
        more = {"jsep": {"type": jsep.type, "sdp": jsep.sdp}} if jsep else {}
        said = await self.ask(janus="message", handle_id=handle, body=body, **more)
        data = said["plugindata"]["data"]
        if "error" in data:
            raise RuntimeError(data["error"])
        return data, said.get("jsep")
