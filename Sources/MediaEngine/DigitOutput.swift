import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// Digits on their way to one peer, packet by packet, as events or as tones.
struct DigitOutput {
    /// What the peer gets in one packet.
    enum Step {
        case event(DigitSender.Packet)
        /// Sound from `fillTone`.
        case tone
        /// Nothing but the other sound, as between two digits.
        case pause
    }

    private var queue = DigitQueue()
    private var sender: DigitSender?
    private var tone: DigitTone?

    var isActive: Bool { !queue.isEmpty || sender != nil || tone != nil }

    /// Digits beyond what a queue holds are lost: no number is that long.
    mutating func append(_ digit: Character, milliseconds: Int = 100) {
        _ = queue.append(digit, milliseconds: milliseconds)
    }

    mutating func clear() { self = DigitOutput() }

    /// The next step, for a packet of `format`; `timestamp` is what a packet of sound would carry now.
    mutating func next(for format: SendingFormat, sampleRate: Int, timestamp: RTPTimestamp, now: Instant) -> Step {
        if let packet = sender?.next() { return .event(packet) }
        sender = nil
        if tone?.isFinished == false { return .tone }
        tone = nil
        guard let entry = queue.next(now: now) else { return .pause }
        if format.telephoneEvent == nil {
            tone = DigitTone(entry.digit, sampleRate: sampleRate, milliseconds: entry.milliseconds)
            return tone == nil ? .pause : .tone
        }
        sender = DigitSender(
            digit: entry.digit, start: timestamp, ticksPerPacket: UInt16(clamping: format.packetTicks),
            milliseconds: entry.milliseconds, clockRate: format.codec.clockRate)
        guard let packet = sender?.next() else { return .pause }
        return .event(packet)
    }

    /// Fills a frame with the tone of the digit under way.
    mutating func fillTone(_ frame: UnsafeMutableBufferPointer<Int16>) {
        var samples = frame.mutableSpan
        _ = tone?.next(into: &samples)
    }
}
