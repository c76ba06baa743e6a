"""Measuring runs and models: metrics, suites, reports."""
