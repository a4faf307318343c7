"""An embedded whole for looking at: mail servers on loopback, a database, sample mails, the real daemon.

servers   IMAP (pymap) and SMTP (aiosmtpd) on loopback, in threads
samples   some fifty mails of every kind, signed with keys made for the demo
office    the patrons and transactions those mails are about
show      what happened to each mail, and the notices, for the terminal
"""
