import OasisMarket

/// What is to happen, in order of virtual time; what is due at the same moment, in the order in which it was put in.
struct EventQueue<Event> {
    private struct Entry {
        var time: Timestamp
        var number: Int
        var event: Event

        func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
    }

    /// A binary heap with the earliest on top.
    private var entries: [Entry] = []
    private var lastNumber = 0

    /// Plans an event.
    mutating func add(_ event: Event, at time: Timestamp) {
        lastNumber += 1
        entries.append(Entry(time: time, number: lastNumber, event: event))
        var place = entries.count - 1
        while place > 0, entries[place].isBefore(entries[(place - 1) / 2]) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the earliest event; nothing when there is none.
    mutating func next() -> (time: Timestamp, event: Event)? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return (first.time, first.event)
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
                if entries[child].isBefore(entries[least]) { least = child }
            }
            if least == place { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}
