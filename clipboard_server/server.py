"""Start the clipboard service from this folder: `python server.py --help`."""

from screenagent_clipboard.server import main

if __name__ == "__main__":
    main()
