import Mustache

/// The page's templates, parsed once.
enum ConsoleTemplates {
    /// Names a template that stands for itself.
    enum Name: String, CaseIterable {
        case page
        case overview
        case campaign
        case campaignReport
        case problem
        case headline
        case notices
        case campaigns
        case charts
        case prices
        case priceRows
        case listenerLoss

        fileprivate var source: String {
            switch self {
            case .page: ConsoleTemplates.page
            case .overview: ConsoleTemplates.overview
            case .campaign: ConsoleTemplates.campaign
            case .campaignReport: ConsoleTemplates.campaignReport
            case .problem: ConsoleTemplates.problem
            case .headline: ConsoleTemplates.headline
            case .notices: ConsoleTemplates.notices
            case .campaigns: ConsoleTemplates.campaigns
            case .charts: ConsoleTemplates.charts
            case .prices: ConsoleTemplates.prices
            case .priceRows: ConsoleTemplates.priceRows
            case .listenerLoss: ConsoleTemplates.listenerLoss
            }
        }
    }

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(ConsoleMarkup(), named: ConsoleMarkup.name)
        var templates: [String: MustacheTemplate] = [:]
        for name in Name.allCases {
            // A partial starts over with Mustache's own escaping, so each template asks for ours.
            let source = "{{% CONTENT_TYPE: \(ConsoleMarkup.name)}}\n" + name.source
            do {
                templates[name.rawValue] = try MustacheTemplate(string: source)
            } catch {
                preconditionFailure("the template \(name) of this source file does not parse: \(error)")
            }
        }
        return MustacheLibrary(templates: templates)
    }()

    /// The template filled with a view.
    static func render(_ view: some Sendable, with name: Name) -> String {
        library.render(view, withTemplate: name.rawValue) ?? ""
    }
}
