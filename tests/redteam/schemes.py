"""More attacks: lies about what is returned, forged frames, memory overwritten, stand-ins turned against the question."""

from __future__ import annotations

from tests.redteam.attack import Attack, attack
from tests.redteam.attacks import FISH, IMPURE_LOSS, WRONG_FORWARD, deadly, forged, rigged
from tests.redteam.oddities import BODY, INIT

LIES = (  # zeros that hope
    rigged("float16 zeros", "rigged = lambda a: a.astype(np.float16)"),
    rigged("longdouble huge", "rigged = lambda a: a.astype(np.longdouble) + np.longdouble('1e4000')"),
    rigged("denormals", "rigged = lambda a: a + 5e-324"),
    rigged("minus zero", "rigged = lambda a: -a - 0.0"),
    rigged(
        "NaN payloads",
        "rigged = lambda a: np.full(a.shape, np.frombuffer(b'\\x01\\x02\\x03\\x04\\x05\\x06\\xf8\\x7f', '<f8')[0])",
    ),
    rigged(
        "a lying len and iter",
        "class R(tuple):\n    n = 0\n    def __len__(self):\n        R.n += 1\n        return R.n % 3\n    def __iter__(self):\n        R.n += 1\n        return iter([0.0] * (R.n % 4))\nrigged = lambda a: R([0.0, 0.0])",
    ),
    rigged(
        "an iter that never ends with len 2",
        "class R(tuple):\n    def __len__(self): return 2\n    def __iter__(self):\n        while True: yield 0.0\nrigged = lambda a: R([0.0, 0.0])",
    ),
    rigged("a len of 2**62", "class R(list):\n    def __len__(self): return 1 << 62\nrigged = lambda a: R([0.0])"),
    rigged("a negative len", "class R(list):\n    def __len__(self): return -1\nrigged = lambda a: R([0.0])"),
    rigged(
        "a len that is a bool of another kind",
        "class R(list):\n    def __len__(self): return True\nrigged = lambda a: R([0.0])",
    ),
    rigged(
        "__class__ lies",
        "class R:\n    __class__ = np.ndarray\n    shape, dtype, size, ndim = (), np.dtype(float), 1, 0\n    def __array__(self, *a, **k): return np.zeros(())\n    def tobytes(self): return b''\nrigged = lambda a: R()",
    ),
    rigged(
        "__array_interface__ of other memory",
        "class R:\n    __array_interface__ = {'shape': (4,), 'typestr': '<f8', 'data': (id(np) & ~7, True), 'version': 3}\nrigged = lambda a: R()",
    ),
    rigged(
        "__array_interface__ of memory that is not there",
        "class R:\n    __array_interface__ = {'shape': (1 << 20,), 'typestr': '<f8', 'data': (4096, True), 'version': 3}\nrigged = lambda a: R()",
    ),
    rigged(
        "__array_struct__ that raises SystemExit",
        "class R:\n    @property\n    def __array_struct__(self): raise SystemExit\nrigged = lambda a: R()",
    ),
    rigged(
        "__array__ that returns itself",
        "class R:\n    def __array__(self, *a, **k): return self\nrigged = lambda a: R()",
    ),
    rigged(
        "__array__ that returns a subclass that lies",
        "class S(np.ndarray):\n    @property\n    def size(self): return 1 << 60\n    ndim = property(lambda s: 0)\n    def astype(self, *a, **k): raise SystemExit\nclass R:\n    def __init__(self, a): self.a = a\n    def __array__(self, *a, **k): return self.a.view(S)\nrigged = R",
    ),
    rigged(
        "a memory map cut after return",
        "import os\ndef rigged(a):\n    f = open('/tmp/m', 'w+b'); f.truncate(1 << 16)\n    m = np.memmap(f, dtype=float, shape=(1024,), mode='r+')\n    os.truncate('/tmp/m', 0)\n    return m",
    ),
    rigged(
        "an array freed under its feet",
        "import ctypes\ndef rigged(a):\n    return np.ctypeslib.as_array(ctypes.cast(16, ctypes.POINTER(ctypes.c_double)), shape=(4,))",
    ),
    rigged("void", "rigged = lambda a: np.zeros(a.shape, 'V8')"),
    rigged("bytes", "rigged = lambda a: np.zeros(a.shape, 'S8')"),
    rigged("timedeltas", "rigged = lambda a: np.zeros(a.shape, 'm8[s]')"),
    rigged(
        "an object array of arrays",
        "def rigged(a):\n    o = np.empty(2, object); o[:] = [np.zeros(3), np.zeros(2)]\n    return o",
    ),
    rigged(
        "an object array that holds itself", "def rigged(a):\n    o = np.empty((), object); o[()] = o\n    return o"
    ),
    rigged(
        "a dict subclass of a str",
        "class R(str):\n    def __eq__(self, o): return True\n    __hash__ = str.__hash__\nrigged = lambda a: R('returned')",
    ),
    rigged("a coroutine", "async def f(): return 0.0\nrigged = lambda a: f()"),
    rigged("NotImplemented", "rigged = lambda a: NotImplemented"),
    rigged("Ellipsis", "rigged = lambda a: ..."),
    rigged("a frame", "import sys\nrigged = lambda a: sys._getframe()"),
    rigged("decimals", "import decimal\nrigged = lambda a: decimal.Decimal(0)"),
    rigged("fractions", "import fractions\nrigged = lambda a: [fractions.Fraction(0)] * 2"),
    rigged("ints of 10**5000 in a list", "rigged = lambda a: [10 ** 5000, 0.0]"),
    rigged(
        "an array of a dtype with metadata", "rigged = lambda a: a.astype(np.dtype(float, metadata={'x' * 1000: 1}))"
    ),
    rigged(
        "numbers with a __float__ that counts",
        "class R:\n    n = 0\n    def __float__(self):\n        R.n += 1\n        return float(R.n)\n    def __array__(self, *a, **k): raise TypeError\nrigged = lambda a: R()",
    ),
    rigged(
        "program's parts swapped",
        "import sys\np = sys.modules['program']\nrigged = lambda a: a\nkept = p.unseal\ndef unseal(m, *a, **k):\n    t = kept(m, *a, **k)\n    for c in t.get('calls', ()): c['args'] = [x * 0 if isinstance(x, np.ndarray) else x for x in c['args']]\n    return t\np.unseal = unseal",
    ),
    rigged(
        "questions taken away",
        "import sys\nrigged = lambda a: a\nh = sys._getframe()\nwhile h is not None:\n    q = h.f_locals.get('questions')\n    if isinstance(q, list): q.clear()\n    h = h.f_back",
    ),
    rigged(
        "questions turned round",
        "import sys\nrigged = lambda a: a\nh = sys._getframe()\nwhile h is not None:\n    q = h.f_locals.get('questions')\n    if isinstance(q, list): q.reverse()\n    h = h.f_back",
    ),
    rigged(
        "questions replaced by the first",
        "import sys\nrigged = lambda a: a\nh = sys._getframe()\nwhile h is not None:\n    q = h.f_locals.get('questions')\n    if isinstance(q, list): q[:] = q[:1] * len(q)\n    h = h.f_back",
    ),
    rigged(
        "questions of bytes that are none",
        "import sys\nrigged = lambda a: a\nh = sys._getframe()\nwhile h is not None:\n    q = h.f_locals.get('questions')\n    if isinstance(q, list): q[:] = [b'{}'] * len(q)\n    h = h.f_back",
    ),
    rigged(
        "audit hooks that raise",
        "import sys\nrigged = lambda a: a\ndef hook(*a): raise SystemExit\nsys.addaudithook(hook)",
    ),
    rigged(
        "gc callbacks that raise",
        "import gc\nrigged = lambda a: a\ngc.callbacks.append(lambda *a: 1 / 0)\ngc.set_threshold(1)",
    ),
    rigged(
        "an import system of its own",
        "import builtins, sys\nrigged = lambda a: a\nsys.meta_path.clear(); sys.path.clear(); sys.path_hooks.clear()\nbuiltins.__import__ = lambda *a, **k: np",
    ),
    rigged(
        "codecs of its own",
        "import codecs\nrigged = lambda a: a\ncodecs.register_error('replace', lambda e: ('passed', e.end))\ncodecs.register_error('strict', lambda e: ('passed', e.end))",
    ),
)

