"""Tries a filter before it is put in place: `FILE NETWORK...`, the networks that may sign in. Fails with why not.

One that nft does not take is refused, and one that would shut out the address that the present session comes from.
"""

import ipaddress
import os
import subprocess
import sys

file, *networks = sys.argv[1:]
come = os.environ.get("SSH_CONNECTION", "").split()[:1]
for address in map(ipaddress.ip_address, come):
    if not any(address in ipaddress.ip_network(network) for network in networks):
        who = " ".join(networks)
        sys.exit(
            f"过滤规则会把部署者自己（{address}）挡在外面，未启用；只允许 {who} 登录 / "
            f"the filter would shut out {address}, where this session comes from, so it is not used; it lets in {who}"
        )
sys.exit(subprocess.call(["nft", "--check", "--file", file]))
