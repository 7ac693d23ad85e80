"""A client of S3 that signs as the app does."""

import boto3
from botocore.config import Config


def s3_client(region="eu-west-1", **options):
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", region_name=region, config=config, **options)
