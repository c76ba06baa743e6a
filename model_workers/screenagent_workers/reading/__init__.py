"""From pixels to the lines of text on a screen; imports the engine's libraries, so load it where a second may pass."""
