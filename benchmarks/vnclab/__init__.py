"""What `benchmarks/vnc.py` is made of: servers, the pictures on them, the clients as processes, and one file a measurement."""
