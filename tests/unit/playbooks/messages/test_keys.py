"""Keys of the message gateway are the gateway's own, and only for whom its description names."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from applications.messages.config import person_key, sender_key
from countynet.errors import BadInput, CountyError
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.model import County
from monitoring.notices.model import read
from playbooks.messages import keys

MASTER = "m" * 40


def county(**settings: object) -> County:
    deployment = SimpleNamespace(kind="messages", dns="messages.x.internal", settings=settings)
    host = SimpleNamespace(address=SimpleNamespace(ip="10.1.0.30"))
    application = SimpleNamespace(id="sms", deployment=deployment, hosts=("srv",))
    return cast(County, SimpleNamespace(applications=(application,), host_by_name={"srv": host}))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(county=tmp_path, language="en")
    Secrets.create(found, {"applications/sms/keys": MASTER})
    return found


def test_a_key_is_what_the_gateway_expects_and_only_for_who_is_named(settings: Settings) -> None:
    found = keys.gateway(county(senders=[{"id": "notices", "generation": "2"}], people=[{"name": "amy"}]))
    assert keys.key(settings, found, "notices") == sender_key(MASTER, "notices", 2)
    assert keys.key(settings, found, "amy", person=True) == person_key(MASTER, "amy")
    with pytest.raises(BadInput):
        keys.key(settings, found, "amy")
    with pytest.raises(CountyError):
        keys.gateway(cast(County, SimpleNamespace(applications=())))


def test_the_channel_that_is_shown_is_one_that_notices_read(settings: Settings) -> None:
    found = keys.gateway(county(senders=[{"id": "notices"}]))
    keys.keep(settings, keys.NOTICES, "k")
    vault = Secrets.load(settings)
    assert set(vault.names()) == {"applications/sms/keys", keys.NOTICES}
    text = f"channels:\n{keys.channel(found, keys.AUTHORITY)}\nrecipients: []\nrules: []\n"
    (channel,) = read("notices.yml", text.encode()).channels
    assert (channel.kind, channel.address, channel.authorities) == ("sms", "10.1.0.30", keys.AUTHORITY)
    assert channel.secret == keys.NOTICES


def test_the_root_of_the_countys_authority_vouches_beside_the_gateways_own_certificate(settings: Settings) -> None:
    own = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    keys.keep_certificate(settings, own)
    assert (settings.county / keys.AUTHORITY).read_text() == own
    (settings.county / "certificates" / "root.pem").write_text(own.replace("AAAA", "BBBB"))
    keys.keep_certificate(settings, own)
    assert (settings.county / keys.AUTHORITY).read_text() == own + own.replace("AAAA", "BBBB")
