"""What venues of `benchmarks.meeting` send: pictures and a voice that are encoded once, before the meeting.

    VENV/bin/python benchmarks/meeting_films.py FOLDER 64/4/8 361/1/15 ...

makes `FOLDER/64-4-8.mkv` and so on: four seconds of VP8 in earnest, at so many kbit/s, so many times smaller than
640 x 360, so many frames a second, a whole picture every two seconds; and `FOLDER/voice.mkv`, Opus at 32 kbit/s.
Nine venues that encode while they meet would measure the machine and not the network; packets of real encoders are
sent as they come out of the file. `Film` gives them in a ring, when they are due.
"""

import asyncio
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack
from av import AudioFrame, Packet, VideoFrame

WIDTH, HEIGHT = 640, 360
SECONDS = 4
VOICE = "voice"
TICKS = {"video": 90_000, "audio": 48_000}


def make(folder: Path, kbps: int, scale: float, frames: int) -> None:
    """Encode moving bars and noise at a rate: what a camera sends of people who sit."""
    wide, high = int(WIDTH / scale) // 2 * 2, int(HEIGHT / scale) // 2 * 2
    chance = np.random.default_rng(kbps)
    with av.open(str(folder / f"{kbps}-{scale:g}-{frames}.mkv"), "w") as out:
        stream: Any = out.add_stream("libvpx", rate=frames)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = wide, high, "yuv420p", kbps * 1000
        stream.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "g": str(2 * frames),
                          "minrate": f"{kbps}k", "maxrate": f"{kbps}k", "bufsize": f"{kbps}k",
                          "max-intra-rate": "300", "error-resilient": "1"}  # fmt: skip
        for number in range(SECONDS * frames):
            picture = np.zeros((high, wide, 3), dtype=np.uint8)
            place = number * 4 % wide
            picture[:, place : place + wide // 8] = 200
            picture[: high // 3] += chance.integers(0, 48, (high // 3, wide, 3), dtype=np.uint8)
            out.mux(stream.encode(VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())


def make_voice(folder: Path) -> None:
    """Encode noise that swells as speech does, in packets of 20 ms."""
    chance = np.random.default_rng(1)
    with av.open(str(folder / f"{VOICE}.mkv"), "w") as out:
        stream: Any = out.add_stream("libopus", rate=TICKS["audio"])
        stream.layout, stream.bit_rate = "mono", 32_000
        for number in range(SECONDS * 50):
            loud = 3000 * (1 + np.sin(number / 8))
            frame = AudioFrame.from_ndarray(chance.normal(0, loud, (1, 960)).astype(np.int16), "s16", "mono")
            frame.sample_rate, frame.pts = TICKS["audio"], number * 960
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def read(path: Path) -> list[tuple[float, bool, bytes]]:
    """Return a film's packets: seconds until the next one is due, whether one can begin with it, what it says."""
    with av.open(str(path)) as film:
        stream = film.streams[0]
        found = [(float(p.pts * p.time_base), p.is_keyframe, bytes(p)) for p in film.demux(stream) if p.size]
    usual = SECONDS / len(found)
    gaps = [later[0] - one[0] for one, later in pairwise(found)]
    return [(gap, whole, said) for gap, (_at, whole, said) in zip([*gaps, usual], found, strict=True)]


class Film(MediaStreamTrack):
    """A camera or microphone that plays films in a ring; which one is asked before each packet.

    Another film begins with its first packet, which is a whole picture, and so does the one that plays when somebody
    asks for a whole picture (`whole`).
    """

    def __init__(self, kind: str, folder: Path, wanted: Callable[[], str]) -> None:
        """Play films of a folder."""
        super().__init__()
        self.kind, self._folder, self._wanted = kind, folder, wanted
        self._films: dict[str, list[tuple[float, bool, bytes]]] = {}
        self._name, self._place = "", 0
        self._begun = self._due = 0.0

    def whole(self) -> None:
        """Go on with the next whole picture."""
        film = self._films.get(self._name, [])
        self._place = next((n for n in range(self._place, len(film)) if film[n][1]), 0)

    async def recv(self) -> Packet:
        """Return the next packet when it is due; one that is late does not make the next ones late."""
        loop = asyncio.get_running_loop()
        if not self._begun:
            self._begun = self._due = loop.time()
        name = self._wanted()
        if name != self._name:
            self._films.setdefault(name, read(self._folder / f"{name}.mkv"))
            self._name, self._place = name, 0
        gap, _whole, said = self._films[name][self._place]
        self._place = (self._place + 1) % len(self._films[name])
        await asyncio.sleep(max(0.0, self._due - loop.time()))
        packet = Packet(said)
        packet.pts, packet.time_base = int((self._due - self._begun) * TICKS[self.kind]), Fraction(1, TICKS[self.kind])
        self._due = max(self._due + gap, loop.time() - 0.2)
        return packet


def main(words: list[str]) -> None:
    """Make the films that are named."""
    folder = Path(words[0])
    make_voice(folder)
    for word in words[1:]:
        kbps, scale, frames = word.split("/")
        make(folder, int(kbps), float(scale), int(frames))


if __name__ == "__main__":
    main(sys.argv[1:])
