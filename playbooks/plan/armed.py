"""The undo that stands on the device itself, as shell scripts. Pure.

All that a change needs is on the device before anything changes: the new files, the old files, the scripts. A detached
process then counts down and puts everything back. It needs no network and no session of ours, and belongs to no process
group of one. Exactly one of "called off" and "put back" happens: both are the rename of one file, `armed`. No step of
the change runs once the undo has begun. After a reboot nothing counts down any more: the next look at the device
(`settle`, `apply`) finds `armed` without its process and puts back at once.
"""

import shlex
from dataclasses import dataclass

from playbooks.device.transport import File
from playbooks.plan.model import Steps, Way

FOLDER = "/var/lib/countynet/plan"
STEP_SECONDS = 60
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
_UNDO = """\
cd {folder} || exit 1
mv armed reverting 2>/dev/null || exit {gone}
exec 9>step.lock
flock -w 90 9
step() {{ timeout {limit} sh -c "$1" </dev/null >>log 2>&1 8>&- 9>&- || echo "failed: $1" >>log; }}
{steps}
rm -rf new old
mv reverting reverted
"""
PREPARE = f"""\
umask 077
if [ -e {FOLDER}/armed ] || [ -e {FOLDER}/reverting ]; then cat {FOLDER}/owner; exit {HELD}; fi
rm -rf {FOLDER}
mkdir -p {FOLDER}/new {FOLDER}/old
"""
ARM = f"""\
cd {FOLDER} && sh pack && rm pack && exec 8>timer.lock && flock -n 8 && cp owner armed || exit
exec setsid -f sh timer </dev/null >/dev/null 2>&1"""
"""unpacks, arms, counts; the countdown inherits its lock, so that at no moment the undo is armed and nobody counts"""
CALL_OFF = f"mv {FOLDER}/armed {FOLDER}/confirmed && rm -rf {FOLDER}/new {FOLDER}/old {FOLDER}/undo"
UNDO_NOW = f"cd {FOLDER} && {{ [ -e armed ] || mv reverting armed 2>/dev/null; sh undo; }}"
"""puts back at once, or finishes what was begun and broke off"""
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


def files(steps: Steps, owner: str, seconds: int) -> dict[str, File]:
    """Return what is put on the device: one file that unpacks to all others; `owner` says whose it is."""
    undo = [f"sh {FOLDER}/write-old", *steps.undo.commands]
    texts = {
        "owner": f"{owner}\n",
        "write-new": _write(steps.do, "new"),
        "write-old": _write(steps.undo, "old"),
        "timer": _TIMER.format(folder=FOLDER, seconds=seconds),
        "undo": _UNDO.format(
            folder=FOLDER, gone=GONE, limit=STEP_SECONDS, steps="\n".join(f"step {shlex.quote(c)}" for c in undo)
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
