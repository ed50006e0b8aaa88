"""What a refusal says of the credential that it was given (RFC 6750, 3.1)."""

from app.auth.revocation import revoke_access
from app.resources import Resources
from tests.support.problems import problem_of
from tests.support.service import Caller, Service

ME = "/api/v1/users/me"


async def test_a_credential_that_has_ended_is_named_as_the_reason(
    user: Caller, resources: Resources
) -> None:
    async with resources.database.transaction() as transaction:
        await revoke_access(transaction, user.user.id)
    response = await user.client.get(ME)
    problem_of(response, 401)
    assert response.headers["www-authenticate"].endswith('error="invalid_token"')


async def test_who_shows_none_is_told_of_no_error(service: Service) -> None:
    response = await service.client.get(ME)
    problem_of(response, 401)
    assert "error" not in response.headers["www-authenticate"]
