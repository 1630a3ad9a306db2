"""Submissions written from the contract alone, and what the judge makes of them."""
