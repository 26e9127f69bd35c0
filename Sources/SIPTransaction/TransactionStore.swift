/// Holds the transactions of one side by identifier and finds them by key: a slot per transaction, reused with a new
/// generation, and an index from the key's hash to the first slot of a chain.
struct TransactionStore<Element: KeyedTransaction> {
    private struct Slot {
        var generation: UInt32 = 0
        /// The next slot with the same hash.
        var next: UInt32?
        var element: Element?
    }

    /// Set in identifiers of one side, so that both can share one timer heap.
    private let sideBit: UInt64
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var chains: [UInt64: UInt32] = [:]
    private(set) var count = 0

    init(isClient: Bool) { sideBit = isClient ? Self.clientBit : 0 }

    static func isClient(_ value: UInt64) -> Bool { value & clientBit != 0 }
    private static var clientBit: UInt64 { 1 << 63 }

    mutating func insert(_ element: Element) -> UInt64 {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(truncatingIfNeeded: slots.count)
            slots.append(Slot())
        }
        slots[Int(index)].next = chains.updateValue(index, forKey: element.key.hash)
        slots[Int(index)].element = element
        count += 1
        return identifier(index)
    }

    func find(_ probe: TransactionProbe) -> UInt64? {
        var next = chains[probe.hash]
        while let index = next {
            if slots[Int(index)].element?.key.matches(probe) == true { return identifier(index) }
            next = slots[Int(index)].next
        }
        return nil
    }

    /// Nil for an identifier whose transaction has ended.
    subscript(value: UInt64) -> Element? { index(of: value).flatMap { slots[$0].element } }

    mutating func remove(_ value: UInt64) -> Element? {
        guard let index = index(of: value), let element = slots[index].element else { return nil }
        unlink(UInt32(truncatingIfNeeded: index), hash: element.key.hash)
        slots[index].element = nil
        slots[index].next = nil
        slots[index].generation = (slots[index].generation &+ 1) & 0x7FFF_FFFF
        free.append(UInt32(truncatingIfNeeded: index))
        count -= 1
        return element
    }

    /// The identifiers whose element satisfies `condition`, in the order of the slots.
    func identifiers(where condition: (Element) -> Bool) -> [UInt64] {
        slots.indices.compactMap { index in
            guard let element = slots[index].element, condition(element) else { return nil }
            return identifier(UInt32(truncatingIfNeeded: index))
        }
    }

    private mutating func unlink(_ index: UInt32, hash: UInt64) {
        let next = slots[Int(index)].next
        guard var current = chains[hash] else { return }
        if current == index {
            chains[hash] = next
            return
        }
        while let following = slots[Int(current)].next {
            if following == index {
                slots[Int(current)].next = next
                return
            }
            current = following
        }
    }

    private func identifier(_ index: UInt32) -> UInt64 {
        sideBit | UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
    }

    private func index(of value: UInt64) -> Int? {
        let index = Int(value & 0xFFFF_FFFF)
        guard index < slots.count, identifier(UInt32(truncatingIfNeeded: index)) == value else { return nil }
        return index
    }
}

/// What a `TransactionStore` can hold: objects that its table alone knows, changed where they are.
protocol KeyedTransaction: AnyObject {
    var key: TransactionKey { get }
}
