"""The only rooms with a clock, a socket or an `async def`: they turn the crank, and decide nothing."""
