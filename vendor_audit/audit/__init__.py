"""The audit: plan, collect, judge, score, gate, and the one document that everything is rendered from."""
