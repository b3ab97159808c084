"""What every capability shares and no business word appears in: ids, time, paging, events, transactions."""
