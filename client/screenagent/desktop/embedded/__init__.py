"""A private desktop on this machine: what it is made of, and how it is started, found and ended."""

from screenagent.desktop.embedded.lifecycle import EmbeddedDesktop, running, start, state_file, stop
from screenagent.desktop.embedded.programs import DEBIAN_PACKAGES, missing_programs

__all__ = ["DEBIAN_PACKAGES", "EmbeddedDesktop", "missing_programs", "running", "start", "state_file", "stop"]
