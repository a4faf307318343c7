"""What the console has loaded is not looked at again for garbage."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import gc
from maild.console.serve import SPARED, spare_what_stays
loaded, before = len(gc.get_objects()), len(gc.callbacks)
spare_what_stays()
print(gc.get_freeze_count() > 0.8 * loaded, len(gc.get_objects()) < 0.2 * loaded, len(gc.callbacks) - before)
late = [[] for _ in range(1000)]
frozen = gc.get_freeze_count()
for _ in range(SPARED - 1):
    gc.collect()
print(gc.get_freeze_count() - frozen >= 1000, len(gc.callbacks) - before)
frozen, later = gc.get_freeze_count(), [[] for _ in range(1000)]
gc.collect()
print(gc.get_freeze_count() <= frozen)
"""


def test_what_stays_is_spared_a_few_times() -> None:
    """At once what is loaded, then what was loaded at first use; after that everything is looked at as ever."""
    said = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.split() == ["True", "True", "1", "True", "0", "True"]
