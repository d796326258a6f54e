extension OpenAPIDocument {
    /// What the document is about.
    static let head = #"""
          "openapi": "3.1.0",
          "info": {
            "title": "Oasis",
            "version": "1",
            "summary": "Promotion scores for a ranker, and the market behind them.",
            "description": "Two ports: the scoring port for rankers and players, the console port for people and their tools. Every error on both has one shape. Unknown fields are ignored; wrong types are refused.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}
          },
          "servers": [
            {"url": "http://127.0.0.1:8080", "description": "Scoring port"},
            {"url": "http://127.0.0.1:8081", "description": "Console port"}
          ],
          "tags": [
            {"name": "scoring", "description": "Scores and outcomes."},
            {"name": "licensors", "description": "Who opts songs in."},
            {"name": "campaigns", "description": "What was opted in, and what was promised."},
            {"name": "catalogue", "description": "Songs and teams, and who may be opted in."},
            {"name": "policy", "description": "What is worth how much, and what must hold."},
            {"name": "models", "description": "What is expected of listeners, and whether it still holds."},
            {"name": "status", "description": "What the engine does and what was counted."},
            {"name": "operation", "description": "Health and metrics."}
          ]
        """#
}
