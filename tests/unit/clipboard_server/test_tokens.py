import base64
import random

import pytest

from screenagent_clipboard import tokens


def _read(token: str) -> str:
    return tokens.from_environment({tokens.VARIABLE: token})


def test_a_long_random_token_is_taken() -> None:
    assert _read("cPv6zX0kqL9sWn2e") == "cPv6zX0kqL9sWn2e"


def test_white_space_around_the_token_is_not_part_of_it() -> None:
    assert _read(" cPv6zX0kqL9sWn2e\n") == "cPv6zX0kqL9sWn2e"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("k3Xw9", "shorter than 8"),
        ("token", "first"),
        ("Password", "first"),
        ("change-me", "first"),
        ("CLIPBOARD_SERVER_SECRET_TOKEN", "first"),
        ("12345678", "first"),
        ("<CLIPBOARD_SERVER_SECRET_TOKEN>", "placeholder"),
        ("${CLIPBOARD_TOKEN}", "placeholder"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
    ],
)
def test_a_token_that_protects_nothing_is_refused_with_the_reason(token: str, reason: str) -> None:
    with pytest.raises(tokens.TokenRefused, match=reason):
        _read(token)


@pytest.mark.parametrize(
    "secret",
    [
        *("iloveyou", "monkey", "dragon", "letmein", "sunshine", "trustno1", "woaini", "5201314"),
        *("admin", "root", "docker", "headless", "changeit", "vncpasswd", "screenagent"),
        *("your_password", "replace-me", "set this password here", "my_secret_token"),
        *("p@ssw0rd", "P@$$w0rd!", "passw0rd", "1loveyou", "l3tm31n", "4dm1n1str4t0r"),
        *("test1234", "root1234", "admin1", "admin@123", "2024welcome", "vnc12345", "abc12345"),
        *("adminadmin", "testtest", "vncpassw", "administ"),
    ],
)
def test_a_well_known_word_is_refused_however_it_is_dressed(secret: str) -> None:
    assert tokens.weakness(secret, 6) == "is one that anybody would try first"


@pytest.mark.parametrize(
    "secret",
    [
        *("123456", "654321", "87654321", "0987654321", "123123", "123321", "147258369"),
        *("abcdef", "zyxwvu", "abc123", "abcd1234"),
        *("asdfgh", "poiuytre", "qwerty12", "asdf;lkj", "qweasdzxc", "azerty", "!@#$%^&*"),
        *("1qaz2wsx", "zaq1xsw2", "qazwsx"),
        *("1q2w3e4r", "a1b2c3d4", "11223344", "aabbcc", "aAbBcCdD"),
    ],
)
def test_a_row_of_neighbours_is_refused_in_any_direction(secret: str) -> None:
    assert tokens.weakness(secret, 6) == "is one that anybody would try first"


@pytest.mark.parametrize("secret", ["xxxxxxxx", "kxkxkxkx", "19841984", "9Kq!9Kq!9Kq!"])
def test_the_same_few_characters_are_refused(secret: str) -> None:
    assert tokens.weakness(secret, 6) == "repeats the same few characters"


@pytest.mark.parametrize(("size", "minimum"), [(6, 6), (24, 8)])
def test_no_random_secret_is_refused(size: int, minimum: int) -> None:
    chance = random.Random(size)
    made = [base64.urlsafe_b64encode(chance.randbytes(size)).rstrip(b"=").decode() for _ in range(2_000)]
    assert [secret for secret in made if tokens.weakness(secret, minimum)] == []


@pytest.mark.parametrize("secret", ["the-token-of-a-person", "correct horse battery staple", "tulip-docker-marble"])
def test_a_phrase_with_a_well_known_word_in_it_is_taken(secret: str) -> None:
    assert tokens.weakness(secret) == ""


def test_a_missing_token_is_refused() -> None:
    with pytest.raises(tokens.TokenRefused, match="empty"):
        tokens.from_environment({})


@pytest.mark.parametrize("given", [None, 7, "", "cPv6zX0kqL9sWn2", "cPv6zX0kqL9sWn2E", "\ud800", ["cPv6zX0kqL9sWn2e"]])
def test_anything_but_the_token_does_not_match(given: object) -> None:
    assert not tokens.matches("cPv6zX0kqL9sWn2e", given)


def test_the_token_matches_itself_in_any_script() -> None:
    assert tokens.matches("秘密的口令很长", "秘密的口令很长")
