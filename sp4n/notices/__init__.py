"""Outbound mail: templates, delivery job, gateways."""
