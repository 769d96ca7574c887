"""A whole cycle with storing, for `benchmarks.poll`: ask every device, take identities and rates, write the series.

    python -m benchmarks.poll_county VERSION PORT DEVICES

Each round does what the poller does: the last readings come from the store, samples are taken as the answers come, and
the cycle is committed. Prints one JSON line: the warm round that was over first, and the largest memory.
"""

import asyncio
import gc
import json
import resource
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from benchmarks.poll_peers import PAUSE, WARM, addresses, agents_cpu
from benchmarks.questions import QUESTION
from benchmarks.replay_agent import COMMUNITY, CREDENTIALS
from countynet.cli import OBJECTS
from monitoring.poller.samples import samples
from monitoring.series.seam import Sample
from monitoring.series.sqlite.store import SqliteSeries
from monitoring.snmp.community import Community
from monitoring.snmp.engine import Engine
from monitoring.snmp.seam import Answer, Target

ROUNDS = 9


async def cycles(version: str, port: int, devices: int, folder: Path) -> list[dict[str, float]]:
    """Run some cycles; return what each took."""
    secret = Community(SecretStr(COMMUNITY)) if version == "v2c" else CREDENTIALS
    targets, found = [Target(host, host, port) for host in addresses(devices)], []
    with closing(Engine(secret)) as engine, closing(SqliteSeries(folder)) as series:
        for _cycle in range(ROUNDS):
            agents = agents_cpu()
            began, cpu, at = time.perf_counter(), time.process_time(), time.time()
            before, taken, failed = series.before(), list[Sample](), 0

            def take(answer: Answer) -> None:
                nonlocal failed
                failed += bool(answer.error)
                if not answer.error:
                    taken.extend(samples(answer, before, at + answer.seconds, 45))  # noqa: B023 (in this cycle only)

            await engine.ask(targets, QUESTION, take)
            asked = time.perf_counter() - began
            series.write(int(at), taken)
            found.append(
                {
                    "seconds": time.perf_counter() - began,
                    "asked": asked,
                    "cpu": time.process_time() - cpu,
                    "agents": agents_cpu() - agents,
                    "interfaces": len(taken),
                    "rates": sum(sample.rates is not None for sample in taken),
                    "failed": failed,
                }
            )
            await asyncio.sleep(PAUSE)
    return found


def main() -> None:
    """Print the best of the warm cycles."""
    gc.set_threshold(OBJECTS, 10, 10)
    version, port, devices = sys.argv[1:]
    with TemporaryDirectory() as folder:
        rounds = asyncio.run(cycles(version, int(port), int(devices), Path(folder)))
    found = min(rounds[-WARM:], key=lambda each: each["seconds"])
    found["first_seconds"] = rounds[0]["seconds"]
    found["failed"] = max(each["failed"] for each in rounds)
    print(json.dumps({**found, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
