"""`python -m screenagent` is the `screenagent` command."""

from screenagent.cli import main

if __name__ == "__main__":
    main()
