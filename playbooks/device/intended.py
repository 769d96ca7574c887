"""What devices shall run, as the text of each one's platform: intent adapted to it, then its render.

A device whose platform cannot hold what the inventory says is that device's failure, not the fleet's: it is a
DeviceError with every reason in it.
"""

from collections.abc import Callable

from countynet.errors import BadInput, DeviceError
from countynet.i18n import _, translate
from countynet.secrets import Secrets
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms import registry


def renderer(county: County, secrets: Secrets) -> Callable[[str], str]:
    """Return a function from a device's name to the text that it shall run; it raises DeviceError.

    Raises BadInput for a secret that is missing.
    """
    configs = adapted(county, secrets.get)

    def rendered(name: str) -> str:
        platform = registry.platform(county.device_by_name[name].platform)
        try:
            return platform.render(configs[name])
        except BadInput as error:
            raise DeviceError(
                name, _("cannot hold what the inventory says: {problems}"), problems=_said(error)
            ) from error

    return rendered


def _said(error: BadInput) -> str:
    told = (translate(problem.message, **problem.values) for problem in error.problems)
    return "; ".join(dict.fromkeys(told))
