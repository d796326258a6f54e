/// The description of both ports' API, OpenAPI 3.1 in JSON; this source is where it is kept.
package enum OpenAPIDocument {
    /// The document.
    package static let text = "{}"
}
