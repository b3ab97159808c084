"""Who follows, blocks, mutes and trusts whom."""
