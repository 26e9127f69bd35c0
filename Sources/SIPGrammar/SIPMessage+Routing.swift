package import PBXBase

/// What decides where a message belongs, found by scanning: no strings, no structures, no allocation. Malformed values
/// read as absent here; `validateRequest` says what is wrong with them.
extension SIPMessage {
    /// The branch of the top Via.
    package var topViaBranch: ArraySlice<UInt8>? { parameter("branch", of: .via) }

    /// Host and port of the top Via as written.
    package var topViaSentBy: ArraySlice<UInt8>? {
        guard let field = firstField(.via) else { return nil }
        let value = bytes[field.valueRange]
        guard
            let lastSlash = value.prefix(while: { $0 != ASCII.semicolon && $0 != ASCII.comma }).lastIndex(
                of: ASCII.slash)
        else { return nil }
        let transport = value[(lastSlash + 1)...].drop(while: { $0.isWhitespace }).drop { !$0.isWhitespace }
        return transport.prefix { $0 != ASCII.semicolon && $0 != ASCII.comma }.trimmed
    }

    /// The host of the top Via as an address; nil when it is a name.
    package var topViaAddress: IPAddress? {
        guard var cursor = topViaSentBy.map({ FieldCursor($0, field: "Via") }),
            let (host, _) = try? cursor.hostAndPort()
        else { return nil }
        return IPAddress(host)
    }

    /// RFC 3581: the sender of the request asks for the answer at the port the request came from.
    package var topViaHasRport: Bool {
        guard let field = firstField(.via) else { return false }
        let bytes = bytes
        return bytes.span.endOfHeaderParameterName("rport", in: field.valueRange) != nil
    }

    package var fromTag: ArraySlice<UInt8>? { parameter("tag", of: .from) }
    package var toTag: ArraySlice<UInt8>? { parameter("tag", of: .to) }

    /// The Call-ID as written.
    package var callIDBytes: ArraySlice<UInt8>? { value(.callID) }

    /// The number in CSeq; nil when it is missing or not below 2^31.
    package var cseqNumber: UInt32? {
        value(.cseq)?.prefix(while: { $0.isDigit }).decimal(max: 0x7FFF_FFFF).map { UInt32($0) }
    }

    /// A header parameter of the first value of `name`; nil when absent or empty.
    private func parameter(_ parameter: StaticString, of name: SIPHeaderName) -> ArraySlice<UInt8>? {
        let bytes = bytes
        guard let field = firstField(name),
            let range = bytes.span.headerParameter(parameter, in: field.valueRange), !range.isEmpty
        else { return nil }
        return bytes[range]
    }
}

extension Span<UInt8> {
    /// Where the value of a header parameter stands within the first list element of `range`: what is in quotes or
    /// angle brackets is stepped over.
    func headerParameter(_ name: StaticString, in range: Range<Int>) -> Range<Int>? {
        guard let nameEnd = endOfHeaderParameterName(name, in: range) else { return nil }
        let equals = skippingWhitespace(from: nameEnd, in: range)
        guard equals < range.upperBound, self[equals] == ASCII.equals else { return nil }
        let first = skippingWhitespace(from: equals + 1, in: range)
        var end = first
        while end < range.upperBound, self[end] != ASCII.semicolon, self[end] != ASCII.comma, !self[end].isWhitespace {
            end += 1
        }
        return first..<end
    }

    /// The index behind the name of a header parameter of the first list element of `range`; nil when it is absent.
    func endOfHeaderParameterName(_ name: StaticString, in range: Range<Int>) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound {
            switch self[position] {
            case ASCII.quote: position = endOfQuotedString(at: position, in: range)
            case ASCII.less:
                while position < range.upperBound, self[position] != ASCII.greater { position += 1 }
                position += 1
            case ASCII.comma: return nil
            case ASCII.semicolon:
                position = skippingWhitespace(from: position + 1, in: range)
                let end = position + name.utf8CodeUnitCount
                guard end <= range.upperBound, spells(name, in: position..<end) else { continue }
                if end == range.upperBound || !self[end].isTokenByte { return end }
            default: position += 1
            }
        }
        return nil
    }

    /// Whether `range` holds `name`, given in lower case, without regard to case.
    func spells(_ name: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        // In bounds: the counts are equal.
        for offset in 0..<range.count
        where unsafe self[range.lowerBound + offset].lowercased != name.utf8Start[offset] { return false }
        return true
    }

    func skippingWhitespace(from start: Int, in range: Range<Int>) -> Int {
        var position = start
        while position < range.upperBound, self[position].isWhitespace { position += 1 }
        return position
    }

    /// The index behind the quoted string at `start`, or the end of `range` when it does not end.
    func endOfQuotedString(at start: Int, in range: Range<Int>) -> Int {
        var position = start + 1
        while position < range.upperBound {
            if self[position] == ASCII.quote { return position + 1 }
            position += self[position] == ASCII.backslash ? 2 : 1
        }
        return range.upperBound
    }
}
