import AudioDSP
package import MediaControl
package import PBXBase
import RTPGrammar

/// The sound card's stream to and from the engine: 16-bit samples in RTP (L16, RFC 3551 §4.5.11), with a playout that
/// follows the engine's clock at the speaker's. Nothing is allocated after it is made.
package struct CardStream: ~Copyable {
    /// What the card's port at the engine is to be set up with.
    package static let format = MediaFormat(payloadType: 96, name: "L16", clockRate: sampleRate)
    package static let sampleRate = 16_000
    package static let frameMilliseconds = 10
    package static let frameSamples = sampleRate * frameMilliseconds / 1_000
    private static let payloadBytes = frameSamples * 2
    private static let packetBytesMax = 2_048

    private var playout: AudioPlayout
    private var decoder = SampleDecoder()
    private var sequence: SequenceNumber
    private var timestamp: RTPTimestamp
    private let ssrc: SSRC
    private let packet: UnsafeMutableRawBufferPointer
    private let received: UnsafeMutableRawBufferPointer
    private var isFirst = true

    package init(random: inout some RandomSource) {
        var settings = JitterBuffer.Settings(clockRate: Self.sampleRate)
        settings.payloadBytesMax = Self.payloadBytes * 6
        settings.delayInitialMilliseconds = 20
        playout = AudioPlayout(settings, sampleRate: Self.sampleRate)
        sequence = SequenceNumber(UInt16(truncatingIfNeeded: random.next()))
        timestamp = RTPTimestamp(UInt32(truncatingIfNeeded: random.next()))
        ssrc = SSRC(UInt32(truncatingIfNeeded: random.next()))
        packet = .allocate(byteCount: RTPHeader.fixedBytes + Self.payloadBytes, alignment: 4)
        packet.initializeMemory(as: UInt8.self, repeating: 0)
        packet[0] = 0x80
        received = .allocate(byteCount: Self.packetBytesMax, alignment: 4)
    }

    deinit {
        packet.deallocate()
        received.deallocate()
    }

    /// Sends one frame of the microphone.
    package mutating func send(_ samples: UnsafeBufferPointer<Int16>, over link: CardLink) {
        let header = RTPHeader(
            marker: isFirst, payloadType: Self.format.payloadType, sequenceNumber: sequence, timestamp: timestamp,
            ssrc: ssrc)
        isFirst = false
        var bytes = packet.bindMemory(to: UInt8.self).mutableSpan
        header.overwrite(&bytes)
        for index in 0..<min(samples.count, Self.frameSamples) {
            let sample = UInt16(bitPattern: samples[index])
            bytes[RTPHeader.fixedBytes + 2 * index] = UInt8(truncatingIfNeeded: sample >> 8)
            bytes[RTPHeader.fixedBytes + 2 * index + 1] = UInt8(truncatingIfNeeded: sample)
        }
        sequence = sequence.next
        timestamp = timestamp.advanced(by: Self.frameSamples)
        link.send(UnsafeRawBufferPointer(packet))
    }

    /// How long what was played last had waited for others that come later, in milliseconds; nil while nothing comes.
    package private(set) var delayMilliseconds: Double?

    /// What had to be made up for missing sound, in samples.
    package var concealedSamples: UInt64 { playout.concealedSamples }

    /// Takes what the engine has sent.
    package mutating func receive(from link: CardLink, now: Instant) {
        while let (count, waited) = link.receive(into: received) {
            let bytes = UnsafeRawBufferPointer(rebasing: received[..<count]).bindMemory(to: UInt8.self).span
            guard let header = try? RTPHeader(bytes), header.payloadType == Self.format.payloadType else { continue }
            let payload = bytes.extracting(header.payload)
            playout.insert(header, payload: payload, content: .sound(ticks: payload.count / 2), now: now - waited)
        }
    }

    /// Fills one frame for the speaker.
    package mutating func play(into frame: UnsafeMutableBufferPointer<Int16>, now: Instant) {
        delayMilliseconds = playout.presentDelay(now: now).map { Double($0.nanoseconds) / 1_000_000 }
        var samples = frame.mutableSpan
        playout.read(into: &samples, decoder: &decoder, now: now)
    }
}

private struct SampleDecoder: PlayoutDecoder {
    mutating func decode(_ payload: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int {
        let count = min(payload.count / 2, pcm.count)
        for index in 0..<count {
            pcm[index] = Int16(bitPattern: UInt16(payload[2 * index]) << 8 | UInt16(payload[2 * index + 1]))
        }
        return count
    }
}
