extension OpenAPIDocument {
    /// Policy, status and statements.
    static let statusPaths = #"""
            "/v1/policy": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getPolicy",
                "tags": ["policy"],
                "summary": "Read the policy in force",
                "description": "With its ETag. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "As it is now.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredPolicy"}}}
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              },
              "put": {
                "operationId": "putPolicy",
                "tags": ["policy"],
                "summary": "Put a policy in force",
                "description": "Send If-Match with the ETag of the policy it replaces, or `If-None-Match: *` with the first. Served within a second or two. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "parameters": [
                  {
                    "name": "If-Match",
                    "in": "header",
                    "required": false,
                    "description": "ETag of the version that the change was made from; `*` is not taken.",
                    "schema": {"type": "string"},
                    "example": "\"3\""
                  },
                  {
                    "name": "If-None-Match",
                    "in": "header",
                    "description": "`*` with the first policy.",
                    "schema": {"const": "*"}
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Policy"},
                      "example": {
                        "scale": "utility-2",
                        "objectives": {"stream": 0.05, "newListener": 0.1},
                        "rows": [
                          {
                            "name": "listener-loss",
                            "attribute": "listenerLoss",
                            "scope": {"each": "cell"},
                            "sense": "atMost",
                            "measure": "organicShare",
                            "bound": 0.01
                          }
                        ],
                        "guardrails": {
                          "maxBoost": 0.5,
                          "maxPromotedPerSlate": 2,
                          "minimumOrganicPercentile": 0.5,
                          "holdout": 500,
                          "holdoutSalt": "2026",
                          "disabledSurfaces": [],
                          "isPromotionStopped": false
                        },
                        "guarantees": {"penalty": 1.0, "margin": 0.05},
                        "commission": {"basis": "context", "royaltyPerStream": {"micros": 4000, "currency": "EUR"}},
                        "randomization": {"smoothing": 0.01, "explorationShare": 0.01}
                      }
                    }
                  }
                },
                "responses": {
                  "200": {
                    "description": "Replaced.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredPolicy"}}}
                  },
                  "201": {
                    "description": "The first.",
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
                  "428": {"$ref": "#/components/responses/PreconditionRequired"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/policies": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "listPolicies",
                "tags": ["policy"],
                "summary": "List the newest versions of the policy",
                "description": "Newest first; every version is kept. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [{"$ref": "#/components/parameters/pageSize"}],
                "responses": {
                  "200": {
                    "description": "The newest versions.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["policies"],
                          "properties": {
                            "policies": {"type": "array", "items": {"$ref": "#/components/schemas/StoredPolicy"}}
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
            },
            "/v1/policies/{version}": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getPolicyVersion",
                "tags": ["policy"],
                "summary": "Read one version of the policy",
                "description": "Whether it is in force or not. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [
                  {
                    "name": "version",
                    "in": "path",
                    "required": true,
                    "description": "Number of the version, from 1.",
                    "schema": {"type": "integer", "minimum": 1}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "That version.",
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
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/snapshot": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getSnapshot",
                "tags": ["status"],
                "summary": "What is served now",
                "description": "The snapshot in use. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "The snapshot.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Snapshot"}}}
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"}
                }
              }
            },
            "/v1/plan": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getPlan",
                "tags": ["status"],
                "summary": "The last plan, its prices and its certificate",
                "description": "The certificate proves how far from the best possible the plan can be at most. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "The plan.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}}
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/deliveries": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getDeliveries",
                "tags": ["status"],
                "summary": "A day's delivery of every campaign",
                "description": "Campaigns that delivered that day, and today those that run. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "parameters": [
                  {
                    "name": "day",
                    "in": "query",
                    "description": "UTC day; today when left out.",
                    "schema": {"$ref": "#/components/schemas/Day"}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The day.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Deliveries"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/tallies": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getTallies",
                "tags": ["status"],
                "summary": "Statement rows of some days",
                "description": "Counts and money by day, campaign, surface, market, and whether receipts stand behind them. A day is final seven days after its end. Needs the role `read` when tokens are configured.",
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
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The statements.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tallies"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/listener-loss": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
              "get": {
                "operationId": "getListenerLoss",
                "tags": ["status"],
                "summary": "Listener loss against its budget",
                "description": "For each cell with traffic today. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "Today's losses.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ListenerLoss"}}}
                  },
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            }
        """#
}
