/// How a telephone judges the stream it hears (RFC 3611 §4.7). What has a code for "unavailable" on the wire is nil
/// here.
package struct VoIPMetrics: Hashable, Sendable {
    /// The block's content, without its header word.
    static let bytes = 32
    static let blockBytes = bytes + 4
    /// RFC 3611 §4.7: the code for a level, rating or score that is not known.
    static let unavailable: UInt8 = 127

    /// The stream that is judged.
    package var ssrc: SSRC
    /// Shares in 256ths: lost on the way, and come too late to be played.
    package var lossRate: UInt8 = 0
    package var discardRate: UInt8 = 0
    /// Shares of lost and discarded packets inside and outside bursts, in 256ths.
    package var burstDensity: UInt8 = 0
    package var gapDensity: UInt8 = 0
    /// Mean lengths.
    package var burstMilliseconds: UInt16 = 0
    package var gapMilliseconds: UInt16 = 0
    package var roundTripMilliseconds: UInt16 = 0
    /// Delay inside the reporting machine: buffer, decoder, encoder.
    package var endSystemMilliseconds: UInt16 = 0
    /// In dBm0.
    package var signalLevel: Int8?
    package var noiseLevel: Int8?
    /// Residual echo return loss in dB.
    package var echoReturnLoss: UInt8?
    /// Received packets that end a burst (RFC 3611 §4.7.2).
    package var gapThreshold: UInt8 = LossPatternMeter.gapThreshold
    /// Rating of the E-model, 0…100 (ITU-T G.107).
    package var rating: UInt8?
    package var externalRating: UInt8?
    /// Scores in tenths, 10…50.
    package var listeningScoreTenths: UInt8?
    package var conversationalScoreTenths: UInt8?
    /// How losses are concealed and the buffer adapts (RFC 3611 §4.7.6), as on the wire.
    package var receiverConfiguration: UInt8 = 0
    package var bufferNominalMilliseconds: UInt16 = 0
    package var bufferMaximumMilliseconds: UInt16 = 0
    package var bufferLimitMilliseconds: UInt16 = 0

    package init(ssrc: SSRC) { self.ssrc = ssrc }

    /// Enhanced concealment, adaptive buffer, adjustment rate `rate` of 0…15 (RFC 3611 §4.7.6).
    package static func adaptiveConfiguration(rate: UInt8) -> UInt8 { 0b1011_0000 | min(rate, 15) }

    /// Reads the content of a block; the caller has checked that `bytes` are there.
    init(_ content: Span<UInt8>) {
        ssrc = SSRC(content.bigEndian32(at: 0))
        lossRate = content[4]
        discardRate = content[5]
        burstDensity = content[6]
        gapDensity = content[7]
        burstMilliseconds = content.bigEndian16(at: 8)
        gapMilliseconds = content.bigEndian16(at: 10)
        roundTripMilliseconds = content.bigEndian16(at: 12)
        endSystemMilliseconds = content.bigEndian16(at: 14)
        signalLevel = Self.known(content[16]).map { Int8(bitPattern: $0) }
        noiseLevel = Self.known(content[17]).map { Int8(bitPattern: $0) }
        echoReturnLoss = Self.known(content[18])
        gapThreshold = content[19]
        rating = Self.known(content[20])
        externalRating = Self.known(content[21])
        listeningScoreTenths = Self.known(content[22])
        conversationalScoreTenths = Self.known(content[23])
        receiverConfiguration = content[24]
        bufferNominalMilliseconds = content.bigEndian16(at: 26)
        bufferMaximumMilliseconds = content.bigEndian16(at: 28)
        bufferLimitMilliseconds = content.bigEndian16(at: 30)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: ssrc.value)
        bytes.append(lossRate)
        bytes.append(discardRate)
        bytes.append(burstDensity)
        bytes.append(gapDensity)
        bytes.append(bigEndian: burstMilliseconds)
        bytes.append(bigEndian: gapMilliseconds)
        bytes.append(bigEndian: roundTripMilliseconds)
        bytes.append(bigEndian: endSystemMilliseconds)
        bytes.append(signalLevel.map { UInt8(bitPattern: $0) } ?? Self.unavailable)
        bytes.append(noiseLevel.map { UInt8(bitPattern: $0) } ?? Self.unavailable)
        bytes.append(echoReturnLoss ?? Self.unavailable)
        bytes.append(gapThreshold)
        bytes.append(rating ?? Self.unavailable)
        bytes.append(externalRating ?? Self.unavailable)
        bytes.append(listeningScoreTenths ?? Self.unavailable)
        bytes.append(conversationalScoreTenths ?? Self.unavailable)
        bytes.append(receiverConfiguration)
        bytes.append(0)
        bytes.append(bigEndian: bufferNominalMilliseconds)
        bytes.append(bigEndian: bufferMaximumMilliseconds)
        bytes.append(bigEndian: bufferLimitMilliseconds)
    }

    private static func known(_ byte: UInt8) -> UInt8? { byte == unavailable ? nil : byte }
}
