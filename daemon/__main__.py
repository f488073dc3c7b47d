"""`supportd`, and `python -m daemon`."""

import sys

import daemon


def main() -> None:
    """Run the command line; exits.

    The package python-daemon has this package's import name; installed beside it, it overwrites our `__init__.py`.
    """
    if not hasattr(daemon, "__version__") or hasattr(daemon, "DaemonContext"):
        sys.exit("supportd: python-daemon overwrote files of supportd: install supportd in an environment of its own")
    from daemon.cli.root import root  # after the check: it would fail on the other package

    root.main(prog_name="supportd")


if __name__ == "__main__":
    main()
