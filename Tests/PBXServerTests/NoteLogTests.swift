import Logging
import PBXBase
import PBXModel
import Synchronization
import Testing

@testable import PBXServer

/// What the network causes costs one line per source and minute.
@Suite struct NoteLogTests {
    private let lines = Lines()
    private let source = Endpoint(IPAddress(ipv4: 0x0A00_0101), port: 5_060)
    private let other = Endpoint(IPAddress(ipv4: 0x0A00_0102), port: 5_060)

    private func log(_ level: Logger.Level = .info) -> NoteLog {
        NoteLog(logger: Logger(label: "test") { [lines] _ in LineKeeper(lines: lines, logLevel: level) })
    }

    @Test func `one line per source and minute, and the next says how many were left out`() {
        var log = log()
        for second in 0..<5 {
            log.write(Note(.warning, "note \(second)", source: source), now: .zero + .seconds(second))
        }
        log.write(Note(.warning, "neighbour", source: other), now: .zero + .seconds(5))
        log.write(Note(.warning, "a minute later", source: source), now: .zero + .seconds(60))
        #expect(lines.all == ["note 0", "neighbour", "a minute later left-out=4"])
    }

    @Test func `another port is the same source`() {
        var log = log()
        log.write(Note(.info, "first", source: source), now: .zero)
        log.write(Note(.info, "second", source: Endpoint(source.address, port: 1)), now: .zero)
        #expect(lines.all == ["first"])
    }

    @Test func `notes about calls, and about nobody, are all written`() {
        var log = log()
        let call = CallID(high: 1, low: 2)
        for _ in 0..<2 {
            log.write(Note(.info, "call", call: call, source: source), now: .zero)
            log.write(Note(.info, "own"), now: .zero)
        }
        #expect(lines.all.count == 4)
    }

    @Test func `a note that the level hides does not hide a warning`() {
        var log = log(.warning)
        log.write(Note(.debug, "detail", source: source), now: .zero)
        log.write(Note(.warning, "wrong password", source: source), now: .zero)
        #expect(lines.all == ["wrong password"])
    }
}

private final class Lines: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    func append(_ line: String) { kept.withLock { $0.append(line) } }
}

private struct LineKeeper: LogHandler {
    let lines: Lines
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let leftOut = event.metadata?["left-out"].map { " left-out=\($0)" } ?? ""
        lines.append("\(event.message)\(leftOut)")
    }
}
