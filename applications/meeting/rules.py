"""Who may do what in a meeting, who is seen large, what each venue sends and gets. Pure.

Lines are narrow: an ADSL unit sends at most 512 kbit/s and gets 2,048 or 4,096. So a venue sends a large picture only
while it is seen large by somebody, otherwise a thumbnail, and gets as many thumbnails as its line carries. Simulcast
would send both at all times, which an ADSL uplink has no room for (docs/decisions/156).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a meeting."""

    CHAIR = "chair"
    VENUE = "venue"


class Layout(StrEnum):
    """Who is seen large: the speaker, the county hall beside the speaker, or all alike."""

    SPEAKER = "speaker"
    TWO = "two"
    GRID = "grid"


class Act(StrEnum):
    """Everything that somebody in a meeting can ask of the server."""

    HAND = "hand"
    LEAVE = "leave"
    ADMIT = "admit"
    REMOVE = "remove"
    MUTE = "mute"
    UNMUTE = "unmute"
    MUTE_ALL = "mute-all"
    CAMERA_OFF = "camera-off"
    CAMERA_ON = "camera-on"
    FLOOR = "floor"
    LAYOUT = "layout"
    DISCUSS = "discuss"
    INVITE = "invite"
    RECORD = "record"
    END = "end"


OF_ALL = frozenset({Act.HAND, Act.LEAVE})
"""what needs no chair"""

AUDIO_KBPS = 48
"""one voice with its headers: Opus at 32 kbit/s, 50 packets a second"""
USABLE = 0.8
"""what of a line's rate media may fill: ADSL cells, signalling and repeats of lost packets take the rest"""
LARGE_KBPS = 1000
GRID_KBPS = 120
THUMB_KBPS = 64
MUCH_LOST, LITTLE_LOST = 5.0, 1.0
"""percent of what a line's streams lose alike: it carries less than is sent down it; it may carry more"""
LEAST_SHARE = 0.25
VOICES = 3
"""voices that a venue's line keeps room for"""


@dataclass(frozen=True)
class Seat:
    """One device in a meeting, as the rules see it."""

    id: str
    venue: str
    role: Role
    hall: bool
    """whether its venue is the county hall of this meeting"""
    muted: bool = True
    """by the chair; what the venue itself turns off is its own business"""
    up_kbps: int = 512
    down_kbps: int = 2048


@dataclass(frozen=True)
class Sending:
    """The picture that a venue has to send."""

    kbps: int
    scale: float
    """how many times smaller than the camera's 640 x 360"""
    frames: int
    """per second"""


def may(role: Role, act: Act) -> bool:
    """Tell whether somebody of a role may ask for an act."""
    return role is Role.CHAIR or act in OF_ALL


def silent(seat: Seat, floor: str) -> bool:
    """Tell whether Janus has to drop a seat's voice: a venue speaks with the floor, or when the chair unmuted it."""
    return seat.muted and seat.role is not Role.CHAIR and seat.id != floor


def stage(seats: Sequence[Seat], floor: str, layout: Layout) -> tuple[str, ...]:
    """Return the seats that are seen large, the most important first; none in a grid.

    Without a floor the hall is seen; of several devices in the hall, the one that is not the chair's desk.
    """
    if layout is Layout.GRID:
        return ()
    here = {seat.id for seat in seats}
    halls = [s.id for s in sorted(seats, key=lambda s: (s.role is Role.CHAIR, s.id)) if s.hall or s.role is Role.CHAIR]
    speaker = floor if floor in here else next(iter(halls), "")
    large = [speaker] if layout is Layout.SPEAKER else [speaker, *halls[:1]]
    return tuple(dict.fromkeys(seat for seat in large if seat))


def room_for(kbps: int) -> int:
    """Return what of a line's rate, in kbit/s, is left for pictures beside one voice."""
    return max(32, int(kbps * USABLE) - AUDIO_KBPS)


def carried(share: float, lost: float) -> float:
    """Return which share of its rate a line is taken to carry, from what it was and the percent that it lost since.

    A line that loses much gets less at once, and comes back slowly: pictures that come and go are worse than few.
    """
    if lost > MUCH_LOST:
        return max(LEAST_SHARE, round(share * 0.7, 3))
    return min(1.0, round(share + 0.02, 3)) if lost < LITTLE_LOST else share


def sending(seat: Seat, large: Collection[str], layout: Layout) -> Sending:
    """Return the picture that a seat has to send, within its line."""
    room = room_for(seat.up_kbps)
    if layout is Layout.GRID:
        return Sending(min(GRID_KBPS, room), 2, 12)
    if seat.id not in large:
        return Sending(min(THUMB_KBPS, room), 4, 8)
    kbps = min(LARGE_KBPS, room)
    return Sending(kbps, 1 if kbps >= 300 else 2, 20 if kbps >= 600 else 15)


def watching(seat: Seat, seats: Sequence[Seat], floor: str, layout: Layout) -> tuple[str, ...]:
    """Return whose pictures a seat gets: those seen large, then the hall and the others while its line has room."""
    large = stage(seats, floor, layout)
    left = int(seat.down_kbps * USABLE) - VOICES * AUDIO_KBPS
    chosen: list[str] = []
    for other in _by_weight(seats, large):
        cost = sending(other, large, layout).kbps
        if other.id != seat.id and (cost <= left or not chosen):
            chosen.append(other.id)
            left -= cost
    return tuple(chosen)


def _by_weight(seats: Iterable[Seat], large: Sequence[str]) -> list[Seat]:
    places = {seat: place for place, seat in enumerate(large)}
    return sorted(seats, key=lambda s: (places.get(s.id, len(places)), not s.hall, s.role is not Role.CHAIR, s.id))
