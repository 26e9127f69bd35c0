extension SessionDescription {
    /// The description as it goes on the wire, every line ended by CRLF.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes.append(ascii: "v=0\r\no=")
        bytes.append(ascii: origin.username)
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: origin.sessionID)
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: origin.sessionVersion)
        bytes.append(UInt8(ascii: " "))
        origin.connection.append(to: &bytes)
        bytes.append(ascii: "\r\ns=")
        bytes.append(contentsOf: sessionName)
        bytes.appendNewline()
        for line in lines { line.append(to: &bytes) }
        for section in media { section.append(to: &bytes) }
        return bytes
    }
}

extension MediaSection {
    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(ascii: "m=")
        bytes.append(ascii: kind)
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: String(port))
        if let portCount {
            bytes.append(UInt8(ascii: "/"))
            bytes.append(ascii: String(portCount))
        }
        bytes.append(UInt8(ascii: " "))
        bytes.append(ascii: protocolName)
        for format in formats {
            bytes.append(UInt8(ascii: " "))
            bytes.append(ascii: format)
        }
        bytes.appendNewline()
        for line in lines { line.append(to: &bytes) }
    }
}

extension SDPLine {
    fileprivate func append(to bytes: inout [UInt8]) {
        switch self {
        case .connection(let connection):
            bytes.append(ascii: "c=")
            connection.append(to: &bytes)
        case .attribute(let attribute):
            bytes.append(ascii: "a=")
            bytes.append(ascii: attribute.name)
            if let value = attribute.value {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(contentsOf: value)
            }
        case .other(let type, let value):
            bytes.append(type)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: value)
        }
        bytes.appendNewline()
    }
}
