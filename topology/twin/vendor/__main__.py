"""Start one simulated device on an address of this machine; see the package for the options."""

import argparse
import asyncio
import sys
from pathlib import Path

import asyncssh

from topology.twin.vendor import faults
from topology.twin.vendor.control import listen as listen_control
from topology.twin.vendor.device import Description, Device
from topology.twin.vendor.dialogues import DIALOGUES, dialogue
from topology.twin.vendor.server import listen


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m topology.twin.vendor", description=__doc__)
    parser.add_argument("--platform", required=True, choices=sorted(DIALOGUES))
    parser.add_argument("--model", required=True)
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="ADDRESS:PORT")
    parser.add_argument("--user", default="netadmin")
    parser.add_argument("--key", type=Path, action="append", default=[], metavar="PUBLICKEYFILE")
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--host-key", type=Path, help="private key; a fresh one without")
    parser.add_argument("--startup", type=Path, help="the flash: read at power-on if there, written by save")
    parser.add_argument("--port", action="append", default=[], help="name of a port; without any, all names are taken")
    parser.add_argument("--management", default="", help="name of the management port")
    parser.add_argument("--second", type=float, default=1.0, help="real seconds of a second of the device's timers")
    parser.add_argument("--faults", type=Path, help="JSON: see topology.twin.vendor.faults")
    parser.add_argument("--control", type=Path, help="Unix socket: see topology.twin.vendor.control")
    return parser.parse_args(words)


def _public(path: Path) -> str:
    return " ".join(path.read_text().split()[:2])


def _device(given: argparse.Namespace) -> Device:
    about = Description(
        platform=given.platform,
        model=given.model,
        ports=tuple(given.port),
        management=given.management,
        user=given.user,
        keys=tuple(_public(path) for path in given.key),
        password=given.password_file.read_text().strip() if given.password_file else "",
        flash=given.startup,
        second=given.second,
    )
    orders = faults.read(given.faults) if given.faults else None
    return Device(about, dialogue(about.platform).GRAMMAR(about), orders)


async def _run(given: argparse.Namespace) -> None:
    device = _device(given)
    device.power_on()
    if given.host_key:
        keys = [asyncssh.read_private_key(given.host_key)]
    else:
        keys = [asyncssh.generate_private_key(kind) for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256")]
    host, _, port = given.listen.rpartition(":")
    server = await listen(device, host, int(port), keys)
    if given.control:
        await listen_control(device, given.control)
    print("listening", host, server.get_port(), flush=True)
    await server.wait_closed()


def main() -> None:
    """Run until killed."""
    try:
        asyncio.run(_run(_arguments(sys.argv[1:])))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
