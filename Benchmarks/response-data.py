#!/usr/bin/env python3
"""Prepare public data for response models: tables, schemas, and texts in Vowpal Wabbit's layout.

  response-data.py movies --out DIR                      MovieLens 100K, from the wheel of recbole==1.2.1 on PyPI
  response-data.py clicks --out DIR --open-bandit DIR    clicks of the Open Bandit sample (obp==0.5.7 ships it)

Movies: a row for each rating in order of (timestamp, user, item), label 1 for 4 stars or more. movies.csv has all 100,000
rows, the last 20,000 for the test; movies-train.vw and movies-test.vw the same as text; movies-train-x10.vw the training
rows ten times. Clicks: a row for each recommendation of all logs together in order of time, the last fifth for the test.
Only the standard library is needed; pip downloads the wheel.
"""

import argparse
import csv
import datetime
import glob
import json
import os
import subprocess
import sys
import zipfile

WHEEL = "recbole==1.2.1"
INSIDE = "recbole/dataset_example/ml-100k/ml-100k."
TRAINED = 80_000


def wheel(folder):
    found = glob.glob(os.path.join(folder, "recbole-1.2.1-*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", folder, WHEEL]
        subprocess.run(command, check=True)
        found = glob.glob(os.path.join(folder, "recbole-1.2.1-*.whl"))
    return found[0]


def lines(archive, name):
    text = archive.read(INSIDE + name).decode("utf-8")
    return [line.split("\t") for line in text.split("\n")[1:] if line]


def movie_rows(folder):
    with zipfile.ZipFile(wheel(folder)) as archive:
        users = {line[0]: line for line in lines(archive, "user")}
        items = {line[0]: line for line in lines(archive, "item")}
        ratings = [(int(float(time)), int(user), int(item), float(stars)) for user, item, stars, time in lines(archive, "inter")]
    for time, user, item, stars in sorted(ratings):
        moment = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
        _, age, gender, occupation, zip_code = users[str(user)]
        _, _, year, genres = items[str(item)]
        yield {
            "liked": int(stars >= 4),
            "time": time,
            "user": user,
            "item": item,
            "gender": gender,
            "occupation": occupation,
            "zip": zip_code,
            "age": age,
            "year": year,
            "hour": moment.hour,
            "weekday": moment.weekday(),
            "genres": genres,
        }


def write_table(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_schema(path, bits, forms, seed=0):
    features = [{"name": name, "form": form} if isinstance(form, str) else {"name": name} | form for name, form in forms.items()]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"hashBits": bits, "seed": seed, "features": features}, file, indent=1)


def vowpal(row):
    """A row as text: every value a name in the namespace of its column's first letters."""

    def clean(text):
        return "".join("_" if letter in " |:\t" else letter for letter in str(text))

    names = [f"{name}={clean(row[name])}" for name in list(row)[2:-1]]
    names += [f"genre={clean(genre)}" for genre in row["genres"].split(" ")]
    return f"{1 if row['liked'] else -1} |f {' '.join(names)}\n"


def movies(out):
    rows = list(movie_rows(out))
    write_table(os.path.join(out, "movies.csv"), rows)
    forms = {name: "categorical" for name in list(rows[0])[2:-1]} | {"genres": "words"}
    write_schema(os.path.join(out, "movies.json"), 24, forms)
    texts = [vowpal(row) for row in rows]
    for name, part in [("train", texts[:TRAINED]), ("test", texts[TRAINED:]), ("train-x10", texts[:TRAINED] * 10)]:
        with open(os.path.join(out, f"movies-{name}.vw"), "w", encoding="utf-8") as file:
            file.writelines(part)
    print(f"{len(rows)} rows in {out}: movies.csv, movies.json, movies-train.vw, movies-test.vw, movies-train-x10.vw")


def clicks(out, source):
    rows = []
    for path in sorted(glob.glob(os.path.join(source, "*", "*", "*.csv"))):
        if os.path.basename(path) == "item_context.csv":
            continue
        policy, campaign = path.split(os.sep)[-3:-1]
        with open(path, newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                item = line["item_id"]
                rows.append(
                    {
                        "click": line["click"],
                        "time": line["timestamp"].replace(" ", "T"),
                        "policy": policy,
                        "campaign": campaign,
                        "item": f"{campaign}-{item}",
                        "position": line["position"],
                        "propensity": line["propensity_score"],
                        "affinity": line[f"user-item_affinity_{item}"],
                    }
                    | {f"user{index}": line[f"user_feature_{index}"] for index in range(4)}
                )
    rows.sort(key=lambda row: datetime.datetime.fromisoformat(row["time"]))
    write_table(os.path.join(out, "clicks.csv"), rows)
    forms = {name: "categorical" for name in ["policy", "campaign", "item", "position", "user0", "user1", "user2", "user3"]}
    forms |= {"propensity": "logit", "affinity": "log", "item-position": {"form": "cross", "of": ["item", "position"]}}
    write_schema(os.path.join(out, "clicks.json"), 18, forms)
    print(f"{len(rows)} rows, {sum(int(row['click']) for row in rows)} clicks in {out}: clicks.csv, clicks.json")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["movies", "clicks"])
    parser.add_argument("--out", required=True, metavar="DIR", help="where files go")
    parser.add_argument("--open-bandit", metavar="DIR", help="the folder with random/ and bts/")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    if arguments.what == "movies":
        movies(arguments.out)
    elif arguments.open_bandit:
        clicks(arguments.out, arguments.open_bandit)
    else:
        parser.error("clicks needs --open-bandit")


if __name__ == "__main__":
    main()
