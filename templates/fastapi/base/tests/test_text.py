"""Text on one line: what it may hold in any language."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from app.text import OneLine
from tests.support.service import Caller

LINE: TypeAdapter[str] = TypeAdapter(Annotated[str, OneLine])


@pytest.mark.parametrize(
    "name",
    [
        "Zoë O'Brien-Ångström",
        "Nguyễn Thị Minh Khai",
        "\u0645\u062d\u0645\u062f \u0639\u0644\u06cc",
        "מיכל בן־דוד",
        "王小明",
        "李 さくら",
        # Persian and Hindi write joiners between letters.
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "क्\u200dष",
        "José\u0301 🐎",
    ],
)
def test_names_of_any_language_are_taken(name: str) -> None:
    assert LINE.validate_python(name) == name


@pytest.mark.parametrize(
    "unfit",
    [
        "\x00",
        "\n",
        "\r",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\U000e0041",
        "\ue000",
        "\ufdd0",
        "\u0378",
        "\ud800",
        "-\u200d",
        " \u200c",
        "a\u200d\u200d",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("place", ["{}Ann Lee", "Ann{} Lee", "Ann Lee{}"])
def test_invisible_characters_are_refused(place: str, unfit: str) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(place.format(unfit))


@pytest.mark.parametrize("unfit", ["Ann\u202eeeL", "Ann\nLee", "\u200d", "Ann\x1b[2J"], ids=ascii)
async def test_a_deceptive_name_is_refused(user: Caller, unfit: str) -> None:
    answer = await user.client.patch("/api/v1/users/me", json={"full_name": unfit})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "full_name"
    assert "control characters" in error["message"]
    assert (await user.client.get("/api/v1/users/me")).json()["full_name"] == user.user.full_name