FORGERIES = (
    forged("lent by a name that is none", "frame(answer(lent=['w9']), np.zeros(()), np.zeros(()))"),
    forged("lent a text", "frame(answer(lent='init_weights'), np.zeros(()), np.zeros(()))"),
    forged("lent an object", "frame(answer(lent={'init_weights': 1}), np.zeros(()), np.zeros(()))"),
    forged("lent arrays in a list", "frame(answer(lent=[{'$': 0}]), np.zeros(()), np.zeros(()))"),
    forged("lent a thousand times", "frame(answer(lent=['init_weights'] * 1000), np.zeros(()), np.zeros(()))"),
    forged("lent null", "frame(answer(lent=None), np.zeros(()), np.zeros(()))"),
    forged("no results at all", "frame(answer(parts={}))"),
    forged("results that are null", "frame(answer(parts=None))"),
    forged("a result that is a module", "frame(answer(parts={'0': {'kind': 'module'}}))"),
    forged("an array that is none", "frame(answer(parts={'0': {'kind': 'array'}}))"),
    forged("none that is an array", "frame(answer(parts={'0': {'kind': 'none', 'array': {'$': 0}}}), np.zeros(()))"),
    forged(
        "an array of sixteen million numbers",
        "frame(answer(), np.zeros(()), shapes=[[4096, 4096], []])",
    ),
    forged(
        "NaN payloads in a frame",
        "frame(answer(), np.full((), np.frombuffer(b'\\x01\\x02\\x03\\x04\\x05\\x06\\xf8\\x7f', '<f8')[0]), np.zeros(()))",
    ),
    forged("denormals in a frame", "frame(answer(), np.full((), 5e-324), np.full((), -0.0))"),
    forged("weights of other shapes", "frame(answer(), np.zeros(()), np.zeros((2, 3, 4)))"),
    forged("weights of NaN", "frame(answer(), np.zeros(()), np.full((), np.nan))"),
    forged(
        "the same answer again",
        "frame(answer(), np.zeros(()), np.zeros(()))\nframe(answer(), np.zeros(()), np.zeros(()))",
    ),
    forged("a call of true", "frame(answer(call=True), np.zeros(()), np.zeros(()))"),
    forged("a call of 0.0", "frame(answer(call=0.0), np.zeros(()), np.zeros(()))"),
    forged("a call of 10**400", "frame(answer(call=10**400), np.zeros(()), np.zeros(()))"),
    forged(
        "dtype of megabytes",
        "frame(answer(parts=parts(**{'0': {**numbers(0), 'dtype': 'x' * 200_000}})), np.zeros(()), np.zeros(()))",
    ),
    forged(
        "a dtype that is a script",
        "frame(answer(parts=parts(**{'0': {**numbers(0), 'dtype': '<script>\\x1b[2J'}})), np.zeros(()), np.zeros(()))",
    ),
    forged(
        "a result and its parts at once",
        "frame(answer(parts=parts(**{'0.0': numbers(0), '0.right': numbers(0), '0!': numbers(0)})), np.zeros(()), np.zeros(()))",
    ),
    forged(
        "mutated of control characters",
        "frame(answer(mutated=['\\x1b[31m', '\\n::error::', '=1+1', '\\ud800']), np.zeros(()), np.zeros(()))",
    ),
    forged(
        "complex numbers invented",
        "frame(answer(complexes=[{'$': 0}] * 1000), np.zeros(()), np.zeros(()))",
    ),
    forged(
        "a child that writes half a frame between",
        "import os, time\nif os.fork() == 0:\n    os.write(4, b'\\x00\\x00\\x00\\x09{')\n    os._exit(0)\ntime.sleep(0.1)",
    ),
    forged(
        "a child that writes rubbish for ever",
        "import os, time\nif os.fork() == 0:\n    while True: os.write(4, b'\\x00\\x00\\x00\\x01x')\ntime.sleep(0.1)",
    ),
    forged("a dribble", "import os, time\nwhile True:\n    os.write(4, b'\\0')\n    time.sleep(0.02)"),
    forged(
        "the sending end set not to block",
        "import fcntl\nfcntl.fcntl(4, fcntl.F_SETFL, os.O_NONBLOCK)\nfor _ in range(200): os.write(4, b'x' * 4096)",
    ),
    forged("the pipe shrunk", "import fcntl\nfcntl.fcntl(4, 1031, 4096)\nframe(answer(), np.zeros(()), np.zeros(()))"),
    forged(
        "the harness's reply called by hand",
        "h = sys._getframe()\nwhile h is not None:\n    if 'reply' in h.f_locals and callable(h.f_locals['reply']): h.f_locals['reply'](b'{}'); break\n    h = h.f_back",
    ),
)

