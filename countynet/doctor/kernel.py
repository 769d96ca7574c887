"""Kernel features, each tried in a throw-away network and mount namespace.

The required ones carry the twin. The others are what some kernels lack and the twin therefore does without (it switches
with Open vSwitch in user space and encrypts with kernel-libipsec); they are shown because a real site may want them.
"""

import os
import subprocess

from countynet.doctor.check import Check
from countynet.i18n import _

TRIALS: tuple[tuple[str, bool, str], ...] = (
    ("veth", True, "ip link add v0 type veth peer name v1"),
    ("bridge", True, "ip link add b0 type bridge"),
    ("tun", True, "ip tuntap add t0 mode tun && ip tuntap add t1 mode tap"),
    ("nftables", True, "nft 'add table inet a'"),
    (
        "nft-conntrack",
        True,
        "nft 'table inet b { chain c { type filter hook forward priority 0; ct state established,related accept; }; }'",
    ),
    (
        "nft-nat",
        True,
        "nft 'table ip n { chain c { type nat hook postrouting priority 100; oifname \"lo\" masquerade; }; }'",
    ),
    ("tbf", True, "tc qdisc add dev lo root tbf rate 10mbit burst 32kbit latency 50ms"),
    (
        "overlayfs",
        True,
        "mount -t tmpfs none /mnt && cd /mnt && mkdir l u w m && "
        "mount -t overlay none -o lowerdir=l,upperdir=u,workdir=w m",
    ),
    ("dummy", False, "ip link add d0 type dummy"),
    ("802.1Q", False, "ip link add q0 type veth peer name q1 && ip link add link q0 name q0.5 type vlan id 5"),
    ("bridge-vlan-filtering", False, "ip link add b1 type bridge vlan_filtering 1"),
    ("vrf", False, "ip link add r0 type vrf table 10"),
    ("vxlan", False, "ip link add x0 type vxlan id 5 dstport 4789"),
    ("wireguard", False, "ip link add w0 type wireguard"),
    (
        "esp",
        False,
        "ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 mode tunnel "
        "aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128",
    ),
    ("netem", False, "tc qdisc replace dev lo root netem delay 1ms"),
    ("fq_codel", False, "tc qdisc replace dev lo root fq_codel"),
)
"""name, required, shell words that fail where the feature lacks"""

NEEDS_ROOT = _(
    "run it as root: namespaces, mounts and links are root's; nothing outside a throw-away namespace is touched"
)
NO_NAMESPACES = _("this machine does not let root make namespaces ({found}); in a container, run it privileged")
NO_FEATURE = _("this kernel lacks {name} ({found}); load its module or use Debian's own kernel")


def check_root() -> Check:
    """Return whether this process is root."""
    return Check(group="root", name="root", ok=os.geteuid() == 0, found=f"uid {os.geteuid()}", fix=NEEDS_ROOT)


def check_kernel() -> list[Check]:
    """Return every kernel feature, tried; without root only that nothing could be tried."""
    if os.geteuid() != 0:
        return []
    done = subprocess.run(
        ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", _script()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    namespaces = Check(
        group="kernel",
        name="namespaces",
        ok="namespaces ok" in done.stdout,
        found=done.stderr.strip()[:120],
        fix=NO_NAMESPACES,
    )
    return [namespaces, *(read(name, required, done.stdout) for name, required, _words in TRIALS if namespaces.ok)]


def _script() -> str:
    lines = ["echo namespaces ok", "ip link set lo up"]
    for name, _required, words in TRIALS:
        lines.append(f"if out=$( ( {words} ) 2>&1 ); then echo '{name} ok'; else echo '{name} no' $out; fi")
    return "\n".join(lines)


def read(name: str, required: bool, said: str) -> Check:
    """Return one feature as the trial script answered for it."""
    answer = next((line[len(name) + 1 :] for line in said.splitlines() if line.startswith(f"{name} ")), "no answer")
    words = "" if answer == "ok" else answer.removeprefix("no").strip()[:120]
    return Check(
        group="kernel", name=name, ok=answer == "ok", required=required, found=words, fix=NO_FEATURE if required else ""
    )
