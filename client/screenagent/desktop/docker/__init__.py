"""A desktop in a Docker container on this machine: started, found, put back to its first state, and ended."""

from screenagent.desktop.docker.lifecycle import DockerDesktop, left, reset, running, start, stop

__all__ = ["DockerDesktop", "left", "reset", "running", "start", "stop"]
