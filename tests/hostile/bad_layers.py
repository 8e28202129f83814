"""Layers that mean harm, or whose author had a bad day: how each is written, and how it is told."""

# ruff: noqa: E501 -- a layer a line

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TYPED, PROBED, TRAINED = "typed", "probed", "trained"
EVERYWHERE = (TYPED, PROBED, TRAINED)


@dataclass(frozen=True)
class BadLayer:
    """`source` is the text of a layer called Mine; `told`: words of the sentence that says what it did, empty where it
    is right in all. `where`: as what it is tried; `in_run`: what is told of a run, where that is something else.
    `spoils`: it changes the engine around it."""

    name: str
    source: str
    told: str
    where: tuple[str, ...] = EVERYWHERE
    spoils: bool = False
    in_run: str | None = None

    def words(self, where: str) -> str:
        """What is said of it there."""
        return self.told if where != TRAINED or self.in_run is None else self.in_run


def layer(init: str = "", forward: str = "return x", head: str = "", more: str = "") -> str:
    """The text of a layer, from the lines of its methods, of what comes before the class and of other methods."""
    return "\n".join(
        [
            "import torch", "from torch import nn", head, "class Mine(nn.Module):", "    def __init__(self):",
            "        super().__init__()", *_indented(init), "    def forward(self, x):", *_indented(forward), more,
        ]
    )  # fmt: skip


def _indented(lines: str) -> Iterator[str]:
    return (f"        {line}" for line in lines.splitlines())


IN_RUN = "if len(x) > 2:\n    print('here', flush=True)\n    "
"""A layer is tried with two samples; what follows happens in a run only, and it is said that it does."""
OWN = "class Own(BaseException): pass"
ERRORS: Mapping[str, tuple[str, str]] = {
    # what comes before the class, what is raised: by the name of what is odd about it
    "of Python": ("", "ValueError('<b>no</b>')"),
    "of its own that Exception does not catch": (OWN, "Own('so')"),
    "of the keyboard": ("", "KeyboardInterrupt()"),
    "that ends Python": ("", "SystemExit(3)"),
    "that ends a generator": ("", "GeneratorExit()"),
    "that ends an iterator": ("", "StopIteration()"),
    "of memory": ("", "MemoryError()"),
    "of depth": ("", "RecursionError()"),
    "whose text raises": ("class E(Exception):\n    def __str__(self): raise KeyboardInterrupt", "E()"),
    "whose text is none": ("class E(Exception):\n    def __str__(self): return 5", "E()"),
    "whose texts never end": ("class E(Exception):\n    def __str__(self): return str(self)", "E()"),
    "of ten million letters": ("", "ValueError('x' * 10_000_000)"),
    "with half a character": ("", "ValueError('\\ud800\\0')"),
    "with braces": ("", "ValueError('{0} {name!r:>{width}} {')"),
    "of a group": ("", "ExceptionGroup('many', [ValueError(str(i)) for i in range(1000)])"),
    "of syntax, half made": ("", "SyntaxError('no', ('<Mine>', 'x', None, 5))"),
    "of syntax, at no place": ("e = SyntaxError('no')\ne.lineno = object()\ne.text = 7", "e"),
    "that is its own cause": ("e = ValueError('me')\ne.__cause__ = e\ne.__context__ = e", "e"),
    "with notes that are none": ("e = ValueError('me')\ne.__notes__ = [object(), 5]", "e"),
    "whose class lies": ("class E(Exception):\n    __class__ = int", "E('lies')"),
    "whose class has no name": ("E = type('', (Exception,), {'__module__': 5})", "E('who')"),
    "without a constructor": ("class E(Exception):\n    def __init__(self, *a): pass", "E(object())"),
    "of the engine, half made": ("from core.errors import NetloomError", "NetloomError.__new__(NetloomError)"),
    "of the engine, in odd words": ("from core.errors import NetloomError", "NetloomError('{missing}')"),
    "that is no error": ("", "5"),
}

