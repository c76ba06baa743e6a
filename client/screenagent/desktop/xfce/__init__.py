"""The one definition of the desktop that comes along, both as the embedded desktop and in the Docker image.

What it is made of (`programs`, `home/`), what runs on it (`session`), how its X server is called (`xserver`), and who starts,
watches and ends it all (`supervisor`). The standard library is all that anything here imports: the image holds this folder and
no other part of the controller.
"""
