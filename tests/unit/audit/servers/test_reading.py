"""The script that reads a server, run by a real shell: what is secret never leaves it, a broken answer says nothing."""

import base64
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from audit.live.servers import gathered
from audit.servers.checks import certificates
from audit.servers.checks.postgres import CHECKS
from audit.servers.machine import CUT, TOO_LARGE, Machine
from audit.servers.script import UnfinishedError, asked, script, understood
from audit.servers.struck import struck
from countynet.vocabulary import Verdict
from tests.unit.audit.facts_of import AT
from tests.unit.audit.servers.made import GOOD, machine, points

SECRET = "Kornblume-7431"  # noqa: S105 - a canary


def read(*patterns: str) -> Machine:
    done = subprocess.run(["sh", "-c", script()], input=asked(patterns, tell=False), capture_output=True, text=True,
                          timeout=60, check=True)  # fmt: skip
    return understood("srv", done.stdout)


def test_files_come_whole_with_their_rights_and_secrets_stay(tmp_path: Path) -> None:
    (tmp_path / "a b.conf").write_text(f"#### /etc/passwd 0644\n@end\nproxy --password {SECRET}\n光纤\n")
    (tmp_path / "a b.conf").chmod(0o640)
    (tmp_path / "mixed.pem").write_text(
        f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END EC PRIVATE KEY-----\nafter\n"
    )
    (tmp_path / "site.key").write_text(SECRET)
    (tmp_path / "large.conf").write_text("x" * 300_000)
    (tmp_path / "$(touch made).conf").write_text("quiet\n")
    held = read(f"{tmp_path}/*", f"{tmp_path}/$(touch {tmp_path}/made)", f"{tmp_path}/none")
    files = {Path(path).name: file for path, file in held.files.items()}
    assert files["a b.conf"].lines == ("#### /etc/passwd 0644", "@end", "proxy --password ********", "光纤")
    assert (files["a b.conf"].mode, files["mixed.pem"].lines, files["site.key"].lines) == (0o640, ("after",), ())
    assert (held.reason, held.values) == (TOO_LARGE, {"file": str(tmp_path / "large.conf")})
    assert SECRET not in held.text
    assert not (tmp_path / "made").exists()


def test_an_answer_that_breaks_off_decides_nothing() -> None:
    whole = "@file 644 root:root /etc/nginx/nginx.conf\n" + base64.b64encode(b"user root;\n").decode() + "\n@end\n"
    assert understood("srv", whole).files["/etc/nginx/nginx.conf"].lines == ("user root;",)
    for broken in (whole.removesuffix("@end\n"), whole.replace("=", "", 1), ""):
        with pytest.raises(UnfinishedError):
            understood("srv", broken)


def test_what_files_include_is_asked_for_round_by_round() -> None:
    files = {
        "/etc/nginx/nginx.conf": "include /srv/sites/*.conf;",
        "/srv/sites/*.conf": "server { include common; listen 443 ssl; ssl_certificate /srv/tls/a.pem; }",
        "/srv/tls/a.pem": "-----BEGIN CERTIFICATE-----",
    }
    seen: list[list[str]] = []

    def run(wanted: str) -> str:
        seen.append(wanted.split())
        told = [(name.replace("*", "a"), files[name]) for name in wanted.split() if name in files]
        coded = [(name, base64.b64encode(content.encode()).decode()) for name, content in told]
        return "".join(f"@file 644 root:root {name}\n{content}\n" for name, content in coded) + "@end\n"

    held = gathered("srv", run)
    assert list(held.files) == ["/etc/nginx/nginx.conf", "/srv/sites/a.conf", "/srv/tls/a.pem"]
    assert (seen[0][-1], [row for row in seen[1:] if "@tell" in row]) == ("@tell", [])


@pytest.mark.parametrize(
    "line",
    [
        f'primary_conninfo = \'host=a user=b password={SECRET}\'',
        f"hostssl all all 0.0.0.0/0 ldap ldapbindpasswd=\"{SECRET}\"",
        f"5 2 * * * root mysqldump -u root -p{SECRET} all",
        f"5 2 * * * root curl -s -u backup:{SECRET} https://x/",
        f"PGPASSWORD={SECRET} pg_dump",
        f"deb https://county:{SECRET}@packages.internal/ bookworm main",
        f'proxy_set_header Authorization "Basic {SECRET}";',
        f'  secret = "{SECRET}"',
        f": PSK \"{SECRET}\"",
        f"root:$6$salt${SECRET}0123456789:19000:0:99999:7:::",
    ],
)  # fmt: skip
def test_a_secret_in_a_line_is_struck_out_and_the_line_stays(line: str) -> None:
    assert SECRET not in struck(line)
    assert struck(line).split()[:1] == line.split()[:1] or line.startswith(("PGPASSWORD", "root:"))


def test_what_only_sounds_like_a_secret_stays() -> None:
    lines = ("password_encryption = md5", "PasswordAuthentication no", "password requisite pam_pwquality.so retry=3")
    for line in (*lines, "PASS_MAX_DAYS 90", "ssl_certificate_key /etc/ssl/a.key;", "password include common-password"):
        assert struck(line) == line


def test_what_was_not_read_whole_never_passes() -> None:
    held = machine(GOOD)
    part = Machine(held.name, held.files, held.told, CUT, {"command": "writable"})
    assert {p.verdict for check in CHECKS for p in points(check, part)} == {Verdict.UNKNOWN}
    assert {p.verdict for check in CHECKS for p in points(check, Machine("srv"))} == {Verdict.UNKNOWN}
    silent = Machine(held.name, held.files, {})
    assert {p.verdict for check in CHECKS[-1:] for p in points(check, silent)} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(("days", "verdict"), [(365, Verdict.PASS), (20, Verdict.FAIL), (-1, Verdict.FAIL)])
def test_a_certificate_is_told_a_month_before_it_ends(days: int, verdict: Verdict) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "portal")])
    blank = x509.CertificateBuilder(
        name, name, key.public_key(), 7, AT - timedelta(days=400), AT + timedelta(days=days)
    )
    made = blank.sign(key, hashes.SHA256())
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    (point,) = points(certificates.CHECKS[0], machine(f"#### /etc/ssl/portal.pem 0644\n{pem}"))
    assert point.verdict is verdict
