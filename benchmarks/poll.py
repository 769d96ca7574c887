"""What one poll of the county that stands costs: ratios and CPU seconds.

Run it while a configured twin (or the real network) stands: `python -m benchmarks.poll [ROUNDS]` in the environment of
`countynet` (COUNTYNET_COUNTY). The first round discovers every agent, the others do not.
"""

import asyncio
import json
import statistics
import sys
import time
from contextlib import closing, nullcontext

from countynet import vantage
from countynet.settings import Settings
from monitoring.poller.plan import Plan, credentials, load
from monitoring.snmp.engine import Engine
from monitoring.snmp.questions import INTERFACES


async def measure(settings: Settings, plan: Plan, rounds: int) -> list[dict[str, float]]:
    """Poll so many times with one engine; return what each round took."""
    found = []
    with closing(Engine(credentials(settings))) as engine:
        for _round in range(rounds):
            began, cpu = time.perf_counter(), time.process_time()
            answers = (await engine.ask(plan.targets, INTERFACES)).values()
            spent, values = time.process_time() - cpu, sum(answer.values for answer in answers)
            found.append(
                {
                    "seconds": time.perf_counter() - began,
                    "cpu_seconds": spent,
                    "values": values,
                    "datagrams": sum(answer.datagrams for answer in answers),
                    "cpu_ms_per_1000_values": spent * 1e6 / max(1, values),
                    "silent": sum(1 for answer in answers if answer.error),
                }
            )
            await asyncio.sleep(1)
    return found


def main() -> None:
    """Print the first round and the median of the others as JSON."""
    settings = Settings.load()
    plan, place = load(settings), vantage.path(settings)
    with vantage.within(place) if place else nullcontext():
        rounds = asyncio.run(measure(settings, plan, int(sys.argv[1]) if len(sys.argv) > 1 else 6))
    later = rounds[1:] or rounds
    median = {name: round(statistics.median(each[name] for each in later), 3) for name in rounds[0]}
    first = {name: round(value, 3) for name, value in rounds[0].items()}
    print(json.dumps({"devices": len(plan.targets), "first": first, "median": median}, indent=2))


if __name__ == "__main__":
    main()
