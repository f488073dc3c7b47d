"""Read by every Python process that has this folder on its path: the daemon under test, its fork server, its readers.

It stands outside the product: only the harness sets the path and the two names (`tests/faults/tampering.py`).
"""

import os

if os.environ.get("SUPPORTD_TAMPER"):
    from tests.faults.tampering import install

    install(os.environ["SUPPORTD_TAMPER"].split("|"), os.environ["SUPPORTD_TAMPER_FOLDER"])
