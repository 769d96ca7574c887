"""A department's own system that Debian packages (A10): deployed, edited in a browser, destroyed, restored, removed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from playbooks.applications.secrets import read
from tests.applications.bench import HOST, Bench, lone_host
from tests.applications.browsing import chromium
from tests.applications.hardening import contain, hardened
from tests.applications.lifecycle import changed_again, destroy_and_restore
from tests.applications.removal import taken_away


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("wiki", tmp_path_factory.mktemp("wiki")) as bench:
        assert bench.why(bench.deploy()) == ""
        yield bench


@pytest.fixture(scope="module")
def page(bench: Bench) -> Iterator[Page]:
    with chromium(bench) as page:
        yield page


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    assert changed_again(bench) == ("", [])


def test_units_reach_it_and_nobody_else(bench: Bench) -> None:
    status, text = bench.get("/doku.php?id=start")
    assert (status, "知识库" in text) == (200, True)
    assert bench.get("/lib/tpl/dokuwiki/images/button-php.gif")[0] == 200, "pictures are read by nginx itself"
    assert bench.get("/data/pages/wiki/dokuwiki.txt")[0] == 403
    pages = "find /var/lib/dokuwiki/data /etc/dokuwiki/users.auth.php -type f -exec cat {} +"
    assert bench.exec(f"runuser -u www-data -- {pages} 2>&1 | grep -v 'Permission denied'") == ""
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 22)
    assert not bench.reaches(bench.unit, 8031)
    assert bench.reaches(bench.station, 22)


def write(page: Page, bench: Bench, name: str, text: str) -> None:
    """Write a page, signed in before that where nobody is."""
    page.goto(f"{bench.url}/doku.php?id={name}&do=login")
    if page.query_selector("input[name=u]"):
        page.fill("input[name=u]", "admin")
        page.fill("input[name=p]", read(bench.settings, "wiki")["admin-password"])
        page.click("#dw__login button[type=submit]")
    page.goto(f"{bench.url}/doku.php?id={name}&do=edit")
    page.fill("#wiki__text", text)
    page.click("#edbtn__save")
    page.wait_for_selector(f"text={text}")


def test_somebody_writes_a_page_in_chinese_and_it_comes_back_after_all_was_destroyed(bench: Bench, page: Page) -> None:
    write(page, bench, "制度:请假", "请假须提前一天书面申请。")
    destroy_and_restore(bench, "/var/lib/dokuwiki", "/etc/dokuwiki")
    status, text = bench.get("/doku.php?id=%E5%88%B6%E5%BA%A6:%E8%AF%B7%E5%81%87")
    assert (status, "请假须提前一天书面申请" in text) == (200, True)


def test_on_a_hardened_host_it_is_read_written_and_deployed_as_before(bench: Bench, page: Page) -> None:
    contain(bench, HOST)
    told = hardened(bench, HOST)
    assert told.ended.good, told.text
    write(page, bench, "制度:加班", "加班须事先批准。")
    status, text = bench.get("/doku.php?id=%E5%88%B6%E5%BA%A6:%E5%8A%A0%E7%8F%AD")
    assert (status, "加班须事先批准" in text) == (200, True)
    assert not bench.reaches(bench.stranger)
    assert changed_again(bench) == ("", [])
    assert bench.why(bench.backup()) == ""
    assert hardened(bench, HOST).changed == []


def test_removed_it_leaves_its_data_and_lets_nobody_in(bench: Bench) -> None:
    taken_away(bench)
    assert bench.get("/doku.php?id=start")[0] == 0
    assert "pages" in bench.exec("ls /var/lib/dokuwiki/data")
