"""What the linear models see of a word: its form, affixes and shape."""

from __future__ import annotations

from collections.abc import Sequence


def own_features(word: str) -> list[str]:
    """Features of the word that is tagged: form, prefixes (1 to 4 letters), suffixes (1 to 5), shape, kinds of letters."""
    lowered = word.lower()
    features = [f"form={word}", f"lower={lowered}", f"shape={shape(word)}"]
    features += [f"prefix={lowered[:length]}" for length in range(1, min(4, len(lowered)) + 1)]
    features += [f"suffix={lowered[-length:]}" for length in range(1, min(5, len(lowered)) + 1)]
    if any(letter.isdigit() for letter in word):
        features.append("digit")
    if "-" in word:
        features.append("hyphen")
    if word[:1].isupper():
        features.append("capital")
    if word.isupper():
        features.append("upper case")
    if not any(letter.isalnum() for letter in word):
        features.append("punctuation")
    return features


def neighbour_features(word: str) -> list[str]:
    """Features of the word beside the one that is tagged: form without case, suffixes of 1 to 3 letters, shape."""
    lowered = word.lower()
    suffixes = [f"suffix={lowered[-length:]}" for length in range(1, min(3, len(lowered)) + 1)]
    return [f"lower={lowered}", f"shape={shape(word)}", *suffixes]


def shape(word: str) -> str:
    """`McDonalds2` is `XxXxxd`: upper case, lower case, digit; other letters stay, and runs are cut to two."""
    found = ""
    for letter in word:
        kind = "X" if letter.isupper() else "x" if letter.islower() else "d" if letter.isdigit() else letter
        if found[-2:] != kind * 2:
            found += kind
    return found


def token_features(words: Sequence[str]) -> list[list[str]]:
    """Features of every token of a sentence as strings, its neighbours' with their offset in front.

    They are the templates of `FeatureMatrix` but for its pairs of words.
    """
    own = [own_features(word) for word in words]
    beside = [neighbour_features(word) for word in words]
    lowered = [word.lower() for word in words]
    found = []
    for place, features in enumerate(own):
        every = list(features)
        for offset in (-1, 1):
            inside = 0 <= place + offset < len(words)
            every += [f"{offset:+d}:{each}" for each in beside[place + offset]] if inside else [f"{offset:+d}:edge"]
        for offset in (-2, 2):
            inside = 0 <= place + offset < len(words)
            every.append(f"{offset:+d}:lower={lowered[place + offset]}" if inside else f"{offset:+d}:edge")
        found.append(every)
    return found