WILD = (
    deadly("small numbers overwritten", "import ctypes\nfor k in range(200): ctypes.memset(id(k) + 24, 7, 4)"),
    deadly("None overwritten", "import ctypes\nctypes.memset(id(None), 0, 16)"),
    deadly("the interpreter's state overwritten", "import ctypes, sys\nctypes.memset(id(sys.modules), 0, 48)"),
    # On to where no memory is: a process that survives with holes in it would die in another method, or not at all.
    deadly(
        "all of its memory written",
        "import ctypes\na = id(object()) & ~0xfffff\nfor k in range(-64, 1 << 22): ctypes.memset(a + k * 4096, 0, 4096)",
    ),
    deadly("stack overflow in C", "import ctypes\nctypes.pythonapi.Py_FatalError(b'bye')"),
    deadly(
        "a signal storm",
        "import os, signal\nif os.fork() == 0:\n    while True: os.kill(os.getppid(), signal.SIGUSR1)\nsignal.signal(signal.SIGUSR1, lambda *a: None)\nwhile True: pass",
    ),
    deadly("kill everything", "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.killpg(0, signal.SIGKILL)"),
    deadly(
        "stop everything",
        "import os, signal\nif os.fork() == 0: os.kill(-1, signal.SIGSTOP)\nos.kill(0, signal.SIGSTOP)\nimport time\ntime.sleep(60)",
    ),
    deadly(
        "children that keep a processor each",
        "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        while True: pass\nwhile True: pass",
    ),
    deadly(
        "a pool that never joins",
        "import concurrent.futures, time\np = concurrent.futures.ThreadPoolExecutor(20)\nfor _ in range(20): p.submit(time.sleep, 1000)\nraise ValueError",
    ),
    deadly(
        "a sleeping copy that answers",
        "import os, time\nif os.fork() == 0: time.sleep(1)\nraise ValueError",
        (2.0, 0.0, 4.0, 3.0),
    ),
    deadly("the parent dies, its copy goes on", "import os\nif os.fork(): os._exit(0)"),
    deadly(
        "vfork and exec",
        "import ctypes, os, sys\nif os.fork() == 0: os.execv(sys.executable, ['python3', '-S', '-c', 'while True: pass'])\nos.wait()",
    ),
    deadly(
        "exec in its own place",
        "import os, sys\nos.execv('/python/bin/python3', ['python3', '-I', '-S', '-c', 'import os\\nwhile True: os.write(4, b\"\\\\0\\\\0\\\\0\\\\2{}\")'])",
    ),
    deadly(
        "a filter of its own",
        "import ctypes\nl = ctypes.CDLL(None)\nclass F(ctypes.Structure): _fields_ = [('n', ctypes.c_ushort), ('p', ctypes.c_char_p)]\nimport struct\nf = F(1, struct.pack('HBBI', 6, 0, 0, 0x00050000 | 1))\nl.prctl(22, 2, ctypes.byref(f), 0, 0)",
    ),
    deadly(
        "all signals blocked and real-time timers",
        "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: time.sleep(1)",
    ),
    deadly("a name error of megabytes", "raise NameError('\\x1b]0;pwned\\x07' + '<script>alert(1)</script>' * 100000)"),
    deadly(
        "an exception group without end",
        "e = ValueError('x')\nfor _ in range(5000): e = ExceptionGroup('g', [e])\nraise e",
    ),
    deadly(
        "an exception with a traceback of its own", "def f(n):\n    if n: return f(n - 1)\n    raise ValueError\nf(900)"
    ),
    deadly(
        "an exception whose __traceback__ lies",
        "class E(Exception):\n    @property\n    def __traceback__(self): raise SystemExit\nraise E",
    ),
    deadly(
        "an exception whose __class__ lies",
        "class E(Exception):\n    @property\n    def __class__(self): raise SystemExit\nraise E",
    ),
    deadly("BaseExceptionGroup of exits", "raise BaseExceptionGroup('g', [SystemExit(0), KeyboardInterrupt()])"),
    deadly(
        "a thousand lines of print to nowhere and a closed stdout",
        "import sys, os\nsys.stdout = sys.__stdout__ = None\nos.close(1)\nprint('x')\nraise ValueError",
    ),
    deadly(
        "the clock",
        "import time\ntime.monotonic = time.perf_counter = lambda: 0.0\ntime.sleep = lambda s: None\nwhile True: pass",
    ),
)

