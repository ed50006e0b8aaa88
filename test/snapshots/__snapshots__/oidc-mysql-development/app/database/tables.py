"""Every table of the service, for migrations: a table that is not imported here has none."""

from app.auth.identities import IdentityRow
from app.database.models import AuditEventRow, Base, NoteRow, UserRow

METADATA = Base.metadata
TABLES = (
    AuditEventRow,
    NoteRow,
    UserRow,
    IdentityRow,
)
