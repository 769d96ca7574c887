"""The system below a server's services: its kernel, sockets, software, filter and logs."""

import re
from collections.abc import Callable, Iterator, Mapping

from audit.lines.rules import Flaw, Judged
from audit.model import Line
from audit.servers.checks.base import SYSTEM, check, lacks, lines_of, of_files, on, says, state
from audit.servers.machine import Machine
from countynet.i18n import _
from countynet.vocabulary import Severity

NETWORK = {
    "net.ipv4.ip_forward": "0", "net.ipv6.conf.all.forwarding": "0", "net.ipv4.tcp_syncookies": "1",
    "net.ipv4.conf.all.accept_redirects": "0", "net.ipv4.conf.default.accept_redirects": "0",
    "net.ipv6.conf.all.accept_redirects": "0", "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.all.accept_source_route": "0", "net.ipv4.conf.default.accept_source_route": "0",
    "net.ipv4.conf.all.rp_filter": "1|2", "net.ipv4.icmp_echo_ignore_broadcasts": "1",
}  # fmt: skip
KERNEL = {
    "kernel.randomize_va_space": "2", "kernel.dmesg_restrict": "1", "kernel.kptr_restrict": "1|2",
    "kernel.yama.ptrace_scope": "[123]", "fs.protected_hardlinks": "1", "fs.protected_symlinks": "1",
    "fs.suid_dumpable": "0",
}  # fmt: skip
OLD = {21: "ftp", 23: "telnet", 69: "tftp", 79: "finger", 111: "rpcbind", 512: "rexec", 513: "rlogin", 514: "rsh",
       2049: "nfs", 5900: "vnc", 6000: "x11"}  # fmt: skip
STORES = {1433: "sqlserver", 1521: "oracle", 2375: "docker", 2379: "etcd", 3306: "mysql", 5601: "kibana", 6379: "redis",
          8086: "influxdb", 9200: "elasticsearch", 11211: "memcached", 27017: "mongodb"}  # fmt: skip
PACKAGES = re.compile(
    r"(?:telnetd(?:-ssl)?|inetutils-telnetd|telnet-server|rsh-server|rsh-redone-server|nis|ypserv|talkd?|talk-server"
    r"|xinetd|tftpd(?:-hpa)?|tftp-server|vsftpd|proftpd\S*|xserver-xorg-core)(?::\S+)?"
)
_ANY = re.compile(r"(?:0\.0\.0\.0|\*|\[::\]|::)(?:%\S+)?")


def _kernel(wanted: Mapping[str, str]) -> Callable[[Machine], Judged]:
    def flaws(machine: Machine) -> Iterator[Flaw]:
        for line in machine.said("sysctl"):
            name, _equals, value = (part.strip() for part in line.text.partition("="))
            if name in wanted and not re.fullmatch(wanted[name], value):
                right = re.sub(r"\W", "", wanted[name])[-1]
                yield state(line, name, value, right, f"{name} = {right}")

    return on("sysctl", flaws)


def _sockets(machine: Machine) -> Iterator[tuple[Line, str, int]]:
    for line in machine.said("sockets"):
        words = line.text.split()
        address, _colon, port = words[4].rpartition(":") if len(words) > 4 else ("", "", "")
        if port.isdigit():
            yield line, address, int(port)


def _old_services(machine: Machine) -> Iterator[Flaw]:
    for line, address, port in _sockets(machine):
        kind = "udp" if line.text.startswith("udp") else "tcp"
        if (
            port in OLD
            and not address.startswith(("127.", "[::1]"))
            and (kind == "tcp") == (port not in (69,))
            and (not (kind == "tcp" and port == 514 and "rsyslog" in line.text))
        ):
            yield state(line, f"{kind}/{port}", OLD[port], "-")


def _open_stores(machine: Machine) -> Iterator[Flaw]:
    for line, address, port in _sockets(machine):
        if port in STORES and _ANY.fullmatch(address):
            yield state(line, f"tcp/{port}", f"{STORES[port]} {address}", "127.0.0.1")


def _packages(machine: Machine) -> Iterator[Flaw]:
    for line in machine.said("packages"):
        status, name, *_version = [*line.text.split(), ""]
        if status.startswith("ii") and PACKAGES.fullmatch(name):
            yield state(line, name, "ii", "-", f"apt-get purge {name}")


