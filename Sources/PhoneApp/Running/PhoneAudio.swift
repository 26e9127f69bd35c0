import AudioIO

/// The phone's sound devices: opened late, and let go as soon as nobody needs them. Confined to the phone's loop.
final class PhoneAudio {
    /// ALSA's names; `none` where nothing is to be heard.
    struct Devices {
        var voice: SoundCard.Devices
        var ring: String
        var alert: String

        static let none = "none"
    }

    let link: CardLink
    private let devices: Devices
    private let told: @Sendable (DeviceNews) -> Void
    /// While there is something to say or to hear.
    private var card: SoundCard?
    private var signal: PhoneSignal?
    /// What sounds at a device other than that of the call.
    private var ringer: SignalSpeaker?
    private var alarm: SignalSpeaker?

    /// - Parameters:
    ///   - link: the card's line to the media engine.
    ///   - told: called on any thread.
    init(_ devices: Devices, link: CardLink, told: @escaping @Sendable (DeviceNews) -> Void) {
        self.devices = devices
        self.link = link
        self.told = told
    }

    var isOpen: Bool { card != nil }

    /// Has the devices be what the phone needs now.
    func follow(needsCard: Bool, volumes: SoundVolumes, signal wished: PhoneSignal?) {
        // The ringer may be at the speaker of the call that is just being answered.
        if wished != signal { endSignal() }
        if needsCard, card == nil {
            card = SoundCard(devices.voice, link: link, told: told)
        } else if !needsCard, let running = card {
            card = nil
            running.stop()
        }
        card?.set(
            CardVolume(speaker: volumes.isSpeakerMuted ? 0 : volumes.speaker, microphone: volumes.microphone))
        if let wished, wished != signal { begin(wished) }
        signal = wished
    }

    func takeLevels() -> (capture: Double, playback: Double)? { card?.takeLevels() }

    /// Plays something once.
    func alert(_ once: PhoneSignal) {
        guard devices.alert != Devices.none else { return }
        if let card, devices.alert == devices.voice.playback { return card.play(SignalTone(once)) }
        alarm?.stop()
        alarm = SignalSpeaker(SignalTone(once), device: devices.alert, told: told)
    }

    func stop() {
        ringer?.stop()
        alarm?.stop()
        card?.stop()
        (ringer, alarm, card) = (nil, nil, nil)
    }

    private func begin(_ signal: PhoneSignal) {
        let device = signal == .ringing ? devices.ring : devices.alert
        guard device != Devices.none else { return }
        if let card, device == devices.voice.playback { return card.play(SignalTone(signal)) }
        ringer = SignalSpeaker(SignalTone(signal), device: device, told: told)
    }

    private func endSignal() {
        ringer?.stop()
        ringer = nil
        card?.play(nil)
    }
}

extension SignalTone {
    fileprivate init(_ signal: PhoneSignal) {
        switch signal {
        case .ringing: self = .ringing
        case .callWaiting: self = .callWaiting
        case .message: self = .message
        case .answeredAtOnce: self = .answeredAtOnce
        }
    }
}

extension PhoneAudio.Devices {
    /// As the command line and the user's settings name them.
    init(_ options: PhoneOptions) {
        let playback = options.devices.playbackDevice
        voice = SoundCard.Devices(
            capture: options.devices.captureDevice, playback: playback, isFiltered: !options.rawMicrophone)
        ring = options.ringDevice ?? playback
        alert = options.alertDevice ?? playback
    }
}
