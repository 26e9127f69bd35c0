import MediaControl
import MediaSecurity
import PBXBase
import Testing

/// Whatever the network does, our contexts and libsrtp2's agree on every packet: byte for byte when it is sent, and on
/// the verdict when it is received.
@Suite(.serialized) struct SRTPOracleTests {
    private static let packets = 3_000

    @Test(arguments: SRTPProfile.allCases, 1...4 as ClosedRange<UInt64>)
    func bothAgreeOnRTP(profile: SRTPProfile, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keys = SRTPKeys(profile: profile, from: &random)
        var ours = try Ends(keys)
        let reference = try ReferenceEnds(keys)
        var network = RoughNetwork()
        var senders = (0..<3).map { _ in
            (ssrc: UInt32(truncatingIfNeeded: random.next()), sequence: UInt16(truncatingIfNeeded: random.next()))
        }
        var verdicts: [SRTPVerdict?: Int] = [:]
        for number in 0..<Self.packets {
            let source = Int.random(in: senders.indices, using: &random)
            senders[source].sequence &+= Self.step(&random)
            let plain = TestPackets.rtp(
                ssrc: senders[source].ssrc, sequence: senders[source].sequence,
                payloadBytes: Int.random(in: 0...200, using: &random), random: &random,
                hasExtension: number % 7 == 0)
            let sent = Self.outcome { () throws(SRTPVerdict) in try ours.protectRTP(plain) }
            let expected = Self.outcome { () throws(SRTPVerdict) in try reference.protectRTP(plain) }
            #expect(sent == expected, "packet \(number), sequence \(senders[source].sequence)")
            guard case .success(let protected) = sent else { continue }
            for arrival in network.arrivals(of: protected, &random) {
                let received = Self.outcome { () throws(SRTPVerdict) in try ours.unprotectRTP(arrival) }
                let expected = Self.outcome { () throws(SRTPVerdict) in try reference.unprotectRTP(arrival) }
                #expect(received == expected, "an arrival after packet \(number)")
                verdicts[received.refusal, default: 0] += 1
            }
        }
        // The network was rough enough to have shown all of it.
        for verdict in [nil, SRTPVerdict.unauthentic, .replayed, .tooOld] {
            #expect(verdicts[verdict, default: 0] > 0, "\(String(describing: verdict)) never happened")
        }
    }

    @Test(arguments: SRTPProfile.allCases, 1...2 as ClosedRange<UInt64>)
    func bothAgreeOnRTCP(profile: SRTPProfile, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keys = SRTPKeys(profile: profile, from: &random)
        var ours = try Ends(keys)
        let reference = try ReferenceEnds(keys)
        var ourNetwork = RoughNetwork()
        var theirNetwork = RoughNetwork()
        for number in 0..<Self.packets / 3 {
            let plain = TestPackets.rtcp(
                ssrc: UInt32(number % 2), words: Int.random(in: 0...30, using: &random), random: &random)
            let sent = try ours.protectRTCP(plain)
            for arrival in ourNetwork.arrivals(of: sent, &random) {
                Self.compareRTCP(arrival, &ours, reference)
            }
            // libsrtp2 counts from one instead of zero, so that its packets are others; all the same they are for us.
            let theirs = try reference.protectRTCP(plain)
            for arrival in theirNetwork.arrivals(of: theirs, &random) {
                Self.compareRTCP(arrival, &ours, reference)
            }
        }
    }

    private static func compareRTCP(_ arrival: [UInt8], _ ours: inout Ends, _ reference: ReferenceEnds) {
        let received = outcome { () throws(SRTPVerdict) in try ours.unprotectRTCP(arrival) }
        let expected = outcome { () throws(SRTPVerdict) in try reference.unprotectRTCP(arrival) }
        #expect(received == expected)
    }

