"""Arrays and where they lie: numpy or cupy, the memory they take, the devices."""
