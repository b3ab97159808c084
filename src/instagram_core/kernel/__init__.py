"""What every capability shares, without a business word: ids, time, paging, transactions."""
