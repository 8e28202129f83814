"""A recurrent network over characters by hand, with clipped gradients; the same with GRU and packed LSTM layers."""

import core as torch
from core import nn
from core.nn import functional as F

torch.manual_seed(5)
text = "the time traveller for so it will be convenient to speak of him " * 3
letters = sorted(set(text))
corpus = torch.tensor([letters.index(each) for each in text])
size, hidden = len(letters), 12
weights = [torch.randn(shape) * 0.1 for shape in ((size, hidden), (hidden, hidden), (hidden, size))]
for each in weights:
    each.requires_grad_(True)
state = torch.zeros(4, hidden)
for step in range(3):
    X, Y = (corpus[start : start + 40].reshape(4, 10) for start in (step * 40, step * 40 + 1))
    state.detach_()
    scores = []
    for column in F.one_hot(X.T, size).type(torch.float32):
        state = torch.tanh(column @ weights[0] + state @ weights[1])
        scores.append(torch.mm(state, weights[2]))
    loss = F.cross_entropy(torch.cat(scores, dim=0), Y.T.reshape(-1))
    grads = torch.autograd.grad(loss, weights)
    norm = torch.sqrt(sum((each**2).sum() for each in grads))
    with torch.no_grad():
        for weight, grad in zip(weights, grads, strict=True):
            weight -= 2 * grad * torch.clamp(0.5 / norm, max=1)
    print(f"perplexity {torch.exp(loss):.4f}, norm {norm:.4f}")

gru = nn.GRU(size, hidden, num_layers=2)
for name in gru._flat_weights_names:
    if "weight" in name:
        nn.init.xavier_uniform_(gru._parameters[name])
outputs, last = gru(F.one_hot(corpus[:40].reshape(10, 4), size).float())
print(gru, outputs.shape, last[-1, 0, :4], outputs.norm())


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 5, padding_idx=0)
        self.lstm = nn.LSTM(5, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, words):
        lengths = (words != 0).sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(words), lengths, batch_first=True, enforce_sorted=False
        )
        outputs, (h, _) = self.lstm(packed)
        print(nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)[1])
        return self.head(torch.cat((h[-2], h[-1]), dim=1))


reader = Reader()
loss = F.cross_entropy(reader(torch.tensor([[1, 2, 3], [4, 0, 0], [5, 6, 0]])), torch.tensor([0, 1, 1]))
loss.backward()
print(reader, loss, nn.utils.clip_grad_norm_(reader.parameters(), 0.1), reader.embedding.weight.grad[:2])
