"""Faults on the way by name, and the meaning of each.

    Gone              S3's answer: there is no such object, or no such version.
    Overtaken         the version that an event named is gone. Done: its removal has its own event.
    UnreadableObject  S3's answer: this app may not read the object, until someone changes that.
    OutOfTime         one run of the function is too short for this file.
    ReaderFailed      the reader raised what it should not have: the next try would end so too.

The latter three become `failed` records with the reason, the last of them once the file can't be
read without a profile either; for the first of them the event is tried again too. Anything else
that boto3 raises (throttling, time-outs, 5xx, a connection that breaks) is
transient: it goes up, so that Lambda or SQS tries again, and keeps in a dead-letter queue what no
try could do.
"""

from traceback import walk_tb

from botocore.exceptions import ClientError

_CALLS_KEPT = 10

# MethodNotAllowed is the answer for a version that is a delete marker.
_GONE = {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404"}

# "Error responses" in the Amazon S3 API Reference; for keys of KMS, "Troubleshooting" in the
# AWS KMS Developer Guide. InvalidRequest is the answer for a customer's own key (SSE-C).
_UNREADABLE = {
    "403": "S3 does not let this app read the file",  # HeadObject has no other word for it
    "AccessDenied": "S3 does not let this app read the file",
    "InvalidObjectState": "the file is archived: restore it, then have it tried again",
    "InvalidRequest": "S3 does not hand the file out: is it encrypted with a customer's own key?",
    "KMS.DisabledException": "the file's KMS key is disabled",
    "KMS.KMSInvalidStateException": "the file's KMS key cannot be used in its state",
    "KMS.NotFoundException": "the file's KMS key does not exist",
}


class Gone(Exception):
    """S3 has no such object, or no such version."""


class Overtaken(Exception):
    """The version that an event named has been removed since; the removal's own event will come."""


class UnreadableObject(Exception):
    """S3 does not hand out this object to this app, which only a person can change."""


class OutOfTime(Exception):
    """The function has to stop, or Lambda will stop it."""


class ReaderFailed(Exception):
    """The reader failed by a fault of its own, at these lines."""

    def __init__(self, error: Exception):
        """Keep nothing of the error itself: its frames hold what was read, its text may too."""
        super().__init__(f"the reader failed at this file ({type(error).__name__})")
        calls = [
            f"{frame.f_code.co_filename}:{line} in {frame.f_code.co_name}"
            for frame, line in walk_tb(error.__traceback__)
        ]
        self.calls = calls[-_CALLS_KEPT:]


def meaning_of(error: ClientError) -> Exception:
    """Return what S3's answer to a read means for the event: one of the faults above, or
    the error.
    """
    code = error.response["Error"]["Code"]
    fault: Exception = error
    if code in _GONE:
        fault = Gone(code)
    elif code in _UNREADABLE:
        fault = UnreadableObject(f"{_UNREADABLE[code]} ({code})")
    return fault
