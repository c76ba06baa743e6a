"""Who the desktop of the image runs as, and where it writes: what will not do has its sentence."""

from __future__ import annotations

import os
import pwd

import pytest

ACCOUNTS = sorted(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid)


@pytest.fixture
def user(tmp_path):
    """The owner of tmp_path, not root."""
    if os.getuid():
        return os.getuid()
    os.chown(tmp_path, ACCOUNTS[0], -1)
    return ACCOUNTS[0]


@pytest.fixture
def problems(module, user, tmp_path):
    """What is wrong, by default nothing: `problems(home=..., user=...)`."""
    given = {"user": user, "home": tmp_path, "runtime": tmp_path / "runtime", "temporary": tmp_path}
    return lambda **changes: module("places").problems(**{**given, **changes})


def test_a_folder_for_the_runtime_is_made_for_its_user_alone(problems, tmp_path):
    assert problems() == []
    assert (tmp_path / "runtime").stat().st_mode & 0o777 == 0o700
    assert problems() == []


def test_root_is_refused(problems):
    assert problems(user=0) == ["The desktop must not run as root: run it as its own user, leave --user out."]


def test_a_user_without_an_account_is_refused(problems):
    stranger = next(number for number in range(40_000, 60_000) if number not in ACCOUNTS)
    assert problems(user=stranger) == [f"User {stranger} has no account in this image: run it as its own user, leave --user out."]


def test_a_home_of_somebody_else_is_told_with_the_way_out(problems, user, tmp_path):
    other = next(account for account in ACCOUNTS if account != user)
    assert problems(user=other) == [
        f"The home {tmp_path} must belong to user {other}: chown {other} DIR, the folder that is mounted there."
    ]


def test_a_home_that_is_not_there_is_told(problems, tmp_path):
    assert problems(home=tmp_path / "no") == [f"The home {tmp_path / 'no'} cannot be used: No such file or directory."]


def test_all_that_cannot_be_written_to_is_told_at_once(problems, user, tmp_path):
    for name in ("home", "runtime", "temporary"):
        (tmp_path / name).touch()
        os.chown(tmp_path / name, user, -1)
    found = problems(**{name: tmp_path / name for name in ("home", "runtime", "temporary")})
    runtime, temporary, home = (tmp_path / name for name in ("runtime", "temporary", "home"))
    assert found == [
        f"{runtime} must be a folder that user {user} can write to: leave --user out; "
        f"with --read-only, add --tmpfs {runtime}:uid={user},mode=700.",
        f"{temporary} must be a folder that user {user} can write to: with --read-only, add --tmpfs {temporary}.",
        f"The home {home} must be a folder that user {user} can write to: mount a volume there, without :ro.",
    ]
