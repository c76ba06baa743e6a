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


def test_a_missing_token_is_refused() -> None:
    with pytest.raises(tokens.TokenRefused, match="empty"):
        tokens.from_environment({})


@pytest.mark.parametrize("given", [None, 7, "", "cPv6zX0kqL9sWn2", "cPv6zX0kqL9sWn2E", "\ud800", ["cPv6zX0kqL9sWn2e"]])
def test_anything_but_the_token_does_not_match(given: object) -> None:
    assert not tokens.matches("cPv6zX0kqL9sWn2e", given)


def test_the_token_matches_itself_in_any_script() -> None:
    assert tokens.matches("秘密的口令很长", "秘密的口令很长")
