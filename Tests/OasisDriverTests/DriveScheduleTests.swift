import OasisClient
import OasisDriver
import OasisMarket
import OasisScoring
import OasisSimulation
import Testing

@Suite("The schedule of a drive")
struct DriveScheduleTests {
    private func time(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: 0).advanced(bySeconds: seconds) }

    private func event(_ id: String, at seconds: Double) throws -> OutcomeEvent {
        OutcomeEvent(
            id: id,
            kind: .shown,
            time: time(seconds),
            subject: .organic(try TrackID("t"), try ListenerID("l")),
            cell: Cell(surface: try SurfaceID("radio"), market: try MarketID("DE"))
        )
    }

    @Test("Events wait until a request as late as they are was sent, and come in order of time")
    func eventsWait() async throws {
        let schedule = DriveSchedule(times: [time(0), time(10), time(20)], backlogMaximum: 100)
        let first = try #require(await schedule.nextRequest())
        await schedule.begin(first)
        await schedule.finish(first, events: [try event("late", at: 15), try event("b", at: 9), try event("a", at: 0)])
        #expect(await schedule.nextEvents(limit: 10)?.map(\.id) == ["a"])
        let second = try #require(await schedule.nextRequest())
        await schedule.begin(second)
        #expect(await schedule.nextEvents(limit: 10)?.map(\.id) == ["b"])
        await schedule.finish(second, events: [])
        let third = try #require(await schedule.nextRequest())
        await schedule.begin(third)
        await schedule.finish(third, events: [try event("end", at: 500)])
        #expect(await schedule.nextEvents(limit: 1)?.map(\.id) == ["late"])
        #expect(await schedule.nextEvents(limit: 1)?.map(\.id) == ["end"])
        #expect(await schedule.nextEvents(limit: 1) == nil)
        #expect(await schedule.nextRequest() == nil)
    }

    @Test("Requests under way at once lie within the window")
    func window() async throws {
        let far = DriveSchedule.windowSeconds + 1
        let schedule = DriveSchedule(times: [time(0), time(100), time(far)], backlogMaximum: 100)
        #expect(await schedule.nextRequest() == 0)
        #expect(await schedule.nextRequest() == 1)
        async let third = schedule.nextRequest()
        try await Task.sleep(for: .milliseconds(50))
        await schedule.finish(0, events: [])
        #expect(await third == 2)
    }

    @Test("Requests wait while too many events are due")
    func backlog() async throws {
        let schedule = DriveSchedule(times: [time(0), time(1)], backlogMaximum: 2)
        let first = try #require(await schedule.nextRequest())
        await schedule.begin(first)
        await schedule.finish(first, events: [try event("a", at: 0), try event("b", at: 0)])
        async let second = schedule.nextRequest()
        try await Task.sleep(for: .milliseconds(50))
        #expect(await schedule.nextEvents(limit: 10)?.count == 2)
        #expect(await second == 1)
    }

    @Test("In a paced drive the last sessions play out as time passes, and not before the last request is done")
    func playsOut() async throws {
        let schedule = DriveSchedule(times: [time(0)], backlogMaximum: 10, isPaced: true)
        let request = try #require(await schedule.nextRequest())
        await schedule.begin(request)
        #expect(await schedule.pass(to: time(1_000)))
        await schedule.finish(request, events: [try event("a", at: 5), try event("b", at: 50)])
        #expect(await schedule.pass(to: time(10)))
        #expect(await schedule.nextEvents(limit: 10)?.map(\.id) == ["a"])
        #expect(await !schedule.pass(to: time(50)))
        #expect(await schedule.nextEvents(limit: 10)?.map(\.id) == ["b"])
        #expect(await schedule.nextEvents(limit: 10) == nil)
    }

    @Test("Stopping wakes everyone who waits")
    func stop() async throws {
        let schedule = DriveSchedule(times: [time(0), time(1_000)], backlogMaximum: 10)
        _ = await schedule.nextRequest()
        async let request = schedule.nextRequest()
        async let events = schedule.nextEvents(limit: 1)
        try await Task.sleep(for: .milliseconds(50))
        await schedule.stop()
        #expect(await request == nil)
        #expect(await events == nil)
    }
}

@Suite("The events of a request")
struct OutcomeEventsTests {
    private func request() throws -> ScoreRequest {
        try ScoreRequest(
            id: RequestID("r"),
            listener: ListenerID("l"),
            cell: Cell(surface: try SurfaceID("radio"), market: try MarketID("DE")),
            time: Timestamp(milliseconds: 0),
            scale: "s",
            slateSize: 2,
            promotableSlots: 1,
            tracks: [TrackID("a"), TrackID("b"), TrackID("c")],
            organicScores: [0.9, 0.5, 0.4]
        )
    }

    private func promotion(_ index: Int) throws -> ScoreAnswer.Promotion {
        ScoreAnswer.Promotion(
            index: index,
            track: try TrackID("t"),
            campaign: try CampaignID("k"),
            boost: 0.2,
            receipt: "receipt-\(index)"
        )
    }

    @Test("Every play is shown, then streamed or skipped, with the receipt exactly where it was promoted")
    func plays() throws {
        let request = try request()
        let plays = ListenerBehaviour(seed: 1).play([0, 2], of: request)
        let events = OutcomeEvents.of(plays, promotions: [try promotion(2)], in: request)
        for play in plays where play.isShown {
            let mine = events.filter { $0.id.contains("/\(request.tracks[play.candidate])/") }
            #expect(mine.map(\.kind).prefix(2) == [.shown, play.isStream ? .streamed : .skipped])
            #expect(mine.allSatisfy { ($0.countKey.campaign != nil) == (play.candidate == 2) })
        }
        #expect(Set(events.map(\.id)).count == events.count)
    }

    @Test("A promotion that was not played is released, wherever it ended")
    func releases() throws {
        let request = try request()
        let plays = ListenerBehaviour(seed: 1).play([0], of: request)
        let events = OutcomeEvents.of(plays, promotions: [try promotion(2)], in: request)
        let released = try #require(events.first { $0.kind == .released })
        #expect(released.id == "r/c/released")
        #expect(released.countKey.campaign?.text == "k")
        #expect(!events.contains { $0.id == "r/c/shown" })
    }

    @Test("A listener who left releases the promotions behind")
    func left() throws {
        let request = try request()
        var plays = ListenerBehaviour(seed: 1).play([0, 2], of: request)
        plays[1].isShown = false
        let events = OutcomeEvents.of(plays, promotions: [try promotion(2)], in: request)
        #expect(events.filter { $0.id.hasPrefix("r/c/") }.map(\.kind) == [.released])
    }

    @Test("The same outcome has the same id in every attempt")
    func ids() throws {
        let request = try request()
        let plays = ListenerBehaviour(seed: 1).play([0, 1], of: request)
        let first = OutcomeEvents.of(plays, promotions: [], in: request)
        #expect(first == OutcomeEvents.of(plays, promotions: [], in: request))
        #expect(first.first?.id == "r/a/shown")
    }
}
