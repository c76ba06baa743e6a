"""Model workers: HTTP servers that answer a prompt and a screenshot with text."""
