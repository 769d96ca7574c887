"""Many simulated vendor devices in one process and one network namespace, each on its management address, port 22.

Run as a script inside the namespace: reads `{"key": ..., "second": ..., "devices": [{name, platform, model, address,
ports, management}]}` from standard input, prints `ready`, then takes one JSON order a line (`{"device": NAME, ...}`, as
`topology.twin.vendor.control`) and prints one answer a line. `Row` is its other end.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Row:
    """The devices, from the outside; their namespace ends with them."""

    def __init__(self, key: str, devices: Sequence[Mapping[str, Any]], second: float) -> None:
        self.netns = f"dv-{os.getpid()}"
        subprocess.run(["ip", "netns", "add", self.netns], check=True)
        batch = ["link set lo up", *(f"address add {d['address']}/32 dev lo" for d in devices)]
        subprocess.run(["ip", "-n", self.netns, "-batch", "-"], input="\n".join(batch), text=True, check=True)
        argv = ["ip", "netns", "exec", self.netns, sys.executable, "-m", "tests.twin.drivers_row"]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._say({"key": key, "second": second, "devices": list(devices)}) == {"ok": True}

    @property
    def path(self) -> Path:
        """The namespace."""
        return Path("/run/netns") / self.netns

    def order(self, device: str, **order: Any) -> dict[str, Any]:
        """Give one device an order; return its answer."""
        answer = self._say({"device": device, **order})
        assert answer["ok"], answer
        return answer

    def _say(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def stop(self) -> None:
        """End all of it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        subprocess.run(["ip", "netns", "delete", self.netns], check=False)


async def serve() -> None:
    """Be the devices."""
    import asyncssh

    from topology.twin.vendor.control import obey
    from topology.twin.vendor.device import Description, Device
    from topology.twin.vendor.dialogues import dialogue
    from topology.twin.vendor.server import listen

    loop, folder = asyncio.get_running_loop(), Path(tempfile.mkdtemp())
    wanted = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    devices: dict[str, Device] = {}
    for one in wanted["devices"]:
        about = Description(
            platform=one["platform"],
            model=one["model"],
            ports=tuple(one["ports"]),
            management=one["management"],
            user="netadmin",
            keys=(wanted["key"],),
            flash=folder / one["name"],
            second=wanted["second"],
        )
        device = devices[one["name"]] = Device(about, dialogue(about.platform).GRAMMAR(about))
        device.power_on()
        await listen(device, one["address"], 22, [asyncssh.generate_private_key("ssh-ed25519")])
    print(json.dumps({"ok": True}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(obey(devices[json.loads(line)["device"]], line)), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
