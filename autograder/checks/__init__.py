"""The checks: pytest tests over the evidence on a submission, written once for the common contract."""
