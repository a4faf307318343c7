"""The written mails are whole: enough of them, each its own, each usable as a mail."""

from email import message_from_bytes
from email.policy import SMTP

import pytest

from tests.corpus.written_mails import SETS, written_mails

LEAST = {"letters": 150, "advertising": 150, "false_friends": 110}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_large_and_no_mail_comes_twice(name: str) -> None:
    """A set holds as many mails as were asked for, with keys and texts of their own."""
    mails = written_mails(name)
    assert len(mails) >= LEAST[name]
    assert len({mail.key for mail in mails}) == len(mails)
    assert len({mail.body for mail in mails if mail.body}) == sum(bool(mail.body) for mail in mails)


@pytest.mark.parametrize("name", SETS)
def test_every_mail_says_what_is_expected_of_it(name: str) -> None:
    """Letters and false friends are for a person, advertising is not; each says what would be wrong."""
    expected = "advertising" if name == "advertising" else "person"
    for mail in written_mails(name):
        assert (mail.set, mail.expect) == (name, expected), mail.key
        assert mail.must_not, mail.key
        assert all(mail.must_not), mail.key
        assert mail.note or name != "false_friends", mail.key


def test_each_kind_of_false_friend_has_ten() -> None:
    """A table by kind of notice is worth reading from ten mails on, over related kinds together."""
    kinds: dict[str, int] = {}
    for mail in written_mails("false_friends"):
        kinds[mail.theme] = kinds.get(mail.theme, 0) + 1
    assert len(kinds) >= 12
    assert min(kinds.values()) >= 4, kinds


@pytest.mark.parametrize("name", SETS)
def test_every_mail_can_be_sent_and_read_again(name: str) -> None:
    """As MIME a mail keeps its sender, its subject, its words and its attachments."""
    for mail in written_mails(name):
        sent = mail.message("Wed, 25 Nov 2026 09:00:00 +0800")
        read = message_from_bytes(sent.as_bytes(), policy=SMTP)
        text = read.get_body(("plain",))
        assert text is not None, mail.key
        assert text.get_content().split() == mail.body.split(), mail.key
        assert mail.sender in str(read["From"]), mail.key
        assert str(read["Subject"]).split() == mail.subject.split(), mail.key
        assert [part.get_filename() for part in read.iter_attachments()] == [n for n, _ in mail.attachments]
