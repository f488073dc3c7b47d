"""Score the reading of mail on a folder of labelled mails: `make corpus`.

`SUPPORTD_MAIL_CORPUS` names the folder: `manifest.json` (`items[]` with `id`, `file`, `input`), `score.py` beside it.
Predictions go to a temporary folder; the scorer's table goes to standard output.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from daemon.ingest.authentication import Trust
from daemon.ingest.inspect import inspect_octets

_HEAD = b"From: sender@corpus.example\r\nTo: desk@corpus.example\r\nSubject: corpus\r\nMIME-Version: 1.0\r\n"
_TYPES = {
    "text": b"Content-Type: text/plain; charset=utf-8\r\n",
    "html": b"Content-Type: text/html; charset=utf-8\r\n",
    "tnef": b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment\r\n",
}


def as_mail(octets: bytes, kind: str) -> bytes:
    """Return an item as a mail: as it stands, or wrapped in a minimal one."""
    if kind == "mail":
        return octets
    return _HEAD + _TYPES[kind] + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(octets)


def predict(folder: Path) -> dict[str, Any]:
    """Read every item of the manifest."""
    items = json.loads((folder / "manifest.json").read_text("utf-8"))["items"]
    return {
        item["id"]: inspect_octets(as_mail((folder / item["file"]).read_bytes(), item["input"]), item["id"], Trust())
        for item in items
    }


def main() -> int:
    """Read, write the predictions, and hand them to the folder's own scorer."""
    named = os.environ.get("SUPPORTD_MAIL_CORPUS", "")
    folder = Path(named)
    if not named or not (folder / "manifest.json").is_file():
        sys.stderr.write("SUPPORTD_MAIL_CORPUS must name a folder with manifest.json and score.py\n")
        return 2
    begun = time.process_time()
    predictions = predict(folder)
    spent = time.process_time() - begun
    sys.stderr.write(
        f"{len(predictions)} mails in {spent:.1f} s, {1000 * spent / max(1, len(predictions)):.2f} ms each\n"
    )
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / "predictions.json"
        written.write_text(json.dumps(predictions), "utf-8")
        command = [sys.executable, str(folder / "score.py"), str(folder / "manifest.json"), str(written), *sys.argv[1:]]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
