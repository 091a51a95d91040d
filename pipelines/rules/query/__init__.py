"""Query language of the rules: its parser, and a node for each operator."""
