import FoundationEssentials
import MediaControl
import PBXBase

/// An event as a headless phone writes it: one JSON object a line. Fields that say nothing are left out.
struct EventLine: Encodable {
    var event: String
    var account: Int?
    var line: Int?
    var state: LineState?
    var peer: String?
    var name: String?
    var uri: String?
    var outgoing: Bool?
    var codec: String?
    var encrypted: Bool?
    var heldByPeer: Bool?
    var conference: Bool?
    /// Why a call, playback or recording ended.
    var cause: String?
    var status: Int?
    var message: String?
    var seconds: Int?
    var digit: String?
    var new: Int?
    var old: Int?
    var waiting: Bool?
    /// Of a watched phone.
    var lamp: LampState?
    /// Volumes in percent, or levels in dBov.
    var speaker: Int?
    var microphone: Int?
    var speakerMuted: Bool?
    var microphoneMuted: Bool?

    init(_ event: String) { self.event = event }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and truth values: there is nothing that could not be encoded.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension LineState: Encodable {}
extension LampState: Encodable {}

extension EventLine {
    init(_ event: PhoneEvent) {
        switch event {
        case .registered(let account, let seconds):
            self.init("registered")
            (self.account, self.seconds) = (account + 1, seconds)
        case .registrationFailed(let account, let status, let phrase, _):
            self.init("registrationFailed")
            (self.account, self.status, message) = (account + 1, status, phrase)
        case .unregistered(let account):
            self.init("unregistered")
            self.account = account + 1
        case .line(let summary): self.init("line", summary)
        case .ended(let summary, let end, let talkSeconds):
            self.init("ended", summary)
            tell(end)
            seconds = talkSeconds
        case .digit(let line, let digit):
            self.init("digit")
            (self.line, self.digit) = (line.value, String(digit))
        case .transferring(let line, let status):
            self.init("transferring")
            (self.line, self.status) = (line.value, status)
        case .playbackEnded(let line, let end):
            self.init("playbackEnded")
            self.line = line.value
            switch end {
            case .finished: cause = "finished"
            case .stopped: cause = "stopped"
            case .digit: cause = "digit"
            case .failed(let problem): (cause, message) = ("failed", problem)
            }
        case .recordingEnded(let line, let end):
            self.init("recordingEnded")
            self.line = line.value
            switch end {
            case .finished(_, let duration, _): (cause, seconds) = ("finished", duration.seconds)
            case .failed(let problem): (cause, message) = ("failed", problem)
            }
        case .messagesWaiting(let account, let isWaiting, let new, let old):
            self.init("messagesWaiting")
            (self.account, waiting, self.new, self.old) = (account.map { $0 + 1 }, isWaiting, new, old)
        case .lamp(let summary):
            self.init("lamp")
            (lamp, name, peer) = (summary.state, summary.target, summary.peer?.number)
            account = summary.account.map { $0 + 1 }
        case .volume(let volumes):
            self.init("volume")
            (speaker, microphone) = (volumes.speaker, volumes.microphone)
            (speakerMuted, microphoneMuted) = (volumes.isSpeakerMuted, volumes.isMicrophoneMuted)
        case .levels(let levels):
            self.init("levels")
            (speaker, microphone) = (levels.speaker, levels.microphone)
        case .failed(let text):
            self.init("failed")
            message = text
        case .noted(let text):
            self.init("noted")
            message = text
        case .stopped: self.init("stopped")
        }
    }

    private init(_ event: String, _ summary: LineSummary) {
        self.init(event)
        line = summary.line.value
        account = summary.account.map { $0 + 1 }
        state = summary.state
        (peer, name, uri) = (summary.peer.number, summary.peer.name, summary.peer.uri)
        outgoing = summary.isOutgoing
        (codec, encrypted) = (summary.codec, summary.isEncrypted)
        (heldByPeer, conference) = (summary.isHeldByPeer, summary.isInConference)
    }

    private mutating func tell(_ end: LineEnd) {
        switch end {
        case .here: cause = "here"
        case .there: cause = "there"
        case .missed: cause = "missed"
        case .transferred: cause = "transferred"
        case .declined: cause = "declined"
        case .lost: cause = "lost"
        case .refused(let status, let phrase): (cause, self.status, message) = ("refused", status, phrase)
        case .mediaFailed(let problem): (cause, message) = ("mediaFailed", problem)
        }
    }
}
