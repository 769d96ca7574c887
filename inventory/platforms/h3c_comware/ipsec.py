"""Tunnels: IKEv2, one tunnel interface for each known peer, a policy template for peers that prove their name.

A tunnel interface lets filters name what comes out of a tunnel, which a policy at a port cannot; what a tunnel carries
is steered into it by policy-based routing with the tunnel's access list, from all other ports and from the device
itself, so that routes stay what they are. To the model all tunnels are one interface, `Tunnel0`. A hub's tunnels (any
peer) are a policy at the port, with what comes out of them coming in by that port. The pre-shared key is written as it
is configured; a device prints it enciphered, which is then the key that is read.
"""

from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig, Interface, Tunnel
from inventory.platforms.h3c_comware import acl, proposals, words

GROUP = "countynet"
TEMPLATE_SEQUENCE = 10000
_ALL = "255.255.255.255"


def port_of(config: DeviceConfig, address: IPv4Address) -> str | None:
    """Return the interface that has an address, or None."""
    return next((i.name for i in config.interfaces if any(a.ip == address for a in i.addresses)), None)


def interfaces(config: DeviceConfig) -> dict[str, Tunnel]:
    """Return the tunnels with a known peer by the names of their interfaces."""
    return {f"Tunnel{n}": t for n, t in enumerate(t for t in config.tunnels if t.remote is not None)}


def render_acls(config: DeviceConfig) -> list[list[str]]:
    """Return the access lists that say what the tunnels carry."""
    return [
        acl.render(f"name {_list(t)}", [acl.permit(a, b) for a in t.local_prefixes for b in t.remote_prefixes])
        for t in config.tunnels
    ]


def _list(tunnel: Tunnel) -> str:
    return f"carried-{tunnel.name}"


def render_steering(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the policy-based routing into the tunnels."""
    blocks = [
        [
            f"policy-based-route {GROUP} permit node {10 * n}",
            f" if-match acl name {_list(tunnel)}",
            f" apply output-interface {name}",
        ]
        for n, (name, tunnel) in enumerate(interfaces(config).items(), 1)
    ]
    return [*blocks, [f"ip local policy-based-route {GROUP}"]] if blocks else []


def render_interface(config: DeviceConfig, item: Interface) -> list[str]:
    """Return the lines of an interface: the policy of a hub's port, the steering of the others."""
    hubs = any(t.remote is None and port_of(config, t.local) == item.name for t in config.tunnels)
    lines = [f"ipsec apply policy {GROUP}"] if hubs else []
    return [*lines, f"ip policy-based-route {GROUP}"] if steered(item, [*interfaces(config).values()]) else lines


def steered(item: Interface, tunnels: list[Tunnel]) -> bool:
    """Whether packets that come in by an interface may be for a tunnel: all but where the tunnels themselves arrive."""
    ends = {t.local for t in tunnels}
    return bool(ends and item.addresses) and item.kind != "loopback" and not ends & {a.ip for a in item.addresses}


def render_tunnels(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the tunnel interfaces."""
    return [
        [
            f"interface {name} mode ipsec",
            f" ip address unnumbered interface {port_of(config, tunnel.local)}",
            f" source {tunnel.local}",
            f" destination {tunnel.remote}",
            f" tunnel protection ipsec profile {tunnel.name} acl name {_list(tunnel)}",
        ]
        for name, tunnel in interfaces(config).items()
    ]


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of proposals, keys, profiles and policies."""
    if not config.tunnels:
        return []
    esp = sorted({t.esp_proposal for t in config.tunnels})
    sets = {text: f"{GROUP}{n}" for n, text in enumerate(esp, 1)}
    blocks = [[f"ipsec transform-set {sets[text]}", *words.indent(proposals.esp(text))] for text in esp]
    blocks += [_profile(n, tunnel, sets[tunnel.esp_proposal]) for n, tunnel in enumerate(config.tunnels, 1)]
    if any(tunnel.remote is None for tunnel in config.tunnels):
        blocks.append([f"ipsec policy {GROUP} {TEMPLATE_SEQUENCE} isakmp template {GROUP}"])
    blocks += [_keychain(tunnel) for tunnel in config.tunnels]
    blocks.append([f"ikev2 proposal {GROUP}", *words.indent(proposals.ike(config.tunnels[0].ike_proposal))])
    blocks.append([f"ikev2 policy {GROUP}", f" proposal {GROUP}"])
    return blocks + [_ike_profile(tunnel) for tunnel in config.tunnels]


def _profile(n: int, tunnel: Tunnel, transform: str) -> list[str]:
    lines = [f"transform-set {transform}"]
    if tunnel.remote is None:
        lines += [f"security acl name {_list(tunnel)}", f"local-address {tunnel.local}"]
        head = f"ipsec policy-template {GROUP} {n}"
    else:
        head = f"ipsec profile {tunnel.name} isakmp"
    lines += [f"ikev2-profile {tunnel.name}"] + (["sa trigger-mode auto"] if tunnel.initiate else [])
    return [head, *words.indent(lines)]


def _keychain(tunnel: Tunnel) -> list[str]:
    lines = [f"address {f'{tunnel.remote} {_ALL}' if tunnel.remote else '0.0.0.0 0.0.0.0'}"]
    lines += [f"identity {identity(tunnel.remote_id)}", f"pre-shared-key plaintext {tunnel.key.get_secret_value()}"]
    return [f"ikev2 keychain {tunnel.name}", f" peer {tunnel.name}", *(f"  {line}" for line in lines)]


def _ike_profile(tunnel: Tunnel) -> list[str]:
    remote = identity(tunnel.remote_id)
    lines = ["authentication-method local pre-share", "authentication-method remote pre-share"]
    lines += [f"keychain {tunnel.name}"]
    lines += [f"dpd interval {tunnel.dpd_seconds} periodic"] if tunnel.dpd_seconds else []
    lines += [f"identity local {identity(tunnel.local_id)}"]
    lines += [f"match remote identity {remote}{f' {_ALL}' if remote.startswith('address') else ''}"]
    return [f"ikev2 profile {tunnel.name}", *words.indent(lines)]


def identity(text: str) -> str:
    """Return an identity with its kind, as IKE tells it (RFC 7296, 3.5)."""
    if words.address(text) is not None:
        return f"address {text}"
    return f"{'email' if '@' in text else 'fqdn'} {text}"
