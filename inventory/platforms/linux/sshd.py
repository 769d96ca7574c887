"""sshd: keys and tries, where it listens, when an idle session ends, and the banner before sign-in.

The drop-in comes first in Debian's sshd_config, so its values win. Accounts that are not locked are the only ones
allowed; their keys stand in /etc/countynet, which no account can write. Nobody signs in as root. sshd takes every
account of user id 0 for root, and ours have it, so each is let in by its name in a `Match` at the file's end, by key
alone; a `Match` in an included file ends with that file.
"""

from inventory.deviceconfig import DeviceConfig, Ssh
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, attempt, file, value_of

PATH, BANNER = "/etc/ssh/sshd_config.d/countynet.conf", "/etc/ssh/countynet_banner"
KEYS = "/etc/countynet/authorized_keys"
NO_ROOT, BY_KEY = "PermitRootLogin no", "PermitRootLogin prohibit-password"
HARDENED = ("AllowAgentForwarding no", "LogLevel VERBOSE")
"""what decision 182 added, with NO_ROOT: a file without any of it was written before and says the same otherwise"""


def render(config: DeviceConfig) -> dict[str, File]:
    """Return sshd's drop-in, and the banner if there is one."""
    ssh = config.ssh
    allowed = [user.name for user in config.users if not user.locked]
    lines = [f"ListenAddress {ssh.listen}"] if ssh.listen else []
    lines += [
        f"PasswordAuthentication {'yes' if ssh.password_login else 'no'}",
        "KbdInteractiveAuthentication no",
        NO_ROOT,
        "PermitEmptyPasswords no",
        f"MaxAuthTries {ssh.max_tries}",
        f"ChannelTimeout session={ssh.idle_seconds}",
        "ClientAliveInterval 60",
        "ClientAliveCountMax 3",
        "AllowTcpForwarding no",
        "X11Forwarding no",
        *HARDENED,
        f"AuthorizedKeysFile {KEYS}/%u",
    ]
    lines += [f"AllowUsers {' '.join(allowed)}"] if allowed else []
    lines += [f"Banner {BANNER}"] if config.banner else []
    lines += [f"Match User {','.join(allowed)}", f"  {BY_KEY}"] if allowed else []
    files = {PATH: file(lines)}
    return files | ({BANNER: File("0644", (config.banner,))} if config.banner else {})


def earlier(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the drop-in as it was written before it refused root by name: every account of user id 0 by key."""
    kept = [line for line in lines if line not in HARDENED and line.strip() != BY_KEY]
    return tuple(BY_KEY if line == NO_ROOT else line for line in kept if not line.startswith("Match User "))


def parse(files: Files, draft: Draft) -> None:
    """Read the server's settings; the guard lists what differs from what they would render to."""
    if BANNER in files and files[BANNER].lines:
        draft.fields["banner"] = files[BANNER].lines[0]
    if PATH not in files:
        return
    lines = files[PATH].lines
    ssh = attempt(
        Ssh,
        listen=value_of(lines, r"ListenAddress (\S+)"),
        password_login=value_of(lines, r"PasswordAuthentication (yes|no)") == "yes",
        max_tries=value_of(lines, r"MaxAuthTries (\d+)"),
        idle_seconds=value_of(lines, r"ChannelTimeout session=(\d+)"),
    )
    if ssh is not None:
        draft.fields["ssh"] = ssh
