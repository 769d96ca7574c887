"""A plan small enough to see through."""

from datetime import UTC, datetime, timedelta

from countynet.vocabulary import DeviceRole
from playbooks.plan.draw import shown
from playbooks.plan.model import DeviceChange, Plan, Policy, Steps, Way, digest

KEY = b"k" * 32
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SECRET = "verysecretword"


def steps(name: str = "cpe-001") -> Steps:
    do = Way(files={"/etc/x": ("0600", f"new {name} {SECRET}\n")}, delete=(), commands=("systemctl restart x",))
    undo = Way(files={"/etc/x": ("0600", f"old {name} {SECRET}\n")}, delete=(), commands=("systemctl restart x",))
    return Steps(running=f"old {name} {SECRET}", intended=f"new {name} {SECRET}", do=do, undo=undo)


def change(name: str = "cpe-001", role: DeviceRole = DeviceRole.CPE) -> DeviceChange:
    found = steps(name)
    return DeviceChange(
        device=name,
        role=role,
        building="admin",
        running=digest(found.running, KEY),
        intended=digest(found.intended, KEY),
        diff="-old\n+new\n",
        do=shown(found.do, KEY),
        undo=shown(found.undo, KEY),
        seconds=10,
        management=True,
        units=("u001",),
    )


def plan(number: int = 1, *, made: datetime = NOW, approvals: int = 1, names: tuple[str, ...] = ("cpe-001",)) -> Plan:
    return Plan(
        number=number,
        commit="c" * 40,
        author="carl",
        made=made,
        expires=made + timedelta(days=7),
        policy=Policy.STOP,
        approvals=approvals,
        tests=("ping",),
        devices=tuple(change(name) for name in names),
        tiers=(names,),
        units=(),
    )
