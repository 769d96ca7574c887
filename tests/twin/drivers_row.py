"""Many simulated vendor devices in one process and one network namespace, each on its management address, port 22.

Run as a script inside the namespace: reads `{"key": ..., "devices": [{name, platform, model, address,
ports, management}]}` from standard input, prints `ready`, then takes one JSON order a line (`{"device": NAME, ...}`, as
`topology.twin.vendor.control`, or `"do": "rekey"`) and prints one answer a line. `Row` is its other end.

A device with `staging` answers where its configuration says, as in life: bare there, then in band, at last there no
more. Every device sends its log messages, to addresses that `Row.also` are this namespace's own.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Row:
    """The devices, from the outside; their namespace ends with them."""

    def __init__(self, key: str, devices: Sequence[Mapping[str, Any]]) -> None:
        self.netns = f"dv-{os.getpid()}"
        subprocess.run(["ip", "netns", "add", self.netns], check=True)
        subprocess.run(["ip", "-n", self.netns, "link", "set", "lo", "up"], check=True)
        self.also(*(d[place] for d in devices for place in ("address", "staging") if place in d))
        argv = ["ip", "netns", "exec", self.netns, sys.executable, "-m", "tests.twin.drivers_row"]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self._say({"key": key, "devices": list(devices)}) == {"ok": True}

    @property
    def path(self) -> Path:
        """The namespace."""
        return Path("/run/netns") / self.netns

    def also(self, *addresses: str) -> None:
        """Give the namespace more addresses."""
        batch = "\n".join(f"address add {address}/32 dev lo" for address in addresses)
        subprocess.run(["ip", "-n", self.netns, "-batch", "-"], input=batch, text=True, check=True)

    def less(self, *addresses: str) -> None:
        """Take addresses away: who had them answers nobody."""
        batch = "\n".join(f"address delete {address}/32 dev lo" for address in addresses)
        subprocess.run(["ip", "-n", self.netns, "-batch", "-"], input=batch, text=True, check=True)

    @contextmanager
    def poor_line(self, rate: str, lost: int) -> Iterator[Callable[[], int]]:
        """Let everything pass at a rate and lose so many packets in a hundred; yields how many were lost so far."""
        inside = ["ip", "netns", "exec", self.netns]
        table = "table netdev lossy"
        rules = (
            f"add {table}; add chain netdev lossy lo {{ type filter hook ingress device lo priority 0; }}",
            f"add rule netdev lossy lo numgen random mod 100 < {lost} counter drop",
        )
        subprocess.run([*inside, "ip", "link", "set", "lo", "mtu", "1500"], check=True)
        shaped = f"tc qdisc replace dev lo root tbf rate {rate} burst 16kb latency 200ms"
        subprocess.run([*inside, *shaped.split()], check=True)
        for rule in rules:
            subprocess.run([*inside, "nft", rule], check=True)

        def count() -> int:
            said = subprocess.run([*inside, "nft", "list", table], check=True, capture_output=True, text=True).stdout
            return int(said.split("counter packets ")[1].split()[0])

        try:
            yield count
        finally:
            subprocess.run([*inside, "nft", f"delete {table}"], check=True)
            subprocess.run([*inside, "tc", "qdisc", "delete", "dev", "lo", "root"], check=True)

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


class Doors:
    """Where a device answers: at its staging port while that is open, in band once it has its address."""

    def __init__(self, device: Any, management: str, staging: str) -> None:
        import asyncssh

        self._device, self._addresses = device, {"management": management, "staging": staging}
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._open = dict[str, Any]()
        self._again: asyncio.TimerHandle | None = None
        self._booting: asyncio.Future[None] | None = None
        if staging:
            device.listeners.append(self._changed)

    def _changed(self, _actor: object) -> None:
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(self.follow()))

    async def rekey(self) -> None:
        """Show another host key from now on, as another box in the device's place would."""
        import asyncssh

        self._key = asyncssh.generate_private_key("ssh-ed25519")
        for place in list(self._open):
            listener = self._open.pop(place)
            listener.close()
            await listener.wait_closed()
        await self.follow()

    async def follow(self) -> None:
        """Open and shut."""
        from topology.twin.vendor.server import listen

        self._again = None
        wanted = self._wanted()
        for place in set(self._open) - wanted:
            self._open.pop(place).close()
        for place in wanted - set(self._open):
            self._open[place] = await listen(self._device, self._addresses[place], 22, [self._key])

    def boot(self, seconds: float) -> None:
        """Be silent for a while, and for as long as the device is ordered to stay down; then power on."""
        self._booting = asyncio.ensure_future(self._boot(seconds))

    async def _boot(self, seconds: float) -> None:
        while self._open:
            self._open.popitem()[1].close()
        await asyncio.sleep(seconds)
        while self._device.faults.stay_down:
            await asyncio.sleep(0.1)
        self._device.power_on()
        await self.follow()

    def _wanted(self) -> set[str]:
        if not self._addresses["staging"]:
            return {"management"}
        interfaces, port = self._device.accounts.config().interfaces, self._device.about.management
        up = [one for one in interfaces if one.enabled]
        in_band = any(str(address.ip) == self._addresses["management"] for one in up for address in one.addresses)
        staged = any(one.name == port for one in up)
        return {place for place, here in (("management", in_band), ("staging", staged)) if here}


async def serve() -> None:
    """Be the devices."""
    from topology.twin.vendor.control import obey
    from topology.twin.vendor.device import Description, Device
    from topology.twin.vendor.dialogues import dialogue
    from topology.twin.vendor.sending import Sender

    loop, folder = asyncio.get_running_loop(), Path(tempfile.mkdtemp())
    wanted = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    devices: dict[str, Device] = {}
    doors: dict[str, Doors] = {}
    for one in wanted["devices"]:
        about = Description(
            platform=one["platform"],
            model=one["model"],
            ports=tuple(one["ports"]),
            management=one["management"],
            staging=f"{one['staging']}/24" if "staging" in one else "",
            user="netadmin",
            keys=(wanted["key"],),
            flash=folder / one["name"],
        )
        device = devices[one["name"]] = Device(about, dialogue(about.platform).GRAMMAR(about))
        device.power_on()
        Sender(device)
        doors[one["name"]] = Doors(device, one["address"], one.get("staging", ""))
        await doors[one["name"]].follow()
        if "boots" in one:
            device.start = partial(doors[one["name"]].boot, float(one["boots"]))
    print(json.dumps({"ok": True}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if order.get("do") == "rekey":
            await doors[order["device"]].rekey()
            print(json.dumps({"ok": True}), flush=True)
        else:
            print(json.dumps(obey(devices[order["device"]], line)), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
