"""The texts that a certificate names are the ones an auditor is given: of what is intended, what runs, a plan."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from audit import recheck
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import create, load_county, running
from inventory.platforms.registry import platform
from inventory.subset import only_units
from tests.unit.topology.reach.planted import FIREWALLS, each, without
from topology.reach import certified
from topology.reach.planned import Planned
from topology.reach.service import Ground, Of, fetched, ground

Kept = tuple[Settings, Ground]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a county of two units whose devices run what they should, as fetched."""
    set_language("en")
    settings = Settings.load(tmp_path_factory.mktemp("folder") / "county")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    few = only_units(load_county(settings.county), ("u001", "u030"))
    stand = ground(few, settings, Of.INTENDED)
    texts = {}
    for name, config in stand.configs.items():
        its = platform(few.device_by_name[name].platform)
        texts[name] = (its.mask(its.render(config)), its.render(config))
    running.save(settings, texts)
    return settings, stand


def test_the_texts_written_beside_it_are_the_ones_that_it_names(county: Kept, tmp_path: Path) -> None:
    settings, stand = county
    file, folder = tmp_path / "certificate.json", tmp_path / "texts"
    certified.certify(settings, stand, Of.INTENDED, file, folder)
    report = recheck.checked(str(file), str(folder))
    assert (report["texts"], report["disagreed"], report["compared"]) == ([], [], len(stand.configs))
    (folder / "fw-1.conf").write_text((folder / "fw-2.conf").read_text())
    assert recheck.checked(str(file), str(folder))["texts"] == ["fw-1"]


def test_of_what_runs_it_names_the_texts_as_they_are_kept_to_be_shown(county: Kept, tmp_path: Path) -> None:
    settings, stand = county
    fresh = Ground(stand.county, *fetched(stand.county, settings))
    file = tmp_path / "certificate.json"
    certified.certify(settings, fresh, Of.RUNNING, file, None)
    report = recheck.checked(str(file), str(running.folder(settings) / "masked"))
    assert (report["texts"], report["disagreed"], report["of"]) == ([], [], "running")


def test_of_a_plan_it_names_what_the_plan_leaves(county: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, stand = county
    after = each(FIREWALLS, "forward", without("portal-city"))(dict(stand.configs))
    texts: dict[str, tuple[str, str]] = {}
    for name in FIREWALLS:
        its = platform(stand.county.device_by_name[name].platform)
        texts[name] = (its.render(stand.configs[name]), its.render(after[name]))
    plan: Callable[[Settings, int], Planned] = lambda _settings, _number: Planned(stand.county, texts)  # noqa: E731
    monkeypatch.setattr(certified, "planned", plan)
    left = Ground(stand.county, after, {})
    made = certified.certified(settings, left, Of.RUNNING, plan=7)
    document = json.loads(made.content)
    assert (document["of"], document["plan"]) == ("plan", 7)
    masked = platform("linux").mask(texts["fw-1"][1])
    assert document["hashes"]["fw-1"] == sha256(masked.encode()).hexdigest()
    assert document["hashes"]["core-1"] == sha256(running.masked(settings, "core-1").encode()).hexdigest()
    assert document["families"]["ipv4"]["verdicts"]["zone:server"]["zone:city"] == "blocked"
    file = tmp_path / "certificate.json"
    file.write_bytes(made.content)
    assert recheck.checked(str(file))["disagreed"] == []


def test_where_nothing_can_be_written_it_is_bad_input(county: Kept, tmp_path: Path) -> None:
    settings, stand = county
    with pytest.raises(BadInput):
        certified.certify(settings, stand, Of.INTENDED, tmp_path / "none" / "certificate.json", None)
