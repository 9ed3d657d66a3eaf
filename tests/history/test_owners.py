import pytest

from ser_core.errors import HistoryError
from ser_core.history import account_owner, new_token, token_owner


def test_tokens_hold_128_random_bits() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {22}  # 22 characters of 6 bits carry 16 bytes


def test_an_owner_does_not_show_its_token() -> None:
    token = new_token()
    owner = token_owner(token)
    assert len(owner.digest) == 32
    assert token not in repr(owner)
    assert token.encode() not in owner.digest
    assert owner == token_owner(token)
    assert owner.anonymous


@pytest.mark.parametrize("text", ["", "short", "x" * 23, "x" * 21 + "é", "x" * 21 + "/", "x" * 22 + "\n"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(HistoryError, match="cookie is damaged"):
        token_owner(text)


def test_accounts_are_told_apart_by_issuer_and_subject() -> None:
    owners = {
        account_owner("https://a.example", "1").digest,
        account_owner("https://b.example", "1").digest,
        account_owner("https://a.example", "2").digest,
        account_owner("https://a.exampl", "e1").digest,
    }
    assert len(owners) == 4
    assert not account_owner("https://a.example", "1").anonymous


def test_an_account_is_never_a_token() -> None:
    token = new_token()
    assert account_owner("token", token).digest != token_owner(token).digest


@pytest.mark.parametrize("issuer, subject", [("", "1"), ("https://a.example", "")])
def test_an_account_without_a_name_is_refused(issuer: str, subject: str) -> None:
    with pytest.raises(HistoryError, match="`iss` and `sub`"):
        account_owner(issuer, subject)
