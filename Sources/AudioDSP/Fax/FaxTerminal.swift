import CSpanDSP

/// One end of a fax (ITU-T T.30): it sends the pages of a TIFF file, or makes one of the pages that come, over the sound
/// of a call or over T.38 packets.
///
/// It reads and writes its file as pages pass, so it wants a thread that may wait. Time passes by `audioReceived` over
/// sound, and by `advance` over packets.
@safe package final class FaxTerminal {
    @unsafe private enum Line {
        case sound(OpaquePointer)
        case packets(OpaquePointer, core: OpaquePointer)
    }

    private let settings: FaxTerminalSettings
    private var line: Line
    private var t30: OpaquePointer
    private let progress = FaxProgress()
    private let queue = FaxPacketQueue()
    private var block = FaxAudioBlock()
    private var tones: FaxToneDetector?
    private var patience = FaxPatience()

    /// How the call ended; nil while it runs.
    package private(set) var outcome: FaxOutcome?
    /// Packets from the network that were no IFP packets.
    package private(set) var malformedCount = 0

    /// A fax over sound, which may change to T.38 later.
    package init(sound settings: FaxTerminalSettings) throws(FaxError) {
        try settings.check()
        pbx_spandsp_silence_tiff()
        guard let state = unsafe pbx_spandsp_fax_create(settings.isCalling ? 1 : 0),
            let t30 = unsafe fax_get_t30_state(state)
        else { throw .noMemory }
        self.settings = settings
        unsafe line = .sound(state)
        unsafe self.t30 = t30
        tones = FaxToneDetector()
        unsafe settings.apply(to: t30, fastestModem: settings.fastestModem)
        unsafe progress.attach(to: t30)
    }

    /// A fax over T.38 from the beginning.
    package init(packets settings: FaxTerminalSettings, _ t38: T38Settings = T38Settings()) throws(FaxError) {
        try settings.check()
        pbx_spandsp_silence_tiff()
        guard let made = unsafe Self.makePacketLine(settings, t38, queue) else { throw .noMemory }
        self.settings = settings
        unsafe line = made.line
        unsafe t30 = made.t30
        unsafe progress.attach(to: t30)
    }

    deinit { unsafe Self.free(line, t30) }

    private static func makePacketLine(
        _ settings: FaxTerminalSettings, _ t38: T38Settings, _ queue: FaxPacketQueue
    ) -> (line: Line, t30: OpaquePointer)? {
        guard
            let state = unsafe pbx_spandsp_t38_terminal_create(
                settings.isCalling ? 1 : 0, FaxPacketQueue.handler, queue.userData),
            let t30 = unsafe t38_terminal_get_t30_state(state),
            let core = unsafe t38_terminal_get_t38_core_state(state)
        else { return nil }
        unsafe t38.apply(to: core)
        unsafe t38_terminal_set_fill_bit_removal(state, t38.isFillRemoved ? 1 : 0)
        unsafe settings.apply(to: t30, fastestModem: t38.fastestModem)
        return unsafe (.packets(state, core: core), t30)
    }

    private static func free(_ line: Line, _ t30: OpaquePointer) {
        unsafe pbx_spandsp_t30_detach(t30)
        // Only the end of a call gives back what the engine keeps of it.
        unsafe t30_terminate(t30)
        switch unsafe line {
        case .sound(let state): unsafe _ = fax_free(state)
        case .packets(let state, _): unsafe _ = t38_terminal_free(state)
        }
    }

    /// Whether the terminal speaks T.38.
    package var isOverPackets: Bool {
        switch unsafe line {
        case .sound: false
        case .packets: true
        }
    }

    /// Goes on over T.38 with the same task, from the beginning of the call; what was said over sound is forgotten, as
    /// it is on the other end.
    ///
    /// - Returns: false when it is too late, because training has begun or the call has ended, or already done.
    package func changeToPackets(_ t38: T38Settings = T38Settings()) -> Bool {
        guard !isOverPackets, outcome == nil, !progress.isCommanded,
            let made = unsafe Self.makePacketLine(settings, t38, queue)
        else { return false }
        unsafe Self.free(line, t30)
        unsafe line = made.line
        unsafe t30 = made.t30
        tones = nil
        patience = FaxPatience()
        unsafe progress.attach(to: t30)
        return true
    }

    /// Sound of the other end; time passes by it.
    package func audioReceived(_ samples: Span<Int16>) {
        guard case .sound(let state) = unsafe line, outcome == nil else { return }
        if let event = tones?.heard(samples) { progress.report(event) }
        block.forEach(of: samples) { unsafe _ = fax_rx(state, $0, $1) }
        passed(samples.count)
    }

    /// So many samples were lost on the way; time passes by them.
    package func audioMissing(_ count: Int) {
        guard case .sound(let state) = unsafe line, outcome == nil else { return }
        FaxAudioBlock.forEachLength(of: count) { unsafe _ = fax_rx_fillin(state, $0) }
        passed(count)
    }

    /// The next samples for the other end. The rest, while nothing is sent, is silence.
    ///
    /// - Returns: how many samples are not silence.
    package func makeAudio(into samples: inout MutableSpan<Int16>) -> Int {
        guard case .sound(let state) = unsafe line else {
            return FaxAudioBlock.fill(&samples) { _, _ in 0 }
        }
        let made = FaxAudioBlock.fill(&samples) { unsafe fax_tx(state, $0, $1) }
        settle()
        return made
    }

    /// An IFP packet of the other end; `sequence` is that of the datagram that carried it as its primary packet. Packets
    /// that were repeated or come too late are left out.
    package func packetReceived(_ packet: Span<UInt8>, sequence: UInt16) {
        guard case .packets(_, let core) = unsafe line, outcome == nil else { return }
        if let event = T38Packet.event(of: packet) { progress.report(event) }
        if unsafe !T38Packet.receive(packet, sequence: sequence, core: core) { malformedCount += 1 }
        settle()
    }

    /// Lets time pass over T.38, in samples of 125 µs; packets that are due then come up.
    package func advance(samples: Int) {
        guard case .packets(let state, _) = unsafe line, outcome == nil else { return }
        FaxAudioBlock.forEachLength(of: samples) { unsafe _ = t38_terminal_send_timeout(state, $0) }
        passed(samples)
    }

    /// Hands over the oldest packet to be sent and how many copies of its datagram: those that must not be lost are
    /// repeated. There may be some left when the call has ended.
    ///
    /// - Returns: false when there is none.
    package func nextPacket(_ body: (Span<UInt8>, _ copies: Int) -> Void) -> Bool { queue.next(body) }

    /// The oldest event that has not been fetched.
    package func nextEvent() -> FaxEvent? { progress.nextEvent() }

    /// The call is over, whether the fax is or not: closes the file and sets the outcome.
    package func hangUp() {
        guard outcome == nil else { return }
        unsafe t30_terminate(t30)
        settle()
    }

    /// Ends a call in which the engine would wait for ever, as it does while noise passes for a carrier.
    private func passed(_ samples: Int) {
        settle()
        guard outcome == nil, let limit = patience.exceeded(framesHeard: progress.framesHeardCount, samples: samples)
        else { return }
        hangUp()
        outcome?.reason = "No frame was heard of the other fax for \(limit / FaxPatience.samplesPerMinute) minutes"
    }

    private func settle() {
        guard outcome == nil, let code = progress.completionCode else { return }
        outcome = unsafe FaxOutcome(code: code, isSender: settings.document.isSent, of: t30)
    }
}
