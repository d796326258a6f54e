extension OpenAPIDocument {
    /// Plans of a policy, applied or taken back.
    static let planningPaths = #"""
            "/v1/policy:plan": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "post": {
                "operationId": "planPolicy",
                "tags": ["policy"],
                "summary": "See what a policy would change",
                "description": "Solves the rest of the day under the policy in force and under this one, over the same recent requests. Changes nothing. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Policy"}}}
                },
                "responses": {
                  "200": {
                    "description": "What would change; send it to /v1/policy:apply as it is.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PolicyPlan"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/policy:apply": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "post": {
                "operationId": "applyPolicyPlan",
                "tags": ["policy"],
                "summary": "Put a planned policy in force",
                "description": "Refused with PRECONDITION_FAILED when campaigns, licensors or the policy have changed since, when it is older than an hour, or when the plan is another policy's. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PolicyPlan"}}}
                },
                "responses": {
                  "200": {
                    "description": "In force.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredPolicy"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/policy:rollback": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "post": {
                "operationId": "rollBackPolicy",
                "tags": ["policy"],
                "summary": "Put an earlier policy in force again",
                "description": "As a new version: nothing is forgotten. `{}` means the version before the newest. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {"application/json": {"schema": {"type": "object", "properties": {"version": {"type": ["integer", "null"], "minimum": 1}}}}}
                },
                "responses": {
                  "200": {
                    "description": "In force.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredPolicy"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#

    /// Schemas of a policy's plan.
    static let planningSchemas = #"""
              "PolicyPlanChange": {
                "type": "object",
                "required": ["before", "after"],
                "description": "Under the policy in force, and under the other one.",
                "properties": {"before": {"type": "number"}, "after": {"type": "number"}}
              },
              "PolicyPlanNamedChange": {
                "type": "object",
                "required": ["name", "amount"],
                "properties": {"name": {"type": "string"}, "amount": {"$ref": "#/components/schemas/PolicyPlanChange"}}
              },
              "PolicyPlan": {
                "type": "object",
                "required": ["format", "basis", "policy"],
                "properties": {
                  "format": {"const": "oasis-plan/1"},
                  "basis": {
                    "type": "object",
                    "description": "What it was made from; it may be applied only while that holds.",
                    "required": ["policyVersion", "controlRevision", "plannedAt", "fingerprint"],
                    "properties": {
                      "policyVersion": {"type": "integer"},
                      "controlRevision": {"type": "integer"},
                      "plannedAt": {"$ref": "#/components/schemas/Time"},
                      "fingerprint": {"type": "string", "description": "Names the policy that was planned."}
                    }
                  },
                  "policy": {"$ref": "#/components/schemas/Policy"},
                  "sampledRequests": {"type": "integer", "minimum": 0},
                  "forecastRequests": {"type": "number", "minimum": 0},
                  "relativeGap": {"type": "number", "description": "Differences below it mean nothing."},
                  "value": {"$ref": "#/components/schemas/PolicyPlanChange"},
                  "attributes": {"type": "array", "items": {"$ref": "#/components/schemas/PolicyPlanNamedChange"}},
                  "licensors": {"type": "array", "items": {"$ref": "#/components/schemas/PolicyPlanNamedChange"}},
                  "replayedLicensors": {
                    "type": "array",
                    "description": "Promoted plays by licensor as the scorer would deliver them with the plan's prices.",
                    "items": {"$ref": "#/components/schemas/PolicyPlanNamedChange"}
                  },
                  "unseenGuardrails": {
                    "type": "array",
                    "description": "Guardrails that are looser than those in force: what they let in, the sampled requests do not show.",
                    "items": {"type": "string"}
                  },
                  "campaigns": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["campaign", "licensor", "delivery", "replayed", "price", "missing"],
                      "properties": {
                        "campaign": {"$ref": "#/components/schemas/Identifier"},
                        "licensor": {"$ref": "#/components/schemas/Identifier"},
                        "delivery": {"$ref": "#/components/schemas/PolicyPlanChange"},
                        "replayed": {"$ref": "#/components/schemas/PolicyPlanChange"},
                        "price": {"$ref": "#/components/schemas/PolicyPlanChange"},
                        "missing": {"$ref": "#/components/schemas/PolicyPlanChange"}
                      }
                    }
                  },
                  "rows": {
                    "type": "array",
                    "description": "Rows that bind under one of them.",
                    "items": {
                      "type": "object",
                      "required": ["name", "binding", "price"],
                      "properties": {
                        "name": {"type": "string"},
                        "binding": {"type": "string", "enum": ["starts", "stops", "stays"]},
                        "price": {"$ref": "#/components/schemas/PolicyPlanChange"}
                      }
                    }
                  }
                }
              }
        """#
}
