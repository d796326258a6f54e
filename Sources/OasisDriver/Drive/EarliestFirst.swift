import OasisMarket

/// Events ordered by time, then by arrival: a binary heap.
struct EarliestFirst {
    private struct Entry {
        var time: Timestamp
        var order: Int
        var event: OutcomeEvent

        func comes(before other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private var heap: [Entry] = []
    private var order = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }

    mutating func insert(_ event: OutcomeEvent) {
        heap.append(Entry(time: event.time, order: order, event: event))
        order += 1
        var place = heap.count - 1
        while place > 0, heap[place].comes(before: heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the earliest event out if it is not later than `time`.
    mutating func popFirst(until time: Timestamp) -> OutcomeEvent? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.event }
        heap[0] = last
        var place = 0
        while true {
            var earliest = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if heap[child].comes(before: heap[earliest]) { earliest = child }
            }
            guard earliest != place else { return first.event }
            heap.swapAt(place, earliest)
            place = earliest
        }
    }
}
