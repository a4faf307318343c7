"""What makes a machine's report evidence: our own servers made it, or a mail system answers for it by name.

A report names the Message-ID of a notice, and so can everybody whom the notice was forwarded to. Its own proof
therefore has to be one that such a reader does not have: no host but ours had the report in hand; it came back to the
notice's own return path, which only the hosts under way and its addressee have seen; or the addressee's mail system,
or the server that we hand our mails to, has signed it for an address that no user of it can own.
"""

from __future__ import annotations

import re

from maild.authenticate.domains import organisational
from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.reach import ReachPolicy, domain_of

# Names that RFC 2142 and custom keep from users.
_SYSTEM = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|mail-?delivery(?:-?(?:system|subsystem))?|mail-?system|ndr"
    r"|no-?reply|do-?not-?reply|microsoftexchange[0-9a-f]{8,64}|abuse|fbl|feedback(?:-?loop)?|complaints?|arf)"
)


def vouched(reading: Reading, addressee: str, ours: str, policy: ReachPolicy, *, returned: bool = False) -> bool:
    """Whether a report about a notice to `addressee` is evidence.

    ours: the office's address; returned: whether it came back to the return path of that notice
    """
    mail, auth = reading.mail, reading.auth
    if (auth.made_here or returned) and not mail.return_path:  # reports come from the null path (RFC 3464 section 2)
        return True
    local, _, domain = mail.author.address.partition("@")
    if not auth.passed or not _SYSTEM.fullmatch(local):
        return False
    known = {domain_of(addressee), domain_of(ours), policy.relay}
    known |= {other for house in policy.systems if domain_of(addressee) in house for other in house}
    return organisational(auth.domain or domain) in {organisational(one) for one in known if one}
