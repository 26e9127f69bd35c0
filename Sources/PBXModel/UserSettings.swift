/// What the user of an extension has set himself, at a phone or by a command. Kept in the database, beside the
/// administrator's configuration; nothing set is what everybody starts with.
package struct UserSettings: Hashable, Sendable, Codable {
    package var number: String
    /// Its phones do not ring for ordinary calls.
    package var doNotDisturb = false
    /// Where its calls go instead, as it would dial it; nil: nowhere else.
    package var forwardsTo: String?
    /// What its user says about himself: `at lunch until one`.
    package var presence: String?

    /// Bounds of what is kept, in bytes of UTF-8.
    package static let forwardsToBytesMax = 128
    package static let presenceBytesMax = 200

    package init(number: String, doNotDisturb: Bool = false, forwardsTo: String? = nil, presence: String? = nil) {
        self.number = number
        self.doNotDisturb = doNotDisturb
        self.forwardsTo = forwardsTo
        self.presence = presence
    }

    /// Whether a text can be said about oneself.
    package static func isFit(presence: String) -> Bool {
        (1...presenceBytesMax).contains(presence.utf8.count)
            && presence.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }

    /// Nothing is set, and nothing need be kept.
    package var isEmpty: Bool { self == UserSettings(number: number) }

    package mutating func apply(_ change: UserSettingsChange) {
        switch change {
        case .doNotDisturb(let isOn): doNotDisturb = isOn
        case .forwarding(let target): forwardsTo = target
        case .presence(let text): presence = text
        }
    }
}

/// One setting, changed.
package enum UserSettingsChange: Hashable, Sendable {
    case doNotDisturb(Bool)
    /// nil: calls are not forwarded any more.
    case forwarding(to: String?)
    /// nil: nothing is said any more.
    case presence(String?)
}

/// The settings of all users, by number: what calls are decided by, beside the `Directory`.
package struct UserSettingsTable: Hashable, Sendable {
    private var rows: [String: UserSettings] = [:]

    package init(_ settings: [UserSettings] = []) {
        for entry in settings { set(entry) }
    }

    package subscript(number: String) -> UserSettings { rows[number] ?? UserSettings(number: number) }

    package mutating func set(_ settings: UserSettings) {
        rows[settings.number] = settings.isEmpty ? nil : settings
    }

    /// Those of everybody who has set something, by number.
    package var all: [UserSettings] { rows.values.sorted { $0.number < $1.number } }
}

/// Why a setting was not changed.
package enum UserSettingsRefusal: Error, Hashable, Sendable {
    case noSuchExtension
    /// Calls cannot be forwarded to there.
    case leadsNowhere(String, ReleaseCause)
    /// Longer than this many bytes, or not one line of text.
    case notALine(bytesMax: Int)
}
