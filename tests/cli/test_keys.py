"""`supportd keys`: listing and rotating the signing keys (S2.8)."""

from tests.cli.conftest import Shell

DAY_ONE, DAY_TWO = "2026-12-14T08:00:00-07:00", "2026-12-15T08:00:00-07:00"


def test_s2_8_rotate_adds_a_key_and_keeps_the_old_one(shell: Shell) -> None:
    """S2.8: the old one verifies for a set time; nothing of a key is printed but its fingerprint."""
    assert shell("keys", "list", "--json").document() == []
    shell("keys", "rotate", "--now", DAY_ONE)
    done = shell("keys", "rotate", "--now", DAY_TWO, "--json")
    rows = shell("keys", "list", "--now", "2026-12-15T08:02:00-07:00", "--json").document()

    assert (done.status, done.document()) == (0, {"key_days": 60, "deleted": 0})
    assert [row["state"] for row in rows] == ["signs", "verifies"]
    assert rows[1]["verifies_until"] == "2027-02-13T15:00:00+00:00"
    assert set(rows[0]) == {"id", "fingerprint", "state", "created_at", "retired_at", "verifies_until"}


def test_s2_8_rotating_is_told_to_people(shell: Shell) -> None:
    """The words say until when the old keys verify, and what was deleted."""
    shell("keys", "rotate", "--now", DAY_ONE)
    shell("keys", "rotate", "--now", DAY_TWO)
    later = shell("keys", "rotate", "--now", "2027-06-01T08:00:00-06:00")

    assert (later.status, later.err) == (0, "")
    assert "verify for 60 days" in later.out
    assert "1 that verified no more deleted" in later.out


def test_s2_8_configured_keys_are_rotated_where_they_stand(shell: Shell) -> None:
    """S2.8: the command changes no file of the administrator's; it says what to write, and where."""
    (shell.folder / "keys").write_text("a-key-of-20-letters-1\na-key-of-20-letters-2\n")
    (shell.folder / "keys").chmod(0o600)
    with (shell.folder / "supportd.yaml").open("a") as stream:
        stream.write("signing_keys: {file: keys}\n")
    refused = shell("keys", "rotate")
    rows = shell("keys", "list", "--json").document()

    assert refused.status == 1
    assert "signing_keys" in refused.err
    assert "below it" in refused.err
    assert "a-key-of" not in refused.err
    assert [(row["state"], row["fingerprint"]) for row in rows] == [("signs", ""), ("verifies", "")]
