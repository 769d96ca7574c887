"""What devices print of their software, in the forms of the manuals, and the lines that open them for a copy."""

from collections.abc import Sequence

import pytest

from countynet.errors import DeviceError
from playbooks.day2.software.makers import MAKERS, Boot, Maker
from playbooks.device.vendor import Answers

HUAWEI, H3C, CISCO, RUIJIE = (MAKERS[name] for name in ("huawei_vrp", "h3c_comware", "cisco_ios", "ruijie"))
STARTUP = """MainBoard:
  Configured startup system software:        flash:/s5700-v200r019c00.cc
  Startup system software:                   flash:/s5700-v200r019c00.cc
  Next startup system software:              flash:/s5700-v200r019c10.cc
  Startup saved-configuration file:          flash:/vrpcfg.zip
"""
LOADER = """Software images on slot 1:
Current software images:
  flash:/cmw710-boot-r1118.bin
  flash:/cmw710-system-r1118.bin
Main startup software images:
  flash:/cmw710-boot-r1119.bin
  flash:/cmw710-system-r1119.bin
Backup startup software images:
  None
"""
VRP_DIR = """Directory of flash:/

  Idx  Attr     Size(Byte)  Date        Time       FileName
    0  drw-              -  Jan 01 2012 00:00:00   dhcp
    1  -rw-     14,632,447  Apr 02 2015 09:07:24   S5700-V200R019C10.cc
    2  -rw-          1,205  Apr 02 2015 09:07:24   private-data.txt

65,233 KB total (7,289 KB free)
"""


class Typed:
    """A device that says what a table has, and keeps what it was told."""

    name = "d"

    def __init__(self, **said: str) -> None:
        self.said, self.lines = said, list[str]()

    def __call__(self, line: str, answers: Answers = ()) -> str:
        self.lines.append(line)
        words = next((text for key, text in self.said.items() if line.startswith(key.replace("_", " "))), "")
        if words.startswith("%"):
            raise DeviceError(self.name, "rejected a line", line, words)
        return words

    ask = tell = __call__

    def type(self, lines: Sequence[str]) -> None:
        self.lines += lines

    def save(self) -> None:
        self.lines.append("save")


def test_versions_as_they_are_printed() -> None:
    said = "VRP (R) software, Version 5.170 (S5735 V200R019C10SPC500)\nCopyright"
    assert HUAWEI.version("d", Typed(display_version=said)) == "V200R019C10SPC500"
    said = "H3C Comware Software, Version 7.1.070, Release 6616P05\nCopyright"
    assert H3C.version("d", Typed(display_version=said)) == "7.1.070, Release 6616P05"
    with pytest.raises(DeviceError):
        H3C.version("d", Typed(display_version="something else"))


def test_what_is_started_now_and_next() -> None:
    assert HUAWEI.boot("d", Typed(display_startup=STARTUP)) == Boot(
        ("s5700-v200r019c00.cc",), ("s5700-v200r019c10.cc",)
    )
    found = H3C.boot("d", Typed(**{"display_boot-loader": LOADER}))
    assert found.current == ("cmw710-boot-r1118.bin", "cmw710-system-r1118.bin")
    assert found.main == ("cmw710-boot-r1119.bin", "cmw710-system-r1119.bin")
    assert found.backup == ()


@pytest.mark.parametrize("maker", [HUAWEI, H3C])
def test_a_stack_is_refused(maker: Maker) -> None:
    said = Typed(display_startup=STARTUP + STARTUP.replace("Main", "Slave"), **{"display_boot-loader": LOADER * 2})
    with pytest.raises(DeviceError, match="stack"):
        maker.boot("d", said)


def test_the_room_and_the_files_of_a_flash() -> None:
    found = HUAWEI.flash("d", Typed(dir=VRP_DIR))
    assert found.free == 7289 * 1024
    assert found.sizes == {"S5700-V200R019C10.cc": 14632447, "private-data.txt": 1205}
    with pytest.raises(DeviceError, match="how much"):
        HUAWEI.flash("d", Typed(dir="nothing"))


def test_what_ran_is_kept_as_the_backup_and_images_are_named_by_kind() -> None:
    said = Typed(**{"display_boot-loader": LOADER})
    H3C.start_from(said, ("new.ipe",))
    told = [line for line in said.lines if line.startswith("boot-loader")]
    assert told == [
        "boot-loader file flash:/new.ipe slot 1 main",
        "boot-loader file boot flash:/cmw710-boot-r1118.bin system flash:/cmw710-system-r1118.bin slot 1 backup",
    ]


