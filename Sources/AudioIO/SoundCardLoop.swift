import AudioDSP
import Glibc
import PBXBase

/// What the sound card's thread does every 10 ms.
struct SoundCardLoop: ~Copyable {
    private static let bufferMilliseconds = 40
    /// A device keeps no time that gives so many frames in less than half the time that they last.
    private static let framesWatched = 25

    private let link: CardLink
    private var stream: CardStream
    private let told: @Sendable (AudioProblem) -> Void
    private let filter: VoiceFilter?
    private var capture: DeviceSlot
    private var playback: DeviceSlot
    /// What the microphone gave, the same cleaned, and what the speaker was given last.
    private let frame = Self.silentFrame()
    private let cleaned = Self.silentFrame()
    private let played = Self.silentFrame()
    private var captureRamp = VolumeRamp()
    private var playbackRamp = VolumeRamp()
    private var captureMeter = LevelMeter()
    private var playbackMeter = LevelMeter()
    /// When the next frame is due by our own clock: for devices that keep no time, and for none.
    private var due: Instant?
    private var startedAt: Instant?
    private var framesRead = 0

    init(
        _ devices: SoundCard.Devices, link: CardLink, stream: consuming CardStream,
        told: @escaping @Sendable (AudioProblem) -> Void
    ) {
        self.link = link
        self.stream = stream
        self.told = told
        capture = DeviceSlot(
            devices.capture, isCapture: true, sampleRate: CardStream.sampleRate,
            bufferMilliseconds: Self.bufferMilliseconds)
        playback = DeviceSlot(
            devices.playback, isCapture: false, sampleRate: CardStream.sampleRate,
            bufferMilliseconds: Self.bufferMilliseconds)
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

    mutating func turn(_ volume: CardVolume) {
        openDevices()
        readMicrophone()
        if let filter {
            filter.clean(UnsafeBufferPointer(frame), played: UnsafeBufferPointer(played), into: cleaned)
        } else {
            _ = cleaned.update(fromContentsOf: frame)
        }
        captureRamp.apply(percent: volume.microphone, to: cleaned)
        captureMeter.measure(UnsafeBufferPointer(cleaned).span, milliseconds: CardStream.frameMilliseconds)
        stream.send(UnsafeBufferPointer(cleaned), over: link)
        stream.play(into: played, from: link, now: Self.now)
        playbackRamp.apply(percent: volume.speaker, to: played)
        playbackMeter.measure(UnsafeBufferPointer(played).span, milliseconds: CardStream.frameMilliseconds)
        speak()
    }

    // MARK: Devices

    private mutating func openDevices() {
        do throws(AudioProblem) {
            if try capture.open(now: Self.now) {
                due = nil
                startedAt = nil
                framesRead = 0
            }
        } catch {
            told(error)
        }
        do throws(AudioProblem) { _ = try playback.open(now: Self.now) } catch { told(error) }
    }

    private mutating func readMicrophone() {
        guard let device = capture.device else {
            frame.update(repeating: 0)
            return waitForFrame()
        }
        do throws(AudioProblem) {
            try device.read(into: frame)
            keepTime()
        } catch {
            told(error)
            capture.lost(now: Self.now)
        }
    }

    private mutating func speak() {
        guard let device = playback.device else { return }
        do throws(AudioProblem) {
            try device.write(UnsafeBufferPointer(played))
        } catch {
            told(error)
            playback.lost(now: Self.now)
        }
    }

    // MARK: Time

    /// A real microphone paces us; a file or a null device does not, and gets our own clock.
    private mutating func keepTime() {
        if due != nil { return waitForFrame() }
        let now = Self.now
        guard let started = startedAt else { return startedAt = now }
        framesRead += 1
        guard framesRead == Self.framesWatched else { return }
        let spoken = Interval.milliseconds(CardStream.frameMilliseconds * framesRead)
        if (now - started) * 2 < spoken { due = now }
        startedAt = now
        framesRead = 0
    }

    private mutating func waitForFrame() {
        let now = Self.now
        let next = (due ?? now) + .milliseconds(CardStream.frameMilliseconds)
        due = next
        guard next > now else {
            // After a hold-up (a suspended machine) there is nothing to catch up with.
            if now - next > .milliseconds(200) { due = now }
            return
        }
        // `poll` is a wait that anything could end early; nothing here does.
        let left = Int32((next - now).nanoseconds / 1_000_000)
        if left > 0 { poll(nil, 0, left) }
    }

    private static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
