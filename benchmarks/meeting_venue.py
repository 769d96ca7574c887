"""One venue of `benchmarks.meeting` that is no browser: enters by number and code, sends and gets as our page does.

Run by an interpreter that has aiortc (`tests/applications/venues.lock`). It sends films that were encoded before
(`meeting_films`), of the size and rate that the server asks for. What it gets is decrypted and counted by RFC 3550,
neither put in order nor decoded nor asked for again: a lost packet is lost, and twelve decoders on one machine would
measure the machine. A connection that ends is made anew after two seconds, as our page does, and told. A line on
standard input begins the count, a second one ends it: then one JSON line is printed. Gives up after `--seconds`.
"""

import argparse
import asyncio
import json
import logging
import math
import resource
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import aioice.stun
import aioice.turn
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.rtcdtlstransport import RtpRouter
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import clamp_packets_lost
from meeting_films import TICKS, VOICE, Film
from meeting_janus import Here, Signalling

AGAIN_SECONDS = 2.0
MUTED_PACKETS = 100
SO_RCVBUFFORCE = 33
"""socket(7); Python does not name it"""
BROKEN = ("failed", "closed")
SUMS = ("got", "lost", "sent", "up_lost", "down_bytes", "up_bytes")
LEVELS = ("jitter", "round_trip")
"""milliseconds, the worst of all streams; nothing that adds up"""
Counts = dict[str, float]


class Counted(StreamStatistics):
    """RFC 3550's count of one stream, but that a voice which the chair silenced for a while has lost nothing.

    Janus numbers on while it drops a muted voice. Two seconds without a single packet are taken for that: a line that
    is gone for so long shows in the pictures, which are never muted here.
    """

    def __init__(self, clockrate: int, silenced: float) -> None:
        super().__init__(clockrate)
        self.longest, self.skipped = silenced, 0

    def add(self, packet: Any) -> None:
        """Count one packet."""
        if self.max_seq is not None:
            gap = (packet.sequence_number - self.max_seq) % 65536 - 1
            if self.longest < gap < 32768:
                self.skipped += gap
        super().add(packet)

    @property
    def packets_lost(self) -> int:
        """Packets that are missing."""
        return int(clamp_packets_lost(self.packets_expected - self.packets_received - self.skipped))


def light() -> None:
    """Have aiortc's receivers count without decoding, and its senders play on with a whole picture when asked to.

    A packet's type is not looked at: Janus uses a place that became free for another feed, whose browser may number its
    codecs otherwise, and aiortc knows the first numbers alone. Nothing is asked for again, so nothing comes twice.
    An answer to a check of the connection may take two seconds, not half a one: a busy machine is no broken line, and
    thirty seconds without any still end it (RFC 7675). What comes while others compute waits in four megabytes, beyond
    what the machine allows each program: its usual buffer holds less than a second of a meeting. Why a connection
    ended is told.
    """
    aioice.stun.RETRY_RTO = 2.0
    aioice.turn.UDP_SOCKET_BUFFER_SIZE = 1 << 22
    socket.SO_RCVBUF = SO_RCVBUFFORCE
    told = logging.StreamHandler()
    told.addFilter(lambda record: any(word in record.getMessage() for word in ("expired", "shutdown", "failed")))
    logging.basicConfig(handlers=[told], format="%(name)s: %(message)s")
    logging.getLogger("aioice.ice").setLevel(logging.INFO)
    logging.getLogger("aiortc.rtcdtlstransport").setLevel(logging.DEBUG)

    async def count(receiver: Any, packet: Any, arrival_time_ms: int) -> None:
        streams = receiver._RTCRtpReceiver__remote_streams
        if packet.ssrc not in streams:
            voice = receiver.track.kind == "audio"
            streams[packet.ssrc] = Counted(TICKS[receiver.track.kind], MUTED_PACKETS if voice else math.inf)
            if not voice:
                await receiver._send_rtcp_pli(packet.ssrc)
        streams[packet.ssrc].add(packet)

    plain = RtpRouter.route_rtp
    RtpRouter.route_rtp = lambda router, packet: router.ssrc_table.get(packet.ssrc) or plain(router, packet)
    RTCRtpReceiver._handle_rtp_packet = count
    RTCRtpSender._send_keyframe = lambda sender: sender.track.whole()