def test_the_lines_that_let_files_be_copied_are_taken_back_one_by_one() -> None:
    running = "#\nstelnet server enable\nssh user netadmin service-type stelnet\n"
    doors = HUAWEI.doors("d", "netadmin", running)
    assert doors.on[0] == "sftp server enable"
    assert doors.off == (
        "undo ssh user netadmin sftp-directory",
        "ssh user netadmin service-type stelnet",
        "undo sftp server enable",
    )
    line = "ssh user netadmin service-type stelnet authentication-type publickey assign publickey netadmin"
    doors = H3C.doors("d", "netadmin", f"#\n {line}\n#")
    assert doors.on == ("sftp server enable", line.replace("stelnet", "all"))
    assert doors.off == (line, "undo sftp server enable")
    for maker in (HUAWEI, H3C):
        with pytest.raises(DeviceError, match="account"):
            maker.doors("d", "netadmin", "#")


def test_neighbours_are_ports_and_names() -> None:
    said = (
        "Local Intf       Neighbor Dev         Neighbor Intf             Exptime(s)\n"
        "GE0/0/1          agg-1                XGE1/0/1                  102\n"
    )
    assert HUAWEI.neighbours(Typed(**{"display_lldp": said})) == {"GE0/0/1 agg-1"}
    said = (
        "Chassis ID : * -- -- Nearest nontpmr bridge neighbor\n"
        "Local Interface Chassis ID      Port ID                    System Name\n"
        "GE1/0/1         0011-2233-4455  GE0/0/2                    agg-1\n"
    )
    assert H3C.neighbours(Typed(**{"display_lldp": said})) == {"GE1/0/1 agg-1"}


ISR = """Cisco IOS XE Software, Version 16.09.04
Cisco IOS Software [Fuji], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.9.4, RELEASE SOFTWARE (fc2)
System image file is "bootflash:isr4300-universalk9.16.09.04.SPA.bin"
Configuration register is 0x2102
"""
CATALYST = """Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE SOFTWARE (fc3)
System image file is "flash:/c2960x-universalk9-mz.152-7.E3.bin"

Switch Ports Model                     SW Version            SW Image
------ ----- -----                     ----------            ----------
*    1 28    WS-C2960X-24TS-L          15.2(7)E3             C2960X-UNIVERSALK9-M

Configuration register is 0xF
"""
IOS_DIR = """Directory of bootflash:/

   11  drwx            16384   Mar 2 2015 08:46:31 +00:00  lost+found
   12  -rw-               46  Apr 22 2016 12:36:24 +00:00  .CsrLxc_LastInstall
   15  -rw-        161136640   Mar 2 2015 08:47:34 +00:00  new.bin

7835619328 bytes total (6612774912 bytes free)
"""
PATH = "BOOT path-list      : flash:c2960x-universalk9-mz.152-7.E3.bin\nConfig file         : flash:/config.text\n"
VARIABLE = (
    "BOOT variable = bootflash:isr4300-universalk9.16.09.04.SPA.bin,1;bootflash:old.bin,12;\nCONFIG_FILE variable ="
)


def ios(version: str = ISR, **said: str) -> Typed:
    return Typed(show_version=version, dir=IOS_DIR, **{"show_bootvar": VARIABLE, **said})


def test_what_ios_runs_and_starts_next() -> None:
    assert CISCO.version("d", ios()) == "16.9.4"
    assert CISCO.version("d", ios(CATALYST)) == "15.2(7)E3"
    image = "isr4300-universalk9.16.09.04.SPA.bin"
    assert CISCO.boot("d", ios()) == Boot((image,), (image,), ("old.bin",))
    switch = ios(CATALYST, show_bootvar="% Invalid input", show_boot=PATH)
    assert CISCO.boot("d", switch) == Boot(*[("c2960x-universalk9-mz.152-7.E3.bin",)] * 2)
    both = f"Current Boot Variables:\n{VARIABLE}\nBoot Variables on next reload:\nBOOT variable = bootflash:new.bin;\n"
    assert CISCO.boot("d", ios(show_bootvar=both)).main == ("new.bin",)
    assert CISCO.boot("d", ios(show_bootvar="BOOT variable does not exist")).main == ()
    found = CISCO.flash("d", ios())
    assert (found.free, found.sizes["new.bin"], "lost+found" in found.sizes) == (6612774912, 161136640, False)


@pytest.mark.parametrize(
    ("version", "why"),
    [
        (ISR.replace("0x2102", "0x2100"), "0x2100"),
        (ISR.replace("0x2102", "0x2102 (will be 0x2142 at next reload)"), "0x2142"),
        (ISR.replace("isr4300-universalk9.16.09.04.SPA.bin", "packages.conf"), "install mode"),
        (ISR.replace("bootflash:", "tftp://10.0.0.1/"), "its own flash"),
        (
            CATALYST.replace(
                "*    1 28", "     2 28    WS-C2960X-24TS-L   15.2(7)E3   C2960X-UNIVERSALK9-M\n*    1 28"
            ),
            "stack",
        ),
        ("nothing", "starts from"),
    ],
)
def test_ios_that_would_not_start_as_it_is_told_is_refused(version: str, why: str) -> None:
    with pytest.raises(DeviceError, match=why):
        CISCO.boot("d", ios(version))


