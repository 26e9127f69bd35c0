import MediaControl

/// Which payload types a port takes, and their numbers on the other side: one look-up per packet.
struct PayloadTypeTable {
    private static let refused: UInt8 = 0xFF
    private var forwarded = InlineArray<128, UInt8>(repeating: refused)

    init() {}

    /// What the plan maps, and what it has decoded. Entries above 127 cannot occur in a packet and are ignored.
    init(_ plan: MediaPlan) {
        if plan.seat != nil || plan.sink == nil || plan.fax == .line {
            for format in plan.formats where format.payloadType < 128 {
                forwarded[Int(format.payloadType)] = format.payloadType
            }
        }
        for mapping in plan.payloadTypes where mapping.received < 128 && mapping.forwarded < 128 {
            forwarded[Int(mapping.received)] = mapping.forwarded
        }
    }

    /// The number to forward `payloadType` (0…127) under; nil when the plan does not have it.
    subscript(_ payloadType: UInt8) -> UInt8? {
        let number = forwarded[Int(payloadType & 0x7F)]
        return number == Self.refused ? nil : number
    }
}
