extension OpenAPIDocument {
    /// Schemas of status and statements.
    static let statusSchemas = #"""
              "Snapshot": {
                "type": "object",
                "required": ["snapshot", "createdAt", "ageSeconds", "policyVersion", "campaignCount", "trackCount"],
                "properties": {
                  "snapshot": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                  "createdAt": {"$ref": "#/components/schemas/Time"},
                  "ageSeconds": {"type": "number", "description": "Seconds."},
                  "policyVersion": {"type": "integer"},
                  "campaignCount": {"type": "integer", "minimum": 0},
                  "trackCount": {"type": "integer", "minimum": 0}
                }
              },
              "Plan": {
                "type": "object",
                "required": [
                  "plannedAt",
                  "sampledRequests",
                  "forecastRequests",
                  "certificate",
                  "solveSeconds",
                  "rows",
                  "correctedAt",
                  "forecastRange",
                  "shortfalls"
                ],
                "properties": {
                  "plannedAt": {"$ref": "#/components/schemas/Time"},
                  "sampledRequests": {
                    "type": "integer",
                    "description": "Requests it was solved over.",
                    "minimum": 0
                  },
                  "forecastRequests": {
                    "type": "number",
                    "description": "Requests those stand for: the rest of the day.",
                    "minimum": 0
                  },
                  "correctedAt": {
                    "type": ["string", "null"],
                    "description": "When prices were last moved without a solve; null while they are the plan's."
                  },
                  "forecastRange": {
                    "type": "object",
                    "required": ["low", "median", "high"],
                    "description": "The same, nine times in ten above low and nine times in ten below high.",
                    "properties": {
                      "low": {"type": "number", "minimum": 0},
                      "median": {"type": "number", "minimum": 0},
                      "high": {"type": "number", "minimum": 0}
                    }
                  },
                  "shortfalls": {
                    "type": "array",
                    "description": "Promises that cannot be kept at their largest price.",
                    "items": {
                      "type": "object",
                      "required": ["row", "campaign", "amount", "attainable", "reason", "bindingRows"],
                      "properties": {
                        "row": {"type": "string"},
                        "campaign": {"type": ["string", "null"], "description": "For a guarantee."},
                        "amount": {"type": "number", "description": "Units missing by the end of the day."},
                        "attainable": {
                          "type": ["number", "null"],
                          "description": "Most that could be had if nothing else counted."
                        },
                        "reason": {
                          "type": "string",
                          "enum": ["supply", "rows", "value"],
                          "description": "Too little traffic, other rows, or something that is worth more than the penalty."
                        },
                        "bindingRows": {
                          "type": "array",
                          "items": {
                            "type": "object",
                            "required": ["name", "price", "charge"],
                            "properties": {
                              "name": {"type": "string"},
                              "price": {"type": "number"},
                              "charge": {"type": "number", "description": "What it takes from each unit of the promise."}
                            }
                          }
                        }
                      }
                    }
                  },
                  "certificate": {
                    "type": "object",
                    "required": ["dualBound", "feasibleValue", "relativeGap"],
                    "properties": {
                      "dualBound": {
                        "type": ["number", "null"],
                        "description": "Proven upper bound, in organic-score units."
                      },
                      "feasibleValue": {
                        "type": ["number", "null"],
                        "description": "Value of the plan found, in organic-score units."
                      },
                      "relativeGap": {
                        "type": ["number", "null"],
                        "description": "(dualBound - feasibleValue) / |dualBound|."
                      }
                    }
                  },
                  "solveSeconds": {"type": "number", "description": "Seconds.", "minimum": 0},
                  "rows": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["name", "campaign", "attribute", "sense", "bound", "planned", "price"],
                      "properties": {
                        "name": {"type": "string"},
                        "campaign": {
                          "type": ["string", "null"],
                          "description": "The campaign it limits, for a cap or a guarantee."
                        },
                        "attribute": {
                          "type": "string",
                          "enum": ["delivery", "stream", "save", "newListener", "commission", "listenerLoss"]
                        },
                        "sense": {"type": "string", "enum": ["atMost", "atLeast"]},
                        "bound": {
                          "type": "number",
                          "description": "What is left of the bound for the rest of the day, in the attribute's unit."
                        },
                        "planned": {"type": "number", "description": "What the plan uses of it."},
                        "price": {
                          "type": "number",
                          "description": "Organic-score units for one more unit of the bound.",
                          "minimum": 0
                        }
                      }
                    }
                  }
                }
              },
              "Deliveries": {
                "type": "object",
                "required": ["day", "isFinal", "campaigns"],
                "properties": {
                  "day": {"$ref": "#/components/schemas/Day"},
                  "isFinal": {"type": "boolean"},
                  "campaigns": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": [
                        "campaign",
                        "title",
                        "licensor",
                        "state",
                        "dailyCap",
                        "dailyGuarantee",
                        "confirmed",
                        "reserved",
                        "overspent",
                        "streams",
                        "newListeners",
                        "commission",
                        "capPrice",
                        "guaranteePrice",
                        "planCurve",
                        "deliveredCurve"
                      ],
                      "properties": {
                        "campaign": {"$ref": "#/components/schemas/Identifier"},
                        "title": {"type": "string"},
                        "licensor": {"$ref": "#/components/schemas/Identifier"},
                        "state": {"type": "string", "enum": ["active", "paused"]},
                        "dailyCap": {"type": ["integer", "null"]},
                        "dailyGuarantee": {"type": ["integer", "null"]},
                        "confirmed": {"type": "integer", "description": "Promoted plays counted.", "minimum": 0},
                        "reserved": {
                          "type": "integer",
                          "description": "Units on receipts that are not settled, or held by a node.",
                          "minimum": 0
                        },
                        "overspent": {
                          "type": "integer",
                          "description": "Promoted plays beyond the cap.",
                          "minimum": 0
                        },
                        "streams": {"type": "integer", "description": "Promoted streams.", "minimum": 0},
                        "newListeners": {
                          "type": "integer",
                          "description": "New listeners by promotion.",
                          "minimum": 0
                        },
                        "commission": {"$ref": "#/components/schemas/Money"},
                        "capPrice": {
                          "type": ["number", "null"],
                          "description": "Worth of one more unit of the cap, in organic-score units; null but today."
                        },
                        "guaranteePrice": {
                          "type": ["number", "null"],
                          "description": "What the guarantee costs at the margin; null but today."
                        },
                        "planCurve": {
                          "type": "array",
                          "items": {"type": "number"},
                          "description": "Planned promoted plays at the end of each quarter of an hour of the UTC day; empty but today."
                        },
                        "deliveredCurve": {
                          "type": "array",
                          "items": {"type": "integer", "minimum": 0},
                          "description": "Confirmed promoted plays at the end of each quarter of an hour of the UTC day."
                        }
                      }
                    }
                  }
                }
              },
              "Tallies": {
                "type": "object",
                "required": ["from", "to", "rows", "totals", "unattributed", "eventCount"],
                "properties": {
                  "from": {"$ref": "#/components/schemas/Day"},
                  "to": {"$ref": "#/components/schemas/Day"},
                  "rows": {
                    "type": "array",
                    "items": {
                      "allOf": [
                        {
                          "type": "object",
                          "required": ["day", "campaign", "surface", "market", "isPromoted", "isFinal"],
                          "properties": {
                            "day": {
                              "$ref": "#/components/schemas/Day",
                              "description": "UTC day of issue of a promotion, else of the play."
                            },
                            "campaign": {
                              "type": ["string", "null"],
                              "description": "Null for plays of songs without a campaign."
                            },
                            "surface": {"type": "string"},
                            "market": {"type": "string"},
                            "isPromoted": {"type": "boolean", "description": "Whether receipts stand behind it."},
                            "isFinal": {"type": "boolean", "description": "Whether it can no longer change."}
                          }
                        },
                        {"$ref": "#/components/schemas/Counts"}
                      ]
                    }
                  },
                  "totals": {
                    "type": "object",
                    "required": ["promoted", "organic"],
                    "properties": {
                      "promoted": {"$ref": "#/components/schemas/Counts"},
                      "organic": {"$ref": "#/components/schemas/Counts"}
                    }
                  },
                  "unattributed": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["day", "reason", "outcomes"],
                      "properties": {
                        "day": {"$ref": "#/components/schemas/Day"},
                        "reason": {"type": "string", "description": "Such as receipt-forged."},
                        "outcomes": {"type": "integer", "minimum": 1}
                      }
                    },
                    "description": "Events that were kept but count for nothing."
                  },
                  "eventCount": {
                    "type": "integer",
                    "description": "Events on disk since the beginning, whatever they count for.",
                    "minimum": 0
                  }
                }
              },
              "Counts": {
                "type": "object",
                "required": [
                  "shown",
                  "released",
                  "plays",
                  "streams",
                  "skipped",
                  "saved",
                  "added",
                  "followed",
                  "newListeners",
                  "commission"
                ],
                "properties": {
                  "shown": {"type": "integer", "description": "Plays that started.", "minimum": 0},
                  "released": {"type": "integer", "description": "Promotions given back unplayed.", "minimum": 0},
                  "plays": {"type": "integer", "description": "Plays reported with their length.", "minimum": 0},
                  "streams": {"type": "integer", "description": "Plays of at least 30 s.", "minimum": 0},
                  "skipped": {"type": "integer", "description": "Skips.", "minimum": 0},
                  "saved": {"type": "integer", "description": "Saves to the library.", "minimum": 0},
                  "added": {"type": "integer", "description": "Additions to playlists.", "minimum": 0},
                  "followed": {"type": "integer", "description": "Follows of the artist.", "minimum": 0},
                  "newListeners": {
                    "type": "integer",
                    "description": "Listeners whose first known stream of the artist this was.",
                    "minimum": 0
                  },
                  "commission": {"$ref": "#/components/schemas/Money"}
                }
              },
              "ListenerLoss": {
                "type": "object",
                "required": ["day", "cells"],
                "properties": {
                  "day": {"$ref": "#/components/schemas/Day"},
                  "cells": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["surface", "market", "spent", "budgetSoFar", "organicUtility", "price"],
                      "properties": {
                        "surface": {"type": "string"},
                        "market": {"type": "string"},
                        "spent": {
                          "type": "number",
                          "description": "Organic utility displaced today, in organic-score units."
                        },
                        "budgetSoFar": {
                          "type": ["number", "null"],
                          "description": "The budget's share of the organic utility so far; null without a budget."
                        },
                        "organicUtility": {
                          "type": "number",
                          "description": "Organic utility served so far, in organic-score units."
                        },
                        "price": {
                          "type": "number",
                          "description": "Worth of one more unit of the budget.",
                          "minimum": 0
                        }
                      }
                    }
                  }
                }
              }
        """#
}
