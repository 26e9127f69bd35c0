import Foundation

/// A 16-bit WAV file, also one that is still being written (its header may not know its length yet). Of a stereo file
/// the left channel counts.
package struct WaveFile {
    package let sampleRate: Int
    package let samples: [Int16]

    package var seconds: Double { Double(samples.count) / Double(sampleRate) }

    package init(path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        guard data.count >= 44, data[0..<4].elementsEqual("RIFF".utf8), data[36..<40].elementsEqual("data".utf8) else {
            throw PeerFailure("\(path) is no plain WAV file")
        }
        sampleRate = (24..<28).reversed().reduce(0) { $0 << 8 | Int(data[$1]) }
        let channels = max(1, Int(data[22]))
        let body = data[44...]
        samples = stride(from: body.startIndex, to: body.endIndex - 1, by: 2 * channels).map {
            Int16(bitPattern: UInt16(body[$0]) | UInt16(body[$0 + 1]) << 8)
        }
    }

    /// Waits until the file at `path` holds `seconds` of sound, whatever its header says of its length meanwhile.
    ///
    /// linphone writes the header last; its files are 8 kHz mono.
    static func waitForGrowth(of path: String, seconds: Double, by peer: String) throws {
        try Waiting.until("\(peer) to hear \(seconds) s", within: seconds + Waiting.patienceSeconds) {
            guard let file = FileHandle(forReadingAtPath: path), let header = try file.read(upToCount: 44),
                header.count == 44
            else { return false }
            let announced = (28..<32).reversed().reduce(0) { $0 << 8 | Int(header[$1]) }
            let bytesPerSecond = announced == 0 ? 16_000 : announced
            let length = try file.seekToEnd()
            return Double(length) >= seconds * Double(bytesPerSecond) + 44
        }
    }

    /// Writes `samples` as a mono file.
    package static func write(_ samples: [Int16], sampleRate: Int, to path: String) throws {
        var data = Data("RIFF".utf8)
        func append<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        append(UInt32(36 + samples.count * 2))
        data.append(contentsOf: Data("WAVEfmt ".utf8))
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(sampleRate))
        append(UInt32(sampleRate * 2))
        append(UInt16(2))
        append(UInt16(16))
        data.append(contentsOf: Data("data".utf8))
        append(UInt32(samples.count * 2))
        samples.forEach(append)
        try data.write(to: URL(fileURLWithPath: path))
    }
}
