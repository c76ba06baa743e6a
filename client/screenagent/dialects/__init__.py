"""One file a model family: how it is asked, how its reply is read, which coordinates it speaks."""
