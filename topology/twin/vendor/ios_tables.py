"""IOS's lines in tables: what a line's identity is, what is asked and said, in what order lines are printed.

See `engine.LineGrammar` for what each table means. Source: the IOS command references.
"""

import re

from topology.twin.vendor.secrets import Cipher

INTERFACE = r"interface .*"
LIST = r"ip access-list .*"
PHYSICAL = r"interface ((?!Loopback|Port-channel|AggregatePort|Tunnel|Null|V[Ll][Aa][Nn])[A-Za-z-]+ ?\d[\d/:]*)"
CIPHER = Cipher(
    patterns=(
        r"\bauth (?:sha-2 \d+|sha\d*) (?P<secret>\S+) priv",
        r"\bpriv (?:aes \d+|aes\d*) (?P<secret>\S+)$",
        r"^username .* secret 9 (?P<secret>\S+)$",
        r"^enable secret 9 (?P<secret>\S+)$",
        r"^pre-shared-key (?:6 )?(?P<secret>\S+)$",
    ),
    before="",
    after="",
    irreversible=r" secret 9 ",
    hash_marks=("$9$", ""),
)
CONSOLE = (
    r"(logging synchronous|exec-timeout .+|login.*|password .+|stopbits \d|transport .+|length \d+|width \d+|speed \d+|"
    r"privilege level \d+|history.*|no exec|media-type .+)"
)
SILENT = (
    (r"line (con|console|aux) .*", CONSOLE),
    (r"archive", r"(path \S+|maximum \d+|time-period \d+|write-memory|log config|rollback .+)"),
    (r"log config", r"(logging enable|logging size \d+|hidekeys|notify syslog.*|record .+)"),
    (r"redundancy", r"mode \S+"),
    (r"(ip )?vrf .*", r"(rd \S+|address-family ipv4|exit-address-family|description .*)"),
)
"""views that the parser takes whole: what the device itself takes there"""
BANNER = re.compile(r"banner (\S+) (\^C|\S)(.*)", re.DOTALL)
KEYS = (
    ("", r"(hostname)(?: |$)"),
    ("", r"(banner \S+)(?: |$)"),
    ("", r"(enable secret)(?: |$)"),
    ("", r"(ip domain[ -]lookup source-interface)(?: |$)"),
    ("", r"(ip domain[ -]name)(?: |$)"),
    ("", r"(ip default-gateway)(?: |$)"),
    ("", r"(logging (?:buffered|trap|facility|console|monitor))(?: |$)"),
    ("", r"(logging source[ -]interface)(?: |$)"),
    ("", r"(ntp source)(?: |$)"),
    ("", r"(ntp server \S+)"),
    ("", r"(ntp authentication-key \d+)"),
    ("", r"(clock timezone)(?: |$)"),
    ("", r"(snmp-server (?:location|contact|trap-source|engineID))(?: |$)"),
    ("", r"(snmp-server (?:user|group) \S+)"),
    ("", r"(snmp-server host \S+)"),
    ("", r"(ip ssh (?:version|authentication-retries|time-out|source-interface))(?: |$)"),
    ("", r"(ip ssh server algorithm \S+)"),
    ("", r"(ip route \S+ \S+ (?:[A-Z][A-Za-z]+ ?\S+|\d\S+))"),
    ("", r"(ip nat pool \S+)"),
    ("", r"(ip nat inside source list \S+)"),
    ("", r"(ip nat inside source static \S+ \S+ \S+)"),
    ("", r"(fhrp version vrrp)(?: |$)"),
    ("", r"(spanning-tree mode|vtp mode|vtp domain|system mtu)(?: |$)"),
    ("", r"(router ospf \d+)"),
    ("", r"(interface \S+(?: \d\S*)?)"),
    ("", r"(ip access-list) (?:extended|standard) (\S+)"),
    ("", r"(crypto ikev2 (?:proposal|policy|keyring|profile) \S+)"),
    ("", r"(crypto ipsec transform-set \S+)"),
    ("", r"(crypto (?:map|dynamic-map) \S+ \d+)"),
    (INTERFACE, r"(description|speed|duplex|mtu|bandwidth|load-interval|crypto map|ip nat)(?: |$)"),
    (INTERFACE, r"(switchport mode|switchport trunk (?:native vlan|encapsulation))(?: |$)"),
    (INTERFACE, r"(ip ospf (?:cost|network|hello-interval|dead-interval|priority))(?: |$)"),
    (INTERFACE, r"(ip ospf \d+ area)(?: |$)"),
    (INTERFACE, r"(ip ospf message-digest-key \d+)"),
    (INTERFACE, r"(ip access-group) \S+ (in|out)"),
    (INTERFACE, r"(vrrp \d+ (?:address-family|version|priority|ip))(?: |$)"),
    (r"vrrp .*", r"(priority|address|track \d+)(?: |$)"),
    (r"vlan .*", r"(name|state)(?: |$)"),
    (r"router ospf .*", r"(router-id|default-information originate|auto-cost reference-bandwidth)(?: |$)"),
    (r"router ospf .*", r"(redistribute \S+)"),
    (r"router ospf .*", r"(network \S+ \S+)"),
    (r"router ospf .*", r"(log-adjacency-changes)(?: |$)"),
    (r"line .*", r"(exec-timeout|login|transport input|length|width|privilege level)(?: |$)"),
    (r"crypto ikev2 proposal .*", r"(encryption|integrity|prf|group)(?: |$)"),
    (r"crypto ikev2 policy .*", r"(match address local|match fvrf|proposal)(?: |$)"),
    (r"crypto ikev2 profile .*", r"(match identity remote|identity local|authentication (?:local|remote))(?: |$)"),
    (r"crypto ikev2 profile .*", r"(keyring local|dpd)(?: |$)"),
    (r"peer .*", r"(address|identity|pre-shared-key)(?: |$)"),
    (r"crypto ipsec transform-set .*", r"(mode)(?: |$)"),
    (r"crypto (map|dynamic-map) .*", r"(set (?:transform-set|ikev2-profile|peer)|match address)(?: |$)"),
    (r"crypto (map|dynamic-map) .*", r"(set ip access-group) \S+ (in|out)"),
    (r"archive", r"(path|maximum|time-period)(?: |$)"),
)
ASKS = (
    (
        "",
        r"no username \S+",
        "This operation will remove all username related configurations with same name."
        "Do you want to continue? [confirm]",
    ),
)
SAYS = (
    (
        INTERFACE,
        r"spanning-tree portfast",
        "%Warning: portfast should only be enabled on ports connected to a single\n host. Connecting hubs, "
        "concentrators, switches, bridges, etc... to this\n interface  when portfast is enabled, can cause "
        "temporary bridging loops.\n Use with CAUTION\n",
    ),
)
RANKS = (
    r"version", r"(no )?service", r"hostname", r"boot", r"vrf", r"logging (buffered|console|monitor)|no logging",
    r"enable (?!service)", r"(no )?aaa", r"clock", r"system|switch", r"(no )?ip routing", r"(no )?ip domain",
    r"ip name-server", r"(no )?ip (?!default|nat|route |ssh|access)", r"vtp", r"fhrp", r"(no )?lldp", r"crypto pki",
    r"license", r"spanning-tree", r"archive", r"username", r"redundancy", r"vlan internal", r"vlan",
    r"crypto ikev2 proposal",
    r"crypto ikev2 policy", r"crypto ikev2 keyring", r"crypto ikev2", r"crypto ipsec", r"crypto",
    r"interface Loopback", r"interface (Port|Aggr)", r"interface (?!V)", r"interface", r"router",
    r"ip default", r"ip nat pool", r"ip nat", r"ip route", r"ip ssh", r"ip access", r"logging", r"snmp-server",
    r"enable service", r"control", r"banner", r"line con", r"line aux", r"line", r"ntp",
)  # fmt: skip
INNER = (
    (
        INTERFACE,
        (r"description", r"no switchport", r"switchport access", r"switchport trunk", r"switchport",
         r"ip address .*(?<!secondary)$", r"ip address", r"no ip address", r"ip access-group", r"ip nat", r"ip",
         r"shutdown", r"speed|duplex", r"vrrp", r"crypto", r"no lldp", r"spanning"),
    ),
    (r"line .*", (r"privilege", r"exec-timeout", r"logging", r"login", r"length", r"transport")),
    (r"router ospf .*", (r"router-id", r"log", r"redist", r"passive|no passive", r"network", r"default")),
)  # fmt: skip
HEADS = frozenset(
    ("banner", "crypto", "interface", "ip", "line", "logging", "ntp", "router", "username", "vlan", "ip access-list")
)
"""what is too little to be taken out"""
