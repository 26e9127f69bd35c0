import CSpanDSP

/// What the T.30 engine reports of a call, between its callbacks and the terminal. Its address is what the callbacks are
/// given, hence a class.
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

    /// Makes the engine report here; the progress must outlive it, or `pbx_spandsp_t30_detach` be called.
    func attach(to t30: OpaquePointer) {
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe t30_set_phase_b_handler(
            t30,
            { _, user, _ in
                unsafe FaxProgress.from(user)?.report(.negotiationBegan)
                return Int32(clamping: T30_ERR_OK)
            }, user)
        unsafe t30_set_phase_d_handler(
            t30,
            { _, user, _ in
                unsafe FaxProgress.from(user)?.pageEnded()
                return Int32(clamping: T30_ERR_OK)
            }, user)
        unsafe t30_set_phase_e_handler(t30, { _, user, code in unsafe FaxProgress.from(user)?.ended(code) }, user)
        unsafe t30_set_real_time_frame_handler(
            t30,
            { _, user, isReceived, frame, length in
                guard let frame = unsafe frame, length > 0 else { return }
                let bytes = unsafe UnsafeBufferPointer(start: frame, count: Int(length))
                unsafe FaxProgress.from(user)?.frameSeen(bytes, isReceived: isReceived != 0)
            }, user)
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> FaxProgress? {
        unsafe user.map { unsafe Unmanaged<FaxProgress>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Keeps an event for `nextEvent`, unless it was reported before.
    func report(_ event: FaxEvent) {
        guard reported.count < Self.eventsMax || !events.isEmpty || reported.contains(event) else { return }
        guard reported.insert(event).inserted, events.count < Self.eventsMax else { return }
        events.append(event)
    }

    func nextEvent() -> FaxEvent? { events.isEmpty ? nil : events.removeFirst() }

    private func pageEnded() {
        pages += 1
        if events.count < Self.eventsMax { events.append(.pageEnded(count: pages)) }
    }

    private func ended(_ code: Int32) {
        if completionCode == nil { completionCode = code }
    }

    private func frameSeen(_ frame: UnsafeBufferPointer<UInt8>, isReceived: Bool) {
        if isReceived {
            framesHeardCount &+= 1
            report(.preambleHeard)
            if unsafe !screen.isAcceptable(frame.span) {
                // The engine looks at the frame after this, in a buffer of its own. A frame of no type that exists is
                // one that it ends the call at.
                guard frame.count > 2, let start = frame.baseAddress else { return }
                unsafe UnsafeMutablePointer(mutating: start)[2] = UInt8(clamping: T30_NULL)
                return
            }
        }
        if frame.count > 2, Int(unsafe frame[2] & 0xFE) == T30_DCS { isCommanded = true }
    }
}
