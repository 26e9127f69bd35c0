/// G.711, the coding every phone has: 8,000 samples a second, one byte each (ITU-T G.711).
package struct G711: Sendable {
    package enum Law: Hashable, Sendable {
        /// PCMU, payload type 0.
        case mu
        /// PCMA, payload type 8.
        case a
    }

    package let law: Law
    private let samples: [Int16]
    /// The bytes of all magnitudes at the finest step of the law, for whole frames.
    private let codes: [UInt8]

    package init(_ law: Law) {
        self.law = law
        switch law {
        case .mu: (samples, codes) = (Self.muLawSamples, Self.muLawCodes)
        case .a: (samples, codes) = (Self.aLawSamples, Self.aLawCodes)
        }
    }

    private static let muLawSamples = (0...255).map { muLawSample($0) }
    private static let aLawSamples = (0...255).map { aLawSample($0) }
    /// By magnitude in steps of 4: the bias and the smallest step, both 4 modulo 8, fall on them.
    private static let muLawCodes = (0..<8_192).map { muLawByte(Int16($0 << 2)) }
    /// By magnitude in steps of 16; negative ones are one's complements.
    private static let aLawCodes = (0..<2_048).map { aLawByte(Int16($0 << 4)) }

    /// What a byte of silence looks like.
    package var silence: UInt8 { law == .mu ? 0xFF : 0xD5 }

    package func decode(_ byte: UInt8) -> Int16 { samples[Int(byte)] }

    package func encode(_ sample: Int16) -> UInt8 {
        law == .mu ? Self.muLawByte(sample) : Self.aLawByte(sample)
    }

    /// Appends the samples of `bytes`.
    package func decode(_ bytes: Span<UInt8>, into pcm: inout [Int16]) {
        for index in bytes.indices { pcm.append(decode(bytes[index])) }
    }

    /// Appends the bytes of `pcm`.
    package func encode(_ pcm: Span<Int16>, into bytes: inout [UInt8]) {
        for index in pcm.indices { bytes.append(encode(pcm[index])) }
    }

    /// Writes the samples of `bytes` to the start of `pcm`, which is at least as long.
    package func decode(_ bytes: Span<UInt8>, into pcm: inout MutableSpan<Int16>) {
        let samples = samples.span
        for index in bytes.indices { pcm[index] = samples[Int(bytes[index])] }
    }

    /// Writes the bytes of `pcm` to the start of `bytes`, which is at least as long.
    package func encode(_ pcm: Span<Int16>, into bytes: inout MutableSpan<UInt8>) {
        let codes = codes.span
        switch law {
        case .mu:
            for index in pcm.indices {
                let sample = Int(pcm[index])
                bytes[index] = codes[min(abs(sample), 32_767) >> 2] ^ (sample < 0 ? 0x80 : 0)
            }
        case .a:
            for index in pcm.indices {
                let sample = Int(pcm[index])
                bytes[index] = codes[(sample < 0 ? ~sample : sample) >> 4] ^ (sample < 0 ? 0x80 : 0)
            }
        }
    }

    private static let muLawBias = 0x84
    private static let muLawClip = 32_635

    private static func muLawByte(_ sample: Int16) -> UInt8 {
        let magnitude = min(abs(Int(sample)), muLawClip) + muLawBias
        // The segment is the place of the highest bit above bit 7; the bias makes sure that there is one.
        let segment = Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 7
        let code = UInt8(segment << 4 | magnitude >> (segment + 3) & 0x0F)
        return ~(sample < 0 ? code | 0x80 : code)
    }

    private static func muLawSample(_ byte: UInt8) -> Int16 {
        let code = ~byte
        let magnitude = (Int(code & 0x0F) << 3 + muLawBias) << Int(code >> 4 & 7) - muLawBias
        return Int16(code & 0x80 != 0 ? -magnitude : magnitude)
    }

    private static func aLawByte(_ sample: Int16) -> UInt8 {
        // One's complement of negative values: -1 is the mirror image of 0.
        let magnitude = Int(sample < 0 ? ~sample : sample) >> 4
        // The two lowest segments have the same step.
        let segment = magnitude < 16 ? 0 : Int.bitWidth - 1 - magnitude.leadingZeroBitCount - 3
        let step = magnitude >> max(0, segment - 1)
        let code = UInt8(segment << 4 | step & 0x0F)
        return (sample < 0 ? code : code | 0x80) ^ 0x55
    }

    private static func aLawSample(_ byte: UInt8) -> Int16 {
        let code = byte ^ 0x55
        let segment = Int(code >> 4 & 7)
        var magnitude = Int(code & 0x0F) << 4 + 8
        if segment > 0 { magnitude = (magnitude + 0x100) << (segment - 1) }
        return Int16(code & 0x80 != 0 ? magnitude : -magnitude)
    }
}