RAISES = (
    *(BadLayer(f"an error {name}", layer("", f"raise {raised}", head), "Mine") for name, (head, raised) in ERRORS.items()),
    BadLayer("an error where it is read", "1 / 0", "ZeroDivisionError"),
    BadLayer("an error where it is made", layer("1 / 0"), "ZeroDivisionError"),
    BadLayer("an error in a run", layer("", IN_RUN + "1 / 0\nreturn x"), "ZeroDivisionError", (TRAINED,)),
    BadLayer("an error once it is gone", layer(more="    def __del__(self): raise ValueError('gone')"), ""),
    BadLayer("an error in its text", layer(more="    def __repr__(self): raise ValueError('mute')"), "mute", (TYPED, PROBED)),
    BadLayer("an error in its own call", layer(more="    def __call__(self, x): 1 / 0"), "ZeroDivisionError"),
    BadLayer("an error in what it holds", layer(more="    def named_parameters(self, *a, **k): 1 / 0"), "ZeroDivision", (TYPED, PROBED)),
    BadLayer("an error in its state", layer(more="    def state_dict(self, *a, **k): 1 / 0"), "ZeroDivision", (TYPED, TRAINED), in_run=""),
    BadLayer("an error in its mode", layer(more="    def train(self, mode=True): 1 / 0"), "ZeroDivision", (TRAINED,)),
    BadLayer("an error in what it lacks", layer(more="    def __getattr__(self, name): raise ValueError(name)"), ""),
    BadLayer("an error in what is set", layer(more="    def __setattr__(self, name, value): raise ValueError(name)"), "", in_run="ValueError"),
    BadLayer("an error in comparing", layer(more="    def __eq__(self, other): 1 / 0\n    def __hash__(self): 1 / 0"), "ZeroDivision"),
    BadLayer("an error in its truth", layer(more="    def __bool__(self): 1 / 0\n    def __len__(self): 1 / 0"), ""),
    BadLayer("an error in its class", layer(head="class Meta(type(nn.Module)):\n    def __call__(cls, *a): 1 / 0").replace("(nn.Module):", "(nn.Module, metaclass=Meta):", 1), "ZeroDivision"),
    BadLayer("an error going back", layer("", "y = x * 1.0\nif y.requires_grad: y.register_hook(lambda g: 1 / 0)\nreturn y", ), "ZeroDivision", (TYPED,)),
    BadLayer("an error of a parameter going back", layer("self.w = nn.Parameter(torch.ones(1))\nself.w.register_hook(lambda g: 1 / 0)", "return x * self.w"), "ZeroDivision", (TYPED, TRAINED)),
    BadLayer("an error in a function of its own going back", layer("self.w = nn.Parameter(torch.ones(1))", "return F.apply(x * self.w)", "class F(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x * 1\n    @staticmethod\n    def backward(ctx, g): raise KeyError('back')"), "back", (TYPED, TRAINED)),
    BadLayer("an error in a hook", layer("self.register_forward_hook(lambda *a: 1 / 0)"), "ZeroDivision"),
    BadLayer("an error when it is copied", layer("self.w = nn.Parameter(torch.ones(1))", "return x * self.w", more="    def __deepcopy__(self, memo): 1 / 0\n    def __reduce_ex__(self, v): 1 / 0"), ""),
)  # fmt: skip

