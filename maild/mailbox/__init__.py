"""IMAP: one folder of one account behind ports.Mailbox, and a probe for the doctor.

quirks    what is known of servers, and what their refusals mean: data
wire      imaplib on a socket with deadlines and budgets; IMAPClient on top
session   a connection: TLS, login, ID, folders, errors
fetching  listing and fetching by UID in bounded memory
filing    MOVE, COPY and STORE, keywords
sent      copies of what left, laid into the folder of sent mail
imap      ImapMailbox
probe     what `maild check` and `maild init` want to know
"""

from maild.domain.operation.backoff import Backoff
from maild.mailbox.imap import ImapMailbox
from maild.mailbox.probe import ProbeReport, probe
from maild.mailbox.session import keyword

__all__ = ["Backoff", "ImapMailbox", "ProbeReport", "keyword", "probe"]
