"""Where postings live and plans are carried out; every engine keeps the same contract (:mod:`.base`)."""
