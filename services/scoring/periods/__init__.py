"""Reporting periods: closing them once their due date has passed, and answering how they stand."""
