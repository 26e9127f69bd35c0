import MediaControl

/// Which payload types a port takes, and their numbers on the other side: one look-up per packet.
struct PayloadTypeTable {
    private static let refused: UInt8 = 0xFF
    /// Beside a number: its bytes are to be changed to the other law.
    static let lawChanges: UInt8 = 0x80
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
            let change = mapping.law == nil ? 0 : Self.lawChanges
            // 127 with the mark would read as refused; nobody gives G.711 that number.
            forwarded[Int(mapping.received)] = mapping.forwarded | change
        }
    }

    /// The number to forward `payloadType` (0…127) under, `lawChanges` beside it or not; nil when the plan does not
    /// have it.
    subscript(_ payloadType: UInt8) -> UInt8? {
        let number = forwarded[Int(payloadType & 0x7F)]
        return number == Self.refused ? nil : number
    }
}
