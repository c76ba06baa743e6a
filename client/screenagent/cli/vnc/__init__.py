"""`screenagent vnc`: a VNC desktop looked at, driven, measured and recorded from a shell."""