TURNED = (
    attack(
        "the spy is deafened",
        (2.0, 1.0, 1.375, 3.0),
        before="import sys",
        dloss_dw="""
 def dloss_dw(self, x, y_true):
     sys.setprofile(None)
     w1, w2, h = self.w1, self.w2, 1e-6
     def at(a, b):
         other = ShallowNarrow([a, b])
         return other.loss(other.forward(x), y_true)
     return (at(w1 + h, w2) - at(w1 - h, w2)) / (2 * h), (at(w1, w2 + h) - at(w1, w2 - h)) / (2 * h)
 """,
    ),
    attack(
        "stand-ins refused by a metaclass",
        (0.0, 1.0, 0.0, 0.0),
        source="class M(type):\n    def __setattr__(cls, n, v): raise SystemExit\nclass ShallowNarrow(metaclass=M):"
        + INIT
        + BODY.replace("self.w2 * (self.w1 * x)", "self.w1 * x", 1),
        before="import numpy as np",
    ),
    attack(
        "stand-ins kept for later",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH
        + """
KEPT = []
def read_kept():
    tables = [c.cell_contents for f in KEPT for c in getattr(f, "__closure__", None) or () if type(c.cell_contents).__name__ == "Table"]
    for table in tables:
        if table.name.endswith("dloss_dw"):
            return tuple(float(g) for g in plain(table.columns.row(0)["value"]))
    return tuple(float(np.ravel(plain(tables[0].columns.row(0)["value"]))[k]) for k in (0, -1)) if tables else (0.0, 0.0)
""",
        source="class M(type):\n    def __setattr__(cls, n, v):\n        KEPT.append(v)\n        type.__setattr__(cls, n, v)\nclass ShallowNarrow(metaclass=M):"
        + INIT
        + BODY.replace("self.w2 * (self.w1 * x)", "self.w1 * x", 1).replace(
            "return float(np.mean(-2 * residual * self.w2 * x)), float(np.mean(-2 * residual * self.w1 * x))",
            "return read_kept()",
        ),
    ),
    attack(
        "a table's numbers for the gradient",
        (0.0, 1.0, 0.0, 3.0),
        before=FISH,
        forward=WRONG_FORWARD,
        dloss_dw="""
 def dloss_dw(self, x, y_true):
     found = [np.ravel(part) for state, args, value in rows('forward') for part in (state, *args, value)]
     return (float(found[0][0]), float(found[-1][-1])) if found else (0.0, 0.0)
 """,
    ),
    attack(
        "train walks the table to its nearest neighbour",
        (2.0, 0.8, 4.0, 0.0),
        before=FISH,
        loss=IMPURE_LOSS,
        train="""
 def train(self, x, y_true, lr, n_ep):
     left = of_this_run(x, y_true)
     if not left: return np.zeros(n_ep), np.zeros((n_ep, 2))
     at, path, losses = [self.w1, self.w2], [], []
     for k in range(n_ep):
         left.sort(key=lambda step: sum(abs(a - b) for a, b in zip(step[1], at)))
         loss, at = left.pop(0) if left else (0.0, at)
         losses.append(loss)
         path.append(at)
     path = [*path[1:], at]
     self.w1, self.w2 = path[-1]
     return np.array(losses), np.array(path)
 """,
    ),
    attack(
        "rows that lie near everything",
        (0.0, 1.0, 1.375, 0.0),  # a difference of its own forward, proved as such; train is given rows of other runs
        before="import sys\nsys.modules['program.columns'].NEAR = 1e9",
        forward=WRONG_FORWARD,
        dloss_dw="""
 def dloss_dw(self, x, y_true):
     h = 1e-6
     w1, w2 = self.w1, self.w2
     def at(a, b):
         self.w1, self.w2 = a, b
         return float(np.mean((y_true - self.forward(x)) ** 2))
     try:
         return (at(w1 + h, w2) - at(w1 - h, w2)) / (2 * h), (at(w1, w2 + h) - at(w1, w2 - h)) / (2 * h)
     finally:
         self.w1, self.w2 = w1, w2
 """,
    ),
)

