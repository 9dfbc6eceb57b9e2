"""Consistent sampling in plain Python: python3 draw.py SEED TAKE < list

Reads ids, one a line, and prints the seconds that it took to draw, then the
ids drawn, the first first. It follows the method word by word, and is kept so
that the same draw can be made by another program in another language.
"""

import hashlib
import heapq
import sys
import time


def digest(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def uniform(text):
    number = str(int(digest(text), 16))
    return "0." + number.rjust(64, "0")[::-1]


def draw(seed, ids, take):
    if len(set(ids)) != len(ids):
        raise ValueError("an id is in the list twice")
    start = digest(seed)
    pot = [(uniform(start + name), name) for name in ids]
    heapq.heapify(pot)
    return [heapq.heappop(pot)[1] for _ in range(min(take, len(pot)))]


if __name__ == "__main__":
    seed, take = sys.argv[1], int(sys.argv[2])
    ids = sys.stdin.read().split("\n")[:-1]
    began = time.perf_counter()
    drawn = draw(seed, ids, take)
    print(time.perf_counter() - began)
    print("\n".join(drawn))
