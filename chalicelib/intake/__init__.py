"""From events to records: `extract` makes a record of each S3 event, `store` puts it away."""
