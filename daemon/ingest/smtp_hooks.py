"""What the SMTP library asks while a client introduces itself and names sender and recipients.

The library prescribes the names and arguments of these functions; what is answered is `reception`'s.
"""

from dataclasses import replace
from typing import Any, Protocol

import structlog

from daemon.ingest.reception import Reception, Transaction, peer_address
from daemon.ingest.smtp_path import NULL_PATH
from daemon.ingest.smtp_replies import NEEDS_UTF8, NOT_OURS, TROUBLE

log = structlog.get_logger()


class HasTransaction(Protocol):
    """A client's connection, as far as these functions know it."""

    transaction: Transaction | None


class Hooks:
    """What aiosmtpd asks while a client introduces itself and names sender and recipients."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def handle_EHLO(  # noqa: N802  # aiosmtpd prescribes names and arguments
        self, _server: HasTransaction, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what is offered: what the library knows, SIZE and the like besides, never AUTH."""
        session.host_name = hostname
        offered = [line for line in responses if not line.startswith("250-AUTH")]
        size = self._reception.config().settings.max_message_octets
        return [offered[0], f"250-SIZE {size}", "250-PIPELINING", "250-ENHANCEDSTATUSCODES", *offered[1:]]

    async def handle_MAIL(  # noqa: N802
        self, server: HasTransaction, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Begin a transaction."""
        if not address.isascii() and not envelope.smtp_utf8:
            return NEEDS_UTF8
        peer, greeting = peer_address(session.peer), session.host_name or ""
        transaction = Transaction(address, (), peer, greeting, self._reception.config())
        declared = next((int(option[5:]) for option in options if option.startswith("SIZE=")), 0)
        if declared > transaction.config.settings.max_message_octets:
            return await self._reception.refuse_size(transaction)
        answer = self._reception.answer_sender(declared_octets=declared)
        if answer.startswith("250"):
            envelope.mail_from = address
            server.transaction = transaction
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: HasTransaction, _session: Any, _envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take a recipient into the transaction in hand."""
        if server.transaction is None or address == NULL_PATH:
            return NOT_OURS
        answer = self._reception.answer_recipient(server.transaction, address)
        if answer.startswith("250"):
            recipients = (*server.transaction.recipients, address)
            server.transaction = replace(server.transaction, recipients=recipients)
        return answer

    async def handle_exception(self, error: Exception) -> str:
        """Answer for any defect of ours: never a permanent refusal, never the text of the error (S1.5)."""
        log.error("listener.failed", exc_info=error)
        return TROUBLE
