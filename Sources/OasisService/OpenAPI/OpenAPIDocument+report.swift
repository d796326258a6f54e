extension OpenAPIDocument {
    /// What a campaign's licensor is told.
    static let reportPaths = #"""
            "/v1/campaigns/{id}/report": {
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
              "get": {
                "operationId": "campaignReport",
                "tags": ["campaigns"],
                "summary": "A campaign's audience, and what promotion added",
                "description": "A minute old at most. `docs/lift.md` says how effects are measured and when they are withheld. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [
                  {
                    "name": "days",
                    "in": "query",
                    "description": "How many days up to now, or up to the campaign's end.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 34, "default": 28}
                  },
                  {
                    "name": "format",
                    "in": "query",
                    "description": "JSON, or lines of figure and value for a spreadsheet.",
                    "schema": {"enum": ["json", "csv"], "default": "json"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The report.",
                    "content": {
                      "application/json": {"schema": {"$ref": "#/components/schemas/CampaignReport"}},
                      "text/csv; charset=utf-8": {"schema": {"type": "string"}}
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#

    /// Schemas of the report.
    static let reportSchemas = #"""
              "CampaignReport": {
                "type": "object",
                "required": [
                  "campaign", "title", "licensor", "from", "to", "beforeFrom", "beforeTo", "isBeforeComplete",
                  "audience", "during", "before", "streamGrowth", "intent", "lifts", "breakEven"
                ],
                "properties": {
                  "campaign": {"$ref": "#/components/schemas/Identifier"},
                  "title": {"type": "string"},
                  "licensor": {"$ref": "#/components/schemas/Identifier"},
                  "from": {"$ref": "#/components/schemas/Time"},
                  "to": {"$ref": "#/components/schemas/Time"},
                  "beforeFrom": {"$ref": "#/components/schemas/Time"},
                  "beforeTo": {"$ref": "#/components/schemas/Time"},
                  "isBeforeComplete": {
                    "type": "boolean",
                    "description": "Whether the ledger reaches back that far; growth is null where it does not."
                  },
                  "audience": {
                    "type": "object",
                    "required": ["listeners", "listenersBefore", "returningListeners", "newListeners", "growth"],
                    "properties": {
                      "listeners": {"type": "integer", "description": "With a stream.", "minimum": 0},
                      "listenersBefore": {"type": "integer", "minimum": 0},
                      "returningListeners": {"type": "integer", "description": "With one in both.", "minimum": 0},
                      "newListeners": {
                        "type": "integer",
                        "description": "Whose first known stream of the artist it was.",
                        "minimum": 0
                      },
                      "growth": {"type": ["number", "null"], "description": "Null without any before."}
                    }
                  },
                  "during": {"$ref": "#/components/schemas/ActionCounts"},
                  "before": {"$ref": "#/components/schemas/ActionCounts"},
                  "streamGrowth": {"type": ["number", "null"], "description": "Null without any before."},
                  "intent": {
                    "type": "object",
                    "required": ["promotedListeners", "intentListeners", "withinDays", "rate"],
                    "properties": {
                      "promotedListeners": {"type": "integer", "description": "With a promoted stream.", "minimum": 0},
                      "intentListeners": {
                        "type": "integer",
                        "description": "Who saved, added or followed after the first one.",
                        "minimum": 0
                      },
                      "withinDays": {"type": "integer"},
                      "rate": {"type": ["number", "null"]}
                    }
                  },
                  "lifts": {"type": "array", "items": {"$ref": "#/components/schemas/MeasuredLift"}},
                  "breakEven": {
                    "type": ["object", "null"],
                    "description": "Null while the lift of context streams is withheld.",
                    "required": ["commissionRate", "liftNeeded", "verdict", "confidence"],
                    "properties": {
                      "commissionRate": {"type": "number"},
                      "liftNeeded": {"type": ["number", "null"]},
                      "verdict": {"enum": ["earned", "not-earned", "undecided"]},
                      "confidence": {"type": "number", "minimum": 0, "maximum": 1}
                    }
                  }
                }
              },
              "ActionCounts": {
                "type": "object",
                "required": [
                  "streams", "contextStreams", "promotedStreams", "skips", "saves", "playlistAdds", "follows"
                ],
                "properties": {
                  "streams": {"type": "integer", "minimum": 0},
                  "contextStreams": {"type": "integer", "minimum": 0},
                  "promotedStreams": {"type": "integer", "minimum": 0},
                  "skips": {"type": "integer", "minimum": 0},
                  "saves": {"type": "integer", "minimum": 0},
                  "playlistAdds": {"type": "integer", "minimum": 0},
                  "follows": {"type": "integer", "minimum": 0}
                }
              },
              "MeasuredLift": {
                "type": "object",
                "required": [
                  "measure", "isWithheld", "treatedListeners", "heldOutListeners", "heldOutShareDesigned", "findings",
                  "answer"
                ],
                "properties": {
                  "measure": {
                    "enum": ["streams", "context-streams", "new-listeners", "saves", "playlist-adds"]
                  },
                  "isWithheld": {"type": "boolean"},
                  "treatedListeners": {"type": "integer", "minimum": 0},
                  "heldOutListeners": {"type": "integer", "minimum": 0},
                  "heldOutShareDesigned": {"type": "number"},
                  "findings": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["code", "isRefusal", "sentence"],
                      "properties": {
                        "code": {"type": "string"},
                        "isRefusal": {"type": "boolean"},
                        "sentence": {"type": "string"}
                      }
                    }
                  },
                  "answer": {
                    "type": ["object", "null"],
                    "description": "Null where a finding withholds it.",
                    "required": [
                      "treatedMean", "heldOutMean", "noiseTakenAway", "perListener", "incremental", "lift"
                    ],
                    "properties": {
                      "treatedMean": {"type": "number"},
                      "heldOutMean": {"type": "number"},
                      "noiseTakenAway": {"type": "number", "minimum": 0, "maximum": 1},
                      "perListener": {"$ref": "#/components/schemas/MeasuredEffect"},
                      "incremental": {"$ref": "#/components/schemas/MeasuredEffect"},
                      "lift": {"$ref": "#/components/schemas/MeasuredEffect"}
                    }
                  }
                }
              },
              "MeasuredEffect": {
                "type": "object",
                "description": "95 % intervals for one look and for any number of looks; null where there is no end.",
                "required": ["value", "lower", "upper", "alwaysValidLower", "alwaysValidUpper"],
                "properties": {
                  "value": {"type": ["number", "null"]},
                  "lower": {"type": ["number", "null"]},
                  "upper": {"type": ["number", "null"]},
                  "alwaysValidLower": {"type": ["number", "null"]},
                  "alwaysValidUpper": {"type": ["number", "null"]}
                }
              }
        """#
}
