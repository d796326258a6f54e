extension OpenAPIDocument {
    /// Paths of licensors.
    static let licensorPaths = #"""
            "/v1/licensors": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(listOperation(of: "licensors", "Licensor", tag: "licensors", example: licensorExample)),
              "post": {
                "operationId": "createLicensor",
                "tags": ["licensors"],
                "summary": "Create a licensor",
                "description": "The id is the caller's choice and stays. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Licensor"},
                      "example": {"id": "licensor-1", "title": "Small Label", "tier": "independent"}
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
                        "schema": {"$ref": "#/components/schemas/StoredLicensor"},
                        "example": {
                          "id": "licensor-1",
                          "title": "Small Label",
                          "tier": "independent",
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
            "/v1/licensors/{id}": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "get": {
                "operationId": "getLicensor",
                "tags": ["licensors"],
                "summary": "Read a licensor",
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredLicensor"}}}
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "404": {"$ref": "#/components/responses/NotFound"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              },
              "put": {
                "operationId": "replaceLicensor",
                "tags": ["licensors"],
                "summary": "Replace a licensor",
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
                      "schema": {"$ref": "#/components/schemas/Licensor"},
                      "example": {"id": "licensor-1", "title": "Small Label", "tier": "independent"}
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredLicensor"}}}
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
                "operationId": "changeLicensor",
                "tags": ["licensors"],
                "summary": "Change some fields of a licensor",
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredLicensor"}}}
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
        \#(historyPath(of: "licensors", "licensor", "Licensor", tag: "licensors"))
        """#

    private static let licensorExample = #"""
        {
          "id": "licensor-1",
          "title": "Small Label",
          "tier": "independent",
          "etag": "\"1\"",
          "updatedAt": "2026-11-22T09:30:00.000Z",
          "updatedBy": "label-desk"
        }
        """#
}
