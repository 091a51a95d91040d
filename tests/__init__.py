"""The tests. A package, because pywb installs one of this name, too: the nearer one wins."""
