import MediaControl
import PBXBase

/// Writes all recordings; the body of the writer's thread.
///
/// `@unchecked Sendable`: `inbox` is safe by itself, everything else belongs to the thread that calls `pump`.
final class RecordingWriter: @unchecked Sendable {
    private let inbox = Inbox<RecordingFeed>()
    private var files: [RecordingFile] = []
    /// Ends that found no room.
    private var unreported: [MediaEvent] = []
    private let report: @Sendable (MediaEvent) -> Bool

    init(report: @escaping @Sendable (MediaEvent) -> Bool) { self.report = report }

    /// From the core's thread.
    func add(_ feed: RecordingFeed) { inbox.add(feed) }

    /// Writes what has come; true while there are recordings.
    func pump() -> Bool {
        files += inbox.takeAll().map { RecordingFile($0) }
        for file in files {
            file.pump()
            if let end = file.end { unreported.append(.recordingEnded(file.id, end)) }
        }
        files.removeAll { $0.end != nil }
        while let event = unreported.first, report(event) { unreported.removeFirst() }
        return !files.isEmpty || !unreported.isEmpty
    }
}
