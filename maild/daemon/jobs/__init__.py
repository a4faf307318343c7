"""What the daemon does by the clock, beside its loops: reminders, housekeeping, a look at the stored bytes."""