    /// Mostly the next packet; now and then a gap, a leap towards the roll-over, or a step back.
    private static func step(_ random: inout SeededRandom) -> UInt16 {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<80: 1
        case 80..<90: UInt16.random(in: 2...20, using: &random)
        case 90..<95: UInt16.random(in: 1_000...32_767, using: &random)
        case 95..<98: 0 &- UInt16.random(in: 0...130, using: &random)
        default: 0 &- UInt16.random(in: 131...32_768, using: &random)
        }
    }

    private static func outcome(
        _ body: () throws(SRTPVerdict) -> [UInt8]
    ) -> Result<[UInt8], SRTPVerdict> {
        Result { () throws(SRTPVerdict) in try body() }
    }
}

extension Result {
    fileprivate var refusal: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

/// Loses, delays, repeats and damages packets.
private struct RoughNetwork {
    private var held: [[UInt8]] = []
    private var old: [[UInt8]] = []

    mutating func arrivals(of packet: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        var arrivals: [[UInt8]] = []
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: break
        case 5..<25: held.append(packet)
        case 25..<30: arrivals = [packet, packet]
        case 30..<36:
            var damaged = packet
            // Not where the header says how long it is: that gives an error before the tag is looked at.
            let places = damaged.indices.filter { $0 > 0 && !(12..<28).contains($0) }
            if let place = places.randomElement(using: &random) {
                damaged[place] ^= 1 << UInt8.random(in: 0...5, using: &random)
            }
            arrivals = [damaged, packet]
        default: arrivals = [packet]
        }
        if held.count > Int.random(in: 0...200, using: &random) {
            arrivals.append(held.remove(at: Int.random(in: held.indices, using: &random)))
        }
        old.append(packet)
        if Int.random(in: 0..<20, using: &random) == 0, let replayed = old.randomElement(using: &random) {
            arrivals.append(replayed)
        }
        return arrivals
    }
}

/// Our two ends.
private struct Ends: ~Copyable {
    var sender: SRTPContext
    var receiver: SRTPContext

    init(_ keys: SRTPKeys) throws {
        let sender = try SRTPContext(keys, .sending)
        let receiver = try SRTPContext(keys, .receiving)
        self.sender = sender
        self.receiver = receiver
    }

    mutating func protectRTP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            do throws(SRTPError) { return try sender.protectRTP(buffer, count: count) } catch {
                throw SRTPVerdict(error)
            }
        }
    }

    mutating func unprotectRTP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            do throws(SRTPError) { return try receiver.unprotectRTP(buffer, count: count) } catch {
                throw SRTPVerdict(error)
            }
        }
    }

    mutating func protectRTCP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            do throws(SRTPError) { return try sender.protectRTCP(buffer, count: count) } catch {
                throw SRTPVerdict(error)
            }
        }
    }

    mutating func unprotectRTCP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            do throws(SRTPError) { return try receiver.unprotectRTCP(buffer, count: count) } catch {
                throw SRTPVerdict(error)
            }
        }
    }
}

private struct ReferenceEnds {
    let sender: ReferenceSRTP
    let receiver: ReferenceSRTP

    init(_ keys: SRTPKeys) throws {
        sender = try ReferenceSRTP(keys, isSending: true)
        receiver = try ReferenceSRTP(keys, isSending: false)
    }

    func protectRTP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            try sender.protectRTP(buffer, count: count)
        }
    }

    func unprotectRTP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            try receiver.unprotectRTP(buffer, count: count)
        }
    }

    func protectRTCP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            try sender.protectRTCP(buffer, count: count)
        }
    }

    func unprotectRTCP(_ packet: [UInt8]) throws(SRTPVerdict) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPVerdict) in
            try receiver.unprotectRTCP(buffer, count: count)
        }
    }
}

extension SRTPVerdict {
    fileprivate init(_ error: SRTPError) {
        switch error {
        case .unauthentic: self = .unauthentic
        case .replayed: self = .replayed
        case .tooOld: self = .tooOld
        case .malformed, .noRoom, .tooManyStreams, .keyUsedUp, .unencrypted, .cipherFailed: self = .other(999)
        }
    }
}
