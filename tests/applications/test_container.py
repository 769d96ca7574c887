"""A department's own system as a container image (A10): run without a power, used in a browser, destroyed, restored."""

import base64
import http.client
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from countynet.errors import CountyError
from inventory import load_county
from playbooks.applications.containers import digest
from playbooks.applications.secrets import read
from tests.applications.bench import Bench, lone_host
from tests.applications.browsing import chromium
from tests.applications.lifecycle import changed_again, destroy_and_restore
from tests.applications.removal import taken_away

DATA = "/var/lib/countynet/exchange"
LOG = "/var/log/countynet/exchange/exchange-web.log"
PROCESS = "/proc/$(pgrep -u cn-exchange -f 'python3 -m copyparty' | head -n 1)"
LETTER = "关于开展网络安全检查的通知.txt"


def example() -> str:
    """Return the example's image as described now, which `tests/image` has built where a package source is reached."""
    done = subprocess.run(["tests/image"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"build it first, outside of tests/own: tests/image\n{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image() -> str:
    return example()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, image: str) -> Iterator[Bench]:
    with lone_host("exchange", tmp_path_factory.mktemp("exchange"), {"image": image}) as bench:
        yield bench


@pytest.fixture(scope="module")
def page(bench: Bench) -> Iterator[Page]:
    with chromium(bench) as page:
        yield page


def describe(bench: Bench, before: str, after: str) -> None:
    """Change the application's description in the county's files."""
    file = bench.settings.county / "bench.yml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    bench.county = load_county(bench.settings.county)


def await_answer(bench: Bench) -> None:
    """Wait until it works again: a restore ends when podman runs, the program in the image is there a little later."""
    for _attempt in range(600):
        if bench.get("/?ls")[0] == 200:
            return
        threading.Event().wait(0.1)
    raise AssertionError(bench.exec(f"tail -n 20 {LOG}; podman ps -a"))


def office(bench: Bench, verb: str, path: str, password: str, **headers: str) -> int:
    """Ask as the office's own program would, and return the status."""
    known = base64.b64encode(f"office:{password}".encode()).decode()
    context = ssl._create_unverified_context()
    plain = socket.create_connection((bench.address, 443), 60, (bench.unit, 0))
    link = http.client.HTTPConnection(bench.dns)
    link.sock = context.wrap_socket(plain, server_hostname=bench.dns)
    sent = {**({"Authorization": f"Basic {known}"} if password else {}), **headers}
    link.request(verb, path, body=b"draft" if verb == "PUT" else None, headers=sent)
    status = link.getresponse().status
    link.close()
    return status


def test_an_image_that_the_mirror_does_not_have_is_refused_before_the_host_is_touched(bench: Bench, image: str) -> None:
    name, _at, known = image.partition("@sha256:")
    other = known.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    describe(bench, image, f"{name}@sha256:{other}")
    with pytest.raises(CountyError, match="the mirror does not have the image"):
        bench.deploy()
    describe(bench, f"{name}@sha256:{other}", image)
    assert "nginx" not in bench.exec("ls /etc")


def test_deployed_from_nothing_and_again_without_a_change(bench: Bench) -> None:
    deployed = bench.deploy()
    assert bench.why(deployed) == ""
    print(f"deployed in {deployed.seconds:.1f} s")
    assert changed_again(bench) == ("", [])
    assert bench.get("/?ls")[0] == 200
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 8039)


