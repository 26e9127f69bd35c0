import Glibc

/// Why the media engine could not start.
package enum MediaEngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The settings contradict themselves; the text says how.
    case invalidSettings(String)
    case systemCall(String, errno: Int32)

    package var description: String {
        switch self {
        case .invalidSettings(let problem): "media engine: \(problem)"
        case .systemCall(let name, let reason): "media engine: \(name) failed: \(String(cString: strerror(reason)))"
        }
    }
}
