"""Every table of the service: one that is not imported here has no migrations."""

from app.auth.credentials import CredentialRow
from app.auth.known_addresses import KnownAddressRow
from app.database.models import AuditEventRow, Base, UserRow
from app.notes.repository import NoteRow
from app.tokens.repository import TokenRow

METADATA = Base.metadata
TABLES = (
    AuditEventRow,
    NoteRow,
    UserRow,
    TokenRow,
    CredentialRow,
    KnownAddressRow,
)
