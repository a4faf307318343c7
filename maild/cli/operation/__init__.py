"""Commands of who runs the service: starting, stopping, backups, checks, alarms, accounts."""
