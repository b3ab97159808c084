"""Speed, measured as ratios against a floor in one run on one machine; never a test."""
