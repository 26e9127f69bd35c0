import Logging
import PBXBase
import PBXModel

/// Writes the notes of the exchange to the log. Notes that a packet caused cost at most one line per source address and
/// minute; how many were left out is said with the next one.
struct NoteLog {
    private struct Source {
        var silentUntil: Instant
        var leftOut: Int
    }

    static let quiet = Interval.seconds(60)
    /// Sources remembered at once; beyond that the oldest minute is forgotten with the rest.
    private static let sourcesMax = 4_096

    private let logger: Logger
    private var sources: [IPAddress: Source] = [:]

    init(logger: Logger) { self.logger = logger }

    mutating func write(_ note: Note, now: Instant) {
        // What is not shown takes nobody's minute.
        guard level(note.severity) >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [:]
        if let call = note.call { metadata["call"] = "\(call)" }
        // A note about a call is bounded by calls; one about a bare packet needs its own bound.
        if let source = note.source, note.call == nil {
            guard let leftOut = admit(source.address, now: now) else { return }
            if leftOut > 0 { metadata["left-out"] = "\(leftOut)" }
        }
        logger.log(level: level(note.severity), "\(note.text)", metadata: metadata.isEmpty ? nil : metadata)
    }

    /// How many notes of this source were left out since its last line; nil when this one is left out too.
    private mutating func admit(_ address: IPAddress, now: Instant) -> Int? {
        if var source = sources[address], source.silentUntil > now {
            source.leftOut += 1
            sources[address] = source
            return nil
        }
        let leftOut = sources[address]?.leftOut ?? 0
        if sources.count >= Self.sourcesMax { sources = sources.filter { $0.value.silentUntil > now } }
        if sources.count >= Self.sourcesMax { sources.removeAll(keepingCapacity: true) }
        sources[address] = Source(silentUntil: now + Self.quiet, leftOut: 0)
        return leftOut
    }

    private func level(_ severity: Note.Severity) -> Logger.Level {
        switch severity {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
