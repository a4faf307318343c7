"""The running service: troubles, alarms, clocks, and how long anything waits."""
