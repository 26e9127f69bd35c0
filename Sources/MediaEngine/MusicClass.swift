import MediaControl

/// Music on hold of one class: one feed, decoded once, encoded once for each format among the listeners. It stands
/// still while nobody listens.
struct MusicClass: ~Copyable {
    /// Rate at which the files are read, in Hz: what wide-band telephones can use.
    static let sampleRate = 16_000
    static let stepSamples = sampleRate * AudioClock.beatMilliseconds / 1_000

    let id: MusicID
    /// nil as long as no files are defined: silence.
    var feed: AudioFeed?
    /// Steps for which the files were late.
    var underruns: UInt64 = 0
    var groups: [UnsafeMutablePointer<SharedPacket>] = []

    init(id: MusicID) { self.id = id }

    var listenerCount: Int { groups.reduce(0) { $0 + $1.pointee.listeners.count } }

    func group(for format: SendingFormat) -> UnsafeMutablePointer<SharedPacket>? {
        for group in groups where group.pointee.serves(format) { return group }
        return nil
    }
}

/// One encoding of what several hear.
struct SharedPacket: ~Copyable {
    let codec: AudioCodec
    let packetMilliseconds: Int
    var packetizer: Packetizer
    /// Who gets all of its packets; unused in rooms, where it changes from step to step.
    var listeners: [UnsafeMutablePointer<PortAudio>] = []
    /// The step of the room that `packetizer.payload` is of.
    var step = -1

    init?(for format: SendingFormat, sampleRate: Int) {
        guard let packetizer = Packetizer(for: format, sampleRate: sampleRate) else { return nil }
        self.packetizer = packetizer
        codec = format.codec
        packetMilliseconds = format.packetMilliseconds
    }

    func serves(_ format: SendingFormat) -> Bool {
        format.packetMilliseconds == packetMilliseconds && format.codec == codec
    }
}
