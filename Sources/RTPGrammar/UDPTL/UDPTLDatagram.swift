/// One datagram of a fax over UDP (T.38 §9.1): a sequence number, the fax packet of that number, and what helps to
/// recover those before it. A view: it holds where the parts lie, not the parts.
package struct UDPTLDatagram: Hashable, Sendable {
    /// Number, shortest fax packet, and the byte that says which kind of recovery follows.
    package static let bytesMin = 4

    package enum Recovery: Hashable, Sendable {
        /// Copies of the packets before this one, the latest first.
        case copies(Int)
        /// Parity over `span` times `count` packets before this one (T.38 §9.1.4.2); it is passed on, never used here.
        case parity(span: Int, count: Int)
    }

    package private(set) var sequence: SequenceNumber
    /// The fax packet (IFP) of this number; may be empty.
    package private(set) var packet: Range<Int>
    package private(set) var recovery: Recovery
    /// Where the copies begin, behind their count.
    private var copiesStart = 0

    /// Reads and checks a whole datagram.
    package init(_ datagram: Span<UInt8>) throws(RTPSyntaxError) {
        guard datagram.count >= Self.bytesMin else {
            throw .truncated(neededBytes: Self.bytesMin, foundBytes: datagram.count)
        }
        sequence = SequenceNumber(datagram.bigEndian16(at: 0))
        var position = 2
        packet = try Self.field(datagram, at: &position)
        let isParity = try Self.byte(datagram, at: &position) & 0x80 != 0
        guard isParity else {
            let count = try Self.length(datagram, at: &position)
            recovery = .copies(count)
            copiesStart = position
            try Self.skipFields(count, of: datagram, from: &position)
            return
        }
        // The span is an integer of a length of its own.
        let span = try Self.field(datagram, at: &position)
        guard span.count == 1 else { throw .unexpectedFaxField(UInt8(clamping: span.count)) }
        let count = try Self.length(datagram, at: &position)
        recovery = .parity(span: Int(datagram[span.lowerBound]), count: count)
        try Self.skipFields(count, of: datagram, from: &position)
    }

    /// Where the copy of the packet that was sent `distance` before this one lies (1: the one just before); nil when
    /// the datagram has none.
    package func copy(_ datagram: Span<UInt8>, distance: Int) -> Range<Int>? {
        guard case .copies(let count) = recovery, distance >= 1, distance <= count else { return nil }
        var position = copiesStart
        var found: Range<Int>?
        for _ in 0..<distance { found = try? Self.field(datagram, at: &position) }
        return found
    }

    // MARK: Packed encoding (X.691 §10.9), in the parts that occur here

    private static func byte(_ bytes: Span<UInt8>, at position: inout Int) throws(RTPSyntaxError) -> UInt8 {
        guard position < bytes.count else { throw .truncated(neededBytes: position + 1, foundBytes: bytes.count) }
        defer { position += 1 }
        return bytes[position]
    }

    /// A length up to 16,383; longer ones come in fragments, which no datagram has room for.
    private static func length(_ bytes: Span<UInt8>, at position: inout Int) throws(RTPSyntaxError) -> Int {
        let first = try byte(bytes, at: &position)
        if first & 0x80 == 0 { return Int(first) }
        guard first & 0x40 == 0 else { throw .unexpectedFaxField(first) }
        return Int(first & 0x3F) << 8 | Int(try byte(bytes, at: &position))
    }

    /// Passes over the rest, which must end with the datagram: that is what tells a fax packet from a late one of RTP.
    private static func skipFields(
        _ count: Int, of bytes: Span<UInt8>, from position: inout Int
    ) throws(RTPSyntaxError) {
        for _ in 0..<count { _ = try field(bytes, at: &position) }
        guard position == bytes.count else {
            throw .trailingBytes(bytes.count - position)
        }
    }

    private static func field(_ bytes: Span<UInt8>, at position: inout Int) throws(RTPSyntaxError) -> Range<Int> {
        let count = try length(bytes, at: &position)
        guard bytes.count - position >= count else {
            throw .truncated(neededBytes: position + count, foundBytes: bytes.count)
        }
        defer { position += count }
        return position..<(position + count)
    }
}
