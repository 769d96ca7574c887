"""What devices print of their software, in the forms of the manuals, and the lines that open them for a copy."""

import pytest

from countynet.errors import DeviceError
from playbooks.day2.software.makers import MAKERS, Boot, Maker, flash
from playbooks.device.vendor import Answers

HUAWEI, H3C = MAKERS["huawei_vrp"], MAKERS["h3c_comware"]
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

    def __init__(self, **said: str) -> None:
        self.said, self.lines = said, list[str]()

    def __call__(self, line: str, answers: Answers) -> str:
        self.lines.append(line)
        return next((text for key, text in self.said.items() if line.startswith(key.replace("_", " "))), "")


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
    found = flash("d", Typed(dir=VRP_DIR))
    assert found.free == 7289 * 1024
    assert found.sizes == {"S5700-V200R019C10.cc": 14632447, "private-data.txt": 1205}
    with pytest.raises(DeviceError, match="how much"):
        flash("d", Typed(dir="nothing"))


def test_what_ran_is_kept_as_the_backup_and_images_are_named_by_kind() -> None:
    said = Typed(**{"display_boot-loader": LOADER})
    H3C.start_from("d", said, ("new.ipe",))
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
