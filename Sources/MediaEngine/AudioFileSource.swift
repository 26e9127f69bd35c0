import AudioDSP
import Glibc
import MediaControl

/// Why a sound file cannot be played, in words.
struct AudioSourceError: Error, CustomStringConvertible {
    let description: String

    init(path: String, _ problem: String) { description = "file \"\(path)\": \(problem)" }
}

/// One sound file, read piece by piece at the rate that is wanted, one channel; used by the reader's thread alone.
final class AudioFileSource {
    private static let readBytes = 8_192

    private let path: String
    private let sampleRate: Int
    private let kind: AudioFileKind
    private let descriptor: Int32
    private let wav: WAVHeader?
    private var reader: SampleReader?
    private var decoder: AudioDecoder?
    private var opus: OpusFileReader?
    private var resampler: Resampler?
    /// Samples at `sampleRate` that were read and not yet taken, from `start`.
    private var pending: [Int16] = []
    private var start = 0
    /// Sound left in a WAV file, in bytes; nil: up to its end.
    private var bytesLeft: Int?
    private var samplesToSkip = 0
    private(set) var failure: String?

    init(path: String, sampleRate: Int) throws(AudioSourceError) {
        self.path = path
        self.sampleRate = sampleRate
        guard let kind = AudioFileKind(fileName: path) else {
            throw AudioSourceError(path: path, "is of no kind that can be played (wav, opus, alaw, ulaw, g722, sln)")
        }
        self.kind = kind
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AudioSourceError(path: path, String(cString: strerror(errno))) }
        self.descriptor = descriptor
        do {
            wav = kind == .wav ? try Self.header(of: descriptor) : nil
        } catch {
            close(descriptor)
            throw AudioSourceError(path: path, error.description)
        }
        prepare()
    }

    deinit { close(descriptor) }

    /// Fills the beginning of `block`; 0 at the end, or when it cannot go on (`failure`).
    func read(into block: inout [Int16]) -> Int {
        while start == pending.count {
            pending.removeAll(keepingCapacity: true)
            start = 0
            guard failure == nil, readMore() else { return 0 }
        }
        let count = min(block.count, pending.count - start)
        for index in 0..<count { block[index] = pending[start + index] }
        start += count
        return count
    }

    func seek(milliseconds: Int) {
        prepare()
        if let wav {
            let offset = wav.offset(ofMilliseconds: milliseconds)
            lseek(descriptor, off_t(offset), SEEK_SET)
            bytesLeft = wav.dataBytes.map { max(0, $0 - (offset - wav.dataOffset)) }
        } else if let offset = kind.rawOffset(ofMilliseconds: milliseconds) {
            lseek(descriptor, off_t(offset), SEEK_SET)
        } else {
            samplesToSkip += milliseconds * sampleRate / 1_000
        }
    }

    /// Sets everything to the beginning of the file.
    private func prepare() {
        pending = []
        start = 0
        samplesToSkip = 0
        reader = kind.rawReader
        var rate = 8_000
        switch kind {
        case .wav:
            if let wav {
                reader = SampleReader(coding: wav.coding, channels: wav.channels)
                rate = wav.sampleRate
                bytesLeft = wav.dataBytes
            }
        case .oggOpus:
            opus = OpusFileReader()
            rate = sampleRate
            decoder = try? AudioDecoder(.opus(OpusParameters()), sampleRate: rate)
        case .rawG722:
            rate = 16_000
            decoder = try? AudioDecoder(.g722)
        case .rawLinear(let fileRate): rate = fileRate
        case .rawALaw, .rawMuLaw: break
        }
        resampler = rate == sampleRate ? nil : Resampler(from: rate, to: sampleRate)
        if rate != sampleRate, resampler == nil { failure = "file \"\(path)\": its sample rate cannot be converted" }
        lseek(descriptor, off_t(wav?.dataOffset ?? 0), SEEK_SET)
    }

    private static func header(of descriptor: Int32) throws(AudioFileError) -> WAVHeader {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: readBytes)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count > 0 else { throw .notWAV }
            bytes += part[..<count]
            if let header = try WAVHeader.read(bytes.span) { return header }
        }
    }

    /// Reads and decodes the next piece; false at the end.
    private func readMore() -> Bool {
        var bytes = [UInt8](repeating: 0, count: min(Self.readBytes, bytesLeft ?? Self.readBytes))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else {
            failure = "file \"\(path)\": read failed: \(String(cString: strerror(errno)))"
            return false
        }
        guard count > 0 else { return false }
        bytes.removeLast(bytes.count - count)
        if let left = bytesLeft { bytesLeft = left - count }
        if opus != nil {
            decodePackets(in: bytes)
        } else if decoder != nil {
            decode(bytes)
        } else {
            decodeSamples(bytes)
        }
        return true
    }

    private func decodeSamples(_ bytes: [UInt8]) {
        var pcm = [Int16](repeating: 0, count: bytes.count)
        var span = pcm.mutableSpan
        guard var found = reader?.read(bytes.span, into: &span).samples else { return }
        if reader?.channels == 2 { found = SampleReader.mixedDown(&span, count: found) }
        add(pcm, found)
    }

    private func decodePackets(in bytes: [UInt8]) {
        var packets: [[UInt8]] = []
        let wasBegun = opus?.head != nil
        do {
            try opus?.read(bytes.span, into: &packets)
        } catch {
            failure = "file \"\(path)\": \(error)"
        }
        // RFC 7845 §4.2: what the decoder needs to settle is not sound.
        if !wasBegun, let head = opus?.head { samplesToSkip += head.preSkip * sampleRate / 48_000 }
        for packet in packets { decode(packet) }
    }

    private func decode(_ payload: [UInt8]) {
        // G.722 gives two samples a byte; an Opus packet lasts 120 ms at most.
        var pcm = [Int16](repeating: 0, count: max(2 * payload.count, 5_760))
        var span = pcm.mutableSpan
        let count = (try? decoder?.decode(payload.span, into: &span)) ?? 0
        add(pcm, count)
    }

    private func add(_ pcm: [Int16], _ count: Int) {
        let skipped = min(samplesToSkip, count)
        guard resampler != nil else {
            samplesToSkip -= skipped
            pending += pcm[skipped..<count]
            return
        }
        let capacity = resampler?.resultCount(for: count) ?? 0
        var result = [Int16](repeating: 0, count: capacity)
        var span = result.mutableSpan
        let found = resampler?.resample(pcm.span.extracting(0..<count), into: &span) ?? 0
        let dropped = min(samplesToSkip, found)
        samplesToSkip -= dropped
        pending += result[dropped..<found]
    }
}
