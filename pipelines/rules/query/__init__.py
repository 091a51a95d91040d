"""The language that rules are asked in: its grammar, its errors, and what each operator means."""
