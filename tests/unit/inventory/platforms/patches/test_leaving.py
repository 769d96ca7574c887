"""Credentials exchanged, as lines: the new user beside the old, then the old one gone by name, on every platform."""

import json
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from inventory.create import key_pair
from inventory.intent.adapt import adapted
from inventory.intent.rotation import NEXT_PUBLIC, NEXT_VENDOR_PUBLIC, Stage, entry
from inventory.platforms import registry
from inventory.platforms.patch import patch, verify
from tests.unit.inventory.mixed_county import mixed_county, secrets

RECEIVERS = ["undo snmp-agent target-host", "snmp-agent target-host", "no snmp-server host", "snmp-server host"]
DEVICES = {"cpe-001": "huawei_vrp", "cpe-003": "h3c_comware", "cpe-005": "cisco_ios", "sw-admin": "ruijie"}
GONE = {
    "huawei_vrp": {"undo snmp-agent usm-user v3 countynet", "undo local-user netadmin", "undo ssh user netadmin"},
    "h3c_comware": {"undo snmp-agent usm-user v3 countynet local", "undo ssh user netadmin"},
    "cisco_ios": {"no snmp-server user countynet countynet v3", "no username netadmin"},
    "ruijie": {"no snmp-server user countynet countynet v3", "no username netadmin"},
}
NEXT = {
    NEXT_PUBLIC: "ssh-ed25519 AAAABBBB",
    NEXT_VENDOR_PUBLIC: key_pair(generate_private_key(public_exponent=65537, key_size=2048))[1],
}


@cache
def told(stage: Stage | None) -> dict[str, str]:
    """Return what the devices are told when all are at a stage; None: without a rotation."""
    county = mixed_county()
    stages = {entry(kind): json.dumps(dict.fromkeys(DEVICES, stage)) for kind in ("snmp", "ssh") if stage is not None}

    def get(name: str) -> SecretStr:
        if name.startswith("rotation/") and name not in stages:
            raise BadInput([Problem("missing", where=name)])
        return SecretStr((stages | NEXT)[name]) if name in stages | NEXT else secrets(name)

    found = adapted(county, get)
    return {name: registry.platform(platform).render(found[name]) for name, platform in DEVICES.items()}


@pytest.mark.parametrize(("device", "platform"), DEVICES.items())
def test_both_are_beside_each_other_and_then_the_old_one_goes_by_its_name(device: str, platform: str) -> None:
    old, both, new = (told(stage)[device] for stage in (None, Stage.BOTH, Stage.NEW))
    for before, after in ((old, both), (both, new), (both, old)):
        verdict = verify(before, after, platform)
        assert (verdict.refused, verdict.differs) == ((), ())
    added, gone = patch(old, both, platform), patch(both, new, platform)
    assert not [line for line in added if line.startswith(("undo", "no "))]
    assert set(gone) >= GONE[platform]
    assert not [line for line in gone if "secret-of" in line]


@pytest.mark.parametrize(("device", "platform"), DEVICES.items())
def test_a_receiver_is_told_under_the_new_name_after_the_old_one_went(device: str, platform: str) -> None:
    lines = patch(told(Stage.BOTH)[device], told(Stage.NEW)[device], platform)
    found = [line.split()[0] for line in lines if line.startswith(tuple(RECEIVERS))]
    assert found in (["undo", "snmp-agent"], ["no", "snmp-server"])
