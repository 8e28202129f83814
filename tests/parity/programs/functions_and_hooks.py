"""Functions with gradients of one's own, hooks on modules and tensors, parametrised and pruned-by-hand weights."""

import core as torch
from core import nn
from core.nn.utils import parametrizations, parametrize

torch.manual_seed(12)


class Leaky(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, slope):
        ctx.save_for_backward(input)
        ctx.slope = slope
        return input.clamp(min=0) + slope * input.clamp(max=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] *= ctx.slope
        return grad_input, None


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return (x > 0).float()

    @staticmethod
    def backward(ctx, grad_output):
        return torch.nn.functional.hardtanh(grad_output)


x = torch.randn(4, requires_grad=True)
(Leaky.apply(x, 0.1) + Rounded.apply(x)).mul(3).sum().backward()
print(Leaky.apply(x, 0.1), Rounded.apply(x), x.grad)
print(
    torch.autograd.gradcheck(lambda x: Leaky.apply(x, 0.1), (torch.randn(3, dtype=torch.double, requires_grad=True),))
)

net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
seen = {}
handles = [
    net[1].register_forward_hook(lambda module, inputs, output: seen.update(relu=output.detach().mean().item())),
    net[0].register_forward_pre_hook(lambda module, inputs: (inputs[0] * 2,)),
    net[2].register_full_backward_hook(lambda module, inner, outer: print(type(module).__name__, inner, outer)),
    net[0].weight.register_hook(lambda grad: grad * 10),
]
net(torch.ones(2, 3)).sum().backward()
print(seen, net[0].weight.grad)
for handle in handles:
    handle.remove()
y = (x * 2).tanh()
y.retain_grad()
y.register_hook(lambda grad: grad.clamp(max=0.5))
y.sum().backward()
print(y.grad, x.grad)


class Symmetric(nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).transpose(-1, -2)


layer = nn.Linear(3, 3)
parametrize.register_parametrization(layer, "weight", Symmetric())
print(layer, layer.weight, list(layer.state_dict()))
parametrize.remove_parametrizations(layer, "weight")
print(layer, torch.equal(layer.weight, layer.weight.T))
layer = parametrizations.spectral_norm(parametrizations.weight_norm(nn.Linear(4, 3), "bias", dim=None))
print(layer, torch.linalg.matrix_norm(layer.weight, 2), layer(torch.ones(1, 4)))
