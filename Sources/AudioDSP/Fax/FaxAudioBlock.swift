/// Sound on its way into and out of spandsp, which alters the samples it is given and is best fed in short blocks.
struct FaxAudioBlock {
    /// 20 ms.
    static let samplesMax = 160

    private var samples = [Int16](repeating: 0, count: samplesMax)

    /// Calls `body` with copies of the samples, block by block, and how many these are.
    @safe mutating func forEach(of source: Span<Int16>, _ body: (UnsafeMutablePointer<Int16>, Int32) -> Void) {
        var offset = 0
        while offset < source.count {
            let count = min(Self.samplesMax, source.count - offset)
            for index in 0..<count { samples[index] = source[offset + index] }
            unsafe samples.withUnsafeMutableBufferPointer { buffer in
                if let start = buffer.baseAddress { unsafe body(start, Int32(clamping: count)) }
            }
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

    /// Fills `samples` with what `body` makes, and silence after it; returns how many `body` made.
    @safe static func fill(
        _ samples: inout MutableSpan<Int16>, _ body: (UnsafeMutablePointer<Int16>, Int32) -> Int32
    ) -> Int {
        let made = unsafe samples.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return min(buffer.count, max(0, Int(unsafe body(start, Int32(clamping: buffer.count)))))
        }
        for index in made..<samples.count { samples[index] = 0 }
        return made
    }
}
