extension OpenAPIDocument {
    /// Schemas of the scoring port, and those of both ports.
    static let scoringSchemas = #"""
              "Error": {
                "type": "object",
                "required": ["error"],
                "properties": {
                  "error": {
                    "type": "object",
                    "required": ["reason", "message"],
                    "properties": {
                      "reason": {
                        "type": "string",
                        "description": "For programs.",
                        "enum": [
                          "MALFORMED_REQUEST",
                          "INVALID_JSON",
                          "INVALID_FIELD",
                          "UNAUTHENTICATED",
                          "PERMISSION_DENIED",
                          "CROSS_ORIGIN",
                          "NOT_FOUND",
                          "METHOD_NOT_ALLOWED",
                          "REQUEST_TIMEOUT",
                          "ALREADY_EXISTS",
                          "CONFLICT",
                          "LENGTH_REQUIRED",
                          "PRECONDITION_FAILED",
                          "BODY_TOO_LARGE",
                          "UNSUPPORTED_MEDIA_TYPE",
                          "PRECONDITION_REQUIRED",
                          "INTERNAL",
                          "NOT_READY",
                          "OVERLOADED",
                          "LEDGER_UNAVAILABLE"
                        ]
                      },
                      "message": {"type": "string", "description": "For people: what was wrong, and what to do."},
                      "field": {
                        "type": "string",
                        "description": "Path of the field at fault from the document's top: `candidates.track[3]`."
                      },
                      "requestId": {
                        "type": "string",
                        "description": "The score request it answers, when it was read that far."
                      }
                    },
                    "additionalProperties": false
                  }
                }
              },
              "Identifier": {
                "type": "string",
                "description": "1 to 128 letters, digits and `. _ : -`.",
                "pattern": "^[A-Za-z0-9._:-]+$",
                "maxLength": 128
              },
              "Time": {
                "type": "string",
                "description": "RFC 3339 time; replies are in UTC with milliseconds.",
                "format": "date-time",
                "examples": ["2026-11-22T09:30:00.000Z"]
              },
              "Day": {
                "type": "string",
                "description": "UTC day.",
                "format": "date",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
              },
              "Money": {
                "type": "object",
                "required": ["micros", "currency"],
                "properties": {
                  "micros": {"type": "integer", "description": "Millionths of the currency's unit."},
                  "currency": {
                    "type": "string",
                    "description": "ISO 4217 code; XXX before the first policy.",
                    "pattern": "^[A-Z]{3}$"
                  }
                }
              },
              "Health": {
                "type": "object",
                "required": ["status"],
                "properties": {"status": {"type": "string", "enum": ["live", "ready"]}}
              },
              "ScoreRequest": {
                "type": "object",
                "required": [
                  "requestId",
                  "listener",
                  "surface",
                  "market",
                  "scale",
                  "slateSize",
                  "promotableSlots",
                  "candidates"
                ],
                "properties": {
                  "requestId": {
                    "type": "string",
                    "description": "The caller's name for this decision; the same one again gives the same draw.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 128
                  },
                  "listener": {
                    "type": "string",
                    "description": "The listener's pseudonym; never a name or an address.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 128
                  },
                  "surface": {
                    "type": "string",
                    "description": "Where it is played.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 20
                  },
                  "market": {
                    "type": "string",
                    "description": "In which country.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 8
                  },
                  "time": {
                    "$ref": "#/components/schemas/Time",
                    "description": "When it is decided; needed, and used, only when clock.source is requests."
                  },
                  "scale": {
                    "type": "string",
                    "description": "Name of the organic score's scale; on another than the policy's nothing is promoted."
                  },
                  "slateSize": {
                    "type": "integer",
                    "description": "Tracks that will be played.",
                    "minimum": 1,
                    "maximum": 100
                  },
                  "promotableSlots": {
                    "type": "integer",
                    "description": "How many of them may be promoted; at most slateSize.",
                    "minimum": 0,
                    "maximum": 100
                  },
                  "explain": {
                    "type": "boolean",
                    "description": "Whether promotions are to say how their boosts came about; left out under overload, and then flagged `overloaded`. Absent: false."
                  },
                  "candidates": {
                    "type": "object",
                    "required": ["track", "organicScore"],
                    "properties": {
                      "track": {
                        "type": "array",
                        "items": {
                          "type": "string",
                          "description": "A candidate.",
                          "pattern": "^[A-Za-z0-9._:-]+$",
                          "maxLength": 128
                        },
                        "minItems": 1,
                        "maxItems": 1000
                      },
                      "organicScore": {
                        "type": "array",
                        "items": {
                          "type": "number",
                          "description": "Utility of playing it, in organic-score units.",
                          "minimum": -1000000.0,
                          "maximum": 1000000.0
                        },
                        "maxItems": 1000
                      },
                      "streamProbability": {
                        "type": "array",
                        "items": {
                          "type": "number",
                          "description": "Probability of a stream of at least 30 s.",
                          "minimum": 0,
                          "maximum": 1
                        },
                        "description": "Left out when the ranker does not know.",
                        "maxItems": 1000
                      },
                      "isNewToArtist": {
                        "type": "array",
                        "items": {"type": "boolean"},
                        "description": "Whether the listener never streamed the artist; left out when the ranker does not know.",
                        "maxItems": 1000
                      }
                    },
                    "description": "Columns: element i of each belongs to candidate i."
                  }
                }
              },
              "ScoreReply": {
                "type": "object",
                "required": [
                  "requestId",
                  "snapshot",
                  "snapshotAgeSeconds",
                  "policyVersion",
                  "arm",
                  "experimentArms",
                  "isShadow",
                  "promotions",
                  "degraded"
                ],
                "properties": {
                  "requestId": {"$ref": "#/components/schemas/Identifier"},
                  "snapshot": {
                    "type": ["string", "null"],
                    "pattern": "^[0-9a-f]{16}$",
                    "description": "The snapshot that priced it; null before the first."
                  },
                  "snapshotAgeSeconds": {"type": ["number", "null"], "description": "Its age, in seconds."},
                  "policyVersion": {"type": ["integer", "null"], "description": "Version of the policy in it."},
                  "arm": {
                    "type": "string",
                    "description": "The side of the permanent experiment the listener is on; a holdout listener is never promoted to.",
                    "enum": ["promoted", "holdout"]
                  },
                  "experimentArms": {
                    "type": "array",
                    "items": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,32}/[A-Za-z0-9._:-]{1,32}$"},
                    "description": "The experiment arms that the listener is in, as `layer/arm`; a holdout listener is in none."
                  },
                  "isShadow": {
                    "type": "boolean",
                    "description": "Whether promotion was decided and logged without being served; there are no promotions then."
                  },
                  "promotions": {"type": "array", "items": {"$ref": "#/components/schemas/Promotion"}},
                  "degraded": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "enum": [
                        "no-snapshot",
                        "stale-snapshot",
                        "expired-snapshot",
                        "scale-mismatch",
                        "promotion-stopped",
                        "lease-exhausted",
                        "too-many-cells",
                        "ledger-unavailable",
                        "frozen-prices",
                        "deadline-exceeded",
                        "overloaded",
                        "frequency-state-missing"
                      ]
                    },
                    "description": "What was not as it should be."
                  }
                },
                "additionalProperties": false
              },
              "Promotion": {
                "type": "object",
                "required": ["index", "track", "campaign", "boost", "propensity", "reasons", "receipt"],
                "properties": {
                  "index": {
                    "type": "integer",
                    "description": "Place of the candidate in the request's columns.",
                    "minimum": 0,
                    "maximum": 999
                  },
                  "track": {"$ref": "#/components/schemas/Identifier"},
                  "campaign": {"$ref": "#/components/schemas/Identifier"},
                  "boost": {
                    "type": "number",
                    "description": "What the ranker adds to the organic score, in organic-score units.",
                    "minimum": 0
                  },
                  "propensity": {
                    "type": "number",
                    "description": "Probability with which it was promoted in this request.",
                    "minimum": 0,
                    "maximum": 1
                  },
                  "reasons": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "enum": [
                        "worth-its-price",
                        "exploration",
                        "max-boost",
                        "not-worth-its-price",
                        "slate-limit",
                        "minimum-gap",
                        "campaign-frequency",
                        "artist-frequency",
                        "organic-percentile",
                        "holdout",
                        "promotion-stopped",
                        "lease-exhausted",
                        "pulled-back"
                      ]
                    },
                    "description": "What shaped the decision."
                  },
                  "receipt": {
                    "type": "string",
                    "description": "Signed bytes in base64url, to be sent back on the promotion's events.",
                    "pattern": "^[A-Za-z0-9_-]*$"
                  },
                  "explanation": {"$ref": "#/components/schemas/BoostExplanation"}
                },
                "additionalProperties": false
              },
              "BoostExplanation": {
                "type": "object",
                "description": "How the boost came about, where the request asked: the sum of the contributions, divided by lossPrice, within the policy's limits.",
                "required": ["terms", "lossPrice", "listenerLoss", "fullBoost"],
                "properties": {
                  "terms": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["attribute", "amount", "worth", "campaignPrice", "cellPrice", "contribution"],
                      "properties": {
                        "attribute": {
                          "type": "string",
                          "enum": ["delivery", "stream", "save", "newListener", "commission"]
                        },
                        "amount": {"type": "number", "description": "How much of it one promotion is expected to cause."},
                        "worth": {"type": "number", "description": "Worth of one unit, in organic-score units."},
                        "campaignPrice": {"type": "number", "description": "The campaign's price of one unit."},
                        "cellPrice": {"type": "number", "description": "The cell's price of one unit."},
                        "contribution": {
                          "type": "number",
                          "description": "amount · (worth − campaignPrice − cellPrice)."
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "lossPrice": {"type": "number", "description": "What one unit of listener loss costs."},
                  "listenerLoss": {"type": "number", "description": "Organic utility that the promotion displaces."},
                  "fullBoost": {"type": "number", "description": "The boost before limits."}
                },
                "additionalProperties": false
              },
              "Event": {
                "type": "object",
                "required": ["specversion", "id", "source", "type", "time", "data"],
                "properties": {
                  "specversion": {"const": "1.0"},
                  "id": {
                    "type": "string",
                    "description": "Unique together with source.",
                    "minLength": 1,
                    "maxLength": 128
                  },
                  "source": {"type": "string", "description": "The producer.", "minLength": 1, "maxLength": 256},
                  "type": {
                    "type": "string",
                    "description": "What happened; released means that the slate ended without playing it.",
                    "enum": [
                      "oasis.shown",
                      "oasis.streamed",
                      "oasis.skipped",
                      "oasis.saved",
                      "oasis.added",
                      "oasis.followed",
                      "oasis.released"
                    ]
                  },
                  "time": {"$ref": "#/components/schemas/Time", "description": "When it happened."},
                  "datacontenttype": {"const": "application/json"},
                  "data": {"$ref": "#/components/schemas/EventData"}
                }
              },
              "EventData": {
                "type": "object",
                "description": "A receipt makes it a promoted play; without one, track, listener, surface and market make it an organic play.",
                "properties": {
                  "receipt": {
                    "type": "string",
                    "description": "As it came with the promotion.",
                    "pattern": "^[A-Za-z0-9_-]*$",
                    "maxLength": 256
                  },
                  "track": {"$ref": "#/components/schemas/Identifier"},
                  "listener": {"$ref": "#/components/schemas/Identifier"},
                  "surface": {
                    "type": "string",
                    "description": "Where.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 20
                  },
                  "market": {
                    "type": "string",
                    "description": "In which country.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 8
                  },
                  "playedMilliseconds": {
                    "type": "integer",
                    "description": "How long it was played, in milliseconds; needed for oasis.streamed. A stream from 30000 on.",
                    "minimum": 0,
                    "maximum": 86400000
                  },
                  "isNewToArtist": {
                    "type": "boolean",
                    "description": "Whether the listener never streamed the artist before, when the producer knows."
                  }
                },
                "anyOf": [{"required": ["receipt"]}, {"required": ["track", "listener", "surface", "market"]}]
              },
              "EventBatch": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}, "maxItems": 1000},
              "EventResults": {
                "type": "object",
                "required": ["results"],
                "properties": {
                  "results": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["id", "status"],
                      "properties": {
                        "id": {"type": "string"},
                        "status": {
                          "type": "string",
                          "description": "duplicate: it is on disk already and nothing changed. refused: it was not taken in, and never will be.",
                          "enum": ["recorded", "duplicate", "refused"]
                        },
                        "reason": {
                          "type": "string",
                          "enum": ["duplicate-receipt", "too-late", "from-the-future", "bad-identity"]
                        }
                      },
                      "additionalProperties": false
                    }
                  }
                },
                "additionalProperties": false
              }
        """#
}
