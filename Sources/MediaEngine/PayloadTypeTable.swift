import MediaControl

/// Which payload types a port takes, and their numbers on the other side: one look-up per packet.
struct PayloadTypeTable {
    private static let refused: UInt8 = 0xFF
    private var forwarded = InlineArray<128, UInt8>(repeating: refused)

    init() {}

    /// Entries above 127 cannot occur in a packet and are ignored.
    init(_ mappings: [MediaPlan.PayloadTypeMapping]) {
        for mapping in mappings where mapping.received < 128 && mapping.forwarded < 128 {
            forwarded[Int(mapping.received)] = mapping.forwarded
        }
    }

    /// The number to forward `payloadType` (0…127) under; nil when the plan does not have it.
    subscript(_ payloadType: UInt8) -> UInt8? {
        let number = forwarded[Int(payloadType & 0x7F)]
        return number == Self.refused ? nil : number
    }
}
