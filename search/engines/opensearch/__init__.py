"""The engine on an OpenSearch cluster; see :mod:`.layout` for what it keeps there."""
