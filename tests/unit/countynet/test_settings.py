"""Settings come from the environment and refuse what cannot be."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.i18n import translate_error
from countynet.settings import Settings
from countynet.vocabulary import Role


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load()
    assert (settings.county, settings.state) == (tmp_path / "county", tmp_path / "county/.state")
    assert (settings.listen, settings.port, settings.language) == ("127.0.0.1", 8080, "en")


def test_environment_and_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_COUNTY", "/srv/qinglan")
    monkeypatch.setenv("COUNTYNET_PORT", "443")
    assert (Settings.load().county, Settings.load().port) == (Path("/srv/qinglan"), 443)
    assert Settings.load(Path("/srv/other")).county == Path("/srv/other")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8080.5"])
def test_port_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("COUNTYNET_PORT", port)
    with pytest.raises(BadInput) as caught:
        Settings.load()
    assert "COUNTYNET_PORT" in translate_error(caught.value)
    assert port in translate_error(caught.value)


@pytest.mark.parametrize(
    ("signon", "text", "wrong"),
    [
        ("https://auth.test", "center, unit", ""),
        ("https://auth.test", "all", ""),
        ("https://auth.test", "mayor,center,boss", "mayor, boss: should be all or some of center"),
        ("", "center", "needs COUNTYNET_SIGNON"),
    ],
)
def test_roles_that_come_in_by_the_sign_on_alone_exist_and_have_one(
    monkeypatch: pytest.MonkeyPatch, signon: str, text: str, wrong: str
) -> None:
    monkeypatch.setenv("COUNTYNET_SIGNON", signon)
    monkeypatch.setenv("COUNTYNET_SIGNON_ONLY", text)
    if wrong:
        with pytest.raises(BadInput) as caught:
            Settings.load()
        assert wrong in translate_error(caught.value)
    else:
        assert Settings.load().signon_only == (tuple(Role) if text == "all" else (Role.CENTER, Role.UNIT))


def test_settings_do_not_change() -> None:
    settings = Settings.load(Path("/a"))
    with pytest.raises(ValueError, match="frozen"):
        settings.county = Path("/b")  # type: ignore[misc]  # that it is refused is the test


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("COUNTYNET_INFLUX_URL", "http://user:hunter2@db:8086"),
        ("COUNTYNET_BROKER", "redis://:hunter2@broker/0"),
        ("COUNTYNET_BROKER", "redis://:hun/ter2@broker/0"),
        ("COUNTYNET_DATABASE", "postgresql+psycopg://me:hunter2@db/county"),
        ("COUNTYNET_DATABASE", "postgresql+psycopg://db/county?password=hunter2"),
        ("COUNTYNET_DATABASE", "mysql://db/county"),
        ("COUNTYNET_INFLUX_URL", "db:8086"),
    ],
)
def test_an_address_with_a_password_or_of_another_kind_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, url: str
) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(BadInput) as caught:
        Settings.load()
    assert variable in translate_error(caught.value)
    assert "ter2" not in translate_error(caught.value)
