internal import OasisMarket
internal import OasisScoring

extension ClientReply {
    /// How a boost came about: Σ contributions / loss price, before limits.
    ///
    /// Asked for by `ScoreRequest.explains`; a server under load leaves it out and says `overloaded`.
    public struct Explanation: Hashable, Sendable, Decodable {
        /// What one attribute brings at what prices.
        public struct Term: Hashable, Sendable, Decodable {
            /// What is counted: `stream`, `save`, ….
            public var attribute: String
            /// How much of it one promotion is expected to cause.
            public var amount: Double
            /// Worth of one unit, in organic-score units.
            public var worth: Double
            /// The campaign's price of one unit.
            public var campaignPrice: Double
            /// The cell's price of one unit.
            public var cellPrice: Double
            /// amount · (worth − campaign price − cell price), in organic-score units.
            public var contribution: Double
        }

        /// Every attribute but listener loss.
        public var terms: [Term]
        /// 1 + the price of listener loss here.
        public var lossPrice: Double
        /// Organic utility that the promotion displaces.
        public var listenerLoss: Double
        /// The contributions' sum over the loss price: the boost before limits.
        public var fullBoost: Double
    }
}

extension ClientReply.Explanation {
    init(_ explanation: BoostExplanation) {
        self.init(
            terms: explanation.terms.map { term in
                Term(
                    attribute: term.attribute.rawValue,
                    amount: term.amount,
                    worth: term.worth,
                    campaignPrice: term.campaignPrice,
                    cellPrice: term.cellPrice,
                    contribution: term.contribution
                )
            },
            lossPrice: explanation.lossPrice,
            listenerLoss: explanation.listenerLoss,
            fullBoost: explanation.fullBoost
        )
    }
}
