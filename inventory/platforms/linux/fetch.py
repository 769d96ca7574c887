"""FETCH: the sh script that a device runs to say what it runs.

It prints a daemon's files only while that daemon runs, because a file that nobody reads is no configuration, and the
live state of FRR, nftables, OVS, the kernel and the accounts as `live:` sections, for `normalise`. Never a password
hash. One process each for stat, awk (twice), sysctl, grep, sed, ip (twice), nft, and vtysh and ovs-vsctl where they
apply: about 60 ms CPU. It ends with status 1 when FRR, OVS or nft does not answer.
"""

from inventory.platforms.linux import (
    accounts,
    chrony,
    dnsmasq,
    frr,
    frr_tree,
    keepalived,
    lldpd,
    nftables,
    rsyslog,
    snmpd,
    sshd,
    swanctl,
    sysctl,
    system,
)

PENDING = "/run/countynet.pending"
"""lists the files that were written and whose daemons were not told yet; the last command of an activation removes
it"""

_OF_DAEMONS = {
    "zebra": (frr.DAEMONS, frr.VTYSH, frr_tree.ZEBRA, frr_tree.OSPFD),
    "keepalived": (keepalived.PATH,),
    "charon-systemd": (swanctl.DAEMON, swanctl.CONNECTIONS),
    "snmpd": (snmpd.PATH,),
    "lldpd": (lldpd.OPTIONS, lldpd.PATH),
    "rsyslogd": (rsyslog.PATH,),
    "chronyd": (chrony.PATH, chrony.KEYS),
    "dnsmasq": (dnsmasq.PATH,),
}
_ALWAYS = (sysctl.PATH, nftables.PATH, sshd.PATH, sshd.BANNER, accounts.PATH, f"{sshd.KEYS}/*")
_SYSCTL = " ".join(sysctl.KEYS)
_BY_INTERFACE = " ".join(f"/proc/sys/net/ipv4/conf/*/{name}" for name in ("proxy_arp", *sysctl.REDIRECTS))
"""read whole: what the kernel gives byte by byte, as dash's `read` asks, ends after the first"""

FETCH = rf"""LC_ALL=C; PATH=/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
read -r name </proc/sys/kernel/hostname
printf '#### {system.HOSTNAME} 0644\n%s\n' "$name"
running=' '
for f in /proc/[0-9]*/comm; do read -r c <"$f" && running="$running$c "; done 2>/dev/null
has() {{ case "$running" in *" $1 "*) return 0;; esac; return 1; }}
set -- {" ".join(_ALWAYS)}
{"".join(f'has {daemon} && set -- "$@" {" ".join(paths)}{chr(10)}' for daemon, paths in _OF_DAEMONS.items())}
[ -f {system.RESOLV} ] && read -r c <{system.RESOLV} && [ "$c" = '# countynet' ] && set -- "$@" {system.RESOLV}
n=$#
for f; do [ -f "$f" ] && set -- "$@" "$f"; done
shift $n
[ $# -gt 0 ] && stat -c '%n %a' "$@" | awk 'NR == FNR {{ mode[$1] = $2; next }}
FNR == 1 {{ print "#### " FILENAME " " mode[FILENAME] }} {{ print }}' - "$@"
echo '#### live:sysctl 0000'
sysctl -e {_SYSCTL}
grep -s ^1 {_BY_INTERFACE} |
sed 's|^/proc/sys/net/ipv4/conf/\(.*\)/\([a-z_]*\):1$|net.ipv4.conf.\1.\2 = 1|'
command -v wg >/dev/null && for i in $(wg show interfaces); do echo "#### /etc/wireguard/$i.conf 0600"
wg showconf "$i" || exit 1; done
echo '#### live:accounts 0000'
awk -F: 'NR == FNR {{ hash[$1] = $2; next }} {{ h = $2 == "x" ? hash[$1] : $2 }}
h !~ /^[!*]/ || (($3 == 0 || $3 >= 1000) && $1 != "root" && $7 !~ /(nologin|false)$/) {{
print $1, (h ~ /^!/ ? "locked" : "active") }}' /etc/shadow /etc/passwd
echo '#### live:kernel 0000'
{{ printf 'link show\naddress show\nroute show\nrule show\n'; has charon-systemd && echo 'route show table 220'; }} |
ip -N -4 -o -batch - 2>/dev/null
echo '#### live:kernel6 0000'
printf 'address show\nroute show\n' | ip -N -6 -o -batch - 2>/dev/null
echo '#### live:nft 0000'
nft -s list ruleset || exit 1
if has zebra; then echo '#### live:frr 0000'; vtysh -c 'show running-config' || exit 1; fi
if has ovs-vswitchd; then echo '#### live:ovs 0000'
ovs-vsctl --timeout=10 -f json -- --columns=name,tag,trunks,vlan_mode list Port -- --columns=name,type list Interface \
-- --columns=name,datapath_type,external_ids list Bridge -- --columns=other_config list Open_vSwitch \
|| exit 1; fi
[ -f {PENDING} ] && {{ echo '#### live:pending 0000'; cat {PENDING}; }}
echo '#### live:end 0000'
"""
