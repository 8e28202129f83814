from torch import nn


class CenteredLayer(nn.Module):
    """Takes the mean away from what comes in. It has no parameters."""

    def forward(self, x):
        return x - x.mean()
