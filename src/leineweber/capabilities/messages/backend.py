"""Django's mail interface over our outbox, for libraries that send by themselves (log-in, password reset).

Set as EMAIL_BACKEND; the e-mail becomes a row of the library's transaction and is sent by the same job.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """Queues plain-text messages; HTML alternatives and attachments are left out on purpose."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue every message to every recipient; return how many messages were taken.

        Raises:
            MessagesError: an address is none and `fail_silently` is not set.
        """
        from leineweber.capabilities.messages.services import MessagesError, queue_plain

        taken = 0
        for message in email_messages:
            try:
                for recipient in message.recipients():
                    queue_plain(recipient, str(message.subject), str(message.body))
            except MessagesError:
                if not self.fail_silently:
                    raise
            else:
                taken += 1
        return taken
