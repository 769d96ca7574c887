"""One venue of `benchmarks.meeting` that is no browser: enters by number and code, sends and gets as our page does.

Run by an interpreter that has aiortc (`tests/applications/venues.lock`). Its camera is made frames with moving bars,
its microphone silence; both are encoded in earnest, at the size and rate that the server asks for. What it gets is
decrypted, put in order and counted by aiortc (RFC 3550), not decoded, as twelve decoders on one machine would measure
the machine. A line on standard input begins the count, a second one ends it: then one JSON line is printed. Gives up
after `--seconds`.
"""

import argparse
import asyncio
import json
import resource
import secrets
import socket
import sys
from fractions import Fraction
from typing import Any

import aiohttp
import aiortc.codecs.vpx as vpx
import aiortc.rtcrtpreceiver as receiving
import numpy as np
from aiohttp.abc import AbstractResolver, ResolveResult
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import AudioStreamTrack
from av import VideoFrame

WIDTH, HEIGHT = 640, 360
LIMIT = {"kbps": 64, "scale": 4.0, "frames": 8}
"""what the server wants of the picture now"""


def limited() -> None:
    """Have aiortc's encoder keep to the limit, and its receivers count without decoding."""
    vpx.MIN_BITRATE = 30_000
    plain = vpx.Vp8Encoder.target_bitrate

    def put(encoder: Any, rate: int) -> None:
        plain.fset(encoder, min(rate, int(LIMIT["kbps"] * 1000)))

    vpx.Vp8Encoder.target_bitrate = property(plain.fget, put)

    def drain(loop: Any, given: Any, taken: Any, *_more: Any) -> None:
        while given.get() is not None:
            pass
        asyncio.run_coroutine_threadsafe(taken.put(None), loop)

    receiving.decoder_worker = drain


