"""What VRP's lines are, as tables: what identifies a line, what is shown negated, what is asked, what stands where.

Each pair begins with a pattern of the head of the view, empty at the top. `topology.twin.vendor.engine` says how they
are used.
"""

from topology.twin.vendor.vrp_words import INTERFACE, PORTS

KEYS = (
    ("", r"(sysname) "),
    ("", r"(header login information)"),
    ("", r"(lldp management-address)"),
    ("", r"(info-center loghost source)"),
    ("", r"(dns server source-ip)"),
    ("", r"(ntp(?:-service)? source-interface)"),
    ("", r"(ntp-service (?:authentication-keyid|unicast-server) \S+)"),
    ("", r"(snmp-agent trap source)"),
    ("", r"(snmp-agent sys-info (?:contact|location|version))"),
    ("", r"(snmp-agent protocol source)-"),
    ("", r"(snmp-agent local-engineid)"),
    ("", r"(snmp-agent usm-user v3 \S+ (?:group|authentication-mode|privacy-mode))"),
    ("", r"(snmp-agent target-host trap address udp-domain \S+)"),
    ("", r"(snmp-agent group v3 \S+)"),
    ("", r"(ip route-static \S+ \S+ \S+)"),
    ("", r"(ssh server-source)"),
    ("", r"(ssh server authentication-retries)"),
    ("", r"(ssh authentication-type default)"),
    ("", r"(ssh user \S+ (?:authentication-type|service-type|sftp-directory))"),
    ("", r"(ssh user \S+ assign \S+)"),
    ("", r"(router id)"),
    ("", r"(vrrp version)"),
    ("", r"(clock timezone)"),
    ("", r"(ospf \d+)"),
    ("", r"(firewall zone) (?:name )?(\S+)"),
    ("", r"((?:rsa|ecc) peer-public-key \S+)"),
    ("", r"(ike peer \S+)"),
    ("", r"(ip (?:address|service)-set \S+)"),
    ("", r"(nat address-group \S+)"),
    ("", r"(acl) (?:number )?(\d+)"),
    ("", r"(user-interface vty \d+)"),
    (INTERFACE, r"(description|alias|speed|duplex|mtu|port link-type|port default vlan|port trunk pvid vlan)(?: |$)"),
    (INTERFACE, r"(ospf (?:cost|network-type|timer hello|timer dead|enable|authentication-mode))(?: |$)"),
    (INTERFACE, r"(vrrp vrid \d+ priority)"),
    (INTERFACE, r"(vrrp vrid \d+ track (?:admin-vrrp|interface \S+))"),
    (INTERFACE, r"(vrrp vrid \d+)$"),
    (INTERFACE, r"(admin-vrrp vrid \d+)"),
    (INTERFACE, r"(traffic-filter inbound|ipsec policy)(?: |$)"),
    (INTERFACE, r"(ip address)$"),
    ("aaa", r"(local-user \S+ (?:password|privilege|level|service-type|state))"),
    (r"user-interface .*", r"(authentication-mode|idle-timeout|protocol inbound|user privilege level)(?: |$)"),
    (r"ospf .*", r"(default-route-advertise|bandwidth-reference)(?: |$)"),
    (r"ospf .*", r"(import-route \S+)"),
    (r"vlan \d+", r"(description|name)(?: |$)"),
    (r"firewall zone .*", r"(set priority|description)(?: |$)"),
    (r"(security|nat)-policy", r"(default action)"),
    (r"rule name .*", r"(description|action)(?: |$)"),
    (r"rule name .*", r"((?:source|destination)-zone|(?:source|destination)-address|service)$"),
    (r"ip (address|service)-set .*", r"(address|service \d+|description)(?: |$)"),
    (r"ike peer .*", r"(pre-shared-key|ike-proposal|local-id-type|local-id|remote-id-type|remote-id)(?: |$)"),
    (r"ike peer .*", r"(remote-name|remote-address|dpd type|dpd idle-time|version)(?: |$)"),
    (r"(ike|ipsec) proposal .*", r"((?:\S+ )*\S+) \S+$"),
    (r"ipsec policy.*", r"(security acl|ike-peer|proposal|tunnel local|sa trigger-mode)(?: |$)"),
    (r"nat address-group .*", r"(mode|section \d+)"),
    (r"acl .*", r"(description|step)(?: |$)"),
)
SHORT = (
    ("", r"ssh user \S+ sftp-directory"),
    ("", r"ipsec policy(-template)? \S+( \d+)?"),
    ("", r"ip route-static \S+ \S+"),
    ("", r"header (login|shell)"),
    ("", r"snmp-agent protocol source-(interface|status)"),
    ("", r"snmp-agent target-host trap address udp-domain \S+ params securityname \S+"),
    ("aaa", r"local-user \S+"),
    (r"interface .*", r"nat outbound \d+"),
)
TOGGLES = (
    (INTERFACE, r"lldp enable", True),
    (INTERFACE, r"shutdown", False),
    (INTERFACE, r"portswitch", True),
    (INTERFACE, r"negotiation auto", True),
    ("", r"lldp enable|info-center enable|dns resolve|stelnet server enable|snmp-agent trap enable", False),
    ("", r"telnet server enable|http (secure-)?server( enable)?|s?ftp server( enable)?", False),
    (r"ike peer .*", r"version 1", True),
    (r"rule name .*", r"disable", False),
)
ASKS = (
    ("", r"undo sftp server enable", "Warning: The operation will stop the SFTP server. Continue?[Y/N]:"),
    ("", r"undo vlan (batch )?\d.*", "Warning: The configurations of the VLAN will be deleted. Continue?[Y/N]:"),
    ("", r"undo ospf \d+.*", "Warning: The OSPF process will be deleted. Continue?[Y/N]:"),
    ("", r"undo stelnet server enable", "Warning: The operation will stop the STelnet server. Continue?[Y/N]:"),
    ("aaa", r"undo local-user [^ ]+", "Warning: The user will be deleted. Continue?[Y/N]:"),
    (
        INTERFACE,
        r"port link-type .*",
        "Warning: This command will delete VLANs on this port. Continue?[Y/N]:",
    ),
)
SAYS = (
    ("", r"sftp server enable", "Info: Succeeded in starting the SFTP server."),
    ("", r"stelnet server enable", "Info: Succeeded in starting the STELNET server."),
    ("", r"ssh user \S+", "Info: Succeeded in adding a new SSH user."),
    ("", r"lldp enable", "Info: Global LLDP is enabled successfully."),
    ("", r"undo lldp enable", "Info: Global LLDP is disabled successfully."),
)
FIXED = (
    rf"interface (?!Eth-Trunk){PORTS}|interface NULL0|aaa|security-policy|nat-policy|user-interface .*"
    r"|firewall zone (name )?(local|trust|untrust|dmz)( .*)?"
)
BESIDE = (("", r"sftp server enable|ssh user \S+ (?:service-type all|sftp-directory \S+)"),)
RANKS = (
    r"sysname", r"header", r"ftm |license|set |save-conf|l2tp|update", r"(undo )?info-center", r"vlan batch",
    r"(undo )?lldp", r"vrrp version", r"clock", r"dns", r"(undo )?(http|telnet|ftp|web-manager)", r"router id",
    r"diffserv|drop-profile|pki|ssl|radius|authentication-p|dot1x|mac-|portal|free-rule",
    r"acl number", r"acl", r"ip (address|service)-set", r"vlan \d", r"ike proposal", r"ike peer",
    r"ipsec proposal", r"ipsec policy-template", r"ipsec policy", r"aaa", r"interface Vlanif", r"interface MEth",
    r"interface Eth-Trunk", r"interface (?!LoopBack|NULL|Tunnel)", r"interface NULL", r"interface LoopBack",
    r"interface Tunnel", r"firewall zone", r"ospf", r"ip route-static", r"nat address-group", r"security-policy",
    r"nat-policy", r"snmp-agent", r"(rsa|ecc) peer", r"(stelnet|sftp|ssh)", r"ntp", r"user-interface max",
    r"user-interface con", r"user-interface vty",
)  # fmt: skip
INNER = (
    (
        INTERFACE,
        (r"description", r"(undo )?portswitch", r"shutdown", r"ip address .*(?<!sub)$", r"ip address", r"port link",
         r"port default", r"undo port trunk", r"port trunk", r"vrrp", r"admin-vrrp", r"ospf", r"undo lldp"),
    ),
    (r"(rsa|ecc) peer-public-key .*", (r"public-key-code begin", r"public-key-code end", r"peer")),
    (r"rule name .*", (r"description", r"disable", r"policy log", r"source-zone", r"destination-zone",
                       r"source-address", r"destination-address", r"service", r"(?!action)", r"action")),
    (r"ospf .*", (r"default", r"silent", r"import", r"area")),
    (r"(security|nat)-policy", (r"rule name", r"default")),
)  # fmt: skip
