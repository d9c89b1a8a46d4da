"""The random numbers of the golden-*.py scripts: the same on every machine and in every version."""


class Congruential:
    """A 32-bit linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        """A number from 0 up to 1."""
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state / 2**32

    def below(self, limit):
        """A whole number from 0 to limit - 1."""
        return int(self.next() * limit)
