import AudioDSP
import MediaControl
import RTPGrammar

/// The fax packets of a machine as datagrams (UDPTL, T.38 §9.1), with redundancy.
struct FaxPackets {
    private let losesOneOf: Int
    private var sender: UDPTLSender
    private var receiver = UDPTLReceiver()
    private var passedCount = 0
    private(set) var heardCount = 0
    private(set) var lostCount = 0
    private(set) var largestBytes = 0
    private(set) var soundCount = 0

    var missingCount: Int { Int(receiver.packetsLost) }

    /// - Parameter remote: as the other side said of its fax packets.
    init(_ remote: FaxParameters, losesOneOf: Int) {
        self.losesOneOf = losesOneOf
        sender = UDPTLSender(
            datagramBytesMax: remote.datagramBytesMax ?? FaxParameters.datagramBytesDefault,
            copiesWanted: remote.errorCorrection == .none ? 0 : UDPTLSender.copiesMax)
    }

    /// The datagrams that are due after 20 ms more.
    mutating func nextDatagrams(of terminal: FaxTerminal) -> [[UInt8]] {
        terminal.advance(samples: FaxSound.samplesPerPacket)
        var datagrams: [[UInt8]] = []
        var sender = sender
        var bytes = [UInt8](repeating: 0, count: UDPTLSender.datagramBytesMax)
        while terminal.nextPacket({ packet, copies in
            var span = bytes.mutableSpan
            let length = sender.write(packet, into: &span)
            for _ in 0..<copies { datagrams.append(Array(bytes.prefix(length))) }
        }) {}
        self.sender = sender
        return datagrams.filter { _ in !isNextLost() }
    }

    /// The network does not care which way a datagram goes.
    private mutating func isNextLost() -> Bool {
        passedCount += 1
        guard losesOneOf > 0, passedCount.isMultiple(of: losesOneOf) else { return false }
        lostCount += 1
        return true
    }

    mutating func received(_ datagram: [UInt8], terminal: FaxTerminal) {
        // The first number is 0 and a fax is over long before the half of all numbers, so this is RTP (version 2).
        guard let first = datagram.first, first >> 6 != 2 else {
            soundCount += 1
            return
        }
        guard !isNextLost() else { return }
        heardCount += 1
        largestBytes = max(largestBytes, datagram.count)
        var packets: [(bytes: [UInt8], number: UInt16)] = []
        try? receiver.received(datagram.span) { packets.append((Array(datagram[$0]), $1.value)) }
        for packet in packets { terminal.packetReceived(packet.bytes.span, sequence: packet.number) }
    }
}
