package import OasisMarket
package import OasisScoring
package import OasisSimulation

/// A day or more of a ranker's life: what it would play without promotion, and what its listeners do.
package protocol MarketLog: Sendable {
    /// What it is, for people.
    var title: String { get }
    /// When each request comes, rising.
    var times: [Timestamp] { get }
    /// What a server needs to know before it can promote anything here.
    var setUp: MarketSetUp { get }

    /// The request at an index of `times`.
    func request(at index: Int) -> ScoreRequest

    /// What the listener does with a slate of candidates, in the order played.
    func play(_ slate: [Int], of request: ScoreRequest, at index: Int) -> [ListenerBehaviour.Play]
}

/// Who opted what in, and the policy to promote it by.
package struct MarketSetUp: Sendable {
    /// Labels and distributors.
    package var licensors: [Licensor]
    /// Songs opted in.
    package var campaigns: [Campaign]
    /// What is worth how much, and what must hold.
    package var policy: Policy

    /// Gathers a set-up.
    package init(licensors: [Licensor], campaigns: [Campaign], policy: Policy) {
        self.licensors = licensors
        self.campaigns = campaigns
        self.policy = policy
    }
}

/// The same log at another time, so that it can be played to a server that goes by the wall clock.
package struct ShiftedLog: MarketLog {
    private let log: any MarketLog
    private let shiftMilliseconds: Int64

    /// `log`, with its first request at `start`.
    package init(_ log: any MarketLog, start: Timestamp) {
        self.log = log
        shiftMilliseconds = start.milliseconds - (log.times.first?.milliseconds ?? start.milliseconds)
    }

    package var title: String { log.title }
    package var times: [Timestamp] { log.times.map(shifted) }

    package var setUp: MarketSetUp {
        var setUp = log.setUp
        for index in setUp.campaigns.indices {
            setUp.campaigns[index].start = shifted(setUp.campaigns[index].start)
            setUp.campaigns[index].end = setUp.campaigns[index].end.map(shifted)
        }
        return setUp
    }

    package func request(at index: Int) -> ScoreRequest {
        var request = log.request(at: index)
        request.time = shifted(request.time)
        return request
    }

    package func play(_ slate: [Int], of request: ScoreRequest, at index: Int) -> [ListenerBehaviour.Play] {
        log.play(slate, of: request, at: index)
    }

    private func shifted(_ time: Timestamp) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + shiftMilliseconds)
    }
}
