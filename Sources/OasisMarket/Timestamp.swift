/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A point `milliseconds` after the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The UTC day it lies in.
    public var day: Day {
        Day(number: Int32(truncatingIfNeeded: milliseconds.flooringDivision(by: Day.milliseconds)))
    }

    /// Seconds since the UTC day began, 0 ..< 86,400.
    public var secondOfDay: Double {
        Double(milliseconds - day.start.milliseconds) / 1_000
    }

    /// Earlier comes first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A later (or, for a negative duration, earlier) point.
    public func advanced(bySeconds seconds: Double) -> Timestamp {
        Timestamp(milliseconds: milliseconds + Int64((seconds * 1_000).rounded()))
    }

    /// Seconds from `earlier` to here.
    public func seconds(since earlier: Timestamp) -> Double {
        Double(milliseconds - earlier.milliseconds) / 1_000
    }
}

/// A UTC calendar day, counted from 1970-01-01.
public struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public var number: Int32

    static let milliseconds: Int64 = 86_400_000

    /// The day `number` days after 1970-01-01.
    public init(number: Int32) {
        self.number = number
    }

    /// Its first millisecond.
    public var start: Timestamp { Timestamp(milliseconds: Int64(number) * Self.milliseconds) }

    /// The day after.
    public var next: Day { Day(number: number + 1) }

    /// Earlier comes first.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Int64 {
    /// Division that rounds toward minus infinity, so that times before 1970 fall into the right day.
    func flooringDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
