"""Puts its terminal into raw mode, shows what comes in, and writes it to the file that it was given, byte for byte."""

import os
import sys
import tty

if __name__ == "__main__":
    tty.setraw(0)
    with open(sys.argv[1], "ab", buffering=0) as file:
        os.write(1, b"ready\r\n")
        while data := os.read(0, 65536):
            file.write(data)
            os.write(1, data.replace(b"\r", b"\r\n"))
