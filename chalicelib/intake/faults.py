"""What can go wrong on the way, and what each fault means: told apart here, by name.

    Overtaken         S3's answer: the write is not the newest any more. Done: its own event comes.
    UnreadableObject  S3's answer: the object cannot be read, however often one tries.
    OutOfTime         one run of the function is too short for this file.

The latter two become `failed` records with the reason. Anything else that boto3 raises (throttling,
time-outs, 5xx, a connection that breaks) is transient: it goes up, so that Lambda or SQS tries
again, and keeps in a dead-letter queue what no try could do.
"""

from botocore.exceptions import ClientError

_OVERTAKEN = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed", "404", "412"}

# "Error responses" in the Amazon S3 API Reference; for keys of KMS, "Troubleshooting" in the
# AWS KMS Developer Guide. InvalidRequest is the answer for a customer's own key (SSE-C).
_UNREADABLE = {
    "AccessDenied": "S3 does not let this app read the file",
    "InvalidObjectState": "the file is archived: restore it, then upload or copy it again",
    "InvalidRequest": "S3 does not hand the file out: is it encrypted with a customer's own key?",
    "KMS.DisabledException": "the file's KMS key is disabled",
    "KMS.KMSInvalidStateException": "the file's KMS key cannot be used in its state",
    "KMS.NotFoundException": "the file's KMS key does not exist",
}


class Overtaken(Exception):
    """The write that an event named has been replaced or removed since; its own event will come."""


class UnreadableObject(Exception):
    """S3 will not hand out this object to this app, however often it is asked."""


class OutOfTime(Exception):
    """The function has to stop, or Lambda will stop it."""


def meaning_of(error: ClientError) -> Exception:
    """What S3's answer to a read means for the event: one of the faults above, or the error."""
    code = error.response["Error"]["Code"]
    if code in _OVERTAKEN:
        return Overtaken(f"{code}: a newer write or a delete came first")
    if code in _UNREADABLE:
        return UnreadableObject(f"{_UNREADABLE[code]} ({code})")
    return error
