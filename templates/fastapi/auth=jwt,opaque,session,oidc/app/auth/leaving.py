"""Deleting one's own account requires a recent sign-in (RFC 9470)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import Depends, Request

from app.auth.dependencies import CurrentPrincipal, Requirement
from app.auth.permissions import Permission
from app.clock import now
from app.errors import Unauthenticated
from app.resources import ResourcesDep


class _SignInTooOld(Unauthenticated):
    """The caller is signed in, and has to authenticate again."""

    detail = "Sign in again to do this."

    def __init__(self, max_age: int) -> None:
        super().__init__()
        self.challenge = f'error="insufficient_user_authentication", max_age={max_age}'


@dataclass(frozen=True)
class RecentSignIn(Requirement):
    """Requires a permission, and a sign-in less than `REAUTH_MAX_AGE_SECONDS` ago.

    A stolen session must not allow what cannot be undone.
    """

    @property
    def explanation(self) -> str:
        """Document the requirement in OpenAPI."""
        return (
            f"{super().explanation} The sign-in must be recent; if it is not, the answer is 401 "
            "with `insufficient_user_authentication` (RFC 9470)."
        )

    async def __call__(
        self, request: Request, principal: CurrentPrincipal, resources: ResourcesDep
    ) -> None:
        await super().__call__(request, principal, resources)
        seconds = resources.settings.reauth_max_age_seconds
        signed_in_at = principal.signed_in_at
        if signed_in_at is None or now() - signed_in_at >= timedelta(seconds=seconds):
            raise _SignInTooOld(seconds)


MayLeave: Final = Depends(RecentSignIn(Permission.ACCOUNT_WRITE))
