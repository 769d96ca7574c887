"""Updates of servers, of which one has something to install: work is announced for that one, later for none."""

from collections.abc import Iterator

import pytest

from countynet.db import open_database
from countynet.i18n import set_language, translate_error
from playbooks.runner.states import RunState
from playbooks.servers.run import run_servers
from tests.announced import announced
from tests.applications.day2.scene import Scene, standing
from tests.twin.test_servers import UPDATE

DUE, IDLE = "srv-portal", "srv-infra"
GIVEN = {"servers": f"{IDLE},{DUE}", "updates": "security"}
NOTHING = "nothing to install"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("patching"), "u001") as found:
        done = run_servers(found.county, found.settings)
        assert done.good, [translate_error(host.error) for host in done.hosts if host.error]
        found.on(DUE, UPDATE)
        yield found


def test_work_is_announced_for_the_servers_alone_that_have_something_to_install(scene: Scene) -> None:
    engine = open_database(scene.settings)
    run = scene.ran("patch-servers", GIVEN)[-1]
    assert run.state is RunState.DONE, (run.words, scene.words)
    assert scene.on(DUE, "dpkg-query -W -f '${Version}' cn-sample") == "2"
    assert {host.host: host.changed for host in run.hosts} == {IDLE: 0, DUE: 1}
    assert scene.words.splitlines().count(NOTHING) == 1
    assert announced(engine) == [((DUE,), ())]

    again = scene.ran("patch-servers", GIVEN)[-1]
    assert (again.state, again.words) == (RunState.DONE, NOTHING)
    assert {host.host: host.changed for host in again.hosts} == {IDLE: 0, DUE: 0}
    assert scene.words.splitlines().count(NOTHING) == 2
    assert announced(engine) == [((DUE,), ())]
    engine.dispose()
