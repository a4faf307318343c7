"""maild: the e-mail daemon of an interlibrary-loan and document-delivery office.

One message walks along the spine, and the packages are its rooms:

    receive → parse → authenticate → classify → extract → match → decide → record → render → relay

domain        nouns and laws: states, money, rulings, notices; standard library only
ports         Protocols for what of the outside world there is more than one of: clocks, mailboxes, couriers, readers
tables        files of rules/ that an office lays its own over, each read as a type; linear: models over characters
config        every option, its type, default and help; settings: read and checked
peers         ISO 18626 messages, read without trust and written
parse         bytes → ParsedMail: parts (MIME, charsets), markup (HTML to text), quoting, reports (bounces)
authenticate  DKIM, trusted Authentication-Results, DMARC alignment → AuthReport; DKIM signing
classify      the rule engine: rules are TOML data; classify and extract
receipts      what is inside files that came from outside: media, picture, page (with its labels), prose, words
confine       processes without network or privileges that read what strangers sent
match         candidates → scores with reasons → Matched | Ambiguous | Unmatched
spine         the way of a mail: intake, reading, looking (up), order (of deciding), recording, process, poison, filing
office        what the office does, one folder a capability: requests, payments, books, invoices, registration, answers,
              providers, reach, queue …; each with its facts, deciders, acts of staff, and what time brings
notify        compose and render notices; the outbox relay
backup        backups of database and mails, and bringing them back
store         SQLAlchemy tables, unit of work, blobs, migrations
mailbox       IMAP; courier: SMTP; hooks: HTTP to the library's own system
daemon        supervisor, guard, loops, jobs by the clock, signals, sd_notify
console       pages of the staff, their deeds, and the same as /api/v1; drawing: plots
metrics       figures for Prometheus, of the process and of the office
doctor        checks that a set-up works
bootstrap     the only wiring: settings → adapters → services
demo          all of it on one machine, with invented people
cli           the commands
"""

__version__ = "0.1.0"