class Venue:
    """A venue from its entry to its end."""

    def __init__(self, http: aiohttp.ClientSession, url: str, films: Path) -> None:
        self.http, self.url, self.films = http, url, films
        self.work = asyncio.Lock()
        self.again = self.errors = 0
        self.film = "64-4-8"
        self.ended: list[Counts] = []
        self.sent: RTCPeerConnection | None = None
        self.got: RTCPeerConnection | None = None
        self._fresh()

    def _fresh(self) -> None:
        self.feeds: dict[int, Any] = {}
        self.streams: list[Any] = []
        self.subscriber: int | None = None
        self.link: aiohttp.ClientWebSocketResponse | None = None

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
        await self.connect()

    async def connect(self) -> None:
        """Begin to send, with a new pass."""
        self.given = await self.post("/room/pass")
        address = self.url.replace("https", "wss") + "/janus"
        self.link = await self.http.ws_connect(address, protocols=("janus-protocol",))
        self.janus = Signalling(self.link)
        self.janus.session = (await self.janus.ask(janus="create"))["data"]["id"]
        await self._send()
        await self.post("/room/sends")

    async def mend(self) -> None:
        """Connect anew when a connection broke, as our page does; what was counted is kept."""
        broken = [one for one in (self.sent, self.got) if one and one.connectionState in BROKEN]
        if not broken and not (self.link and self.link.closed):
            return
        self.again += 1
        print(f"again: {[one.connectionState for one in (self.sent, self.got) if one]}", file=sys.stderr)
        self.ended.append(await self._counted())
        await self.close()
        self._fresh()
        await asyncio.sleep(AGAIN_SECONDS)
        await self.connect()

    async def close(self) -> None:
        """End both connections and the signalling."""
        self.janus.close()
        for one in (self.sent, self.got):
            if one:
                await one.close()
        self.sent = self.got = None
        if self.link:
            await self.link.close()

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
        self.sent.addTrack(Film("audio", self.films, lambda: VOICE))
        self.sent.addTrack(Film("video", self.films, lambda: self.film))
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
        await self.mend()
        state = await self.post("/room/state")
        if sends := state.get("send"):
            self.film = f"{sends['kbps']}-{sends['scale']:g}-{sends['frames']}"
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
        if self.subscriber is None:
            await self._first(more)
            return
        both = {"subscribe": more, "unsubscribe": less}
        body = {"request": "update", **{name: streams for name, streams in both.items() if streams}}
        await self._answer(*await self.janus.say(self.subscriber, body))

    async def _first(self, streams: list[Any]) -> None:
        """Begin to get; a feed that has gone meanwhile has the next round begin anew."""
        handle = await self.janus.attach(lambda d, j: asyncio.ensure_future(self._unasked(d, j)))
        body = {"request": "join", "ptype": "subscriber", "room": self.given["room"],
                "private_id": self.private, "streams": streams}  # fmt: skip
        answer = await self.janus.say(handle, body)
        self.subscriber, self.got = handle, self.connection()
        await self._answer(*answer)

    async def _unasked(self, data: Any, jsep: Any) -> None:
        async with self.work:
            await self._answer(data, jsep)

    async def _answer(self, data: Any, jsep: Any) -> None:
        self.streams = data.get("streams", self.streams)
        if jsep and self.got:
            await self.got.setRemoteDescription(RTCSessionDescription(jsep["sdp"], jsep["type"]))
            await self.got.setLocalDescription(await self.got.createAnswer())
            await self.janus.say(self.subscriber, {"request": "start"}, self.got.localDescription)

    async def counted(self) -> Counts:
        """Return what was got and sent in all, by connections that ended as well."""
        total = await self._counted()
        for one in self.ended:
            total = {name: total[name] + (one[name] if name not in LEVELS else 0) for name in total}
        return total

    async def _counted(self) -> Counts:
        sums = dict.fromkeys((*SUMS, *LEVELS), 0.0)
        for transport in _transports(self.sent) | _transports(self.got):
            for entry in transport._get_stats().values():
                sums["down_bytes"] += entry.bytesReceived
                sums["up_bytes"] += entry.bytesSent
        for one in (*(self.got.getReceivers() if self.got else ()), *(self.sent.getSenders() if self.sent else ())):
            for entry in (await one.getStats()).values():
                _add(sums, entry)
        return sums


