"""Free memory goes back to the system."""

from __future__ import annotations

import subprocess
import sys

# Pieces of a size that glibc keeps for itself once it has freed one of them, and a small one at the end that holds the
# rest: what is free below it is the process's for ever.
HOLES = """
import sys
from maild.heap import give_back
if sys.argv[1] == "yes":
    give_back()
bytearray(30 << 20)
held = [bytearray(400_000) for _ in range(100)]
end = [bytes(20_000) for _ in range(20)]
del held
for line in open("/proc/self/smaps_rollup"):
    if line.startswith("Pss:"):
        print(int(line.split()[1]) // 1024)
"""


def test_holes_are_the_systems_again() -> None:
    """40 MB in a hundred pieces, freed."""
    kept, given = (
        int(subprocess.run([sys.executable, "-c", HOLES, said], stdout=subprocess.PIPE, check=True, timeout=30).stdout)
        for said in ("no", "yes")
    )
    assert given < kept - 20, (kept, given)
