import CAllocationCounter

/// Sums up what one kind of operation costs, over many short stretches of work.
struct Meter {
    private(set) var nanoseconds = 0
    private(set) var allocations: UInt64 = 0

    /// Runs `work` and counts its CPU time and its allocations.
    mutating func measure(_ work: () -> Void) {
        let allocationsBefore = pbx_allocations_of_thread()
        let before = cpuNanoseconds()
        work()
        nanoseconds += cpuNanoseconds() - before
        allocations += pbx_allocations_of_thread() - allocationsBefore
    }
}

/// The figures of one kind of operation, a round each.
struct Rounds {
    private(set) var microseconds: [Double] = []
    private(set) var allocations = 0.0

    mutating func add(_ meter: Meter, count: Int) {
        microseconds.append(Double(meter.nanoseconds) / 1_000 / Double(count))
        allocations = Double(meter.allocations) / Double(count)
    }

    var least: Double { microseconds.min() ?? 0 }
    var median: Double { microseconds.sorted()[microseconds.count / 2] }
}
