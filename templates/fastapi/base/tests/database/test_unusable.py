"""What commands say of a database that they cannot work with."""

import re

import pytest

from app.__main__ import main


@pytest.mark.usefixtures("url")
def test_a_database_without_tables_is_to_be_migrated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"The database cannot be used: .*(no such table|does not exist|doesn't exist).*\. "
        r"Run `python -m app migrate`\.",
        line,
    )
