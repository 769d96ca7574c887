"""strongSwan: one IKEv2 connection with a pre-shared key per tunnel, for charon-systemd and swanctl.

`strongswan.conf` names the plugins (userspace ESP by kernel-libipsec, so that no kernel has to know ESP; without
`kdf` keys fail). Where a tunnel takes everything (0.0.0.0/0), charon's table 220 would swallow the device's own
networks: a rule of priority 200 lets every route of the main table but its default win; charon sets and removes it as
its start and stop scripts. Keys are written as base64 so that any key survives the quoting.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator

from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, Tunnel
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file

DAEMON, CONNECTIONS = "/etc/strongswan.d/countynet.conf", "/etc/swanctl/conf.d/countynet.conf"
ALSO = "ike_"
"""before a tunnel's name, the section of the key that it takes beside its own"""
RULE = "pref 200 lookup main suppress_prefixlength 0"
_PLUGINS = "random nonce openssl hmac kdf kernel-libipsec kernel-netlink socket-default vici updown"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the daemon's settings and the connections; none for a device without tunnels."""
    if not config.tunnels:
        return {}
    connections = [line for tunnel in config.tunnels for line in _connection(tunnel)]
    secrets = [line for tunnel in config.tunnels for line in _secret(tunnel)]
    body = ["connections {", *connections, "}", "secrets {", *secrets, "}"]
    return {DAEMON: file(_daemon(config.tunnels)), CONNECTIONS: file(body, "0600")}


def _daemon(tunnels: Iterable[Tunnel]) -> Iterator[str]:
    hub = any(tunnel.remote is None for tunnel in tunnels)
    everything = any(prefix.prefixlen == 0 for tunnel in tunnels for prefix in tunnel.remote_prefixes)
    yield "charon-systemd {"
    yield "  load_modular = no"
    yield f"  load = {_PLUGINS}"
    yield f"  threads = {32 if hub else 16}"
    yield "  retransmit_timeout = 2"
    yield "  retransmit_base = 1.4"
    yield "  retransmit_tries = 3"
    yield "  retry_initiate_interval = 3"
    if hub:
        yield from ("  dos_protection = no", "  ikesa_table_size = 256", "  ikesa_table_segments = 16")
    if everything:
        yield from ("  start-scripts {", f"    rule = ip rule add {RULE}", "  }")
        yield from ("  stop-scripts {", f"    rule = ip rule del {RULE}", "  }")
    yield "}"
    yield from ("swanctl {", "  load = random nonce openssl pem x509 pkcs1 pubkey", "}")


def _connection(tunnel: Tunnel) -> Iterator[str]:
    yield f"  {tunnel.name} {{"
    yield "    version = 2"
    yield "    mobike = no"
    yield "    unique = replace"
    yield "    keyingtries = 0"
    yield f"    proposals = {tunnel.ike_proposal}"
    yield f"    local_addrs = {tunnel.local}"
    yield f"    remote_addrs = {tunnel.remote or '%any'}"
    yield f"    dpd_delay = {tunnel.dpd_seconds}s"
    yield from ("    local {", "      auth = psk", f"      id = {tunnel.local_id}", "    }")
    yield from ("    remote {", "      auth = psk", f"      id = {tunnel.remote_id}", "    }")
    yield from ("    children {", "      net {")
    yield f"        local_ts = {','.join(map(str, tunnel.local_prefixes))}"
    yield f"        remote_ts = {','.join(map(str, tunnel.remote_prefixes))}"
    yield f"        esp_proposals = {tunnel.esp_proposal}"
    yield f"        start_action = {'start' if tunnel.initiate else 'none'}"
    yield f"        dpd_action = {'restart' if tunnel.initiate else 'clear'}"
    yield from ("      }", "    }", "  }")


def _secret(tunnel: Tunnel) -> Iterator[str]:
    """Yield a tunnel's keys: charon proves itself by the one loaded last and takes any (RFC 7296, 2.15).

    It puts each key before those that it has (`mem_cred`, 5.9), and takes the first that fits.
    """
    if tunnel.also is not None:
        yield from _one_secret(f"{ALSO}{tunnel.name}", tunnel, tunnel.also)
    yield from _one_secret(f"ike-{tunnel.name}", tunnel, tunnel.key)


def _one_secret(name: str, tunnel: Tunnel, secret: SecretStr) -> Iterator[str]:
    key = base64.b64encode(secret.get_secret_value().encode()).decode()
    yield f"  {name} {{"
    yield f"    id-local = {tunnel.local_id}"
    yield f"    id-remote = {tunnel.remote_id}"
    yield f"    secret = 0s{key}"
    yield "  }"


def parse(files: Files, draft: Draft) -> None:
    """Read the tunnels; the guard lists what differs from what they would render to."""
    lines = files[CONNECTIONS].lines if CONNECTIONS in files else ()
    blocks = _blocks(lines)
    for name, values in blocks.items():
        tunnel = _tunnel(name, values, blocks.get(f"ike-{name}", {}), blocks.get(f"{ALSO}{name}", {}))
        if tunnel is not None:
            draft.append("tunnels", tunnel)


def _tunnel(name: str, values: dict[str, str], secret: dict[str, str], beside: dict[str, str]) -> Tunnel | None:
    key, also = _key(secret.get("secret", "")), _key(beside.get("secret", ""))
    if key is None or "local_addrs" not in values:
        return None
    remote = values.get("remote_addrs")
    return attempt(
        Tunnel,
        name=name,
        local=values["local_addrs"],
        remote=None if remote == "%any" else remote or "lacking",
        local_id=values.get("local id"),
        remote_id=values.get("remote id"),
        local_prefixes=tuple(values.get("local_ts", "lacking").split(",")),
        remote_prefixes=tuple(values.get("remote_ts", "lacking").split(",")),
        key=SecretStr(key),
        initiate=values.get("start_action") == "start",
        also=None if also is None else SecretStr(also),
        ike_proposal=values.get("proposals"),
        esp_proposal=values.get("esp_proposals"),
        dpd_seconds=values.get("dpd_delay", "lacking").removesuffix("s"),
    )


def rekeyed(before: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
    """Return the tunnels that this end begins and that prove themselves by another key afterwards, from the files'
    lines: charon goes on with what it has agreed upon, so the new key is not in force before they meet anew."""
    old, new = _blocks(before), _blocks(after)
    begun = [name for name, values in new.items() if name in old and values.get("start_action") == "start"]
    return tuple(n for n in begun if old.get(f"ike-{n}", {}).get("secret") != new.get(f"ike-{n}", {}).get("secret"))


def _key(text: str) -> str | None:
    try:
        return base64.b64decode(text.removeprefix("0s"), validate=True).decode() if text.startswith("0s") else None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _blocks(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return each second-level block's settings by name; `id` by its section (`local id`)."""
    found: dict[str, dict[str, str]] = {}
    path: list[str] = []
    for line in lines:
        if opening := re.fullmatch(r" *(\S+) \{", line):
            path.append(opening[1])
        elif line.strip() == "}" and path:
            path.pop()
        elif (setting := re.fullmatch(r" *(\S+) = (.+)", line)) and len(path) > 1:
            key = f"{path[2]} {setting[1]}" if len(path) == 3 else setting[1]
            found.setdefault(path[1], {}).setdefault(key, setting[2])
    return found
