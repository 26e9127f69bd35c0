import CSpanDSP

/// What the T.30 engine reports of a call, between its callbacks and the terminal. Its address is what the callbacks
/// are given, hence a class.
final class FaxProgress {
    /// More events than this are not kept when nobody fetches them.
    static let eventsMax = 64

    /// How the call ended, as spandsp numbers it; nil while it runs.
    private(set) var completionCode: Int32?
    /// A DCS went over the line: training has begun, and with it the time in which the call cannot change to T.38.
    private(set) var isCommanded = false
    /// Frames of the other end whose check sequence was right.
    private(set) var framesHeardCount = 0
    private var screen = FaxFrameScreen()
    private var events: [FaxEvent] = []
    private var reported: Set<FaxEvent> = []
    private var pages = 0

    /// Keeps an event for `nextEvent`, unless it was reported before.
    func report(_ event: FaxEvent) {
        guard events.count < Self.eventsMax, reported.insert(event).inserted else { return }
        events.append(event)
    }

    func nextEvent() -> FaxEvent? { events.isEmpty ? nil : events.removeFirst() }

    func pageEnded() {
        pages += 1
        if events.count < Self.eventsMax { events.append(.pageEnded(count: pages)) }
    }

    func ended(_ code: Int32) {
        if completionCode == nil { completionCode = code }
    }

    /// Notes a frame that the engine sends, or received with a check sequence that was right.
    ///
    /// - Returns: whether the engine may see it.
    func frameSeen(_ frame: Span<UInt8>, isReceived: Bool) -> Bool {
        if isReceived {
            framesHeardCount &+= 1
            report(.preambleHeard)
            guard screen.isAcceptable(frame) else { return false }
        }
        if frame.count >= FaxFrameScreen.headerBytes, Int(frame[2] & 0xFE) == T30_DCS { isCommanded = true }
        return true
    }
}
