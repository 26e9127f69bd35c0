/// Turns the bytes of a file without packets (WAV, or raw) into samples, read in pieces of any size. Allocates nothing
/// while running.
package struct SampleReader: Sendable {
    package let coding: WAVHeader.Coding
    package let channels: Int
    private let law: G711?
    /// The beginning of a sample whose end is not there yet.
    private var rest: UInt8?

    package init(coding: WAVHeader.Coding, channels: Int) {
        self.coding = coding
        self.channels = max(1, channels)
        law =
            switch coding {
            case .linear: nil
            case .aLaw: G711(.a)
            case .muLaw: G711(.mu)
            }
    }

    /// Decodes as much of `bytes` as `pcm` has room for; returns how many bytes it took and how many samples came of
    /// it, those of two channels by turns.
    package mutating func read(
        _ bytes: Span<UInt8>, into pcm: inout MutableSpan<Int16>
    ) -> (bytesTaken: Int, samples: Int) {
        if let law {
            let count = min(bytes.count, pcm.count)
            for index in 0..<count { pcm[index] = law.decode(bytes[index]) }
            return (count, count)
        }
        var taken = 0
        var samples = 0
        if let low = rest, bytes.count > 0, pcm.count > 0 {
            pcm[0] = Int16(bitPattern: UInt16(low) | UInt16(bytes[0]) << 8)
            rest = nil
            taken = 1
            samples = 1
        }
        guard rest == nil else { return (0, 0) }
        while taken + 2 <= bytes.count, samples < pcm.count {
            pcm[samples] = Int16(bitPattern: bytes.littleEndian16(at: taken))
            taken += 2
            samples += 1
        }
        if taken + 1 == bytes.count, samples < pcm.count {
            rest = bytes[taken]
            taken += 1
        }
        return (taken, samples)
    }

    /// Forgets half a sample, after a seek.
    package mutating func seek() { rest = nil }

    /// Makes one channel of two in place: the mean of both; returns how many samples are left of `count`.
    package static func mixedDown(_ pcm: inout MutableSpan<Int16>, count: Int) -> Int {
        let frames = min(count, pcm.count) / 2
        for frame in 0..<frames {
            pcm[frame] = Int16((Int(pcm[2 * frame]) + Int(pcm[2 * frame + 1])) >> 1)
        }
        return frames
    }
}
