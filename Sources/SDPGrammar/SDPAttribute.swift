package import PBXBase

/// `a=name` or `a=name:value` (RFC 8866 §5.13).
package struct SDPAttribute: Hashable, Sendable {
    /// Case-sensitive, as the RFC has it.
    package var name: String
    package var value: SDPText?

    package init(name: String, value: SDPText?) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ value: String? = nil) {
        self.init(name: name, value: value.map { SDPText(ascii: $0) })
    }
}

/// The value of `a=rtpmap` (RFC 8866 §6.6): what a payload type number stands for.
package struct SDPRTPMap: Hashable, Sendable {
    package var payloadType: UInt8
    package var encodingName: String
    /// In Hz.
    package var clockRate: Int
    package var channels: Int

    package init(payloadType: UInt8, encodingName: String, clockRate: Int, channels: Int = 1) {
        self.payloadType = payloadType
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
    }

    /// Parses `96 opus/48000/2`; nil when it is not of that form.
    package init?(parsing value: SDPText) {
        var rest = value
        guard let number = rest.nextField()?.decimal(max: 127), let encoding = rest.nextField() else { return nil }
        let (name, afterName) = encoding.split(at: UInt8(ascii: "/"))
        guard !name.isEmpty, let (rate, channelText) = afterName?.split(at: UInt8(ascii: "/")) else { return nil }
        guard let clockRate = rate.decimal(max: 1_000_000), clockRate > 0 else { return nil }
        guard let channels = channelText.map({ $0.decimal(max: 255) }) ?? 1, channels > 0 else { return nil }
        self.init(payloadType: UInt8(number), encodingName: name.string, clockRate: clockRate, channels: channels)
    }
}

/// The value of `a=rtcp` (RFC 3605 §2.1): where RTCP goes when that is not the port after RTP's.
package struct SDPRTCPAddress: Hashable, Sendable {
    package var port: UInt16
    /// Nil when only the port is given: the address is that of RTP.
    package var connection: SDPConnection?

    /// Parses `53020` or `53020 IN IP6 2001:db8::1`; nil when it is neither.
    package init?(parsing value: SDPText) {
        var rest = value
        guard let port = rest.nextField()?.decimal(max: 65_535) else { return nil }
        self.port = UInt16(port)
        connection = nil
        if rest.contains(where: { $0 != UInt8(ascii: " ") }) {
            guard let connection = SDPConnection(parsing: rest) else { return nil }
            self.connection = connection
        }
    }
}

/// `c=` (RFC 8866 §5.7), and the same three fields where other lines carry them.
package struct SDPConnection: Hashable, Sendable {
    /// `IN`.
    package var networkType: String
    /// `IP4` or `IP6`.
    package var addressType: String
    /// An address, a host name, or a group with `/ttl` or `/count` behind it.
    package var address: String

    package init(networkType: String = "IN", addressType: String, address: String) {
        self.networkType = networkType
        self.addressType = addressType
        self.address = address
    }

    package init(_ address: IPAddress) {
        self.init(addressType: address.isIPv6 ? "IP6" : "IP4", address: address.description)
    }

    /// Parses `IN IP4 192.0.2.1`; nil when a field is missing or one is too many.
    package init?(parsing value: SDPText) {
        var rest = value
        guard let network = rest.nextField(), let type = rest.nextField(), let address = rest.nextField(),
            rest.nextField() == nil
        else { return nil }
        self.init(networkType: network.string, addressType: type.string, address: address.string)
    }

    /// The address, or nil for a host name or a group.
    package var ipAddress: IPAddress? { networkType == "IN" ? IPAddress(address) : nil }

    func append(to bytes: inout [UInt8]) {
        bytes.append(ascii: networkType)
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: addressType)
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: address)
    }
}
