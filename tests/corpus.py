"""Score the reading of mail on a folder of labelled mails: `make corpus`.

`SUPPORTD_MAIL_CORPUS` names the folder: `manifest.json` (`items[]` with `id`, `file`, `input`), `score.py` beside it.
Predictions go to a temporary folder; the scorer's table goes to standard output, the time to standard error, with the
slowest mail (S4.1 allows an ordinary reader 2 s for each).
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


def predict(folder: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """Read every item of the manifest; return what was read, and how many seconds of CPU each took."""
    items = json.loads((folder / "manifest.json").read_text("utf-8"))["items"]
    read: dict[str, Any] = {}
    spent: dict[str, float] = {}
    for item in items:
        octets = as_mail((folder / item["file"]).read_bytes(), item["input"])
        begun = time.process_time()
        read[item["id"]] = inspect_octets(octets, item["id"], Trust())
        spent[item["id"]] = time.process_time() - begun
    return read, spent


def main() -> int:
    """Read, write the predictions, and hand them to the folder's own scorer."""
    named = os.environ.get("SUPPORTD_MAIL_CORPUS", "")
    folder = Path(named)
    if not named or not (folder / "manifest.json").is_file():
        sys.stderr.write("SUPPORTD_MAIL_CORPUS must name a folder with manifest.json and score.py\n")
        return 2
    predictions, spent = predict(folder)
    whole, count = sum(spent.values()), max(1, len(spent))
    slowest = max(spent, key=lambda name: spent[name], default="")
    sys.stderr.write(f"{len(spent)} mails in {whole:.1f} s, {1000 * whole / count:.2f} ms each\n")
    sys.stderr.write(f"slowest: {slowest}, {1000 * spent.get(slowest, 0):.0f} ms\n")
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / "predictions.json"
        written.write_text(json.dumps(predictions), "utf-8")
        command = [sys.executable, str(folder / "score.py"), str(folder / "manifest.json"), str(written), *sys.argv[1:]]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
