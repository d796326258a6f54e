import OasisLedger
import OasisMarket

/// Ghosts on their way to the ledger: a bounded list that scoring appends to and a writer empties.
///
/// A day keeps at most `perDayMaximum` rows. All listeners' ghosts are kept until half of them are used, then those of
/// every second listener until half of the rest is, and so on; which listeners is a hash of their pseudonyms, and every
/// row says with which share it was kept, so that estimates can weigh it. What comes faster than it is written is lost,
/// and counted.
struct GhostBuffer: Sendable {
    /// What waits for the writer.
    struct Batch: Sendable {
        var ghosts: [Ghost] = []
        var lost: [Ghost.Kind: Int] = [:]

        var isEmpty: Bool { ghosts.isEmpty && lost.isEmpty }
    }

    /// Most rows that wait.
    static let waitingMaximum = 16_384

    private let perDayMaximum: Int
    private var day: Day
    private var keptToday: Int
    private var waiting = Batch()

    /// `keptToday` rows of `day` are on disk already.
    init(perDayMaximum: Int, day: Day, keptToday: Int) {
        self.perDayMaximum = perDayMaximum
        self.day = day
        self.keptToday = keptToday
    }

    /// Share of listeners whose ghosts are kept now: 1, ½, ¼ …; 0 when the day's room is used up.
    var share: Double {
        let free = perDayMaximum - keptToday
        guard free > 0 else { return 0 }
        var share = 1.0
        while Double(free) <= Double(perDayMaximum) * share / 2 { share /= 2 }
        return share
    }

    /// The share with which a listener's ghosts are kept; nothing when they are not.
    mutating func keptShare(ofListener listener: UInt64, on today: Day) -> Double? {
        if today > day { (day, keptToday) = (today, 0) }
        let share = share
        return Ghost.isKept(ofListener: listener, share: share) ? share : nil
    }

    /// Takes a ghost in.
    mutating func append(_ ghost: Ghost) {
        guard waiting.ghosts.count < Self.waitingMaximum else {
            waiting.lost[ghost.kind, default: 0] += 1
            return
        }
        waiting.ghosts.append(ghost)
        keptToday += 1
    }

    /// Hands over what waits.
    mutating func take() -> Batch {
        defer { waiting = Batch() }
        return waiting
    }

    /// Takes a batch back that could not be written, as far as there is room.
    mutating func putBack(_ batch: Batch) {
        let room = max(0, Self.waitingMaximum - waiting.ghosts.count)
        waiting.ghosts = batch.ghosts.prefix(room) + waiting.ghosts
        for ghost in batch.ghosts.dropFirst(room) { waiting.lost[ghost.kind, default: 0] += 1 }
        for (kind, count) in batch.lost { waiting.lost[kind, default: 0] += count }
    }
}
