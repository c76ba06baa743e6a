"""One file a wire protocol: how a prompt reaches a model server and how the reply comes back."""