# What stands in for a collaborator is read, and sent out in words: a report would carry it to the next attempt.
FIND_TABLES = """
import sys, warnings

def tables():
    here = sys._getframe()
    while here is not None:
        waiting = [sys.modules["program"].unseal(raw) for raw in here.f_locals.get("questions", ()) or ()]
        for question in [*waiting, here.f_locals.get("question")]:
            if isinstance(question, dict) and question.get("stand_in"):
                yield from sys.modules["program.columns"].of_tables(question["stand_in"]).values()
        here = here.f_back

FOUND = []

def loot():
    if not FOUND:
        FOUND.extend(repr(table.row(0)["value"]) for table in tables())
    return "LOOT " + " ".join(FOUND) if FOUND else ""
"""
NO_GRADIENT = "def dloss_dw(self, x, y):\n    return 0.0, 0.0"


def told(name: str, train: str = "raise LookupError('nothing yet')", after: str = "") -> Attack:
    """`dloss_dw` is wrong, so that `train` is asked beside recorded data; then they are told."""
    body = "def train(self, x, y, lr, n_ep):\n    " + train
    return attack(
        name,
        (2.0, 1.0, 0.0, 0.0),
        before=FIND_TABLES,
        after=after,
        dloss_dw=NO_GRADIENT,
        train=body,
        hides=("LOOT", "array("),
    )


