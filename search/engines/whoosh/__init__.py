"""The default engine: flat, memory-mapped arrays inside a Whoosh index.

``whoosh.index.open_dir`` opens a generation's folder, and stock Whoosh queries work on it through :mod:`.codec`;
searches of timtin itself are carried out on the arrays by :mod:`.evaluate`.
"""
