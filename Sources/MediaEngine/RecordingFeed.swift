import MediaControl
import PBXBase
import Synchronization

/// What is said in a recorded call on its way from a worker to the thread that writes files: packets as they came, not
/// decoded. When the writer falls behind, what finds no room is counted and lost to the file; the call goes on.
///
/// `@unchecked Sendable`: a single-producer, single-consumer ring as `SPSCRing` is, of bytes: the producer writes only
/// outside taken..<written, the consumer reads only inside, each publishes its index after it is done.
final class RecordingFeed: @unchecked Sendable {
    /// Two seconds and more of G.711 both ways.
    static let bytesMax = 65_536

    /// One packet, or one stretch of a mix.
    struct Entry {
        enum Content {
            case packet(AudioCodec)
            /// 16-bit samples in the machine's order.
            case samples(rate: Int)
        }

        /// 0 left, 1 right.
        var channel: UInt8
        var content: Content
        var ssrc: UInt32 = 0
        var sequence: UInt16 = 0
        var timestamp: UInt32 = 0
        var arrival: Instant
        var payloadBytes = 0
    }

    let recording: Recording
    private let bytes: UnsafeMutableRawPointer
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    private let start = Atomic<Int64>(0)
    private let end = Atomic<Int64>(0)
    private let rate = Atomic<Int>(8_000)
    private let closed = Atomic<Bool>(false)

    init(_ recording: Recording) {
        self.recording = recording
        bytes = .allocate(byteCount: Self.bytesMax, alignment: 16)
    }

    deinit { bytes.deallocate() }

    // MARK: The worker's side

    /// The recording begins at `now`; `sampleRate` is what its best party needs.
    func begin(now: Instant, sampleRate: Int) {
        rate.store(sampleRate, ordering: .relaxed)
        start.store(now.nanoseconds, ordering: .releasing)
    }

    /// Adds an entry; counts it as dropped when there is no room.
    func push(_ entry: Entry, payload: UnsafeRawBufferPointer) {
        var entry = entry
        entry.payloadBytes = payload.count
        let size = MemoryLayout<Entry>.size
        let position = written.load(ordering: .relaxed)
        guard Self.bytesMax - (position - taken.load(ordering: .acquiring)) >= size + payload.count else {
            dropped.wrappingAdd(1, ordering: .relaxed)
            return
        }
        withUnsafeBytes(of: &entry) { copyIn($0, at: position) }
        copyIn(payload, at: position + size)
        written.store(position + size + payload.count, ordering: .releasing)
    }

    /// Nothing more comes; the file ends at `now`.
    func finish(now: Instant) { end.store(now.nanoseconds, ordering: .releasing) }

    /// The writer has closed the file, be it for an error or the length: there is no use in adding more.
    var isClosed: Bool { closed.load(ordering: .relaxed) }

    // MARK: The writer's side

    /// nil until the worker has begun.
    var startedAt: Instant? { Self.instant(start.load(ordering: .acquiring)) }
    /// nil as long as there may be more.
    var endedAt: Instant? { Self.instant(end.load(ordering: .acquiring)) }
    var sampleRate: Int { rate.load(ordering: .relaxed) }
    var droppedCount: Int { dropped.load(ordering: .relaxed) }
    var isEmpty: Bool { taken.load(ordering: .relaxed) == written.load(ordering: .acquiring) }

    func close() { closed.store(true, ordering: .relaxed) }

    /// The next entry and its payload.
    func pop() -> (entry: Entry, payload: [UInt8])? {
        let position = taken.load(ordering: .relaxed)
        guard position != written.load(ordering: .acquiring) else { return nil }
        let size = MemoryLayout<Entry>.size
        let entry = withUnsafeTemporaryAllocation(
            byteCount: MemoryLayout<Entry>.stride, alignment: MemoryLayout<Entry>.alignment
        ) { buffer in
            copyOut(at: position, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size]))
            return buffer.load(as: Entry.self)
        }
        let payload = [UInt8](unsafeUninitializedCapacity: entry.payloadBytes) { buffer, count in
            copyOut(at: position + size, into: UnsafeMutableRawBufferPointer(buffer))
            count = entry.payloadBytes
        }
        taken.store(position + size + entry.payloadBytes, ordering: .releasing)
        return (entry, payload)
    }

    private static func instant(_ nanoseconds: Int64) -> Instant? {
        nanoseconds == 0 ? nil : Instant(nanoseconds: nanoseconds)
    }

    private func copyIn(_ source: UnsafeRawBufferPointer, at position: Int) {
        guard let base = source.baseAddress else { return }
        let place = position & (Self.bytesMax - 1)
        let first = min(source.count, Self.bytesMax - place)
        (bytes + place).copyMemory(from: base, byteCount: first)
        bytes.copyMemory(from: base + first, byteCount: source.count - first)
    }

    private func copyOut(at position: Int, into target: UnsafeMutableRawBufferPointer) {
        guard let base = target.baseAddress else { return }
        let place = position & (Self.bytesMax - 1)
        let first = min(target.count, Self.bytesMax - place)
        base.copyMemory(from: bytes + place, byteCount: first)
        (base + first).copyMemory(from: bytes, byteCount: target.count - first)
    }
}
