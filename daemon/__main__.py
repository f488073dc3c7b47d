"""`supportd`, and `python -m daemon`."""

import gc
import sys

import daemon

GC_THRESHOLDS = (20_000, 20, 20)
"""What is imported stays: at the usual threshold of 700 the collector looks it over for 60 ms of every start."""


def main() -> None:
    """Run the command line; exits.

    The package python-daemon has this package's import name; installed beside it, it overwrites our `__init__.py`.
    """
    if not hasattr(daemon, "__version__") or hasattr(daemon, "DaemonContext"):
        sys.exit("supportd: python-daemon overwrote files of supportd: install supportd in an environment of its own")
    gc.set_threshold(*GC_THRESHOLDS)
    from daemon.cli.root import root  # after the check: it would fail on the other package

    root.main(prog_name="supportd")


if __name__ == "__main__":
    main()
