"""Whether the worker can answer: exit status 0 and nothing said, or 1 and a sentence.

http.client knows nothing of proxies, which the environment may name and which must not stand before this machine.
"""

from __future__ import annotations

import http.client
import json
import sys

PORT = 40000
_SECONDS = 3.0


def problem(port: int = PORT) -> str:
    """Return what is wrong, or an empty string."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        state = json.load(connection.getresponse())
        return "" if state["status"] == "ready" else f"the worker is not ready: {state.get('error', state['status'])}"
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
        return f"the worker does not answer on port {port}: {error!r}"
    finally:
        connection.close()


if __name__ == "__main__":
    found = problem()
    if found:
        print(found, flush=True)
        sys.exit(1)
