#!/usr/bin/env bash
# A virtual environment for every peer, each with pinned versions.
#
# Usage: benchmarks/peers/install.sh FOLDER [student] [flair] [spacy]      (PYTHON names the interpreter)
#
# FOLDER should be outside of the checkout; it takes about 2.5 GB. Torch comes first and is pinned, so that nothing
# replaces it. Where pip would choose a build of torch for graphics cards, tell it of another source (PIP_FIND_LINKS,
# PIP_EXTRA_INDEX_URL): the peers run on the CPU alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?usage: install.sh FOLDER [PEER...]}
shift
peers=("$@")
[ ${#peers[@]} -gt 0 ] || peers=(student flair spacy)
export PIP_DISABLE_PIP_VERSION_CHECK=1

for peer in "${peers[@]}"; do
    [ -f "$here/requirements/$peer.txt" ] || { echo "no such peer: $peer" >&2; exit 2; }
done
mkdir -p "$folder"
for peer in "${peers[@]}"; do
    start=$SECONDS
    [ -x "$folder/$peer/bin/python" ] || "${PYTHON:-python3}" -m venv "$folder/$peer"
    python=$folder/$peer/bin/python
    if grep -q torch "$here/requirements/$peer.txt"; then
        "$python" -m pip install --quiet -r "$here/requirements/torch.txt"
    fi
    "$python" -m pip install --quiet -r "$here/requirements/$peer.txt"
    "$python" -m pip check
    if grep -q torch "$here/requirements/$peer.txt"; then
        "$python" -c 'import torch; print(f"torch {torch.__version__}, built for CUDA: {torch.version.cuda or False}")'
    fi
    echo "$peer: $((SECONDS - start)) s"
done
