/// How a supervisor takes part in a call.
package enum SupervisionMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Hears both parties, and nobody hears the supervisor.
    case listen
    /// Hears both parties, and one of them hears the supervisor.
    case whisper
    /// A party like any other.
    case barge
}
