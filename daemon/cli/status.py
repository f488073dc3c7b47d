"""`supportd status`: the status page, from the command line."""

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.printing import print_document


@click.group(cls=DeskGroup, example="supportd status write")
def status() -> None:
    """See to the status page."""


@status.command(example="supportd status write\nsupportd --now 2026-12-19T05:30:00Z status write --json")
def write() -> None:
    """Write the status page as static files at once, into the folder that supportd.yaml names.

    The running daemon does so by itself on each change.  Readers see the old site or the new one, never half of one.
    """
    from daemon.errors import Permanent
    from daemon.web.copying import write_copy
    from daemon.web.looking import look
    from daemon.web.rendering import Renderer
    from daemon.web.showcase import frame_of

    with read_only() as (config, connection):
        page = config.settings.status_page
        if page is None or page.folder is None:
            raise Permanent("no folder for the status page: name one as `status_page: folder:` in supportd.yaml")
        picture = look(connection, config, now=choices().clock()())
    files = write_copy(Renderer().site(picture, frame_of(config)), page.folder)
    if choices().json:
        print_document({"folder": str(page.folder), "files": files})
    else:
        click.echo(f"{page.folder}: {files} files")