def test_it_has_no_power_over_the_host(bench: Bench) -> None:
    status = bench.exec(f"cat {PROCESS}/status")
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {said[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (said["NoNewPrivs"], said["Seccomp"]) == ("1", "2")
    assert said["Uid"].split() == [bench.exec("id -u cn-exchange").strip()] * 4
    mounts = [line.split() for line in bench.exec(f"cat {PROCESS}/mounts").splitlines()]
    options = {mount[1]: mount[3].split(",") for mount in mounts}
    assert "ro" in options["/"]
    assert "ro" in options["/run/secrets/office-password"]
    assert "rw" in options["/data"]
    assert bench.exec("ss -Hltn 'sport = 8039'").split()[3] == "127.0.0.1:8039"
    password = read(bench.settings, "exchange")["office-password"]
    assert password not in bench.exec("ps -eo args; podman inspect exchange-web; cat /etc/supervisor/conf.d/*")
    assert password not in bench.exec(f"cat {LOG}")


def test_a_unit_brings_a_letter_and_it_survives_the_servers_loss(bench: Bench, page: Page, tmp_path: Path) -> None:
    letter = tmp_path / LETTER
    letter.write_text("请各单位于周五前完成自查。", encoding="utf-8")
    page.goto(bench.url)
    page.click("#ops a[data-dest=up2k]")
    page.set_input_files("#file1", letter)
    page.click("#modal-ok")
    page.wait_for_selector(f"#files a[id^=f-]:has-text('{LETTER}')")
    destroy_and_restore(bench, DATA)
    await_answer(bench)
    page.goto(bench.url)
    page.wait_for_selector(f"#files a[id^=f-]:has-text('{LETTER}')")
    assert page.evaluate("async path => (await fetch(path)).text()", f"/{LETTER}") == "请各单位于周五前完成自查。"


def test_a_unit_cannot_delete_and_the_office_can(bench: Bench) -> None:
    password, draft = read(bench.settings, "exchange")["office-password"], f"{DATA}/draft.txt"
    assert office(bench, "PUT", "/draft.txt", "") == 201
    assert office(bench, "DELETE", "/draft.txt", "wrong") >= 400
    # nobody becomes somebody by a header that only the gate may send
    assert office(bench, "DELETE", "/draft.txt", "", **{"X-County-Login": "office"}) >= 400
    assert bench.exec(f"ls {draft}").strip() == draft
    assert office(bench, "DELETE", "/draft.txt", password) == 200
    assert "No such file" in bench.exec(f"ls {draft}")


def test_a_container_whose_podman_was_killed_comes_up_again(bench: Bench) -> None:
    before = bench.exec("podman ps -q").split()
    bench.exec("kill -9 $(supervisorctl pid exchange-web)")
    for _attempt in range(300):
        now = bench.exec("podman ps -q").split()
        if now and now != before:
            break
        threading.Event().wait(0.2)
    await_answer(bench)
    assert len(bench.exec("podman ps -q").split()) == 1
    assert changed_again(bench) == ("", [])


def test_a_host_that_lost_its_image_to_another_refuses_it(bench: Bench, image: str) -> None:
    """What lies on the host under the digest's name is judged there once more."""
    told = f"localhost/countynet/exchange {'0' * 64} /var/cache/countynet/applications/images/{digest(image)}.tar"
    script = Path("playbooks/applications/ansible/roles/app_container/files/image.sh").read_text(encoding="utf-8")
    said = bench.exec(f"cat > /root/image.sh <<'END'\n{script}\nEND\nsh /root/image.sh load {told}; rm /root/image.sh")
    assert "the image has another digest: sha256:" + digest(image) in said
    assert bench.get("/?ls")[0] == 200


def test_told_otherwise_it_is_run_anew(bench: Bench, page: Page) -> None:
    bench.settle("exchange", environment={"TITLE": "清岚县文件交换"})
    assert bench.why(bench.deploy()) == ""
    assert changed_again(bench) == ("", [])
    page.goto(bench.url)
    page.wait_for_selector("#srv_info:has-text('清岚县文件交换')")


def test_removed_it_leaves_its_data_alone_and_deployed_again_it_has_it(bench: Bench) -> None:
    assert office(bench, "PUT", "/kept.txt", "") == 201
    taken_away(bench)
    assert bench.exec("podman ps -aq; podman images -aq; ls /var/lib/containers/storage/vfs/dir").split() == []
    assert bench.why(bench.deploy()) == ""
    assert office(bench, "GET", "/kept.txt", "") == 200
