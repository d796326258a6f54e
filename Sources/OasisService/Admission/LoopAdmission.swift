internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
internal import OasisScoring
internal import Synchronization

/// One event loop's admission: tells `AdmissionControl` the time, and when a turn has ended.
///
/// Used on its event loop alone.
final class LoopAdmission {
    private let eventLoop: any EventLoop
    private let metrics: AdmissionMetrics
    private var control: AdmissionControl
    private var staysOrganic = false

    init(on eventLoop: any EventLoop, delayMaximum: TimeAmount, metrics: AdmissionMetrics) {
        self.eventLoop = eventLoop
        self.metrics = metrics
        control = AdmissionControl(delayMaximum: delayMaximum)
    }

    /// Says what to do with a request that is about to be decided.
    func admit(_ arrival: RequestArrival, at now: NIODeadline) -> AdmissionControl.Verdict {
        if !control.isInTurn { watchTurn() }
        let verdict = control.admit(arrival, at: now)
        metrics.admitted(verdict)
        if verdict == .stayOrganic(.overloaded) { staysOrganic = true }
        return verdict
    }

    /// Notes how long a decision took.
    func decided(in duration: TimeAmount) {
        control.decided(in: duration)
    }

    /// Has the loop say when it is through with what it is at: it runs tasks after all sockets that were ready.
    private func watchTurn() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let start = NIODeadline.now()
        eventLoop.execute { bound.value.endTurn(since: start) }
    }

    private func endTurn(since start: NIODeadline) {
        let now = NIODeadline.now()
        control.endTurn(at: now)
        metrics.turnEnded(after: now - start, load: staysOrganic ? .organic : control.load)
        staysOrganic = false
    }
}

/// The admissions of all event loops.
///
/// Each loop finds its own by its thread, so that every transport on the loop shares it.
final class LoopAdmissions: Sendable {
    private let ofThread = ThreadSpecificVariable<NIOLoopBoundBox<LoopAdmission>>()
    private let delayMaximum: TimeAmount
    private let metrics: ServiceMetrics
    private let count = Atomic(0)

    /// Admissions for loops whose turns should take at most `delayMaximum`.
    init(delayMaximum: TimeAmount, metrics: ServiceMetrics) {
        self.delayMaximum = delayMaximum
        self.metrics = metrics
    }

    /// The admission of the loop that this runs on; nothing elsewhere.
    var current: LoopAdmission? {
        if let admission = ofThread.currentValue { return admission.value }
        guard let eventLoop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
        let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
        let admission = LoopAdmission(
            on: eventLoop,
            delayMaximum: delayMaximum,
            metrics: metrics.admission(loop: number)
        )
        ofThread.currentValue = NIOLoopBoundBox(admission, eventLoop: eventLoop)
        return admission
    }
}
