/// What can be written to a headless phone, one row a verb: help and manual page come from here.
package enum HeadlessVerb: String, CaseIterable, Sendable {
    case call, redial, answer, decline, hangup, hold, resume, digits, info, transfer, connect, join, split, play
    case stopplay = "stop-play"
    case record
    case stoprecord = "stop-record"
    case mute, unmute, volume, levels, watch, unwatch, lines, help, quit

    package var usage: String {
        switch self {
        case .call: "call TARGET"
        case .answer, .decline, .hangup, .hold, .resume: "\(rawValue) [#LINE]"
        case .digits, .info: "\(rawValue) [#LINE] DIGITS"
        case .transfer: "transfer [#LINE] TARGET"
        case .connect: "connect #LINE #LINE"
        case .join: "join [#LINE …]"
        case .play, .record: "\(rawValue) [#LINE] FILE"
        case .stopplay, .stoprecord: "\(rawValue) [#LINE]"
        case .volume: "volume speaker|microphone PERCENT|+PERCENT|-PERCENT|mute|unmute"
        case .levels: "levels on|off"
        case .watch, .unwatch: "\(rawValue) TARGET"
        case .redial, .split, .mute, .unmute, .lines, .help, .quit: rawValue
        }
    }

    package var summary: String {
        switch self {
        case .call: "calls a number or a SIP address; what is active meanwhile is held"
        case .redial: "calls again whom you called last"
        case .answer: "answers a call"
        case .decline: "refuses a call (busy)"
        case .hangup: "ends a call, or gives it up"
        case .hold: "holds a call"
        case .resume: "goes on with a held call; others are held"
        case .digits: "sends digits as telephone-events (RFC 4733), or as tones where the peer takes none"
        case .info: "sends digits as INFO messages"
        case .transfer: "sends the peer on without asking there"
        case .connect: "connects the peers of two lines and leaves"
        case .join: "makes a conference of the lines named, or of all that are answered"
        case .split: "takes the conference apart; all but one line are held"
        case .play: "plays a sound file to the peer once"
        case .stopplay: "stops what plays"
        case .record: "records what the peer says to a new WAV file"
        case .stoprecord: "ends the recording"
        case .mute: "nothing of the microphone, or of --play, is sent any more"
        case .unmute: "undoes mute"
        case .volume: "sets how loud one of them is, 0 to 150 percent"
        case .levels: "tells ten times a second how loud it is at both ends of the sound card, while a call is up"
        case .watch: "tells what the phone of a number is doing, from now on (lamp)"
        case .unwatch: "watches it no more"
        case .lines: "tells of every call again"
        case .help: "tells these commands"
        case .quit: "ends all calls and the phone"
        }
    }
}

/// What is wrong with a line that was written to the phone, in words.
package struct HeadlessSyntaxError: Error, Hashable, Sendable {
    package var message: String
}

/// Reads one line: `VERB [#LINE …] [REST]`.
package enum HeadlessCommand: Hashable, Sendable {
    case phone(PhoneCommand)
    case help
    case quit

    /// Nil for an empty line and a comment.
    package static func read(_ text: String) throws(HeadlessSyntaxError) -> HeadlessCommand? {
        var words = text.split(separator: " ").map(String.init)
        guard let first = words.first, !first.hasPrefix("//") else { return nil }
        guard let verb = HeadlessVerb(rawValue: first.lowercased()) else {
            throw HeadlessSyntaxError(message: "\"\(first)\" is no command (help tells them)")
        }
        words.removeFirst()
        var lines: [LineNumber] = []
        while let word = words.first, word.hasPrefix("#"), let number = Int(word.dropFirst()) {
            // Digits may begin with # too: the last word of a command that wants a text is that text.
            if verb.wantsText, words.count == 1 { break }
            lines.append(LineNumber(number))
            words.removeFirst()
        }
        return try command(verb, lines, words.joined(separator: " "))
    }

    private static func command(
        _ verb: HeadlessVerb, _ lines: [LineNumber], _ rest: String
    ) throws(HeadlessSyntaxError) -> HeadlessCommand {
        guard verb.wantsText != rest.isEmpty, lines.count <= verb.linesMax,
            verb != .connect || lines.count == 2
        else { throw HeadlessSyntaxError(message: "usage: \(verb.usage)") }
        let line = lines.first
        switch verb {
        case .call: return .phone(.call(rest, account: nil))
        case .redial: return .phone(.redial)
        case .answer: return .phone(.answer(line))
        case .decline: return .phone(.decline(line))
        case .hangup: return .phone(.hangUp(line))
        case .hold: return .phone(.hold(line))
        case .resume: return .phone(.resume(line))
        case .digits: return .phone(.digits(rest, .media, line))
        case .info: return .phone(.digits(rest, .info, line))
        case .transfer: return .phone(.transfer(line, to: rest))
        case .connect: return .phone(.connect(lines[0], lines[1]))
        case .join: return .phone(.join(lines))
        case .split: return .phone(.split)
        case .play: return .phone(.play(rest, line))
        case .stopplay: return .phone(.stopPlaying(line))
        case .record: return .phone(.record(rest, line))
        case .stoprecord: return .phone(.stopRecording(line))
        case .mute: return .phone(.mute(true))
        case .unmute: return .phone(.mute(false))
        case .volume, .levels:
            guard let command = volumeCommand(verb, rest) else {
                throw HeadlessSyntaxError(message: "usage: \(verb.usage)")
            }
            return .phone(command)
        case .watch: return .phone(.watch(rest, account: nil))
        case .unwatch: return .phone(.unwatch(rest))
        case .lines: return .phone(.listLines)
        case .help: return .help
        case .quit: return .quit
        }
    }
}

extension HeadlessCommand {
    /// `speaker 80`, `microphone +5`, `speaker mute`; `on`, `off`. Nil for anything else.
    private static func volumeCommand(_ verb: HeadlessVerb, _ text: String) -> PhoneCommand? {
        let words = text.split(separator: " ")
        if verb == .levels { return text == "on" ? .levels(true) : text == "off" ? .levels(false) : nil }
        guard words.count == 2, let side = SoundSide(rawValue: String(words[0])) else { return nil }
        switch words[1] {
        case "mute", "unmute":
            let isMuted = words[1] == "mute"
            return side == .speaker ? .muteSpeaker(isMuted) : .mute(isMuted)
        default:
            guard let number = Int(words[1]), (-1_000...1_000).contains(number) else { return nil }
            let isStep = words[1].hasPrefix("+") || words[1].hasPrefix("-")
            return .volume(side, isStep ? .by(number) : .to(number))
        }
    }
}

extension HeadlessVerb {
    fileprivate var wantsText: Bool {
        switch self {
        case .call, .digits, .info, .transfer, .play, .record, .volume, .levels, .watch, .unwatch: true
        case .redial, .answer, .decline, .hangup, .hold, .resume, .connect, .join, .split, .stopplay, .stoprecord,
            .mute, .unmute, .lines, .help, .quit:
            false
        }
    }

    fileprivate var linesMax: Int {
        switch self {
        case .call, .redial, .split, .mute, .unmute, .volume, .levels, .watch, .unwatch, .lines, .help, .quit: 0
        case .connect: 2
        case .join: PhoneSettings.linesMax
        case .answer, .decline, .hangup, .hold, .resume, .digits, .info, .transfer, .play, .stopplay, .record,
            .stoprecord:
            1
        }
    }
}
