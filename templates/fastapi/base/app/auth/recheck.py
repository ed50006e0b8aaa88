"""Repeats the authorization of the caller after an action has waited for locks."""

from dataclasses import replace

from app.auth.permissions import Permission
from app.auth.principal import Principal
from app.auth.revocation import has_ended
from app.database.transaction import Transaction
from app.errors import CredentialRefused, Forbidden
from app.users.repository import UserRepository


async def recheck(
    transaction: Transaction, principal: Principal, permission: Permission
) -> Principal:
    """Lock the caller's account and return the caller as it is now.

    Every change begins with this: while a request waits for a lock, its caller may be demoted,
    disabled or signed out (CWE-367). It then raises `CredentialRefused` or `Forbidden`. An action
    that also locks other accounts first locks all of them with `UserRepository.lock_all`.
    """
    user = await UserRepository(transaction).lock(principal.user.id)
    if user is None or not user.is_active or await has_ended(transaction, principal):
        raise CredentialRefused
    current = replace(principal, user=user)
    if not current.may(permission):
        raise Forbidden
    return current
