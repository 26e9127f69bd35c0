import PBXModel
import TerminalUI

/// What a line after `:` (or in linear mode) means: the commands of a phone without a screen, and a few of the screen's
/// own. `#2` is the line at the second place there, as that is the number that is seen.
package enum PhoneTyped: Hashable, Sendable {
    case page(PhonePage)
    case place(Int)
    case find(String)
    /// The account that calls are placed with, from 0.
    case account(Int)
    /// Registers every account anew, at once.
    case register
    /// Connects the only two calls.
    case connect
    case phone(PhoneCommand)
    case quit

    /// Words that a phone without a screen does not have.
    private static let pageWords = PhonePage.allCases.map(\.rawValue)
    private static let ownWords = pageWords + ["find", "account", "register"]
    package static let words = HeadlessVerb.allCases.map(\.rawValue) + ownWords.filter { $0 != "help" }

    /// nil for an empty line; throws why it means nothing, as a text that may name what was meant.
    package static func read(
        _ line: String, _ state: PhoneScreenState
    ) throws(HeadlessSyntaxError) -> PhoneTyped? {
        let words = line.split(separator: " ").map(String.init)
        guard let first = words.first else { return nil }
        let rest = words.dropFirst().joined(separator: " ")
        let word = first.lowercased()
        if words.count == 1, let place = Int(word), (1...PhoneScreenState.placesCount).contains(place) {
            return .place(place - 1)
        }
        if let page = PhonePage(rawValue: word) { return .page(page) }
        switch word {
        case "q", "exit": return .quit
        case "find": return .find(rest)
        case "register": return .register
        case "connect" where rest.isEmpty: return .connect
        case "account":
            guard let number = Int(rest), state.accounts.indices.contains(number - 1) else {
                throw HeadlessSyntaxError(message: state.texts(.usage, "account 1-\(max(1, state.accounts.count))"))
            }
            return .account(number - 1)
        default: break
        }
        guard let verb = HeadlessVerb(rawValue: word) else {
            let meant = suggestion(for: first, among: Self.words).map { " → \($0)?" } ?? ""
            throw HeadlessSyntaxError(message: state.texts(.unknownCommand, first, meant))
        }
        return try phone(line, verb, state)
    }

    private static func phone(
        _ line: String, _ verb: HeadlessVerb, _ state: PhoneScreenState
    ) throws(HeadlessSyntaxError) -> PhoneTyped? {
        let command: HeadlessCommand?
        do throws(HeadlessSyntaxError) {
            command = try HeadlessCommand.read(line)
        } catch {
            throw HeadlessSyntaxError(message: state.texts(.usage, verb.usage))
        }
        switch command {
        case nil: return nil
        case .help: return .page(.help)
        case .quit: return .quit
        case .phone(.listLines): return .page(.phone)
        case .phone(let command):
            var numbers: [LineNumber: LineNumber] = [:]
            for place in command.lines {
                let index = place.value - 1
                guard state.places.places.indices.contains(index), let number = state.places.places[index] else {
                    throw HeadlessSyntaxError(message: state.texts(.noLine, "\(place.value)"))
                }
                numbers[place] = number
            }
            return .phone(command.replacing(lines: numbers))
        }
    }

    /// What Tab adds to a line, and what could follow: commands first, then lines and people.
    package static func completion(
        of text: String, _ state: PhoneScreenState
    ) -> (added: String, matches: [String]) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1, let first = words.first, let last = words.last else {
            return Completion.complete(text, among: Self.words.sorted())
        }
        let places = state.places.places.indices.filter { state.places.places[$0] != nil }.map { "#\($0 + 1)" }
        switch HeadlessVerb(rawValue: first.lowercased()) {
        case .call, .watch, .unwatch: return Completion.complete(last, among: state.book.entries.map(\.number))
        case .transfer: return Completion.complete(last, among: places + state.book.entries.map(\.number))
        case .volume: return Completion.complete(last, among: SoundSide.allCases.map(\.rawValue))
        default: return Completion.complete(last, among: places)
        }
    }
}

extension PhoneCommand {
    /// The lines that it names.
    fileprivate var lines: [LineNumber] {
        switch self {
        case .answer(let line), .decline(let line), .hangUp(let line), .hold(let line), .resume(let line),
            .digits(_, _, let line), .transfer(let line, _), .play(_, let line), .stopPlaying(let line),
            .record(_, let line), .stopRecording(let line):
            line.map { [$0] } ?? []
        case .connect(let first, let second): [first, second]
        case .join(let lines): lines
        case .register, .call, .redial, .hangUpAll, .split, .mute, .muteSpeaker, .volume, .levels, .watch, .unwatch,
            .listLines, .stop:
            []
        }
    }

    /// The same about other lines; those that are not in `lines` stay.
    fileprivate func replacing(lines: [LineNumber: LineNumber]) -> PhoneCommand {
        func other(_ line: LineNumber) -> LineNumber { lines[line] ?? line }
        return switch self {
        case .answer(let line): .answer(line.map(other))
        case .decline(let line): .decline(line.map(other))
        case .hangUp(let line): .hangUp(line.map(other))
        case .hold(let line): .hold(line.map(other))
        case .resume(let line): .resume(line.map(other))
        case .digits(let digits, let way, let line): .digits(digits, way, line.map(other))
        case .transfer(let line, let target): .transfer(line.map(other), to: target)
        case .connect(let first, let second): .connect(other(first), other(second))
        case .join(let lines): .join(lines.map(other))
        case .play(let file, let line): .play(file, line.map(other))
        case .stopPlaying(let line): .stopPlaying(line.map(other))
        case .record(let file, let line): .record(file, line.map(other))
        case .stopRecording(let line): .stopRecording(line.map(other))
        case .register, .call, .redial, .hangUpAll, .split, .mute, .muteSpeaker, .volume, .levels, .watch, .unwatch,
            .listLines, .stop:
            self
        }
    }
}
