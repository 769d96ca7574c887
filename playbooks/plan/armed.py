"""The undo that stands on the device itself, as shell scripts. Pure.

All that a change needs is on the device before anything changes: the new files, the old files, the scripts. A detached
process then counts down and puts everything back. It needs no network and no session of ours, and belongs to no process
group of one. Exactly one of "called off" and "put back" happens: both are the rename of one file, `armed`. No step of
the change runs once the undo has begun. After a reboot nothing counts down any more: a unit that stands while the undo
is armed puts back as soon as the device has started; on a device that knows no such units the next look (`settle`,
`apply`) finds `armed` without its process and does it. Room for the undo is set aside before anything changes, so that
a disk that fills up meanwhile does not keep a device from being put back.
"""

import shlex
from dataclasses import dataclass

from playbooks.device.transport import File
from playbooks.plan.model import Steps, Way

FOLDER = "/var/lib/countynet/plan"
UNITS = "/etc/systemd/system"
UNIT, WANTED = f"{UNITS}/countynet-undo.service", f"{UNITS}/multi-user.target.wants/countynet-undo.service"
STEP_SECONDS = 60
SPARE = 64 << 10
"""bytes set aside beyond what the files take"""
HELD, GONE = 3, 125
_WRITE = """\
put() { # from, to, mode
  mkdir -p "$(dirname "$2")" && cp "$1" "$2.countynet-new" && chmod "$3" "$2.countynet-new" &&
    mv -f "$2.countynet-new" "$2"
}
"""
_TIMER = """\
cd {folder} || exit
n=0
while [ $n -lt {seconds} ]; do
  [ -e armed ] || exit 0
  sleep 1 8>&-
  n=$((n + 1))
done
exec sh undo
"""
_RESTARTED = """\
cd {folder} || exit
exec 8>timer.lock && flock -n 8 || exit 0
[ -e armed ] || mv reverting armed
exec sh undo
"""
_BOOT = """\
[Unit]
Description=Take back a change that nobody confirmed before the restart
After=network.target nftables.service openvswitch-switch.service frr.service ssh.service
After=keepalived.service strongswan.service snmpd.service lldpd.service rsyslog.service chrony.service
[Service]
Type=oneshot
ExecStart=/bin/sh {folder}/restarted
"""
_UNDO = """\
cd {folder} || exit 1
mv armed reverting 2>/dev/null || exit {gone}
exec 9>step.lock
flock -w 90 9
rm -f reserve
step() {{ timeout {limit} sh -c "$1" </dev/null >>log 2>&1 8>&- 9>&- || echo "failed: $1" >>log; }}
{steps}
rm -rf new old
rm -f {wanted} {unit}
mv reverting reverted
"""
_PREPARE = """\
umask 077
if [ -e {folder}/armed ] || [ -e {folder}/reverting ]; then cat {folder}/owner; exit {held}; fi
rm -rf {folder}
mkdir -p {folder}/new {folder}/old && head -c {undo} /dev/zero >{folder}/reserve &&
  head -c {room} /dev/zero >{folder}/room && rm {folder}/room || {{ rm -rf {folder}; exit 1; }}
"""
ARM = f"""\
cd {FOLDER} && sh pack && rm pack && exec 8>timer.lock && flock -n 8 || exit
mkdir -p {UNITS}/multi-user.target.wants && install -m 644 boot {UNIT} && ln -sf {UNIT} {WANTED} || exit
cp owner armed || exit
exec setsid -f sh timer </dev/null >/dev/null 2>&1"""
"""unpacks, arms, counts; the countdown inherits its lock, so that at no moment the undo is armed and nobody counts"""
CALL_OFF = f"cd {FOLDER} && mv armed confirmed && rm -rf new old undo reserve {WANTED} {UNIT}"
UNDO_NOW = f"""\
timeout 60 systemctl is-system-running --wait >/dev/null 2>&1
cd {FOLDER} && {{ [ -e armed ] || mv reverting armed 2>/dev/null; sh undo; }}"""
"""puts back at once, or finishes what was begun and broke off; a device that is starting has started first"""
_IDLE = "flock -n timer.lock true && flock -n step.lock true && sleep 0.3 && flock -n step.lock true"
LOOK = f"""\
cd {FOLDER} 2>/dev/null || {{ echo nothing; exit; }}
for s in armed reverting reverted confirmed; do
  [ -e $s ] && {{ echo $s; cat owner; {{ {_IDLE}; }} && echo still; exit; }}
done
echo nothing
"""
"""prints the state, the owner, and `still` when nothing counts down"""


