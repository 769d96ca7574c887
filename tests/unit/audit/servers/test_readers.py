"""The readers on what real files do: includes, inheritance, first and last values, quotes, continued lines."""

import pytest

from audit.servers.checks.nginx import weak_ciphers
from audit.servers.checks.sshd import seconds
from audit.servers.read import nginx, postgres, sshd, swan
from tests.unit.audit.servers.made import machine

LUA = r"""#### /etc/nginx/nginx.conf 0644
http {
    log_format json escape=json '{"at":"$time_iso8601","of":"${host}"}';
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    server { # not ; an end }
        listen 8443 ssl;
        location ~ \.(?:css|js)$ { expires 1y; }
        location ~* "^/\w{2}/x" { content_by_lua_block { if x then ngx.say("}") end } }
        include sites/*.conf;
    }
    upstream portal { server 10.1.0.21:80; server unix:/run/x.sock; }
    server_tokens off;
}
#### /etc/nginx/sites/a.conf 0644
ssl_protocols
    TLSv1.3;
#### /etc/nginx/sites/.hidden.conf 0644
ssl_protocols SSLv3;
#### /etc/nginx/sites/deep/b.conf 0644
ssl_protocols SSLv3;
"""


def test_nginx_is_read_through_lua_quotes_and_includes() -> None:
    top = nginx.main(machine(LUA))
    assert top is not None
    (site,) = nginx.sites(top)
    assert nginx.is_tls(site)
    assert [d.args for d in site[-1].of("location")] == [("~", r"\.(?:css|js)$"), ("~*", r"^/\w{2}/x")]
    (said,) = nginx.nearest(site, "ssl_protocols")
    assert (said.file.path, said.number, said.args) == ("/etc/nginx/sites/a.conf", 1, ("TLSv1.3",))
    assert nginx.nearest(site, "server_tokens")[0].args == ("off",)
    assert "/etc/nginx/sites/*.conf" in nginx.included(machine(LUA))


@pytest.mark.parametrize(
    ("words", "weak"),
    [
        ("HIGH:!aNULL:!MD5", []),
        ("ECDH+AESGCM:ECDH+AES256:!ADH:!AECDH:!MD5", []),
        ("ALL:!aNULL:!eNULL:!RC4:!3DES", []),
        ("ALL:!EXP:!NULL:!ADH:!LOW:!MD5:!RC4", ["ALL"]),
        ("AES128-SHA:DES-CBC3-SHA", ["DES-CBC3-SHA"]),
        ("DES-CBC3-SHA:!DES-CBC3-SHA", []),
        ("DEFAULT@SECLEVEL=0", ["@SECLEVEL=0"]),
    ],
)
def test_a_cipher_list_is_weak_by_what_is_left_in_it(words: str, weak: list[str]) -> None:
    assert weak_ciphers(words) == weak


CLUSTER = """#### /etc/postgresql/15/main/postgresql.conf 0644
include_dir = 'conf.d'
data_directory = '/srv/pg'
SSL = on # 'off'
log_line_prefix = 'it''s %m '
#### /etc/postgresql/15/main/conf.d/10.conf 0644
ssl = off
work_mem '4MB'
#### /srv/pg/postgresql.auto.conf 0600
password_encryption = 'md5'
#### /srv/pg/pg_hba.conf 0640
hostnossl all all 0.0.0.0/0 reject
host  all  "all users",ops  10.1.0.0 255.255.255.0 \\
      scram-sha-256   # continued
host all all 10.1.2.0/24 ldap ldapserver=x ldapbindpasswd="geheim" ldapprefix="cn="
hostssl all all 10.1.2.7/32 trust
include more_hba.conf
#### /srv/pg/more_hba.conf 0640
local all all peer
"""


def test_postgres_counts_the_last_setting_and_the_first_line_that_fits() -> None:
    (held,) = postgres.clusters(machine(CLUSTER))
    assert {name: held.value(name, "") for name in ("ssl", "password_encryption", "work_mem", "log_line_prefix")} == {
        "ssl": "on", "password_encryption": "md5", "work_mem": "4mb", "log_line_prefix": "it's %m "}  # fmt: skip
    assert held.settings["ssl"].line.line == 3
    shown = [(r.kind, r.users, r.address, r.method) for r in held.rules]
    assert shown == [
        ("hostnossl", ("all",), "0.0.0.0/0", "reject"),
        ("hostssl", ('"all users"', "ops"), "10.1.0.0/255.255.255.0", "scram-sha-256"),
        ("hostssl", ("all",), "10.1.2.0/24", "ldap"),
        ("local", ("all",), "", "peer"),
    ]
    assert "geheim" not in str(held)
    assert {"/srv/pg/pg_hba.conf", "/srv/pg/more_hba.conf"} <= postgres.included(machine(CLUSTER))


def test_sshd_counts_the_first_value_and_a_match_block_for_whom_it_names() -> None:
    text = """#### /etc/ssh/sshd_config 0644
Include sshd_config.d/*.conf
passwordauthentication=yes
Port 22
Port 2222
Match User backup
    X11Forwarding yes # for a reason
    X11Forwarding no
Match all
PermitTunnel no
#### /etc/ssh/sshd_config.d/a.conf 0644
PasswordAuthentication no
Match Group sftp
    AllowTcpForwarding yes
#### $ sshd
port 22
ciphers aes256-ctr
"""
    held = sshd.read(machine(text))
    assert held is not None
    said = {(one.keyword, one.match): one.value for one in held.said if one.keyword != "port"}
    assert said == {
        ("passwordauthentication", ""): "no",
        ("allowtcpforwarding", "Group sftp"): "yes",
        ("x11forwarding", "User backup"): "yes",
        ("permittunnel", ""): "no",
    }
    assert [one.value for one in held.every("Port")] == ["22", "2222"]
    assert held.default("Ciphers") == "aes256-ctr"
    assert [seconds(words) for words in ("90", "2m", "1h30m", "0")] == [90, 120, 5400, 0]


def test_strongswan_takes_over_from_other_sections_and_from_default() -> None:
    text = """#### /etc/swanctl/swanctl.conf 0640
common { proposals = 3des-md5-modp1024
   local { auth = "psk" } }
connections { a : common { version = 2
      children { x { esp_proposals = aes128gcm16 } } }
   include conf.d/*.conf
}
secrets { ike { secret = "geheim" } }
#### /etc/swanctl/conf.d/b.conf 0640
b : common { proposals = aes256-sha256-ecp256 }
#### /etc/ipsec.conf 0644
config setup
conn %default
\tkeyexchange=ikev1
\tike=aes256-sha1-modp1024!
conn base
\tauthby=secret
conn c
\talso=base
\tright=%any
\taggressive=yes # bad
"""
    found = {one.name: one for one in swan.connections(machine(text)) or []}
    assert list(found) == ["a", "b", "base", "c"]
    assert (found["a"].value("proposals"), found["a"].value("version")) == ("3des-md5-modp1024", "2")
    assert [v.value for v in (*found["a"].auth, *found["a"].esp)] == ["psk", "aes128gcm16"]
    assert (found["b"].value("proposals"), [v.value for v in found["b"].auth]) == ("aes256-sha256-ecp256", ["psk"])
    assert [found["c"].value(name) for name in ("version", "proposals", "remote_addrs", "aggressive")] == [
        "1", "aes256-sha1-modp1024!", "%any", "yes"]  # fmt: skip
    assert [v.value for v in found["c"].auth] == ["secret"]
    assert "geheim" not in machine(text).text
