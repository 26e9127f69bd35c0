import AudioDSP
import Glibc
import MediaControl
import PBXBase

/// One recording on its way into its file; used by the writer's thread alone. The file can be played at any moment,
/// also after a crash: its header says how long it is and is written over every few seconds.
final class RecordingFile {
    /// How long packets may be late or out of order before their time is over.
    static let reorderingMax = Interval.milliseconds(300)

    private let feed: RecordingFeed
    private let recording: Recording
    private var descriptor: Int32 = -1
    private var wav = WAVWriter(coding: .linear, sampleRate: 8_000, channels: 1)
    private var left: RecordingTrack?
    private var right: RecordingTrack?
    private var frames = 0
    private var framesMax = Int.max
    /// The newest arrival seen.
    private var newest = Instant.zero
    /// What became of it; the file is closed.
    private(set) var end: RecordingEnd?

    init(_ feed: RecordingFeed) {
        self.feed = feed
        recording = feed.recording
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes what has come.
    func pump() {
        guard end == nil, let startedAt = feed.startedAt else { return }
        if descriptor < 0, !create(startedAt: startedAt) { return }
        let endedAt = feed.endedAt
        while let (entry, payload) = feed.pop() {
            newest = max(newest, entry.arrival)
            if entry.channel == 0 {
                left?.add(entry, payload: payload)
            } else {
                right?.add(entry, payload: payload)
            }
        }
        write(upTo: endedAt, startedAt: startedAt)
        if end == nil, endedAt != nil || frames >= framesMax { finish() }
    }

    private func create(startedAt: Instant) -> Bool {
        makeFolders(of: recording.path)
        descriptor = open(recording.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            fail("cannot be made: \(String(cString: strerror(errno)))")
            return false
        }
        let rate = feed.sampleRate
        wav = WAVWriter(coding: .linear, sampleRate: rate, channels: recording.layout == .stereo ? 2 : 1)
        left = RecordingTrack(sampleRate: rate, startedAt: startedAt)
        right = RecordingTrack(sampleRate: rate, startedAt: startedAt)
        if let limit = recording.durationMax { framesMax = max(0, limit.milliseconds) * rate / 1_000 }
        return append(wav.start)
    }

    /// Writes everything whose time is over: all of it, once the recording has ended.
    private func write(upTo endedAt: Instant?, startedAt: Instant) {
        let horizon = endedAt ?? newest - Self.reorderingMax
        guard horizon > startedAt, let position = left?.position(of: horizon) else { return }
        left?.decode(upTo: horizon)
        right?.decode(upTo: horizon)
        // The last packets hold sound beyond the moment they came.
        let last = endedAt == nil ? position : max(position, left?.end ?? 0, right?.end ?? 0)
        let target = min(last, framesMax)
        guard target > frames, let first = left?.take(upTo: target), let second = right?.take(upTo: target) else {
            return
        }
        let bytes = interleaved(first, second)
        guard append(bytes) else { return }
        frames = target
        if let patch = wav.appended(bytes: bytes.count) { overwrite(patch) }
    }

    private func interleaved(_ left: [Int16], _ right: [Int16]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * left.count)
        let isStereo = recording.layout == .stereo
        for index in left.indices {
            if isStereo {
                append(left[index], to: &bytes)
                append(right[index], to: &bytes)
            } else {
                let sum = Int32(left[index]) + Int32(right[index])
                append(Int16(max(-32_768, min(32_767, sum))), to: &bytes)
            }
        }
        return bytes
    }

    private func append(_ sample: Int16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: sample))
        bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
    }

    private func append(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                fail("write failed: \(String(cString: strerror(errno)))")
                return false
            }
            written += count
        }
        return true
    }

    private func overwrite(_ patch: WAVWriter.Patch) {
        let count = patch.bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(patch.offset)) }
        if count != patch.bytes.count { fail("write failed: \(String(cString: strerror(errno)))") }
    }

    private func finish() {
        overwrite(wav.patch())
        // What is reported as complete survives a power cut.
        guard end == nil, fsync(descriptor) == 0 else {
            if end == nil { fail("cannot be kept: \(String(cString: strerror(errno)))") }
            return
        }
        let milliseconds = frames * 1_000 / wav.header.sampleRate
        end = .finished(
            bytes: UInt64(wav.header.dataOffset + wav.dataBytes), duration: .milliseconds(milliseconds),
            packetsDropped: feed.droppedCount)
        feed.close()
    }

    private func fail(_ problem: String) {
        end = .failed("recording \"\(recording.path)\": \(problem)")
        feed.close()
    }

    var id: RecordingID { recording.id }
}
