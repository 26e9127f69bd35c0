import AudioDSP
import PBXBase

/// What the sound card's thread does every 10 ms.
struct SoundCardLoop: ~Copyable {
    /// What the phone wants at the moment.
    struct Wish {
        var volume = CardVolume()
        var tone: SignalTone?
        var toneSerial = 0
    }

    private static let captureBufferMilliseconds = 40

    private let link: CardLink
    private var stream: CardStream
    private let filter: VoiceFilter?
    private var capture: DeviceSlot
    private var speaker: SpeakerLine
    /// What the microphone gave, the same cleaned, and what the speaker was given last.
    private let frame = Self.silentFrame()
    private let cleaned = Self.silentFrame()
    private let played = Self.silentFrame()
    private var captureRamp = VolumeRamp()
    private var playbackRamp = VolumeRamp()
    private var captureMeter = LevelMeter()
    private var playbackMeter = LevelMeter()
    private var signal = SignalVoice()
    private var pace = FramePace()

    init(
        _ devices: SoundCard.Devices, link: CardLink, stream: consuming CardStream,
        told: @escaping @Sendable (DeviceNews) -> Void
    ) {
        self.link = link
        self.stream = stream
        capture = DeviceSlot(
            devices.capture, isCapture: true, bufferMilliseconds: Self.captureBufferMilliseconds, told: told)
        speaker = SpeakerLine(devices.playback, told: told)
        filter =
            devices.isFiltered
            ? VoiceFilter(sampleRate: CardStream.sampleRate, frameSamples: CardStream.frameSamples) : nil
    }

    deinit {
        frame.deallocate()
        cleaned.deallocate()
        played.deallocate()
    }

    private static func silentFrame() -> UnsafeMutableBufferPointer<Int16> {
        let frame = UnsafeMutableBufferPointer<Int16>.allocate(capacity: CardStream.frameSamples)
        frame.initialize(repeating: 0)
        return frame
    }

    var levels: (capture: Double, playback: Double) { (captureMeter.level, playbackMeter.level) }

    var delays: SoundCard.Delays {
        let frame = Double(CardStream.frameMilliseconds)
        let unread = capture.device?.queuedSamples.map { Double($0) * 1_000 / Double(CardStream.sampleRate) }
        return SoundCard.Delays(
            capture: unread.map { $0 + frame }, playout: stream.delayMilliseconds,
            playback: speaker.waitingMilliseconds.map { $0 + frame })
    }

    mutating func turn(_ wish: Wish) {
        if capture.open(now: Monotonic.now) { pace.restarted() }
        speaker.open(now: Monotonic.now)
        readMicrophone()
        if let filter {
            filter.clean(UnsafeBufferPointer(frame), played: UnsafeBufferPointer(played), into: cleaned)
        } else {
            _ = cleaned.update(fromContentsOf: frame)
        }
        captureRamp.apply(percent: wish.volume.microphone, to: cleaned)
        captureMeter.measure(UnsafeBufferPointer(cleaned).span, milliseconds: CardStream.frameMilliseconds)
        stream.send(UnsafeBufferPointer(cleaned), over: link)
        stream.receive(from: link, now: Monotonic.now)
        stream.play(into: played, now: Monotonic.now)
        playbackRamp.apply(percent: wish.volume.speaker, to: played)
        signal.mix(wish.tone, serial: wish.toneSerial, into: played)
        playbackMeter.measure(UnsafeBufferPointer(played).span, milliseconds: CardStream.frameMilliseconds)
        speaker.play(UnsafeBufferPointer(played), now: Monotonic.now)
    }

    private mutating func readMicrophone() {
        guard let device = capture.device else {
            frame.update(repeating: 0)
            return pace.waitForFrame()
        }
        do throws(AudioProblem) {
            try device.read(into: frame)
            capture.worked()
            pace.frameRead()
        } catch {
            frame.update(repeating: 0)
            capture.lost(error, now: Monotonic.now)
        }
    }
}
