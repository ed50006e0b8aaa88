"""Every table of the service: one that is not imported here has no queries or migrations."""

from app.auth.credentials import CredentialRow
from app.auth.known_addresses import KnownAddressRow
from app.database.models import AuditEventRow, UserRow
from app.notes.repository import NoteRow
from app.tokens.repository import TokenRow

__models__ = (
    AuditEventRow,
    NoteRow,
    UserRow,
    TokenRow,
    CredentialRow,
    KnownAddressRow,
)
