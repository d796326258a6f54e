/// The description of both ports' API, OpenAPI 3.1 in JSON; this source is where it is kept.
///
/// `docs/openapi.json` is a copy (`oasis openapi > docs/openapi.json`), and tests hold it to the routes and to real
/// answers.
package enum OpenAPIDocument {
    /// The document.
    package static let text = """
        {
        \(head),
          "paths": {
        \(paths.joined(separator: ",\n"))
          },
          "components": {
        \(common),
            "schemas": {
        \(schemas.joined(separator: ",\n"))
            }
          }
        }

        """

    private static let paths = [
        scoringPaths, licensorPaths, campaignPaths, cataloguePaths, reportPaths, accountPaths, planningPaths,
        modelPaths, pullBackPaths, statusPaths,
    ]

    private static let schemas = [
        scoringSchemas, documentSchemas, catalogueSchemas, guardrailSchemas, reportSchemas, planningSchemas,
        modelSchemas, pullBackSchemas, statusSchemas,
    ]
}
