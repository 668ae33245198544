"""How fast is timtin, and how much does it need, beside the engines that one would take otherwise?

``python -m tests.benchmarks.speed ARTICLES`` measures; :mod:`.__main__` is its command line.
"""
