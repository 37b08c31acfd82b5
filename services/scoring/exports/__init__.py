"""Exports of what scoring answers: CSV and XLSX tables, and a tidy long form."""
