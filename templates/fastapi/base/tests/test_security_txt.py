"""`security.txt` (RFC 9116)."""

from datetime import datetime, timedelta

import httpx2
import pytest

from app.clock import now
from app.security_txt import PATH
from app.settings import SettingsError
from tests.support.problems import problem_of
from tests.support.service import running_service, settings_for

CONTACTS = "security@example.com, https://example.com/report?by=form,tel:+1-201-555-0123"


async def test_without_a_contact_there_is_no_file(client: httpx2.AsyncClient) -> None:
    problem_of(await client.get(PATH), 404)


async def test_the_file_has_the_fields_of_the_standard(database_url: str) -> None:
    settings = {
        "security_contact": CONTACTS,
        "security_txt_urls": f"https://api.example.com{PATH}",
        "security_languages": "en,pt-BR",
    }
    async with running_service(database_url, **settings) as service:
        response = await service.client.get(PATH)
        problem_of(await service.client.get(f"{PATH}?a=1"), 422)
        problem_of(await service.client.post(PATH), 405)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.endswith("\r\n")
    fields = [line.split(": ", 1) for line in response.text.splitlines()]
    [expires] = [value for name, value in fields if name == "Expires"]
    assert timedelta(0) < datetime.fromisoformat(expires) - now() < timedelta(days=365)
    assert [field for field in fields if field[0] != "Expires"] == [
        ["Contact", "mailto:security@example.com"],
        ["Contact", "https://example.com/report?by=form"],
        ["Contact", "tel:+1-201-555-0123"],
        ["Canonical", f"https://api.example.com{PATH}"],
        ["Preferred-Languages", "en, pt-BR"],
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("security_contact", "security@example.com\r\nContact: mailto:eve@example.net"),
        ("security_contact", "https://example.com/\nExpires:2099-01-01T00:00:00Z"),
        ("security_contact", "https://example.com/\u2028Contact"),
        ("security_contact", "http://example.com/"),
        ("security_contact", "javascript:alert(1)"),
        ("security_contact", "the owners"),
        ("security_txt_urls", "https://example.com/\nContact:mailto:eve@example.net"),
        ("security_txt_urls", "http://example.com/"),
        ("security_languages", "en\nContact:mailto:eve@example.net"),
        ("security_languages", "english please"),
    ],
)
def test_values_that_could_forge_a_field_are_refused(
    migrated_url: str, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"{name.upper()}: must hold"):
        settings_for(migrated_url, **{name: value})
