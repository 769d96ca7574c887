"""What is newest of what a county keeps: images of software, configurations of devices, backups of applications."""

import re

from countynet.engines import engine_of
from countynet.i18n import _, translate
from countynet.moments import shown
from playbooks.runner.defaults.seam import Case, Found


def image(case: Case, named: str) -> Found:
    """Return the image with the highest version of those made for all the devices named, for some device without."""
    from playbooks.day2.software.images import FILE, images

    every = images(case.settings.county).values()
    chosen = [case.county.device_by_name[name] for name in named.split(",")] if named else []
    if not every:
        return Found(told=translate(_("{file} names no image"), file=FILE))
    fitting = [one for one in every if all(one.fits(device) for device in chosen)]
    if not fitting:
        return Found(told=translate(_("{file} has no image that is made for all of them"), file=FILE))
    if not chosen and len({(one.platform, one.models) for one in fitting}) > 1:
        return Found(told=translate(_("{file} has images of several models: choose the devices first"), file=FILE))
    best = max(fitting, key=lambda one: _order(one.version))
    words = _("the newest image for {models} in {file}: {version}")
    return Found(best.id, translate(words, models=", ".join(best.models), file=FILE, version=best.version))


def configuration(case: Case, device: str) -> Found:
    """Return the newest kept configuration of a device."""
    from playbooks.backup import history

    newest = history.versions(case.settings, device)[0]
    return Found(newest.commit[:10], translate(_("the newest backup, of {at}"), at=shown(newest.at)))


def snapshot(case: Case, application: str) -> Found:
    """Return the newest backup of an application."""
    from playbooks.applications import state

    engine = engine_of(case.settings)
    try:
        saved = state.of(engine, application).saved
    finally:
        engine.dispose()
    said = [host for host in dict((saved.data if saved else {}).get("hosts") or {}).values() if host]
    found = next((str(host["snapshot"]) for host in said if host.get("snapshot")), "")
    if saved is None or not found:
        return Found(told=translate(_("no backup of it is known")))
    return Found(found, translate(_("the newest backup, of {at}"), at=shown(saved.at)))


def _order(version: str) -> tuple[tuple[int, str], ...]:
    """Return what versions are ordered by: their numbers as numbers, what stands between as words."""
    return tuple((int(number or -1), word) for number, word in re.findall(r"(\d+)|(\D+)", version))
