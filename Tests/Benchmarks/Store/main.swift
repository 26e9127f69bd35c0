// What a call's record costs: CPU of the store's threads per call (or per registration), what handing the facts over
// costs the core loop, and how long the 200 of a BYE has to wait for its commit. Exit status 1 when a threshold is
// passed.
//
//     swift run -c release StoreBenchmark [folder for the database] [seconds per line]
import Glibc

/// Checked in: more than this is a regression. Microseconds of CPU per call at 1,000 calls a second; at lower rates a
/// call pays for caches gone cold, which a plain C loop over SQLite does as well.
let callMicrosecondsMax = 40.0

/// Load lines: name, facts of a kind per second, and what one of them is.
let lines: [(name: String, rate: Int, work: Load.Work)] = [
    ("calls of 20 ms", 100, .call(milliseconds: 20)),
    ("calls of 1 s", 10, .call(milliseconds: 1_000)),
    ("calls of 1 s", 100, .call(milliseconds: 1_000)),
    ("calls of 20 ms", 1_000, .call(milliseconds: 20)),
    ("calls of 1 s", 2_000, .call(milliseconds: 1_000)),
    ("registrations", 200, .registration),
    ("registrations", 8_000, .registration),
]

func run() throws -> Bool {
    let folder = CommandLine.arguments.dropFirst().first ?? "/tmp"
    let seconds = max(1, CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
    var isGood = true
    for line in lines {
        let result = try Load.run(line.work, rate: line.rate, seconds: seconds, folder: folder)
        let cost = Double(result.cpuMicroseconds) / Double(max(1, result.count))
        var text = "\(line.rate) \(line.name) a second: \((cost * 10).rounded() / 10) µs of CPU each"
        if let wait = result.commitMicroseconds {
            text += ", commit after \(wait.median) µs (p99 \(wait.p99), longest \(wait.longest))"
        }
        print(text)
        if case .call = line.work, line.rate == 1_000, cost > callMicrosecondsMax { isGood = false }
    }
    print("handing over a call's two facts: \(try Load.recordingNanoseconds(folder: folder)) ns")
    if !isGood { print("above the threshold of \(callMicrosecondsMax) µs per call") }
    return isGood
}

do {
    exit(try run() ? 0 : 1)
} catch {
    print("store benchmark: \(error)")
    exit(1)
}
