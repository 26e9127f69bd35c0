import MediaControl
import Synchronization

/// A fax machine of ours, between the worker at whose port it is and the thread that it runs on: a machine reads and
/// writes its file as pages pass, which a worker may not wait for. Each step of the worker puts in what was heard in it
/// and takes out what is to be sent; the machine works a step or two behind.
///
/// `@unchecked Sendable`: two single-producer, single-consumer rings and two flags.
final class FaxFeed: @unchecked Sendable {
    /// Steps of 20 ms that may wait in either direction. When the thread is held up longer, sound gets lost, as on a
    /// bad line.
    private static let unitsMax = 64

    /// What travels in a ring.
    struct Unit {
        enum Content {
            /// `count` samples of sound.
            case samples
            /// `count` samples were lost on their way.
            case gap
            /// A fax packet of `count` bytes; its number, or how often it is to be sent.
            case packet(UInt16)
            /// So many samples of time went by while fax packets were spoken.
            case time
        }

        static let bytesMax = FaxLine.stepSamples * 2

        var content: Content
        var count: Int
        var bytes = InlineArray<320, UInt8>(repeating: 0)
    }

    let transmission: FaxTransmission
    private let toMachine = SPSCRing<Unit>(capacity: unitsMax)
    private let toWorker = SPSCRing<Unit>(capacity: 2 * unitsMax)
    private let change = Mutex<FaxParameters?>(nil)
    private let hasChange = Atomic<Bool>(false)
    private let hungUp = Atomic<Bool>(false)
    private let wakeRunner: @Sendable () -> Void

    init(_ transmission: FaxTransmission, wakeRunner: @escaping @Sendable () -> Void) {
        self.transmission = transmission
        self.wakeRunner = wakeRunner
    }

    // MARK: The worker's side

    /// Adds a unit; lost when the machine does not keep up.
    func hear(_ unit: Unit) { _ = toMachine.push(unit) }

    /// A step is over.
    func stepEnded() { wakeRunner() }

    /// What is to be sent next.
    func takeSent() -> Unit? { toWorker.pop() }

    /// From now on fax packets are spoken in place of sound. Once per call.
    func changeToPackets(_ parameters: FaxParameters) {
        change.withLock { $0 = parameters }
        hasChange.store(true, ordering: .releasing)
        wakeRunner()
    }

    /// The port is gone. From any thread.
    func hangUp() {
        hungUp.store(true, ordering: .releasing)
        wakeRunner()
    }

    // MARK: The machine's side

    var isHungUp: Bool { hungUp.load(ordering: .acquiring) }

    func takeHeard() -> Unit? { toMachine.pop() }

    func send(_ unit: Unit) { _ = toWorker.push(unit) }

    func takeChange() -> FaxParameters? {
        guard hasChange.exchange(false, ordering: .acquiring) else { return nil }
        return change.withLock { $0 }
    }
}

extension FaxFeed: FaxListener {
    func audioReceived(_ samples: Span<Int16>) {
        var start = 0
        while start < samples.count {
            let end = min(start + FaxLine.stepSamples, samples.count)
            hear(Unit(samples: samples.extracting(start..<end)))
            start = end
        }
    }

    func audioMissing(_ count: Int) { hear(Unit(content: .gap, count: count)) }
}

extension FaxFeed.Unit {
    /// `samples` of sound, as many as fit.
    init(samples: Span<Int16>) {
        self.init(content: .samples, count: min(samples.count, FaxLine.stepSamples))
        var place = bytes.mutableSpan
        for index in 0..<count {
            place[2 * index] = UInt8(truncatingIfNeeded: samples[index])
            place[2 * index + 1] = UInt8(truncatingIfNeeded: samples[index] >> 8)
        }
    }

    /// A fax packet; nil when it is longer than any that a fax machine makes.
    init?(packet: Span<UInt8>, _ number: UInt16) {
        guard packet.count <= Self.bytesMax else { return nil }
        self.init(content: .packet(number), count: packet.count)
        var place = bytes.mutableSpan
        for index in packet.indices { place[index] = packet[index] }
    }

    /// Copies its sound out; `samples` has room for a step.
    func copySamples(into samples: UnsafeMutableBufferPointer<Int16>) {
        let span = bytes.span
        for index in 0..<min(count, samples.count, FaxLine.stepSamples) {
            samples[index] = Int16(bitPattern: UInt16(span[2 * index]) | UInt16(span[2 * index + 1]) << 8)
        }
    }
}
