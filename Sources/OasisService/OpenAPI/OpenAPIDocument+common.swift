extension OpenAPIDocument {
    /// Parameters, tokens and refusals that many paths share.
    static let common = #"""
            "securitySchemes": {
              "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of access.tokens; without any configured, none is needed."
              }
            },
            "parameters": {
              "pageSize": {
                "name": "pageSize",
                "in": "query",
                "description": "Most elements in the answer.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
              },
              "pageToken": {
                "name": "pageToken",
                "in": "query",
                "description": "nextPageToken of the part before.",
                "schema": {"type": "string"}
              }
            },
            "responses": {
              "BadRequest": {
                "description": "A field or the whole body breaks a rule.",
                "content": {
                  "application/json": {
                    "schema": {"$ref": "#/components/schemas/Error"},
                    "example": {
                      "error": {
                        "reason": "INVALID_FIELD",
                        "message": "candidates.organicScore[3] must be a number.",
                        "field": "candidates.organicScore[3]",
                        "requestId": "r-1"
                      }
                    }
                  }
                }
              },
              "Unauthenticated": {
                "description": "No token, or an unknown one.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "PermissionDenied": {
                "description": "The token lacks the role, or another site's page asked.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "NotFound": {
                "description": "It is not there.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "MethodNotAllowed": {
                "description": "The path takes other methods; see Allow.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "RequestTimeout": {
                "description": "The request did not arrive in time.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "Conflict": {
                "description": "It clashes with another document.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "LengthRequired": {
                "description": "Neither Content-Length nor chunks.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "PreconditionFailed": {
                "description": "Somebody changed it meanwhile; ETag names what is there now.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "BodyTooLarge": {
                "description": "More than limits.bodyBytes.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "UnsupportedMediaType": {
                "description": "The body's media type is not taken.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "PreconditionRequired": {
                "description": "If-Match is missing.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              },
              "Unavailable": {
                "description": "Not now: starting, stopping, overloaded, or the ledger cannot be written; see Retry-After.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
              }
            }
        """#
}
