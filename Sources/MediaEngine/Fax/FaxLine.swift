import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// What is between the fax machine at a port and another one: a gateway to sound at a second port, or a machine of our
/// own. Lives on the heap while the call is a fax; no memory is taken per packet.
struct FaxLine: ~Copyable {
    /// Sound made at once, and the rhythm of everything here.
    static let stepMilliseconds = 20
    static let sampleRate = 8_000
    static let stepSamples = sampleRate * stepMilliseconds / 1_000
    /// Fax packets sent per step; there is one in 40 ms, and a few at once when something begins.
    static let packetsPerStepMax = 16
    /// A datagram is sent so often at most.
    static let copiesMax = 4

    enum Partner {
        case gateway(FaxGateway)
        case machine(FaxFeed)
    }

    let partner: Partner
    /// The port that it belongs to; of a gateway, the one whose peer speaks fax packets.
    let session: UnsafeMutablePointer<Session>
    /// Where sound is heard and sent; nil where there is none, or the port is released.
    var line: UnsafeMutablePointer<PortAudio>?
    /// The peer of `session` speaks fax packets: as it says of them. nil: sound.
    private(set) var parameters: FaxParameters?
    private var sender: UDPTLSender
    private var receiver = UDPTLReceiver()
    private var sound = FaxSoundReceiver()

    init(
        _ partner: Partner, _ parameters: FaxParameters?, session: UnsafeMutablePointer<Session>,
        line: UnsafeMutablePointer<PortAudio>?
    ) {
        self.partner = partner
        self.parameters = parameters
        self.session = session
        self.line = line
        sender = UDPTLSender(parameters ?? FaxParameters())
    }

    /// The peer of `session` speaks fax packets from now on.
    mutating func changeToPackets(_ parameters: FaxParameters) {
        self.parameters = parameters
        sender = UDPTLSender(parameters)
        if case .machine(let feed) = partner { feed.changeToPackets(parameters) }
    }

    /// Sound came at `line`.
    mutating func heard(_ header: RTPHeader, codec: AudioCodec, payload: UnsafeRawBufferPointer) {
        switch partner {
        case .gateway(let gateway): sound.received(header, codec: codec, payload: payload, listener: gateway)
        case .machine(let feed): sound.received(header, codec: codec, payload: payload, listener: feed)
        }
    }

    /// A well-formed datagram came from the peer of `session`.
    mutating func received(_ datagram: Span<UInt8>) {
        let partner = partner
        try? receiver.received(datagram) { range, sequence in
            let packet = datagram.extracting(range)
            switch partner {
            case .gateway(let gateway): gateway.packetReceived(packet, sequence: sequence.value)
            case .machine(let feed): FaxFeed.Unit(packet: packet, sequence.value).map(feed.hear)
            }
        }
    }

    /// Fills `frame`, a step long, with what the peer at `line` hears next.
    mutating func makeSound(into frame: UnsafeMutableBufferPointer<Int16>) {
        switch partner {
        case .gateway(let gateway):
            var samples = frame.mutableSpan
            _ = gateway.makeAudio(into: &samples)
        case .machine(let feed):
            if let unit = feed.takeSent(), case .samples = unit.content {
                unit.copySamples(into: frame)
            } else {
                frame.update(repeating: 0)
            }
        }
    }

    /// A step is over.
    mutating func stepEnded() {
        switch partner {
        case .gateway(let gateway): sound.stepEnded(listener: gateway)
        case .machine(let feed):
            if line != nil { sound.stepEnded(listener: feed) }
            feed.hear(FaxFeed.Unit(content: .time, count: Self.stepSamples))
            feed.stepEnded()
        }
    }

    /// Writes the next datagram for the peer of `session`: its length and how often it is to be sent; nil when there is
    /// none, a length of 0 when it is none.
    mutating func nextDatagram(into bytes: inout MutableSpan<UInt8>) -> (count: Int, copies: Int)? {
        var result = (count: 0, copies: 0)
        switch partner {
        case .gateway(let gateway):
            let isThere = gateway.nextPacket { packet, copies in
                result = (sender.write(packet, into: &bytes), copies)
            }
            guard isThere else { return nil }
        case .machine(let feed):
            guard let unit = feed.takeSent() else { return nil }
            // Sound may be left from before the change.
            guard case .packet(let copies) = unit.content else { return result }
            result = (sender.write(unit.bytes.span.extracting(0..<unit.count), into: &bytes), Int(copies))
        }
        return (result.count, min(result.copies, Self.copiesMax))
    }

    static func destroy(_ fax: UnsafeMutablePointer<FaxLine>) {
        if case .machine(let feed) = fax.pointee.partner { feed.hangUp() }
        fax.deinitialize(count: 1)
        fax.deallocate()
    }
}

extension UDPTLSender {
    fileprivate init(_ parameters: FaxParameters) {
        self.init(
            datagramBytesMax: parameters.datagramBytesMax ?? FaxParameters.datagramBytesDefault,
            copiesWanted: parameters.errorCorrection == .none ? 0 : Self.copiesMax)
    }
}

extension T38Settings {
    /// As the machine at the other end of the packets says.
    init(_ parameters: FaxParameters) {
        self.init(
            version: 0, fastestModem: FaxModem(bitRateMax: parameters.bitRateMax),
            datagramBytesMax: parameters.datagramBytesMax ?? FaxParameters.datagramBytesDefault,
            bufferBytesMax: parameters.bufferBytesMax ?? FaxParameters.bufferBytesDefault)
    }
}
