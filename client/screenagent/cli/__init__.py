"""The `screenagent` command."""

from screenagent.cli.commands import app, main

__all__ = ["app", "main"]