def _signed(machine: Machine) -> Iterator[Flaw]:
    for line in lines_of(machine, "/etc/apt/sources.list", "/etc/apt/sources.list.d/*"):
        if re.search(
            r"\btrusted\s*=\s*yes|allow-insecure\s*=\s*yes|^Trusted:\s*yes|^Allow-Insecure:\s*yes", line.text, re.I
        ):
            yield says(line)
    for line in lines_of(machine, "/etc/apt/apt.conf.d/*"):
        if re.search(
            r'(?:AllowUnauthenticated|AllowInsecureRepositories|AllowWeakRepositories)\s+"?(?:true|1|yes)',
            line.text,
            re.I,
        ):
            yield says(line)
    for line in lines_of(machine, "/etc/yum.repos.d/*.repo"):
        if re.fullmatch(r"gpgcheck\s*=\s*0.*", line.text):
            yield says(line, "gpgcheck=1")


def _closed(machine: Machine) -> Iterator[Flaw]:
    """Yield a flaw unless what arrives is dropped by default: by the chain's policy, or by its last rule (nftables)."""
    rules = machine.told.get("ruleset", "")
    chains = re.findall(r"type filter hook input[^}]*?policy (\w+);", rules) + re.findall(r"(?m)^:INPUT (\w+)", rules)
    ends = re.search(r"hook input[^}]*\n\s*(?:counter[^\n]*)?(?:drop|reject\S*)\s*\}", rules)
    if not ends and not {"drop", "DROP"} & set(chains):
        shown = next((line for line in machine.said("ruleset") if "hook input" in line.text or ":INPUT" in line.text),
                     Line(section="$ ruleset", line=0, text="hook input"))  # fmt: skip
        yield state(shown, "hook input", chains[0] if chains else "-", "policy drop",
                    "chain input { type filter hook input priority filter; policy drop; }")  # fmt: skip


def _sent(machine: Machine) -> Iterator[Flaw]:
    files = ("/etc/rsyslog.conf", "/etc/rsyslog.d/*.conf")
    sends = re.compile(r'.*(?:\btype="om(?:fwd|relp)"|\s@@?[\[\w(]).*')
    takes = re.compile(r".*(?:imudp|imtcp|imrelp|\$(?:UDP|InputTCP)ServerRun).*")
    if not any(sends.fullmatch(line.text) or takes.fullmatch(line.text) for line in lines_of(machine, *files)):
        yield lacks(Line(section=files[0], line=0, text=files[0]), '*.* action(type="omfwd" target="...")')


CHECKS = (
    check("server-kernel-network", _("Servers forward nothing and believe no redirect"),
          _("A server with two nets that forwards is a way around every filter."), ("8.1.3.1 a", "8.1.4.4 b"),
          Severity.MAJOR, SYSTEM, _kernel(NETWORK)),
    check("server-kernel", _("The kernel of servers makes attacks hard"),
          _("What an intruder in a service cannot read, he cannot use."), ("8.1.4.4 b",), Severity.MINOR, SYSTEM,
          _kernel(KERNEL)),
    check("server-no-old-services", _("Servers offer no service of old times"),
          _("They send passwords in clear text or ask for none."), ("8.1.4.4 b",), Severity.CRITICAL, SYSTEM,
          on("sockets", _old_services)),
    check("server-stores-inside", _("Stores of data do not listen to everybody"),
          _("Most of them ask for nothing by default."), ("8.1.4.4 b", "8.1.4.4 c"), Severity.CRITICAL, SYSTEM,
          on("sockets", _open_stores)),
    check("server-no-old-packages", _("No server has software of old times"),
          _("What is installed gets started one day."),
          ("8.1.4.4 b",), Severity.MINOR, SYSTEM, on("packages", _packages)),
    check("server-updates-signed", _("Servers take signed software only"),
          _("Whoever sits on the way would install what he likes."),
          ("8.1.4.4 b", "8.1.4.7 a"), Severity.MAJOR, SYSTEM,
          of_files(("/etc/apt/*", "/etc/yum.repos.d/*"), _signed)),
    check("server-firewall", _("Servers refuse what nobody allowed"),
          _("A service started by mistake should be nobody's to reach."),
          ("8.1.3.2 a", "8.1.4.4 c"), Severity.MAJOR, SYSTEM, on("ruleset", _closed)),
    check("server-logs-sent", _("Servers send their logs away or are the log server"),
          _("An intruder clears the logs first."), ("8.1.4.3 c", "8.1.5.4 d"), Severity.MAJOR, SYSTEM,
          of_files(("/etc/rsyslog.conf",), _sent)),
)  # fmt: skip
