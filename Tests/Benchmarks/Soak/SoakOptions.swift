import Foundation

/// What a soak is to be, from its command line.
struct SoakOptions {
    var calls = 300
    var seconds = 1_800
    /// Share of packets that never arrive, and of those that come after their successor.
    var loss = 0.01
    var reordering = 0.005
    /// Delays are spread evenly from none to this.
    var jitterMilliseconds = 12
    /// Every so many-th call is between phones without a codec in common; 0: none.
    var transcodedEvery = 0
    var seed: UInt64 = 1

    static let usage = """
        usage: SoakBenchmark [--calls N] [--seconds N] [--loss PERCENT] [--reordering PERCENT] [--jitter MS]
                             [--transcoded-every N] [--seed N]
        Starts the pbxd beside it, or the one in $PBX_PROGRAMS, lets N calls run through links that lose, delay
        and reorder packets, and compares what the
        daemon says of them with what was done to them. Exit 0 when all agrees, 1 when not, 2 for bad usage.

        """

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { Self.refuse("\(name) wants a value") }
            switch name {
            case "--calls": calls = Self.whole(value, 1...2_000, name)
            case "--seconds": seconds = Self.whole(value, 5...86_400, name)
            case "--loss": loss = Double(Self.whole(value, 0...50, name)) / 100
            case "--reordering": reordering = Double(Self.whole(value, 0...50, name)) / 100
            case "--jitter": jitterMilliseconds = Self.whole(value, 0...19, name)
            case "--transcoded-every": transcodedEvery = Self.whole(value, 0...1_000, name)
            case "--seed": seed = UInt64(Self.whole(value, 0...Int.max, name))
            default: Self.refuse("unknown option \(name)")
            }
        }
    }

    private static func whole(_ text: String, _ range: ClosedRange<Int>, _ name: String) -> Int {
        guard let number = Int(text), range.contains(number) else { refuse("\(name) wants a number in \(range)") }
        return number
    }

    private static func refuse(_ problem: String) -> Never {
        complain("\(problem)\n\(usage)")
        exit(2)
    }
}

/// Says what went wrong on standard error.
func complain(_ problem: String) {
    try? FileHandle.standardError.write(contentsOf: Data("SoakBenchmark: \(problem)\n".utf8))
}
