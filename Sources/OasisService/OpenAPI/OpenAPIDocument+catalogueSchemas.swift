extension OpenAPIDocument {
    /// Schemas of songs, teams, eligibility, campaign rules and statements.
    static let catalogueSchemas = #"""
              "Song": {
                "type": "object",
                "required": ["title", "team", "releasedOn", "tracks", "contextStreams"],
                "properties": {
                  "id": {"$ref": "#/components/schemas/Identifier"},
                  "title": {"type": "string", "minLength": 1, "maxLength": 200},
                  "team": {"$ref": "#/components/schemas/Identifier"},
                  "releasedOn": {"$ref": "#/components/schemas/Day", "description": "UTC day of its release."},
                  "tracks": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Identifier"},
                    "minItems": 1,
                    "maxItems": 100,
                    "uniqueItems": true,
                    "description": "Every track URI that plays it, new versions too."
                  },
                  "contextStreams": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Streams in the contexts in the days that the policy counts (campaignRules.eligibility.contextStreamDays)."
                  }
                }
              },
              "StoredSong": {
                "allOf": [
                  {"$ref": "#/components/schemas/Song"},
                  {
                    "type": "object",
                    "required": ["id", "etag", "updatedAt", "updatedBy"],
                    "properties": {
                      "etag": {"type": "string"},
                      "updatedAt": {"$ref": "#/components/schemas/Time"},
                      "updatedBy": {"type": "string"}
                    }
                  }
                ]
              },
              "Team": {
                "type": "object",
                "required": ["title", "monthlyListeners"],
                "properties": {
                  "id": {"$ref": "#/components/schemas/Identifier"},
                  "title": {"type": "string", "minLength": 1, "maxLength": 200},
                  "monthlyListeners": {"type": "integer", "minimum": 0, "description": "Listeners in the last month."}
                }
              },
              "StoredTeam": {
                "allOf": [
                  {"$ref": "#/components/schemas/Team"},
                  {
                    "type": "object",
                    "required": ["id", "etag", "updatedAt", "updatedBy"],
                    "properties": {
                      "etag": {"type": "string"},
                      "updatedAt": {"$ref": "#/components/schemas/Time"},
                      "updatedBy": {"type": "string"}
                    }
                  }
                ]
              },
              "CampaignRules": {
                "type": "object",
                "required": ["eligibility", "selection", "commissionRate"],
                "properties": {
                  "eligibility": {
                    "type": "object",
                    "required": [
                      "releasedDays",
                      "contextStreams",
                      "contextStreamDays",
                      "eligibleSongsPerTeam",
                      "monthlyListenersPerTeam"
                    ],
                    "properties": {
                      "releasedDays": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 36500,
                        "description": "Days since a song's release, at least."
                      },
                      "contextStreams": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 1000000000,
                        "description": "Streams in the contexts within contextStreamDays, at least."
                      },
                      "contextStreamDays": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 366,
                        "description": "Days over which the catalogue counts streams in the contexts."
                      },
                      "eligibleSongsPerTeam": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 1000000,
                        "description": "Songs of a team that meet the rules above, at least."
                      },
                      "monthlyListenersPerTeam": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 10000000000,
                        "description": "Monthly listeners of a team, at least."
                      }
                    }
                  },
                  "selection": {
                    "type": "object",
                    "required": ["opensOnDay", "closesDaysBefore"],
                    "properties": {
                      "opensOnDay": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 28,
                        "description": "Day of the month before, from whose beginning in UTC songs may be selected."
                      },
                      "closesDaysBefore": {
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 27,
                        "description": "Whole days between the end of selection and the beginning of the month."
                      }
                    }
                  },
                  "commissionRate": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 9999,
                    "description": "Basis points of the recording royalties, the same for every campaign."
                  }
                }
              },
              "Eligibility": {
                "type": "object",
                "required": [
                  "song",
                  "day",
                  "isEligible",
                  "findings",
                  "policyVersion",
                  "commissionRate",
                  "breakEvenLift",
                  "selection"
                ],
                "properties": {
                  "song": {"$ref": "#/components/schemas/Identifier"},
                  "day": {"$ref": "#/components/schemas/Day"},
                  "isEligible": {"type": "boolean"},
                  "findings": {
                    "type": "array",
                    "description": "Every rule that is not met.",
                    "items": {
                      "type": "object",
                      "required": ["reason", "required", "found"],
                      "properties": {
                        "reason": {
                          "type": "string",
                          "enum": [
                            "released-too-recently",
                            "too-few-context-streams",
                            "too-few-eligible-songs",
                            "too-few-monthly-listeners"
                          ]
                        },
                        "required": {"type": "integer"},
                        "found": {"type": "integer"}
                      }
                    }
                  },
                  "policyVersion": {"type": "integer", "minimum": 1},
                  "commissionRate": {"type": "integer"},
                  "breakEvenLift": {
                    "type": "number",
                    "description": "1 / (1 - rate) - 1: by how much streams must grow for the licensor to earn what it did."
                  },
                  "selection": {
                    "type": "object",
                    "required": ["isOpen", "opens", "closes", "runsFrom", "runsUntil"],
                    "properties": {
                      "isOpen": {"type": "boolean"},
                      "opens": {"$ref": "#/components/schemas/Time"},
                      "closes": {"$ref": "#/components/schemas/Time"},
                      "runsFrom": {"$ref": "#/components/schemas/Time"},
                      "runsUntil": {"$ref": "#/components/schemas/Time"}
                    }
                  }
                }
              },
              "StatementLine": {
                "type": "object",
                "required": [
                  "delivered",
                  "streams",
                  "skips",
                  "saves",
                  "playlistAdds",
                  "follows",
                  "newListeners",
                  "contextStreams",
                  "commission",
                  "isFinal",
                  "finalizedAt"
                ],
                "properties": {
                  "campaign": {"$ref": "#/components/schemas/Identifier"},
                  "licensor": {"$ref": "#/components/schemas/Identifier"},
                  "day": {"$ref": "#/components/schemas/Day"},
                  "surface": {"type": "string"},
                  "market": {"type": "string"},
                  "delivered": {"type": "integer", "minimum": 0, "description": "Promoted plays that started."},
                  "streams": {"type": "integer", "minimum": 0, "description": "Promoted plays of at least 30 seconds."},
                  "skips": {"type": "integer", "minimum": 0, "description": "Promoted plays that were skipped."},
                  "saves": {"type": "integer", "minimum": 0, "description": "Saves to the library."},
                  "playlistAdds": {"type": "integer", "minimum": 0, "description": "Additions to playlists."},
                  "follows": {"type": "integer", "minimum": 0, "description": "Follows of the artist."},
                  "newListeners": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Listeners whose first known stream of the artist was promoted."
                  },
                  "contextStreams": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Streams in the campaign's contexts without a promotion behind them."
                  },
                  "commission": {
                    "$ref": "#/components/schemas/Money",
                    "description": "For promoted streams, and under the rule `context` for context streams, too."
                  },
                  "breakEvenLift": {
                    "type": "number",
                    "description": "By how much streams must grow for the licensor to earn what it did, at the present rate of the line's campaigns; absent where they pay none, all of it, or at different rates."
                  },
                  "isFinal": {"type": "boolean", "description": "Whether it can no longer change."},
                  "finalizedAt": {
                    "$ref": "#/components/schemas/Time",
                    "description": "From when on it can no longer change."
                  }
                }
              },
              "Statement": {
                "type": "object",
                "required": ["from", "to", "asOf", "lines", "total"],
                "properties": {
                  "from": {"$ref": "#/components/schemas/Day"},
                  "to": {"$ref": "#/components/schemas/Day"},
                  "asOf": {"$ref": "#/components/schemas/Time"},
                  "lines": {"type": "array", "items": {"$ref": "#/components/schemas/StatementLine"}},
                  "total": {"$ref": "#/components/schemas/StatementLine"}
                }
              }
        """#
}
