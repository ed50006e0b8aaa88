"""The command line: each command explains itself, and fails in a sentence."""

import base64
import gc
import json
import pkgutil
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from uvicorn.config import STARTUP_FAILURE

from app.__main__ import COMMANDS, main
from app.main import create_app
from app.server import Server
from app.settings import Settings, load_settings
from tests.support.environment import ENVIRONMENT
from tests.support.server import free_port

NAMES = ["migrate", "rotate-keys", "reencrypt", "check-config", "serve", "openapi", "purge"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, migrated_url: str, tmp_path: Path) -> None:
    # Away from the .env of this checkout.
    monkeypatch.chdir(tmp_path)
    settings = {**ENVIRONMENT, "DATABASE_URL": migrated_url, "PORT": str(free_port())}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def _lines(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"python -m app {name}" in out
    assert len(out.splitlines()) > 3
    assert "Exit codes: 0 success; 1 failure" in out


def test_all_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(name in out for name in NAMES)
    assert len(COMMANDS) >= len(NAMES)


def test_an_output_that_is_read_in_part_is_no_failure_of_the_database() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app", "openapi"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["check-config", "--nonsense"]])
def test_what_is_no_command_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_check_config_says_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-config"]) == 0
    assert capsys.readouterr().out == "The environment is valid for test.\n"


def test_check_config_says_what_is_suspicious(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "false")
    monkeypatch.setenv("CORS_ORIGIN", "hunter2")
    assert main(["check-config"]) == 0
    out = capsys.readouterr().out
    assert "warning: CORS_ORIGIN is not a setting; did you mean CORS_ORIGINS?" in out
    assert "warning: RATE_LIMIT_ENABLED is off" in out
    assert "hunter2" not in out


def test_check_config_names_every_fault_and_no_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    wrong = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "CORS_ORIGINS", "DATABASE_URL", "PORT")
    for name in wrong:
        monkeypatch.setenv(name, "hunter2")
    assert main(["check-config"]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert all(f"\n  {name}: " in error for name in wrong)
    assert "hunter2" not in error
    assert "Traceback" not in error


@pytest.mark.parametrize("name", ["serve", "migrate", "reencrypt", "purge"])
def test_no_command_works_with_a_wrong_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PORT", "hunter2")
    assert main([name]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.splitlines()[1:] == [
        "  PORT: Input should be a valid integer, unable to parse string as an integer"
    ]


@pytest.mark.parametrize("given", ["production", "Staging", "test", None])
def test_a_fresh_checkout_is_told_what_to_copy(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    given: str | None,
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("ENVIRONMENT")
    if given:
        monkeypatch.setenv("ENVIRONMENT", given)
    assert main(["check-config"]) == 1
    assert ("copy .env.example to .env" in capsys.readouterr().err) is (given is None)
    (tmp_path / ".env").touch()
    assert main(["check-config"]) == 1
    assert "copy .env.example" not in capsys.readouterr().err


def test_a_command_that_is_interrupted_leaves_no_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(**_values: object) -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.check_config.load_settings", interrupted)
    assert main(["check-config"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_the_service_reloads_itself_in_development_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[dict[str, Any]] = []
    monkeypatch.setattr("uvicorn.run", lambda _application, **options: called.append(options))
    for environment, status in (("test", 1), ("staging", 1), ("development", 0)):
        monkeypatch.setenv("ENVIRONMENT", environment)
        assert main(["serve", "--reload"]) == status
    (options,) = called
    assert (options["reload"], options["host"]) == (True, "127.0.0.1")
    assert capsys.readouterr().err.count("--reload is for ENVIRONMENT=development.") == 2


def test_no_request_makes_the_others_wait_for_a_search_through_all_that_was_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent = []

    def search() -> None:
        gc.collect()
        begun = time.thread_time()
        gc.collect()
        spent.append(time.thread_time() - begun)

    async def serve(_server: Server, **_options: object) -> None:
        search()

    monkeypatch.setattr(Server, "serve", serve)
    try:
        main(["serve"])
    finally:
        gc.unfreeze()
    search()
    gc.freeze()
    assert spent[0] < spent[1] / 5


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
def test_a_port_that_is_taken_is_told_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        monkeypatch.setenv("HOST", host)
        monkeypatch.setenv("PORT", port)
        assert main(["serve"]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.splitlines()[1:] == [
        f"  PORT: cannot listen on {port} of HOST: address already in use; "
        "each process on a machine needs a port of its own"
    ]


def test_a_start_that_fails_has_the_exit_code_of_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_server: Server, **_options: object) -> None:
        raise SystemExit(STARTUP_FAILURE)

    monkeypatch.setattr(Server, "startup", fail)
    try:
        assert main(["serve"]) == 1
    finally:
        gc.unfreeze()


def test_fastapi_dev_finds_the_application() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    tools = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]
    assert pkgutil.resolve_name(tools["fastapi"]["entrypoint"]) is create_app


def test_openapi_prints_the_document_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"].startswith("3.")
    assert {"/api/v1/users/me", "/health/live", "/health/ready"} <= set(document["paths"])


def test_openapi_needs_no_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["openapi"]) == 0
    paths = json.loads(capsys.readouterr().out)["paths"]
    for name in ENVIRONMENT:
        monkeypatch.delenv(name)
    assert main(["openapi"]) == 0
    out, error = capsys.readouterr()
    assert json.loads(out)["paths"].keys() == paths.keys()
    assert error == ""


def test_rotate_keys_puts_fresh_secrets_before_the_present_ones(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["rotate-keys"]) == 0
    first = _lines(capsys.readouterr().out)
    assert first["SECRET_KEY_FALLBACKS"] == ENVIRONMENT["SECRET_KEY"]
    keys = first["FIELD_ENCRYPTION_KEYS"].split(",")
    assert keys[1:] == [ENVIRONMENT["FIELD_ENCRYPTION_KEYS"]]
    for name, value in first.items():
        monkeypatch.setenv(name, value)
    assert main(["rotate-keys"]) == 0
    second = _lines(capsys.readouterr().out)
    assert second["SECRET_KEY_FALLBACKS"] == f"{first['SECRET_KEY']},{ENVIRONMENT['SECRET_KEY']}"
    assert second["FIELD_ENCRYPTION_KEYS"].split(",")[1:] == keys


def test_what_rotate_keys_prints_is_good_enough_for_production(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        assert main(["rotate-keys"]) == 0
        fresh = _lines(capsys.readouterr().out)
        assert len(base64.b64decode(fresh["FIELD_ENCRYPTION_KEYS"].split(",")[0])) == 32
        for name, value in fresh.items():
            monkeypatch.setenv(name, value.split(",")[0])
        monkeypatch.setenv("ENVIRONMENT", "production")
        main(["check-config"])
        faults = capsys.readouterr().err
        assert not [name for name in fresh if name in faults]
        monkeypatch.setenv("ENVIRONMENT", "test")


def test_rotate_keys_needs_no_secret_to_begin_with(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (None, ""):
        for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS"):
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        assert main(["rotate-keys"]) == 0
        fresh = _lines(capsys.readouterr().out)
        assert fresh["SECRET_KEY_FALLBACKS"] == ""
        assert "," not in fresh["FIELD_ENCRYPTION_KEYS"]


def test_rotate_keys_forgets_no_key_because_another_setting_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("PORT", "nonsense")
    monkeypatch.setenv("CORS_ORIGINS", "*")
    assert main(["rotate-keys"]) == 0
    fresh = _lines(capsys.readouterr().out)
    assert ENVIRONMENT["FIELD_ENCRYPTION_KEYS"] in fresh["FIELD_ENCRYPTION_KEYS"]
    assert fresh["SECRET_KEY_FALLBACKS"] == ENVIRONMENT["SECRET_KEY"]


def test_rotate_keys_drops_a_secret_that_can_be_guessed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "changeme")
    assert main(["rotate-keys"]) == 0
    assert _lines(capsys.readouterr().out)["SECRET_KEY_FALLBACKS"] == ""


@pytest.mark.parametrize("unfit", [",x", " "])
def test_rotate_keys_says_which_secret_no_list_can_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, unfit: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", ENVIRONMENT["SECRET_KEY"] + unfit)
    assert main(["rotate-keys"]) == 0
    out, err = capsys.readouterr()
    assert _lines(out)["SECRET_KEY_FALLBACKS"] == ""
    assert "SECRET_KEY_FALLBACKS cannot hold it" in err


def test_rotate_keys_does_not_go_on_with_keys_that_it_cannot_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", "hunter2")
    assert main(["rotate-keys"]) == 1
    out, error = capsys.readouterr()
    assert (out, "hunter2" in error) == ("", False)
    assert "FIELD_ENCRYPTION_KEYS" in error


def test_rotate_keys_reads_secrets_from_files(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(ENVIRONMENT["SECRET_KEY"])
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert main(["rotate-keys"]) == 0
    fallbacks = _lines(capsys.readouterr().out)["SECRET_KEY_FALLBACKS"]
    assert fallbacks == load_settings().secret_key.get_secret_value()


def test_every_setting_has_an_example() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    names = {line.lstrip("# ").partition("=")[0] for line in example.read_text().splitlines()}
    assert {name.upper() for name in Settings.model_fields} <= names
