/// The RTP/RTCP port pairs of one worker and one family: every n-th even port of the range, so that workers share it
/// without asking each other.
struct PortPairs {
    private let firstPort: Int
    private let step: Int
    private var isTaken: [Bool]
    private var cursor = 0

    /// - Parameters:
    ///   - range: ports that may be used; RTP takes the even ones, RTCP the odd one above.
    ///   - worker: 0..<`workers`.
    init(range: ClosedRange<UInt16>, worker: Int, workers: Int) {
        let first = Int(range.lowerBound) + Int(range.lowerBound) % 2
        let pairs = max(0, (Int(range.upperBound) - first + 1) / 2)
        firstPort = first + 2 * worker
        step = 2 * workers
        isTaken = Array(repeating: false, count: max(0, (pairs - worker + workers - 1) / workers))
    }

    var count: Int { isTaken.count }

    /// The next pair that we have not bound yet, going round; its RTP port. nil when all are ours.
    mutating func next() -> UInt16? {
        for _ in 0..<isTaken.count {
            let index = cursor
            cursor = cursor + 1 == isTaken.count ? 0 : cursor + 1
            if !isTaken[index] { return UInt16(firstPort + step * index) }
        }
        return nil
    }

    mutating func take(_ port: UInt16) {
        let index = (Int(port) - firstPort) / step
        if isTaken.indices.contains(index) { isTaken[index] = true }
    }
}
