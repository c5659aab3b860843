"""The `qa` command: one thin file per group of commands. Only this package prints."""
