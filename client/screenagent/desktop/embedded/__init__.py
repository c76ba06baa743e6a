"""A private desktop on this machine: what it is made of, and how it is started, found and ended."""

from screenagent.desktop.embedded.lifecycle import EmbeddedDesktop, reset, running, start, stop
from screenagent.desktop.xfce.programs import DEBIAN_PACKAGES, missing_programs

__all__ = ["DEBIAN_PACKAGES", "EmbeddedDesktop", "missing_programs", "reset", "running", "start", "stop"]
