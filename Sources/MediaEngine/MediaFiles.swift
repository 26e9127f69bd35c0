import MediaControl
import PBXBase
import Synchronization

/// The side of the engine that touches files: gives commands the feeds that workers use in their place, and carries
/// files on one thread each for reading, writing and faxes.
final class MediaFiles {
    let reader: AudioReader
    let writer: RecordingWriter
    let faxes: FaxRunner
    private let readerThread: FileThread
    private let writerThread: FileThread
    private let faxThread: FileThread

    /// `report` is called on the writer's and the faxes' thread with what became of recordings and faxes; false: try
    /// again later.
    init(report: @escaping @Sendable (MediaEvent) -> Bool) throws(MediaEngineError) {
        readerThread = try FileThread()
        writerThread = try FileThread()
        faxThread = try FileThread()
        reader = AudioReader()
        writer = RecordingWriter(report: report)
        faxes = FaxRunner(report: report)
    }

    func start() throws(MediaEngineError) {
        let (reader, writer, faxes) = (reader, writer, faxes)
        try readerThread.start(name: "media-reader") { reader.pump() }
        try writerThread.start(name: "media-writer") { writer.pump() }
        try faxThread.start(name: "media-fax") { faxes.pump() }
    }

    /// Ends the threads; recordings and received faxes are completed as far as they came.
    func stop() {
        readerThread.stop()
        writerThread.stop()
        faxThread.stop()
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
        case .fax(let transmission):
            let faxThread = faxThread
            let feed = FaxFeed(transmission, wakeRunner: { faxThread.wake() })
            faxes.add(feed)
            return .fax(feed)
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
