"""Every terminal opens the intranet portal as a person would: it asks for the name, then for the page.

A few threads, each in one terminal's namespace at a time. A visit that fails keeps the words of the step that failed;
it is tried again because an ADSL line may lose a packet.
"""

import http.client
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path

from countynet.vantage import within
from topology.confirm.packets import dns_address, dns_query
from topology.confirm.report import Visit

THREADS = 16
SECONDS = 3.0
TRIES = 3


def visit_all(terminals: Mapping[str, Path], portal: str, name: str, names_server: IPv4Address) -> tuple[Visit, ...]:
    """Return one visit per terminal, in order; `terminals` maps nodes to namespaces, `portal` is the host's name."""

    def go(node: str) -> Visit:
        words = ""
        for _turn in range(TRIES):
            words = _visit(terminals[node], name, names_server)
            if not words:
                break
        return Visit(source=node, target=portal, name=name, good=not words, words=words)

    with ThreadPoolExecutor(THREADS) as pool:
        return tuple(pool.map(go, terminals))


def _visit(netns: Path, name: str, names_server: IPv4Address) -> str:
    """Return what went wrong, or nothing."""
    with within(netns):
        try:
            address = _ask(name, names_server)
            if address is None:
                return f"DNS: no address for {name}"
            status = _fetch(address, name)
        except (OSError, http.client.HTTPException) as error:
            return f"{type(error).__name__}: {error}"
    return "" if status == http.HTTPStatus.OK else f"HTTP {status}"


def _ask(name: str, server: IPv4Address) -> IPv4Address | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(SECONDS)
        asking.connect((str(server), 53))
        asking.send(dns_query(0x434E, name))
        return dns_address(asking.recv(1500))


def _fetch(address: IPv4Address, name: str) -> int:
    connection = http.client.HTTPConnection(str(address), timeout=SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": name, "Connection": "close"})
        answer = connection.getresponse()
        answer.read(1024)
        return answer.status
    finally:
        connection.close()
