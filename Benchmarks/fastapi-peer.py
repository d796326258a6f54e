#!/usr/bin/env python3
"""What many teams would write first: a FastAPI service that scores candidates with LightGBM and adds a boost.

Takes the body of `POST /v1/score`, predicts each candidate's stream probability from 20 features with a small model,
prices the candidates that a campaign promotes, and answers in the shape of Oasis's reply. No caps, no randomisation, no
ledger: it does less. One worker, uvicorn on uvloop and httptools.

  Benchmarks/fastapi-peer.py PORT             (run by Benchmarks/serving-json, in Benchmarks/.venv-serving)
"""
import hashlib
import hmac
import sys

import lightgbm
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

FEATURES = 20
SECRET = b"peer"


def trained_model():
    """A model of the size that such a service would start with: 100 trees of 31 leaves."""
    random = np.random.default_rng(1)
    features = random.normal(size=(20_000, FEATURES)).astype(np.float32)
    logit = features[:, 0] - 0.5 * features[:, 1] * features[:, 2] + 0.3 * features[:, 3]
    streamed = (random.uniform(size=len(logit)) < 1 / (1 + np.exp(-logit))).astype(int)
    parameters = {"objective": "binary", "num_leaves": 31, "verbose": -1, "num_threads": 1, "seed": 1}
    return lightgbm.train(parameters, lightgbm.Dataset(features, streamed), num_boost_round=100)


MODEL = trained_model()
# Features of tracks are looked up by name, as from a feature store that is kept in memory.
TRACK_FEATURES = np.random.default_rng(2).normal(size=(65_536, FEATURES)).astype(np.float32)


class Candidates(BaseModel):
    track: list[str] = Field(min_length=1, max_length=1000)
    organicScore: list[float]
    streamProbability: list[float] | None = None
    isNewToArtist: list[bool] | None = None


class ScoreRequest(BaseModel):
    requestId: str
    listener: str
    surface: str
    market: str
    scale: str
    slateSize: int = Field(ge=1, le=100)
    promotableSlots: int = Field(ge=0, le=100)
    candidates: Candidates


class Promotion(BaseModel):
    index: int
    track: str
    campaign: str
    boost: float
    propensity: float
    reasons: list[str]
    receipt: str


class ScoreReply(BaseModel):
    requestId: str
    snapshot: str
    snapshotAgeSeconds: float
    policyVersion: int
    arm: str
    promotions: list[Promotion]
    degraded: list[str]


app = FastAPI()


def campaign_of(track):
    """Every fifth track belongs to a campaign, as in the market that Oasis serves beside it."""
    number = int(track.rsplit("-", 1)[1])
    return f"campaign-{number % 200}" if number % 5 == 0 else None


@app.post("/v1/score")
async def score(request: ScoreRequest) -> ScoreReply:
    tracks = request.candidates.track
    organic = np.asarray(request.candidates.organicScore, dtype=np.float32)
    rows = np.fromiter((hash(track) & 0xFFFF for track in tracks), dtype=np.int64, count=len(tracks))
    stream = MODEL.predict(TRACK_FEATURES[rows])
    order = np.argsort(-organic)
    slots = max(0, min(request.promotableSlots, request.slateSize))
    displaced = organic[order[min(request.slateSize, len(order)) - 1]]
    offers = []
    for index, track in enumerate(tracks):
        campaign = campaign_of(track)
        if campaign is None or organic[index] >= displaced:
            continue
        worth = 0.2 * float(stream[index])
        if organic[index] + worth > displaced:
            offers.append((worth - float(displaced - organic[index]), index, track, campaign, worth))
    offers.sort(reverse=True)
    promotions = [
        Promotion(
            index=index,
            track=track,
            campaign=campaign,
            boost=worth,
            propensity=1.0,
            reasons=["worth-its-price"],
            receipt=hmac.new(SECRET, f"{request.requestId}{track}".encode(), hashlib.sha256).hexdigest(),
        )
        for _, index, track, campaign, worth in offers[:slots]
    ]
    return ScoreReply(
        requestId=request.requestId,
        snapshot="000000000000002a",
        snapshotAgeSeconds=4.2,
        policyVersion=1,
        arm="promoted",
        promotions=promotions,
        degraded=[],
    )


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
