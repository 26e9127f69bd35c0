/// Sound on its way into and out of spandsp, which alters the samples it is given and is best fed in short blocks.
struct FaxAudioBlock {
    /// 20 ms.
    static let samplesMax = 160

    private var samples = [Int16](repeating: 0, count: samplesMax)

    /// Calls `body` with copies of the samples, block by block, and how many of the block these are.
    mutating func forEach(of source: Span<Int16>, _ body: (inout MutableSpan<Int16>, _ count: Int32) -> Void) {
        var offset = 0
        while offset < source.count {
            let count = min(Self.samplesMax, source.count - offset)
            for index in 0..<count { samples[index] = source[offset + index] }
            var block = samples.mutableSpan
            body(&block, Int32(clamping: count))
            offset += count
        }
    }

    /// Calls `body` with the lengths of the blocks that make up `count` samples.
    static func forEachLength(of count: Int, _ body: (Int32) -> Void) {
        var remaining = count
        while remaining > 0 {
            let length = min(samplesMax, remaining)
            body(Int32(clamping: length))
            remaining -= length
        }
    }

    /// Makes the samples after the first `made` silent; returns how many are not.
    static func silence(_ samples: inout MutableSpan<Int16>, after made: Int) -> Int {
        let made = min(max(0, made), samples.count)
        for index in made..<samples.count { samples[index] = 0 }
        return made
    }
}
