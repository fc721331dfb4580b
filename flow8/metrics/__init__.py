"""Figures for Prometheus: which there are (`figures`), what counts them (`counters`), their text (`text`)."""
