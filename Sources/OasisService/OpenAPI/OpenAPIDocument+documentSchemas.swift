extension OpenAPIDocument {
    /// Schemas of licensors, campaigns and policies.
    static let documentSchemas = #"""
              "Licensor": {
                "type": "object",
                "required": ["id", "title", "tier"],
                "properties": {
                  "id": {"$ref": "#/components/schemas/Identifier"},
                  "title": {
                    "type": "string",
                    "description": "What people call it.",
                    "minLength": 1,
                    "maxLength": 200
                  },
                  "tier": {"$ref": "#/components/schemas/Identifier", "description": "major, independent, …"}
                }
              },
              "StoredLicensor": {
                "allOf": [
                  {"$ref": "#/components/schemas/Licensor"},
                  {
                    "type": "object",
                    "required": ["etag", "updatedAt", "updatedBy"],
                    "properties": {
                      "etag": {"type": "string", "description": "Revision; the same as the header ETag."},
                      "updatedAt": {"$ref": "#/components/schemas/Time"},
                      "updatedBy": {"type": "string", "description": "Name of the token that made the last change."}
                    }
                  }
                ]
              },
              "Campaign": {
                "type": "object",
                "required": ["id", "title", "song", "tracks", "artist", "licensor", "start", "commissionRate"],
                "properties": {
                  "id": {"$ref": "#/components/schemas/Identifier"},
                  "title": {
                    "type": "string",
                    "description": "What people call it.",
                    "minLength": 1,
                    "maxLength": 200
                  },
                  "song": {"$ref": "#/components/schemas/Identifier", "description": "The recording; stays."},
                  "tracks": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Identifier"},
                    "description": "Every track that plays the song; a track belongs to one campaign.",
                    "minItems": 1,
                    "maxItems": 100
                  },
                  "artist": {"$ref": "#/components/schemas/Identifier", "description": "Stays."},
                  "licensor": {"$ref": "#/components/schemas/Identifier", "description": "Who opted it in; stays."},
                  "surfaces": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "description": "A surface.",
                      "pattern": "^[A-Za-z0-9._:-]+$",
                      "maxLength": 20
                    },
                    "description": "Where it may be promoted; empty means everywhere."
                  },
                  "markets": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "description": "A country.",
                      "pattern": "^[A-Za-z0-9._:-]+$",
                      "maxLength": 8
                    },
                    "description": "Where it may be promoted; empty means everywhere."
                  },
                  "start": {"$ref": "#/components/schemas/Time", "description": "First moment it may be promoted."},
                  "end": {
                    "$ref": "#/components/schemas/Time",
                    "description": "First moment it may no longer be; left out means open-ended."
                  },
                  "commissionRate": {
                    "type": "integer",
                    "description": "Share of the recording royalties, in basis points: 3000 is 30 %.",
                    "minimum": 0,
                    "maximum": 10000
                  },
                  "dailyCap": {
                    "type": "integer",
                    "description": "Most promoted plays a UTC day, never exceeded.",
                    "minimum": 0,
                    "maximum": 1000000000
                  },
                  "dailyGuarantee": {
                    "type": "integer",
                    "description": "Promoted plays a UTC day that were promised; at most dailyCap.",
                    "minimum": 0,
                    "maximum": 1000000000
                  },
                  "deliveryCurve": {
                    "type": "array",
                    "items": {"type": "number", "minimum": 0, "maximum": 1000000},
                    "minItems": 24,
                    "maxItems": 24,
                    "description": "Weights of the hours of the UTC day by which plays are to be spread; left out, they come as traffic does."
                  },
                  "state": {
                    "type": "string",
                    "description": "Whether it may be served.",
                    "enum": ["active", "paused"]
                  }
                }
              },
              "StoredCampaign": {
                "allOf": [
                  {"$ref": "#/components/schemas/Campaign"},
                  {
                    "type": "object",
                    "required": ["breakEvenLift", "etag", "updatedAt", "updatedBy"],
                    "properties": {
                      "breakEvenLift": {
                        "type": ["number", "null"],
                        "description": "1 / (1 - rate) - 1: by how much streams must grow for the licensor to earn what it did; null at a rate of 100 %."
                      },
                      "etag": {"type": "string", "description": "Revision; the same as the header ETag."},
                      "updatedAt": {"$ref": "#/components/schemas/Time"},
                      "updatedBy": {"type": "string", "description": "Name of the token that made the last change."}
                    }
                  }
                ]
              },
              "Policy": {
                "type": "object",
                "required": [
                  "scale",
                  "objectives",
                  "rows",
                  "guardrails",
                  "guarantees",
                  "commission",
                  "randomization"
                ],
                "properties": {
                  "scale": {
                    "type": "string",
                    "description": "Names the organic score's scale.",
                    "minLength": 1,
                    "maxLength": 64
                  },
                  "objectives": {
                    "type": "object",
                    "description": "Worth of one unit of each attribute, in organic-score units. Listener loss is worth -1 by definition.",
                    "propertyNames": {"enum": ["delivery", "stream", "save", "newListener", "commission"]},
                    "additionalProperties": {"type": "number", "minimum": 0}
                  },
                  "rows": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/PolicyRow"},
                    "description": "Constraints beyond the campaigns' own caps and guarantees."
                  },
                  "guardrails": {"$ref": "#/components/schemas/Guardrails"},
                  "guarantees": {
                    "type": "object",
                    "required": ["penalty", "margin"],
                    "properties": {
                      "penalty": {
                        "type": "number",
                        "description": "Cost of one missing delivery, in organic-score units.",
                        "exclusiveMinimum": 0
                      },
                      "margin": {
                        "type": "number",
                        "description": "Planned above the promise, as a share of it.",
                        "minimum": 0,
                        "maximum": 1
                      }
                    }
                  },
                  "commission": {
                    "type": "object",
                    "required": ["basis", "royaltyPerStream"],
                    "properties": {
                      "basis": {
                        "type": "string",
                        "description": "Which streams are commissionable.",
                        "enum": ["context", "promoted"]
                      },
                      "royaltyPerStream": {"$ref": "#/components/schemas/Money"}
                    }
                  },
                  "randomization": {
                    "type": "object",
                    "required": ["smoothing", "explorationShare"],
                    "properties": {
                      "smoothing": {
                        "type": "number",
                        "description": "Width over which near-ties are shared, in organic-score units; 0 picks the best.",
                        "minimum": 0
                      },
                      "explorationShare": {
                        "type": "number",
                        "description": "Least probability of an eligible candidate.",
                        "minimum": 0,
                        "maximum": 0.1
                      }
                    }
                  },
                  "experiments": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/ExperimentLayer"},
                    "description": "What is tried on some listeners.",
                    "maxItems": 8
                  },
                  "campaignRules": {"$ref": "#/components/schemas/CampaignRules"},
                  "pullBack": {"$ref": "#/components/schemas/PullBackRule"}
                }
              },
              "PolicyRow": {
                "type": "object",
                "required": ["name", "attribute", "scope", "sense", "measure", "bound"],
                "properties": {
                  "name": {"type": "string", "minLength": 1, "maxLength": 100},
                  "attribute": {
                    "type": "string",
                    "enum": ["delivery", "stream", "save", "newListener", "commission", "listenerLoss"]
                  },
                  "scope": {
                    "type": "object",
                    "description": "At most one key; none means everything.",
                    "maxProperties": 1,
                    "properties": {
                      "campaign": {"$ref": "#/components/schemas/Identifier"},
                      "licensor": {"$ref": "#/components/schemas/Identifier"},
                      "tier": {"$ref": "#/components/schemas/Identifier"},
                      "cell": {
                        "type": "object",
                        "required": ["surface", "market"],
                        "properties": {
                          "surface": {
                            "type": "string",
                            "description": "A surface.",
                            "pattern": "^[A-Za-z0-9._:-]+$",
                            "maxLength": 20
                          },
                          "market": {
                            "type": "string",
                            "description": "A country.",
                            "pattern": "^[A-Za-z0-9._:-]+$",
                            "maxLength": 8
                          }
                        }
                      },
                      "each": {"type": "string", "description": "One row for each.", "enum": ["licensor", "cell"]}
                    }
                  },
                  "sense": {"type": "string", "enum": ["atMost", "atLeast"]},
                  "measure": {
                    "type": "string",
                    "description": "perDay: units a day. share: of everything promoted. organicShare: of the organic utility in scope.",
                    "enum": ["perDay", "share", "organicShare"]
                  },
                  "bound": {"type": "number", "minimum": 0},
                  "penalty": {
                    "type": "number",
                    "description": "Cost of one unit beyond the bound, in organic-score units; left out means hard. atLeast needs one.",
                    "exclusiveMinimum": 0
                  }
                }
              },
              "StoredPolicy": {
                "allOf": [
                  {"$ref": "#/components/schemas/Policy"},
                  {
                    "type": "object",
                    "required": ["etag", "updatedAt", "updatedBy", "version"],
                    "properties": {
                      "etag": {"type": "string", "description": "Revision; the same as the header ETag."},
                      "updatedAt": {"$ref": "#/components/schemas/Time"},
                      "updatedBy": {"type": "string", "description": "Name of the token that made the last change."},
                      "version": {"type": "integer", "description": "Number of the version, from 1.", "minimum": 1}
                    }
                  }
                ]
              }
        """#
}
