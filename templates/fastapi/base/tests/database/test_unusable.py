"""What commands say of a database that they cannot work with."""

import re

import pytest

from app.__main__ import main


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("command", ["purge", "reencrypt"])
def test_a_database_without_tables_is_to_be_migrated(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"The database cannot be used: .*(audit_events|notes).*\. Run `python -m app migrate`\.",
        line,
    )
