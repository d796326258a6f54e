package import OasisClient
import OasisMarket

/// Compares what a server counts with what it acknowledged to the driver.
struct CountCheck {
    let control: ControlPlane
    let start: Day
    let end: Day
    private let before: ServerCounts

    /// Notes what the server has counted before the drive begins.
    ///
    /// - Parameters:
    ///   - control: The server's console port.
    ///   - times: When the log's requests come; plays may end on the day after the last.
    /// - Throws: `DriveFailure`, `HTTPFailure`.
    init(_ control: ControlPlane, times: [Timestamp]) async throws {
        self.control = control
        let days = (times.first ?? Timestamp(milliseconds: 0)).day...(times.last ?? Timestamp(milliseconds: 0)).day
        start = days.lowerBound
        // One day for plays past midnight, one more because the range is half open.
        end = days.upperBound.next.next
        before = try await control.counts(from: start, to: end)
    }

    /// What the server has counted since the drive began.
    func counted() async throws -> ServerCounts {
        let now = try await control.counts(from: start, to: end)
        var unattributed = now.unattributed
        for (reason, count) in before.unattributed { unattributed[reason, default: 0] -= count }
        return ServerCounts(
            outcomes: now.outcomes.since(before.outcomes),
            unattributed: unattributed.filter { $0.value != 0 },
            events: now.events - before.events
        )
    }

    /// One line for each count that is not what the driver had acknowledged.
    static func differences(
        server: ServerCounts,
        driver: OutcomeCounts,
        driverEvents: Int
    ) -> [String] {
        var lines = server.unattributed.sorted { $0.key < $1.key }
            .map { reason, count in
                let hint =
                    reason == "before-receipt"
                    ? " (the server's clock was ahead of the log: begin a log after the last play of the one before)"
                    : ""
                return "unattributed for \(reason): driver 0, server \(count)\(hint)"
            }
        lines += driver.differences(from: server.outcomes).map(\.description)
        if server.events != driverEvents {
            lines.append("events in all: driver \(driverEvents), server \(server.events)")
        }
        return lines
    }

    /// One line for each campaign and day above its cap.
    func capsExceeded() async throws -> [String] {
        var lines: [String] = []
        var day = start
        while day < end {
            for delivery in try await control.deliveries(on: day) where delivery.isAboveCap {
                lines.append(
                    "\(delivery.campaign) on \(day): cap \(delivery.dailyCap.map(String.init) ?? "none"), confirmed "
                        + "\(delivery.confirmed), reserved \(delivery.reserved), overspent \(delivery.overspent)"
                )
            }
            day = day.next
        }
        return lines
    }
}