def test_the_image_comes_first_and_what_runs_behind_it() -> None:
    said = ios()
    CISCO.start_from(said, ("new.bin",))
    flash = "boot system bootflash:"
    assert said.lines[-4:] == [
        "no boot system", f"{flash}new.bin", f"{flash}isr4300-universalk9.16.09.04.SPA.bin", "save",
    ]  # fmt: skip
    said = ios(CATALYST, show_bootvar="% Invalid input", show_boot=PATH)
    CISCO.start_from(said, ("new.bin",))
    assert said.lines[-3:] == [
        "no boot system", "boot system flash:new.bin;flash:c2960x-universalk9-mz.152-7.E3.bin", "save",
    ]  # fmt: skip
    with pytest.raises(DeviceError, match="does not have gone.bin on its flash"):
        CISCO.start_from(ios(), ("gone.bin",))


def test_the_better_digest_that_ios_has() -> None:
    long, short = "AB" * 64, "cd" * 16
    said = {"verify_/sha512": f"....Done!\nverify /sha512 (bootflash:/new.bin) = {long}", "verify_/md5": "no"}
    assert CISCO.digest("d", ios(**said), "new.bin") == ("sha512", long.lower())
    said = {"verify_/sha512": "% Invalid input", "verify_/md5": f"....Done!\nverify /md5 (flash:/new.bin) = {short}"}
    assert CISCO.digest("d", ios(**said), "new.bin") == ("md5", short)
    with pytest.raises(DeviceError):
        CISCO.digest("d", ios(verify="%Error opening flash:/new.bin (No such file or directory)"), "new.bin")


def test_scp_is_one_line_for_who_may_use_it() -> None:
    for maker, line in ((CISCO, "username netadmin privilege 15"), (RUIJIE, "username netadmin password 7 xx")):
        doors = maker.doors("d", "netadmin", f"!\n{line}\n")
        assert (doors.on, doors.off) == (("ip scp server enable",), ("no ip scp server enable",))
        with pytest.raises(DeviceError, match="account"):
            maker.doors("d", "netadmin", "username other privilege 15\n")


def test_a_package_of_rgos_is_installed_and_has_to_say_so() -> None:
    assert RUIJIE.version("d", Typed(show_version="System software version : S29_RGOS 11.4(1)B12\n")) == (
        "S29_RGOS 11.4(1)B12"
    )
    said = Typed(upgrade="Upgrade info [OK]\nReload system to take effect!")
    RUIJIE.start_from(said, ("new.bin",))
    assert said.lines == ["upgrade flash:new.bin"]
    with pytest.raises(DeviceError, match="installed"):
        RUIJIE.start_from(Typed(upgrade="Please wait"), ("new.bin",))
    table = (
        "Directory of flash:/\n    1  -rw-        600000  Fri Nov 27 10:00:00 2026  new.bin\n\n"
        "1 files, 0 directories\n536,870,912 bytes total (345,255,936 bytes free)\n"
    )
    found = RUIJIE.flash("d", Typed(dir=table))
    assert (found.free, dict(found.sizes)) == (345255936, {"new.bin": 600000})
    older = (
        "   Mode Link      Size               MTime Name\n              1   600000 2008-01-01 00:00:00 new.bin\n"
        "Total 33030144 bytes (31MB) in this device, 24117248 bytes (23MB) available.\n"
    )
    found = RUIJIE.flash("d", Typed(dir=older))
    assert (found.free, dict(found.sizes)) == (24117248, {"new.bin": 600000})


def test_neighbours_of_ios_and_rgos() -> None:
    said = (
        "Device ID           Local Intf     Hold-time  Capability      Port ID\n"
        "agg-1               Gi0/0/0        120        B,R             XGE1/0/1\n\nTotal entries displayed: 1\n"
    )
    assert CISCO.neighbours(Typed(**{"show_lldp": said})) == {"Gi0/0/0 agg-1"}
    said = (
        "System Name           Local Intf            Port ID               Capability  Aging-time\n"
        "agg-1                 GigabitEthernet 0/25  XGE1/0/1              B,R         1minutes 57seconds\n\n"
        "Total entries displayed: 1.\n"
    )
    assert RUIJIE.neighbours(Typed(**{"show_lldp": said})) == {"GigabitEthernet 0/25 agg-1"}