class Camera(VideoStreamTrack):
    """Frames with moving bars and noise, as large and as often as the limit says."""

    begun: float | None = None
    due = 0.0

    async def recv(self) -> VideoFrame:
        """Return the next frame when it is due."""
        pts, base = await self._next()
        scale = int(LIMIT["scale"])
        wide, high = WIDTH // scale, HEIGHT // scale
        picture = np.zeros((high, wide, 3), dtype=np.uint8)
        place = int(pts / 3000 * 4) % wide
        picture[:, place : place + wide // 8] = 200
        picture[: high // 3] += np.random.default_rng(pts).integers(0, 24, (high // 3, wide, 3), dtype=np.uint8)
        frame = VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = pts, base
        return frame

    async def _next(self) -> tuple[int, Fraction]:
        """Wait until the next frame is due and return its time, which is that of the clock."""
        loop = asyncio.get_running_loop()
        if self.begun is None:
            self.begun = self.due = loop.time()
        self.due = max(self.due + 1 / LIMIT["frames"], loop.time())
        await asyncio.sleep(self.due - loop.time())
        return int((loop.time() - self.begun) * 90000), Fraction(1, 90000)


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


class Venue:
    """A venue from its entry to its end."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url, self.feeds, self.streams = http, url, {}, []
        self.work = asyncio.Lock()
        self.subscriber: int | None = None
        self.got: RTCPeerConnection | None = None
        self.changes = self.errors = 0

    async def post(self, path: str, **body: Any) -> Any:
        """Ask the server something."""
        async with self.http.post(self.url + path, json=body, headers={"Origin": self.url}) as answer:
            answer.raise_for_status()
            return await answer.json() if answer.content_type == "application/json" else None

    async def enter(self, number: str, code: str) -> None:
        """Enter, and begin to send."""
        form = {"number": number, "code": code}
        async with self.http.post(self.url + "/join", data=form, headers={"Origin": self.url}) as answer:
            answer.raise_for_status()
        await self.post("/room/state")
        self.given = await self.post("/room/pass")
        link = await self.http.ws_connect(self.url.replace("https", "wss") + "/janus", protocols=("janus-protocol",))
        self.janus = Signalling(link)
        self.janus.session = (await self.janus.ask(janus="create"))["data"]["id"]
        await self._send()
        await self.post("/room/sends")

    def connection(self) -> RTCPeerConnection:
        """Return a new connection through the relay."""
        servers = [RTCIceServer(**server) for server in self.given["ice"]["iceServers"]]
        for server in servers:
            server.urls = [url for url in server.urls if "udp" in url]
        return RTCPeerConnection(RTCConfiguration(iceServers=servers, iceTransportPolicy=RTCIceTransportPolicy.RELAY))

    async def _send(self) -> None:
        room, feed, token = (self.given[name] for name in ("room", "feed", "token"))
        handle = await self.janus.attach(self._event)
        join = {"request": "join", "ptype": "publisher", "room": room, "id": feed, "token": token}
        joined, _none = await self.janus.say(handle, join)
        self.private = joined["private_id"]
        self._event(joined, None)
        self.sent = self.connection()
        self.sent.addTrack(AudioStreamTrack())
        self.sent.addTrack(Camera())
        await self.sent.setLocalDescription(await self.sent.createOffer())
        _said, jsep = await self.janus.say(handle, {"request": "publish"}, self.sent.localDescription)
        await self.sent.setRemoteDescription(RTCSessionDescription(jsep["sdp"], jsep["type"]))

    def _event(self, data: Any, _jsep: Any) -> None:
        for one in data.get("publishers", ()):
            self.feeds[one["id"]] = [stream for stream in one["streams"] if not stream.get("disabled")]
        for name in ("unpublished", "leaving"):
            self.feeds.pop(data.get(name), None)

    async def follow(self) -> None:
        """Do what the server says, once."""
        state = await self.post("/room/state")
        if state.get("send"):
            LIMIT.update(state["send"])
        wanted = set()
        for seat in state["seats"]:
            for stream in self.feeds.get(seat["feed"], ()) if seat["id"] != state["me"] else ():
                if stream["type"] == "audio" or seat["id"] in state["watch"]:
                    wanted.add((seat["feed"], stream["mid"]))
        async with self.work:
            await self._want(wanted)

    async def _want(self, wanted: set[tuple[int, str]]) -> None:
        now = {(s["feed_id"], s["feed_mid"]): s["mid"] for s in self.streams if s.get("active") and s.get("feed_id")}
        more = [{"feed": feed, "mid": mid} for feed, mid in sorted(wanted - now.keys())]
        less = [{"sub_mid": mid} for key, mid in now.items() if key not in wanted]
        if not more and not less:
            return
        self.changes += 1
        if self.subscriber is None:
            self.subscriber = await self.janus.attach(lambda d, j: asyncio.ensure_future(self._unasked(d, j)))
            self.got = self.connection()
            body = {"request": "join", "ptype": "subscriber", "room": self.given["room"],
                    "private_id": self.private, "streams": more}  # fmt: skip
        else:
            body = {
                "request": "update",
                **({"subscribe": more} if more else {}),
                **({"unsubscribe": less} if less else {}),
            }
        await self._answer(*await self.janus.say(self.subscriber, body))

    async def _unasked(self, data: Any, jsep: Any) -> None:
        async with self.work:
            await self._answer(data, jsep)

    async def _answer(self, data: Any, jsep: Any) -> None:
        self.streams = data.get("streams", self.streams)
        if jsep and self.got:
            await self.got.setRemoteDescription(RTCSessionDescription(jsep["sdp"], jsep["type"]))
            await self.got.setLocalDescription(await self.got.createAnswer())
            await self.janus.say(self.subscriber, {"request": "start"}, self.got.localDescription)

    async def counted(self) -> dict[str, Any]:
        """Return what was got and sent in all."""
        sums = {"got": 0, "lost": 0, "down_bytes": 0, "up_bytes": 0, "jitter": 0.0, "sent": 0}
        if self.got:
            for transport in {r.transport for r in self.got.getReceivers() if r.transport}:
                for entry in transport._get_stats().values():
                    sums["down_bytes"] += entry.bytesReceived
            for receiver in self.got.getReceivers():
                for entry in (await receiver.getStats()).values():
                    if entry.type == "inbound-rtp":
                        sums["got"] += entry.packetsReceived
                        sums["lost"] += max(0, entry.packetsLost)
                        rate = 90 if entry.kind == "video" else 48
                        sums["jitter"] = max(sums["jitter"], entry.jitter / rate)
        for sender in self.sent.getSenders():
            for entry in (await sender.getStats()).values():
                if entry.type == "outbound-rtp":
                    sums["sent"] += entry.packetsSent
                    sums["up_bytes"] += entry.bytesSent
        return sums


async def _follow(venue: Venue, name: str) -> None:
    """Do what the server says every second, whatever goes wrong in between."""
    while True:
        try:
            await venue.follow()
        except (aiohttp.ClientError, RuntimeError, TimeoutError) as error:
            venue.errors += 1
            print(f"{name}: {error!r}", file=sys.stderr)
        await asyncio.sleep(1)


async def meet(given: argparse.Namespace) -> dict[str, Any]:
    """Take part; return what was counted between the first line on standard input and the second."""
    connector = aiohttp.TCPConnector(resolver=Here(given.address), ssl=False)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
        venue = Venue(http, given.url)
        await venue.enter(given.number, given.code)
        loop = asyncio.get_running_loop()
        orders = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        follow = asyncio.create_task(_follow(venue, given.code))
        await orders.readline()
        before, begun = await venue.counted(), loop.time()
        await orders.readline()
        after = await venue.counted()
        seconds = loop.time() - begun
        follow.cancel()
        states = [venue.sent.connectionState, venue.got.connectionState if venue.got else "none"]
        counts = {name: after[name] - before[name] for name in after if name != "jitter"}
        of_venue = {"changes": venue.changes, "errors": venue.errors, "states": states}
        return {**counts, **of_venue, "jitter": after["jitter"], "seconds": seconds}


def main() -> None:
    """Take part and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--address", "--number", "--code"):
        parser.add_argument(name, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    limited()
    found = asyncio.run(asyncio.wait_for(meet(given), given.seconds))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "cpu": used.ru_utime + used.ru_stime}), flush=True)


if __name__ == "__main__":
    main()
