"""Failures of a worker: one sentence for the person who sent the request, and the HTTP status that fits."""

from __future__ import annotations


class WorkerError(Exception):
    """Something that the sender must know; `status` is the HTTP status of the answer."""

    status = 500

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadPicture(WorkerError):
    """The picture is not base64, not a picture, or of a kind that is not taken."""

    status = 400


class PictureTooLarge(WorkerError):
    """The picture has more pixels than the worker takes."""

    status = 413


class BadQuestion(WorkerError):
    """The request is well formed but asks for something that this worker does not do."""

    status = 400


class EngineFailed(WorkerError):
    """The reading engine is not installed, did not load, or broke while reading."""

    status = 500
