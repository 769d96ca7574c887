"""A plan as it is shown: as JSON and as lines for a terminal. Nothing here holds a secret."""

from collections.abc import Iterator
from typing import cast

from countynet import clock
from countynet.canonical import JSON
from countynet.i18n import _, translate
from playbooks.device.vouched import REASONS
from playbooks.plan.book import Entry
from playbooks.plan.model import DeviceChange, Policy, Shown
from playbooks.plan.rules import STATES, standing
from playbooks.plan.settle import STATES as DEVICE_STATES

POLICIES = {
    Policy.STOP: _("stop"),
    Policy.UNDO_TIER: _("stop and take the tier back"),
    Policy.UNDO_ALL: _("stop and take everything back"),
}

REVERTS: dict[str, str] = {
    "timer": _("a process on the device counts down"),
    "commit-trial": _("trial commit (commit trial)"),
    "commit-delay": _("delayed commit (configuration commit delay)"),
    "revert-timer": _("rollback timer (configure terminal revert timer)"),
    "delayed-reload": _("restart with the saved configuration (delayed restart)"),
}


def summary(entry: Entry) -> dict[str, JSON]:
    """Return a plan's line in a list."""
    plan = entry.plan
    return {
        "number": plan.number,
        "state": entry.state.value,
        "hash": entry.hash,
        "made": plan.made.isoformat(),
        "author": plan.author,
        "commit": plan.commit,
        "undoes": plan.undoes,
        "devices": len(plan.devices),
        "units": len(plan.units),
        "management": plan.management,
        "approvals": {"need": plan.approvals, "have": len(standing(entry.approvals, clock.now()))},
    }


def document(entry: Entry) -> dict[str, JSON]:
    """Return a plan whole, with what became of it."""
    given: list[JSON] = [{"login": a.login, "at": a.at.isoformat(), "withdrawn": a.withdrawn} for a in entry.approvals]
    became: dict[str, JSON] = {
        name: {"state": d.state.value, "error": d.error, "at": d.at} for name, d in entry.devices.items()
    }
    about = summary(entry)
    return {
        "plan": cast(JSON, entry.plan.document()),
        "hash": entry.hash,
        "state": about["state"],
        "management": about["management"],
        "approvals": about["approvals"],
        "given": given,
        "devices": became,
    }


def lines(entry: Entry) -> Iterator[str]:
    """Yield a plan as lines, translated."""
    yield from _head(entry)
    for change in entry.plan.devices:
        yield from _device(change, entry)
    for unread in entry.plan.unread:
        yield translate(_("not in the plan: {device}: {error}"), device=unread.device, error=unread.error)


def _head(entry: Entry) -> Iterator[str]:
    plan, count = entry.plan, standing(entry.approvals, clock.now())
    message = _("plan {plan}: {state}; {devices} devices, {units} units; hash {hash}")
    state = translate(STATES[entry.state])
    counts = {"devices": len(plan.devices), "units": len(plan.units)}
    yield translate(message, plan=plan.number, state=state, hash=entry.hash[:16], **counts)
    message = _("made {made} by {author} at commit {commit}; expires {expires}")
    made, expires = (at.astimezone(clock.CHINA).isoformat(" ", "minutes") for at in (plan.made, plan.expires))
    yield translate(message, made=made, author=plan.author, commit=plan.commit[:10], expires=expires)
    if plan.undoes is not None:
        yield translate(_("takes plan {plan} back"), plan=plan.undoes)
    if plan.restores:
        yield translate(_("goes back to what ran at {version}"), version=plan.restores)
    if plan.adds:
        yield translate(_("brings lines that no inventory says: {why}"), why=plan.adds)
    names = ", ".join(a.login for a in count) or "-"
    yield translate(_("approvals: {have} of {need} ({names})"), have=len(count), need=plan.approvals, names=names)
    yield translate(_("on the first failure: {policy}"), policy=translate(POLICIES[plan.policy]))
    yield translate(_("tested on each device: {tests}"), tests=", ".join(translate(test) for test in plan.tests))
    for number, tier in enumerate(plan.tiers, 1):
        yield translate(_("tier {number}: {devices}"), number=number, devices=", ".join(tier))
    listed = ", ".join(f"{u.unit} ({u.line} {u.access})" for u in plan.units) or "-"
    yield translate(_("units touched: {units}"), units=listed)
    if plan.management:
        yield translate(_("touches the path over which we manage the devices"))


def _device(change: DeviceChange, entry: Entry) -> Iterator[str]:
    became = entry.devices[change.device]
    words = [translate(DEVICE_STATES[became.state]), became.error]
    yield f"\n=== {change.device}: {': '.join(word for word in words if word)}"
    yield change.diff.rstrip("\n")
    yield from sent_again(change)
    yield translate(_("steps:"))
    yield from way(change.do)
    yield translate(_("undo, by the device itself after {seconds} s unless it is called off:"), seconds=change.seconds)
    yield translate(_("  method: {method}"), method=translate(REVERTS[change.revert]))
    yield from way(change.undo)


def sent_again(change: DeviceChange) -> Iterator[str]:
    """Yield which secrets are sent again and why, translated."""
    for secret in change.secrets:
        reason = translate(REASONS[secret.reason])
        yield translate(_("secret sent again: {where}: {reason}"), where=secret.where, reason=reason)


def way(found: Shown) -> Iterator[str]:
    """Yield a way as lines: files, deletions, commands."""
    yield from (translate(_("  write {path} ({mode})"), path=f.path, mode=f.mode) for f in found.files)
    yield from (translate(_("  delete {path}"), path=path) for path in found.delete)
    yield from (translate(_("  run {command}"), command=command) for command in found.commands)
    yield from (f"  {line}" for line in found.lines)
