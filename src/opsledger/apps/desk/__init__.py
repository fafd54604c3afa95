"""The service desk: reports, the work on them, and the contract's clocks over both."""
