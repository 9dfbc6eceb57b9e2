"""Recompute a roster proof of Netral: python3 roster-proof.py FILE.jsonl"""
import base64, collections, hashlib, json, sys

lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
values = [json.loads(line) for line in lines]
head, receipt = values[0], values[-1]["receipt"]
rows = [v["row"] for v in values if "row" in v]
said = {(v["count"]["agency"], v["count"]["level"]): v["count"]["n"] for v in values if "count" in v}
total = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
wrong = []
if json.loads(base64.b64decode(receipt["body"]))["detail"]["sum"] != total:
    wrong.append("the receipt is of other lines")
counted = collections.Counter((r["agency"], r["level"]) for r in rows)
if dict(counted) != said or len(rows) != head["rows"]:
    wrong.append("the counts are not those of the rows")
for what in ("person", "post"):
    for value, n in collections.Counter(r[what] for r in rows).items():
        if n > 1:
            wrong.append(f"{what} {value} stands {n} times")
left = collections.Counter(r["from"] for r in rows)
for r in rows:
    if r["seats"] - r["held"] + left[r["post"]] < 1:
        wrong.append(f"row {r['no']}: {r['title']} is not free")
    if r["eligible"] != "eligible" and not r["reason"]:
        wrong.append(f"row {r['no']}: {r['name']} is not eligible, without a reason")
for (agency, level), n in counted.items():
    print(f"{agency}, {level}: {n}")
print(len(rows), "rows, SHA-256", total)
sys.exit("\n".join(wrong) or 0)
