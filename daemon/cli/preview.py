"""An outgoing mail as it would be composed now, for `outbox show`: nothing is stored."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.desk import Desk
    from daemon.model.notice import OutgoingMail


def composed(desk: "Desk", mail: "OutgoingMail") -> bytes:
    """Return the octets of a mail that was not composed yet.

    Raises:
        Permanent: it cannot be built: its recipient is no address.
    """
    from daemon.outbound.building import build
    from daemon.outbound.preparing import files_of
    from daemon.outbound.templates import Templates

    config = desk.config
    files = files_of(desk.engine, mail)
    return build(mail, Templates(config.settings.templates), config.plan.sender, files=files)
