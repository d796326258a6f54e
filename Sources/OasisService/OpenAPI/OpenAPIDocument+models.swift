extension OpenAPIDocument {
    /// Response models.
    static let modelPaths = #"""
            "/v1/models": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "listModels",
                "tags": ["models"],
                "summary": "Response models in use, and what is wrong with them or with their signals",
                "description": "As of the last look, which the server takes every five minutes. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "Models by outcome and stage.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ModelList"}}}
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"}
                }
              }
            },
            "/v1/models/{id}:rollback": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "parameters": [
                {
                  "name": "id",
                  "in": "path",
                  "required": true,
                  "description": "The outcome.",
                  "schema": {"type": "string", "enum": ["streamed", "skipped", "saved", "new-listener"]}
                }
              ],
              "post": {
                "operationId": "rollBackModel",
                "tags": ["models"],
                "summary": "Make the version live that was live before",
                "description": "Without one before, no model is live and counted rates hold. The next plan, which follows at once, uses it. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": false,
                  "content": {"application/json": {"schema": {"type": "object", "properties": {"reason": {"type": "string", "maxLength": 500}}}}}
                },
                "responses": {
                  "200": {
                    "description": "What is in use now.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ModelList"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"}
                }
              }
            }
        """#

    /// Schemas of response models.
    static let modelSchemas = #"""
              "ModelList": {
                "type": "object",
                "required": ["models", "calibration", "findings", "faults", "steps"],
                "properties": {
                  "lookedAt": {"type": ["string", "null"], "description": "RFC 3339; null before the first look."},
                  "trainedAt": {"type": ["string", "null"], "description": "RFC 3339; null before the first training."},
                  "models": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["outcome", "stage", "version", "training", "rows", "metrics"],
                      "properties": {
                        "outcome": {"type": "string"},
                        "stage": {"type": "string", "enum": ["shadow", "canary", "live"]},
                        "version": {"type": "integer", "minimum": 1},
                        "training": {"type": "string"},
                        "rows": {"type": "integer", "minimum": 0},
                        "metrics": {"type": "object", "additionalProperties": {"type": "number"}}
                      }
                    }
                  },
                  "calibration": {
                    "type": "array",
                    "description": "The live models' predictions against outcomes that are due, since they learned.",
                    "items": {
                      "type": "object",
                      "required": ["outcome", "surface", "predicted", "observed", "correction", "isAlarm"],
                      "properties": {
                        "outcome": {"type": "string"},
                        "surface": {"type": "string"},
                        "predicted": {"type": "number"},
                        "observed": {"type": "number"},
                        "ratio": {"type": ["number", "null"]},
                        "correction": {"type": "number"},
                        "isAlarm": {"type": "boolean"}
                      }
                    }
                  },
                  "findings": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["subject", "code", "sentence"],
                      "properties": {
                        "subject": {"type": "string"},
                        "code": {"type": "string"},
                        "column": {"type": ["string", "null"]},
                        "sentence": {"type": "string"}
                      }
                    }
                  },
                  "faults": {"type": "array", "items": {"type": "string"}},
                  "steps": {
                    "type": "array",
                    "description": "What the last training did since the server started.",
                    "items": {
                      "type": "object",
                      "required": ["outcome", "version", "stage", "reason"],
                      "properties": {
                        "outcome": {"type": "string"},
                        "version": {"type": "integer"},
                        "stage": {"type": "string"},
                        "reason": {"type": "string"}
                      }
                    }
                  }
                }
              }
        """#
}
