"""Stories: which articles are one report, by shingles, sketches and their comparison."""
