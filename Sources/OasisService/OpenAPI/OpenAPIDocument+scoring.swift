extension OpenAPIDocument {
    /// Paths of the scoring port, and those of both ports.
    static let scoringPaths = #"""
            "/v1/score": {
              "servers": [{"url": "http://127.0.0.1:8080", "description": "Scoring port"}],
              "post": {
                "operationId": "score",
                "tags": ["scoring"],
                "summary": "Promotion scores for one ranking decision",
                "description": "The ranker adds each promotion's boost to the candidate's organic score and sorts; every candidate that is not listed has boost 0. The reply is always safe to use: whatever is not as it should be is named in `degraded`. The same request at the same snapshot and time gives the same bytes. Needs the role `score` when tokens are configured.",
                "security": [{"token": ["score"]}, {}],
                "parameters": [
                  {
                    "name": "X-Deadline-Ms",
                    "in": "header",
                    "description": "Milliseconds that the caller waits for the answer, from sending the request. When they have passed, or deciding would make them pass, the answer comes at once, without boosts and with `deadline-exceeded` in `degraded`.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 60000},
                    "example": 25
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/ScoreRequest"},
                      "example": {
                        "requestId": "r-1",
                        "listener": "l-77",
                        "surface": "radio",
                        "market": "DE",
                        "scale": "utility-2",
                        "slateSize": 10,
                        "promotableSlots": 2,
                        "candidates": {
                          "track": ["t-1", "t-2"],
                          "organicScore": [0.52, 0.5],
                          "streamProbability": [0.71, 0.64],
                          "isNewToArtist": [false, true]
                        }
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "The decision.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/ScoreReply"},
                        "example": {
                          "requestId": "r-1",
                          "snapshot": "000000000000002a",
                          "snapshotAgeSeconds": 4.2,
                          "policyVersion": 3,
                          "arm": "promoted",
                          "experimentArms": [],
                          "isShadow": false,
                          "promotions": [
                            {
                              "index": 1,
                              "track": "t-2",
                              "campaign": "campaign-7",
                              "boost": 0.031,
                              "propensity": 1.0,
                              "reasons": ["worth-its-price"],
                              "receipt": "AQFhc2Q"
                            }
                          ],
                          "degraded": []
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"},
                  "408": {"$ref": "#/components/responses/RequestTimeout"},
                  "411": {"$ref": "#/components/responses/LengthRequired"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/events": {
              "servers": [{"url": "http://127.0.0.1:8080", "description": "Scoring port"}],
              "post": {
                "operationId": "recordEvents",
                "tags": ["scoring"],
                "summary": "Record what listeners did",
                "description": "CloudEvents 1.0, one in structured mode or a batch; binary mode is refused. One malformed event refuses the whole batch and records nothing. The reply comes only when everything is on disk; sending the same (source, id) again changes nothing, so retry freely. Needs the role `events` when tokens are configured.",
                "security": [{"token": ["events"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/cloudevents+json": {
                      "schema": {"$ref": "#/components/schemas/Event"},
                      "example": {
                        "specversion": "1.0",
                        "id": "e-1",
                        "source": "player/eu",
                        "type": "oasis.streamed",
                        "time": "2026-11-22T09:30:00Z",
                        "datacontenttype": "application/json",
                        "data": {"receipt": "AQFhc2Q", "playedMilliseconds": 31000}
                      }
                    },
                    "application/cloudevents-batch+json": {
                      "schema": {"$ref": "#/components/schemas/EventBatch"},
                      "example": [
                        {
                          "specversion": "1.0",
                          "id": "e-1",
                          "source": "player/eu",
                          "type": "oasis.streamed",
                          "time": "2026-11-22T09:30:00Z",
                          "datacontenttype": "application/json",
                          "data": {"receipt": "AQFhc2Q", "playedMilliseconds": 31000}
                        }
                      ]
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "Everything is on disk; one result for each event, in their order.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/EventResults"},
                        "example": {"results": [{"id": "e-1", "status": "recorded"}]}
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"},
                  "408": {"$ref": "#/components/responses/RequestTimeout"},
                  "411": {"$ref": "#/components/responses/LengthRequired"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/health/live": {
              "servers": [
                {"url": "http://127.0.0.1:8080", "description": "Scoring port"},
                {"url": "http://127.0.0.1:8081", "description": "Console port"}
              ],
              "get": {
                "operationId": "live",
                "tags": ["operation"],
                "summary": "Whether the process runs",
                "description": "For a restart on failure.",
                "security": [],
                "responses": {
                  "200": {
                    "description": "It runs.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/Health"},
                        "example": {"status": "live"}
                      }
                    }
                  },
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"}
                }
              }
            },
            "/health/ready": {
              "servers": [
                {"url": "http://127.0.0.1:8080", "description": "Scoring port"},
                {"url": "http://127.0.0.1:8081", "description": "Console port"}
              ],
              "get": {
                "operationId": "ready",
                "tags": ["operation"],
                "summary": "Whether the server asks for traffic",
                "description": "Yes after the first plan or a loaded snapshot, leases and a warm-up, until shutdown begins.",
                "security": [],
                "responses": {
                  "200": {
                    "description": "It does.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/Health"},
                        "example": {"status": "ready"}
                      }
                    }
                  },
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/metrics": {
              "servers": [
                {"url": "http://127.0.0.1:8080", "description": "Scoring port"},
                {"url": "http://127.0.0.1:8081", "description": "Console port"}
              ],
              "get": {
                "operationId": "metrics",
                "tags": ["operation"],
                "summary": "Metrics for Prometheus",
                "description": "Text exposition format 0.0.4. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {"description": "Every metric.", "content": {"text/plain": {"schema": {"type": "string"}}}},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"}
                }
              }
            },
            "/openapi.json": {
              "servers": [
                {"url": "http://127.0.0.1:8080", "description": "Scoring port"},
                {"url": "http://127.0.0.1:8081", "description": "Console port"}
              ],
              "get": {
                "operationId": "openapi",
                "tags": ["operation"],
                "summary": "This document",
                "description": "OpenAPI 3.1 in JSON.",
                "security": [],
                "responses": {
                  "200": {
                    "description": "This document.",
                    "content": {"application/json": {"schema": {"type": "object"}}}
                  },
                  "405": {"$ref": "#/components/responses/MethodNotAllowed"}
                }
              }
            }
        """#
}
