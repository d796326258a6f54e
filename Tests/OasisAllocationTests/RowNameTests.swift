import OasisAllocation
import Testing

@Suite("Names of rows")
struct RowNameTests {
    private let rows = [
        AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 1),
        AllocationRow(attribute: 0, scope: .campaign(3), sense: .atMost, bound: 2),
        AllocationRow(attribute: 0, scope: .campaign(3), sense: .atLeast, bound: 1, penalty: 1),
        AllocationRow(attribute: 1, scope: .cell(0), sense: .atMost, bound: 1),
        AllocationRow(attribute: 1, scope: .cell(1), sense: .atMost, bound: 1),
        AllocationRow(attribute: 0, scope: .set(1), sense: .atLeast, bound: 0, share: 0.25, penalty: 1),
        AllocationRow(attribute: 0, scope: .set(1), sense: .atMost, bound: 0, share: 0.5),
        AllocationRow(attribute: 1, scope: .all, sense: .atMost, bound: 9),
        AllocationRow(attribute: 1, scope: .all, sense: .atMost, bound: 5, penalty: 2),
    ]

    private func names() throws -> RowNames {
        let problem = try AllocationProblem(
            offsets: Column([0]),
            slots: Column([]),
            campaign: Column([]),
            value: Column([]),
            attributes: [.init("delivery"), .init("deliveryLoss", Column([]))],
            campaignCount: 4,
            cellCount: 2,
            sets: CampaignSets([[0], [1, 2]]),
            rows: rows
        )
        return RowNames(problem)
    }

    @Test("Every row has a name of its own, and the name finds it")
    func roundTrip() throws {
        let names = try names()
        let all = rows.indices.map { names[$0].description }
        #expect(Set(all).count == rows.count)
        for (index, name) in all.enumerated() { #expect(try names.rows(matching: name) == [index], "\(name)") }
    }

    @Test("A name says attribute, sense, scope and share, and an index only where nothing else tells rows apart")
    func spelling() throws {
        let names = try names()
        let all = rows.indices.map { names[$0].description }
        #expect(
            all == [
                "delivery≤campaign:0", "delivery≤campaign:3", "delivery≥campaign:3", "deliveryLoss≤cell:0",
                "deliveryLoss≤cell:1", "delivery≥set:1,share:0.25", "delivery≤set:1,share:0.5", "deliveryLoss≤all#7",
                "deliveryLoss≤all#8",
            ]
        )
    }

    @Test(
        "Names can be typed in several ways, and patterns mean several rows",
        arguments: [
            ("delivery<=campaign:3", [1]), ("delivery >= campaign:3", [2]), ("delivery:campaign:3", [1, 2]),
            ("delivery<=campaign:*", [0, 1]), ("deliveryLoss<=cell:*", [3, 4]), ("4", [4]),
            ("delivery<=set:1", [6]), ("delivery:set:*,share:0.25", [5]), ("deliveryLoss<=all", [7, 8]),
            ("deliveryLoss", [3, 4, 7, 8]),
        ]
    )
    func typing(text: String, expected: [Int]) throws {
        #expect(try names().rows(matching: text) == expected)
    }

    @Test("A pattern without a share means plain rows when there are any")
    func plainFirst() throws {
        #expect(try names().rows(matching: "delivery") == [0, 1, 2])
    }

    @Test(
        "What names no row is refused",
        arguments: [
            "", "delivery<campaign:0", "delivery<=campaign", "delivery<=campaign:9", "delivery<=campaign:0,share:0.1",
            "delivery<=campaign:-1", "delivery<=all:0", "delivery<=planet:0", "save<=all", "9", "-1",
            "delivery<=campaign:0#1", "delivery<=set:1,share:x",
        ]
    )
    func refused(text: String) throws {
        let names = try names()
        #expect(throws: UnknownRow.self) { try names.rows(matching: text) }
    }

    @Test("An unknown name is answered with the nearest names and all families")
    func nearest() throws {
        let names = try names()
        let error = try #require(throws: UnknownRow.self) { try names.rows(matching: "deliveryLos<=cell:1") }
        #expect(error.near.first == "deliveryLoss≤cell:1")
        #expect(
            error.families == [
                "delivery≤campaign:* (2)", "delivery≥campaign:3 (1)", "deliveryLoss≤cell:* (2)",
                "delivery≥set:1,share:0.25 (1)", "delivery≤set:1,share:0.5 (1)", "deliveryLoss≤all (2)",
            ]
        )
        #expect(error.description.contains("did you mean deliveryLoss≤cell:1"))
    }

    @Test("Families together mean every row once")
    func families() throws {
        let names = try names()
        let meant = try names.families.flatMap { try names.rows(matching: $0.pattern) }
        #expect(meant.sorted() == Array(rows.indices))
    }
}
