import PBXBase

extension SIPMessageBuilder {
    /// Begins the response to `request` (RFC 3261 §8.2.6.2): every Via with the top one completed, From, To with
    /// `toTag` unless it has a tag, Call-ID and CSeq. Record-Route is up to the caller, as only responses that make a
    /// dialog carry it.
    package init(
        responseTo request: SIPMessage, status: Int, phrase: String? = nil, toTag: String?, receivedFrom flow: Flow
    ) {
        self.init(status: status, phrase: phrase)
        var isTop = true
        for field in request.fields where field.code == SIPHeaderName.via.code {
            if isTop {
                addField(.via) { request.writeTopVia(field.valueRange, receivedFrom: flow, to: &$0) }
            } else {
                add(.via, ascii: request.bytes[field.valueRange])
            }
            isTop = false
        }
        copyAll(.from, from: request)
        if let to = request.value(.to) {
            addField(.to) {
                $0.append(contentsOf: to)
                guard let toTag, request.toTag == nil else { return }
                $0.append(";tag=")
                $0.append(toTag)
            }
        }
        copyAll(.callID, from: request)
        copyAll(.cseq, from: request)
    }
}

extension SIPMessage {
    /// The answer to a request that cannot be parsed or is not valid, ready to send; nil when it deserves none (a
    /// response, an ACK, no header that leads back). RFC 3261 §18.3, §21.4.1.
    package static func rejection(
        of bytes: [UInt8], because error: SIPSyntaxError, toTag: String, receivedFrom flow: Flow
    ) -> [UInt8]? {
        guard bytes.count <= SIPLimits.headerBytesMax + SIPLimits.bodyBytesMax,
            let request = SIPMessage.salvaged(from: bytes)
        else { return nil }
        let phrase = "\(ReasonPhrase.text(for: error.status)) (\(error.field): \(error.problem))"
        var builder = SIPMessageBuilder(
            responseTo: request, status: error.status, phrase: phrase, toTag: toTag, receivedFrom: flow)
        return builder.finish()
    }

    /// Writes the top Via field, its first value completed with where the request came from.
    ///
    /// RFC 3261 §18.2.1: `received` when the host is a name or another address than the packet's source.
    /// RFC 3581 §4: where `rport` is asked for, the port and always `received`.
    fileprivate func writeTopVia(_ range: Range<Int>, receivedFrom flow: Flow, to buffer: inout [UInt8]) {
        let bytes = bytes
        let span = bytes.span
        var position = range.lowerBound
        var copied = position
        var wantsRport = false
        // Copies parameter by parameter; rport gets its value, a received from elsewhere is left out.
        while position < range.upperBound, span[position] != ASCII.comma {
            let start = position
            position = span.endOfParameter(at: start, in: range)
            guard span[start] == ASCII.semicolon else { continue }
            let name = span.parameterName(in: start..<position)
            if span.spells("rport", in: name) {
                wantsRport = true
                buffer.append(contentsOf: bytes[copied..<start])
                buffer.append(";rport=")
                buffer.append(decimal: flow.remote.port)
                copied = position
            } else if span.spells("received", in: name) {
                buffer.append(contentsOf: bytes[copied..<start])
                copied = position
            }
        }
        buffer.append(contentsOf: bytes[copied..<position])
        if wantsRport || topViaAddress != flow.remote.address {
            buffer.append(";received=")
            buffer.append(flow.remote.address.description)
        }
        buffer.append(contentsOf: bytes[position..<range.upperBound])
    }
}

extension Span<UInt8> {
    /// The index of the next semicolon or comma after `start` that is not in quotes.
    fileprivate func endOfParameter(at start: Int, in range: Range<Int>) -> Int {
        var position = start + 1
        while position < range.upperBound, self[position] != ASCII.semicolon, self[position] != ASCII.comma {
            position = self[position] == ASCII.quote ? endOfQuotedString(at: position, in: range) : position + 1
        }
        return Swift.min(position, range.upperBound)
    }

    /// The name within `;name=value`.
    fileprivate func parameterName(in range: Range<Int>) -> Range<Int> {
        let start = skippingWhitespace(from: range.lowerBound + 1, in: range)
        var end = start
        while end < range.upperBound, self[end].isTokenByte { end += 1 }
        return start..<end
    }
}
