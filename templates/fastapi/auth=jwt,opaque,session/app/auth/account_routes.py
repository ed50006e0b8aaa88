"""Account management over HTTP, without signing in."""

from http import HTTPStatus

from fastapi import BackgroundTasks

from app.auth import accounts, registration
from app.auth.account_schemas import (
    Accepted,
    EmailVerification,
    ForgottenPassword,
    PasswordReset,
    Registration,
)
from app.auth.client import ClientAddress
from app.auth.rate_limit import RateLimiterDep
from app.database.transaction import Transaction
from app.mail.handover import send_on_registration, send_on_request
from app.resources import ResourcesDep
from app.routing import Router
from app.users.pages import ChangesAccounts

router = Router(prefix="/auth", tags=["accounts"])


@router.post("/register", status_code=HTTPStatus.ACCEPTED, dependencies=[ChangesAccounts])
async def register(
    body: Registration,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    background: BackgroundTasks,
) -> Accepted:
    """Create an account.

    The response is the same if the address already has an account; its owner is notified by mail.
    """
    await limiter.limit_auth("register")
    await registration.register(resources, body)
    background.add_task(send_on_registration, resources, "send_registration", body.email)
    return Accepted()


@router.post("/verify-email", status_code=HTTPStatus.NO_CONTENT, dependencies=[ChangesAccounts])
async def verify_email(
    body: EmailVerification,
    resources: ResourcesDep,
    transaction: Transaction,
    limiter: RateLimiterDep,
) -> None:
    """Verify an e-mail address with the token that was mailed to it."""
    await limiter.limit_auth("verify-email")
    await accounts.verify_email(transaction, resources, body.token.get_secret_value())


@router.post("/forgot-password", status_code=HTTPStatus.ACCEPTED)
async def forgot_password(
    body: ForgottenPassword,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    background: BackgroundTasks,
) -> Accepted:
    """Mail a token for setting a new password, if the address has an account."""
    await limiter.limit_auth("forgot-password")
    # The job does the look-up as well, so that the response cannot depend on its result.
    background.add_task(send_on_request, resources, "send_password_reset", body.email)
    return Accepted()


@router.post("/reset-password", status_code=HTTPStatus.NO_CONTENT, dependencies=[ChangesAccounts])
async def reset_password(
    body: PasswordReset,
    resources: ResourcesDep,
    limiter: RateLimiterDep,
    client_address: ClientAddress,
) -> None:
    """Set a new password with the mailed token.

    Every session of the account ends.
    """
    await limiter.limit_auth("reset-password")
    await accounts.reset_password(resources, body, client_address)
