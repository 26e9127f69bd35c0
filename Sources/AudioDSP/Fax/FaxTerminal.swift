import CSpanDSP

/// One end of a fax (ITU-T T.30): it sends the pages of a TIFF file, or makes one of the pages that come, over the
/// sound of a call at 8,000 samples a second, or over T.38 packets.
///
/// It reads and writes its file as pages pass, so it wants a thread that may wait. Time passes by `audioReceived` and
/// `audioMissing` over sound, and by `advance` over packets.
package final class FaxTerminal {
    private let settings: FaxTerminalSettings
    private let progress = FaxProgress()
    private let queue = FaxPacketQueue()
    private var engine: FaxEngine
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
        guard let engine = FaxEngine(sound: settings, progress: progress) else { throw .noMemory }
        self.engine = engine
        self.settings = settings
        tones = FaxToneDetector()
    }

    /// A fax over T.38 from the beginning.
    package init(packets settings: FaxTerminalSettings, _ t38: T38Settings = T38Settings()) throws(FaxError) {
        try settings.check()
        pbx_spandsp_silence_tiff()
        guard let engine = FaxEngine(packets: settings, t38, queue: queue, progress: progress) else {
            throw .noMemory
        }
        self.engine = engine
        self.settings = settings
        tones = nil
    }

    /// Whether the terminal speaks T.38.
    package var isOverPackets: Bool { engine.isOverPackets }

    /// Goes on over T.38 with the same task, from the beginning of the call; what was said over sound is forgotten, as
    /// it is on the other end.
    ///
    /// - Returns: false when it is too late, because training has begun or the call has ended, or already done.
    package func changeToPackets(_ t38: T38Settings = T38Settings()) -> Bool {
        guard !isOverPackets, outcome == nil, !progress.isCommanded,
            let engine = FaxEngine(packets: settings, t38, queue: queue, progress: progress)
        else { return false }
        self.engine = engine
        tones = nil
        patience = FaxPatience()
        return true
    }

    /// Sound of the other end; time passes by it.
    package func audioReceived(_ samples: Span<Int16>) {
        guard !isOverPackets, outcome == nil else { return }
        if let event = tones?.heard(samples) { progress.report(event) }
        block.forEach(of: samples) { engine.soundReceived(&$0, count: $1) }
        passed(samples.count)
    }

    /// So many samples were lost on the way; time passes by them.
    package func audioMissing(_ count: Int) {
        guard !isOverPackets, outcome == nil else { return }
        FaxAudioBlock.forEachLength(of: count) { engine.soundMissing($0) }
        passed(count)
    }

    /// The next samples for the other end. The rest, while nothing is sent, is silence.
    ///
    /// - Returns: how many samples are not silence.
    package func makeAudio(into samples: inout MutableSpan<Int16>) -> Int {
        let made = engine.makeSound(into: &samples)
        settle()
        return FaxAudioBlock.silence(&samples, after: made)
    }

    /// An IFP packet of the other end; `sequence` is that of the datagram that carried it as its primary packet.
    /// Packets that were repeated or come too late are left out.
    package func packetReceived(_ packet: Span<UInt8>, sequence: UInt16) {
        guard isOverPackets, outcome == nil else { return }
        if let event = FaxEvent(indicatorIn: packet) { progress.report(event) }
        if !engine.packetReceived(packet, sequence: sequence) { malformedCount += 1 }
        settle()
    }

    /// Lets time pass over T.38, in samples of 125 µs; packets that are due then come up.
    package func advance(samples: Int) {
        guard isOverPackets, outcome == nil else { return }
        FaxAudioBlock.forEachLength(of: samples) { engine.advance(samples: $0) }
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
        engine.terminate()
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
        outcome = engine.outcome(code: code)
    }
}
