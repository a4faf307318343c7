"""Notices: composed and rendered here, handed to the mail server by the outbox relay.

compose    what a notice says: languages, fees, payment, attach or link, whitelist guidance; pure
render     templates/notice → subject, text and HTML → the bytes of a mail
lint       checks of mails: everything we send passes it
relay      the outbox: claims, checks the facts again, merges, sends, marks
"""
