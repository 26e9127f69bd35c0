// What consoles cost the daemon: calls are up and others come and go, while followers of all events (a tenth of them
// standing still) are there in every second span of time. Counted: the daemon's CPU time with them and without, and how
// long an INVITE waits for its first answer. Exit status 1 when a limit is passed.
//
//     swift build -c release && swift run -c release WatchersBenchmark [calls] [consoles] [seconds]
import Foundation

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }

func number(_ index: Int, usual: Int) -> Int {
    numbers.indices.contains(index) ? max(1, numbers[index]) : usual
}

do {
    let run = try WatchersRun(
        calls: number(0, usual: 200), consoles: number(1, usual: 50), seconds: number(2, usual: 30))
    exit(try await run.run() ? 0 : 1)
} catch {
    print("\(error)")
    exit(2)
}
