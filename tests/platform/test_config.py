"""Settings come from the environment; the secret key is made once."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tenon.config import KEY_FILE, DataUnusable, SettingInvalid, read_config


def test_without_settings_everything_is_in_the_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    config = read_config({})

    assert (config.data, config.database_url, config.proxies) == (tmp_path / "data", None, 0)


def test_the_signing_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    first, second = (read_config({"TENON_DATA": str(tmp_path / "new")}) for _ in range(2))

    assert first.signing_key == second.signing_key
    assert stat.S_IMODE((tmp_path / "new" / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert len({read_config({"TENON_DATA": str(tmp_path / name)}).signing_key for name in "ab"}) == 2


@pytest.mark.parametrize("value", ["x", "-1", "9", "1.5", "１", "999999"])
def test_a_setting_that_is_no_sensible_number_is_refused_by_name(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingInvalid) as refusal:
        read_config({"TENON_DATA": str(tmp_path), "TENON_PROXIES": value})

    assert refusal.value.params["name"] == "TENON_PROXIES"


def test_the_idle_time_can_be_set(tmp_path: Path) -> None:
    assert read_config({"TENON_DATA": str(tmp_path), "TENON_IDLE_MINUTES": "5"}).idle == timedelta(minutes=5)


def test_a_data_directory_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")

    with pytest.raises(DataUnusable):
        read_config({"TENON_DATA": str(tmp_path / "taken")})


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")

    with pytest.raises(DataUnusable):
        read_config({"TENON_DATA": str(tmp_path)})
