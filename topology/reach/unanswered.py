"""What the policy allows and some way lets arrive, but what does not work there and back while nothing fails. Pure.

Asked after the verdicts, of the pairs that are only as allowed: each owes answers. Such a pair is `blocked` with the
packet that is lost, the answer or the first one, and the way it takes to where that happens; `unknown` where answers
meet a device with a line that nobody understood.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from topology.reach.answers import Answers, Dead
from topology.reach.engine import Engine
from topology.reach.findings import Finding, Verdict
from topology.reach.space import Set
from topology.reach.steady import Gateways
from topology.reach.walk_back import Walker, swapped

if TYPE_CHECKING:
    from topology.reach.judge import Judge, Row


def unanswered(
    judge: "Judge", rows: Mapping[str, "Row"], steady: Engine, returning: Engine, gateways: Gateways
) -> Iterator[Finding]:
    """Yield a finding for each pair that does not work.

    `steady`: the engine with the routes that stand while nothing fails; `returning`: one that takes everything for an
    answer.
    """
    due = owed(judge, rows)
    at = lambda place: judge.allowed.at(place, "d")  # noqa: E731
    answers, walker = Answers(steady, returning, gateways, due, at), Walker(steady, gateways)
    for pair in due:
        met = sorted(answers.met(pair, judge.unparsed))
        if dark := tuple(f"{device}: {line}" for device in met for line in judge.unparsed[device]):
            family = judge.network.family.name
            yield Finding(source=pair[0], target=pair[1], verdict=Verdict.UNKNOWN, lines=dark, family=family)
        elif dead := answers.dead(pair):
            yield _finding(judge, walker, pair, dead)


def owed(judge: "Judge", rows: Mapping[str, "Row"]) -> dict[tuple[str, str], Set]:
    """Return by pair of places the packets that arrive as allowed and whose answers somebody serves."""
    return {
        (source, target): packets & judge.owing.answered(source, target)
        for source, row in rows.items()
        for target, packets in row.due.items()
        if row.verdicts[target] is Verdict.ALLOWED and packets != judge.space.nothing
    }


def _finding(judge: "Judge", walker: Walker, pair: tuple[str, str], dead: Dead) -> Finding:
    space, (source, target) = judge.space, pair
    answer = dead.first == space.nothing
    packets = dead.answers if answer else dead.first
    at = judge.allowed.at
    wishes = [space.protocol("tcp"), at(source), at(target, "d"), ~space.ack, space.echo]
    packet = space.one(packets, wishes)
    home, path = walker.home(source, target, packet) if packet else (True, ())
    shown = swapped(packet) if packet and answer else packet
    path = () if home else path
    return Finding(
        source=source, target=target, verdict=Verdict.BLOCKED, packet=str(shown), path=path, answer=answer,
        family=judge.network.family.name,
    )  # fmt: skip
