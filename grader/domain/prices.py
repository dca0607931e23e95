"""What a model's tokens cost."""

from decimal import Decimal

from grader.domain.base import Value
from grader.domain.exchange import Usage

_MILLION = 1_000_000


class Prices(Value):
    """US dollars per million tokens. Exact decimals: a sum of many small calls is what its parts are."""

    input: Decimal
    cached: Decimal
    output: Decimal
    source: str = "as given"

    def cost(self, usage: Usage) -> Decimal:
        """US dollars of one call; cached tokens are part of the prompt's and cost their own price."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        total = fresh * self.input + usage.cached_tokens * self.cached + usage.completion_tokens * self.output
        return total / _MILLION

    def most(self, prompt_tokens: int, answer_tokens: int) -> Decimal:
        """US dollars of one call of so many tokens, whichever of them turn out to be cached."""
        return (prompt_tokens * max(self.input, self.cached) + answer_tokens * self.output) / _MILLION

    @property
    def free(self) -> bool:
        """Whether nothing costs anything."""
        return not (self.input or self.cached or self.output)


FREE = Prices(input=Decimal(0), cached=Decimal(0), output=Decimal(0), source="runs on this machine")
