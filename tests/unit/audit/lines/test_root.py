"""Root is refused by sshd: said for everybody, and taken back for nobody who is root."""

import pytest

from countynet.vocabulary import Verdict
from tests.unit.audit.lines.test_samples import points

HEAD = "#### /etc/ssh/sshd_config.d/countynet.conf 0644;"
NAMED = "Match User netadmin,auditor;.PermitRootLogin prohibit-password"


@pytest.mark.parametrize("lines", [f"PermitRootLogin no;{NAMED}", "PermitRootLogin no;Match all;.PermitRootLogin no"])
def test_an_administrator_who_comes_by_name_is_not_root(lines: str) -> None:
    (found,) = points("ssh-no-root", "linux", HEAD + lines)
    assert found.verdict is Verdict.PASS
    assert [line.text for line in found.lines][0] == "PermitRootLogin no"
    assert len(found.lines) == 2


@pytest.mark.parametrize(
    "match",
    ["all", "Address 10.0.0.0/8", "User root", "User netadmin,root", "User root,netadmin", "User r*", "User !eve,*"],
)
def test_a_match_that_may_let_root_in_is_named(match: str) -> None:
    (found,) = points("ssh-no-root", "linux", f"{HEAD}PermitRootLogin no;Match {match};.PermitRootLogin yes")
    assert found.verdict is Verdict.FAIL
    assert found.values["text"] == f"Match {match}: PermitRootLogin yes"


@pytest.mark.parametrize(
    "lines",
    ["MaxAuthTries 3", NAMED, "Match User netadmin;.PermitRootLogin no", "PermitRootLogin yes;PermitRootLogin no"],
)
def test_what_refuses_root_stands_first_and_outside_any_match(lines: str) -> None:
    (found,) = points("ssh-no-root", "linux", HEAD + lines)
    assert (found.verdict, found.fix) == (Verdict.FAIL, ("PermitRootLogin no",))


def test_a_match_ends_with_its_file() -> None:
    text = f"{HEAD}{NAMED};#### /etc/ssh/sshd_config 0644;PermitRootLogin no"
    assert [p.verdict for p in points("ssh-no-root", "linux", text)] == [Verdict.PASS]
