import AudioDSP
import CSpanDSP

/// One end of a fax line in a test: a terminal, or a gateway that has the other side of it on its sound.
protocol FaxSound: AnyObject {
    func audioReceived(_ samples: Span<Int16>)
    func makeAudio(into samples: inout MutableSpan<Int16>) -> Int
}

protocol FaxPackets: AnyObject {
    func packetReceived(_ packet: Span<UInt8>, sequence: UInt16)
    func nextPacket(_ body: (Span<UInt8>, _ copies: Int) -> Void) -> Bool
}

extension FaxTerminal: FaxSound, FaxPackets {}
extension FaxGateway: FaxSound, FaxPackets {}

/// 20 ms of a telephone line: both ends hear the other in G.711.
struct SoundLine {
    static let samplesPerBlock = 160
    private let coder: G711

    init(_ law: G711.Law = .a) { coder = G711(law) }

    func pass(_ one: any FaxSound, _ other: any FaxSound) {
        let fromOne = sound(of: one)
        let fromOther = sound(of: other)
        one.audioReceived(fromOther.span)
        other.audioReceived(fromOne.span)
    }

    private func sound(of end: any FaxSound) -> [Int16] {
        var samples = [Int16](repeating: 0, count: Self.samplesPerBlock)
        var span = samples.mutableSpan
        _ = end.makeAudio(into: &span)
        return samples.map { coder.decode(coder.encode($0)) }
    }
}

/// A network of datagrams, one way. Each carries a packet and the one before it, as UDPTL does (T.38 §9.1.4).
struct PacketLine {
    /// Lost of each hundred.
    var lossPercent = 0
    /// Blocks of 20 ms on the way.
    var delayBlocks = 2
    /// What happens to a packet on the way, which may be nothing.
    var alter: (inout [UInt8]) -> Void = { _ in }
    private var random: FaxRandom
    private var sequence: UInt16 = 65_530
    private var previous: [UInt8] = []
    private var underway: [(block: Int, sequence: UInt16, primary: [UInt8], secondary: [UInt8])] = []
    private var block = 0
    private(set) var sentCount = 0
    private(set) var lostCount = 0
    private(set) var bytesMax = 0

    init(lossPercent: Int = 0, delayBlocks: Int = 2, seed: UInt64 = 1) {
        self.lossPercent = lossPercent
        self.delayBlocks = delayBlocks
        random = FaxRandom(seed: seed)
    }

    /// Takes what `source` sends and gives `target` what has arrived.
    mutating func pass(from source: any FaxPackets, to target: any FaxPackets) {
        block += 1
        var found: [(packet: [UInt8], copies: Int)] = []
        while source.nextPacket({ packet, copies in found.append((packet.indices.map { packet[$0] }, copies)) }) {}
        for (original, copies) in found {
            var packet = original
            alter(&packet)
            bytesMax = max(bytesMax, packet.count)
            for _ in 0..<copies {
                sentCount += 1
                if isLost() {
                    lostCount += 1
                } else {
                    underway.append((block + delayBlocks, sequence, packet, previous))
                }
            }
            previous = packet
            sequence &+= 1
        }
        for arrived in underway where arrived.block <= block {
            // The second packet is given first: it is left out unless the datagram of its own was lost.
            if !arrived.secondary.isEmpty {
                target.packetReceived(arrived.secondary.span, sequence: arrived.sequence &- 1)
            }
            target.packetReceived(arrived.primary.span, sequence: arrived.sequence)
        }
        underway.removeAll { $0.block <= block }
    }

    private mutating func isLost() -> Bool { random.below(100) < lossPercent }
}

/// The same numbers in every run (SplitMix64).
struct FaxRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