def _add(sums: Counts, entry: Any) -> None:
    """Add one statistic of a stream."""
    if entry.type == "inbound-rtp":
        sums["got"] += entry.packetsReceived
        sums["lost"] += max(0, entry.packetsLost)
        sums["jitter"] = max(sums["jitter"], entry.jitter / (90 if entry.kind == "video" else 48))
    elif entry.type == "outbound-rtp":
        sums["sent"] += entry.packetsSent
    elif entry.type == "remote-inbound-rtp":
        sums["up_lost"] += max(0, entry.packetsLost)
        sums["round_trip"] = max(sums["round_trip"], (entry.roundTripTime or 0) * 1000)


def _transports(connection: RTCPeerConnection | None) -> set[Any]:
    if connection is None:
        return set()
    return {one.transport for one in (*connection.getReceivers(), *connection.getSenders()) if one.transport}


async def _follow(venue: Venue, name: str) -> None:
    """Do what the server says every second, whatever goes wrong in between."""
    while True:
        try:
            await venue.follow()
        except (aiohttp.ClientError, ConnectionError, RuntimeError, TimeoutError) as error:
            venue.errors += 1
            print(f"{name}: {error!r}", file=sys.stderr)
        await asyncio.sleep(1)


async def _fastest(venue: Venue, seen: list[float]) -> None:
    """Remember the most that was sent in ten seconds, in kbit/s."""
    while True:
        before, begun = await venue.counted(), time.monotonic()
        await asyncio.sleep(10)
        after = await venue.counted()
        seen[0] = max(seen[0], (after["up_bytes"] - before["up_bytes"]) / 125 / (time.monotonic() - begun))


async def meet(given: argparse.Namespace) -> dict[str, Any]:
    """Take part; return what was counted between the first line on standard input and the second."""
    connector = aiohttp.TCPConnector(resolver=Here(given.address), ssl=False)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
        venue, fastest = Venue(http, given.url, Path(given.films)), [0.0]
        await venue.enter(given.number, given.code)
        loop = asyncio.get_running_loop()
        orders = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        follow = asyncio.create_task(_follow(venue, given.code))
        await orders.readline()
        before, begun, used = await venue.counted(), loop.time(), _used()
        look = asyncio.create_task(_fastest(venue, fastest))
        await orders.readline()
        after, seconds = await venue.counted(), loop.time() - begun
        follow.cancel()
        look.cancel()
        await asyncio.gather(follow, look, return_exceptions=True)
        states = [one.connectionState if one else "none" for one in (venue.sent, venue.got)]
        counts = {name: after[name] - before[name] for name in SUMS} | {name: after[name] for name in LEVELS}
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(venue.close(), 5)
        more = {"again": venue.again, "errors": venue.errors, "states": states, "most_up": fastest[0]}
        return {**counts, **more, "seconds": seconds, "cpu": _used() - used}


def _used() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Take part and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--address", "--number", "--code", "--films"):
        parser.add_argument(name, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    light()
    found = asyncio.run(asyncio.wait_for(meet(given), given.seconds))
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
