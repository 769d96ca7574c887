"""A refused line is never a success: what devices say, after manuals and recorded sessions."""

from pathlib import Path

import pytest

from playbooks.device.vendor.errors import refusal

CASES = Path(__file__).parents[5] / "shared" / "cases" / "ntc-templates" / "tests"
REFUSED = {
    "huawei_vrp": [
        "          ^\nError: Unrecognized command found at '^' position.",
        "      ^\nError:Too many parameters found at '^' position.",
        "Error: Please renew the default configurations.",
        "Error: The specified address cannot be deleted because it is not the primary address of this interface.",
        "Error: The VLAN does not exist.",
        "Error: Failed to generate committed configuration.",
        "Info: x\nError: The flash space is not enough.",
        "[slot 1] Error: no such interface",
        "                 ^\n Error[1]: Unrecognized command found at '^' position.",
    ],
    "h3c_comware": [
        "               ^\n % Unrecognized command found at '^' position.",
        " % Incomplete command found at '^' position.",
        " % Wrong parameter found at '^' position.",
        "The VLAN does not exist.",
        "Failed to delete the VLAN interface.",
        "Error: The port is a member of an aggregation group.",
        "Permission denied.",
        "This interface is not supported.",
        "The IP address you entered overlaps with another interface.",
    ],
    "cisco_ios": [
        "            ^\n% Invalid input detected at '^' marker.\n",
        "% Incomplete command.",
        '% Ambiguous command:  "in"',
        "% 10.0.0.0 overlaps with Vlan20",
        'Command rejected: An interface whose trunk encapsulation is "Auto" can not be configured to "trunk" mode.',
        "% Access VLAN does not exist. Creating vlan 10 failed",
        "startup-config file open failed (No space left on device)",
        "Command authorization failed.",
    ],
    "ruijie": [
        "          ^\n% Invalid input detected at '^' marker.",
        "% Unknown command.",
        "% Incomplete command.",
        "%Error: invalid parameter",
        "Failed to set the VLAN.",
    ],
}
TAKEN = {
    "huawei_vrp": [
        "",
        "Info: This operation may take a few seconds. Please wait for a moment...done.",
        "Warning: The password may be seen by others.",
        "Committing..done.",
        "Sep 12 2026 10:00:00 sw-1 %%01IFNET/4/LINK_STATE(l)[0]:The line protocol on Vlanif10 failed to come UP.",
    ],
    "h3c_comware": [
        "",
        "Done.",
        "%Jan  1 10:00:00:000 2026 sw-1 IFNET/3/PHY_UPDOWN: Physical state on the interface changed to down.",
        "Configuring GigabitEthernet1/0/1 done.",
    ],
    "cisco_ios": [
        "",
        "%LINK-3-UPDOWN: Interface Vlan10, changed state to up",
        "*Mar  1 00:00:01.000: %SYS-5-CONFIG_I: Configured from console by vty0",
        "% Generating 2048 bit RSA keys, keys will be non-exportable...",
        "%Warning: portfast should only be enabled on ports connected to a single host.",
        "% NOTE: This new crypto map will remain disabled until a peer\n        and a valid access list.",
        "% Access VLAN does not exist. Creating vlan 77",
        "Rollback Confirmed Change: Backing up current running config to flash:/x-1",
        "%Rollback Confirmed Change: Rollback will begin in one minute.",
    ],
    "ruijie": ["", "*Jan  1 10:00:00: %LINK-3-UPDOWN: Interface VLAN 10, changed state to up."],
}


@pytest.mark.parametrize(("platform", "words"), [(p, w) for p, found in REFUSED.items() for w in found])
def test_a_refusal_is_known_and_keeps_the_words_without_the_caret(platform: str, words: str) -> None:
    told = refusal(platform, words)
    assert told
    assert told != "^"
    assert words.strip().split("\n")[-1].strip() in told


@pytest.mark.parametrize(("platform", "words"), [(p, w) for p, found in TAKEN.items() for w in found])
def test_what_a_device_says_beside_is_no_refusal(platform: str, words: str) -> None:
    assert refusal(platform, words) == ""


def test_no_recorded_output_begins_like_a_refusal() -> None:
    files = sorted(CASES.glob("h*/*/*.raw"))
    if not files:
        pytest.skip("the recorded outputs are not here")
    for file in files:
        platform = "huawei_vrp" if "huawei" in file.name else "h3c_comware"
        head = "\n".join(file.read_text(errors="replace").splitlines()[:4])
        assert refusal(platform, head) == "", file.name