@dataclass(frozen=True)
class Standing:
    """What a device holds of a guarded change."""

    state: str
    """nothing, armed, reverting, reverted or confirmed"""
    owner: str = ""
    counting: bool = False


def understand(words: str) -> Standing:
    """Return what LOOK printed."""
    lines = words.split("\n")
    owner = lines[1] if len(lines) > 1 else ""
    return Standing(lines[0].strip(), owner, "still" not in lines)


def prepare(steps: Steps) -> str:
    """Return the script that makes the folder and sets room aside for the undo.

    It ends with HELD and the owner's name when an undo stands there already, with another status when there is no room
    for the change; then nothing is left behind.
    """
    old, new = (sum(len(content.encode()) for _mode, content in w.files.values()) for w in (steps.undo, steps.do))
    packed = sum(len(file.content.encode()) for file in files(steps, "", 0).values())
    undo, room = old + SPARE, 2 * packed + new + SPARE
    return _PREPARE.format(folder=FOLDER, held=HELD, undo=undo, room=room)


def files(steps: Steps, owner: str, seconds: int) -> dict[str, File]:
    """Return what is put on the device: one file that unpacks to all others; `owner` says whose it is."""
    undo = [f"sh {FOLDER}/write-old", *steps.undo.commands]
    texts = {
        "owner": f"{owner}\n",
        "write-new": _write(steps.do, "new"),
        "write-old": _write(steps.undo, "old"),
        "timer": _TIMER.format(folder=FOLDER, seconds=seconds),
        "restarted": _RESTARTED.format(folder=FOLDER),
        "boot": _BOOT.format(folder=FOLDER),
        "undo": _UNDO.format(
            folder=FOLDER,
            gone=GONE,
            limit=STEP_SECONDS,
            steps="\n".join(f"step {shlex.quote(c)}" for c in undo),
            wanted=WANTED,
            unit=UNIT,
        ),
        **{f"new/{n}": content for n, (_mode, content) in enumerate(steps.do.files.values())},
        **{f"old/{n}": content for n, (_mode, content) in enumerate(steps.undo.files.values())},
    }
    pack = ["set -e", "umask 077", *(f"printf %s {shlex.quote(text)} >{name}" for name, text in texts.items()), ""]
    return {f"{FOLDER}/pack": File(0o600, "\n".join(pack))}


def _write(way: Way, folder: str) -> str:
    lines = [
        f"put {FOLDER}/{folder}/{n} {shlex.quote(path)} {mode} || exit 1"
        for n, (path, (mode, _content)) in enumerate(way.files.items())
    ]
    lines += [f"rm -f -- {shlex.quote(path)}" for path in way.delete]
    return _WRITE + "\n".join([*lines, "exit 0", ""])


def commands(way: Way, owner: str) -> dict[str, str]:
    """Return the commands of a change, in order: as run on the device -> as a plan shows it."""
    return {_guarded(command, owner): command for command in (f"sh {FOLDER}/write-new", *way.commands)}


def _guarded(command: str, owner: str) -> str:
    """Run only while this very undo is armed, and never at the same time as it."""
    inner = f"grep -qsFx {shlex.quote(owner)} {FOLDER}/armed || exit {GONE}\n{command}"
    return f"flock -o -w 90 {FOLDER}/step.lock sh -c {shlex.quote(inner)}"
