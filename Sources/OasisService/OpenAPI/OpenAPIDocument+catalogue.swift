extension OpenAPIDocument {
    /// Paths of songs and teams.
    static let cataloguePaths = #"""
            "/v1/songs": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(listOperation(of: "songs", "Song", tag: "catalogue", example: songExample))
            },
            "/v1/songs/{id}": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "get": {
                "operationId": "getSong",
                "tags": ["catalogue"],
                "summary": "Read a song",
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
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/StoredSong"},
                        "example": {
                          "id": "song-1",
                          "title": "First Song",
                          "team": "team-1",
                          "releasedOn": "2026-01-09",
                          "tracks": ["track-1", "track-1-live"],
                          "contextStreams": 40,
                          "etag": "\"1\"",
                          "updatedAt": "2026-11-22T09:30:00.000Z",
                          "updatedBy": "catalogue"
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
              },
              "put": {
                "operationId": "putSong",
                "tags": ["catalogue"],
                "summary": "Put a song there, or replace it",
                "description": "Tracks that are new join every campaign of the song: all URIs of a song opt in, new versions too. Send If-None-Match: * for the first, If-Match with the ETag from then on. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "parameters": [
                  {
                    "name": "If-Match",
                    "in": "header",
                    "description": "The ETag that the change was made from.",
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "If-None-Match",
                    "in": "header",
                    "description": "`*` for the first.",
                    "schema": {"type": "string"}
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Song"},
                      "example": {
                        "id": "song-1",
                        "title": "First Song",
                        "team": "team-1",
                        "releasedOn": "2026-01-09",
                        "tracks": ["track-1", "track-1-live"],
                        "contextStreams": 40
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredSong"}}}
                  },
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
                        "schema": {"$ref": "#/components/schemas/StoredSong"},
                        "example": {
                          "id": "song-1",
                          "title": "First Song",
                          "team": "team-1",
                          "releasedOn": "2026-01-09",
                          "tracks": ["track-1", "track-1-live"],
                          "contextStreams": 40,
                          "etag": "\"1\"",
                          "updatedAt": "2026-11-22T09:30:00.000Z",
                          "updatedBy": "catalogue"
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "428": {"$ref": "#/components/responses/PreconditionRequired"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
        \#(historyPath(of: "songs", "song", "Song", tag: "catalogue")),
            "/v1/teams": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(listOperation(of: "teams", "Team", tag: "catalogue", example: teamExample))
            },
            "/v1/teams/{id}": {
              "servers": [{"url": "http://127.0.0.1:8081", "description": "Console port"}],
        \#(idParameter),
              "get": {
                "operationId": "getTeam",
                "tags": ["catalogue"],
                "summary": "Read a team",
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
                    "content": {
                      "application/json": {
                        "schema": {"$ref": "#/components/schemas/StoredTeam"},
                        "example": {
                          "id": "team-1",
                          "title": "The Team",
                          "monthlyListeners": 25000,
                          "etag": "\"1\"",
                          "updatedAt": "2026-11-22T09:30:00.000Z",
                          "updatedBy": "catalogue"
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
              },
              "put": {
                "operationId": "putTeam",
                "tags": ["catalogue"],
                "summary": "Put a team there, or replace it",
                "description": "What the catalogue knows of an artist's team. Send If-None-Match: * for the first, If-Match with the ETag from then on. Needs the role `control` when tokens are configured.",
                "security": [{"token": ["control"]}, {}],
                "parameters": [
                  {
                    "name": "If-Match",
                    "in": "header",
                    "description": "The ETag that the change was made from.",
                    "schema": {"type": "string"}
                  },
                  {
                    "name": "If-None-Match",
                    "in": "header",
                    "description": "`*` for the first.",
                    "schema": {"type": "string"}
                  }
                ],
                "requestBody": {
                  "required": true,
                  "content": {
                    "application/json": {
                      "schema": {"$ref": "#/components/schemas/Team"},
                      "example": {"id": "team-1", "title": "The Team", "monthlyListeners": 25000}
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
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoredTeam"}}}
                  },
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
                        "schema": {"$ref": "#/components/schemas/StoredTeam"},
                        "example": {
                          "id": "team-1",
                          "title": "The Team",
                          "monthlyListeners": 25000,
                          "etag": "\"1\"",
                          "updatedAt": "2026-11-22T09:30:00.000Z",
                          "updatedBy": "catalogue"
                        }
                      }
                    }
                  },
                  "400": {"$ref": "#/components/responses/BadRequest"},
                  "401": {"$ref": "#/components/responses/Unauthenticated"},
                  "403": {"$ref": "#/components/responses/PermissionDenied"},
                  "409": {"$ref": "#/components/responses/Conflict"},
                  "412": {"$ref": "#/components/responses/PreconditionFailed"},
                  "413": {"$ref": "#/components/responses/BodyTooLarge"},
                  "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
                  "428": {"$ref": "#/components/responses/PreconditionRequired"},
                  "503": {"$ref": "#/components/responses/Unavailable"}
                }
              }
            },
        \#(historyPath(of: "teams", "team", "Team", tag: "catalogue"))
        """#

    private static let songExample = #"""
        {
          "id": "song-1",
          "title": "First Song",
          "team": "team-1",
          "releasedOn": "2026-01-09",
          "tracks": ["track-1", "track-1-live"],
          "contextStreams": 40,
          "etag": "\"1\"",
          "updatedAt": "2026-11-22T09:30:00.000Z",
          "updatedBy": "catalogue"
        }
        """#

    private static let teamExample = #"""
        {
          "id": "team-1",
          "title": "The Team",
          "monthlyListeners": 25000,
          "etag": "\"1\"",
          "updatedAt": "2026-11-22T09:30:00.000Z",
          "updatedBy": "catalogue"
        }
        """#
}
