"""The mails of the service under test, where MAIL_BACKEND=file leaves them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from app.resources import Resources
from tests.support.jobs import finish_jobs


class Mailbox:
    """Reads the mails to an address."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def received(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""
        await finish_jobs(self._resources)
        files = sorted(self._resources.settings.mail_dir.glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [mail for mail in mails if mail["To"] == address]

    async def only(self, address: str) -> EmailMessage:
        """Return the mail to an address that got a single one."""
        mails = await self.received(address)
        assert len(mails) == 1, [mail["Subject"] for mail in mails]
        return mails[0]

    async def code(self, address: str) -> str:
        """Return the newest code that was mailed to an address."""
        codes = await self.codes(address)
        assert codes, f"no code was mailed to {address}"
        return codes[-1]

    async def codes(self, address: str) -> list[str]:
        """Return the codes that were mailed to an address, oldest first."""
        texts = [mail.get_content() for mail in await self.received(address)]
        return re.findall(r"^[\w-]{43}$", "\n".join(texts), re.MULTILINE)
