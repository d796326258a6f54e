import NIOCore
import OasisMarket
import OasisScoring
import OasisService

/// Reads any bytes as a score request: no crash, and JSON for the one-pass reader exactly when it is for the tree parser.
@Sendable
func fuzzScoreRequest(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    let isJSON = (try? JSONParser.parse(bytes)) != nil
    do throws(ServiceFailure) {
        let request = try ScoreRequestReader.read(ByteBuffer(bytes: bytes), clock: clock)
        precondition(isJSON, "read what is no JSON")
        precondition(request.organicScores.count == request.candidateCount)
    } catch {
        precondition((error.reason == .invalidJSON) == !isJSON, "refused for another reason than the parser")
    }
}

private let clock = MarketClock(source: .wall)
