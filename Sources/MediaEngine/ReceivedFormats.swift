import AudioDSP
import MediaControl

/// What the payload types of a peer mean to us, as plain memory: looked up for every packet that is decoded.
struct ReceivedFormats {
    enum Meaning: Hashable, Sendable {
        case sound(AudioCodec)
        /// Digits, with the clock of their durations in Hz.
        case telephoneEvent(clockRate: Int)
        case comfortNoise
    }

    /// More than any telephone names; the rest is not decoded.
    static let formatsMax = 8

    private struct Row {
        var payloadType: UInt8
        var meaning: Meaning
    }

    private var rows = InlineArray<8, Row>(repeating: Row(payloadType: 0xFF, meaning: .comfortNoise))
    private var count = 0
    /// What the peer's first codec costs by itself, decoded here or not; nil when nobody has judged it.
    private(set) var impairment: VoiceQuality.Impairment?

    init() {}

    init(_ formats: [MediaFormat]) {
        impairment = formats.first { !$0.isTelephoneEvent && !$0.isComfortNoise }.flatMap(Self.impairment)
        for format in formats where count < Self.formatsMax {
            guard let meaning = Self.meaning(of: format) else { continue }
            rows[count] = Row(payloadType: format.payloadType, meaning: meaning)
            count += 1
        }
    }

    /// nil for what cannot be decoded.
    subscript(_ payloadType: UInt8) -> Meaning? {
        for index in 0..<count where rows[index].payloadType == payloadType { return rows[index].meaning }
        return nil
    }

    /// The codec that the peer is most likely to send: its first.
    var firstCodec: AudioCodec? {
        for index in 0..<count {
            if case .sound(let codec) = rows[index].meaning { return codec }
        }
        return nil
    }

    var hasTelephoneEvent: Bool {
        for index in 0..<count {
            if case .telephoneEvent = rows[index].meaning { return true }
        }
        return false
    }

    var eventClockRate: Int {
        for index in 0..<count {
            if case .telephoneEvent(let clockRate) = rows[index].meaning { return clockRate }
        }
        return 8_000
    }

    private static func impairment(of format: MediaFormat) -> VoiceQuality.Impairment? {
        // The packing of G.726 (RFC 3551 §4.5.4) changes nothing that is heard.
        let name = format.name.hasPrefix("AAL2-") ? String(format.name.dropFirst(5)) : format.name
        return VoiceQuality.Impairment(codec: name)
    }

    private static func meaning(of format: MediaFormat) -> Meaning? {
        if format.isTelephoneEvent { return .telephoneEvent(clockRate: max(1, format.clockRate)) }
        if format.isComfortNoise { return .comfortNoise }
        return AudioCodec(format: format).map { .sound($0) }
    }
}
