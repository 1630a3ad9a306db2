"""The formulas of a student's text cell that stay where they stand.

Context: TeX can move its parts anywhere, resize them and define new words for that: with it a formula could be drawn
over the page's own sentences. A list of bad words is never complete.
Choice: a list of the words that mathematics takes and that move nothing; a text with any other is shown as typed.
Cost: a formula with a rare word is shown as typed, too, which a person can still read.
"""

from __future__ import annotations

import re

_LETTERS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi varpi rho "
    "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi "
    "Omega ell hbar imath jmath Re Im aleph wp partial nabla infty emptyset varnothing prime"
)
_RELATIONS = (
    "le leq leqslant ge geq geqslant ne neq ll gg lt gt approx approxeq sim simeq cong equiv propto doteq in notin ni "
    "subset subseteq supset supseteq perp parallel mid nmid models vdash prec succ preceq succeq triangleq coloneqq not"
)
_OPERATORS = (
    "pm mp times div cdot ast star circ bullet oplus ominus otimes odot cup cap setminus wedge vee land lor lnot neg "
    "dagger sum prod coprod int iint iiint oint bigcup bigcap bigoplus bigotimes bigodot partial forall exists nexists "
    "therefore because top bot angle triangle square blacksquare Box diamond"
)
_FUNCTIONS = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg max min sup inf lim limsup liminf "
    "arg det dim ker gcd deg Pr hom bmod pmod mod operatorname"
)
_ARROWS = (
    "to gets mapsto leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow uparrow downarrow "
    "updownarrow Uparrow Downarrow longrightarrow longleftarrow longleftrightarrow Longrightarrow Longleftarrow "
    "Longleftrightarrow longmapsto hookrightarrow hookleftarrow implies iff impliedby nearrow searrow xrightarrow "
    "xleftarrow"
)
_BUILT = (
    "frac dfrac tfrac cfrac binom dbinom tbinom sqrt root of over choose begin end hline hat widehat bar overline "
    "underline vec tilde widetilde dot ddot check breve acute grave mathring overrightarrow overleftarrow overbrace "
    "underbrace overset underset stackrel substack limits nolimits boxed nonumber notag"
)
_BRACKETS = (
    "left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm langle "
    "rangle lfloor rfloor lceil rceil lbrace rbrace lbrack rbrack lvert rvert lVert rVert vert Vert backslash"
)
_LOOKS = (
    "mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm pmb text textrm textbf textit "
    "textsf texttt emph rm bf it sf tt cal displaystyle textstyle scriptstyle scriptscriptstyle"
)
_SPACES = "quad qquad ldots cdots vdots ddots dots dotsc dotsb colon thinspace medspace thickspace enspace"
WORDS = frozenset(
    " ".join(
        (_LETTERS, _RELATIONS, _OPERATORS, _FUNCTIONS, _ARROWS, _BUILT, _BRACKETS, _LOOKS, _SPACES)
    ).split()
)  # fmt: skip
_BUILT_IN_ROWS = (
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array cases aligned alignedat align align* alignat "
    "alignat* split gather gather* gathered equation equation* eqnarray eqnarray* multline multline*"
)
ENVIRONMENTS = frozenset(_BUILT_IN_ROWS.split())
SIGNS = frozenset("\\{}|,;:> \n()[]_%#$*`.-+0123456789")  # after a backslash; `\!` moves back
_AFTER_BACKSLASH = re.compile(r"\\([A-Za-z]+|.|$)", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)(?![A-Za-z])(?:\s*\{\s*([A-Za-z]+\*?)\s*\})?")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # markdown's own escapes
# \\[-60em]: a line break of a height of its own.
_OWN_HEIGHT = re.compile(r"\\\\\*?\s*\[\s*[-+]?[\d.,]+\s*[a-z]{2}\s*\]")


def stays_in_place(text: str) -> bool:
    """Whether all that TeX could read in a text is known to leave everything where it stands.

    Outside of what markdown takes for a formula, it takes one backslash of two away: `\\\\smash` is looked at as
    `\\smash`, too. A single letter after it is what begins the next row of a matrix.
    """
    unescaped = _ESCAPED.sub(r"\1", text)
    words = [match[1] for match in _AFTER_BACKSLASH.finditer(text)]
    once_more = [match[1] for match in _AFTER_BACKSLASH.finditer(unescaped)]
    known = all(word in WORDS or word in SIGNS for word in words)
    twice = all(word in WORDS or word in SIGNS or (len(word) == 1 and word.isalpha()) for word in once_more if word)
    built = all(match[1] in ENVIRONMENTS for each in (text, unescaped) for match in _ENVIRONMENT.finditer(each))
    return known and twice and built and not _OWN_HEIGHT.search(text)
