"""The doctor: looks at everything maild depends on, changes nothing, and says what to do.

model   a check's outcome
local   configuration, database, blobs, disk, templates, rules, clock, confinement of readers
kept    what was written down: bytes, backups, arrivals, what the daemon tells; watch: the daemon's own looks
servers IMAP and SMTP: reach, login, capabilities
dns     our DKIM key, SPF and DMARC as the world sees them
run     all of them, the slow ones side by side
"""

from maild.doctor.model import Check, Level
from maild.doctor.run import examine

__all__ = ["Check", "Level", "examine"]
