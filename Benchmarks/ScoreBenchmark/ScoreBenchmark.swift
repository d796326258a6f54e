internal import OasisMarket
internal import OasisScoring

/// Writes snapshots and requests, and times scoring, opening and signing; `Benchmarks/score-speed` runs it beside C.
@main
struct ScoreBenchmark {
    static let usage = """
        Times the scorer.

          score-benchmark market FILE TRACKS CAMPAIGNS SEED [PREFIX]    a snapshot
          score-benchmark requests FILE TRACKS CAMPAIGNS SEED SHARE COUNT [PREFIX]
                                                             COUNT requests of 500 candidates; SHARE of them promotable
          score-benchmark score SNAPSHOT REQUESTS names|hashes PASSES
          score-benchmark open SNAPSHOT TIMES
          score-benchmark sign COUNT
        """

    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "market" where words.count >= 5:
            guard let market = ScoreMarket(words[2], words[3], words[4], prefix: words.dropFirst(5).first) else {
                return print(usage)
            }
            try SnapshotFile.encode(market.snapshot).save(to: words[1])
        case "requests" where words.count >= 7:
            guard let market = ScoreMarket(words[2], words[3], words[4], prefix: words.dropFirst(7).first),
                let share = Double(words[5]), let count = Int(words[6])
            else { return print(usage) }
            try ScoreRequests(market, share: share, count: count).write(to: words[1])
        case "score" where words.count == 5:
            guard let passes = Int(words[4]) else { return print(usage) }
            try score(words[1], words[2], byHash: words[3] == "hashes", passes: passes)
        case "open" where words.count == 3:
            guard let times = Int(words[2]) else { return print(usage) }
            try open(words[1], times: times)
        case "sign" where words.count == 2:
            guard let count = Int(words[1]) else { return print(usage) }
            sign(count)
        default: print(usage)
        }
    }

    /// Prints the seconds of each pass over all requests, then what they added up to.
    static func score(_ snapshot: String, _ requests: String, byHash: Bool, passes: Int) throws {
        let scorer = Scorer(try MappedSnapshot(path: snapshot))
        let requests = try ScoreRequests(reading: requests)
        let head = try requests.head()
        let now = ScoreMarket.noon
        let key = StableHash(key0: 1, key1: 2)
        var seconds: [Double] = []
        var (promotions, sum) = (0, 0.0)
        for _ in 0..<passes {
            (promotions, sum) = (0, 0)
            let elapsed = ContinuousClock()
                .measure {
                    requests.forEach(byHash: byHash) { columns in
                        let reply = scorer.score(head, columns, at: now, drawKey: key) { _ in nil }
                        promotions += reply.promotions.count
                        for promotion in reply.promotions { sum += Double(promotion.boost * promotion.propensity) }
                    }
                }
            seconds.append(elapsed / .seconds(1))
        }
        print("candidates \(requests.count * ScoreRequests.candidates)")
        print("seconds", seconds.map { "\($0)" }.joined(separator: " "))
        print("sums \(promotions) \(sum)")
    }

    static func open(_ path: String, times: Int) throws {
        var seconds: [Double] = []
        var (campaigns, tracks) = (0, 0)
        for _ in 0..<times {
            let elapsed = try ContinuousClock()
                .measure {
                    let snapshot = try MappedSnapshot(path: path)
                    (campaigns, tracks) = (snapshot.campaignCount, snapshot.trackCount)
                }
            seconds.append(elapsed / .seconds(1))
        }
        print("seconds", seconds.map { "\($0)" }.joined(separator: " "))
        print("campaigns \(campaigns) tracks \(tracks)")
    }

    /// Prints how many receipts a second one core signs, and verifies.
    static func sign(_ count: Int) {
        let keys = ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32)))
        var facts = ScoreMarket.facts
        var bytes = [UInt8](repeating: 0, count: Receipt.bytesMaximum)
        var sum = 0
        let signing = ContinuousClock()
            .measure {
                for index in 0..<count {
                    facts.promotion = UInt64(index)
                    let length = bytes.withUnsafeMutableBytes { Receipt.sign(facts, with: keys, into: $0) }
                    sum &+= length &+ Int(bytes[length - 1])
                }
            }
        let receipt = Receipt.sign(facts, with: keys)
        let verifying = ContinuousClock()
            .measure {
                for _ in 0..<count {
                    sum &+= (try? Receipt.verify(receipt, with: keys)) == nil ? 0 : 1
                }
            }
        print("signed \(Int(Double(count) / (signing / .seconds(1)))) a second, \(receipt.count) bytes each")
        print("verified \(Int(Double(count) / (verifying / .seconds(1)))) a second (\(sum))")
    }
}
