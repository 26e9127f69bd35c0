/// What a lamp shows of another phone.
package enum LampState: String, Hashable, Sendable {
    /// Nobody tells (any more).
    case unknown
    case idle
    /// It is called, and nobody has answered yet.
    case ringing
    /// It talks, or calls somebody.
    case busy
}

/// The calls of a watched phone, as `application/dialog-info+xml` tells them (RFC 4235): whole, or what has changed.
package struct WatchedDialogs: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var state = ""
        var isRecipient = false
        var peer: PhonePeer?
    }

    private static let bodyBytesMax = 65_536
    private static let dialogsMax = 32
    private var version: UInt32?
    private var entries: [String: Entry] = [:]

    package init() {}

    /// The lamp of these calls.
    package var lamp: LampState {
        if entries.isEmpty { return .idle }
        let isRinging = entries.values.allSatisfy { $0.isRecipient && $0.state != "confirmed" }
        return isRinging ? .ringing : .busy
    }

    /// Who calls, or is talked with.
    package var peer: PhonePeer? {
        entries.sorted { $0.key < $1.key }.compactMap(\.value.peer).first
    }

    /// Takes in what was told; false when it is no such text, or older than what is known.
    package mutating func take(_ body: ArraySlice<UInt8>) -> Bool {
        var scanner = XMLScanner(body.prefix(Self.bodyBytesMax))
        var path: [String] = []
        var changed = self
        var isRead = false
        var id = ""
        var entry = Entry()
        while let token = scanner.next() {
            switch token {
            case .begin(let name, let attributes):
                if name == "dialog-info" {
                    guard changed.begin(attributes) else { return false }
                    isRead = true
                } else if name == "dialog" {
                    id = attributes["id"] ?? ""
                    entry = Entry()
                    entry.isRecipient = attributes["direction"] == "recipient"
                } else if name == "identity", path.last == "remote" {
                    entry.peer = PhonePeer(name: attributes["display"], number: "", uri: "")
                }
                if path.count < Self.dialogsMax { path.append(name) }
            case .text(let text): Self.read(text, path, &entry)
            case .end(let name):
                if path.last == name { path.removeLast() }
                if name == "dialog" { changed.set(id, entry) }
            }
        }
        if isRead { self = changed }
        return isRead
    }

    /// RFC 4235 §4.1: versions rise; `full` forgets what was known.
    private mutating func begin(_ attributes: [String: String]) -> Bool {
        let new = attributes["version"].flatMap { UInt32($0) }
        if let new, let version, new < version, attributes["state"] != "full" { return false }
        version = new
        if attributes["state"] != "partial" { entries = [:] }
        return true
    }

    private static func read(_ text: String, _ path: [String], _ entry: inout Entry) {
        let text = String(text.filter { !$0.isWhitespace })
        guard !text.isEmpty else { return }
        if path.last == "state", path.dropLast().last == "dialog" { entry.state = text.lowercased() }
        if path.last == "identity", path.dropLast().last == "remote" {
            let rest = text.split(separator: ":", maxSplits: 1).last.map(String.init) ?? text
            entry.peer?.uri = text
            entry.peer?.number = rest.split(separator: "@").first.map(String.init) ?? rest
        }
    }

    private mutating func set(_ id: String, _ entry: Entry) {
        if entry.state == "terminated" {
            entries[id] = nil
        } else if entries[id] != nil || entries.count < Self.dialogsMax {
            entries[id] = entry
        }
    }
}
