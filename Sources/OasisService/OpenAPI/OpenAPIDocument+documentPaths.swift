extension OpenAPIDocument {
    /// The parameter of a path that names a document.
    static let idParameter = #"""
              "parameters": [
                {
                  "name": "id",
                  "in": "path",
                  "required": true,
                  "description": "The document's id.",
                  "schema": {"$ref": "#/components/schemas/Identifier"}
                }
              ]
        """#

    /// The operation that lists documents.
    static func listOperation(of plural: String, _ schema: String, tag: String, example: String) -> String {
        let indented = example.split(separator: "\n").joined(separator: "\n                    ")
        return #"""
                  "get": {
                    "operationId": "list\#(schema)s",
                    "tags": ["\#(tag)"],
                    "summary": "List \#(plural)",
                    "description": "In the order of their ids. Needs the role `read` when tokens are configured.",
                    "security": [{"token": ["read"]}, {}],
                    "parameters": [
                      {"$ref": "#/components/parameters/pageSize"},
                      {"$ref": "#/components/parameters/pageToken"}
                    ],
                    "responses": {
                      "200": {
                        "description": "A part of the list.",
                        "content": {
                          "application/json": {
                            "schema": {
                              "type": "object",
                              "required": ["\#(plural)"],
                              "properties": {
                                "\#(plural)": {"type": "array", "items": {"$ref": "#/components/schemas/Stored\#(schema)"}},
                                "nextPageToken": {
                                  "type": "string",
                                  "description": "Send it as pageToken for what follows; absent at the end."
                                }
                              }
                            },
                            "example": {
                              "\#(plural)": [
                                \#(indented)
                              ]
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
            """#
    }

    /// The path of every change of a document.
    static func historyPath(of plural: String, _ kind: String, _ schema: String, tag: String) -> String {
        #"""
            "/v1/\#(plural)/{id}/history": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "get": {
                "operationId": "\#(kind)History",
                "tags": ["\#(tag)"],
                "summary": "Every change of a \#(kind)",
                "description": "Newest first. Needs the role `read` when tokens are configured.",
                "security": [{"token": ["read"]}, {}],
                "responses": {
                  "200": {
                    "description": "The changes.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "type": "object",
                          "required": ["changes"],
                          "properties": {
                            "changes": {
                              "type": "array",
                              "items": {
                                "type": "object",
                                "required": ["etag", "updatedAt", "updatedBy", "\#(kind)"],
                                "properties": {
                                  "etag": {"type": "string"},
                                  "updatedAt": {"$ref": "#/components/schemas/Time"},
                                  "updatedBy": {
                                    "type": "string",
                                    "description": "Name of the token that made the change."
                                  },
                                  "\#(kind)": {"$ref": "#/components/schemas/\#(schema)"}
                                }
                              }
                            }
                          }
                        }
                      }
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
    }
}
