extension OpenAPIDocument {
    /// Schemas of a policy's limits and experiments.
    static let guardrailSchemas = #"""
              "Guardrails": {
                "type": "object",
                "required": [
                  "maxBoost",
                  "maxPromotedPerSlate",
                  "minimumOrganicPercentile",
                  "holdout",
                  "holdoutSalt",
                  "disabledSurfaces",
                  "isPromotionStopped"
                ],
                "properties": {
                  "maxBoost": {
                    "type": "number",
                    "description": "Largest boost, in organic-score units.",
                    "minimum": 0
                  },
                  "maxPromotedPerSlate": {"type": "integer", "minimum": 0, "maximum": 100},
                  "minimumOrganicPercentile": {
                    "type": "number",
                    "description": "Least quantile of the request's organic scores for a promoted track.",
                    "minimum": 0,
                    "maximum": 1
                  },
                  "holdout": {
                    "type": "integer",
                    "description": "Share of listeners never promoted to, in basis points.",
                    "minimum": 0,
                    "maximum": 10000
                  },
                  "holdoutSalt": {
                    "type": "string",
                    "description": "Another salt is another holdout.",
                    "minLength": 1,
                    "maxLength": 64
                  },
                  "disabledSurfaces": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "description": "A surface.",
                      "pattern": "^[A-Za-z0-9._:-]+$",
                      "maxLength": 20
                    },
                    "description": "Where nothing is promoted."
                  },
                  "isPromotionStopped": {"type": "boolean", "description": "Stops all promotion at once."},
                  "minimumGap": {
                    "type": "integer",
                    "description": "Least number of unpromoted tracks between two promoted ones in a slate; left out means 0.",
                    "minimum": 0,
                    "maximum": 50
                  },
                  "frequency": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/FrequencyLimit"},
                    "description": "How often a listener may meet promotions of one campaign or one artist; two limits of one scope differ in windowHours.",
                    "maxItems": 8
                  },
                  "shadowSurfaces": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "description": "A surface.",
                      "pattern": "^[A-Za-z0-9._:-]+$",
                      "maxLength": 20
                    },
                    "description": "Where promotion is decided and logged without being served."
                  },
                  "isShadow": {
                    "type": "boolean",
                    "description": "Decides and logs all promotion without serving any."
                  }
                },
                "additionalProperties": false
              },
              "FrequencyLimit": {
                "type": "object",
                "required": ["scope", "maximum", "windowHours"],
                "properties": {
                  "scope": {
                    "type": "string",
                    "description": "What is counted together: promotions of one campaign, or of all campaigns of one artist.",
                    "enum": ["campaign", "artist"]
                  },
                  "maximum": {
                    "type": "integer",
                    "description": "Most promotions in any window.",
                    "minimum": 1,
                    "maximum": 50
                  },
                  "windowHours": {
                    "type": "integer",
                    "description": "How far back is counted, in hours from the moment of deciding.",
                    "minimum": 1,
                    "maximum": 744
                  }
                }
              },
              "ExperimentLayer": {
                "type": "object",
                "description": "A split of the listeners outside the holdout: arms of one layer exclude each other, layers are independent.",
                "required": ["name", "salt", "arms"],
                "properties": {
                  "name": {
                    "type": "string",
                    "description": "Name of the layer.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 32
                  },
                  "salt": {
                    "type": "string",
                    "description": "Another salt is another split; never the holdout's or another layer's.",
                    "minLength": 1,
                    "maxLength": 64
                  },
                  "arms": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/ExperimentArm"},
                    "description": "The arms, with shares of at most 10000 together; the rest has the policy as it is.",
                    "minItems": 1,
                    "maxItems": 16
                  }
                }
              },
              "ExperimentArm": {
                "type": "object",
                "required": ["name", "share"],
                "properties": {
                  "name": {
                    "type": "string",
                    "description": "Name of the arm, unique in its layer.",
                    "pattern": "^[A-Za-z0-9._:-]+$",
                    "maxLength": 32
                  },
                  "share": {
                    "type": "integer",
                    "description": "Share of the listeners outside the holdout, in basis points.",
                    "minimum": 1,
                    "maximum": 10000
                  },
                  "worthFactors": {
                    "type": "object",
                    "description": "What the worth of an attribute is multiplied by.",
                    "propertyNames": {"enum": ["delivery", "stream", "save", "newListener", "commission"]},
                    "additionalProperties": {"type": "number", "minimum": 0, "maximum": 100}
                  },
                  "maxBoost": {
                    "type": "number",
                    "description": "Largest boost; at most the guardrails'.",
                    "minimum": 0
                  },
                  "maxPromotedPerSlate": {
                    "type": "integer",
                    "description": "Most promoted tracks a slate; at most the guardrails'.",
                    "minimum": 0,
                    "maximum": 100
                  },
                  "isShadow": {"type": "boolean", "description": "Decides and logs without serving."}
                },
                "additionalProperties": false
              }
        """#
}
