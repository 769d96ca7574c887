"""Labs of IOS routers as recorded: routes are compared where all is understood, and nothing is claimed elsewhere."""

from pathlib import Path

from benchmarks.cases import ios

CONFIGURATION = """hostname {name}
interface Loopback0
 ip address 192.0.2.{number} 255.255.255.255
interface GigabitEthernet0/0
 ip address 10.0.0.{number} 255.255.255.0
router bgp 6500{number}
 neighbor 10.0.0.{other} remote-as 6500{other}
 network 192.0.2.{number} mask 255.255.255.255
ip forward-protocol nd
end
"""
ROUTES = """Gateway of last resort is not set

      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks
C        10.0.0.0/24 is directly connected, GigabitEthernet0/0
L        10.0.0.{number}/32 is directly connected, GigabitEthernet0/0
      192.0.2.0/32 is subnetted, 2 subnets
C        192.0.2.{number} is directly connected, Loopback0
B        192.0.2.{other} [20/0] via 10.0.0.{other}, 00:01:10
"""


def _lab(folder: Path) -> Path:
    for name, number, other in (("r1", 1, 2), ("r2", 2, 1)):
        for kind, file, text in (
            ("configs", ios.CONFIGURATION, CONFIGURATION), ("show", ios.ROUTES, ROUTES),
        ):  # fmt: skip
            place = folder / "lab" / kind / name
            place.mkdir(parents=True)
            (place / file).write_text(text.format(name=name, number=number, other=other))
    return folder


def test_routes_are_compared_by_prefix_and_way_out(tmp_path: Path) -> None:
    (lab,) = ios.snapshots(_lab(tmp_path))
    row = ios.compared(lab)
    assert (row.agreed, row.differences, row.not_modelled) == (6, (), ())


def test_a_route_that_is_not_recorded_is_a_difference(tmp_path: Path) -> None:
    (lab,) = ios.snapshots(_lab(tmp_path))
    file = lab / "show" / "r1" / ios.ROUTES
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("B")))
    assert len(ios.compared(lab).differences) == 1


def test_where_a_line_about_routes_is_not_understood_nothing_is_claimed(tmp_path: Path) -> None:
    (lab,) = ios.snapshots(_lab(tmp_path))
    file = lab / "configs" / "r1" / ios.CONFIGURATION
    file.write_text(file.read_text().replace("remote-as 65002", "remote-as 65002\n neighbor 10.0.0.2 allowas-in"))
    assert any("allowas-in" in line for line in ios.compared(lab).not_modelled)
