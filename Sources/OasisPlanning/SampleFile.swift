import Foundation
import OasisMarket

/// The planner's recent requests on disk, so that a restart and a plan made beside the server have something to go by.
///
/// A copy that is missing or damaged is no loss that matters: a day's traffic fills the sample again.
struct SampleFile: Sendable {
    private let file: URL

    /// The file beside the snapshots in `directory`.
    init(directory: String) {
        file = URL(filePath: directory, directoryHint: .isDirectory).appending(path: "recent-requests.json")
    }

    /// What was kept, at most `capacity` requests; nothing when there is no whole file.
    func read(capacity: Int) -> [SampledRequest] {
        guard let data = try? Data(contentsOf: file),
            let columns = try? JSONDecoder().decode(SampleColumns.self, from: data)
        else { return [] }
        return Array((columns.requests ?? []).suffix(capacity))
    }

    /// Replaces what was kept, whole or not at all.
    func write(_ requests: [SampledRequest]) throws {
        try JSONEncoder().encode(SampleColumns(requests)).write(to: file, options: .atomic)
    }
}

/// Requests in columns: a number at a time is what JSON does quickest.
private struct SampleColumns: Codable {
    var cells: [Cell]
    var cell: [Int]
    var slots: [Int]
    var organicUtility: [Double]
    var candidateCount: [Int]
    var campaign: [Int64]
    var listenerLoss: [Float]
    /// −1 where the ranker sent none.
    var streamProbability: [Float]
    /// 0 known, 1 new, −1 where the ranker did not know.
    var isNewToArtist: [Int]

    init(_ requests: [SampledRequest]) {
        cells = Set(requests.map(\.cell)).sorted()
        let places = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
        cell = requests.map { places[$0.cell] ?? 0 }
        slots = requests.map(\.slots)
        organicUtility = requests.map(\.organicUtility)
        candidateCount = requests.map(\.candidates.count)
        let candidates = requests.flatMap(\.candidates)
        campaign = candidates.map(\.campaignNumber)
        listenerLoss = candidates.map(\.listenerLoss)
        streamProbability = candidates.map { $0.streamProbability ?? -1 }
        isNewToArtist = candidates.map { $0.isNewToArtist.map { $0 ? 1 : 0 } ?? -1 }
    }

    /// The requests; nothing when columns do not fit together or hold what no request has.
    var requests: [SampledRequest]? {
        let (count, total) = (cell.count, campaign.count)
        guard slots.count == count, organicUtility.count == count, candidateCount.count == count,
            listenerLoss.count == total, streamProbability.count == total, isNewToArtist.count == total,
            cell.allSatisfy({ cells.indices.contains($0) }), slots.allSatisfy({ (0...10_000).contains($0) }),
            candidateCount.allSatisfy({ (0...total).contains($0) }),
            candidateCount.reduce(into: 0, { $0 &+= $1 }) == total,
            listenerLoss.allSatisfy({ $0.isFinite && $0 >= 0 }), organicUtility.allSatisfy(\.isFinite),
            streamProbability.allSatisfy({ $0 == -1 || (0...1).contains($0) })
        else { return nil }
        var next = 0
        return (0..<count)
            .map { request in
                defer { next += candidateCount[request] }
                return SampledRequest(
                    cell: cells[cell[request]],
                    slots: slots[request],
                    organicUtility: organicUtility[request],
                    candidates: (next..<(next + candidateCount[request])).map { candidate($0) }
                )
            }
    }

    private func candidate(_ index: Int) -> SampledRequest.Candidate {
        SampledRequest.Candidate(
            campaignNumber: campaign[index],
            listenerLoss: listenerLoss[index],
            streamProbability: streamProbability[index] < 0 ? nil : streamProbability[index],
            isNewToArtist: isNewToArtist[index] < 0 ? nil : isNewToArtist[index] == 1
        )
    }
}
