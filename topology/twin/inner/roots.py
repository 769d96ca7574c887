"""The file system that a device or a server host sees, built in its own mount namespace.

A device sees the machine's programs (`/usr`, read-only), its own small `/etc` over the factory image, and otherwise
only memory of its own: nothing of the machine's files, keys or logs. A server host sees a Debian base of its own with a
writable layer, so that packages are really installed, in it alone. Nothing here outlives the namespace.
"""

import os
import stat
from collections.abc import Mapping, Sequence

from topology.twin.inner import kernel

MARK_FILE = "/.countynet-twin"
"""in a device's root: which twin it belongs to"""
_NODES = (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0))
_LINKS = (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2"), ("ptmx", "pts/ptmx"))

DEVICE_FOLDERS = (
    ("root", 0o700, ""), ("tmp", 0o1777, ""), ("usr", 0o755, ""), ("etc", 0o755, ""), (".etc", 0o755, ""),
    (".etc/upper", 0o755, ""), (".etc/work", 0o755, ""), ("run", 0o755, ""), ("run/sshd", 0o755, ""),
    ("run/frr", 0o755, "frr"), ("run/lldpd", 0o755, ""), ("run/openvswitch", 0o755, ""), ("run/agentx", 0o755, ""),
    ("run/chrony", 0o750, "_chrony"), ("run/lock", 0o1777, ""), ("var", 0o755, ""),
    ("var/agentx", 0o755, ""), ("var/cache", 0o755, ""),
    ("var/lib", 0o755, ""), ("var/lib/chrony", 0o750, "_chrony"), ("var/lib/openvswitch", 0o755, ""),
    ("var/lib/snmp", 0o755, ""), ("var/log", 0o755, ""), ("var/log/frr", 0o750, "frr"),
    ("var/log/openvswitch", 0o755, ""), ("var/log/chrony", 0o750, "_chrony"), ("var/spool", 0o755, ""),
    ("var/spool/rsyslog", 0o755, ""), ("var/tmp", 0o1777, ""), ("var/tmp/frr", 0o755, "frr"),
)  # fmt: skip
"""What a device's memory holds at power-on: path, mode, owning account (root when empty)."""


def _fill_dev(dev: str) -> None:
    for name, major, minor in _NODES:
        os.mknod(f"{dev}/{name}", stat.S_IFCHR | 0o666, os.makedev(major, minor))
        os.chmod(f"{dev}/{name}", 0o666)  # noqa: S103 - as on every Linux; mknod(2) heeds the umask
    for folder in ("net", "pts", "shm"):
        os.mkdir(f"{dev}/{folder}")
    os.chmod(f"{dev}/shm", 0o1777)  # noqa: S103 - as on every Linux; PostgreSQL's shared memory
    os.mknod(f"{dev}/net/tun", stat.S_IFCHR | 0o666, os.makedev(10, 200))
    for name, target in _LINKS:
        os.symlink(target, f"{dev}/{name}")
    kernel.mount(
        "devpts", f"{dev}/pts", "devpts", kernel.MS_NOSUID | kernel.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"
    )


def _kernel_folders(root: str) -> None:
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", f"{root}/proc", "proc", quiet)
    kernel.mount("sysfs", f"{root}/sys", "sysfs", quiet | kernel.MS_RDONLY)


def _show_groups(root: str) -> None:
    """Show the kernel's control groups, read-only: runtimes of containers ask there what kernel they are on."""
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("cgroup2", f"{root}/sys/fs/cgroup", "cgroup2", quiet | kernel.MS_RDONLY)


def _programs(root: str) -> None:
    """Show the machine's programs read-only; `/bin` and the like are links into /usr or folders of their own."""
    kernel.bind("/usr", f"{root}/usr", read_only=True)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
        elif os.path.isdir(f"/{name}"):
            os.mkdir(f"{root}/{name}")
            kernel.bind(f"/{name}", f"{root}/{name}", read_only=True)


def device(
    root: str, image: str, owners: Mapping[str, tuple[int, int]], disk: str = "", shown: Sequence[str] = ()
) -> None:
    """Build and enter a device's root on the empty folder `root`; `image` is the factory image.

    `disk` is an archive of what it kept when it was switched off (topology.twin.power), or empty. `shown` are folders
    of the machine that it sees read-only at their own paths: the code of a simulated device.
    """
    kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID, "size=64m,mode=755")
    for path, mode, owner in DEVICE_FOLDERS:
        os.mkdir(f"{root}/{path}")
        os.chmod(f"{root}/{path}", mode)
        if owner in owners:
            os.chown(f"{root}/{path}", *owners[owner])
    if disk:
        _restore(root, disk)
    else:
        os.symlink("/run", f"{root}/var/run")
    layers = f"lowerdir={image}/etc,upperdir={root}/.etc/upper,workdir={root}/.etc/work"
    kernel.mount("overlay", f"{root}/etc", "overlay", 0, layers)
    _programs(root)
    kernel.bind(f"{image}/sbin", f"{root}/usr/local/sbin", read_only=True)
    for number, folder in enumerate(shown):
        _show(root, folder, f"/.shown/{number}")
    for folder in ("proc", "sys", "dev"):
        os.mkdir(f"{root}/{folder}")
    _fill_dev(f"{root}/dev")
    _kernel_folders(root)
    kernel.change_root(root)


def _show(root: str, folder: str, place: str) -> None:
    """Show a folder by a link at its own path: the link is all that a copy of the disk finds there."""
    os.makedirs(f"{root}{place}")
    kernel.bind(folder, f"{root}{place}", read_only=True)
    os.makedirs(os.path.dirname(f"{root}{folder}"), exist_ok=True)
    if not os.path.islink(f"{root}{folder}"):
        os.symlink(place, f"{root}{folder}")


def _restore(root: str, disk: str) -> None:
    """Unpack a disk. Raises OSError."""
    words = ("tar", "-C", root, "--numeric-owner", "--xattrs", "--xattrs-include=*", "-xpf", disk)
    if status := os.spawnvp(os.P_WAIT, words[0], words):  # noqa: S606 - no shell
        raise OSError(status, f"tar cannot unpack {disk}")


def server(root: str, base: str, layer: str, image: str, packages: str, mirror: str = "") -> None:
    """Build and enter a server host's root on the empty folder `root`.

    `layer` is a folder on disk for what the host writes, or empty: then it is written to memory (where the disk is an
    overlay itself, which the kernel refuses as an upper layer). `packages` and `mirror` are shown read-only at
    their own paths.
    """
    if not layer:
        kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID, "mode=755")
        layer, root = root, f"{root}/root"
        os.mkdir(root)
    for part in ("upper", "work"):
        os.makedirs(f"{layer}/{part}", exist_ok=True)
    kernel.mount("overlay", root, "overlay", 0, f"lowerdir={base},upperdir={layer}/upper,workdir={layer}/work")
    kernel.mount("tmpfs", f"{root}/run", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755")
    for folder in ("run/sshd", "run/lock", "run/systemd", "run/systemd/system"):
        os.mkdir(f"{root}/{folder}")
    kernel.mount("tmpfs", f"{root}/dev", "tmpfs", kernel.MS_NOSUID, "mode=755")
    _fill_dev(f"{root}/dev")
    kernel.bind(f"{image}/sbin", f"{root}/usr/local/sbin", read_only=True)
    for folder in filter(None, (packages, mirror)):
        os.makedirs(f"{root}{folder}", exist_ok=True)
        kernel.bind(folder, f"{root}{folder}", read_only=True)
    _kernel_folders(root)
    _show_groups(root)
    kernel.change_root(root)