ENDLESS = (
    BadLayer("a loop where it is read", "while True: pass", "endless loop", (TYPED,)),
    BadLayer("a loop where it is made", layer("while True: pass"), "endless loop", (PROBED,)),
    BadLayer("a loop forwards", layer("", "while True: pass"), "endless loop", (TYPED,)),
    BadLayer("a loop in a run", layer("", IN_RUN + "while True: pass\nreturn x"), "ended in the middle", (TRAINED,)),
    BadLayer("a loop that nothing ends", layer("", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"), "endless loop", (PROBED,)),
    BadLayer("a loop in C", layer("", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')\nreturn x"), "endless loop", (TYPED,)),
    BadLayer("a long sleep", layer("", IN_RUN + "import time; time.sleep(10**6)\nreturn x"), "ended in the middle", (TRAINED,)),
    BadLayer("a text without end", layer(more="    def extra_repr(self):\n        while True: pass"), "endless loop", (PROBED,)),
    BadLayer("a process that stands still", layer("", IN_RUN + "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\nreturn x"), "ended in the middle", (TRAINED,)),
    BadLayer("calls of itself", layer("", "return self.forward(x)"), "RecursionError"),
    BadLayer("calls of itself in C", layer("", "import sys; sys.setrecursionlimit(10**8)\ndeep = []\nfor _ in range(10**6): deep = [deep]\nreturn repr(deep)"), "crashed", (PROBED,), True),
    BadLayer("memory without end", layer("", "x.all = []\nwhile True: x.all.append(bytes(10**7))"), "emory", EVERYWHERE),
    BadLayer("a number without end", layer("", "10 ** (10 ** 9)\nreturn x"), "endless loop", (TYPED,)),
    BadLayer("a parameter of terabytes", layer("self.w = nn.Parameter(torch.zeros(10**6, 10**6))"), "emory"),
    BadLayer("an output of terabytes", layer("", "return x.repeat(1, 10**12)"), "emory"),
    BadLayer("an output that is large at no cost", layer("", "return x[:, :1].expand(-1, 10**10)"), "", (PROBED,)),
    BadLayer("a text of seventy million letters", layer(more="    def extra_repr(self): return 'x' * 7 * 10**7"), "too long", (TYPED,)),
    BadLayer("a flood of words", layer("", "print('x' * 10**7)\nreturn x"), "", (PROBED, TRAINED)),
)  # fmt: skip

SLEEPS = "[sys.executable, '-c', 'import time; time.sleep(600)', 'MARK']"
FORKS = "import os, time\nif not os.fork():\n    LEAVE\n    import sys; os.execv(sys.executable, " + SLEEPS + ")"
STARTS = (
    BadLayer("a thread that loops", layer("threading.Thread(target=loop, daemon=True).start()", "return x", "import threading, time\ndef loop():\n    while True: time.sleep(0.01)"), ""),
    BadLayer("a thread that keeps Python from ending", layer("threading.Thread(target=loop).start()", "return x", "import threading, time\ndef loop():\n    while True: time.sleep(0.01)"), ""),
    BadLayer("a thread that raises", layer("threading.Thread(target=lambda: 1 / 0).start()", head="import threading"), ""),
    BadLayer("a thread that ends Python", layer("threading.Thread(target=lambda: os._exit(5)).start()", "import time; time.sleep(1)\nreturn x", "import os, threading"), "code 5", (PROBED,)),
    BadLayer("a program", layer("subprocess.Popen(" + SLEEPS + ")", head="import subprocess, sys"), ""),
    BadLayer("a program in a session of its own", layer("subprocess.Popen(" + SLEEPS + ", start_new_session=True, env={})", head="import subprocess, sys"), "", (TRAINED,)),
    BadLayer("a daemon", layer(FORKS.replace("LEAVE", "os.setsid()\n    if os.fork(): os._exit(0)")), "", (TRAINED,)),
    BadLayer("a copy of the process", layer("import os, time\nif not os.fork():\n    while True: time.sleep(1)"), "", (TRAINED,)),
    BadLayer("a program that will not be told", layer("subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)', 'MARK'])", head="import subprocess, sys"), "", (PROBED,)),
    BadLayer("another program in its place", layer("", IN_RUN + "import os, sys; os.execv(sys.executable, " + SLEEPS + ")\nreturn x"), "ended in the middle", (TRAINED,)),
    BadLayer("something for the end", layer("atexit.register(lambda: time.sleep(600))", head="import atexit, time"), "", (PROBED,)),
)  # fmt: skip

ENDS = (
    BadLayer("os._exit(0)", layer("", "import os; os._exit(0)"), "code 0", (TRAINED,)),
    BadLayer("os.abort()", layer("", "import os; os.abort()"), "gave up", (PROBED,)),
    BadLayer("sys.exit()", layer("", "import sys; sys.exit('words')"), "SystemExit"),
    BadLayer("exit()", layer("", "exit()"), "SystemExit"),
    BadLayer("memory of others", layer("", "import ctypes; ctypes.string_at(0)"), "not its own", (TYPED,)),
    BadLayer("an alarm", layer("signal.setitimer(signal.ITIMER_REAL, 0.01)", "import time; time.sleep(1)\nreturn x", "import signal"), "SIGALRM", (PROBED,)),
    BadLayer("a signal of its group", layer("", "import os, signal; os.killpg(0, signal.SIGTERM); import time; time.sleep(5)"), "SIGTERM", (PROBED,)),
    BadLayer("its input closed", layer("", "import sys, os; sys.stdin.close(); os.close(0)\nreturn x"), "", (PROBED,), True),
    BadLayer("its output closed", layer("", "import sys, os; sys.stdout.close()\nreturn x"), "", (PROBED, TRAINED), True),
    BadLayer("its errors closed", layer("", "import sys, os; sys.stderr.close()\nreturn x"), "", (PROBED,), True),
    BadLayer("no output at all", layer("", "import sys; sys.stdout = sys.stderr = None; print('x')\nreturn x"), "", (PROBED,), True),
    BadLayer("all that is open closed", layer("", "import os; os.closerange(0, 256)\nreturn x"), "ended", (TRAINED,), True),
    BadLayer("bytes on its output", layer("", "import os; os.write(1, b'\\xff\\0' * 999); os.write(2, b'\\xed\\xa0')\nreturn x"), ""),
    BadLayer("bytes in the pipe to the window", layer("", "import os\nfor i in range(3, 30):\n    try: os.write(i, b'no frame')\n    except OSError: pass\nreturn x"), "pipe", (PROBED,)),
    BadLayer("a long frame in the pipe", layer("", "import os\nfor i in range(3, 30):\n    try: os.write(i, b'\\3\\xff\\xff\\xff')\n    except OSError: pass\nreturn x"), "endless loop", (TYPED,)),
)  # fmt: skip


def _twice(told: Mapping[str, str | tuple[str, str]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What is told where it is tried and in a run, also where that is the same."""
    return ((what, words if isinstance(words, tuple) else (words, words)) for what, words in told.items())


RETURNS = (
    *(
        BadLayer(f"returns {what}", layer("self.w = nn.Parameter(torch.ones(1))", f"return {what}"), told, in_run=in_run)
        for what, (told, in_run) in _twice({
            "None": "must return a tensor", "5": "must return a tensor", "'x'": "must return a tensor",
            "[x]": "must return a tensor", "(x, x)": "must return a tensor", "self": "must return a tensor",
            "x.numpy()": "must return a tensor", "(y for y in x)": "must return a tensor", "object()": "must return a tensor",
            "x.sum()": "must keep the batch", "x[:1]": "must keep the batch", "x[:0]": "must keep the batch",
            "x.T": "must keep the batch", "self.w": "must keep the batch", "torch.cat([x, x])": "must keep the batch",
            "x[:, :0]": "gave no numbers", "x * float('nan')": ("", "NaN"), "x / 0": ("", "infinity"), "x.detach()": "",
            "x.long()": ("", "Long"), "x > 0": ("", "Bool"), "x + 1j": "complex", "x.half()": ("", "Half"),
            "x.double()": ("", "Double"), "x.to('cuda:9')": "CuPy", "torch.randn(len(x), 4)": "",
            "x.reshape(len(x), 1, 1, 1, 4)": ("", "N × 1 × 1 × 1 × 3"), "torch.ones(len(x), 4) * self.w": "",
            "torch.randn(len(x), 3 + (len(x) > 2))": ("", "cannot be multiplied"),
        })
    ),
    BadLayer("async", layer().replace("def forward", "async def forward"), "must return a tensor"),
    BadLayer("forward yields", layer("", "yield x"), "must return a tensor"),
    BadLayer("forward is no method", layer(more="    forward = 5"), "Mine"),
    BadLayer("forward takes nothing", layer().replace("(self, x)", "(self)").replace("return x", "return 1"), "Mine"),
    BadLayer("forward wants words", layer().replace("(self, x)", "(self, x, *, more)"), "more"),
    BadLayer("forward takes anything", layer().replace("(self, x)", "(self, *x, **more)").replace("return x", "return x[0]"), ""),
    BadLayer("no super().__init__()", layer("self.w = nn.Parameter(torch.ones(1))").replace("super().__init__()", "pass"), "Mine"),
    BadLayer("no layer", "class Mine: pass", "derived from torch.nn.Module"),
    BadLayer("no class", "Mine = 5", "derived from torch.nn.Module"),
    BadLayer("no Python", "class Mine(", "Line 1"),
    BadLayer("nested without end", "x = " + "(" * 5000, "Line 1"),
    BadLayer("nested without end, in signs", "x = " + "-" * 200_000 + "1", "Mine"),
    BadLayer("half a character", "# \ud800\n" + layer(), ""),
    BadLayer("a null", "# \0\n" + layer(), "Mine"),
    BadLayer("empty", "", "must define a class Mine"),
)  # fmt: skip

STATE = (
    BadLayer("changes what comes in", layer("", "x.mul_(2)\nreturn x"), "in-place", (TYPED, TRAINED), in_run=""),
    BadLayer("changes parameters forwards", layer("self.w = nn.Parameter(torch.ones(1))", "with torch.no_grad(): self.w.add_(1)\nreturn x * self.w"), ""),
    BadLayer("another parameter each time", layer("", "self.w = nn.Parameter(torch.ones(1))\nreturn x * self.w"), ""),
    BadLayer("more parameters each time", layer("self.n = 0", "self.n += 1\nsetattr(self, f'w{self.n}', nn.Parameter(torch.ones(1)))\nreturn x"), ""),
    BadLayer("a parameter that goes", layer("self.w = nn.Parameter(torch.ones(1))", "y = x * self.w if hasattr(self, 'w') else x\nif hasattr(self, 'w'): del self.w\nreturn y"), ""),
    BadLayer("a parameter that changes shape", layer("self.w = nn.Parameter(torch.ones(1))", "self.w.data = torch.ones(1, 4)\nreturn x * self.w"), ""),
    BadLayer("names with dots", layer("self.__dict__['_parameters']['a.b'] = nn.Parameter(torch.ones(1))"), ""),
    BadLayer("names with markup", layer("setattr(self, '<b>{0}', nn.Parameter(torch.ones(1)))"), ""),
    BadLayer("a name of half a character", layer("setattr(self, '\\ud800', nn.Parameter(torch.ones(1)))"), "", in_run="which is no name"),
    BadLayer("a name of a million letters", layer("setattr(self, 'x' * 10**6, nn.Parameter(torch.ones(1)))"), ""),
    BadLayer("itself inside itself", layer("self.me = self"), "Mine"),
    BadLayer("a thousand layers deep", layer("inner = nn.Identity()\nfor i in range(1000): inner = nn.Sequential(inner)\nself.inner = inner", "return self.inner(x)"), "RecursionError"),
    BadLayer("hundreds of layers wide", layer("self.all = nn.ModuleList(nn.Linear(1, 1) for i in range(300))"), ""),
    BadLayer("one parameter twice", layer("self.a = self.b = nn.Parameter(torch.ones(1))", "return x * self.a * self.b"), ""),
    BadLayer("no numbers", layer("self.w = nn.Parameter(torch.ones(0, 4))", "return x + self.w.sum()"), ""),
    BadLayer("no number", layer("self.w = nn.Parameter(torch.full((1,), float('nan')))", "return x * self.w"), "", in_run="NaN or infinite"),
    BadLayer("a whole number", layer("self.w = nn.Parameter(torch.ones(1).long(), requires_grad=False)", "return x * self.w"), ""),
    BadLayer("a buffer that grows", layer("self.register_buffer('seen', torch.ones(0))", "self.seen = torch.cat([self.seen, x.detach().reshape(-1)])\nreturn x"), ""),
    BadLayer("a record that grows", layer("self.last = 0", "self.last = self.last + x.sum()\nreturn x + self.last * 0"), ""),
    BadLayer("backward by itself", layer("self.w = nn.Parameter(torch.ones(1))", "y = x * self.w\nif torch.is_grad_enabled() and y.requires_grad: y.sum().backward()\nreturn x * self.w"), ""),
    BadLayer("no memory of itself", layer("", "self.__dict__.clear()\nreturn x"), "Mine"),
    BadLayer("a number of another world", layer().replace("(self):", "(self, a=10**400, b=float('nan'), c=object(), d=b'x', e='\ud800'):"), ""),
)  # fmt: skip

SPOILT: Mapping[str, tuple[str, str]] = {
    # what is spoilt: how, and what is told; the first ones do no harm and may come together
    "Tensor.__mul__": ("torch.Tensor.__mul__ = lambda a, b: a", ""),
    "print": ("import builtins; builtins.print = None", ""),
    "numpy's errors": ("import numpy; numpy.seterr(all='raise')", ""),
    "numpy's printing": ("import numpy; numpy.set_printoptions(precision=0, threshold=0)", ""),
    "the time": ("import time; time.perf_counter = time.monotonic = lambda: 0.0", ""),
    "the path": ("import sys, os; sys.path.clear(); os.chdir('/')", ""),
    "the depth": ("import sys; sys.setrecursionlimit(60)", ""),
    "the turns": ("import sys; sys.setswitchinterval(1000)", ""),
    "the hooks": ("import sys, threading; sys.excepthook = threading.excepthook = sys.unraisablehook = None", ""),
    "the warnings": ("import warnings; warnings.simplefilter('error')", ""),
    "the collector": ("import gc; gc.disable(); gc.set_threshold(0)", ""),
    "the environment": ("import os; os.environ.clear(); os.umask(0o777)", ""),
    "the signals": (
        "import signal; [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGPROF, signal.SIGINT)]",
        "",
    ),
    "Tensor.backward": ("torch.Tensor.backward = None", "not callable"),
    "len": ("import builtins; builtins.len = None", "ended itself"),
    "import": ("import builtins; builtins.__import__ = None", "not callable"),
    "numpy's sums": ("import numpy; numpy.add = numpy.multiply = None", "reduce"),
    "the modules": (
        "import sys; [sys.modules.pop(each) for each in list(sys.modules) if each.startswith('core')]",
        "must define a class",
    ),
    "the default type": ("torch.set_default_dtype(torch.float64)", "same dtype"),
    "what is recorded": ("torch.set_grad_enabled(False)", "does not require grad"),
    "the frames": ("import core.training.frames as f; f.encode = f._ENCODER = None", "ended itself"),
    "the messages": ("import core.training.messages as m; m.Progress = m.Failed = None", ""),
    "the engine": ("import core.training.engine as e; e.Engine.advance = e.Engine.answer = None", "ended itself"),
}
SPOILS = (
    *(
        BadLayer(
            f"spoils {name}",
            layer("", f"{line}\nreturn x"),
            told,
            (TRAINED,),
            told not in ("", "ended itself") or name == "the messages",
        )
        for name, (line, told) in SPOILT.items()
    ),
    BadLayer("spoils open", layer("", "import builtins; builtins.open = None\nreturn x"), "", (PROBED,), True),
)

GROUPS: Mapping[str, tuple[BadLayer, ...]] = {
    "raises": RAISES, "endless": ENDLESS, "starts": STARTS, "ends": ENDS, "returns": RETURNS, "state": STATE,
    "spoils": SPOILS,
}  # fmt: skip
