"""Every table of the service: one that is not imported here has no migrations."""

from app.auth.identities import IdentityRow
from app.database.models import AuditEventRow, Base, UserRow
from app.notes.repository import NoteRow

METADATA = Base.metadata
TABLES = (
    AuditEventRow,
    NoteRow,
    UserRow,
    IdentityRow,
)
