"""The words and formulas of the generated LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable

from seqlab.data.catalogue.generated.draw import Draw

NOUNS = re.findall(
    r"\w+",
    """algebra basis bundle category chain complex cover curve diagram divisor embedding family fibre field filtration
    form functor graph group ideal kernel lattice limit manifold map matrix measure metric module morphism norm operator
    orbit point product quotient representation ring scheme sequence set sheaf space spectrum subgroup sum surface tensor
    topology tree variety vector""",
)
ADJECTIVES = re.findall(
    r"\w+",
    """abelian affine bounded closed commutative compact complete connected continuous convex cyclic dense discrete exact
    faithful finite flat free global graded holomorphic injective irreducible linear local maximal measurable minimal
    nilpotent normal open perfect positive prime projective rational reduced regular separable simple smooth solvable
    stable trivial""",
)
SYMBOLS = re.findall(
    r"\S+",
    r"""a b c f g h k m n p q r s t u v w x y z A B C D E F G H K M N P Q R S T U V X Y Z \alpha \beta \gamma \delta
    \varepsilon \theta \lambda \mu \pi \rho \sigma \tau \varphi \omega \Gamma \Delta \Lambda \Omega""",
)
SETS = re.findall(r"\S+", r"\mathbb{N} \mathbb{Z} \mathbb{Q} \mathbb{R} \mathbb{C} \mathcal{F} \mathcal{O}_X")
SIGNS = re.findall(r"\S+", r"= = = \leq \geq < \neq \equiv \subseteq \cong")
OPERATIONS = re.findall(r"\S+", r"+ - \cdot \times \otimes \oplus \circ")

SENTENCES = (
    r"Let $<symbol>$ be <a thing> and $<symbol> \in <set>$.",
    r"Every <thing> is <adjective>, since $<relation>$.",
    r"Suppose that $<relation>$ for all $<symbol> \in <set>$.",
    r"We call <a noun> \emph{<adjective>} if $<relation>$.",
    r"By <reference>, the <noun> $<symbol>$ is <adjective> and <adjective>.",
    r"It follows from <reference> that $<relation>$.",
    r"The <thing> of <reference> has no \textbf{<adjective>} <noun>.",
    r"Then there is <a thing> $<map>$ such that $<relation>$.",
    r"If $<symbol>$ is not <adjective>, then $<relation>$, which contradicts <reference>.",
    r"Replacing $<symbol>$ by $<formula>$, we may assume that the <noun> is <adjective>.",
    r"This is clear\footnote{Unless the <noun> is <adjective>; see <reference>.} for <a thing>.",
    r"The map $<map>$ sends $<symbol>$ to $<formula>$.",
    r"Hence the <noun> of $<set>$ is <a noun>, too.",
    r"Conversely, let $<map>$ be <a thing> with $<formula> = 0$.",
    r"Since the <noun> is <adjective>, so is its <noun>.",
    r"Consider the set $\{ <symbol> \in <set> : <relation> \}$.",
)
FORMULAS = (
    r"\frac{<formula>}{<formula>}",
    r"<symbol>^{<formula>}",
    r"\sqrt{<formula>}",
    r"\left( <formula> \right)",
    r"\lVert <formula> \rVert",
    r"<symbol>(<formula>)",
    r"\sum_{<index>=1}^{<symbol>} <formula>",
    r"\int_{0}^{<symbol>} <formula> \, dx",
    r"<formula> <operation> <formula>",
    r"<formula> <operation> <formula>",
)


class Language:
    """Sentences and formulas, made of patterns whose `<slots>` are filled.

    Args:
        draw: Makes the choices.
        reference: Gives a reference to what stands before, in words.
    """

    def __init__(self, draw: Draw, reference: Callable[[], str]) -> None:
        self.draw = draw
        self._slots: dict[str, Callable[[], str]] = {
            "noun": lambda: draw.one(NOUNS),
            "adjective": lambda: draw.one(ADJECTIVES),
            "thing": lambda: self.filled("<adjective> <noun>"),
            "a noun": lambda: _with_article(draw.one(NOUNS)),
            "a thing": lambda: _with_article(self.filled("<adjective> <noun>")),
            "reference": reference,
            "symbol": lambda: draw.one(SYMBOLS) + (f"_{draw.one('0123ijkn')}" if draw.happens(0.25) else ""),
            "index": lambda: draw.one("ijkn"),
            "set": lambda: draw.one(SETS),
            "sign": lambda: draw.one(SIGNS),
            "operation": lambda: draw.one(OPERATIONS),
            "map": lambda: self.filled(r"<symbol> \colon <set> \to <set>"),
            "relation": lambda: self.filled("<formula> <sign> <formula>"),
        }

    def sentence(self) -> str:
        """One sentence."""
        return self.filled(self.draw.one(SENTENCES))

    def filled(self, pattern: str, depth: int = 2) -> str:
        """A pattern whose slots are filled, from left to right.

        Args:
            pattern: Its slots are `<formula>` and those of `__init__`.
            depth: How deep a formula in it may nest; 0 is a symbol or a number.
        """
        return re.sub("<([a-z ]+)>", lambda slot: self._filling(slot[1], depth), pattern)

    def _filling(self, slot: str, depth: int) -> str:
        if slot != "formula":
            return self._slots[slot]()
        if depth and self.draw.happens(0.7):
            return self.filled(self.draw.one(FORMULAS), depth - 1)
        return self._slots["symbol"]() if self.draw.happens(0.8) else str(self.draw.between(0, 12))


def _with_article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
