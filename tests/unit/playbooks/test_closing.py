import subprocess
from ipaddress import IPv4Address

from playbooks.device.closing import guard


def test_the_guard_is_valid_shell_and_keeps_the_quotes_of_the_commands() -> None:
    text = guard(("ip link set stg0 down", "printf '%s' \"$x\""), IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2"))
    assert subprocess.run(["sh", "-n", "-c", text], check=False).returncode == 0
    inner = subprocess.run(
        ["sh", "-c", f'set -- {text.split("</dev/null")[0]}; echo "$8"'], capture_output=True, text=True
    )
    assert subprocess.run(["sh", "-n", "-c", inner.stdout], check=False).returncode == 0
    assert "printf '%s' \"$x\"" in inner.stdout
    assert "src 10.0.0.1:22 dst 10.0.0.2" in inner.stdout
