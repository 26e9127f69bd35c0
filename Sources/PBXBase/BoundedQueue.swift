/// A first-in first-out queue with a named limit: `append` refuses instead of growing, and the caller says what a full
/// queue means.
package struct BoundedQueue<Element> {
    private var storage: [Element?]
    private var head = 0
    package private(set) var count = 0
    package let capacity: Int

    package init(capacity: Int) {
        self.capacity = capacity
        storage = []
    }

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { count == capacity }

    /// Adds at the end; false when the queue is full.
    package mutating func append(_ element: Element) -> Bool {
        guard count < capacity else { return false }
        if count == storage.count { grow() }
        storage[(head + count) % storage.count] = element
        count += 1
        return true
    }

    package mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        defer {
            storage[head] = nil
            head = (head + 1) % storage.count
            count -= 1
        }
        return storage[head]
    }

    private mutating func grow() {
        var larger: [Element?] = []
        let size = Swift.min(capacity, Swift.max(16, storage.count * 2))
        larger.reserveCapacity(size)
        for offset in 0..<count { larger.append(storage[(head + offset) % storage.count]) }
        larger.append(contentsOf: repeatElement(nil, count: size - count))
        storage = larger
        head = 0
    }
}

extension BoundedQueue: Sendable where Element: Sendable {}
