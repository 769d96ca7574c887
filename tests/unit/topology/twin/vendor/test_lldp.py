"""What a simulated device sees by LLDP, from the form in which lldpd prints it (`lldpcli -f json0`)."""

from topology.twin.vendor.lldp import _read

FOUND = {
    "lldp": [
        {
            "interface": [
                {
                    "name": "x-fw1",
                    "via": "LLDP",
                    "chassis": [{"id": [{"type": "mac", "value": "02:00:00:00:00:01"}], "name": [{"value": "fw-1"}]}],
                    "port": [{"id": [{"type": "ifname", "value": "core0"}], "ttl": [{"value": "120"}]}],
                },
                {"name": "trunk1", "chassis": [{"id": [{"type": "mac", "value": "02:00:00:00:00:02"}]}]},
            ]
        }
    ]
}


def test_neighbours_are_named_and_those_without_a_name_are_none() -> None:
    assert list(_read(FOUND)) == [["x-fw1", "fw-1", "core0"]]
    assert list(_read({"lldp": [{}]})) == []
