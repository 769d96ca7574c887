"""What the playbook for servers leaves, and that no check of the baseline is forgotten."""

from pathlib import Path

from audit.live.judged import judged
from audit.servers.checks import CHECKS
from audit.servers.machine import File, Machine
from inventory import load_county
from playbooks.day2.hardening.left import LEFT

SET = {
    "nginx-version-hidden", "nginx-keys-private", "sshd-root", "sshd-keys-only", "sshd-no-empty", "sshd-tries",
    "sshd-idle", "sshd-ciphers", "sshd-no-forwarding", "sshd-named", "sshd-logged", "server-kernel-network",
    "server-kernel", "server-logs-sent", "server-password-age", "server-password-hash", "server-lockout", "server-idle",
    "server-no-open-account", "server-trusts-no-name", "server-sudo-rights", "server-account-files",
    "server-job-rights", "server-not-writable", "server-setuid",
}  # fmt: skip
"""what `roles/hardening` sets; the test on a host sees most of them pass that failed"""


def test_every_check_of_servers_is_set_by_the_playbook_or_left_with_a_reason() -> None:
    every = {check.info.id for check in CHECKS}
    assert every == SET | LEFT.keys()
    assert not SET & LEFT.keys()


def test_what_the_checks_find_of_a_server_is_told_by_check_with_title_and_findings() -> None:
    example = load_county(Path(__file__).parents[4] / "inventory" / "example")
    hosts = File("/etc/hosts.equiv", 0o644, "root:root", ("+",))
    passwd = File("/etc/passwd", 0o666, "root:root")
    found = judged(example, Machine("srv-portal", {f.path: f for f in (hosts, passwd)}))
    assert {one.check for one in found.failing} >= {"server-trusts-no-name", "server-account-files"}
    assert all(one.title and one.says for one in found.failing)
    assert judged(example, Machine("srv-portal", reason="it was not read")).reason
