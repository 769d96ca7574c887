"""Which credentials open whose agent, and every mistake of the file at once."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput
from countynet.secrets import Secrets
from inventory import load_county
from inventory.create import EXAMPLE
from inventory.model import County
from monitoring.agents.keyring import equipped, read
from monitoring.snmp.community import Community
from monitoring.snmp.seam import Target
from monitoring.snmp.usm import Credentials

VAULT = Secrets(
    {
        name: SecretStr(f"the {name} itself" if name != "snmp/short" else "short")
        for name in ("snmp/old", "snmp/core-auth", "snmp/core-priv", "snmp/short")
    },
    Path("vault.yml"),
)
RIGHT = """
credentials:
  - {name: old, version: v2c, community: snmp/old}
  - {name: core, user: monitor, auth: SHA-512, auth_password: snmp/core-auth,
     priv: AES-256-C, priv_password: snmp/core-priv}
  - {name: clear, user: reader}
devices:
  - {only: ["role=core", "!core-2"], use: core}
  - {only: ["role=core"], use: clear}
  - {only: ["sw-admin"], use: old}
"""


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(EXAMPLE)


def test_the_first_line_that_fits_a_device_counts(county: County) -> None:
    found = read(RIGHT.encode(), county, VAULT)
    core = Credentials(
        "monitor",
        SecretStr("the snmp/core-auth itself"),
        SecretStr("the snmp/core-priv itself"),
        "SHA-512",
        "AES-256-C",
    )
    assert found == {
        "core-1": core,
        "core-2": Credentials("reader"),
        "sw-admin": Community(SecretStr("the snmp/old itself")),
    }
    assert "itself" not in repr(found)


def test_security_equipment_is_opened_by_name_and_asked_where_it_has_an_address(county: County, tmp_path: Path) -> None:
    text = RIGHT + "  - {equipment: [ids-1, gap-1], use: old}\n"
    assert read(text.encode(), county, VAULT)["ids-1"] == Community(SecretStr("the snmp/old itself"))
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "snmp.yml").write_text(text)
    assert equipped(tmp_path, county) == (), "nobody wrote an address"
    kits = tuple(k.model_copy(update={"management": IPv4Address("10.255.9.1")}) for k in county.security_equipment)
    placed = county.model_copy(update={"security_equipment": kits})
    assert equipped(tmp_path, placed) == (Target("ids-1", "10.255.9.1"), Target("gap-1", "10.255.9.1"))
    assert equipped(tmp_path / "elsewhere", placed) == ()
    for wrong in (text.replace("ids-1", "ids-9"), text.replace("equipment: [ids-1, gap-1], ", "")):
        with pytest.raises(BadInput) as caught:
            read(wrong.encode(), county, VAULT)
        assert [problem.line for problem in caught.value.problems] == [11]


def test_every_mistake_at_once_with_its_line(county: County) -> None:
    wrong = """
credentials:
  - {name: a, version: v2c}
  - {name: b, user: x, auth: MD5, auth_password: snmp/core-auth}
  - {name: c, user: x, priv_password: snmp/core-priv}
  - {name: d, user: x, auth_password: snmp/missing}
  - {name: e, user: x, auth_password: snmp/short}
devices:
  - {only: ["role=core"], use: nobody}
  - {only: ["role=cor"], use: e}
"""
    with pytest.raises(BadInput) as caught:
        read(wrong.encode(), county, VAULT)
    assert {problem.line for problem in caught.value.problems} >= {3, 4, 5, 7, 9}
    assert len(caught.value.problems) == 7
    assert all(problem.file for problem in caught.value.problems)
