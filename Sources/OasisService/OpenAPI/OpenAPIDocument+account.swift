extension OpenAPIDocument {
    /// Paths of eligibility, changes and statements.
    static let accountPaths = #"""
            "/v1/eligibility": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getEligibility",
                "tags": ["catalogue"],
                "summary": "Whether a song may be opted in",
                "description": "By the campaign rules of the policy in force, with every rule that is not met, the selection for next month, and the lift at which the commission is earned back. 404 for a song that the catalogue does not have, and where the policy has no campaignRules. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [
                  {
                    "name": "song",
                    "in": "query",
                    "required": true,
                    "description": "The song.",
                    "schema": {"$ref": "#/components/schemas/Identifier"}
                  },
                  {
                    "name": "day",
                    "in": "query",
                    "description": "UTC day on which it is judged; today when left out.",
                    "schema": {"$ref": "#/components/schemas/Day"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The answer.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/Eligibility"},
                        "example": {
                          "song": "song-1",
                          "day": "2026-11-22",
                          "isEligible": false,
                          "findings": [{"reason": "too-few-eligible-songs", "required": 3, "found": 1}],
                          "policyVersion": 2,
                          "commissionRate": 3000,
                          "breakEvenLift": 0.4285714285714286,
                          "selection": {
                            "isOpen": true,
                            "opens": "2026-11-11T00:00:00.000Z",
                            "closes": "2026-11-30T00:00:00.000Z",
                            "runsFrom": "2026-12-01T00:00:00.000Z",
                            "runsUntil": "2027-01-01T00:00:00.000Z"
                          }
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/changes": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "listChanges",
                "tags": ["catalogue"],
                "summary": "Who changed what, when",
                "description": "Changes of campaigns, licensors, songs, teams, pull-backs and policies, newest first. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [{"$ref": "#/components/parameters/pageSize"}],
                "responses": {
                  "200": {
                    "description": "The newest changes.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["changes"],
                          "properties": {
                            "changes": {
                              "type": "array",
                              "items": {
                                "type": "object",
                                "required": ["kind", "id", "etag", "updatedAt", "updatedBy"],
                                "properties": {
                                  "kind": {
                                    "type": "string",
                                    "enum": ["campaign", "licensor", "song", "team", "pull-back", "policy"]
                                  },
                                  "id": {
                                    "type": "string",
                                    "description": "The document's id; a policy's version."
                                  },
                                  "etag": {"type": "string"},
                                  "updatedAt": {"$ref": "#/components/schemas/Time"},
                                  "updatedBy": {
                                    "type": "string",
                                    "description": "Name of the token that made the change."
                                  }
                                }
                              }
                            }
                          }
                        },
                        "example": {
                          "changes": [
                            {
                              "kind": "campaign",
                              "id": "campaign-1",
                              "etag": "\"2\"",
                              "updatedAt": "2026-11-22T09:30:00.000Z",
                              "updatedBy": "label-desk"
                            }
                          ]
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/statements": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getStatement",
                "tags": ["status"],
                "summary": "What was delivered, and what it earns",
                "description": "One line for each combination of what `by` names. Counts are of promoted plays; context streams have no promotion behind them. A line is final seven days after the end of its last day. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [
                  {
                    "name": "from",
                    "in": "query",
                    "description": "First UTC day; today when left out.",
                    "schema": {"$ref": "#/components/schemas/Day"}
                  },
                  {
                    "name": "to",
                    "in": "query",
                    "description": "Day after the last one, at most 366 days after `from`; the day after `from` when left out.",
                    "schema": {"$ref": "#/components/schemas/Day"}
                  },
                  {
                    "name": "by",
                    "in": "query",
                    "description": "Some of campaign, licensor, day, surface, market, each once, separated by commas; campaign when left out.",
                    "schema": {"type": "string"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The statement.",
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/Statement"},
                        "example": {
                          "from": "2026-11-22",
                          "to": "2026-11-23",
                          "asOf": "2026-11-22T09:30:00.000Z",
                          "lines": [
                            {
                              "campaign": "campaign-1",
                              "delivered": 120,
                              "streams": 80,
                              "skips": 20,
                              "saves": 4,
                              "playlistAdds": 1,
                              "follows": 1,
                              "newListeners": 9,
                              "contextStreams": 700,
                              "commission": {"micros": 936000, "currency": "EUR"},
                              "isFinal": false,
                              "finalizedAt": "2026-11-30T00:00:00.000Z"
                            }
                          ],
                          "total": {
                            "delivered": 120,
                            "streams": 80,
                            "skips": 20,
                            "saves": 4,
                            "playlistAdds": 1,
                            "follows": 1,
                            "newListeners": 9,
                            "contextStreams": 700,
                            "commission": {"micros": 936000, "currency": "EUR"},
                            "isFinal": false,
                            "finalizedAt": "2026-11-30T00:00:00.000Z"
                          }
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#
}
