import MediaControl
import PBXBase
import Synchronization

/// The side of the engine that touches files: gives commands the feeds that workers use in their place, and carries
/// files on one thread each for reading and writing.
final class MediaFiles {
    let reader: AudioReader
    let writer: RecordingWriter
    private let readerThread: FileThread
    private let writerThread: FileThread

    /// `report` is called on the writer's thread with what became of recordings; false: try again later.
    init(report: @escaping @Sendable (MediaEvent) -> Bool) throws(MediaEngineError) {
        readerThread = try FileThread()
        writerThread = try FileThread()
        reader = AudioReader()
        writer = RecordingWriter(report: report)
    }

    func start() throws(MediaEngineError) {
        let (reader, writer) = (reader, writer)
        try readerThread.start(name: "media-reader") { reader.pump() }
        try writerThread.start(name: "media-writer") { writer.pump() }
    }

    /// Ends both threads; recordings are completed as far as they came.
    func stop() {
        readerThread.stop()
        writerThread.stop()
    }

    /// What the worker gets in place of `command`.
    func order(for command: MediaCommand) -> WorkerOrder {
        let readerThread = readerThread
        switch command {
        case .play(let playback, let target):
            let feed = AudioFeed(
                items: playback.items, repetition: playback.repetition, offset: playback.offset,
                wakeReader: { readerThread.wake() })
            reader.add(feed)
            return .play(playback, target, feed)
        case .define(let music, let items, _):
            guard !items.isEmpty else { return .define(music, nil) }
            let feed = AudioFeed(
                items: items, repetition: .forever, skipsUnreadable: true, wakeReader: { readerThread.wake() })
            reader.add(feed)
            return .define(music, feed)
        case .record(let recording):
            let feed = RecordingFeed(recording)
            writer.add(feed)
            writerThread.wake()
            return .record(recording, feed)
        case .apply, .release, .prepare, .change, .sendDigits, .stopRecording, .report: return .command(command)
        }
    }
}

/// What the core thread hands to a thread of files.
final class Inbox<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func add(_ element: Element) { elements.withLock { $0.append(element) } }

    func takeAll() -> [Element] {
        elements.withLock { elements in
            defer { elements = [] }
            return elements
        }
    }
}
