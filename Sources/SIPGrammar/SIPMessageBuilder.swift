import PBXBase

/// Writes a message straight into one array of bytes: start line, then the fields in the order they are added, then
/// Content-Length and the body. Line ends inside a value become spaces, so that no value can smuggle in a field.
package struct SIPMessageBuilder {
    var buffer: [UInt8] = []

    private static let capacity = 1_024

    package init(request method: SIPMethod, uri: SIPURI) {
        self.init(method: method)
        uri.write(to: &buffer)
        buffer.append(" SIP/2.0\r\n")
    }

    /// With a Request-URI as it was received.
    package init(request method: SIPMethod, uriText: String) {
        self.init(method: method)
        appendClean { $0.append(uriText) }
        buffer.append(" SIP/2.0\r\n")
    }

    /// A response without any field; nil means the usual phrase.
    package init(status: Int, phrase: String? = nil) {
        buffer.reserveCapacity(Self.capacity)
        buffer.append("SIP/2.0 ")
        buffer.append(decimal: status)
        buffer.append(ASCII.space)
        appendClean { $0.append(phrase ?? ReasonPhrase.text(for: status)) }
        endLine()
    }

    private init(method: SIPMethod) {
        buffer.reserveCapacity(Self.capacity)
        appendClean { $0.append(method.name) }
        buffer.append(ASCII.space)
    }

    package mutating func add(_ name: SIPHeaderName, _ value: String) {
        addField(name) { $0.append(value) }
    }

    package mutating func add(_ name: SIPHeaderName, ascii value: ArraySlice<UInt8>) {
        addField(name) { $0.append(contentsOf: value) }
    }

    package mutating func add(_ name: SIPHeaderName, _ value: Int) {
        addField(name) { $0.append(decimal: value) }
    }

    package mutating func add(_ name: SIPHeaderName, _ address: SIPNameAddress) {
        addField(name) { address.write(to: &$0) }
    }

    package mutating func add(_ via: SIPVia) {
        addField(.via) { via.write(to: &$0) }
    }

    package mutating func add(_ cseq: SIPCSeq) {
        addField(.cseq) {
            $0.append(decimal: cseq.number)
            $0.append(ASCII.space)
            $0.append(cseq.method.name)
        }
    }

    /// Copies every field of that name in order.
    package mutating func copyAll(_ name: SIPHeaderName, from message: SIPMessage) {
        let code = name.code
        for field in message.fields where field.code == code {
            if code == SIPHeaderName.otherCode, SIPHeaderName(ascii: message.bytes[field.nameRange]) != name {
                continue
            }
            add(name, ascii: message.bytes[field.valueRange])
        }
    }

    /// The message without a body.
    package mutating func finish() -> [UInt8] {
        buffer.append("Content-Length: 0\r\n\r\n")
        return take()
    }

    package mutating func finish(contentType: String, body: [UInt8]) -> [UInt8] {
        add(.contentType, contentType)
        add(.contentLength, body.count)
        endLine()
        buffer.append(contentsOf: body)
        return take()
    }

    private mutating func take() -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }

    mutating func addField(_ name: SIPHeaderName, _ write: (inout [UInt8]) -> Void) {
        let code = name.code
        if code != SIPHeaderName.otherCode {
            buffer.append(contentsOf: HeaderNameIndex.shared.linePrefixes[Int(code)])
        } else {
            appendClean { $0.append(name.canonicalName) }
            buffer.append(": ")
        }
        appendClean(write)
        endLine()
    }

    mutating func endLine() {
        buffer.append(ASCII.carriageReturn)
        buffer.append(ASCII.lineFeed)
    }

    private mutating func appendClean(_ write: (inout [UInt8]) -> Void) {
        let start = buffer.count
        write(&buffer)
        // Nearly every byte is above them, so that one comparison settles it.
        for index in start..<buffer.count where buffer[index] <= ASCII.carriageReturn {
            let byte = buffer[index]
            if byte == ASCII.carriageReturn || byte == ASCII.lineFeed || byte == 0 { buffer[index] = ASCII.space }
        }
    }
}
