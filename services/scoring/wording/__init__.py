"""The words of judgements: sentences, formulas and terms in Vietnamese and English."""
