"""The commands that IOS has in its views, and what its prompts call the views of configuration."""

from topology.twin.vendor.shell import Command

SHOWS: tuple[Command, ...] = (
    ("show version", "version"),
    ("show clock", "clock"),
    ("show users", "users"),
    ("show logging", "logging"),
)
PRIVILEGED: tuple[Command, ...] = (
    ("show running-config", "running_config"),
    ("show startup-config", "startup_config"),
    ("show reload", "reload"),
    ("show snmp user", "snmp_user"),
    ("show archive", "archive"),
    ("show archive config rollback timer", "rollback"),
    ("configure terminal", "configure_terminal"),
    ("configure terminal revert", "configure_revert"),
    ("configure confirm", "configure_confirm"),
    ("configure revert", "configure_reverted"),
    ("write", "write"),
    ("write memory", "write"),
    ("write erase", "erase"),
    ("erase startup-config", "erase"),
    ("erase nvram:", "erase"),
    ("copy running-config startup-config", "copy"),
    ("reload", "restart"),
    ("reload in", "restart_in"),
    ("reload cancel", "restart_cancel"),
    ("archive config", "archive_now"),
    ("disable", "disable"),
    ("clear logging", "clear_logging"),
)
ANYBODY: tuple[Command, ...] = (
    ("enable", "enable"),
    ("terminal length", "length"),
    ("terminal width", "width"),
    ("terminal monitor", "monitor"),
    ("terminal no monitor", "no_monitor"),
    ("exit", "leave_session"),
    ("logout", "leave_session"),
    ("quit", "leave_session"),
)
CONFIG: tuple[Command, ...] = (
    ("do", "do"),
    ("exit", "exit"),
    ("end", "end"),
    ("exit-vrrp", "exit"),
    ("exit-address-family", "exit"),
)
VIEWS: tuple[tuple[str, str], ...] = (
    (r"interface \S+ ?\S*\.\d+", "config-subif"),
    (r"interface .*", "config-if"),
    (r"vlan .*", "config-vlan"),
    (r"router .*", "config-router"),
    (r"ip access-list extended .*", "config-ext-nacl"),
    (r"ip access-list standard .*", "config-std-nacl"),
    (r"line .*", "config-line"),
    (r"crypto ikev2 (proposal|policy|keyring|profile) .*", r"config-ikev2-\1"),
    (r"crypto ipsec transform-set .*", "cfg-crypto-trans"),
    (r"crypto (map|dynamic-map) .*", "config-crypto-map"),
    (r"peer .*", "config-ikev2-keyring-peer"),
    (r"ip ssh pubkey-chain", "conf-ssh-pubkey"),
    (r"username .*", "conf-ssh-pubkey-user"),
    (r"key-string", "conf-ssh-pubkey-data"),
    (r"vrrp .*", "config-if-vrrp"),
    (r"archive", "config-archive"),
    (r"log config", "config-archive-log-cfg"),
    (r"redundancy", "config-red"),
    (r"(ip )?vrf .*", "config-vrf"),
)
"""head of a view, how the prompt calls it"""
