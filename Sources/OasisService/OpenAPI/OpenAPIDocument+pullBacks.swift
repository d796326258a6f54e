extension OpenAPIDocument {
    /// Campaigns that are pulled back, and an operator's word against it.
    static let pullBackPaths = #"""
            "/v1/pull-backs": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "listPullBacks",
                "tags": ["campaigns"],
                "summary": "How far campaigns are pulled back, and why",
                "description": "Running campaigns when the policy has a pull-back rule, and those that were touched before. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "By campaign.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["pullBacks"],
                          "properties": {
                            "pullBacks": {"type": "array", "items": {"$ref": "#/components/schemas/PullBack"}}
                          }
                        },
                        "example": {
                          "pullBacks": [
                            {
                              "campaign": "campaign-1",
                              "level": "half",
                              "promotedShare": 0.5,
                              "log": [
                                {
                                  "at": "2026-11-22T09:30:00.000Z",
                                  "actor": "planner",
                                  "level": "half",
                                  "reason": "received worse than tolerated: 31.2 % of 240 promoted plays were streamed, and 62.5 % of the organic ones there"
                                }
                              ]
                            }
                          ]
                        }
                      }
                    }
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/campaigns/{id}/pull-back-override": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "parameters": [
                {
                  "name": "id",
                  "in": "path",
                  "required": true,
                  "description": "The document's id.",
                  "schema": {"$ref": "#/components/schemas/Identifier"}
                }
              ],
              "put": {
                "operationId": "overridePullBack",
                "tags": ["campaigns"],
                "summary": "Put a campaign where an operator wants it, or leave it to the evidence again",
                "description": "Holds from the next plan on, whatever the evidence says; without `level` the evidence decides again, beginning anew. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {
                        "type": "object",
                        "required": ["reason"],
                        "additionalProperties": false,
                        "properties": {
                          "level": {"anyOf": [{"$ref": "#/components/schemas/PullBackLevel"}, {"type": "null"}]},
                          "reason": {"type": "string", "minLength": 1, "maxLength": 500}
                        }
                      },
                      "example": {"level": "full", "reason": "a remaster is out; the skips were about the old file"}
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "Where the campaign is now.",
                    "headers": {
                      "ETag": {"description": "Names this step.", "schema": {"type": "string"}}
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredPullBack"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#

    /// Schemas of pull-back.
    static let pullBackSchemas = #"""
              "PullBackRule": {
                "type": "object",
                "required": ["tolerance", "errorProbability", "recoveryErrorProbability", "probeShare", "windowDays"],
                "additionalProperties": false,
                "description": "When campaigns that listeners receive badly are promoted less; without it none is.",
                "properties": {
                  "tolerance": {
                    "type": "number",
                    "description": "How much worse than organic plays promoted ones may be streamed, as a share of the organic rate.",
                    "minimum": 0,
                    "maximum": 0.9
                  },
                  "errorProbability": {
                    "type": "number",
                    "description": "Largest probability with which a campaign within the tolerance is ever pulled back.",
                    "exclusiveMinimum": 0,
                    "maximum": 0.5
                  },
                  "recoveryErrorProbability": {
                    "type": "number",
                    "description": "Largest probability with which one test lets a campaign back that is still received worse.",
                    "exclusiveMinimum": 0,
                    "maximum": 0.5
                  },
                  "probeShare": {
                    "type": "number",
                    "description": "Share of requests in which a campaign is still tried when it is pulled back all the way.",
                    "minimum": 0.001,
                    "maximum": 0.25
                  },
                  "windowDays": {
                    "type": "integer",
                    "description": "Days after which reception is looked at anew.",
                    "minimum": 1,
                    "maximum": 28
                  }
                }
              },
              "PullBackLevel": {
                "type": "string",
                "description": "In how many requests a campaign is promoted: all, every second, every fourth, or the few that show whether it has recovered.",
                "enum": ["full", "half", "quarter", "probe"]
              },
              "ReceptionEvidence": {
                "type": "object",
                "required": ["plays", "open", "promotedRate", "promotedLow", "promotedHigh", "organicRate", "organicLow", "organicHigh", "errorProbability"],
                "description": "Streams a play, promoted and organic in the same cells; bounds hold at all times at once.",
                "properties": {
                  "plays": {"type": "integer", "description": "Promoted plays looked at.", "minimum": 1},
                  "open": {"type": "integer", "description": "Those whose end was not reported yet.", "minimum": 0},
                  "promotedRate": {"type": "number"},
                  "promotedLow": {"type": "number"},
                  "promotedHigh": {"type": "number"},
                  "organicRate": {"type": "number"},
                  "organicLow": {"type": "number"},
                  "organicHigh": {"type": "number"},
                  "errorProbability": {"type": "number", "description": "This test's share of the error."}
                }
              },
              "PullBack": {
                "type": "object",
                "required": ["campaign", "level", "promotedShare", "log"],
                "properties": {
                  "campaign": {"$ref": "#/components/schemas/Identifier"},
                  "level": {"$ref": "#/components/schemas/PullBackLevel"},
                  "promotedShare": {"type": "number", "description": "Share of requests in which it is promoted.", "minimum": 0, "maximum": 1},
                  "override": {"$ref": "#/components/schemas/PullBackLevel"},
                  "evidence": {"$ref": "#/components/schemas/ReceptionEvidence"},
                  "log": {
                    "type": "array",
                    "description": "Every step, newest first.",
                    "items": {
                      "type": "object",
                      "required": ["at", "actor", "level", "reason"],
                      "properties": {
                        "at": {"$ref": "#/components/schemas/Time"},
                        "actor": {"type": "string", "description": "`planner`, or the name of an operator's token."},
                        "level": {"$ref": "#/components/schemas/PullBackLevel"},
                        "override": {"$ref": "#/components/schemas/PullBackLevel"},
                        "reason": {"type": "string"},
                        "evidence": {"$ref": "#/components/schemas/ReceptionEvidence"}
                      }
                    }
                  }
                }
              },
              "StoredPullBack": {
                "type": "object",
                "required": ["campaign", "level", "reason", "since", "etag", "updatedAt", "updatedBy"],
                "properties": {
                  "campaign": {"$ref": "#/components/schemas/Identifier"},
                  "level": {"$ref": "#/components/schemas/PullBackLevel"},
                  "override": {"$ref": "#/components/schemas/PullBackLevel"},
                  "reason": {"type": "string"},
                  "since": {"$ref": "#/components/schemas/Time"},
                  "windowsBefore": {"type": "integer", "description": "Windows of evidence that were over before.", "minimum": 0},
                  "countedBefore": {
                    "type": "array",
                    "description": "What the day had counted of the campaign before.",
                    "items": {
                      "type": "object",
                      "required": ["cell", "shown", "ended", "streams"],
                      "properties": {
                        "cell": {"type": "object"},
                        "shown": {"type": "integer"},
                        "ended": {"type": "integer"},
                        "streams": {"type": "integer"}
                      }
                    }
                  },
                  "evidence": {"$ref": "#/components/schemas/ReceptionEvidence"},
                  "etag": {"type": "string"},
                  "updatedAt": {"$ref": "#/components/schemas/Time"},
                  "updatedBy": {"type": "string"}
                }
              }
        """#
}