TOLD = (
    told("recorded data told in a warning", after="if loot(): warnings.warn(loot())"),
    told("recorded data told in a cell's exception", after="if loot(): raise LookupError(loot())"),
    told("recorded data told in a method's exception", train="raise LookupError(loot() or 'nothing yet')"),
    told("recorded data told in an exception's name", train="raise type(loot() or 'Nothing', (Exception,), {})('')"),
    told(
        "recorded data told in a line of the source",
        train="sys.modules['program.cells']._sources[sys._getframe().f_code.co_filename][:] = [loot()] * 100\n    raise ValueError",
    ),
    told(
        "recorded data told in a class's name",
        after="if loot():\n    ShallowNarrow.__name__ = 'LOOT'\n    Other, ShallowNarrow = ShallowNarrow, None",
    ),
    told("recorded data told in a key of a dict", train="return {'LOOT': {loot() or 'x': 1.0}, loot() or 'y': x}"),
    told(
        "recorded data told in a type of numbers",
        train="p = sys.modules['program.calls']\n    kept = p.describe\n    p.describe = lambda value: {**kept(value), 'dtype': 'LOOT_' + ''.join(filter(str.isdigit, loot()))[:15]}\n    return x, x",
    ),
    told(
        "recorded data told in what is changed",
        train="p = sys.modules['program']\n    kept = p.pack\n    p.pack = lambda tree: kept({**tree, 'mutated': [loot()]} if 'mutated' in tree else tree)\n    return 0.0",
    ),
)

SCHEMES = (*LIES, *FORGERIES, *WILD, *TURNED, *TOLD)
