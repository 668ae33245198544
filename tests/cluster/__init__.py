"""A cluster of three real OpenSearch nodes for the tests: one a run, for all its processes.

`fixtures` is what a test asks for, `cluster` what it then holds. A process of its own (`keeper`) starts the nodes, each
on a host of its own where that can be had (`network`), and takes them down when the run ends, however it ends.
"""
