extension OpenAPIDocument {
    /// Paths of campaigns.
    static let campaignPaths = #"""
            "/v1/campaigns": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(listOperation(of: "campaigns", "Campaign", tag: "campaigns", example: campaignExample)),
              "post": {
                "operationId": "createCampaign",
                "tags": ["campaigns"],
                "summary": "Create a campaign",
                "description": "The id is the caller's choice and stays. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Campaign"},
                      "example": {
                        "id": "campaign-7",
                        "title": "A Song",
                        "song": "song-9",
                        "tracks": ["t-2"],
                        "artist": "artist-3",
                        "licensor": "licensor-1",
                        "surfaces": ["radio"],
                        "markets": ["DE"],
                        "start": "2026-11-01T00:00:00Z",
                        "end": "2026-12-01T00:00:00Z",
                        "commissionRate": 3000,
                        "dailyCap": 5000,
                        "dailyGuarantee": 500,
                        "state": "active"
                      }
                    }
                  }
                },
                "responses": {
                  "201": {
                    "description": "Created.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/StoredCampaign"},
                        "example": {
                          "id": "campaign-7",
                          "title": "A Song",
                          "song": "song-9",
                          "tracks": ["t-2"],
                          "artist": "artist-3",
                          "licensor": "licensor-1",
                          "surfaces": ["radio"],
                          "markets": ["DE"],
                          "start": "2026-11-01T00:00:00Z",
                          "end": "2026-12-01T00:00:00Z",
                          "commissionRate": 3000,
                          "dailyCap": 5000,
                          "dailyGuarantee": 500,
                          "state": "active",
                          "breakEvenLift": 0.4285714285714286,
                          "etag": "\"1\"",
                          "updatedAt": "2026-11-22T09:30:00.000Z",
                          "updatedBy": "label-desk"
                        }
                      }
                    }
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
            "/v1/campaigns/{id}": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "get": {
                "operationId": "getCampaign",
                "tags": ["campaigns"],
                "summary": "Read a campaign",
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredCampaign"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              },
              "put": {
                "operationId": "replaceCampaign",
                "tags": ["campaigns"],
                "summary": "Replace a campaign",
                "description": "All fields; what is left out goes back to its default. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "parameters": [
                  {
                    "name": "If-Match",
                    "in": "header",
                    "required": true,
                    "description": "ETag of the version that the change was made from; `*` is not taken.",
                    "schema": {"type": "string"},
                    "example": "\"3\""
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Campaign"},
                      "example": {
                        "id": "campaign-7",
                        "title": "A Song",
                        "song": "song-9",
                        "tracks": ["t-2"],
                        "artist": "artist-3",
                        "licensor": "licensor-1",
                        "surfaces": ["radio"],
                        "markets": ["DE"],
                        "start": "2026-11-01T00:00:00Z",
                        "end": "2026-12-01T00:00:00Z",
                        "commissionRate": 3000,
                        "dailyCap": 5000,
                        "dailyGuarantee": 500,
                        "state": "active"
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredCampaign"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "428": {"$ref": "#/components/responses/PreconditionRequired"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              },
              "patch": {
                "operationId": "changeCampaign",
                "tags": ["campaigns"],
                "summary": "Change some fields of a campaign",
                "description": "A JSON merge patch (RFC 7396): null removes a field. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "parameters": [
                  {
                    "name": "If-Match",
                    "in": "header",
                    "required": true,
                    "description": "ETag of the version that the change was made from; `*` is not taken.",
                    "schema": {"type": "string"},
                    "example": "\"3\""
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/merge-patch+json": {
                      "schema": {"type": "object"},
                      "example": {"title": "Another title"}
                    },
                    "application/json": {"schema": {"type": "object"}}
                  }
                },
                "responses": {
                  "200": {
                    "description": "Changed.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredCampaign"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "428": {"$ref": "#/components/responses/PreconditionRequired"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/campaigns/{id}:pause": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "post": {
                "operationId": "pauseCampaign",
                "tags": ["campaigns"],
                "summary": "Hold a campaign back",
                "description": "Takes effect with the next snapshot, within a second or two. Doing it twice is doing it once. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "responses": {
                  "200": {
                    "description": "As it is now.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredCampaign"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
            "/v1/campaigns/{id}:resume": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "post": {
                "operationId": "resumeCampaign",
                "tags": ["campaigns"],
                "summary": "Let a campaign be served again",
                "description": "Takes effect with the next snapshot, within a second or two. Doing it twice is doing it once. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "responses": {
                  "200": {
                    "description": "As it is now.",
                    "headers": {
                      "ETag": {
                        "description": "Names this version; send it as If-Match with a change.",
                        "schema": {"type": "string"}
                      }
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredCampaign"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
        \#(historyPath(of: "campaigns", "campaign", "Campaign", tag: "campaigns"))
        """#

    private static let campaignExample = #"""
        {
          "id": "campaign-7",
          "title": "A Song",
          "song": "song-9",
          "tracks": ["t-2"],
          "artist": "artist-3",
          "licensor": "licensor-1",
          "surfaces": ["radio"],
          "markets": ["DE"],
          "start": "2026-11-01T00:00:00Z",
          "end": "2026-12-01T00:00:00Z",
          "commissionRate": 3000,
          "dailyCap": 5000,
          "dailyGuarantee": 500,
          "state": "active",
          "breakEvenLift": 0.4285714285714286,
          "etag": "\"1\"",
          "updatedAt": "2026-11-22T09:30:00.000Z",
          "updatedBy": "label-desk"
        }
        """#
}
