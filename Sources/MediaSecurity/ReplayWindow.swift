/// Which of the last packet indices were seen (RFC 3711 §3.3.2).
struct ReplayWindow {
    /// How far behind the highest a packet may come.
    static let packets: UInt64 = 128

    /// 0 before the first packet.
    private(set) var highest: UInt64 = 0
    /// Bit n: the index n below `highest` was seen.
    private var seen: UInt128 = 0

    var isEmpty: Bool { seen == 0 }

    /// Refuses an index that was seen, or might have been.
    func check(_ index: UInt64) throws(SRTPError) {
        guard !isEmpty, index <= highest else { return }
        let behind = highest &- index
        guard behind < Self.packets else { throw .tooOld }
        guard seen &>> UInt128(behind) & 1 == 0 else { throw .replayed }
    }

    /// Remembers an index that passed `check`.
    mutating func insert(_ index: UInt64) {
        if isEmpty || index > highest {
            let ahead = isEmpty ? Self.packets : index &- highest
            seen = ahead < Self.packets ? seen &<< UInt128(ahead) | 1 : 1
            highest = index
        } else if highest &- index < Self.packets {
            seen |= 1 &<< UInt128(highest &- index)
        }
    }
}
