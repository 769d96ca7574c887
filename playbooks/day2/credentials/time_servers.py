"""The other end of the key of time: its servers, which are told the next key before any device, and lose the old last.

They are told by the servers' own role, and nothing else of them is touched. A server that could not be told keeps every
device from going on, as a device that asks by the next key would not believe it.
"""

from collections.abc import Mapping

from pydantic import SecretStr

from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets, vault_file
from inventory.model import County, Host
from playbooks.day2.carry import named
from playbooks.runner.catalogue import SHIPPED_FOLDER
from playbooks.runner.programs.work import Work
from playbooks.servers.hosts import ansible_inventory, servers, time_keys
from playbooks.servers.run import Heard, Play, run_play

FILE = SHIPPED_FOLDER / "time-keys.yml"


def time_servers(county: County) -> tuple[Host, ...]:
    """Return the county's servers of time. Raises CountyError where no host runs anything."""
    return tuple(host for host in servers(county) if "time" in host.runs)


def told(work: Work, county: County, values: Mapping[str, str]) -> dict[str, str]:
    """Have every time server know the keys that a vault's values say; return who does not, and why.

    Raises BadInput for values without a key.
    """
    held = Secrets({name: SecretStr(value) for name, value in values.items()}, vault_file(work.settings))
    hosts = time_servers(county)
    keys = time_keys(county, held.get)
    play = Play(FILE, ansible_inventory(county, hosts, keys), tuple(host.name for host in hosts))
    result = run_play(work.settings, play, lambda _one: None, work.cancelled)
    why = {host.host: translate_error(host.error) for host in result.hosts if host.error}
    if not result.good and not why:
        why = {host.name: result.words or translate(_("the run was not brought to its end")) for host in hosts}
    done = [host.name for host in hosts if host.name not in why]
    if done:
        said = _("time servers that know what the vault says: {names}")
        work.heard(Heard(translate(said, names=named(done))))
    return why
