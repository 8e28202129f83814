"""What operations on images leave in memory in an order of their own looks to the user as PyTorch's does."""

from __future__ import annotations

import core as torch
from core.nn import functional as F


def convolved() -> torch.Tensor:
    return F.conv2d(torch.arange(64.0).reshape(1, 1, 8, 8), torch.ones(5, 1, 3, 3))


def test_the_output_of_a_convolution_can_be_viewed() -> None:
    images = convolved()
    expected = images.reshape(1, -1)
    assert torch.equal(images.view(1, -1), expected)


def test_a_view_of_it_shares_its_memory() -> None:
    images = convolved()
    images.view(-1)[0] = 7.0
    assert images[0, 0, 0, 0] == 7.0


def test_it_lies_in_order_for_whoever_asks() -> None:
    assert convolved().is_contiguous()
    assert convolved().stride() == (180, 36, 6, 1)
    assert convolved().numpy().flags.c_contiguous
    images = convolved()
    assert images.contiguous() is images


def test_a_view_with_its_axes_exchanged_is_out_of_order_still() -> None:
    seen = torch.zeros(2, 3, 4, 5).permute(0, 3, 1, 2)
    assert not seen.is_contiguous()


def test_gradients_pass_through_such_a_view() -> None:
    x = torch.ones(1, 2, 4, 4, requires_grad=True)
    out = F.conv2d(x, torch.ones(3, 2, 3, 3))
    (out.view(-1) * torch.arange(12.0)).sum().backward()
    assert x.grad is not None
    assert x.grad[0, 0, 0, 0] == 0 + 4 + 8
