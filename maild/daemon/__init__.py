"""The daemon: loops that pull mail along the spine, and the manners of a service.

services    what the supervisor needs of the rest of maild
supervisor  starts, watches, wakes and drains the loops; signals
loops       the bodies of the loops: watch a folder, process, relay
trouble     what does not work at present
ticks       what is looked at again and again
due         whether anything waits, asked once for all loops
lookout     keeps the list of it, and tells people by other roads than mail
copies      lays copies of what left into the folder of sent mail
chores      a reload, the daily balance, a look at the clock
status      the line that systemctl status shows
progress    who last made headway; the watchdog believes nothing else
schedule    jobs by the clock (APScheduler)
notify      the service manager's protocol (sd_notify)
logs        structlog: event names are the spine's stages; no secrets, no bodies
"""

from maild.daemon.supervisor import Supervisor, run

__all__ = ["Supervisor", "run"]
