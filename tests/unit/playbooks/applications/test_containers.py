"""Images are judged with everything that is wrong at once; what they are told has no secret in it."""

from pathlib import Path
from typing import Any

import pytest

from countynet.errors import BadInput
from inventory.model import County, Deployment
from playbooks.applications.containers import digest
from playbooks.applications.deployed import Deployed, deployable
from playbooks.applications.kinds import FILE, OWN, kinds
from playbooks.applications.variables import inventory
from tests.unit.playbooks.applications import scene
from tests.unit.playbooks.applications.test_kinds import WIKI

IMAGE = f"registry.example/exchange:1.20@sha256:{'ab' * 32}"


def county(**changed: object) -> County:
    """The example county whose register of loans is a file exchange."""
    rows = []
    for application in scene.county().applications:
        deployment = application.deployment
        if application.id == "lending" and deployment:
            told = {**deployment.model_dump(), "kind": "exchange", "settings": {}, "people": None, "image": IMAGE}
            application = application.model_copy(update={"deployment": Deployment(**(told | changed))})
        rows.append(application)
    return scene.county().model_copy(update={"applications": tuple(rows)})


def described(folder: Path, text: str) -> None:
    """Describe a county's own kind, without a role."""
    (folder / OWN / "tickets").mkdir(parents=True)
    (folder / OWN / "tickets" / FILE).write_text(text, encoding="utf-8")


def exchange(county: County) -> Deployed:
    return deployable(county, scene.known())["lending"]


def test_every_mistake_of_a_kinds_image_is_told_at_once(tmp_path: Path) -> None:
    wrong = WIKI + (
        "code: [lending]\n"
        "data: [/var/lib/countynet/<id>]\n"
        "image:\n"
        "  volumes:\n"
        "    /data: /var/lib/other\n"
        "    /run/secrets: /var/lib/countynet/<id>/secrets\n"
        "  environment:\n"
        "    PORT: '80'\n"
        "    DB_PASSWORD: x\n"
        "    TITLE: 工单\n"
    )
    described(tmp_path, wrong)
    with pytest.raises(BadInput) as error:
        kinds(tmp_path)
    told = {(problem.line, problem.where, problem.wanted) for problem in error.value.problems}
    assert told == {
        (8, "image", "upstream"),
        (6, "code", ""),
        (10, "image.volumes./data", "/var/lib/countynet/<id>"),
        (11, "image.volumes./run/secrets", ""),
        (13, "image.environment.PORT", ""),
        (14, "image.environment.DB_PASSWORD", "secrets"),
    }


def test_a_countys_own_image_needs_no_role(tmp_path: Path) -> None:
    described(tmp_path, WIKI + "upstream: 8050\nimage: {}\n")
    assert kinds(tmp_path)["tickets"].role == "app_container"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"image": None}, ["image"]),
        ({"kind": "lending"}, ["image"]),
        ({"settings": {"environment": ["TITLE"]}}, ["settings.environment"]),
        (
            {"image": None, "settings": {"environment": {"BASE_URL": "x", "API_KEY": "x", "a-b": "x", "TITLE": "x"}}},
            ["image", *(f"settings.environment.{name}" for name in ("BASE_URL", "API_KEY", "a-b"))],
        ),
    ],
)
def test_every_mistake_of_an_applications_image_is_told_at_once(changed: dict[str, object], where: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        deployable(county(**changed), scene.known())
    assert [problem.where for problem in error.value.problems] == [
        f"applications[lending].deployment.{place}" for place in where
    ]


@pytest.mark.parametrize("image", ["exchange", "exchange:1.20", "exchange@sha256:abc", f"Exchange@sha256:{'ab' * 32}"])
def test_an_image_is_named_with_its_digest(image: str) -> None:
    with pytest.raises(ValueError, match="image"):
        county(image=image)


def test_the_host_is_told_what_to_run_and_how_much_room_it_takes() -> None:
    described = county(settings={"environment": {"TITLE": "文件"}})
    one = exchange(described)
    files = {"debs/Packages": 1 << 20, f"images/{digest(IMAGE)}.tar": 50 << 20}
    whole: Any = inventory(described, one, scene.given(files=files, secrets={"office-password": "geheim"}))["all"]
    assert whole["vars"]["app_needs_mb"] == 51 + 200 + 6 * 50
    assert whole["vars"]["app_role"] == "app_container"
    assert {"podman", "crun", "catatonit"} <= set(whole["vars"]["app_packages"])
    app = whole["hosts"][one.hosts[0].name]["app"]
    assert app["image"] == {
        "name": "localhost/countynet/lending",
        "digest": "ab" * 32,
        "file": f"images/{'ab' * 32}.tar",
        "environment": {"TITLE": "文件", "PORT": "8039", "BASE_URL": f"https://{one.deployment.dns}/"}
        | {"SIGN_ON_HEADER": ""},
        "volumes": ["/var/lib/countynet/lending:/data"],
        "secrets": ["office-password"],
        "command": [],
    }
    assert "geheim" not in str(app["image"])
