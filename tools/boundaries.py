"""The picture of what maild trusts: zones, what crosses between them, and what holds at each crossing."""

from __future__ import annotations

from tools.svg import Box, Picture

STRANGE, OURS, SECRET = "#f4f4f4", "#ffffff", "#eef3fa"


def security_svg() -> str:
    """Strangers on the left, the machine with its processes in the middle, people and what is kept on the right."""
    picture = Picture(1180, 560, "Whom maild trusts with what")
    picture.band(12, 16, 190, 528, "nobody is trusted", "#fbeeee")
    picture.band(232, 16, 640, 528, "the office's machine", "#eef6ee")
    picture.band(252, 46, 600, 116, "confined: no network, no files, limits on memory and time", "#fdf3e3")
    picture.band(902, 16, 266, 528, "known by a proof, within a role", "#eef3fa")
    stranger = Box(106, 116, "any writer", "mail, files, pictures", 160, 54, STRANGE, "#a05050")
    servers = Box(106, 268, "mail servers", "IMAP, SMTP over TLS", 160, 54, STRANGE, "#7a7a7a")
    dns = Box(106, 374, "DNS", "keys, policies", 160, 54, STRANGE, "#7a7a7a")
    web = Box(106, 480, "any browser", "HTTP", 160, 54, STRANGE, "#a05050")
    readers = Box(400, 116, "readers", "mail, authentication, rules", 240, 54, OURS)
    files = Box(705, 116, "file workers", "PDF, pictures, archives, HTML", 250, 54, OURS)
    daemon = Box(400, 268, "maild run", "decides, sends; one transaction", 250, 58, OURS)
    console = Box(400, 480, "maild console", "pages and API, no mailbox password", 270, 58, OURS)
    store = Box(705, 374, "database and mails", "books and evidence append-only", 270, 58, SECRET)
    administrator = Box(1035, 160, "administrator", "the machine itself, its secrets", 220, 54, SECRET)
    backups = Box(1035, 340, "backups, mailed heads", "sealed; held against the evidence", 236, 54, SECRET)
    staff = Box(1035, 480, "staff", "role, session, token of the form", 220, 54, SECRET)
    picture.arrow(stranger, servers)
    picture.arrow(servers, daemon, "bytes")
    picture.arrow(daemon, readers, "bytes", 26)
    picture.arrow(readers, daemon, "values", 26)
    picture.arrow(daemon, files, "a file, if worth it", -12)
    picture.arrow(files, daemon, "values", -12, 0.45)
    picture.arrow(daemon, store, "one commit")
    picture.arrow(dns, daemon, "no answer is no proof")
    picture.arrow(web, console)
    picture.arrow(staff, console)
    picture.arrow(console, store, "the same laws")
    picture.arrow(store, backups, "age")
    picture.arrow(administrator, daemon, "files that only root writes", 0, 0.3)
    for box in (stranger, servers, dns, web, readers, files, daemon, console, store, staff, administrator, backups):
        picture.box(box)
    return picture.text()
