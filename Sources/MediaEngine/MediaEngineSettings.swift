package import PBXBase

/// How the media engine is set up; fixed while it runs.
package struct MediaEngineSettings: Hashable, Sendable {
    package static let workersMax = 64

    /// UDP ports to take RTP/RTCP pairs from; an odd first or an even last port is left over.
    package var ports: ClosedRange<UInt16>
    /// Where version 4 sockets are bound; nil: none are.
    package var ipv4Address: IPAddress?
    /// Where version 6 sockets are bound; nil: none are.
    package var ipv6Address: IPAddress?
    /// Threads.
    package var workers: Int
    /// Differentiated services code point of what we send.
    package var dscp: UInt8
    /// Receive buffer of each socket, as asked of the kernel.
    package var receiveBufferBytes: Int
    /// Port pairs that the core is going to prepare in all; only for telling early that descriptors will not suffice.
    package var portPairsMax: Int
    /// Commands that may be under way to one worker; must be a small multiple of what one core turn sends.
    package var commandsMax: Int
    /// Events that may be under way from one worker.
    package var eventsMax: Int

    package init(
        ports: ClosedRange<UInt16> = 16_384...32_767, ipv4Address: IPAddress? = .ipv4Any,
        ipv6Address: IPAddress? = .ipv6Any, workers: Int = 1, dscp: UInt8 = 46, receiveBufferBytes: Int = 65_536,
        portPairsMax: Int = 2_000, commandsMax: Int = 4_096, eventsMax: Int = 4_096
    ) {
        self.ports = ports
        self.ipv4Address = ipv4Address
        self.ipv6Address = ipv6Address
        self.workers = workers
        self.dscp = dscp
        self.receiveBufferBytes = receiveBufferBytes
        self.portPairsMax = portPairsMax
        self.commandsMax = commandsMax
        self.eventsMax = eventsMax
    }

    /// What contradicts itself, in words; nil when all is well.
    var problem: String? {
        if !(1...Self.workersMax).contains(workers) {
            return "\(workers) workers asked for (1 to \(Self.workersMax) are possible)"
        }
        if let address = ipv4Address, address.isIPv6 { return "IPv4 address \(address) is an IPv6 address" }
        if let address = ipv6Address, !address.isIPv6 { return "IPv6 address \(address) is an IPv4 address" }
        if ports.lowerBound == 0 { return "port range begins at 0 (begin at 1024 or above)" }
        if ports.count < 2 * workers + 1 {
            return "port range \(ports.lowerBound)-\(ports.upperBound) is too small for \(workers) workers"
        }
        return nil
    }
}

/// What the engine found when it started.
package struct MediaEngineReport: Hashable, Sendable {
    package var workers: Int
    /// Descriptors that this process may have open; nil when the system does not say.
    package var descriptorLimit: Int?
    /// What `portPairsMax` needs, with some for the rest of the program.
    package var descriptorsNeeded: Int

    /// One line for the log when descriptors will run out before `portPairsMax` is reached.
    package var warning: String? {
        guard let limit = descriptorLimit, limit < descriptorsNeeded else { return nil }
        return "open file limit is \(limit) where \(descriptorsNeeded) are needed for all media ports "
            + "(raise LimitNOFILE in the service unit)"
    }
}
